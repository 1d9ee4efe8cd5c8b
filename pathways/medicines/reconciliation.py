"""What a reconciliation finds: how each line of a medication list compares with the list before.

The classes are those of clinical.md 4.1. Every line that is not as before needs a decision by a
licensed person; a reconciliation is done when none is open. Pure: two lists give the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from msgspec import Struct

from pathways.medicines.hits import hits
from pathways.medicines.rules import Medicine, MedicineRule

Class = Literal[
    "continue",
    "dose-changed",
    "new",
    "stopped",
    "substituted",
    "omitted-unexplained",
    "duplicate",
    "not-obtained",
    "taking-not-listed",
]
CLASSES: tuple[Class, ...] = get_args(Class)
INTENDED: tuple[Class, ...] = ("dose-changed", "new", "stopped", "substituted")
"""What a licensed person who enters the list decides by entering it. The others are never meant:
somebody has to say what shall become of them."""
Word = Literal["accept", "before", "stop"]
WORDS: tuple[Word, ...] = get_args(Word)
"""``accept``: as found it is right; ``before``: it goes back to what it was; ``stop``: no more."""
DECIDERS = (
    "pharmacist",
    "primary-care",
    "specialist",
    "cardiologist",
    "nephrologist",
    "neurologist",
    "obstetrician",
    "oncologist",
    "psychiatrist",
    "rehabilitation-physician",
    "surgeon",
)
"""Roles of licensed persons who may decide what a patient takes: prescribers and clinical
pharmacists (4.1). A nurse reconciles, and finds; a product default."""
_SAID: dict[str, Class] = {"not-obtained": "not-obtained", "not-listed": "taking-not-listed"}


class Line(Struct, frozen=True, omit_defaults=True):
    """A line of the list, before and now, and what was decided about it."""

    name: str
    kind: Class
    now: Medicine | None = None
    """As found; ``None``: it is not taken any more."""
    was: Medicine | None = None
    """As it was on the list before; of a substitution, what it replaces."""
    word: Word | Literal[""] = ""
    """Empty: nobody has decided."""
    role: str = ""
    """Who decided."""
    why: str = ""
    at: int = 0

    @property
    def open(self) -> bool:
        """Whether a decision is still to be made."""
        return self.kind != "continue" and not self.word


class Decision(Struct, frozen=True):
    """What a licensed person says of the lines of one medicine."""

    name: str
    word: Word
    why: str = ""


class Reconciliation(Struct, frozen=True, omit_defaults=True):
    """The latest reconciliation that came with a list."""

    at: int
    role: str
    """Who found the list."""
    pathway: str
    step: str
    occurrence: int
    lines: tuple[Line, ...]
    owner: str = ""
    """The role whose task it was, who gives the list to others."""
    settled: int = 0
    """When the last line was decided; 0: some are open."""


def decision_of(text: str) -> Decision | None:
    """``metformin: stop, eGFR 25`` as a decision; ``None``: it is none."""
    name, colon, rest = text.partition(":")
    said, _, why = rest.partition(",")
    word = next((w for w in WORDS if w == said.strip().lower()), None)
    if not colon or not name.strip() or word is None:
        return None
    return Decision(" ".join(name.lower().split()), word, why.strip())


def compare(
    before: Sequence[Medicine], found: Sequence[Medicine], rules: Sequence[MedicineRule] = ()
) -> tuple[Line, ...]:
    """The lines of the list ``found`` against what was taken ``before``: those taken now, as they
    were given, then those that are not any more. ``rules``: those about duplicates and classes
    say which pairs are allowed, and what replaces what."""
    taken = [m for m in found if m.said != "stopped"]
    stopped = {(m.name, m.way): m for m in found if m.said == "stopped"}
    pairs = same_lines(before, taken)
    old_of = {at: was for was, at in pairs if at is not None}
    gone = [was for was, at in pairs if at is None]
    doubled = _doubled(taken, rules)
    lines: list[Line] = []
    for at, now in enumerate(taken):
        was = old_of.get(at)
        if was is None and at not in doubled and now.said not in _SAID:
            was = _replaced(now, gone, rules)
            if was is not None:
                gone.remove(was)
        lines.append(Line(now.name, _class(now, was, doubled=at in doubled), now, was))
    for was in gone:
        told = stopped.get((was.name, was.way)) or stopped.get((was.name, ""))
        kind: Class = "omitted-unexplained" if told is None else "stopped"
        lines.append(Line(was.name, kind, None, was, why="" if told is None else told.reason))
    return tuple(lines)


def same_lines(
    old: Sequence[Medicine], found: Sequence[Medicine]
) -> list[tuple[Medicine, int | None]]:
    """Where the new list has each line of the old one: at its dose, else by its route."""
    at: dict[int, int] = {}
    for same_dose in (True, False):
        for i, was in enumerate(old):
            for j, m in enumerate(found):
                if i in at or j in at.values() or (m.name, m.way) != (was.name, was.way):
                    continue
                if not same_dose or m.daily == was.daily:
                    at[i] = j
    return [(was, at.get(i)) for i, was in enumerate(old)]


def _class(now: Medicine, was: Medicine | None, *, doubled: bool) -> Class:
    if now.said in _SAID:
        return _SAID[now.said]
    if doubled and was is None:
        return "duplicate"
    if was is None:
        return "new"
    if was.name != now.name:
        return "substituted"
    # A dose that nobody told is not another dose.
    return "dose-changed" if now.daily and was.daily and now.daily != was.daily else "continue"


def _doubled(taken: Sequence[Medicine], rules: Sequence[MedicineRule]) -> frozenset[int]:
    """Lines that stand there twice, the first of each apart: a new one beside it is too much."""
    known = [rule for rule in rules if rule.duplicate]
    rule = known[0] if known else MedicineRule("", "", "", "high", "", "", duplicate=True)
    pairs = [(one, other) for one, other in hits(rule, taken, 0)]
    return frozenset(
        at
        for at, line in enumerate(taken)
        if any(line is one or line is other for one, other in pairs)
    )


def _replaced(
    now: Medicine, gone: Sequence[Medicine], rules: Sequence[MedicineRule]
) -> Medicine | None:
    """What a new line stands in the place of: as is said, else what went of the same class."""
    if now.instead:
        return next((was for was in gone if was.name == now.instead), None)
    classes = [group for rule in rules for group in rule.classes]
    return next(
        (
            was
            for was in gone
            if was.way == now.way
            and any(
                a in group and b in group
                for group in classes
                for a in was.ingredients
                for b in now.ingredients
            )
        ),
        None,
    )


def decided(
    lines: Sequence[Line], said: Sequence[Decision], role: str, at: int
) -> tuple[Line, ...]:
    """The lines with what ``role`` says of those that are open."""
    words = {one.name: one for one in said}
    return tuple(
        Line(one.name, one.kind, one.now, one.was, found.word, role, found.why or one.why, at)
        if one.open and (found := words.get(one.name)) is not None
        else one
        for one in lines
    )


def taken_after(line: Line) -> Medicine | None:
    """What of this line is taken after the decision; ``None``: nothing."""
    match line.word:
        case "before":
            return line.was
        case "stop":
            return None
        case _:
            return line.now
