"""Tasks that run beside the main loop, and whose errors must not go unnoticed.

An exception in a bare asyncio task only logs "never retrieved": the journey would lose an
effect and go on. Here the first fault is kept, and the main loop raises it, which fails the
workflow task: Temporal retries it until a corrected worker is deployed, and nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class SideTasks:
    """Named tasks. At most one per name; starting a name that runs already is an error."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._fault: BaseException | None = None

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` beside the caller."""
        if name in self._tasks:
            work.close()
            raise RuntimeError(f"Side task {name} runs already.")
        task = asyncio.create_task(work)
        self._tasks[name] = task
        task.add_done_callback(lambda done: self._ended(name, done))

    def __contains__(self, name: str) -> bool:
        return name in self._tasks

    @property
    def quiet(self) -> bool:
        """Nothing is under way."""
        return not self._tasks

    @property
    def failed(self) -> bool:
        """Some task raised."""
        return self._fault is not None

    def check(self) -> None:
        """Raise what the first failed task raised."""
        if self._fault is not None:
            raise self._fault

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        del self._tasks[name]
        if not task.cancelled() and self._fault is None:
            self._fault = task.exception()
