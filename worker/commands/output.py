"""What commands print: text for people, JSON for programs. Text of users is never markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDTH = 120
"""Columns when the output is no terminal."""
_KEPT = ("\n", "\t")


def console(stream: TextIO | None = None) -> Console:
    """A console on standard output, as it is now."""
    target = stream or sys.stdout
    width = None if target.isatty() else _WIDTH
    return Console(file=target, markup=False, highlight=False, emoji=False, width=width)


def words(text: object, style: str = "") -> Text:
    """Text as it is: no markup, and nothing that steers a terminal."""
    shown = "".join(
        letter if letter.isprintable() or letter in _KEPT else "\N{REPLACEMENT CHARACTER}"
        for letter in str(text)
    )
    return Text(shown, style=style)


def say(text: object, style: str = "") -> None:
    """A line for people."""
    console().print(words(text, style), soft_wrap=True)


def complain(text: object) -> None:
    """A line on standard error."""
    console(sys.stderr).print(words(text), soft_wrap=True)


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    whole: Sequence[str] = (),
) -> None:
    """A table with a title; nothing when there are no rows. ``whole``: columns whose cells stay
    on one line, as what stands in them is typed again."""
    held = [[cell if isinstance(cell, Text) else words(cell) for cell in row] for row in rows]
    if not held:
        return
    shown = Table(title=words(title, "bold"), title_justify="left", box=None, pad_edge=False)
    for column in columns:
        kept = column in whole
        shown.add_column(words(column), header_style="dim", overflow="fold", no_wrap=kept)
    for row in held:
        shown.add_row(*row)
    console().print(shown)
    console().print()


def plain(struct: Any) -> dict[str, Any]:
    """A struct as JSON data: every field, whether it has its default or not."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name in struct.__struct_fields__
        for value in (getattr(struct, name),)
    }
