"""The ground that proofs stand on: what each value of a patient may be at all.

Taken from the declared ranges, options and scores, and from what the kernel guarantees (age
only grows, an enrolled patient is on the pathway, a step that is no appointment is not missed).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import msgspec

from pathways.compiled import (
    HUMAN_VERBS,
    CompiledPathway,
    DataElement,
    Instrument,
    Score,
    Step,
    contact_of,
)
from pathways.conditions.facts import BUILT_IN
from pathways.proving.evaluating import Leaf, leaf_of
from pathways.proving.possible import ALWAYS, NO, YES, Possible, numbers

AGE = 130
"""Nobody is older (years)."""
SEXES = ("female", "male", "other")
DECLINABLE = frozenset({*HUMAN_VERBS, "schedule"})
EITHER = Possible(truth=YES | NO)
ANYTHING = Possible(unknown=True, truth=YES | NO, low=-inf, high=inf, others=True)
DAY = 86_400
_SECONDS = {
    "minute": 60,
    "hour": 3600,
    "day": DAY,
    "week": 7 * DAY,
    "month": 31 * DAY,
    "year": 366 * DAY,
    "business-day": 7 * DAY,
    "same-day": DAY,
}
"""At most: a proof may not shorten what is fresh."""


class Ground:
    """What the leaves of one pathway's conditions may be.

    ``before``: the steps that may have ended where the condition stands (``None``: any).
    ``joined``: whether the patient is enrolled already. ``outside``: not in hospital, where
    rules are not in force. ``number`` tells the grounds of one pathway apart.
    """

    def __init__(
        self,
        pathway: CompiledPathway,
        *,
        before: frozenset[str] | None = None,
        joined: bool = True,
        outside: bool = False,
        number: int = 0,
    ) -> None:
        self.number = number
        self.pathway = pathway
        self.before = before
        self.joined = joined
        self.outside = outside
        self.steps = {step.id: step for stage in pathway.stages for step in stage.steps}
        self.adult = adult_from(pathway.eligible) if joined else 0.0

    def of(self, leaf: Leaf) -> tuple[Possible, bool]:
        """What ``leaf`` may be, and whether it is a whole number."""
        expr: list[Any] = msgspec.json.decode(leaf)
        head, *about = expr
        if head in BUILT_IN:
            return self._built_in(head)
        if head in ("has-condition", "taking"):
            return EITHER, False
        if head == "on-pathway":
            mine = self.joined and about[0] == self.pathway.pathway
            return (ALWAYS if mine else EITHER), False
        if head in ("end", "outcome"):
            return self._step(head, about[0]), False
        return self._reading(head, about)

    def _built_in(self, name: str) -> tuple[Possible, bool]:
        if name == "age":
            return numbers(self.adult, AGE, unknown=not self.adult), True
        if name == "sex":
            return Possible(words=SEXES, unknown=True), False
        if name == "language":
            return Possible(others=True, unknown=True), False
        if name == "goals-met":
            met = Possible(truth=YES | NO, unknown=True)
            return (met if self.pathway.goals else ALWAYS), False
        if name == "plan-approved":
            approved = any(step.verb == "approve" for step in self.steps.values())
            return Possible(truth=(YES | NO) if approved else NO), False
        if name == "in-hospital" and self.outside:
            return Possible(truth=NO), False
        return EITHER, False

    def _step(self, head: str, name: str) -> Possible:
        """How a step last ended, or its outcome."""
        step = self.steps.get(name)
        reached = self.before is None or name in self.before
        if head == "outcome":
            return Possible(others=reached, words=(), unknown=True)
        return Possible(words=ends_of(step) if step is not None and reached else ("",))

    def _reading(self, head: str, about: list[Any]) -> tuple[Possible, bool]:
        name = about[0]
        plain, whole = value_of(self.pathway, name)
        if head in ("value", "previous", "lowest", "highest"):
            return plain, whole
        if head == "days-since":
            return numbers(0, inf, unknown=True), True
        if head == "days-since-date":
            return numbers(-inf, inf, unknown=True), True
        if head in ("count-below", "count-at-least"):
            element = self.pathway.data.get(name)
            return numbers(0, element.keep if element is not None else inf, unknown=True), True
        if head == "change" and plain.numeric:
            width = plain.high - plain.low
            return numbers(-width, width, unknown=True), whole
        if head == "percent-change" and plain.numeric and plain.low > 0:
            ratio = plain.high / plain.low
            return numbers(100 * (1 / ratio - 1), 100 * (ratio - 1), unknown=True), False
        return numbers(-inf, inf, unknown=True), False


def ends_of(step: Step) -> tuple[str, ...]:
    """How a step can have ended; the empty text: not yet."""
    ends = ["", "done", "cancelled", "failed"]
    if step.verb in DECLINABLE:
        ends.append("declined")
    if step.verb == "schedule" or contact_of(step):
        ends.append("missed")
    if step.after:
        ends.append("skipped")
    return tuple(ends)


def value_of(pathway: CompiledPathway, name: str) -> tuple[Possible, bool]:
    """What a data element or a result of an instrument may be; never certain to be known."""
    element = pathway.data.get(name)
    if element is not None:
        return _element(element), False
    instrument = pathway.instruments.get(name.partition(".")[0])
    found = _result(instrument, name.partition(".")[2]) if instrument is not None else None
    return found or (ANYTHING, False)


def _element(element: DataElement) -> Possible:
    match element.type:
        case "quantity":
            low = -inf if element.low is None else element.low
            high = inf if element.high is None else element.high
            return numbers(low, high, unknown=True)
        case "choice":
            return Possible(words=element.options, unknown=True)
        case "boolean":
            return Possible(truth=YES | NO, unknown=True)
        case _:
            return Possible(others=True, unknown=True)


def _result(instrument: Instrument, part: str) -> tuple[Possible, bool] | None:
    bounds = bounds_of(instrument)
    if part in bounds:
        low, high = bounds[part]
        return numbers(low, high, unknown=True), True
    for score in instrument.scores:
        if part == f"{score.id}-band":
            return Possible(words=tuple(band.name for band in score.bands), unknown=True), False
    return None


def bounds_of(instrument: Instrument) -> dict[str, tuple[int, int]]:
    """The lowest and highest value of each item and score."""
    bounds: dict[str, tuple[int, int]] = {}
    for item in instrument.items:
        values = [choice.value for choice in item.choices]
        bounds[item.id] = (min(values), max(values)) if values else (item.low, item.high)
    for score in instrument.scores:
        bounds[score.id] = _score_bounds(score, bounds)
    return bounds


def _score_bounds(score: Score, bounds: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    if score.kind == "positive":
        return 0, 1
    if score.kind == "count":
        return 0, len(score.items)
    parts = [bounds.get(name, (0, 0)) for name in score.items]
    return sum(low for low, _ in parts), sum(high for _, high in parts)


def adult_from(eligible: object) -> float:
    """The age below which nobody is enrolled: nobody gets younger afterwards."""
    if not isinstance(eligible, list):
        return 0.0
    if eligible[0] == "and":
        return max((adult_from(part) for part in eligible[1:]), default=0.0)
    if eligible[0] in (">=", ">") and eligible[1] == ["age"]:
        limit = eligible[2]
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            return float(limit) + (1 if eligible[0] == ">" else 0)
    return 0.0


def laws(leaves: tuple[Leaf, ...], pathway: CompiledPathway) -> list[list[Any]]:
    """What readings of one element have to do with each other, as conditions that never fail."""
    present = {leaf: msgspec.json.decode(leaf) for leaf in leaves}
    found: list[list[Any]] = []
    for expr in present.values():
        head, *about = expr
        value = ["value", about[0]] if about else []
        has_value = bool(value) and leaf_of(value) in present
        if head in ("change", "percent-change", "days-since-date") and has_value:
            found.append(_implies(["known", expr], ["known", value]))
        if head == "days-since":
            found += _freshness(expr, value, pathway, has_value=has_value)
        if head in ("lowest", "highest") and has_value:
            sign = "<=" if head == "lowest" else ">="
            found.append(["not", ["is-no", [sign, expr, value]]])
        if head == "has-condition":
            for other in present.values():
                if other[0] == head and other != expr and about[0].startswith(other[1]):
                    found.append(_implies(expr, other))
    return found


def _freshness(
    since: list[Any], value: list[Any], pathway: CompiledPathway, *, has_value: bool
) -> list[list[Any]]:
    """A value that counts was observed no longer ago than it stays fresh."""
    element = pathway.data.get(value[1])
    if not has_value or element is None:
        return []
    found = [_implies(["known", value], ["known", since])]
    if element.fresh is not None:
        days = float(element.fresh.n * _SECONDS[element.fresh.unit] // DAY)
        found.append(_implies(["known", value], ["is-yes", ["<=", since, days]]))
    return found


def _implies(one: list[Any], other: list[Any]) -> list[Any]:
    return ["or", ["not", one], other]
