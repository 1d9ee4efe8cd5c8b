"""Appointments: asked for, booked, kept, missed and booked again (X2)."""

from __future__ import annotations

from pathways.calendar.table import (
    appointment_day,
    contact_time,
    deadline,
    end_of_day,
    local_day,
    next_business_day,
    stamp,
)
from pathways.compiled import Step
from pathways.journey import messages, tasks
from pathways.journey.chasing import URGENT
from pathways.journey.draft import Draft
from pathways.journey.effects import AppointmentRow, AppointmentStatus, Book, Cancel
from pathways.journey.events import Done
from pathways.journey.keys import effect_key
from pathways.journey.state import Appointment, Enrollment, Source
from pathways.spans import Span

DAY = 86_400
REMIND_BEFORE = DAY
"""A reminder goes out a day before, when the booking was made at least two days before."""


def request(draft: Draft, enrollment: Enrollment, step: Step, source: Source, within: Span) -> None:
    """Ask for an appointment, or join one of another pathway that falls into the same window."""
    latest = deadline(draft.calendar, draft.now, within)
    if step.same:
        for held in draft.journey.appointments.values():
            if held.same == step.same and _falls_before(draft, held, _window(draft, step, latest)):
                draft.appointment(held.id).sources = (*held.sources, source)
                draft.say_of(
                    source,
                    "appointment-shared",
                    appointment=held.id,
                    service=held.service,
                )
                return
    book(draft, enrollment, step, (source,), latest)


def _falls_before(draft: Draft, held: Appointment, window: tuple[int, int]) -> bool:
    """Whether what is held is still to come, and will not be later than the window allows."""
    latest = window[1]
    if held.status == "booked":
        return draft.now <= held.starts <= latest
    asked = (
        effect.latest
        for effect in draft.journey.outstanding.values()
        if isinstance(effect, Book) and effect.appointment == held.id
    )
    return held.status == "requested" and all(until <= latest for until in asked)


def _window(draft: Draft, step: Step, latest: int) -> tuple[int, int]:
    """When the appointment may be, earliest and latest: a target on a closed day is pulled
    earlier (T2), and nobody is called in on the same day unless it is urgent."""
    calendar = draft.calendar
    tomorrow = end_of_day(calendar, local_day(calendar, draft.now)) + 1
    earliest = draft.now if step.response in URGENT else tomorrow
    day = appointment_day(calendar, local_day(calendar, latest))
    return earliest, max(min(latest, end_of_day(calendar, day)), earliest + DAY)


def book(
    draft: Draft, enrollment: Enrollment, step: Step, sources: tuple[Source, ...], latest: int
) -> None:
    """Ask the scheduling service for a slot by ``latest``, or near it: see ``_window``."""
    source = sources[0]
    earliest, latest = _window(draft, step, latest)
    appointment = Appointment(
        id=f"a{draft.serial()}",
        service=step.service,
        sources=sources,
        requested=draft.now,
        same=step.same,
    )
    draft.put_appointment(appointment)
    kind = f"book-{appointment.id}"
    effect = Book(
        key=effect_key(draft.journey.id, enrollment, step.id, source.occurrence, kind, "patient"),
        step=step.id,
        appointment=appointment.id,
        service=step.service,
        earliest=earliest,
        latest=latest,
        minutes=step.minutes,
    )
    ask(draft, effect)
    draft.say(
        "appointment-requested",
        source.pathway,
        step.id,
        source.occurrence,
        appointment=appointment.id,
        service=step.service,
        latest=latest,
    )
    show(draft, appointment, "requested")


def ask(draft: Draft, effect: Book | Cancel) -> None:
    """An effect that answers: it stays outstanding until it does."""
    draft.journey.outstanding = {**draft.journey.outstanding, effect.key: effect}
    draft.effects.append(effect)


def booked(draft: Draft, effect: Book, event: Done) -> None:
    """A slot was found. If the appointment is no longer wanted, the slot is given back."""
    held = draft.journey.appointments.get(effect.appointment)
    starts, ends = int(event.result["starts"]), int(event.result["ends"])
    if held is None:
        ask(draft, Cancel(f"{effect.key}/unwanted", effect.step, effect.appointment))
        return
    appointment = draft.appointment(effect.appointment)
    appointment.status = "booked"
    appointment.starts, appointment.ends = starts, ends
    appointment.provider = str(event.result.get("provider", ""))
    first = appointment.sources[0]
    enrollment = draft.journey.enrollments[first.pathway]
    draft.say_of(
        first,
        "appointment-booked",
        appointment=appointment.id,
        service=appointment.service,
        starts=starts,
        provider=appointment.provider,
    )
    show(draft, appointment, "booked")
    tell(draft, appointment, "appointment-booked")
    if starts - draft.now > 2 * REMIND_BEFORE:
        moment = contact_time(draft.calendar, starts - REMIND_BEFORE)
        if moment < starts:
            draft.at(moment, "reminder", enrollment.pathway, appointment.id)
    next_day = next_business_day(draft.calendar, local_day(draft.calendar, ends))
    draft.at(end_of_day(draft.calendar, next_day), "attendance", first.pathway, appointment.id)


