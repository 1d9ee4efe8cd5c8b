"""Booking and cancelling. Two transactions can never hold the same quarter of an hour of the same
seat, because its primary key exists once; the ledger answers a repeated key as the first time.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from activities.contract import BookingResult, journey_of
from activities.records.database import RecordsError, TooLate, reading
from activities.records.directory_models import (
    Availability,
    Booking,
    OccupiedCell,
    Provider,
    Service,
)
from activities.records.models import Effect
from activities.records.writing import insert_if_new
from activities.slots import CELL, Hours, Slot, cells, slots
from pathways.journey.effects import Book, Cancel

_STRETCH = 14 * 86400
"""Slots are looked for in stretches of this many seconds, so that a soon one is found soon."""
_TRIES = 200


class NoSlot(RecordsError):
    """No slot is free in the window, or nobody offers the service."""


class BookedAppointment(Struct, frozen=True):
    """What a message says of an appointment. ``zone`` is the place's. ``uid`` stays the same while
    the appointment is moved or cancelled, and ``sequence`` grows, as a calendar file wants it."""

    uid: str
    service: str
    title: str
    """In English; ``titles``: in other languages."""
    provider: str
    place: str
    zone: str
    remote: bool
    starts: int
    ends: int
    cancelled: bool
    sequence: int
    titles: dict[str, str] = {}

    def title_in(self, language: str) -> str:
        """What the appointment is for, as a reader of ``language`` calls it, else in English."""
        return self.titles.get(language, self.title)


def book(engine: Engine, wish: Book, *, now: int, deadline: float | None = None) -> BookingResult:
    """Book the earliest free slot in the wish's window, or the one nearest to ``preferred``.

    A slot is free when the provider has a seat and the patient has no other appointment.
    ``now`` (seconds) dates the ledger. Raises ``NoSlot`` (also remembered by the ledger), and
    ``TooLate`` after ``deadline`` (of ``time.monotonic``); then nothing was booked.
    """
    for _ in range(_TRIES):
        try:
            with engine.begin() as connection:
                result = _book_once(connection, wish, now)
                _in_time(deadline)
        except IntegrityError:
            continue  # somebody took that very slot: look again, with theirs in sight
        if result is None:
            raise NoSlot(f'No slot of "{wish.service}" is free in the time allowed.')
        return result
    raise TooLate("Too many bookings at once; nothing was booked.")


def cancel(
    engine: Engine, wish: Cancel, *, now: int, deadline: float | None = None
) -> BookingResult:
    """Cancel the appointment and free its slot; cancelling what is not booked changes nothing."""
    with engine.begin() as connection:
        if _begin_effect(connection, wish.key, "cancel", now) is None:
            _free(connection, journey_of(wish.key), wish.appointment)
        _in_time(deadline)
    return {}


def booked_appointment(engine: Engine, journey: str, appointment: str) -> BookedAppointment | None:
    """The latest booking of the appointment, also a cancelled one."""
    query = (
        select(
            *Booking.__table__.columns,
            Provider.name,
            Provider.place,
            Provider.zone,
            Provider.remote,
            Service.title,
            Service.titles,
        )
        .join(Provider, Provider.id == Booking.provider)
        .join(Service, Service.id == Booking.service)
        .where(Booking.journey == journey, Booking.appointment == appointment)
        .order_by(Booking.n.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    cancelled = row.status == "cancelled"
    return BookedAppointment(
        uid=_uid(row.key, appointment),
        service=row.service,
        title=row.title,
        titles=row.titles or {},
        provider=row.name,
        place=row.place,
        zone=row.zone,
        remote=row.remote,
        starts=row.starts,
        ends=row.ends,
        cancelled=cancelled,
        sequence=2 * row.n + int(cancelled),
    )


def _uid(key: str, appointment: str) -> str:
    """Journey, enrollment and appointment as one opaque word."""
    course = "/".join(key.split("/")[:2])
    return hashlib.sha256(f"{course}/{appointment}".encode()).hexdigest()[:32]


def _in_time(deadline: float | None) -> None:
    if deadline is not None and time.monotonic() > deadline:
        raise TooLate("The schedule was too slow; nothing was changed.")


def _begin_effect(connection: Connection, key: str, kind: str, now: int) -> Any:
    """The ledger's row for ``key`` if it was done before; ``None``: it is ours to do now."""
    fresh = {"key": key, "kind": kind, "status": "done", "result": {}, "at": now}
    if insert_if_new(connection, Effect, [fresh]):
        return None
    return connection.execute(select(Effect.__table__).where(Effect.key == key)).one()


