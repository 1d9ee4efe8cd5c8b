"""Is what a plan says what has happened? Read off the journey, not off what carries it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pathways.compiled import CompiledPathway
from pathways.journey.decide import Decision
from pathways.journey.events import Migrate
from pathways.journey.state import Journey

GOES_ON = ("kept", "renamed", "ended", "restored", "skipped", "already-sent")


def as_planned(
    before: Journey, decision: Decision, event: Migrate, library: Mapping[str, CompiledPathway]
) -> None:
    """Every line of the plan, looked up in the journey that came of it and in its record."""
    plan, journey, record = decision.migration, decision.journey, decision.record
    assert plan is not None
    assert record is not None
    assert not plan.obstacles
    e = journey.enrollments[event.pathway]
    assert (e.digest, e.version) == (event.digest, plan.to)
    said = [entry.kind for entry in record.entries]
    assert "migrated" in said
    _tasks(before, decision, _arranged_anew(decision))
    _clocks(decision, event, library[event.digest])
    _messages(decision)
    if "discharged" in said[said.index("migrated") :]:
        return  # the new version had nothing left to do
    if not any(kind in said for kind in ("stage-entered", "stage-left")):
        active = [(run.stage, run.occurrence) for run in e.active]
        assert active == [(stage.to, stage.number) for stage in plan.stages]
        for run, stage in zip(e.active, plan.stages, strict=True):
            for move in plan.steps:
                if move.stage == stage.stage and move.how in GOES_ON:
                    assert move.to in run.steps, move


def _arranged_anew(decision: Decision) -> set[str]:
    """Steps that follow their window's date from now on: the plan warns of it."""
    assert decision.migration is not None
    warnings = decision.migration.warnings
    return {one.message.split()[0] for one in warnings if one.code == "window-changed"}


def _tasks(before: Journey, decision: Decision, retimed: set[str]) -> None:
    """A task that stays is open, and due as the plan says unless the new version, once it was
    in force, closed or joined it, or it follows its window; a task that goes is closed."""
    plan, record = decision.migration, decision.record
    assert plan is not None
    assert record is not None
    rows = {row.task: row for row in record.tasks}
    # What fell due before the move may have had a task serve another step of the pathway, too.
    moves = Counter(move.task for move in plan.tasks)
    alone = {t.id for t in before.tasks.values() if len(t.sources) == 1 and moves[t.id] == 1}
    for move in plan.tasks:
        if move.task not in alone:
            continue
        if move.how == "cancelled":
            assert rows[move.task].status == "cancelled", move
        elif rows[move.task].status == "open":
            shared = any(e.kind == "task-shared" for e in record.entries)
            follows = shared or move.to in retimed
            assert follows or rows[move.task].due == move.after, move


def _clocks(decision: Decision, event: Migrate, new: CompiledPathway) -> None:
    """No clock is lost: each one of the plan runs, at its instant, or was the reason for
    something that happened at once. What has a window is arranged by its date, and so says the
    plan in a warning."""
    plan, journey = decision.migration, decision.journey
    assert plan is not None
    e = journey.enrollments[event.pathway]
    if e.status == "discharged" or decision.record is None:
        return
    said = {entry.kind for entry in decision.record.entries}
    if said & {"stage-left", "stage-entered", "reevaluation-due"}:
        return
    dates = [
        (due.kind, due.ref, due.at)
        for due in (*journey.agenda, *e.paused)
        if due.pathway == event.pathway
    ]
    windowed = {s.id for stage in new.stages for s in stage.steps if s.window is not None}
    retimed = _arranged_anew(decision)
    assert retimed <= windowed
    ended = {name for run in e.active for name, s in run.steps.items() if s.status != "open"}
    for move in plan.dues:
        if move.how == "dropped" or move.kind in ("message", "reminder", "attendance", "hold"):
            continue
        if move.to in retimed:
            continue
        over = move.kind in ("wait", "start") and (
            move.to in ended or "step-shared" in said or move.after <= journey.now
        )
        assert over or (move.kind, move.to, move.after) in dates, (
            move,
            dates,
            e.status,
            e.held,
            e.paused,
            said,
            [(r.stage, r.late) for r in e.active],
        )


def _messages(decision: Decision) -> None:
    """What the patient has had is not sent again."""
    plan, record = decision.migration, decision.record
    assert plan is not None
    assert record is not None
    quiet = {move.step for move in plan.messages if move.how == "not-repeated"}
    assert not any(m.step in quiet for m in record.messages)
    forgotten = {move.key for move in plan.messages if move.how == "forgotten"}
    assert not forgotten & set(decision.journey.unsent)
