"""What an explanation is made of."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from msgspec import Struct

_WIDTH = 92


class Section(Struct, frozen=True):
    """Sentences under a heading."""

    heading: str
    lines: tuple[str, ...]


class Explanation(Struct, frozen=True):
    """``kind`` is pathway, stage, step or rule; ``place`` is ``file:line``."""

    kind: str
    id: str
    title: str
    place: str
    sections: tuple[Section, ...]

    def text(self) -> str:
        """For people: a title, its place, and the sections; a line is at most 96 letters."""
        lines = [f"{self.title} ({self.kind} {self.id})", self.place]
        for section in self.sections:
            lines += ["", section.heading]
            for line in section.lines:
                lines += _indented(line)
        return "\n".join(lines) + "\n"


def section(heading: str, lines: Iterable[str]) -> tuple[Section, ...]:
    """One section, or none when there is nothing to say."""
    found = tuple(line for line in lines if line)
    return (Section(heading, found),) if found else ()


def capital(text: str) -> str:
    """With a capital; "eGFR" keeps its own spelling."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    first = capital(text)
    return first if first.endswith((".", "!", "?", ":")) else f"{first}."


def _indented(line: str) -> list[str]:
    deeper = len(line) - len(line.lstrip())
    gap = " " * (2 + deeper)
    return wrap(
        line.strip(),
        _WIDTH,
        initial_indent=gap,
        subsequent_indent=gap + "  " * line.strip().startswith("- "),
        break_long_words=False,
        break_on_hyphens=False,
    )
