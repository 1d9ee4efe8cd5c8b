"""After a death: who is left is cared for, and a date that was wrong is put right (X6).

Contacts as clinical.md 2.10 has them: condolence within 3 business days, then 1, 3, 6, 9 and 12 to
13 months after the death. They are people's work: nothing is written to anybody by itself. One
is open at a time; the next follows when it was made, by the date of death that is known then.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import deadline, local_day
from pathways.journey import chasing, tasks
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Report
from pathways.journey.matching import day
from pathways.journey.state import Enrollment, Source
from pathways.spans import Span

MONTHS = (0, 1, 3, 6, 9, 13)
"""After the death by when each contact is made; the first is the condolence."""
CONDOLENCE = Span(3, "business-day")
OWNER = "social-worker"
AFTER_DEATH = ("bereavement", "tell-death")
"""Kinds of tasks that a verified death opens."""
CORRECTIONS = ("death-corrected", "death-retracted")
"""What is reported of a verified death that was not so."""
REOPEN = Span(1, "business-day")


def begin(draft: Draft, enrollment: Enrollment) -> None:
    """The patient has died: whoever cared for them hears from somebody."""
    patient = draft.journey.patient
    if patient is not None and patient.caregiver:
        _open(draft, enrollment, 0)


def followed(draft: Draft, source: Source, outcome: str) -> None:
    """A contact was made, or is not wanted any more: then it was the last."""
    number = source.occurrence + 1
    if outcome == "done" and number < len(MONTHS) and draft.journey.died:
        _open(draft, draft.journey.enrollments[source.pathway], number)


def put_right(draft: Draft, event: Report) -> Answer:
    """The date of a verified death is corrected, or the death retracted. What was done stands; what
    is still to come is by what is known now. Raises ``Refused`` when nobody has died."""
    journey = draft.journey
    if journey.patient is None or not journey.patient.deceased:
        raise Refused("not-deceased", "No death of this patient is verified: report it first.")
    if event.event == "death-retracted":
        _retract(draft, event)
        return Answer("applied", "death-retracted", "The patient lives; what ended stays ended.")
    was, journey.died = journey.died, event.at
    if was and local_day(draft.calendar, was) == local_day(draft.calendar, event.at):
        journey.died = was
        return Answer("applied", "already-known", "This was known: nothing changes.")
    draft.say("death-corrected", actor=event.actor.role, was=was, to=event.at)
    reason = f"the date of death was corrected to {day(draft, event.at)}"
    for task in list(journey.tasks.values()):
        if task.kind == "bereavement":
            _move(draft, task.id, reason)
    return Answer("applied", "death-corrected")


def _open(draft: Draft, enrollment: Enrollment, number: int) -> None:
    month = MONTHS[number]
    title = f"Bereavement contact, month {month}" if month else "Condolence"
    roles = draft.ready(enrollment).pathway.roles
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "bereavement", number),
        kind="bereavement",
        title=title,
        owner=OWNER if OWNER in roles else "",
        due=CONDOLENCE,
        due_at=_due(draft, number) if month else None,
        outcomes=("done", "not-wanted"),
        about="bereavement",
    )


def _due(draft: Draft, number: int) -> int:
    return deadline(draft.calendar, draft.journey.died, Span(MONTHS[number], "month"))


def _move(draft: Draft, task_id: str, reason: str) -> None:
    """By the new date, with what was told already told. The condolence is by when we heard."""
    task = draft.task(task_id)
    number = task.sources[0].occurrence
    if number:
        told = chasing.told_so_far(draft, task)
        task.due = max(_due(draft, number), draft.now)
        chasing.begin_anew(draft, task, told, (task.owner, task.supervisor))
        chasing.watch(draft, task)
    tasks.add_reason(draft, task_id, reason)


def _retract(draft: Draft, event: Report) -> None:
    """Nobody died. What was cancelled is not taken up by itself: a person looks at each pathway."""
    journey = draft.journey
    if journey.patient is None:
        return
    journey.patient = replace(journey.patient, deceased=False)
    journey.died, journey.frozen = 0, False
    draft.say("death-retracted", actor=event.actor.role)
    for task in list(journey.tasks.values()):
        if task.kind in AFTER_DEATH:
            tasks.close_task(draft, task.id, "cancelled", "death-retracted")
    for one in list(journey.enrollments.values()):
        if one.disposition != "deceased" or one.digest not in draft.library:
            continue
        if journey.status == "closed":
            journey.status = "closing"
        tasks.open_task(
            draft,
            one,
            Source(one.pathway, "", "referred-again", draft.serial()),
            kind="referral",
            title="The patient has not died: call, say sorry, reopen what is needed",
            owner=draft.ready(one).pathway.stages[0].by,
            due=REOPEN,
            outcomes=("reopen", "not-needed"),
            reasons=("whoever was told of the death hears that it was a mistake",),
            about="referral",
        )
