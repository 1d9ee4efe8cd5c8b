"""``decide``: the one function in which everything about care is decided.

Pure: the same journey, event, instant and library give the same decision, in any process
and under any hash seed. The journey that goes in is not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pathways.compiled import CompiledPathway
from pathways.journey import (
    agenda,
    bearing,
    bereavement,
    enrolling,
    leaving,
    life,
    matching,
    minutes,
    work,
)
from pathways.journey.answers import Refused, answered_before, remember
from pathways.journey.authorizing import reviewing
from pathways.journey.careplan import owngoals
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer, Book, Cancel, RecordBatch
from pathways.journey.events import (
    Absent,
    Assign,
    Attend,
    Close,
    Complete,
    Correct,
    Decline,
    Device,
    Done,
    Enroll,
    Event,
    Failed,
    HandOver,
    Hold,
    KeepRota,
    Match,
    Migrate,
    Record,
    Report,
    Resume,
    Review,
    Spend,
    StateGoal,
    Tick,
    Vary,
    Withdraw,
)
from pathways.journey.lookback import correcting
from pathways.journey.readmission import episodes, hospital
from pathways.journey.results import device, done, failed
from pathways.journey.state import Journey
from pathways.journey.team import staffing
from pathways.journey.versions import migrating
from pathways.journey.versions.migration import Migration

Library = Mapping[str, CompiledPathway]
"""Digest -> compiled pathway: at least those of the journey's enrollments."""


class Decision(NamedTuple):
    """What comes of an event."""

    journey: Journey
    effects: tuple[Book | Cancel, ...]
    record: RecordBatch | None
    """``None`` when nothing changed (a repeated command, an early tick)."""
    answer: Answer | None
    """For commands only."""
    migration: Migration | None = None
    """What a migration came to, also one that was refused."""


def new_journey(journey_id: str) -> Journey:
    """A journey before its first enrollment. The id is opaque (I8)."""
    return Journey(id=journey_id)


def head(journey: Journey) -> int | None:
    """The instant of the next due entry; ``None`` when nothing is due."""
    return journey.agenda[0].at if journey.agenda else None


def stands(journey: Journey, key: str) -> bool:
    """Does the journey still want this message to be sent?"""
    return key in journey.sent


def decide(journey: Journey, event: Event, now: int, library: Library) -> Decision:
    """Apply one event at ``now``.

    What fell due *before* a command happens before it, whichever reached the shell first:
    lateness is judged by due time. A command's refusal is an answer, never an exception;
    ``KernelError`` means a bug.
    """
    now = max(now, journey.now)
    command: str = getattr(event, "command", "")
    if command:
        first = answered_before(journey, command)
        if first is not None:
            return Decision(journey, (), None, first)
    draft = Draft(journey, now, library)
    agenda.run(draft, now if isinstance(event, Tick) else now - 1)
    answer = _answer(draft, event)
    agenda.settle(draft)
    reviewing.follow(draft)
    leaving.close_when_over(draft)
    episodes.note_ends(draft)
    if command and answer is not None:
        remember(draft, command, answer)
    return _decision(draft, answer)


_COMMANDS: dict[type, Callable[[Draft, Any], Answer]] = {
    Enroll: enrolling.enroll,
    Complete: work.complete,
    Decline: work.decline,
    Vary: work.vary,
    Assign: work.assign,
    Record: work.record,
    Attend: work.attend,
    Report: hospital.report,
    Hold: life.hold,
    Resume: life.resume,
    Withdraw: life.withdraw,
    Close: life.close,
    Spend: minutes.spend,
    Review: reviewing.review,
    Migrate: migrating.migrate,
    Correct: correcting.correct,
    StateGoal: owngoals.state_goal,
    Absent: staffing.absent,
    HandOver: staffing.hand_over,
    Match: matching.match,
    KeepRota: staffing.keep_rota,
}


def _answer(draft: Draft, event: Event) -> Answer | None:
    match event:
        case Tick():
            return None
        case Device():
            device(draft, event)
            return Answer("applied") if event.command else None
        case Done():
            done(draft, event)
            return None
        case Failed():
            failed(draft, event)
            return None
    try:
        if draft.journey.status in ("new", "closed") and not _reopens(draft.journey, event):
            raise Refused("journey-closed", "This journey is closed: enroll the patient first.")
        return _COMMANDS[type(event)](draft, event)
    except Refused as refusal:
        draft.say(
            "refused",
            actor=event.actor.role,
            command=type(event).__name__.lower(),
            code=refusal.code,
            why=refusal.message,
        )
        return Answer("refused", refusal.code, refusal.message)


def _reopens(journey: Journey, event: Event) -> bool:
    """What a journey that is not running takes: an enrollment, a referral that may be this
    patient's, and word of a reported death, which stands in the way of one until it is settled."""
    if isinstance(event, Match):
        return bool(journey.enrollments)
    dead = journey.patient is not None and journey.patient.deceased
    if dead and isinstance(event, Report):
        return event.event in bereavement.CORRECTIONS
    if journey.frozen and isinstance(event, Report):
        return event.event in ("deceased", "death-disproved")
    return isinstance(event, Enroll)


def _decision(draft: Draft, answer: Answer | None) -> Decision:
    draft.close_agenda()
    journey = draft.journey
    changed = draft.produced() or journey.agenda != draft.before.agenda
    if not changed:
        if answer is None:
            return Decision(draft.before, (), None, None, draft.migration)
        return Decision(journey, (), None, answer, draft.migration)
    journey.revision += 1
    journey.now = draft.now
    if journey.status in ("active", "held"):
        held = all(e.status != "active" for e in journey.enrollments.values())
        journey.status = "held" if held else "active"
    record = RecordBatch(
        journey=journey.id,
        revision=journey.revision,
        at=draft.now,
        status=journey.status,
        entries=tuple(draft.entries),
        tasks=tuple(draft.task_rows.values()),
        appointments=tuple(draft.appointment_rows.values()),
        enrollments=tuple(draft.enrollment_rows.values()),
        messages=tuple(draft.messages),
        retract=tuple(draft.retract),
        tier=bearing.tier(draft),
        flags=bearing.flags(draft),
        plans=tuple(draft.plan_rows.values()),
    )
    return Decision(journey, tuple(draft.effects), record, answer, draft.migration)
