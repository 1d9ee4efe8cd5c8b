"""Attempts to reach the patient or the caregiver (X1): each is recorded, days apart they count, and
after the last one the step ends and somebody else is told."""

from __future__ import annotations

from pathways.calendar.table import instant, later, local_day, stamp
from pathways.compiled import Step, contact_of
from pathways.journey import messages, reaching, steps, tasks
from pathways.journey.answers import Refused
from pathways.journey.chasing import URGENT
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Complete
from pathways.journey.state import Enrollment, Source, Task
from pathways.spans import Span
from pathways.undone import AS_USUAL, UNABLE_TO_REACH, Unreachable

REACHED = ("reached", "rebook", "accepted", "still-declined")
"""Outcomes of the kernel's own tasks that say that somebody answered."""
INFORM = Span(1, "business-day")
"""Who is told of it looks at it by the end of the next business day, as after a decline (X3)."""


def attempt(draft: Draft, event: Complete, made: int) -> Answer:
    """Somebody tried at ``made`` and reached nobody.

    Attempts of one local day are one, except in urgent work, where each counts and the next is
    due at once. The task stays open, with its due time as it is, until as many have been made as
    its step allows. Raises ``Refused`` when values or answers come with it.
    """
    if event.values or event.answers:
        raise Refused(
            "nobody-reached",
            "Who was not reached has told nothing: leave the values and answers out, or say how "
            "the contact ended.",
        )
    task = draft.task(event.task)
    plan = _plan(draft, task)
    urgent = task.urgency in URGENT
    days = [local_day(draft.calendar, at) for at in task.attempts]
    counts = urgent or local_day(draft.calendar, made) not in days
    if counts:
        ways = (*task.channels, *("" for _ in task.attempts[len(task.channels) :]), event.channel)
        both = sorted(zip((*task.attempts, made), ways, strict=True))
        task.attempts = tuple(at for at, _ in both)
        task.channels = tuple(way for _, way in both)
    last = len(task.attempts) >= plan.attempts
    task.again = 0 if urgent or last else _not_before(draft, task, plan)
    _say(draft, task, event, plan, made, counts=counts)
    number = f"Attempt {len(task.attempts)} of {plan.attempts}"
    if last:
        told = " and ".join(_give_up(draft, task, plan, event.actor.role, made))
        text = f"{number}: nobody was reached. The task is closed, and goes to {told}."
        return Answer("applied", "attempts-exhausted", text, task.id)
    tasks.show(draft, task)
    when = f"not before {stamp(draft.calendar, task.again)}" if task.again else "at once"
    if not urgent and plan.attempts >= reaching.ATTEMPTS:
        asked = reaching.lacking(draft.calendar, task.attempts, task.channels)
        when = ", ".join((when, *asked))
    if not counts:
        once = f"still attempt {len(task.attempts)} of {plan.attempts}, as it is the same day"
        return Answer(
            "applied", "attempt-not-counted", f"Recorded, {once}. Try again {when}.", task.id
        )
    return Answer("applied", "attempt-recorded", f"{number}. Try again {when}.", task.id)


def reached(draft: Draft) -> None:
    """Somebody answered: when they cannot be reached another time, they are written to again."""
    if draft.journey.unanswered:
        draft.journey.unanswered = ()


def _plan(draft: Draft, task: Task) -> Unreachable:
    """What the first contact among the steps that the task serves says of it."""
    for source in task.sources:
        step = _step(draft, source)
        if step is not None and contact_of(step):
            return step.unreachable
    return AS_USUAL


def _step(draft: Draft, source: Source) -> Step | None:
    enrollment = draft.journey.enrollments.get(source.pathway)
    return None if enrollment is None else draft.ready(enrollment).steps.get(source.step)


