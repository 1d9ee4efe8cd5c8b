"""Planning a migration: what moving one enrollment to another version of its pathway comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from pathways.compiled import Goal, Rule, Step
from pathways.journey.prepared import Prepared
from pathways.journey.runs import StageRun, StepRun
from pathways.journey.state import Enrollment, Journey, Source
from pathways.journey.versions import orders_moved, plans_moved
from pathways.journey.versions.choices import Choices
from pathways.journey.versions.clocks import Clocks
from pathways.journey.versions.migration import (
    DueMove,
    Left,
    MessageMove,
    Migration,
    NameMove,
    Obstacle,
    StageMove,
    StepFate,
    StepMove,
)
from pathways.journey.versions.naming import Names, carries_on, stage_moves
from pathways.journey.versions.orphans import appointment_moves, task_moves
from pathways.journey.view import PatientView

NOTHING_LEFT = Left()


def plan_of_migration(
    journey: Journey,
    enrollment: Enrollment,
    old: Prepared,
    new: Prepared,
    now: int,
    choices: Choices,
    left: Left = NOTHING_LEFT,
    others: tuple[Prepared, ...] = (),
) -> Migration:
    """What becomes of everything that the enrollment has under way.

    ``left``: what an earlier migration left behind, when that is being taken back. ``others``:
    the pathways that the patient is on besides.
    """
    names = Names(old, new, choices)
    return _Planner(journey, enrollment, old, new, names, now, choices, left, others).plan()


@dataclass(frozen=True)
class _Planner:
    journey: Journey
    enrollment: Enrollment
    old: Prepared
    new: Prepared
    names: Names
    now: int
    choices: Choices
    left: Left
    others: tuple[Prepared, ...]

    def plan(self) -> Migration:
        here, there = self.old.pathway, self.new.pathway
        base = Migration(here.pathway, here.version, there.version)
        obstacles = (*self.names.obstacles(self.enrollment), *self._data_conflicts())
        if obstacles or self.journey.calendar is None:
            return Migration(here.pathway, here.version, there.version, obstacles=obstacles)
        stages = stage_moves(self.names, self.enrollment)
        steps = tuple(self._steps(stages))
        under_way = (self.journey, self.enrollment, self.names, steps)
        pending = (*orders_moved.obstacles(*under_way), *orders_moved.reviews(*under_way))
        if pending:
            return Migration(here.pathway, here.version, there.version, obstacles=pending)
        stopped = self.enrollment.held if self.enrollment.status == "held" else self.now
        clocks = Clocks(
            self.journey,
            self.enrollment,
            self.names,
            self.choices,
            stopped,
            self.journey.calendar,
        )
        kept = appointment_moves(self.journey, self.enrollment, self.names, steps)
        return Migration(
            base.pathway,
            base.version,
            base.to,
            stages=stages,
            steps=steps,
            dues=(*clocks.moves(stages, steps), *self._restored_dates(steps)),
            tasks=task_moves(
                self.journey, self.enrollment, self.names, self.choices, clocks, steps, self.now
            ),
            appointments=kept,
            messages=tuple(self._messages(stages, steps)),
            rules=tuple(_moves(_rules(self.old), _rules(self.new), self.names)),
            goals=tuple(_moves(_goals(self.old), _goals(self.new), None)),
            warnings=(*self._warnings(), *self._windows(steps)),
        )

    # -- steps -------------------------------------------------------------------------------------

    def _steps(self, stages: tuple[StageMove, ...]) -> Iterator[StepMove]:
        for move, run in zip(stages, self.enrollment.active, strict=True):
            carried = [self._carried(move, run, name, run.steps[name]) for name in run.steps]
            yield from carried
            taken = {m.to for m in carried if m.how in ("kept", "renamed", "ended")}
            for step in self.new.stages[move.to].steps:
                if step.id not in taken:
                    yield from self._fresh(move, step.id)

    def _carried(self, move: StageMove, run: StageRun, name: str, state: StepRun) -> StepMove:
        to = self.names.step(name)

        def become(how: StepFate, number: int = state.occurrence) -> StepMove:
            return StepMove(run.stage, name, to, how, state.status, state.occurrence, number)

        if not to:
            return become("dropped")
        if self.new.stage_of[to] != move.to and self.old.stage_of[name] == run.stage:
            return become("moved")
        was, now = self.old.steps[name], self.new.steps[to]
        goes_on = carries_on(was, now) and plans_moved.same_review(self.names, was, now)
        goes_on = goes_on and not self._parts(run.stage, was, now, state)
        if state.status == "open" and not goes_on:
            return become("replaced")
        if self._is_over(name, to, state):
            return become("ended")
        number, used = state.occurrence, self.enrollment.counts.get(to, 0)
        if to != name and used and state.occurrence:
            number = used + 1
        return become("kept" if to == name else "renamed", number)

    def _parts(self, stage: str, was: Step, now: Step, state: StepRun) -> bool:
        """Whether others do the work too, and it is other work now: theirs stays as it is."""
        mine = Source(self.enrollment.pathway, stage, was.id, state.occurrence)
        shared = any(mine in t.sources and len(t.sources) > 1 for t in self.journey.tasks.values())
        return shared and (was.verb, was.same) != (now.verb, now.same)

    def _is_over(self, name: str, to: str, state: StepRun) -> bool:
        """A series that waits for its next time, of which there will be none."""
        if state.status != "waiting" or not state.armed:
            return False
        mine = (*self.journey.agenda, *self.enrollment.paused)
        recurs = any(
            (d.kind, d.pathway, d.ref) == ("recur", self.enrollment.pathway, name) for d in mine
        )
        step = self.new.steps[to]
        enough = step.times and state.started >= step.times
        return recurs and (step.every is None or bool(enough))

    def _fresh(self, move: StageMove, to: str) -> Iterator[StepMove]:
        """A step that the stage has and that has not begun there; one that the old stage had too
        goes on waiting, and is not worth a line."""
        origin = self.names.origin(to)
        if to in self.left.steps:
            state = self.left.steps[to]
            yield StepMove(move.stage, "", to, "restored", state.status, state.occurrence)
        elif origin and self.old.stage_of.get(origin) == move.stage and not self._replaced(to):
            return
        elif to in self.choices.skip:
            yield StepMove(move.stage, "", to, "skipped")
        elif self._said_before(to) and to not in self.choices.repeat:
            yield StepMove(move.stage, "", to, "already-sent")
        else:
            yield StepMove(move.stage, "", to, "new")

    def _replaced(self, to: str) -> bool:
        origin = self.names.origin(to)
        return any(origin in run.steps for run in self.enrollment.active)

    def _said_before(self, to: str) -> bool:
        """Whether this one message, to this reader, has gone out in this enrollment."""
        step = self.new.steps[to]
        if step.verb != "notify" or step.every is not None:
            return False
        return (step.to, step.message) in self._sent()

    def _sent(self) -> list[tuple[str, str]]:
        return [
            (step.to, step.message)
            for name in self.old.stage_of
            if (step := self.old.steps[name]).verb == "notify"
            and self.enrollment.outcomes.get(name) == "sent"
        ]

    def _restored_dates(self, steps: tuple[StepMove, ...]) -> Iterator[DueMove]:
        for due in self.left.dates:
            if any(m.how == "restored" and m.to == due.ref for m in steps):
                yield DueMove(due.kind, "", due.ref, "new", 0, max(due.at, self.now), 0, due.n)

    # -- messages ----------------------------------------------------------------------------------

    def _messages(
        self, stages: tuple[StageMove, ...], steps: tuple[StepMove, ...]
    ) -> Iterator[MessageMove]:
        for key, effect in self.journey.unsent.items():
            if f"/{self.enrollment.pathway}~{self.enrollment.enrolled}/" in key:
                goes = self.names.goes_on(effect.step, steps)
                yield MessageMove(
                    effect.step, effect.message, "put-off" if goes else "forgotten", key
                )
        for move in steps:
            if move.how == "already-sent":
                yield MessageMove(move.to, self.new.steps[move.to].message, "not-repeated")
            elif move.how == "new" and self._said_before(move.to):
                yield MessageMove(move.to, self.new.steps[move.to].message, "repeated")
        here = {move.to for move in stages}
        for name, home in self.new.stage_of.items():
            entered = self.enrollment.stages_entered.get(home, 0)
            if home not in here and not entered and self._said_before(name):
                yield MessageMove(name, self.new.steps[name].message, "later")

    # -- what stands in the way, or should be known ------------------------------------------------

    def _data_conflicts(self) -> Iterator[Obstacle]:
        """One name means one thing: what is on record would be read wrongly otherwise."""
        for name, element in self.new.pathway.data.items():
            meant = (element.type, element.unit)
            before = self.old.pathway.data.get(name)
            changed = before is not None and (before.type, before.unit) != meant
            if changed and name in self.journey.facts:
                yield Obstacle(
                    "data-conflict",
                    f"{name} is on record in another type or unit than version "
                    f"{self.new.pathway.version} gives it: give the new element a name of its own.",
                )
            for other in self.others:
                theirs = other.pathway.data.get(name)
                if theirs is not None and (theirs.type, theirs.unit) != meant:
                    yield Obstacle(
                        "data-conflict",
                        f"{name} means something else in {other.pathway.pathway}, which the "
                        "patient is on too: rename one of them.",
                    )

    def _windows(self, steps: tuple[StepMove, ...]) -> Iterator[Obstacle]:
        for move in steps:
            if self.names.is_retimed(move):
                yield Obstacle(
                    "window-changed", f"{move.to} is arranged anew by the date it is counted from."
                )

    def _warnings(self) -> Iterator[Obstacle]:
        view = PatientView(self.journey, self.enrollment, self.new, self.now)
        if not self.new.eligible(view):
            yield Obstacle(
                "not-eligible", "The patient does not meet the new version's entry rule (any more)."
            )
        for test, refusal in self.new.refusals:
            if test(view):
                yield Obstacle("not-eligible", refusal.because)


def _rules(ready: Prepared) -> dict[str, Rule]:
    return ready.rules


def _goals(ready: Prepared) -> dict[str, Goal]:
    return {goal.id: goal for goal in ready.pathway.goals}


def _moves(
    old: Mapping[str, Rule] | Mapping[str, Goal],
    new: Mapping[str, Rule] | Mapping[str, Goal],
    names: Names | None,
) -> Iterator[NameMove]:
    """What becomes of rules or goals; a line that only moved in its file is not a change."""
    met = []
    for name, was in old.items():
        to = names.step(name) if names is not None else name
        now = new.get(to)
        met.append(to)
        if now is None:
            yield NameMove(name, "", "dropped")
        elif to != name:
            yield NameMove(name, to, "renamed")
        else:
            same = _without_line(was) == _without_line(now)
            yield NameMove(name, to, "kept" if same else "changed")
    yield from (NameMove("", name, "new") for name in new if name not in met)


def _without_line(one: Rule | Goal) -> Rule | Goal:
    if isinstance(one, Goal) or one.do is None:
        return replace(one, line=0)
    return replace(one, line=0, do=replace(one.do, line=0))
