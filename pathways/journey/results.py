"""Results: what devices and the services outside tell the journey."""

from __future__ import annotations

from pathways.journey import appointments, tasks, values
from pathways.journey.draft import Draft
from pathways.journey.effects import Book
from pathways.journey.events import Device, Done, Failed
from pathways.journey.state import Source
from pathways.spans import Span


def device(draft: Draft, event: Device) -> None:
    """Readings of a feed: good ones are taken, the others are recorded as refused."""
    if draft.journey.status not in ("active", "held"):
        return
    for reading in event.readings:
        fault = values.fault_in(draft, reading)
        if fault is None:
            values.take(draft, [reading], reading.source or "device")
        else:
            draft.say("value-refused", name=reading.name, code=fault.code, why=fault.message)


def done(draft: Draft, event: Done) -> None:
    """An effect succeeded. An answer that nobody waits for any more changes nothing."""
    effect = draft.journey.outstanding.get(event.key)
    if effect is None:
        return
    _answered(draft, event.key)
    if isinstance(effect, Book):
        appointments.booked(draft, effect, event)


def failed(draft: Draft, event: Failed) -> None:
    """An effect's budget is used up, or nobody knows whether it happened: a person takes over."""
    if event.key in draft.journey.sent:
        _message_failed(draft, event)
        return
    effect = draft.journey.outstanding.get(event.key)
    if effect is None:
        return
    _answered(draft, event.key)
    if isinstance(effect, Book):
        _booking_failed(draft, effect, event)
        return
    draft.say("effect-failed", step=effect.step, effect="cancel", why=event.reason)
    for enrollment in draft.running():
        tasks.open_task(
            draft,
            enrollment,
            Source(enrollment.pathway, "", effect.step, 0),
            kind="effect",
            title="An appointment could not be cancelled: cancel it by hand",
            owner="",
            due=Span(1, "business-day"),
            reasons=(event.reason,),
            about=event.key,
        )
        return


def _answered(draft: Draft, key: str) -> None:
    draft.journey.outstanding = {
        k: effect for k, effect in draft.journey.outstanding.items() if k != key
    }
    draft.touched = True


def _booking_failed(draft: Draft, effect: Book, event: Failed) -> None:
    held = draft.journey.appointments.get(effect.appointment)
    draft.say("effect-failed", step=effect.step, effect="book", why=event.reason)
    if held is None:
        return
    appointments.end(draft, effect.appointment, "failed")
    first = held.sources[0]
    enrollment = draft.journey.enrollments[first.pathway]
    if enrollment.status == "discharged":
        return
    step = draft.ready(enrollment).steps[first.step]
    task = tasks.open_task(
        draft,
        enrollment,
        first,
        kind="booking",
        title=f"Book by hand: {step.title}",
        owner=step.by,
        due=Span(2, "business-day"),
        outcomes=("arranged", "unavailable"),
        reasons=(event.reason,),
        about="booking",
    )
    task.sources = held.sources


def _message_failed(draft: Draft, event: Failed) -> None:
    journey = draft.journey
    to = journey.sent[event.key]
    journey.sent = {key: who for key, who in journey.sent.items() if key != event.key}
    _, course, step, *_ = event.key.split("/")
    pathway = course.split("~", 1)[0]
    enrollment = journey.enrollments.get(pathway)
    draft.say("message-failed", pathway, step, to=to, why=event.reason, unknown=event.unknown)
    if enrollment is None or enrollment.status == "discharged":
        return
    verb = "may not have arrived" if event.unknown else "could not be delivered"
    tasks.open_task(
        draft,
        enrollment,
        Source(pathway, "", step, 0),
        kind="message",
        title=f"A message to the {to} {verb}: reach them another way",
        owner="",
        due=Span(1, "business-day"),
        reasons=(event.reason,),
        about=event.key,
    )