def tell(draft: Draft, appointment: Appointment, message: str) -> None:
    """A message about an appointment, with its calendar entry."""
    first = appointment.sources[0]
    enrollment = draft.journey.enrollments[first.pathway]
    messages.notify(
        draft,
        enrollment,
        step=first.step,
        occurrence=first.occurrence,
        to="patient",
        message=message,
        params={
            "appointment.service": appointment.service,
            "appointment.provider": appointment.provider,
            "appointment.when": stamp(draft.calendar, appointment.starts),
        },
        appointment=appointment.id,
        kind=f"{message}-{appointment.id}",
    )


def remind(draft: Draft, appointment_id: str) -> None:
    """A day before: remind the patient."""
    appointment = draft.journey.appointments.get(appointment_id)
    if appointment is not None and appointment.status == "booked":
        tell(draft, appointment, "appointment-reminder")


def ask_attendance(draft: Draft, appointment_id: str) -> None:
    """Nobody said how the appointment ended: a person finds out."""
    appointment = draft.journey.appointments.get(appointment_id)
    if appointment is None or appointment.status != "booked":
        return
    first = appointment.sources[0]
    enrollment = draft.journey.enrollments[first.pathway]
    step = draft.ready(enrollment).steps[first.step]
    tasks.open_task(
        draft,
        enrollment,
        Source(first.pathway, "", first.step, first.occurrence),
        kind="attendance",
        title=f"Was the appointment kept? {step.title}",
        owner=step.by,
        due=Span(1, "business-day"),
        outcomes=("attended", "missed", "cancelled"),
        about=appointment_id,
    )


def end(draft: Draft, appointment_id: str, status: AppointmentStatus) -> Appointment:
    """The appointment is over, one way or another: it leaves the state for the record."""
    appointment = draft.appointments().pop(appointment_id)
    pathway = appointment.sources[0].pathway
    draft.drop("reminder", pathway, appointment_id)
    draft.drop("attendance", pathway, appointment_id)
    for task in list(draft.journey.tasks.values()):
        if task.about == appointment_id:
            tasks.close_task(draft, task.id, "cancelled", status)
    show(draft, appointment, status)
    return appointment


def give_back(draft: Draft, appointment_id: str, why: str, *, tell_patient: bool) -> None:
    """The appointment is no longer wanted: cancel the booking and tell the patient."""
    appointment = draft.journey.appointments[appointment_id]
    first = appointment.sources[0]
    if appointment.status == "booked":
        enrollment = draft.journey.enrollments[first.pathway]
        ask(
            draft,
            Cancel(
                effect_key(
                    draft.journey.id,
                    enrollment,
                    first.step,
                    first.occurrence,
                    f"cancel-{appointment_id}",
                    "patient",
                ),
                first.step,
                appointment_id,
            ),
        )
        if tell_patient:
            tell(draft, appointment, "appointment-cancelled")
    draft.say_of(
        first,
        "appointment-cancelled",
        appointment=appointment_id,
        service=appointment.service,
        why=why,
    )
    end(draft, appointment_id, "cancelled")


def leave(
    draft: Draft,
    appointment_id: str,
    pathway: str,
    stage: str | None,
    why: str,
    *,
    tell_patient: bool,
) -> None:
    """A stage of a pathway (``None``: the pathway) no longer needs an appointment: it is given
    back unless something else still does."""
    sources = draft.journey.appointments[appointment_id].sources
    rest = tuple(
        s for s in sources if s.pathway != pathway or (stage is not None and s.stage != stage)
    )
    leave_to(draft, appointment_id, rest, why, tell_patient=tell_patient)


def leave_to(
    draft: Draft, appointment_id: str, rest: tuple[Source, ...], why: str, *, tell_patient: bool
) -> None:
    """An appointment serves only ``rest`` from now on: given back when that is nobody."""
    if not rest:
        give_back(draft, appointment_id, why, tell_patient=tell_patient)
        return
    keep_for(draft, appointment_id, rest)


def keep_for(draft: Draft, appointment_id: str, rest: tuple[Source, ...]) -> None:
    """The appointment serves only these any more: its dates are theirs."""
    appointment = draft.appointment(appointment_id)
    held = draft.journey.enrollments[appointment.sources[0].pathway].paused
    for due in [*draft.agenda(), *held]:
        if due.kind in ("reminder", "attendance") and due.ref == appointment_id:
            draft.drop(due.kind, due.pathway, appointment_id)
            draft.at(max(due.at, draft.now), due.kind, rest[0].pathway, appointment_id)
    appointment.sources = rest
    for task in list(draft.journey.tasks.values()):
        if task.about == appointment_id:
            tasks.serve_instead(draft, task.id, rest[0])


def show(draft: Draft, appointment: Appointment, status: AppointmentStatus) -> None:
    """The appointment's row of the record, as it is now."""
    first = appointment.sources[0]
    draft.appointment_rows[appointment.id] = AppointmentRow(
        appointment=appointment.id,
        pathway=first.pathway,
        step=first.step,
        service=appointment.service,
        status=status,
        starts=appointment.starts,
        ends=appointment.ends,
        provider=appointment.provider,
    )
