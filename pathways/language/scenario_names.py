"""Whether a scenario names what its pathways have: "never" about a misspelt step cannot fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from pathways.compiled import HUMAN_VERBS, CompiledPathway
from pathways.language.definition import Path
from pathways.language.issues import Issue, Place, suggest
from pathways.language.scenarios import ReadScenario
from pathways.language.tree import Mapping as MappingNode
from pathways.language.tree import Node, Scalar, Sequence, at
from pathways.programs.program import Program
from pathways.review.record import DUTIES
from pathways.scenarios.scenario import Expectation, Happening, Scenario
from pathways.sentences import KINDS

COMMON = frozenset(
    {
        *("hold", "death-reported", "consent-withdrawn", "death", "referred-again", "conference"),
        *("cover-patient", "cover-physician"),
        *("admission-in-chart", "packet-to-facility", "packet-superseded", "stay", "moved-away"),
        *("match", "answer-referrer", "bereavement", "death-told", "medicines"),
        *("medicine-decision", "medicine-list"),
    }
)
"""What the journey itself opens tasks for."""
TASK_KINDS = HUMAN_VERBS | {
    "answer-referrer",
    "attendance",
    "bereavement",
    "booking",
    "consent",
    "effect",
    "hold",
    "inform",
    "instruct",
    "joined",
    "match",
    "message",
    "monitor",
    "notice",
    "outreach",
    "physician-decision",
    "packet",
    "referral",
    "conference",
    "cover-patient",
    "cover-physician",
    "reoffer",
    "review",
    "stage-blocked",
    "stage-overdue",
    "stay",
    "tell-death",
    "verify-death",
    *DUTIES,
    "hold-review",
    "medicine-alert",
    "medicine-decision",
    "medicine-list",
}
"""Kinds of tasks: those of the kernel, and the verbs whose step is one."""
NOBODY = frozenset({"patient", "caregiver"})
_ON_STEPS = ("complete", "decline", "vary", "assign", "attended", "missed", "cancelled", "review")

Programs = Callable[[], tuple[Mapping[str, Program], list[Issue]]]
"""Every program by id, as the library reads them."""


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
    orders: set[str] = field(default_factory=set)
    """Tasks about what was ordered: ``decision-THING`` tells the patient, ``hold-THING`` asks
    whether a hold is over."""


def name_issues(
    read: ReadScenario,
    pathways: Mapping[str, CompiledPathway],
    others: Iterable[str] = (),
    programs: Programs | None = None,
) -> list[Issue]:
    """Every name of a scenario that its pathways do not have, each with its place. Nothing of one
    that could not be read. ``others``: further pathways that there are; ``programs``: read
    only if one of their clocks is expected."""
    scenario, root = read.scenario, read.root
    if scenario is None or root is None:
        return []
    names = _Names(scenario, root, pathways, programs)
    return names.unknown_pathways(others) or list(names.issues())


def pathways_of(scenario: Scenario) -> tuple[str, ...]:
    """The pathways that the patient is enrolled on at the start or later, by their ids."""
    later = (one.of for one in scenario.course if one.deed in ("enroll", "refer"))
    return tuple(dict.fromkeys((*scenario.pathways, *later)))


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
        things = {deed.order.on for deed in (*steps, *done) if deed.order is not None}
        known.orders |= {f"{word}-{thing}" for word in ("decision", "hold") for thing in things}
        known.values |= set(pathway.data)
        for name, instrument in pathway.instruments.items():
            known.values |= {f"{name}.{item.id}" for item in instrument.items}
            known.values |= {f"{name}.{score.id}" for score in instrument.scores}
            known.values |= {f"{name}.{score.id}-band" for score in instrument.scores}
    return known


def _none() -> tuple[Mapping[str, Program], list[Issue]]:
    return {}, []


class _Names:
    def __init__(
        self,
        scenario: Scenario,
        root: Node,
        pathways: Mapping[str, CompiledPathway],
        programs: Programs | None,
    ) -> None:
        self._scenario = scenario
        self._root = root
        self._on = set(pathways_of(scenario))
        self._have = pathways
        known = self._known = _known(pathways[name] for name in self._on if name in pathways)
        expected = {one.what for one in (*scenario.expect, *scenario.never)}
        if programs is None or not expected & {"clock", "period"}:
            programs = _none
        there = programs()[0].values()
        self._clocks = {f"{p.program}.{clock.id}" for p in there for clock in p.clocks}
        self._periods = {p.program for p in there if p.period is not None}
        self._work = known.steps | known.rules | known.stages | known.orders | COMMON
        self._expected: dict[str, tuple[str, Set[str]]] = {
            "task": ("unknown-step", self._work),
            "appointment": ("unknown-step", known.steps | known.rules),
            "step": ("unknown-step", known.steps | known.rules),
            "message": ("unknown-message", known.messages),
            "rule": ("unknown-rule", known.rules),
            "entered": ("unknown-stage", known.stages),
            "stage": ("unknown-stage", known.stages),
            "value": ("unknown-data", known.values),
            "goal": ("unknown-goal", known.goals),
            "timeline": ("unknown-entry", KINDS.keys()),
            "review": ("unknown-step", known.steps | known.rules),
            "clock": ("unknown-clock", self._clocks),
            "period": ("unknown-period", self._periods),
        }
        """What is expected of -> the code of a name that there is not, and those that there are."""

    def unknown_pathways(self, others: Iterable[str]) -> list[Issue]:
        have = {*self._have, *others}
        issues = list(self._each("unknown-pathway", self._scenario.pathways, have, ("pathway",)))
        for i, one in enumerate(self._scenario.course):
            if one.deed in ("enroll", "refer"):
                issues += self._each("unknown-pathway", (one.of,), have, ("course", i, one.deed))
        return issues

    def issues(self) -> Iterator[Issue]:
        scenario, known = self._scenario, self._known
        for name in ("known", "usual"):
            yield from self._each("unknown-data", getattr(scenario, name), known.values, (name,))
        yield from self._found((), scenario.slots, scenario.results)
        for i, happening in enumerate(scenario.course):
            yield from self._happening(("course", i), happening)
        for name in ("expect", "never"):
            for i, expectation in enumerate(getattr(scenario, name)):
                yield from self._expectation((name, i), expectation)

    def _found(
        self, path: Path, slots: Iterable[str], results: Mapping[str, Iterable[str]]
    ) -> Iterator[Issue]:
        """Slots of services, and what their appointments find."""
        for name, services in (("slots", slots), ("results", results)):
            yield from self._each("unknown-service", services, self._known.services, (*path, name))
        for service, found in results.items():
            at_service = (*path, "results", service)
            yield from self._each("unknown-data", found, self._known.values, at_service)

    def _happening(self, path: Path, one: Happening) -> Iterator[Issue]:
        known, work = self._known, self._work
        if one.deed in _ON_STEPS:
            yield from self._each("unknown-step", (one.of,), work, (*path, one.deed))
        if one.deed == "undelivered":
            yield from self._each("unknown-message", (one.of,), known.messages, (*path, one.deed))
        told = one.deed if one.deed in ("record", "correct") else "set"
        if one.deed == "retract":
            yield from self._each("unknown-data", (one.of,), known.values, (*path, one.deed))
        yield from self._each("unknown-data", one.values, known.values, (*path, told))
        yield from self._found(path, one.slots, one.results)
        absent = (name for name in one.absent if name != "all")
        yield from self._each("unknown-step", absent, work, (*path, "absent"))
        named = work | TASK_KINDS
        yield from self._each("unknown-step", one.leaving, named, (*path, "except"))
        yield from self._each("unknown-step", one.outcomes, named, (*path, "outcomes"))
        yield from self._kind(path, one.kind)
        given = (("by", one.by), ("to", one.to if one.deed != "event" else ""))
        for name, role in given:
            yield from self._each("unknown-role", filter(None, (role,)), known.roles, (*path, name))
        yield from self._pathway(path, one.pathway)

    def _expectation(self, path: Path, one: Expectation) -> Iterator[Issue]:
        known = self._known
        if one.what in self._expected:
            code, have = self._expected[one.what]
            yield from self._each(code, (one.of,), have, (*path, one.what))
        yield from self._kind(path, one.kind)
        roles = known.roles | NOBODY
        for name, role in (("owner", one.owner), ("to", one.to if one.what == "message" else "")):
            yield from self._each("unknown-role", filter(None, (role,)), roles, (*path, name))
        if one.step and one.what == "timeline":
            entries = self._work | known.goals | {name.partition(".")[0] for name in known.values}
            yield from self._each("unknown-step", (one.step,), entries, (*path, "step"))
        yield from self._pathway(path, one.pathway)

    def _kind(self, path: Path, kind: str) -> Iterator[Issue]:
        yield from self._each("unknown-kind", filter(None, (kind,)), TASK_KINDS, (*path, "kind"))

    def _pathway(self, path: Path, name: str) -> Iterator[Issue]:
        yield from self._each(
            "unknown-pathway", filter(None, (name,)), self._on, (*path, "pathway")
        )

    def _each(
        self, code: str, names: Iterable[str], known: Set[str], path: Path
    ) -> Iterator[Issue]:
        noun = code.removeprefix("unknown-")
        for name in names:
            if name not in known:
                message = f'The pathway has no {_NOUNS.get(noun, noun)} "{name}".'
                if noun in _ANYWHERE:
                    message = f'There is no {_ANYWHERE[noun]} "{name}" here.'
                yield Issue(code, message, self._place(path, name), hint=suggest(name, known))

    def _place(self, path: Path, name: str) -> Place:
        """Where the name stands: as a key, in a list, or by itself."""
        node = at(self._root, path)
        if isinstance(node, MappingNode):
            return node.key_place(name)
        if isinstance(node, Sequence):
            named = (item for item in node.items if isinstance(item, Scalar) and item.text == name)
            return next((item.content for item in named), node.place)
        return node.content


_NOUNS = {"data": "value"}
_ANYWHERE = {
    "pathway": "pathway",
    "kind": "kind of task",
    "clock": "clock of a program",
    "period": "service period",
}
