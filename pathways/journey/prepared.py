"""A compiled pathway made ready to run: indexes and conditions as functions.

Made once per digest per process. It holds nothing that the compiled pathway does not say,
so remembering it changes no decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pathways import disclosing
from pathways.compiled import Branch, CompiledPathway, Expr, Goal, Row, Rule, Stage, Step
from pathways.conditions import View, prepare
from pathways.medicines.hits import can_hit
from pathways.medicines.rules import MedicineRule
from pathways.spans import Span
from pathways.tiers import tiers_of

Test = Callable[[View], bool | None]

_SECONDS = {
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "year": 31_536_000,
    "business-day": 86_400,
    "same-day": 86_400,
}


def nominal_seconds(span: Span) -> int:
    """The span's usual length: freshness and windows do not depend on the calendar."""
    return span.n * _SECONDS[span.unit]


def _always(_view: View) -> bool | None:
    return True


def _names_in(expr: object, found: dict[str, None]) -> None:
    """Every string of a condition: a superset of the values it reads."""
    if isinstance(expr, str):
        found[expr] = None
    elif isinstance(expr, list | tuple):
        for part in expr:
            _names_in(part, found)


class Prepared:
    """Lookups and conditions of one compiled pathway."""

    def __init__(self, pathway: CompiledPathway) -> None:
        self.pathway = pathway
        self.stages: dict[str, Stage] = {stage.id: stage for stage in pathway.stages}
        self.steps: dict[str, Step] = {}
        self.stage_of: dict[str, str] = {}
        self.when: dict[str, Test] = {}
        self.until: dict[str, Test] = {}
        self.tables: dict[str, tuple[tuple[Test, Row], ...]] = {}
        sensitive: dict[str, None] = {}
        for stage in pathway.stages:
            _names_in(stage.exit, sensitive)
            for step in stage.steps:
                self.stage_of[step.id] = stage.id
                self._take_step(step)
                _names_in(step.when, sensitive)
                _names_in(step.until, sensitive)
        self.windowed = tuple(s for s in self.steps.values() if s.window is not None)
        """Steps whose time is counted from a date."""
        for step in self.windowed:
            _names_in(step.window.of if step.window else None, sensitive)
        self.exit_reads = {s.id: self._elements_in(s.exit) for s in pathway.stages}
        self.exit: dict[str, Test] = {s.id: _test(s.exit) for s in pathway.stages}
        self.next: dict[str, tuple[tuple[Test, Branch], ...]] = {
            s.id: tuple((_test(b.when), b) for b in s.next) for s in pathway.stages
        }
        self.rules: dict[str, Rule] = {rule.id: rule for rule in pathway.rules}
        self.rule_tests: dict[str, Test] = {r.id: _test(r.when) for r in pathway.rules}
        for rule in pathway.rules:
            if rule.do is not None:
                self._take_step(rule.do)
        self.rules_reading: dict[str, tuple[Rule, ...]] = {}
        self.rules_on: dict[str, tuple[Rule, ...]] = {}
        for rule in pathway.rules:
            if rule.on:
                self.rules_on[rule.on] = (*self.rules_on.get(rule.on, ()), rule)
                continue
            for name in rule.reads:
                self.rules_reading[name] = (*self.rules_reading.get(name, ()), rule)
        self.goals: tuple[tuple[Test, Goal], ...] = tuple((_test(g.aim), g) for g in pathway.goals)
        for goal in pathway.goals:
            _names_in(goal.aim, sensitive)
        self.sensitive = sensitive
        """Values on which a step, an exit or a goal may depend."""
        self.monitors: frozenset[str] = frozenset(
            step.element for step in self.steps.values() if step.verb == "monitor"
        )
        self.awaited: frozenset[str] = frozenset(
            name for step in self.steps.values() for group in step.after_any for name in group
        )
        """Steps of groups of which any is enough for what comes after."""
        self.of_plan = frozenset(name for stage in pathway.stages for name in _after_plan(stage))
        """Steps that come after the plan or its approval within their stage: they tell of it,
        unless they are for safety (X9), which waits for no approval."""
        self.of_caregiver = frozenset(_of_caregiver(pathway))
        """Names of values that are the caregiver's own."""
        self.about_caregiver = frozenset(self._about_caregiver())
        """Steps and rules that rest on such values, or ask for them."""
        self.tells_caregiver = disclosing.told(pathway, self.of_caregiver, self.of_plan)
        """Steps and rules with a message to her -> what of the patient it tells."""
        self.eligible = _test(pathway.eligible)
        self.refusals = tuple((_test(r.when), r) for r in pathway.refusals)
        self.reevaluations: tuple[Stage, ...] = tuple(
            s for s in pathway.stages if s.phase == "reevaluation"
        )
        self.fresh = self._freshness()
        self.tiers = tiers_of(pathway)
        self.medicines_reading: dict[str, None] = {}
        """Values that rules about medicines read."""
        for about in pathway.medicine_rules:
            _names_in(about.when, self.medicines_reading)
        self._about: dict[frozenset[str], tuple[MedicineRule, ...]] = {}
        self.anew: frozenset[str] = frozenset(pathway.episodes.anew if pathway.episodes else ())
        """Values and instruments that a new episode asks anew."""

    def medicine_rules(self, names: frozenset[str]) -> tuple[MedicineRule, ...]:
        """The rules that may be about a list with these ingredients."""
        found = self._about.get(names)
        if found is None:
            if len(self._about) >= _REMEMBERED:
                self._about.clear()
            found = tuple(rule for rule in self.pathway.medicine_rules if can_hit(rule, names))
            self._about[names] = found
        return found

    def _take_step(self, step: Step) -> None:
        self.steps[step.id] = step
        self.when[step.id] = _test(step.when)
        self.until[step.id] = _test(step.until) if step.until is not None else _never
        if step.table:
            self.tables[step.id] = tuple((_test(row.when), row) for row in step.table)

    def _elements_in(self, expr: Expr | None) -> tuple[str, ...]:
        found: dict[str, None] = {}
        _names_in(expr, found)
        return tuple(name for name in found if name in self.pathway.data)

    def listener(self, step: Step) -> str:
        """Who gets the material of a lesson."""
        return "caregiver" if step.id in self.about_caregiver else "patient"

    def _about_caregiver(self) -> list[str]:
        conditions: dict[str, Expr | None] = {rule.id: rule.when for rule in self.pathway.rules}
        found = []
        for step in self.steps.values():
            names: dict[str, None] = dict.fromkeys((*step.collect, step.element))
            _names_in(step.when if step.when is not None else conditions.get(step.id), names)
            instruments = (self.pathway.instruments.get(name) for name in step.instruments)
            hers = any(one is not None and one.subject for one in instruments)
            if hers or not self.of_caregiver.isdisjoint(names):
                found.append(step.id)
        return found

    def _freshness(self) -> dict[str, int]:
        """Name -> seconds an observation counts; only names that grow stale."""
        fresh: dict[str, int] = {}
        for name, element in self.pathway.data.items():
            if element.fresh is not None:
                fresh[name] = nominal_seconds(element.fresh)
        for instrument in self.pathway.instruments.values():
            if instrument.fresh is None:
                continue
            seconds = nominal_seconds(instrument.fresh)
            for item in instrument.items:
                fresh[f"{instrument.id}.{item.id}"] = seconds
            for score in instrument.scores:
                fresh[f"{instrument.id}.{score.id}"] = seconds
                fresh[f"{instrument.id}.{score.id}-band"] = seconds
        return fresh


