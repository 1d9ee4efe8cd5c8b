"""What is being measured, shown while it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar


class Progress:
    """One bar over all measurements."""

    def __init__(self, bar: Bar, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=total)

    def say(self, what: str) -> None:
        """What goes on now."""
        self._bar.update(self._task, description=what)

    def advance(self) -> None:
        """One part is done."""
        self._bar.advance(self._task)


@contextmanager
def shown(console: Console, total: int) -> Iterator[Progress]:
    """A bar for as long as the block runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        yield Progress(bar, total)
