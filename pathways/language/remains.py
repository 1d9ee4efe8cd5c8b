"""What remains of a definition with errors, so that an author sees at once what else is wrong.

The faulty parts are left out, and what only follows from that with them, round by round, until
the rest is in order. Nothing is claimed of what rests on the parts that are left out
(docs/decisions/0016).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping

from msgspec import Struct

from pathways.language import models
from pathways.language.checks import check
from pathways.language.conditions import LoweredCondition
from pathways.language.definition import Definition, Path, Shelf
from pathways.language.doubts import Doubts
from pathways.language.issues import Issue, Place
from pathways.language.leaving_out import OPEN, left_out, matters, opened
from pathways.language.lowering import Earlier, Lowered, lower, names_in
from pathways.language.shaping import shape, verb_issues
from pathways.language.tree import Mapping

ROUNDS = 8
"""Each leaves something more out."""
UNREADABLE = LoweredCondition(["value", OPEN])
"""A condition of which nothing is known: no element has this name."""
_QUOTED = re.compile(r'"([^"]*)"')
_OF_THE_WHOLE = frozenset({"unused", "approves-no-plan", "rule-never-fires", "group-may-repeat"})
"""What is only known when nothing is left out."""
_OF_WAYS = frozenset({"unreachable-stage", "no-discharge", "no-last-branch", "unreachable-branch"})


class Remains(Struct, frozen=True):
    """The rest of a definition, in order. ``issues``: what is wrong in it besides, beside
    what was known before."""

    definition: Definition
    conditions: Lowered
    doubts: Doubts
    issues: tuple[Issue, ...] = ()


class Draft(Struct, frozen=True):
    """The tree of a definition, with what it came from (as in ``Definition``)."""

    file: str
    root: Mapping
    shelf: Shelf
    origins: AbstractMapping[Path, Place]
    awaits: AbstractMapping[str, tuple[tuple[str, ...], ...]]
    uses: AbstractMapping[str, tuple[Place, ...]]
    before: Earlier | None = None
    """What its conditions came to, as far as they could be read."""

    def shaped(self, root: Mapping, pathway: models.Pathway) -> Definition:
        """The definition that ``root`` is, a part of this one."""
        return Definition(
            self.file, root, pathway, self.shelf, self.origins, self.awaits, self.uses
        )


def remains(draft: Draft, issues: Iterable[Issue]) -> Remains | None:
    """What remains without the faulty parts that ``issues`` are about; ``None`` when that is too
    little to say anything."""
    errors = [issue for issue in issues if issue.severity == "error"]
    root, doubts = draft.root, Doubts(errors=True)
    besides: tuple[Issue, ...] | None = None
    for _ in range(ROUNDS):
        found = left_out(root, errors)
        if found is None:
            return None
        root, doubts = found[0], doubts.joined(found[1])
        pathway, wrong = shape(root, models.Pathway)
        errors = wrong + list(verb_issues(root))
        if pathway is None:
            continue
        rest, doubts = _without_mentions(draft, draft.shaped(root, pathway), doubts)
        root = rest.root
        lowered, wrong = _lowered(rest, draft.before)
        issues = [*check(rest), *wrong]
        if besides is None:
            own = without_consequences(issues, rest)
            besides = tuple(issue for issue in own if _stands(issue, doubts))
        errors += [issue for issue in issues if issue.severity == "error"]
        if not any(matters(error) for error in errors):
            final = left_out(root, errors)
            doubts = doubts if final is None else doubts.joined(final[1])
            return Remains(rest, lowered, doubts, besides)
    return None


def _without_mentions(
    draft: Draft, definition: Definition, doubts: Doubts
) -> tuple[Definition, Doubts]:
    """The definition with every condition open that names what is left out."""
    names = set(doubts.names)
    terms = definition.pathway.terms
    for _ in terms:
        names |= {name for name, term in terms.items() if not names.isdisjoint(names_in(term.when))}
    if not names:
        return definition, doubts
    named = [
        written.path
        for written in definition.conditions
        if not names.isdisjoint(names_in(written.text)) and not _is_open(definition, written.path)
    ]
    root = opened(definition.root, [*named, *_terms(definition, names)])
    pathway, _ = shape(root, models.Pathway)
    joined = doubts.joined(Doubts(names=frozenset(names)))
    return (definition if pathway is None else draft.shaped(root, pathway)), joined


def _terms(definition: Definition, names: set[str]) -> list[Path]:
    """Where the terms of these names are written."""
    written: list[Path] = [("terms", name) for name in definition.pathway.terms if name in names]
    return [path if definition.scalar(*path) else (*path, "when") for path in written]


def _is_open(definition: Definition, path: Path) -> bool:
    scalar = definition.scalar(*path)
    return scalar is not None and scalar.style == OPEN


def _lowered(definition: Definition, before: Earlier | None) -> tuple[Lowered, list[Issue]]:
    """The conditions; one that is open is not known, and nothing is wrong with it."""
    lowered, issues = lower(definition, before)
    known = {
        path: UNREADABLE if _is_open(definition, path) else one for path, one in lowered.items()
    }
    holes = {definition.place(*path) for path, one in known.items() if one is UNREADABLE}
    return known, [issue for issue in issues if issue.place not in holes]


def _stands(issue: Issue, doubts: Doubts) -> bool:
    """Whether an issue of the rest is one of the whole, and none that comes of leaving out."""
    if issue.code in _OF_THE_WHOLE or (issue.code in _OF_WAYS and (doubts.ways or doubts.rules)):
        return False
    if "*" in doubts.words and issue.code.startswith("unknown-"):
        return False
    return not doubts.words & set(_QUOTED.findall(issue.message))


CONSEQUENCES = {
    "unused": frozenset({"unknown-evidence", "unknown-message"}),
    "unreachable-stage": frozenset({"unknown-stage"}),
    "no-discharge": frozenset({"unknown-stage"}),
}
"""What may only follow from another error: who names a stage wrongly makes it unreachable."""


def without_consequences(issues: list[Issue], definition: Definition) -> list[Issue]:
    """The issues that stand by themselves."""
    codes = {issue.code for issue in issues}
    lines = {(i.place.file, i.place.line) for i in issues if i.severity == "error"}
    terms = definition.pathway.terms
    places = {path[1]: definition.place(*path) for path in _terms(definition, set(terms))}
    wrong = [name for name, place in places.items() if (place.file, place.line) in lines]
    return [
        issue
        for issue in issues
        if not CONSEQUENCES.get(issue.code, frozenset()) & codes
        and not _of_a_wrong_term(issue, wrong)
    ]


def _of_a_wrong_term(issue: Issue, wrong: Iterable[object]) -> bool:
    """Whether a source is missed for a threshold that stands in a term that is wrong."""
    return issue.code == "missing-source" and any(
        issue.message.endswith(f'of "{name}") without a source.') for name in wrong
    )
