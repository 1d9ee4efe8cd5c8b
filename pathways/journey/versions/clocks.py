"""What a migration makes of running clocks: kept, worked out again, or begun anew.

A clock that the migration works out again never ends before the migration itself: nobody is late
by an act of somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pathways.calendar.table import CalendarTable, deadline, later
from pathways.calendar.targets import comes_round, on_open_day
from pathways.compiled import Goal, Step
from pathways.journey.prepared import nominal_seconds
from pathways.journey.runs import StageRun, StepRun
from pathways.journey.state import Due, Enrollment, Journey
from pathways.journey.steps import UNSET
from pathways.journey.versions.choices import Choices, Policy
from pathways.journey.versions.migration import DueMove, StageMove, StepMove
from pathways.journey.versions.naming import Names
from pathways.spans import Span


@dataclass(frozen=True)
class Clocks:
    """The dates of one enrollment. ``now`` is the instant at which its clocks stand: that of the
    migration, or that of the hold which stopped them."""

    journey: Journey
    enrollment: Enrollment
    names: Names
    choices: Choices
    now: int
    calendar: CalendarTable

    def policy(self, name: str, was: Span | None, now: Span | None) -> Policy:
        """What becomes of the clock of a step, rule, stage or goal (by its new name)."""
        usual: Policy = "keep" if was == now else "recompute"
        return self.choices.dues.get(name) or self.choices.due or usual

    def of_task(
        self, name: str, was: Span | None, now: Span | None, opened: int, due: int, clock: int
    ) -> tuple[Policy, int]:
        """The due time of an open task that ``clock`` is running for, and how it came about."""
        policy = self.policy(name, was, now)
        if policy == "keep" or now is None:
            return "keep", due
        if policy == "restart":
            return policy, deadline(self.calendar, clock, now)
        again = deadline(self.calendar, opened, now)
        return policy, again if again >= clock else min(due, clock)

    def moves(
        self, stages: tuple[StageMove, ...], steps: tuple[StepMove, ...]
    ) -> Iterator[DueMove]:
        """Every date of the enrollment, in the order of the agenda; then those that are new."""
        mine = [d for d in self.journey.agenda if d.pathway == self.enrollment.pathway]
        dates = [*mine, *self.enrollment.paused]
        made = [self._moved(due, stages, steps) for due in dates]
        yield from made
        yield from self._new_deadlines(stages, dates)
        yield from self._new_reevaluations(stages, made)
        yield from self._new_goals()

    # -- one date --------------------------------------------------------------------------------

    def _moved(
        self, due: Due, stages: tuple[StageMove, ...], steps: tuple[StepMove, ...]
    ) -> DueMove:
        match due.kind:
            case "start" | "recur" | "monitor" | "wait":
                step = next((m for m in steps if m.step == due.ref), None)
                return self._of_step(due, step)
            case "stage":
                return self._of_stage(due, stages)
            case "reevaluate":
                return self._of_reevaluation(due, stages)
            case "goal":
                return self._of_goal(due)
            case "message":
                return self._of_message(due, steps)
        return _as_it_was(due, due.ref)

    def _of_step(self, due: Due, move: StepMove | None) -> DueMove:
        if move is None or move.how not in ("kept", "renamed"):
            return _dropped(due)
        was, new = self.names.old.steps[due.ref], self.names.new.steps[move.to]
        run = next(r for r in self.enrollment.active if r.stage == move.stage)
        state = run.steps[due.ref]
        spans = _spans(due.kind, was), _spans(due.kind, new)
        policy = self.policy(move.to, *spans)
        n = move.number if due.kind == "wait" else due.n
        return DueMove(
            due.kind, due.ref, move.to, policy, due.at, self._step_at(due, state, policy, *spans),
            due.seq, n,
        )  # fmt: skip

    def _step_at(
        self, due: Due, state: StepRun, policy: Policy, was: Span | None, new: Span | None
    ) -> int:
        if policy == "keep":
            return due.at
        if new is None:  # a step that no longer waits for its start
            return self.now
        if policy == "restart":
            return later(self.calendar, self.now, new)
        if due.kind == "wait":
            return max(later(self.calendar, state.opened, new), self.now)
        if due.kind == "recur":
            moment = later(self.calendar, state.opened, new)
            while moment < self.now:
                moment = later(self.calendar, moment, new)
            return moment
        return self._shifted(due.at, was, new)

    def _shifted(self, at: int, was: Span | None, new: Span) -> int:
        """For clocks of which nobody wrote down when they began: moved by what the new span is
        longer or shorter."""
        return max(at + nominal_seconds(new) - (nominal_seconds(was) if was else 0), self.now)

    def _of_stage(self, due: Due, stages: tuple[StageMove, ...]) -> DueMove:
        found = [m for m in stages if (m.stage, m.occurrence) == (due.ref, due.n)]
        if not found:
            return _dropped(due)
        (move,) = found
        was = self.names.old.stages[move.stage].deadline
        new = self.names.new.stages[move.to].deadline
        if new is None:
            return _dropped(due)
        policy = self.policy(move.to, was, new)
        run = next(r for r in self.enrollment.active if r.stage == move.stage)
        after = {
            "keep": due.at,
            "recompute": self._deadline_of(run, move, new),
            "restart": deadline(self.calendar, self.now, new) + 1,
        }[policy]
        return DueMove("stage", due.ref, move.to, policy, due.at, after, due.seq, move.number)

    def _deadline_of(self, run: StageRun, move: StageMove, span: Span) -> int:
        first = run.occurrence == 1 and self.names.new.stages[move.to].phase == "assessment"
        since = self.enrollment.referred if first else run.entered
        return max(deadline(self.calendar, since, span) + 1, self.now)

    def _of_reevaluation(self, due: Due, stages: tuple[StageMove, ...]) -> DueMove:
        to = self.names.stage(due.ref)
        stage = self.names.new.stages.get(to)
        if stage is None or stage.every is None or stage.phase != "reevaluation":
            return _dropped(due)
        if not self._follows_up(stages):
            return _dropped(due)
        was = self.names.old.stages[due.ref].every
        policy = self.policy(to, was, stage.every)
        after = {
            "keep": due.at,
            "recompute": on_open_day(
                self.calendar, self._shifted(due.at, was, stage.every), stage.every, self.now
            ),
            "restart": comes_round(self.calendar, self.now, stage.every, self.now),
        }[policy]
        return DueMove("reevaluate", due.ref, to, policy, due.at, after, due.seq, due.n)

    def _follows_up(self, stages: tuple[StageMove, ...]) -> bool:
        return any(self.names.new.stages[m.to].phase == "follow-up" for m in stages)

    def _of_goal(self, due: Due) -> DueMove:
        goal, was = _goal(self.names.new.pathway.goals, due.ref), None
        if goal is None or goal.by is None:
            return _dropped(due)
        before = _goal(self.names.old.pathway.goals, due.ref)
        was = before.by if before is not None else None
        policy = self.policy(due.ref, was, goal.by)
        after = {
            "keep": due.at,
            "recompute": max(
                deadline(self.calendar, self.enrollment.enrolled, goal.by) + 1, self.now
            ),
            "restart": deadline(self.calendar, self.now, goal.by) + 1,
        }[policy]
        return DueMove("goal", due.ref, due.ref, policy, due.at, after, due.seq, due.n)

    def _of_message(self, due: Due, steps: tuple[StepMove, ...]) -> DueMove:
        effect = self.journey.unsent.get(due.ref)
        if effect is None or not self.names.goes_on(effect.step, steps):
            return _dropped(due)
        return _as_it_was(due, due.ref)

    # -- new ones ----------------------------------------------------------------------------------

    def _new_deadlines(self, stages: tuple[StageMove, ...], dates: list[Due]) -> Iterator[DueMove]:
        for move, run in zip(stages, self.enrollment.active, strict=True):
            span = self.names.new.stages[move.to].deadline
            timed = any((d.kind, d.ref, d.n) == ("stage", run.stage, run.occurrence) for d in dates)
            if span is None or timed or run.late:
                continue
            after = self._deadline_of(run, move, span)
            yield DueMove("stage", "", move.to, "new", 0, after, 0, move.number)

    def _new_reevaluations(
        self, stages: tuple[StageMove, ...], made: list[DueMove]
    ) -> Iterator[DueMove]:
        running = {m.to for m in stages}
        timed = {m.to for m in made if m.kind == "reevaluate" and m.how != "dropped"}
        for stage in self.names.new.reevaluations:
            if stage.every is None or stage.id in running | timed or not self._follows_up(stages):
                continue
            since = self.enrollment.left.get(stage.since, self.now)
            after = comes_round(self.calendar, since, stage.every, self.now)
            yield DueMove("reevaluate", "", stage.id, "new", 0, after)

    def _new_goals(self) -> Iterator[DueMove]:
        for goal in self.names.new.pathway.goals:
            before = _goal(self.names.old.pathway.goals, goal.id)
            if goal.by is not None and (before is None or before.by is None):
                after = deadline(self.calendar, self.now, goal.by) + 1
                yield DueMove("goal", "", goal.id, "new", 0, after)


def _goal(goals: tuple[Goal, ...], name: str) -> Goal | None:
    return next((goal for goal in goals if goal.id == name), None)


def _spans(kind: str, step: Step) -> Span | None:
    match kind:
        case "start":
            return step.delay
        case "wait":
            return step.due or UNSET
        case _:
            return step.every or (UNSET if kind == "monitor" else None)


def _as_it_was(due: Due, to: str) -> DueMove:
    return DueMove(due.kind, due.ref, to, "keep", due.at, due.at, due.seq, due.n)


def _dropped(due: Due) -> DueMove:
    return DueMove(due.kind, due.ref, "", "dropped", due.at, 0, due.seq, due.n)
