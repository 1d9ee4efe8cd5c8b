"""Which points of a pathway a scenario reached: its conditions are watched while it is played,
the rest is read off the course."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from pathways.compiled import CompiledPathway
from pathways.conditions import View
from pathways.journey.prepared import Prepared, Test, remember
from pathways.journey.state import Enrollment
from pathways.scenarios.course import Course
from pathways.scenarios.meetings import SHARED, met
from pathways.scenarios.point import Point
from pathways.scenarios.points import own_overdue, points
from pathways.scenarios.running import play
from pathways.scenarios.scenario import Scenario
from pathways.scenarios.site import Site
from pathways.undone import Overdue
from pathways.windows import WINDOW_OVER


class Covered(Struct, frozen=True):
    """What the scenarios of a pathway reached together."""

    pathway: str
    points: tuple[Point, ...]
    reached: frozenset[str]
    unreachable: frozenset[str] = frozenset()
    """Declared so: they count neither way."""

    @property
    def missed(self) -> tuple[Point, ...]:
        """The points that no scenario reached and that can be, in the order of the source."""
        apart = self.reached | self.unreachable
        return tuple(point for point in self.points if point.key not in apart)

    def count(self, *, steps: bool) -> tuple[int, int]:
        """Reached and all: of steps and rules, or of branches."""
        possible = (p for p in self.points if p.key not in self.unreachable - self.reached)
        kind = [point for point in possible if point.is_step is steps]
        return sum(point.key in self.reached for point in kind), len(kind)


def covered(
    pathway: CompiledPathway,
    reached: Iterator[frozenset[str]],
    unreachable: frozenset[str] = frozenset(),
    *,
    alone: bool = False,
) -> Covered:
    """The points of ``pathway`` that the scenarios reached together. ``alone``: the site has no
    other pathway, with which something might be shared."""
    possible = tuple(one for one in points(pathway) if not alone or one.key != SHARED)
    return Covered(pathway.pathway, possible, frozenset[str]().union(*reached), unreachable)


def play_watched(scenario: Scenario, site: Site) -> tuple[Course, Mapping[str, frozenset[str]]]:
    """Play a scenario, and say which points of each of its pathways it reached."""
    hits: dict[str, dict[str, None]] = {}
    watched = site
    for name in enrolled(scenario):
        if name in site.pathways:
            digest, pathway = site.pathways[name]
            watch = _watch(digest, pathway)
            watch.hits = hits[name] = {}
            under = f"watched:{digest}"
            remember(under, watch.ready)
            watched = watched.with_pathway(under, pathway)
    course = play(scenario, watched)
    for name in hits:
        _, pathway = site.pathways[name]
        hits[name] |= dict.fromkeys(_from_course(pathway, course))
        hits[name] |= dict.fromkeys(met(pathway, course))
    return course, {name: frozenset(found) for name, found in hits.items()}


def enrolled(scenario: Scenario) -> tuple[str, ...]:
    """The pathways that the patient is on, from the beginning or later."""
    later = tuple(one.of for one in scenario.course if one.deed == "enroll")
    return tuple(dict.fromkeys((*scenario.pathways, *later)))


# -- conditions --------------------------------------------------------------------------------


class _Watch:
    """A pathway made ready to run, with every condition noting its verdicts in ``hits``, which
    every play replaces by its own."""

    def __init__(self, pathway: CompiledPathway) -> None:
        self.pathway = pathway
        self.hits: dict[str, None] = {}
        self.ready = ready = Prepared(pathway)
        ready.when = {n: self._verdicts(f"when {n}", test) for n, test in ready.when.items()}
        ready.until = {n: self._verdicts(f"until {n}", test) for n, test in ready.until.items()}
        ready.exit = {n: self._verdicts(f"exit {n}", test) for n, test in ready.exit.items()}
        ready.rule_tests = {
            n: self._verdicts(f"judged {n}", test) for n, test in ready.rule_tests.items()
        }
        ready.goals = tuple((self._verdicts(f"goal {g.id}", t), g) for t, g in ready.goals)
        ready.eligible = self._verdicts("eligible", ready.eligible)
        ready.refusals = tuple(
            (self._verdicts(f"refuse {i}", test), r) for i, (test, r) in enumerate(ready.refusals)
        )
        ready.tables = {
            name: tuple(
                (self._choice(f"row {name} {i}", test), row) for i, (test, row) in enumerate(rows)
            )
            for name, rows in ready.tables.items()
        }
        ready.next = {
            name: tuple(
                (self._choice(f"branch {name} {i}", test), b) for i, (test, b) in enumerate(found)
            )
            for name, found in ready.next.items()
        }

    def _verdicts(self, key: str, test: Test) -> Test:
        yes, no = f"{key} yes", f"{key} no"

        def watched(view: View) -> bool | None:
            found = test(view)
            self.hits[yes if found else no] = None
            return found

        return watched

    def _choice(self, key: str, test: Test) -> Test:
        def watched(view: View) -> bool | None:
            found = test(view)
            if found:
                self.hits[key] = None
            return found

        return watched


_watches: dict[str, _Watch] = {}
_REMEMBERED = 64


def _watch(digest: str, pathway: CompiledPathway) -> _Watch:
    """The watch of a pathway: made once per digest per process, as making it takes longer than
    playing a short scenario."""
    found = _watches.get(digest)
    if found is None or found.pathway is not pathway:
        if len(_watches) >= _REMEMBERED:
            _watches.pop(next(iter(_watches)))
        found = _watches[digest] = _Watch(pathway)
    return found


# -- the course --------------------------------------------------------------------------------


_OF_ENTRIES = {
    "stage-overdue": "deadline",
    "goal-overdue": "goal-date",
    "reading-missing": "missing",
    "appointment-missed": "missed",
    "plan-rejected": "rejected",
    "declined": "declined",
    "unreachable": "unreachable",
    "rule-fired": "rule",
}


def _from_course(pathway: CompiledPathway, course: Course) -> Iterator[str]:
    told: dict[tuple[str, str, str], int] = {}
    for entry in course.entries:
        if entry.pathway != pathway.pathway:
            continue
        if entry.kind in _OF_ENTRIES:
            yield f"{_OF_ENTRIES[entry.kind]} {entry.step}"
        elif entry.kind == "plan-verdict":
            yield f"verdict-{entry.params['role']} {entry.step}"
        elif entry.kind == "reevaluation-due" and entry.params.get("why") == "schedule":
            yield f"reevaluation {entry.step}"
        elif entry.kind == "window-moved":
            yield f"moved {entry.params['element']}"
        elif entry.kind == "step-skipped" and entry.params.get("why") == WINDOW_OVER:
            yield f"window-over {entry.step}"
        elif entry.kind in ("task-reminded", "task-escalated"):
            action = "remind" if entry.kind == "task-reminded" else "escalate"
            told[(entry.step, action, str(entry.params["to"]))] = 1
    for stage in pathway.stages:
        for step in stage.steps:
            for index, line in enumerate(own_overdue(step, pathway.supervisor)):
                if _told(step.id, line, told):
                    yield f"overdue-{index} {step.id}"
    yield from _from_states(pathway, course)


def _told(step: str, line: Overdue, told: Mapping[tuple[str, str, str], int]) -> bool:
    return (step, line.action, line.to) in told


def _from_states(pathway: CompiledPathway, course: Course) -> Iterator[str]:
    """Steps that began, were repeated, or were waited for."""
    repeated = {s.id for stage in pathway.stages for s in stage.steps if s.every is not None}
    waits = {s.id for stage in pathway.stages for s in stage.steps if s.verb == "wait"}
    last: Enrollment | None = None
    for journey in course.journeys:
        enrollment = journey.enrollments.get(pathway.pathway)
        if enrollment is None or enrollment is last:
            continue
        last = enrollment
        for run in enrollment.active:
            for name, state in run.steps.items():
                if name in repeated and state.started >= 2:
                    yield f"every {name}"
        for name in waits:
            outcome = enrollment.outcomes.get(name)
            if outcome:
                yield f"wait-{outcome} {name}"
        yield from (f"step {name}" for name in enrollment.counts)
