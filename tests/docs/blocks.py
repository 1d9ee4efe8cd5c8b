"""The fenced blocks of the documentation, and how a part of a pathway becomes a whole one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^([a-z][a-z0-9-]*):", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: where it stands, and its text."""

    page: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every page that people write (references are generated)."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(kind: str) -> Iterator[Block]:
    """All blocks of one kind, such as ``yaml``."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for found in _FENCE.finditer(text):
            if found[1] == kind:
                line = text.count("\n", 0, found.start()) + 1
                yield Block(str(page.relative_to(ROOT)), line, found[2])


def sections(text: str) -> dict[str, str]:
    """The text of each top-level key, with its key."""
    starts = [found.start() for found in _SECTION.finditer(text)]
    parts = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    return {part.split(":", 1)[0]: part for part in parts}


def is_whole(text: str) -> bool:
    """Whether the block is a definition by itself."""
    return text.startswith("language:")


def completed(part: str, around: str) -> str:
    """``part`` (steps, or top-level sections) inside the pathway ``around``.

    Steps join the first stage. Lists and mappings of a section are joined, except ``stages``
    and what stands on one line, which are replaced.
    """
    if part.startswith("- "):
        head, steps, rest = around.partition("    steps:\n")
        return head + steps + indent(part, "      ") + rest
    whole = sections(around)
    for name, text in sections(part).items():
        key, _, lines = text.partition("\n")
        old = whole.get(name, "")
        joined = old and name != "stages" and key == f"{name}:"
        whole[name] = f"{old.rstrip()}\n{lines.rstrip()}\n" if joined else text
    return "".join(text if text.endswith("\n") else f"{text}\n" for text in whole.values())