def _not_before(draft: Draft, task: Task, plan: Unreachable) -> int:
    """The beginning of contact hours ``again`` after the newest attempt, on another day."""
    calendar, newest = draft.calendar, task.attempts[-1]
    day = local_day(calendar, later(calendar, newest, plan.again))
    day = max(day, local_day(calendar, newest) + 1)
    return instant(calendar, day, calendar.contact_from)


def _say(
    draft: Draft, task: Task, event: Complete, plan: Unreachable, made: int, *, counts: bool
) -> None:
    first = task.sources[0]
    draft.say_of(
        first,
        "attempt",
        event.actor.role,
        task=task.id,
        title=task.title,
        to=task.contact,
        attempt=len(task.attempts),
        of=plan.attempts,
        made=made,
        same_day=None if counts else True,
        again=task.again or None,
        note=event.note or None,
        channel=event.channel or None,
    )


def _give_up(draft: Draft, task: Task, plan: Unreachable, actor: str, made: int) -> tuple[str, ...]:
    """The last attempt: every step that the task serves ends, and what it declares happens. The
    roles that are told."""
    closed = tasks.close_task(draft, task.id, "done", UNABLE_TO_REACH, actor, made)
    _write(draft, closed, plan)
    told: dict[str, None] = {}
    for source in closed.sources:
        draft.unsettle(source.pathway)
        enrollment = draft.enrollment(source.pathway)
        step = _step(draft, source)
        if step is None:
            continue
        draft.say_of(
            source,
            "unreachable",
            actor,
            to=closed.contact,
            attempts=len(closed.attempts),
        )
        if source.stage:
            steps.finish(draft, enrollment, step.id, source.occurrence, "missed", UNABLE_TO_REACH)
        role = step.unreachable.inform or draft.ready(enrollment).pathway.supervisor
        if role not in told:
            told[role] = None
            _inform(draft, enrollment, closed, source, role)
        steps.start_instead(draft, enrollment, step.unreachable.start)
    return tuple(told)


def _write(draft: Draft, task: Task, plan: Unreachable) -> None:
    """The letter to who could not be reached; one, until they have been reached again, so that
    no series of contacts writes without end."""
    source, letter = task.sources[0], f"{task.contact}/{plan.message}"
    enrollment = draft.enrollment(source.pathway)
    if plan.message not in draft.ready(enrollment).pathway.messages:
        return
    if enrollment.status == "discharged":
        return  # an alarm outlives who withdrew; they are written to no more (I5)
    if letter in draft.journey.unanswered:
        return
    step = draft.ready(enrollment).steps[source.step]
    fate = messages.notify(
        draft,
        enrollment,
        step=source.step,
        occurrence=source.occurrence,
        to=task.contact,
        message=plan.message,
        params={} if task.title == step.title else {"step.title": task.title},
        about=step,
        kind="unreachable",
    )
    if fate != "withheld":
        draft.journey.unanswered = (*draft.journey.unanswered, letter)


def _inform(draft: Draft, enrollment: Enrollment, task: Task, source: Source, role: str) -> None:
    """Somebody else hears of it, as urgently as the work was (I9). While such a task of the step
    is open, it serves the next time too."""
    for held in draft.journey.tasks.values():
        first = held.sources[0]
        if held.about == "unreachable" and (first.pathway, first.step) == (
            source.pathway,
            source.step,
        ):
            tasks.add_reason(draft, held.id, f"occurrence {source.occurrence}")
            return
    step = draft.ready(enrollment).steps[source.step]
    urgent = task.urgency in URGENT
    short = "" if urgent else reaching.shortfall(draft.calendar, task.attempts, task.channels)
    tasks.open_task(
        draft,
        enrollment,
        Source(source.pathway, "", source.step, source.occurrence),
        kind="inform",
        title=f"Unable to reach: {step.title}",
        owner=role,
        due=step.due if urgent and step.due is not None else INFORM,
        outcomes=("noted",),
        reasons=(short,) if short else (),
        about="unreachable",
        urgency=task.urgency if urgent else "",
    )
