"""Questions to the record, for commands and reports. Answers are plain values, not rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Engine, Select, and_, func, select

from activities.records.database import reading
from activities.records.directory_models import Booking, Provider
from activities.records.models import (
    Appointment,
    Batch,
    Enrollment,
    JourneyRow,
    Message,
    Task,
    TimelineEntry,
)
from pathways.journey.effects import AppointmentRow, EnrollmentRow, Entry, TaskRow

_DAY = 86400
_AT_ONCE = 500
"""Journeys of one query: databases bound the parameters."""


class WorklistItem(Struct, frozen=True):
    """A task of the worklist. ``id`` is its public id, ``JOURNEY/TASK``."""

    id: str
    journey: str
    task: TaskRow
    tier: str = ""
    """The patient's tier of risk at the journey's latest decision; so ``flags``."""
    flags: tuple[str, ...] = ()


class JourneySummary(Struct, frozen=True):
    """``next_due``: the earliest due time of an open task or start of a booked appointment; 0:
    none. ``updated``: the journey's time at its latest decision."""

    id: str
    status: str
    revision: int
    updated: int
    open_tasks: int
    next_due: int
    enrollments: tuple[EnrollmentRow, ...]


class MessageState(Struct, frozen=True):
    """Where a message stands. ``status``: due, sending, sent, suppressed, retracted, failed,
    unknown; ``settled``: wall-clock instant of its end, 0: not yet."""

    key: str
    step: str
    to: str
    message: str
    status: str
    reason: str
    at: int
    attempts: int
    settled: int
    urgent: bool
    reported: bool


class Busiest(Struct, frozen=True):
    """The day (since 1970-01-01, UTC) with the most timeline entries, over all journeys."""

    day: int
    entries: int
    journeys: int


class Booked(Struct, frozen=True):
    """A booking of the schedule. ``cancelled`` bookings keep their times."""

    appointment: str
    service: str
    provider: str
    provider_name: str
    starts: int
    ends: int
    cancelled: bool


def _struct(kind: Any, row: Any) -> Any:
    """``kind`` from the row's columns of the same names."""
    values = {name: getattr(row, name) for name in kind.__struct_fields__}
    known = {k: v for k, v in values.items() if v is not None}  # older rows lack newer columns
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in known.items()})


def worklist(
    engine: Engine,
    role: str | None = None,
    journey: str | None = None,
    status: str | None = "open",
) -> list[WorklistItem]:
    """Tasks by urgency of their due time; ``None`` leaves a filter out."""
    query = _with_bearing().where(Task.superseded == 0)
    for column, wanted in ((Task.owner, role), (Task.journey, journey), (Task.status, status)):
        if wanted is not None:
            query = query.where(column == wanted)
    query = query.order_by(Task.due, Task.journey, Task.task)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return [_item(row) for row in rows]


def journeys_of(engine: Engine, person: str) -> list[str]:
    """The journeys that are not closed in which a person has or had work, also for another."""
    query = (
        select(Task.journey)
        .join(JourneyRow, JourneyRow.id == Task.journey)
        .where((Task.person == person) | (Task.behalf == person), JourneyRow.status != "closed")
        .distinct()
        .order_by(Task.journey)
    )
    with reading(engine) as connection:
        return list(connection.scalars(query))


def open_journeys(engine: Engine) -> list[str]:
    """Every journey that is not closed, by id."""
    query = select(JourneyRow.id).where(JourneyRow.status != "closed").order_by(JourneyRow.id)
    with reading(engine) as connection:
        return list(connection.scalars(query))


