"""Conditions and data elements of a definition, lowered for the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from msgspec import Struct
from msgspec.structs import replace

from pathways.compiled import HUMAN_VERBS, DataElement
from pathways.language.checks.care import verb_of
from pathways.language.conditions import LoweredCondition, Scope, compile_condition
from pathways.language.defaults import OUTCOMES, contact_of
from pathways.language.definition import Definition, Path, StepAt
from pathways.language.issues import Issue, Place, Related, suggest
from pathways.language.spans import minutes
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH

Lowered = dict[Path, LoweredCondition]
"""Each condition by the path where it is written."""

READINGS_A_DAY = 4
KEEP_MOST = 120
"""Readings kept for a window function: four a day, at most 120 (a window of a month), so
that a journey stays small; the data feed thins out what is measured more often."""


def data_elements(definition: Definition) -> dict[str, DataElement]:
    """The declared data elements, before any window is known."""
    found: dict[str, DataElement] = {}
    for name, element in definition.pathway.data.items():
        low, high = element.range or (None, None)
        warn_low, warn_high = element.warn or (None, None)
        found[name] = DataElement(
            name=name,
            type=element.type,
            label=element.label or name.replace("-", " ").capitalize(),
            unit=element.unit or "",
            low=low,
            high=high,
            warn_low=warn_low,
            warn_high=warn_high,
            options=element.options,
            loinc=element.loinc or "",
            fresh=element.fresh,
            line=definition.key_line("data", name),
            subject=element.subject or "",
            reckoned=element.from_ or "",
        )
    return found


class Earlier(Struct, frozen=True):
    """What the conditions of a definition came to before a part of it changed: by place and text,
    and the names that they were read with."""

    scope: Scope
    conditions: dict[tuple[Place, str], LoweredCondition]


def earlier(definition: Definition, lowered: Lowered) -> Earlier:
    """What conditions came to, to be used again where the same names are known."""
    known = {
        (definition.place(*written.path), written.text): lowered[written.path]
        for written in definition.conditions
        if written.path in lowered
    }
    return Earlier(_scope(definition), known)


def _scope(definition: Definition) -> Scope:
    """The names that conditions may use."""
    return Scope(
        data=data_elements(definition),
        instruments=dict(definition.shelf.instruments),
        terms={name: term.when for name, term in definition.pathway.terms.items()},
        steps=tuple(found.step.id for found in definition.steps),
    )


def lower(definition: Definition, before: Earlier | None = None) -> tuple[Lowered, list[Issue]]:
    """Every condition of the definition that can be lowered, and what is wrong with the rest.
    ``before``: what they came to in a definition that this one is a part of."""
    pathway = definition.pathway
    scope = _scope(definition)
    known = before.conditions if before is not None and before.scope == scope else {}
    lowered: Lowered = {}
    issues: list[Issue] = []
    wrong: dict[str, list[Issue]] = {}
    texts: dict[str, LoweredCondition] = {}
    for name, term in pathway.terms.items():
        about: list[Issue] = []
        if _lower_one(definition, _term_path(definition, name), term.when, scope, about) is None:
            wrong[name] = about
    for name, about in wrong.items():
        others = wrong.keys() - {name}
        issues += _unspoilt(about, pathway.terms[name].when, others, _OF_A_TERM)
    for written in definition.conditions:
        again = texts.get(written.text)
        if again is None and known:
            again = known.get((definition.place(*written.path), written.text))
        if again is not None:
            lowered[written.path] = again
            continue
        found: list[Issue] = []
        one = _lower_one(definition, written.path, written.text, scope, found)
        if one is not None and not found:  # what is wrong is told at each place
            texts[written.text] = one
        issues += _unspoilt(found, written.text, wrong.keys(), _OF_A_TERM | {"term-cycle"})
        if one is not None:
            lowered[written.path] = one
    issues += _unheard_rules(definition, lowered)
    issues += unknown_outcomes(definition, lowered)
    return lowered, issues


def _unspoilt(
    found: list[Issue], text: str, wrong: AbstractSet[str], codes: frozenset[str]
) -> list[Issue]:
    """What is wrong with a condition itself, beside the terms in it that are ``wrong``, of which
    ``codes`` are said where they stand."""
    spoilt = bool(found) and not wrong.isdisjoint(names_in(text))
    return [issue for issue in found if not (spoilt and issue.code in codes)]


_OF_A_TERM = frozenset({"broken-term", "type-mismatch", "not-a-condition"})
"""What goes wrong in a condition because a term in it is wrong: that is said of the term."""
_NAME = re.compile(r"[A-Za-z][\w-]*")


def names_in(text: str) -> frozenset[str]:
    """The words of a condition that may be names."""
    return frozenset(_NAME.findall(text))


def _term_path(definition: Definition, name: str) -> Path:
    whole: Path = ("terms", name)
    return whole if definition.scalar(*whole) is not None else (*whole, "when")


def _lower_one(
    definition: Definition, path: Path, text: str, scope: Scope, issues: list[Issue]
) -> LoweredCondition | None:
    scalar = definition.scalar(*path)
    if scalar is None:
        return None
    lowered, found = compile_condition(text, scalar.content, scope)
    if scalar.lines > 1 or not scalar.exact:
        found = [replace(issue, place=scalar.place) for issue in found]
    issues += found
    return lowered


def _unheard_rules(definition: Definition, lowered: Lowered) -> Iterator[Issue]:
    """A rule without an event is judged when a value arrives that it reads."""
    for found in definition.rules:
        one = lowered.get((*found.path, "when"))
        if one is not None and found.rule.on is None and not one.reads:
            yield Issue(
                "rule-never-fires",
                f'Rule "{found.rule.id}" depends on no data, so no arriving value ever fires it.',
                definition.place(*found.path, "when"),
                hint="Add on: EVENT, or a data element to its condition.",
            )


def unknown_outcomes(definition: Definition, lowered: Lowered) -> Iterator[Issue]:
    """``outcome("x") = "y"``, where step x never ends with y, is never yes."""
    known = {found.step.id: (found, _outcomes(found)) for found in definition.steps}
    for path, one in lowered.items():
        for step, literal in _compared_outcomes(one.expr):
            found, outcomes = known.get(step, (None, ()))
            if found is not None and outcomes and literal not in outcomes:
                yield Issue(
                    "unknown-outcome",
                    f'Step "{step}" never ends with the outcome "{literal}".',
                    definition.place(*path),
                    related=(Related(definition.step_places[step], f'"{step}" is here.'),),
                    hint=suggest(literal, outcomes),
                )


def _outcomes(found: StepAt) -> tuple[str, ...]:
    """The outcomes a step can have; empty when the language does not say."""
    verb = verb_of(found.step)
    own = OUTCOMES.get(verb, ("done",) if verb in HUMAN_VERBS else ())
    if found.step.task is not None and found.step.task.outcomes:
        own = found.step.task.outcomes
    return (*own, UNABLE_TO_REACH) if contact_of(found.step) else own


def _compared_outcomes(expr: object) -> Iterator[tuple[str, str]]:
    if not isinstance(expr, list) or not expr:
        return
    if expr[0] in ("=", "!=", "in"):
        for side, other in ((expr[1], expr[2]), (expr[2], expr[1])):
            if isinstance(side, list) and len(side) == 2 and side[0] == "outcome":
                literals = other if isinstance(other, list) else [other]
                yield from ((side[1], literal) for literal in literals if isinstance(literal, str))
    for part in expr[1:]:
        yield from _compared_outcomes(part)


def with_windows(data: dict[str, DataElement], lowered: Lowered) -> dict[str, DataElement]:
    """The elements, keeping as many readings as the longest window over each may hold."""
    longest: dict[str, Span] = {}
    for one in lowered.values():
        for name, span in one.windows.items():
            if name not in longest or minutes(span) > minutes(longest[name]):
                longest[name] = span
    return {
        name: replace(element, keep=max(element.keep, _keep(longest[name])))
        if name in longest
        else element
        for name, element in data.items()
    }


def _keep(window: Span) -> int:
    days = -(-minutes(window) // 1440)
    return min(KEEP_MOST, 2 + READINGS_A_DAY * days)
