"""Referred again: to a pathway that the patient is on, or left not long ago (X7, X11)."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import deadline, local_day
from pathways.journey import beginning, matching, tasks
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Enroll
from pathways.journey.runs import StageRun
from pathways.journey.state import Due, Enrollment, Source
from pathways.spans import Span

REOPENS = ("unable-to-reach", "declined-program")
"""Who was closed like this and comes within 30 days finds the same case (X11)."""
JOINED = "joined"
"""How an enrollment ends whose case was joined with another: parted again, it is the same case."""
REOPEN_DAYS = 30
LINK_DAYS = 60
"""A referral less than 60 days after the end is linked to the old case, and not a new one (X7)."""
ANEW = ("withdrawn", "readmitted", "to-facility", "discharge-cancelled")
"""Whoever left of their own will, or for the hospital, begins anew."""
DUE = Span(1, "business-day")


def again(draft: Draft, event: Enroll, old: Enrollment) -> Answer | None:
    """What becomes of a referral to a pathway that has ended; ``None``: a new enrollment."""
    days = local_day(draft.calendar, draft.now) - local_day(draft.calendar, old.ended)
    if old.disposition == JOINED or (old.disposition in REOPENS and days <= REOPEN_DAYS):
        _use(draft, event, old)
        return _reopened(draft, event.pathway, event.actor.role)
    if old.disposition in ANEW or days >= LINK_DAYS:
        return None
    _use(draft, event, old)
    return _linked(draft, event)


def already(draft: Draft, event: Enroll) -> Answer:
    """The patient is on the pathway: the earliest referral sets the clocks."""
    enrollment = draft.enrollment(event.pathway)
    first = enrollment.referred
    enrollment.referred = min(enrollment.referred, event.referred)
    draft.say("referral-linked", event.pathway, actor=event.actor.role)
    if enrollment.referred < first:
        _count_from(draft, enrollment, first)
    matching.answer_referrers(draft, event, enrollment, first)
    return Answer("applied", code="already-enrolled", message="The running enrollment was found.")


def _count_from(draft: Draft, enrollment: Enrollment, before: int) -> None:
    """The referral was earlier than we knew (``before``): by so much earlier is the limit of the
    first assessment, if it has not passed. What a hold added to it stays."""
    for run in enrollment.active:
        stage = draft.ready(enrollment).stages[run.stage]
        if stage.deadline is None or stage.phase != "assessment" or run.occurrence > 1:
            continue
        was, limit = (
            deadline(draft.calendar, since, stage.deadline)
            for since in (before, enrollment.referred)
        )
        found = next((due for due in draft.agenda() if _is_limit(due, enrollment, run)), None)
        if found is not None:
            draft.drop("stage", enrollment.pathway, run.stage)
            moment = max(found.at - (was - limit), draft.now)
            draft.at(moment, "stage", enrollment.pathway, run.stage, run.occurrence)
        enrollment.paused = tuple(
            replace(due, at=due.at - (was - limit)) if _is_limit(due, enrollment, run) else due
            for due in enrollment.paused
        )


def _is_limit(due: Due, enrollment: Enrollment, run: StageRun) -> bool:
    return (due.kind, due.pathway, due.ref) == ("stage", enrollment.pathway, run.stage)


def _use(draft: Draft, event: Enroll, old: Enrollment) -> None:
    """Of a journey that was closed, only the pathway that comes with the referral is at hand."""
    if old.digest not in draft.library:
        mine = draft.enrollment(old.pathway)
        mine.digest, mine.version = event.digest, draft.library[event.digest].version


def _reopened(draft: Draft, pathway: str, actor: str) -> Answer:
    """The same case goes on: its numbers are not used again, its assessment clock begins now. The
    plan is made anew; what told of the old one is taken back when another is approved."""
    old = draft.journey.enrollments[pathway]
    ended, how = old.ended, old.disposition
    case = Enrollment(
        pathway=old.pathway,
        version=old.version,
        digest=old.digest,
        enrolled=old.enrolled,
        referred=draft.now,
        stages_entered=dict(old.stages_entered),
        counts=dict(old.counts),
        since=old.since,
        copies=old.copies,
    )
    draft.put_enrollment(case)
    draft.journey.status = "active"
    draft.say("case-reopened", pathway, actor=actor, ended=ended, disposition=how)
    beginning.begin(draft, case)
    text = "The case was opened again: it is the same case, and its assessment begins today."
    return Answer("applied", code="case-reopened", message=text)


def _linked(draft: Draft, event: Enroll) -> Answer:
    enrollment = draft.enrollment(event.pathway)
    enrollment.referred = min(enrollment.referred, event.referred)
    ended, how = enrollment.ended, enrollment.disposition
    draft.say(
        "referral-to-closed", event.pathway, actor=event.actor.role, ended=ended, disposition=how
    )
    if draft.journey.status == "closed":
        draft.journey.status = "closing"
    for task in draft.journey.tasks.values():
        if task.kind == "referral" and task.sources[0].pathway == event.pathway:
            tasks.add_reason(draft, task.id, "referred once more")
            break
    else:
        tasks.open_task(
            draft,
            enrollment,
            Source(event.pathway, "", "referred-again", draft.serial()),
            kind="referral",
            title=f"Referred again, closed as {how}: answer the referrer, reopen if it is needed",
            owner=draft.ready(enrollment).pathway.stages[0].by,
            due=DUE,
            outcomes=("reopen", "not-needed"),
            about="referral",
        )
    text = f"The case closed as {how} was found: the referral is linked to it, and looked at."
    return Answer("applied", code="referral-linked", message=text)


def decided(draft: Draft, pathway: str, outcome: str) -> None:
    """A person has looked at a referral to a closed case."""
    enrollment = draft.journey.enrollments.get(pathway)
    if outcome == "reopen" and enrollment is not None and enrollment.status == "discharged":
        _reopened(draft, pathway, "")