def _of_caregiver(pathway: CompiledPathway) -> list[str]:
    found = [name for name, element in pathway.data.items() if element.subject]
    for instrument in pathway.instruments.values():
        if instrument.subject:
            found += [f"{instrument.id}.{item.id}" for item in instrument.items]
            for score in instrument.scores:
                found += [f"{instrument.id}.{score.id}", f"{instrument.id}.{score.id}-band"]
    return found


def _after_plan(stage: Stage) -> list[str]:
    """The steps of a stage behind one of its plan or approve steps, at any remove, which are not
    for safety."""
    origin = [step.id for step in stage.steps if step.verb in ("plan", "approve")]
    found = dict.fromkeys(origin)
    grows = bool(origin)
    while grows:
        more = [s.id for s in stage.steps if s.id not in found and set(s.behind) & found.keys()]
        found.update(dict.fromkeys(more))
        grows = bool(more)
    safe = [step.id for step in stage.steps if step.response or step.safety_critical]
    return [name for name in found if name not in origin and name not in safe]


def _never(_view: View) -> bool | None:
    return False


def _test(expr: Expr | None) -> Test:
    return _always if expr is None else prepare(expr)


_prepared: dict[str, Prepared] = {}
_REMEMBERED = 256


def prepared(digest: str, library: Mapping[str, CompiledPathway]) -> Prepared:
    """The pathway with this digest, ready to run. KeyError when the library lacks it."""
    found = _prepared.get(digest)
    if found is None:
        found = Prepared(library[digest])
        remember(digest, found)
    return found


def remember(digest: str, ready: Prepared) -> None:
    """Run what is called ``digest`` as ``ready`` in this process: one that watches which
    conditions are judged (coverage) must have a name of its own."""
    _prepared.pop(digest, None)
    if len(_prepared) >= _REMEMBERED:
        _prepared.pop(next(iter(_prepared)))
    _prepared[digest] = ready
