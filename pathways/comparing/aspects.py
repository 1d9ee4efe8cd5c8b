"""How one thing is compared, field by field.

A table names every field of a compiled struct: how people call it, what sort of change it is,
how its value is said, and whether it matters for patients. A test holds the tables to the
structs, so that a new field cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pathways import wording
from pathways.canonical import canonical
from pathways.comparing.difference import Change, Kind, Subject, What
from pathways.compiled import CompiledPathway, Expr
from pathways.explaining.explanation import capital

Say = Callable[[Any, CompiledPathway], str]
"""A struct of a pathway -> what one of its fields says, "" for nothing."""


class Aspect(Struct, frozen=True):
    """How a field is compared."""

    name: str
    kind: Kind
    say: Say
    patient: bool = True
    unordered: bool = False
    """A list whose order has no effect."""
    expr: bool = False
    """A condition: when only its numbers differ, that is a threshold."""


PLACE = Aspect("line", "wording", lambda one, _: "", patient=False)
"""Where something stands in the file: told once, for the whole pathway."""
ELSEWHERE = Aspect("part", "content", lambda one, _: "")
"""Compared by what it holds."""
Table = Mapping[str, Aspect]


class Side(Struct, frozen=True):
    """A thing with the pathway that it belongs to."""

    pathway: CompiledPathway
    one: Any


class Named(Struct, frozen=True):
    """What a change is about."""

    subject: Subject
    id: str
    title: str

    def change(
        self,
        what: What,
        kind: Kind,
        aspect: str,
        text: str,
        *,
        now: str = "",
        was: str = "",
        lines: tuple[int, int] = (0, 0),
        patient: bool = True,
    ) -> Change:
        """``lines``: in the new file, and in the old."""
        return Change(
            subject=self.subject,
            id=self.id,
            title=self.title,
            what=what,
            kind=kind,
            aspect=aspect,
            text=text,
            now=now,
            was=was,
            line=lines[0],
            old_line=lines[1],
            patient=patient,
        )


def same(was: object, now: object) -> bool:
    """Whether two values are the same in the digest: true is not 1, and 7 is not 7.0."""
    return canonical(was) == canonical(now)


def fields(table: Table, named: Named, old: Side, new: Side) -> Iterator[Change]:
    """The changes of every field in ``table``."""
    lines = (getattr(new.one, "line", 0), getattr(old.one, "line", 0))
    for field, aspect in table.items():
        was, now = getattr(old.one, field), getattr(new.one, field)
        if aspect is PLACE or aspect is ELSEWHERE or same(was, now):
            continue
        if aspect.unordered and same(sorted(was), sorted(now)):
            yield _reordered(named, aspect.name, lines)
            continue
        kind = "threshold" if aspect.expr and only_numbers_differ(was, now) else aspect.kind
        said_was, said_now = _told(aspect, old, new, field)
        yield named.change(
            "changed",
            kind,
            aspect.name,
            replaced(aspect.name, said_now, said_was),
            now=said_now,
            was=said_was,
            lines=lines,
            patient=aspect.patient,
        )


def _reordered(named: Named, name: str, lines: tuple[int, int]) -> Change:
    text = f"{capital(name)}: in another order, which has no effect."
    return named.change("changed", "order", name, text, lines=lines, patient=False)


def replaced(name: str, now: str, was: str) -> str:
    """``Due: within 7 days (was: within 14 days).``"""
    if "\n" in now or "\n" in was:
        return f"{capital(name)}:\n{_by_line(was, now)}"
    return f"{capital(name)}: {now or 'none'} (was: {was or 'none'})."


def _by_line(was: str, now: str) -> str:
    old, new = was.splitlines(), now.splitlines()
    shown: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            shown += [f"- {line}" for line in old[a:b]] + [f"+ {line}" for line in new[c:d]]
    return "\n".join(shown or [f"- {was!r}", f"+ {now!r}"])


def _told(aspect: Aspect, old: Side, new: Side, field: str) -> tuple[str, str]:
    """Before and after in words; as data where the words are the same."""
    was, now = aspect.say(old.one, old.pathway), aspect.say(new.one, new.pathway)
    if was != now:
        return was, now
    return raw(getattr(old.one, field)), raw(getattr(new.one, field))


def raw(value: object) -> str:
    """A value as data, for differences that words do not show."""
    return canonical(value).decode()


def rows(
    named: Named,
    aspect: Aspect,
    old: tuple[CompiledPathway, tuple[Any, ...]],
    new: tuple[CompiledPathway, tuple[Any, ...]],
) -> Iterator[Change]:
    """The changes of a list in which order counts: rows of a table, branches, refusals.
    ``aspect.say`` says one row."""
    before, after = ([_bare(row) for row in rows] for _, rows in (old, new))
    matcher = SequenceMatcher(None, [raw(r) for r in before], [raw(r) for r in after], False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        for i in range(max(b - a, d - c)):
            was = before[a + i] if a + i < b else None
            now = after[c + i] if c + i < d else None
            lines = (
                new[1][c + i].line if now is not None else 0,
                old[1][a + i].line if was is not None else 0,
            )
            yield _row(named, aspect, (was, old[0]), (now, new[0]), lines)


def _row(
    named: Named,
    aspect: Aspect,
    old: tuple[Any, CompiledPathway],
    new: tuple[Any, CompiledPathway],
    lines: tuple[int, int],
) -> Change:
    was, now = ("" if one is None else aspect.say(one, side) for one, side in (old, new))
    if was == now:
        was, now = raw(old[0]), raw(new[0])
    kind: Kind = aspect.kind
    if old[0] is not None and new[0] is not None and _only_limits(old[0], new[0]):
        kind = "threshold"
    text = replaced(aspect.name, now, was)
    if not was or not now:
        text = f"{capital(aspect.name)} {'added' if now else 'gone'}: {now or was}."
    return named.change("changed", kind, aspect.name, text, now=now, was=was, lines=lines)


def _only_limits(was: Struct, now: Struct) -> bool:
    """Whether two rows are the same but for numbers of their condition."""
    before, after = getattr(was, "when", None), getattr(now, "when", None)
    return only_numbers_differ(before, after) and same(
        replace(was, when=None), replace(now, when=None)
    )


def _bare(row: Struct) -> Struct:
    """The row without its place."""
    return replace(row, line=0)


def only_numbers_differ(was: object, now: object) -> bool:
    """Whether two different conditions are the same but for their numbers."""
    return was != now and _alike(was, now)


def _alike(was: object, now: object) -> bool:
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(_alike, was, now))
    if _is_number(was) and _is_number(now):
        return True
    return was is not None and same(was, now)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def said(field: str) -> Say:
    """A name or text as it stands."""
    return lambda one, _: str(getattr(one, field))


def texts(field: str) -> Say:
    """Texts by language."""
    return lambda one, _: "; ".join(
        f"{language}: {text}" for language, text in sorted(getattr(one, field).items())
    )


def role(field: str) -> Say:
    """A role, outcome or service as people say it."""
    return lambda one, _: wording.role(getattr(one, field))


def listed(field: str) -> Say:
    """Names of a list."""
    return lambda one, _: wording.listed(getattr(one, field))


def span(field: str) -> Say:
    """A span, or nothing."""
    return lambda one, _: "" if getattr(one, field) is None else str(getattr(one, field))


def condition(field: str) -> Say:
    """A condition in words, or nothing."""

    def say(one: Any, pathway: CompiledPathway) -> str:
        expr: Expr | None = getattr(one, field)
        return "" if expr is None else wording.condition(expr, pathway)

    return say


def yes_or_no(field: str) -> Say:
    return lambda one, _: "yes" if getattr(one, field) else "no"
