"""The tables of people, providers and bookings. Conventions as in ``models``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from activities.records.models import Base


class Person(Base):
    """How to reach a patient or a caregiver. The only table with names and addresses of them."""

    __tablename__ = "people"

    journey: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """patient or caregiver."""
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    consent: Mapped[bool]


class Staff(Base):
    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    zone: Mapped[str]
    language: Mapped[str]


class RoleMailbox(Base):
    """The shared mailbox of a role, for work that no single person holds."""

    __tablename__ = "role_mailboxes"

    role: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    zone: Mapped[str]


class Service(Base):
    __tablename__ = "services"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    titles: Mapped[dict[str, Any] | None]
    """The title in other languages than English; ``None`` from before there were any."""


class Provider(Base):
    __tablename__ = "providers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    place: Mapped[str]
    zone: Mapped[str]
    holidays: Mapped[str]
    """Country whose public holidays the provider keeps; empty: none."""
    remote: Mapped[bool]
    """The patient stays where they are (telephone, video, home visit)."""
    seats: Mapped[int]
    """How many patients can be seen at once."""


class Availability(Base):
    """Weekly hours: on ``weekday`` (0: Monday) a slot every ``slot`` minutes, local time.

    Slots are not stored: they follow from this pattern for any year (see ``slots``)."""

    __tablename__ = "availability"

    provider: Mapped[str] = mapped_column(
        ForeignKey("providers.id", ondelete="CASCADE"), primary_key=True
    )
    service: Mapped[str] = mapped_column(ForeignKey("services.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[int] = mapped_column(primary_key=True)
    """Minutes since local midnight."""
    closes: Mapped[int]
    slot: Mapped[int]


class Booking(Base):
    """A booked appointment; the latest of an appointment id is in force."""

    __tablename__ = "bookings"
    __table_args__ = (Index("ix_bookings_appointment", "journey", "appointment"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    journey: Mapped[str]
    appointment: Mapped[str]
    n: Mapped[int]
    """Counts the bookings of this appointment id, from 0."""
    service: Mapped[str]
    provider: Mapped[str]
    seat: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]
    status: Mapped[str]
    """booked or cancelled."""


class OccupiedCell(Base):
    """A quarter of an hour taken from a provider's seat, or from a patient.

    The primary key is what makes double booking impossible, on every engine."""

    __tablename__ = "occupied"
    __table_args__ = (Index("ix_occupied_booking", "booking"),)

    resource: Mapped[str] = mapped_column(primary_key=True)
    """``provider/ID`` or ``patient/JOURNEY``."""
    seat: Mapped[int] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True)
    """Instant divided by 900."""
    booking: Mapped[str] = mapped_column(ForeignKey("bookings.key", ondelete="CASCADE"))