def _book_once(connection: Connection, wish: Book, now: int) -> BookingResult | None:
    known = _begin_effect(connection, wish.key, "book", now)
    if known is not None:
        return dict(known.result) if known.status == "done" else None
    found = _free_slot(connection, wish)
    result: BookingResult = {}
    if found is not None:
        result = _take(connection, wish, *found)
    connection.execute(
        update(Effect)
        .where(Effect.key == wish.key)
        .values(status="done" if found else "failed", result=result)
    )
    return result or None


def _take(connection: Connection, wish: Book, slot: Slot, seat: int) -> BookingResult:
    journey = journey_of(wish.key)
    ends = slot.starts + wish.minutes * 60
    earlier = select(func.count()).where(
        Booking.journey == journey, Booking.appointment == wish.appointment
    )
    booking = {
        "key": wish.key,
        "journey": journey,
        "appointment": wish.appointment,
        "n": connection.scalar(earlier),
        "service": wish.service,
        "provider": slot.provider,
        "seat": seat,
        "starts": slot.starts,
        "ends": ends,
        "status": "booked",
    }
    connection.execute(insert(Booking), [booking])
    # Always the provider's cells first, then the patient's, each in order of time: so two
    # transactions that collide wait for one another in one direction only.
    resources = ((_provider(slot.provider), seat), (_patient(journey), 0))
    connection.execute(
        insert(OccupiedCell),
        [
            {"resource": resource, "seat": number, "cell": cell, "booking": wish.key}
            for resource, number in resources
            for cell in cells(slot.starts, ends)
        ],
    )
    return {
        "appointment": wish.appointment,
        "starts": slot.starts,
        "ends": ends,
        "provider": slot.provider,
    }


def _free(connection: Connection, journey: str, appointment: str) -> None:
    latest = connection.scalar(
        select(Booking.key)
        .where(Booking.journey == journey, Booking.appointment == appointment)
        .order_by(Booking.n.desc())
        .limit(1)
    )
    connection.execute(delete(OccupiedCell).where(OccupiedCell.booking == latest))
    connection.execute(update(Booking).where(Booking.key == latest).values(status="cancelled"))


def _free_slot(connection: Connection, wish: Book) -> tuple[Slot, int] | None:
    hours = _hours(connection, wish.service)
    if not hours:
        return None
    for earliest, latest in _stretches(wish):
        found = slots(hours, earliest, latest, wish.minutes)
        if wish.preferred:
            found.sort(key=lambda slot: (abs(slot.starts - wish.preferred), slot))
        free = _first_free(connection, wish, found)
        if free is not None:
            return free
    return None


def _stretches(wish: Book) -> Iterator[tuple[int, int]]:
    """The window in pieces, earliest first; with a preferred time, in one piece."""
    length = wish.latest - wish.earliest + 1 if wish.preferred else _STRETCH
    for start in range(wish.earliest, wish.latest + 1, max(1, length)):
        yield start, min(start + length - 1, wish.latest)


def _hours(connection: Connection, service: str) -> list[Hours]:
    query = (
        select(
            Availability.provider,
            Availability.weekday,
            Availability.opens,
            Availability.closes,
            Availability.slot,
            Provider.zone,
            Provider.holidays,
            Provider.seats,
        )
        .join(Provider, Provider.id == Availability.provider)
        .where(Availability.service == service)
    )
    return [Hours(*row) for row in connection.execute(query)]


def _first_free(
    connection: Connection, wish: Book, found: Sequence[Slot]
) -> tuple[Slot, int] | None:
    if not found:
        return None
    patient = _patient(journey_of(wish.key))
    taken = _taken(connection, wish, found, patient)
    for slot in found:
        wanted = cells(slot.starts, slot.starts + wish.minutes * 60)
        if any((patient, 0, cell) in taken for cell in wanted):
            continue
        provider = _provider(slot.provider)
        for seat in range(slot.seats):
            if not any((provider, seat, cell) in taken for cell in wanted):
                return slot, seat
    return None


def _taken(
    connection: Connection, wish: Book, found: Sequence[Slot], patient: str
) -> set[tuple[str, int, int]]:
    starts = [slot.starts for slot in found]
    first, last = min(starts) // CELL, (max(starts) + wish.minutes * 60) // CELL
    resources = sorted({_provider(slot.provider) for slot in found} | {patient})
    query = select(OccupiedCell.resource, OccupiedCell.seat, OccupiedCell.cell).where(
        or_(*(OccupiedCell.resource == resource for resource in resources)),
        OccupiedCell.cell.between(first, last),
    )
    return {(row[0], row[1], row[2]) for row in connection.execute(query)}


def _provider(provider: str) -> str:
    return f"provider/{provider}"


def _patient(journey: str) -> str:
    return f"patient/{journey}"
