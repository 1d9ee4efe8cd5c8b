"""Migrating: an enrollment goes on under another version of its pathway (X12).

The plan says all that happens (``planning.plan_of_migration``); here it is carried out. A plan
that meets an obstacle is refused, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import TypeVar

from msgspec.structs import replace

from pathways.journey import agenda, leaving, messages
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft, KernelError
from pathways.journey.effects import Answer
from pathways.journey.events import Migrate
from pathways.journey.prepared import Prepared, prepared
from pathways.journey.runs import StageRun, StepRun
from pathways.journey.state import Due, Enrollment, Passage, Source
from pathways.journey.versions import orders_moved, plans_moved, rewiring
from pathways.journey.versions.migration import DueMove, Left, Migration, StepMove, TaskMove
from pathways.journey.versions.naming import Names
from pathways.journey.versions.planning import NOTHING_LEFT, plan_of_migration

T = TypeVar("T")
LEFT = ("dropped", "moved", "replaced")


def migrate(draft: Draft, event: Migrate) -> Answer:
    """Move the enrollment, or refuse with everything that stands in the way."""
    enrollment = draft.journey.enrollments.get(event.pathway)
    if enrollment is None or enrollment.status == "discharged":
        raise Refused("not-enrolled", f"The patient is not enrolled on {event.pathway}.")
    if event.digest not in draft.library:
        raise KernelError(f"Migration to a pathway that is not in the library: {event.digest}.")
    if enrollment.digest == event.digest:
        raise Refused("same-version", "The patient is on this version already.")
    if event.origin and enrollment.digest != event.origin:
        raise Refused(
            "other-version",
            f"The patient is on version {enrollment.version}, another than was asked for.",
        )
    old, new = draft.ready(enrollment), prepared(event.digest, draft.library)
    choices = event.choices
    draft.close_agenda()  # the plan reads the journey, not the draft
    plan = plan_of_migration(
        draft.journey,
        enrollment,
        old,
        new,
        draft.now,
        choices,
        _left(enrollment, event),
        tuple(draft.ready(e) for e in draft.running() if e.pathway != event.pathway),
    )
    draft.migration = plan
    if plan.obstacles:
        raise Refused("cannot-migrate", " ".join(one.message for one in plan.obstacles))
    _carry_out(draft, event, plan, Names(old, new, choices))
    return Answer("applied", code="migrated")


def _left(enrollment: Enrollment, event: Migrate) -> Left:
    """What the migration that is taken back left behind, as long as its stages last."""
    if not event.back:
        return NOTHING_LEFT
    passage = enrollment.passage
    if passage is None or passage.migration != event.back or passage.origin != event.digest:
        raise Refused(
            "not-the-last-migration",
            f"The latest migration of this patient on {event.pathway} is not {event.back}: "
            "only the latest can be taken back.",
        )
    if passage.entered != tuple(run.entered for run in enrollment.active):
        return NOTHING_LEFT
    return Left(passage.left, passage.dates)


def _carry_out(draft: Draft, event: Migrate, plan: Migration, names: Names) -> None:
    pathway = event.pathway
    mine = draft.enrollment(pathway)
    draft.say_of(
        Source(pathway, "", "", 0),
        "migrated",
        event.actor.role,
        version=plan.version,
        to=plan.to,
        digest=event.digest[:12],
        migration=event.migration,
        reason=event.reason or None,
        back=event.back or None,
    )
    chains = rewiring.chains(draft, pathway)
    rewiring.take_back(draft, pathway, plan)
    passage = _passage(draft, mine, event, plan)
    left = _left(mine, event)
    mine.passage = passage
    mine.version, mine.digest = plan.to, event.digest
    _rename_tables(mine, names)
    _rewrite_runs(draft, mine, plan, names, left)
    _rewrite_dates(draft, mine, plan)
    _rewrite_messages(draft, plan, names)
    rewiring.keep(draft, pathway, plan, names)
    orders_moved.move(draft, pathway, plan, names)
    plans_moved.move(draft, mine, plan, names)
    rewiring.chase_anew(draft, plan, chains)
    _tell(draft, pathway, plan)
    leaving.show(draft, mine)
    agenda.judge_goals(draft, pathway)
    draft.unsettle(pathway)


def _passage(draft: Draft, mine: Enrollment, event: Migrate, plan: Migration) -> Passage:
    """What it takes to come back."""
    gone = [m for m in plan.steps if m.how in LEFT and m.status != "open"]
    names = {m.step for m in gone}
    return Passage(
        migration=event.migration,
        at=draft.now,
        origin=mine.digest,
        stages={to: name for name, to in event.choices.stages.items()},
        steps={to: name for name, to in event.choices.steps.items() if to},
        left={m.step: copy(_state(mine, m)) for m in gone},
        dates=tuple(
            due
            for due in (*draft.agenda(), *mine.paused)
            if due.pathway == mine.pathway and due.kind in ("start", "recur") and due.ref in names
        ),
        entered=tuple(run.entered for run in mine.active),
    )


def _state(mine: Enrollment, move: StepMove) -> StepRun:
    return next(run for run in mine.active if run.stage == move.stage).steps[move.step]


# -- what is kept by name --------------------------------------------------------------------------


def _rename_tables(mine: Enrollment, names: Names) -> None:
    """What was counted and how things ended stands under the new names."""
    new = (*names.new.stage_of, *names.new.rules)
    mine.ends = _renamed(mine.ends, names, new)
    mine.outcomes = _renamed(mine.outcomes, names, new)
    mine.fired = _renamed(mine.fired, names, new)
    mine.misses = _renamed(mine.misses, names, new)
    goals = [goal.id for goal in names.new.pathway.goals]
    mine.goals = {name: status for name, status in mine.goals.items() if name in goals}
    for name, number in list(mine.counts.items()):
        base, dot, rest = name.partition(".")
        to = names.stage(base) if base in names.old.stages else names.step(base)
        if to and to != base:
            full = f"{to}{dot}{rest}"
            mine.counts[full] = max(mine.counts.get(full, 0), number)
    for stage, number in list(mine.stages_entered.items()):
        to = names.stage(stage)
        if to and to != stage:
            mine.stages_entered[to] = max(mine.stages_entered.get(to, 0), number)
    mine.left = {names.stage(stage) or stage: at for stage, at in mine.left.items()}


def _renamed(table: Mapping[str, T], names: Names, new: Iterable[str]) -> dict[str, T]:
    """What has no successor keeps its name, unless that means something else now."""
    taken = tuple(new)
    renamed: dict[str, T] = {}
    for name, value in table.items():
        to = names.step(name)
        if to or name not in taken:
            renamed[to or name] = value
    return renamed


# -- steps -----------------------------------------------------------------------------------------


def _rewrite_runs(
    draft: Draft, mine: Enrollment, plan: Migration, names: Names, left: Left
) -> None:
    runs = []
    for stage, run in zip(plan.stages, mine.active, strict=True):
        steps = {}
        for move in plan.steps:
            if move.stage == run.stage:
                state = _new_state(draft, mine, move, run, names.new, left)
                if state is None:
                    continue
                steps[move.to] = state
                if names.is_retimed(move):
                    state.anchor = " "  # to be arranged anew
        runs.append(StageRun(stage.to, stage.number, run.entered, steps, run.late))
        mine.stages_entered[stage.to] = max(mine.stages_entered.get(stage.to, 0), stage.number)
    mine.active = tuple(runs)


def _new_state(
    draft: Draft, mine: Enrollment, move: StepMove, run: StageRun, new: Prepared, left: Left
) -> StepRun | None:
    """The step's run under the new version. Always a copy: the journey that went in is nobody's
    to change."""
    if move.how in LEFT:
        if move.status == "open" and not move.to:
            mine.ends.setdefault(move.step, "cancelled")
        return None
    match move.how:
        case "new":
            return None
        case "restored":
            return copy(left.steps[move.to])
        case "skipped" | "already-sent":
            how, outcome = ("skipped", "migration") if move.how == "skipped" else ("done", "sent")
            mine.ends[move.to], mine.outcomes[move.to] = how, outcome
            done = how == "done" and move.to in new.awaited
            state = StepRun(ended=draft.now, outcome=outcome, done=done)
            state.status = "skipped" if move.how == "skipped" else "done"
            return state
    state = copy(run.steps[move.step])
    state.occurrence = move.number
    if move.number:
        mine.counts[move.to] = max(mine.counts.get(move.to, 0), move.number)
    if move.how == "ended":
        state.status, state.armed, state.ended = "done", False, draft.now
    if move.to in new.awaited:
        state.done = state.done or state.status == "done"
    return state


# -- dates -----------------------------------------------------------------------------------------


def _rewrite_dates(draft: Draft, mine: Enrollment, plan: Migration) -> None:
    moves = {move.seq: move for move in plan.dues if move.seq}

    def rewritten(dates: Iterable[Due]) -> list[Due]:
        found = []
        for due in dates:
            move = moves.get(due.seq)
            if due.pathway != mine.pathway or move is None:
                found.append(due)
            elif move.how != "dropped":
                found.append(
                    Due(move.after, due.seq, due.kind, due.pathway, move.to or due.ref, move.n)
                )
        return sorted(found)

    draft.set_agenda(rewritten(draft.agenda()))
    mine.paused = tuple(rewritten(mine.paused))
    for move in plan.dues:
        if move.how == "new":
            held = draft.now - mine.held if mine.status == "held" else 0
            draft.at(move.after + held, move.kind, mine.pathway, move.to, move.n)
        elif move.kind == "wait" and move.how != "dropped":
            for run in mine.active:
                if move.to in run.steps:
                    run.steps[move.to].due = move.after


# -- messages and words ----------------------------------------------------------------------------


def _rewrite_messages(draft: Draft, plan: Migration, names: Names) -> None:
    for move in plan.messages:
        if move.how == "forgotten":
            messages.forget_delayed(draft, move.key)
            draft.say("message-forgotten", plan.pathway, move.step, message=move.message)
        elif move.how == "put-off" and names.step(move.step) != move.step:
            effect = replace(draft.journey.unsent[move.key], step=names.step(move.step))
            draft.journey.unsent = {**draft.journey.unsent, move.key: effect}


def _tell(draft: Draft, pathway: str, plan: Migration) -> None:
    """The lines of the timeline that nothing else says."""
    for stage in plan.stages:
        if stage.stage != stage.to:
            draft.say("stage-renamed", pathway, stage.to, stage.number, was=stage.stage)
    for step in plan.steps:
        if step.how == "renamed":
            draft.say("step-renamed", pathway, step.to, step.number, was=step.step)
        elif step.how in (*LEFT, "ended", "skipped"):
            draft.say("step-left", pathway, step.step or step.to, step.occurrence, how=step.how)
        elif step.how == "already-sent":
            draft.say("message-not-repeated", pathway, step.to)
    for due in plan.dues:
        if due.kind != "message" and due.before != due.after:
            _tell_of_clock(draft, pathway, due.to or due.ref, due.kind, due)
    for task in plan.tasks:
        if task.how == "changed" and task.before != task.after:
            _tell_of_clock(draft, pathway, task.to, "task", task)


def _tell_of_clock(
    draft: Draft, pathway: str, name: str, clock: str, move: DueMove | TaskMove
) -> None:
    draft.say(
        "due-moved",
        pathway,
        name,
        clock=clock,
        how=move.clock if isinstance(move, TaskMove) else move.how,
        before=move.before,
        after=move.after,
    )
