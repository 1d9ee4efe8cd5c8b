"""Whether a scenario names what its pathways have: "never" about a misspelt step cannot fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from pathways.compiled import CompiledPathway
from pathways.language.issues import Issue, Place, suggest
from pathways.narrative import KINDS
from pathways.scenarios.scenario import Expectation, Happening, Scenario

COMMON = frozenset({"hold", "death-reported", "consent-withdrawn", "death"})
"""What the journey itself opens tasks for."""
NOBODY = frozenset({"patient", "caregiver"})
_ON_STEPS = ("complete", "decline", "vary", "assign", "attended", "missed", "cancelled")


@dataclass
class _Known:
    """Names by what they are names of."""

    steps: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    goals: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)


def name_issues(scenario: Scenario, pathways: Mapping[str, CompiledPathway]) -> list[Issue]:
    """Every name of a scenario that its pathways do not have, each with its place."""
    on = dict.fromkeys(
        (*scenario.pathways, *(one.of for one in scenario.course if one.deed == "enroll"))
    )
    issues = [
        _issue("unknown-pathway", "pathway", name, pathways, Place(scenario.file, 1, 1))
        for name in on
        if name not in pathways
    ]
    if issues:
        return issues
    return list(_Names(scenario, _known(pathways[name] for name in on), set(on)).issues())


def _known(pathways: Iterable[CompiledPathway]) -> _Known:
    known = _Known()
    for pathway in pathways:
        steps = [step for stage in pathway.stages for step in stage.steps]
        done = [rule.do for rule in pathway.rules if rule.do is not None]
        known.steps |= {step.id for step in steps}
        known.rules |= {rule.id for rule in pathway.rules}
        known.stages |= {stage.id for stage in pathway.stages}
        known.goals |= {goal.id for goal in pathway.goals}
        known.messages |= set(pathway.messages)
        known.roles |= {*pathway.roles, pathway.supervisor}
        known.services |= {deed.service for deed in (*steps, *done) if deed.service}
        known.values |= set(pathway.data)
        for name, instrument in pathway.instruments.items():
            known.values |= {f"{name}.{item.id}" for item in instrument.items}
            known.values |= {f"{name}.{score.id}" for score in instrument.scores}
            known.values |= {f"{name}.{score.id}-band" for score in instrument.scores}
    return known


class _Names:
    def __init__(self, scenario: Scenario, known: _Known, pathways: set[str]) -> None:
        self._scenario = scenario
        self._known = known
        self._pathways = pathways
        self._place = Place(scenario.file, 1, 1)

    def issues(self) -> Iterator[Issue]:
        scenario, known = self._scenario, self._known
        for table in (scenario.known, scenario.usual, *scenario.results.values()):
            yield from self._each("unknown-data", "value", table, known.values)
        yield from self._each(
            "unknown-service", "service", (*scenario.slots, *scenario.results), known.services
        )
        for happening in scenario.course:
            self._place = Place(scenario.file, happening.line, max(happening.column, 1))
            yield from self._happening(happening)
        for expectation in (*scenario.expect, *scenario.never):
            self._place = Place(scenario.file, expectation.line, max(expectation.column, 1))
            yield from self._expectation(expectation)

    def _happening(self, one: Happening) -> Iterator[Issue]:
        known = self._known
        work = known.steps | known.rules | known.stages | COMMON
        if one.deed in _ON_STEPS:
            yield from self._each("unknown-step", "step", (one.of,), work)
        if one.deed == "undelivered":
            yield from self._each("unknown-message", "message", (one.of,), known.messages)
        yield from self._each("unknown-data", "value", one.values, known.values)
        for results in one.results.values():
            yield from self._each("unknown-data", "value", results, known.values)
        services = (*one.slots, *one.results)
        yield from self._each("unknown-service", "service", services, known.services)
        absent = (name for name in one.absent if name != "all")
        yield from self._each("unknown-step", "step", absent, work)
        yield from self._each("unknown-role", "role", filter(None, (one.by, one.to)), known.roles)
        yield from self._pathway(one.pathway)

    def _expectation(self, one: Expectation) -> Iterator[Issue]:
        known = self._known
        work = known.steps | known.rules | known.stages | COMMON
        names: dict[str, tuple[str, Set[str]]] = {
            "task": ("unknown-step", work),
            "appointment": ("unknown-step", known.steps | known.rules),
            "step": ("unknown-step", known.steps | known.rules),
            "message": ("unknown-message", known.messages),
            "rule": ("unknown-rule", known.rules),
            "entered": ("unknown-stage", known.stages),
            "stage": ("unknown-stage", known.stages),
            "value": ("unknown-data", known.values),
            "goal": ("unknown-goal", known.goals),
            "timeline": ("unknown-entry", set(KINDS)),
        }
        if one.what in names:
            code, have = names[one.what]
            yield from self._each(code, code.removeprefix("unknown-"), (one.of,), have)
        roles = known.roles | NOBODY
        owners = (one.owner, one.to if one.what == "message" else "")
        yield from self._each("unknown-role", "role", filter(None, owners), roles)
        if one.step and one.what == "timeline":
            entries = work | known.goals | {name.partition(".")[0] for name in known.values}
            yield from self._each("unknown-step", "step", (one.step,), entries)
        yield from self._pathway(one.pathway)

    def _pathway(self, name: str) -> Iterator[Issue]:
        yield from self._each("unknown-pathway", "pathway", filter(None, (name,)), self._pathways)

    def _each(
        self, code: str, noun: str, names: Iterable[str], known: Iterable[str]
    ) -> Iterator[Issue]:
        have = set(known)
        for name in names:
            if name not in have:
                yield _issue(code, noun, name, have, self._place)


def _issue(code: str, noun: str, name: str, known: Iterable[str], place: Place) -> Issue:
    message = f'The pathway has no {noun} "{name}".'
    if noun == "pathway":
        message = f'There is no pathway "{name}" here.'
    return Issue(code, message, place, hint=suggest(name, known))
