"""What a comparison is made of, and how people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap
from typing import Literal

from msgspec import Struct

What = Literal["added", "gone", "moved", "changed"]
Subject = Literal[
    "pathway", "goal", "stage", "step", "rule", "data", "instrument", "message", "parameter"
]
Kind = Literal[
    "identity",
    "for-whom",
    "presence",
    "order",
    "threshold",
    "condition",
    "deadline",
    "timing",
    "owner",
    "escalation",
    "content",
    "appointment",
    "message",
    "course",
    "sharing",
    "wording",
    "source",
]
"""What sort of thing changed. ``threshold``: a condition in which only numbers differ."""

_WIDTH = 96
_HEADINGS: dict[Subject, str] = {
    "pathway": "The pathway",
    "goal": "Goals",
    "stage": "Stages",
    "step": "Steps",
    "rule": "Rules",
    "data": "Data",
    "instrument": "Instruments",
    "message": "Messages",
    "parameter": "Parameters",
}


class Edition(Struct, frozen=True):
    """One side of a comparison."""

    pathway: str
    version: str
    title: str
    digest: str
    file: str


class Change(Struct, frozen=True):
    """One difference. ``now`` and ``was`` are phrases, empty where there is nothing to say;
    ``line`` and ``old_line`` are 0 where a side has no place for it."""

    subject: Subject
    id: str
    title: str
    what: What
    kind: Kind
    aspect: str
    text: str
    now: str = ""
    was: str = ""
    line: int = 0
    old_line: int = 0
    patient: bool = True
    """Whether it makes a difference for patients or those who care for them."""


class Difference(Struct, frozen=True):
    """``changes`` matter for patients; ``cosmetic`` do not."""

    old: Edition
    new: Edition
    changes: tuple[Change, ...]
    cosmetic: tuple[Change, ...]

    def text(self) -> str:
        """For people: what changes for patients, then what is only cosmetic."""
        lines = [_names(self.old, self.new), "", *self._lead()]
        for subject, found in groupby(self.changes, key=lambda change: change.subject):
            lines += ["", _HEADINGS[subject], *_listed(found)]
        if self.cosmetic:
            lines += ["", "Only cosmetic", *_listed(self.cosmetic)]
        return "\n".join(lines) + "\n"

    def _lead(self) -> Iterator[str]:
        if not self.changes:
            yield (
                "Nothing changes for patients."
                if self.cosmetic
                else "The two are the same, to the letter."
            )
        else:
            yield f"What changes for patients: {_counted(self.changes)}."


def _names(old: Edition, new: Edition) -> str:
    if old.pathway != new.pathway:
        return (
            f"{old.title} ({old.pathway} {old.version}) -> {new.title} "
            f"({new.pathway} {new.version})"
        )
    if old.version != new.version:
        return f"{new.title} ({new.pathway}), version {old.version} -> {new.version}"
    return f"{new.title} ({new.pathway}), version {new.version}"


def _counted(changes: Iterable[Change]) -> str:
    """``2 steps added, 1 threshold, 3 deadlines``."""
    counts = Counter(_tally(change) for change in changes)
    return ", ".join(
        f"{number} {noun if number == 1 else _plural(noun)}{rest}"
        for (noun, rest), number in counts.items()
    )


_NOUNS: dict[Kind, str] = {
    "identity": "change of identity",
    "for-whom": "change of who may join",
    "presence": "change",
    "order": "change of order",
    "threshold": "threshold",
    "condition": "condition",
    "deadline": "deadline",
    "timing": "change of timing",
    "owner": "owner",
    "escalation": "escalation",
    "content": "change of content",
    "appointment": "change of appointments",
    "message": "message text",
    "course": "change of course",
    "sharing": "change of sharing",
    "wording": "wording",
    "source": "source",
}


def _tally(change: Change) -> tuple[str, str]:
    if change.what == "changed":
        return _NOUNS[change.kind], ""
    noun = "data element" if change.subject == "data" else change.subject
    return noun, f" {change.what}"


def _plural(noun: str) -> str:
    first, space, rest = noun.partition(" of ")
    return f"{first}s{space}{rest}"


def _listed(changes: Iterable[Change]) -> Iterator[str]:
    for _, found in groupby(changes, key=lambda change: (change.subject, change.id, change.title)):
        several = list(found)
        first = several[0]
        name = f"{first.title} ({first.id})" if first.id else first.title
        if len(several) == 1:
            yield from _wrapped(f"- {name}: {first.text}{_place(first)}", 2)
            continue
        yield from _wrapped(f"- {name}{_place(first)}", 2)
        for change in several:
            yield from _wrapped(f"- {change.text}", 4)


def _place(change: Change) -> str:
    if change.line:
        return f" [line {change.line}]"
    return f" [old line {change.old_line}]" if change.old_line else ""


def _wrapped(text: str, deep: int) -> list[str]:
    """Wrapped under its dash; the lines of a message keep to themselves."""
    head, *rest = text.split("\n")
    gap = " " * deep
    lines = wrap(
        head,
        _WIDTH,
        initial_indent=gap,
        subsequent_indent=f"{gap}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*lines, *(f"{gap}    {line}".rstrip() for line in rest)]