def task(engine: Engine, journey: str, task_id: str) -> WorklistItem | None:
    """One task, open or not; ``task_id`` as the journey knows it (``t12``) or public. When the
    journey was begun anew, the task of its latest course."""
    own = task_id.rpartition("/")[2]
    query = (
        _with_bearing()
        .where(Task.journey == journey, Task.task == own, Task.superseded == 0)
        .order_by(Task.course.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _item(row)


def _with_bearing() -> Select[Any]:
    """Tasks, each with what the journey's latest decision says of the patient."""
    return (
        select(Task.__table__, Batch.tier, Batch.flags.label("bearing"))
        .outerjoin(JourneyRow, JourneyRow.id == Task.journey)
        .outerjoin(
            Batch, and_(Batch.journey == Task.journey, Batch.revision == JourneyRow.revision)
        )
    )


def _item(row: Any) -> WorklistItem:
    return WorklistItem(
        f"{row.journey}/{row.task}",
        row.journey,
        _struct(TaskRow, row),
        row.tier or "",
        tuple(row.bearing or ()),
    )


def bearing_at(engine: Engine, instant: int) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Of each journey the patient's tier and flags as they were then."""
    last = (
        select(Batch.journey, func.max(Batch.revision).label("revision"))
        .where(Batch.at <= instant)
        .group_by(Batch.journey)
        .subquery()
    )
    query = select(Batch.journey, Batch.tier, Batch.flags).join(
        last, and_(Batch.journey == last.c.journey, Batch.revision == last.c.revision)
    )
    with reading(engine) as connection:
        return {r.journey: (r.tier, tuple(r.flags or ())) for r in connection.execute(query)}


def booked_services(engine: Engine) -> dict[str, tuple[str, ...]]:
    """The services of every journey's appointments that are asked for or booked."""
    query = (
        select(Appointment.journey, Appointment.service)
        .where(Appointment.superseded == 0, Appointment.status.in_(("requested", "booked")))
        .order_by(Appointment.journey, Appointment.service)
    )
    found: dict[str, tuple[str, ...]] = {}
    with reading(engine) as connection:
        for row in connection.execute(query):
            found[row.journey] = (*found.get(row.journey, ()), row.service)
    return found


def digests(engine: Engine) -> dict[str, tuple[str, ...]]:
    """The pathways of every journey by digest, the latest enrollment first."""
    query = (
        select(Enrollment.journey, Enrollment.digest)
        .where(Enrollment.superseded == 0)
        .order_by(Enrollment.enrolled.desc(), Enrollment.pathway)
    )
    found: dict[str, tuple[str, ...]] = {}
    with reading(engine) as connection:
        for row in connection.execute(query):
            found[row.journey] = (*found.get(row.journey, ()), row.digest)
    return found


def timelines(
    engine: Engine, journeys: Sequence[str], kinds: Sequence[str]
) -> dict[str, list[Entry]]:
    """The lines of these kinds of several journeys, each in the order it was decided."""
    found: dict[str, list[Entry]] = {journey: [] for journey in journeys}
    with reading(engine) as connection:
        for first in range(0, len(journeys), _AT_ONCE):
            query = (
                select(TimelineEntry.__table__)
                .where(
                    TimelineEntry.journey.in_(journeys[first : first + _AT_ONCE]),
                    TimelineEntry.kind.in_(kinds),
                )
                .order_by(TimelineEntry.journey, TimelineEntry.revision, TimelineEntry.n)
            )
            for row in connection.execute(query):
                found[row.journey].append(_struct(Entry, row))
    return found


def timeline(engine: Engine, journey: str) -> list[Entry]:
    """What happened, in the order it was decided."""
    query = (
        select(TimelineEntry.__table__)
        .where(TimelineEntry.journey == journey)
        .order_by(TimelineEntry.revision, TimelineEntry.n)
    )
    with reading(engine) as connection:
        return [_struct(Entry, row) for row in connection.execute(query)]


def appointments(engine: Engine, journey: str) -> list[AppointmentRow]:
    """The journey's appointments as it knows them, by start."""
    query = (
        select(Appointment.__table__)
        .where(Appointment.journey == journey, Appointment.superseded == 0)
        .order_by(Appointment.starts, Appointment.appointment)
    )
    with reading(engine) as connection:
        return [_struct(AppointmentRow, row) for row in connection.execute(query)]


def bookings(engine: Engine, journey: str) -> list[Booked]:
    """What the schedule holds for the journey, by start; also what was cancelled."""
    query = (
        select(
            Booking.appointment,
            Booking.service,
            Booking.provider,
            func.coalesce(Provider.name, Booking.provider).label("provider_name"),
            Booking.starts,
            Booking.ends,
            (Booking.status == "cancelled").label("cancelled"),
        )
        .outerjoin(Provider, Provider.id == Booking.provider)
        .where(Booking.journey == journey)
        .order_by(Booking.starts, Booking.key)
    )
    with reading(engine) as connection:
        return [_struct(Booked, row) for row in connection.execute(query)]


def enrollments(engine: Engine, journey: str) -> list[EnrollmentRow]:
    query = (
        select(Enrollment.__table__)
        .where(Enrollment.journey == journey, Enrollment.superseded == 0)
        .order_by(Enrollment.enrolled, Enrollment.pathway)
    )
    with reading(engine) as connection:
        return [_struct(EnrollmentRow, row) for row in connection.execute(query)]


def messages(engine: Engine, journey: str) -> list[MessageState]:
    """The journey's messages, in the order they were asked for. No words, no addresses."""
    query = (
        select(*Message.__table__.columns, Message.recipient.label("to"))
        .where(Message.journey == journey)
        .order_by(Message.at, Message.revision, Message.key)
    )
    with reading(engine) as connection:
        return [_struct(MessageState, row) for row in connection.execute(query)]


def journeys(engine: Engine) -> list[JourneySummary]:
    """Every journey on record, by id."""
    tasks = _by_journey(Task, func.min(Task.due), Task.status == "open")
    booked = _by_journey(Appointment, func.min(Appointment.starts), Appointment.status == "booked")
    with reading(engine) as connection:
        rows = connection.execute(select(JourneyRow.__table__).order_by(JourneyRow.id)).all()
        open_tasks = {row[0]: (row[1], row[2]) for row in connection.execute(tasks)}
        starts = {row[0]: row[2] for row in connection.execute(booked)}
        enrolled: dict[str, list[EnrollmentRow]] = {}
        current = select(Enrollment.__table__).where(Enrollment.superseded == 0)
        for row in connection.execute(current.order_by(Enrollment.enrolled, Enrollment.pathway)):
            enrolled.setdefault(row.journey, []).append(_struct(EnrollmentRow, row))
    found = []
    for row in rows:
        count, due = open_tasks.get(row.id, (0, 0))
        ahead = [at for at in (due, starts.get(row.id, 0)) if at]
        found.append(
            JourneySummary(
                id=row.id,
                status=row.status,
                revision=row.revision,
                updated=row.updated,
                open_tasks=count,
                next_due=min(ahead, default=0),
                enrollments=tuple(enrolled.get(row.id, ())),
            )
        )
    return found


def _by_journey(
    table: Any, least: ColumnElement[int], condition: ColumnElement[bool]
) -> Select[Any]:
    return (
        select(table.journey, func.count(), least)
        .where(table.superseded == 0, condition)
        .group_by(table.journey)
    )


def busiest_day(engine: Engine) -> Busiest | None:
    """The earliest of the days with the most timeline entries; ``None``: nothing happened."""
    day = TimelineEntry.at // _DAY
    query = (
        select(day.label("day"), func.count(), func.count(TimelineEntry.journey.distinct()))
        .group_by("day")
        .order_by(func.count().desc(), "day")
        .limit(1)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Busiest(int(row[0]), row[1], row[2])
