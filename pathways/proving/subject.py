"""What is proven about: a compiled pathway, with the place of everything in its definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from pathways.calendar.table import CalendarTable
from pathways.compiled import Branch, CompiledPathway, Expr, Rule, Stage, Step
from pathways.language.compiling import Compiled
from pathways.language.definition import Definition, Path
from pathways.language.doubts import NONE, Doubts
from pathways.language.issues import Issue, Place, Related
from pathways.language.leaving_out import OPEN
from pathways.proving.evaluating import decoded, leaves
from pathways.proving.ground import Ground
from pathways.proving.searching import Found, Question
from pathways.scenarios import Scenario

END = "discharge"
WHOLE = 1_000_000
"""What all searches about one pathway may cost together (looks times length of the condition): a
definition made to be hard is done with in seconds, and what was not searched is not claimed."""


class Proof(Struct, frozen=True):
    """A proof that failed: the finding, and a patient who shows it, where there can be one.

    The scenario says what should hold, so it fails as long as the finding stands.
    """

    issue: Issue
    patient: Scenario | None = None


def shown(proof: Proof, *definitions: Definition) -> Proof:
    """The proof; one inside a fragment also shows where that is used."""
    issue = proof.issue
    for definition in definitions:
        issue = definition.shown(issue)
    return proof if issue is proof.issue else replace(proof, issue=issue)


class Judged(Struct, frozen=True):
    """A condition where it stands, on the ground that holds there."""

    path: Path
    expr: Expr
    owner: str
    ground: Ground
    stage: str = ""


class Subject:
    """One pathway under proof. ``calendar``: the days that deadlines are tried on."""

    def __init__(
        self,
        definition: Definition,
        conditions: dict[Path, Expr],
        pathway: CompiledPathway,
        calendar: CalendarTable,
        doubts: Doubts = NONE,
    ) -> None:
        self.definition = definition
        self.doubts = doubts
        self.pathway = pathway
        self.calendar = calendar
        self._conditions = conditions
        self._grounds: dict[tuple[frozenset[str] | None, bool, bool], Ground] = {}
        self._spent = 0
        self._answers: dict[tuple[bytes, int], Found] = {}

    # --- places ---

    def place(self, *path: str | int) -> Place:
        return self.definition.place(*path)

    def key(self, *path: str | int) -> Place:
        return self.definition.key(*path)

    def words(self, *path: str | int) -> Place:
        """Where the text at ``path`` begins, behind its quotation mark."""
        scalar = self.definition.scalar(*path)
        return self.place(*path) if scalar is None else scalar.content

    def declared(self, name: str) -> tuple[Related, ...]:
        """Where a data element is declared."""
        if name not in self.definition.pathway.data:
            return ()
        return (Related(self.key("data", name), f'"{name}" is declared here.'),)

    def step_place(self, step: str) -> Place:
        return self.definition.step_places[step]

    # --- the graph ---

    @cached_property
    def stages(self) -> dict[str, Stage]:
        return {stage.id: stage for stage in self.pathway.stages}

    @cached_property
    def steps(self) -> dict[str, Step]:
        return {step.id: step for stage in self.pathway.stages for step in stage.steps}

    @cached_property
    def home(self) -> dict[str, str]:
        """The stage of each step."""
        return {step.id: stage.id for stage in self.pathway.stages for step in stage.steps}

    @cached_property
    def paths(self) -> dict[str, Path]:
        """Where each step is written, and each rule."""
        found: dict[str, Path] = {one.step.id: one.path for one in self.definition.steps}
        return found | {one.rule.id: one.path for one in self.definition.rules}

    @cached_property
    def drawn(self) -> dict[str, tuple[str, ...]]:
        """Where each stage may lead, whatever the conditions: branches, time and rules."""
        beside = [s.id for s in self.pathway.stages if s.phase == "reevaluation"]
        edges = {stage.id: [branch.go for branch in stage.next] for stage in self.pathway.stages}
        for stage in self.pathway.stages:
            if stage.phase == "follow-up":
                edges[stage.id] += beside
        for rule in self.pathway.rules:
            if rule.go == END:
                for name in rule.during or tuple(edges):
                    edges[name].append(END)
        return {name: tuple(dict.fromkeys(targets)) for name, targets in edges.items()}

    def branch_taken(self, stage: Stage, index: int) -> Expr:
        """When the branch at ``index`` is the one that is taken: none before it is yes."""
        earlier: list[Any] = [
            ["not", ["is-yes", branch.when]] for branch in stage.next[:index] if branch.when
        ]
        own = stage.next[index].when
        return ["and", *earlier, ["is-yes", own if own is not None else True]]

    # --- what errors leave in doubt ---

    def sure(self, expr: object) -> bool:
        """Whether what ``expr`` may come to does not depend on anything that is in doubt."""
        if not self.doubts.errors or expr is None:
            return True
        return not any(self._doubtful(decoded(leaf)) for leaf in leaves(expr))

    def _doubtful(self, leaf: list[Any]) -> bool:
        head, *about = leaf
        doubts = self.doubts
        match head:
            case "end" | "outcome":
                return doubts.ways or about[0] in doubts.steps
            case "plan-approved":
                return bool(doubts.steps)
            case "goals-met":
                return doubts.goals
            case "age":
                return not self.sure_of_who_enrolls
            case "count-below" | "count-at-least":
                return True  # how many readings are kept depends on every condition
        return bool(about) and about[0] == OPEN

    @cached_property
    def sure_of_who_enrolls(self) -> bool:
        eligible = self.pathway.eligible
        return eligible is None or ["value", OPEN] not in map(decoded, leaves(eligible))

    def sure_of_stage(self, stage: Stage) -> bool:
        """Whether nothing of the stage itself or its steps is in doubt, but for conditions."""
        doubts = self.doubts
        return stage.id not in doubts.stages and not any(
            step.id in doubts.steps for step in stage.steps
        )

    @cached_property
    def sure_of_ways(self) -> bool:
        """Whether it is known where every stage leads, and when."""
        branches = [branch.when for stage in self.pathway.stages for branch in stage.next]
        ends = [rule.when for rule in self.pathway.rules if rule.go == END]
        known = not (self.doubts.ways or self.doubts.rules)
        return known and all(self.sure(when) for when in (*branches, *ends))

    @cached_property
    def sure_of_rules(self) -> bool:
        """Whether it is known of every rule when it fires."""
        return not self.doubts.rules and all(self.sure(rule.when) for rule in self.pathway.rules)

    def open_branches(self, stage: Stage) -> Iterator[tuple[int, Branch]]:
        """The branches of a stage that some patient can take."""
        ground = self.ground(stage.id)
        for index, branch in enumerate(stage.next):
            taken = self.branch_taken(stage, index)
            if not self.sure(taken) or self.can_be("yes", taken, ground).possible:
                yield index, branch

    # --- conditions ---

    def ground(self, stage: str = "") -> Ground:
        """What may be while the patient is in ``stage`` (empty: anywhere)."""
        return self._ground(self._before(stage) if stage else None, joined=True, outside=False)

    def anywhere(self, ground: Ground) -> Ground:
        """The same ground, wherever the patient is on the pathway."""
        return self._ground(None, joined=ground.joined, outside=ground.outside)

    def _ground(self, before: frozenset[str] | None, *, joined: bool, outside: bool) -> Ground:
        key = (before, joined, outside)
        if key not in self._grounds:
            self._grounds[key] = Ground(
                self.pathway,
                before=before,
                joined=joined,
                outside=outside,
                number=len(self._grounds),
            )
        return self._grounds[key]

    def _before(self, stage: str) -> frozenset[str]:
        """Steps that may have ended when the patient is in ``stage``: of all stages that lead
        there, and of those that run beside it."""
        return self._earlier[stage]

    @cached_property
    def _earlier(self) -> dict[str, frozenset[str]]:
        ahead = {name: reached(self.drawn, name) | {name} for name in self.stages}
        return {
            stage: frozenset(step for step, home in self.home.items() if stage in ahead[home])
            for stage in self.stages
        }

    def rule_ground(self, rule: Rule) -> Ground:
        before: frozenset[str] | None = None
        if rule.during:
            before = frozenset().union(*(self._before(name) for name in rule.during))
        return self._ground(before, joined=True, outside=True)

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """Every condition, in the order of the source."""
        return tuple(self._judged())

    def _judged(self) -> Iterator[Judged]:
        rules = {
            one.path: rule
            for one, rule in zip(self.definition.rules, self.pathway.rules, strict=True)
        }
        for written in self.definition.conditions:
            expr = self._conditions.get(written.path)
            if expr is None:
                continue
            stage, ground = "", self.ground()
            match written.path[0], written.path[1] if len(written.path) > 1 else 0:
                case "stages", int(index):
                    stage = self.pathway.stages[index].id
                    ground = self.ground(stage)
                case "rules", int():
                    ground = self.rule_ground(rules[written.path[:2]])
                case "eligible" | "refuse", _:
                    ground = self._ground(frozenset(), joined=False, outside=False)
            yield Judged(written.path, expr, written.owner, ground, stage)

    def can_be(
        self, wanted: str, expr: object, ground: Ground, assume: Iterable[Expr] = ()
    ) -> Found:
        """Whether ``expr`` can be ``yes``, ``no`` or ``unknown`` on ``ground``."""
        assumed = list(assume)
        key = msgspec.json.encode([wanted, expr, assumed]), ground.number
        if key not in self._answers:
            if self._spent > WHOLE:
                return Found(True)
            question = Question([f"is-{wanted}", expr], ground, assumed)
            self._answers[key] = question.answer()
            self._spent += (question.looks + 3) * (1 + len(key[0]) // 16)
        return self._answers[key]


def _asking(expr: object) -> Expr:
    """The condition as a list, also when it is a mere constant."""
    return expr if isinstance(expr, list) else ["and", expr]


def reached(edges: dict[str, tuple[str, ...]], start: str) -> frozenset[str]:
    """Where the edges lead from ``start``, itself left out unless they lead back."""
    found: dict[str, None] = {}
    waiting = [start]
    while waiting:
        for name in edges.get(waiting.pop(), ()):
            if name not in found:
                found[name] = None
                waiting.append(name)
    return frozenset(found)


def subject_of(compiled: Compiled, calendar: CalendarTable) -> Subject | None:
    """The subject of proofs about a compiled definition; ``None`` when it has errors."""
    if compiled.pathway is None or compiled.definition is None:
        return None
    conditions = {path: _asking(one.expr) for path, one in compiled.conditions.items()}
    return Subject(compiled.definition, conditions, compiled.pathway, calendar)


def remaining_subject(compiled: Compiled, calendar: CalendarTable) -> Subject | None:
    """The same; of a definition with errors what is left of it, if anything is."""
    rest = compiled.rest
    if rest is None:
        return subject_of(compiled, calendar)
    conditions = {path: _asking(one.expr) for path, one in rest.conditions.items()}
    return Subject(rest.definition, conditions, rest.pathway, calendar, rest.doubts)
