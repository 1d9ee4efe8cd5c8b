"""The tables. Instants are whole seconds since the epoch, UTC, as BIGINT; ids are opaque text.

Rows that follow a journey's decisions (tasks, appointments, enrollments) are *versions*: each
carries the ``revision`` that wrote it and the one that ``superseded`` it (0: it is current).
So a decision that has to be made again can be taken back exactly (see ``writing``).

``course`` counts how often a journey was begun anew after it had closed. A new course counts its
decisions and tasks from one again; on record revisions go on growing, and the past stays.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The tables of people, providers and bookings are in ``directory_models``."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Any] = {
        int: BigInteger,
        str: String,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


def _journey(*, primary: bool = True) -> Mapped[str]:
    return mapped_column(ForeignKey("journeys.id", ondelete="CASCADE"), primary_key=primary)


class JourneyRow(Base):
    """One patient's course; locked while a batch of it is written."""

    __tablename__ = "journeys"

    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    revision: Mapped[int]
    """The latest decision on record, counted over all courses."""
    course: Mapped[int]
    base: Mapped[int]
    """What the current course's own count of decisions is added to."""
    updated: Mapped[int]


class Batch(Base):
    """That a revision was written, and with what content."""

    __tablename__ = "batches"

    journey: Mapped[str] = _journey()
    revision: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    status: Mapped[str]
    digest: Mapped[str]
    run: Mapped[str]
    """The run that wrote it."""
    tier: Mapped[str] = mapped_column(server_default=text("''"))
    """The patient's tier of risk from then on; empty: not determined."""
    flags: Mapped[list[str] | None]


class TimelineEntry(Base):
    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_at", "at"),)

    journey: Mapped[str] = _journey()
    revision: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    kind: Mapped[str]
    pathway: Mapped[str]
    step: Mapped[str]
    occurrence: Mapped[int]
    actor: Mapped[str]
    params: Mapped[dict[str, Any]]


class Task(Base):
    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "ix_tasks_worklist",
            "status",
            "owner",
            "due",
            sqlite_where=text("superseded = 0"),
            postgresql_where=text("superseded = 0"),
        ),
    )

    journey: Mapped[str] = _journey()
    course: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    superseded: Mapped[int]
    pathway: Mapped[str]
    step: Mapped[str]
    occurrence: Mapped[int]
    kind: Mapped[str]
    title: Mapped[str]
    owner: Mapped[str]
    person: Mapped[str]
    opened: Mapped[int]
    due: Mapped[int]
    status: Mapped[str]
    urgency: Mapped[str]
    level: Mapped[int]
    outcome: Mapped[str]
    closed: Mapped[int]
    reasons: Mapped[list[str]]
    collect: Mapped[list[str]]
    instruments: Mapped[list[str]]
    outcomes: Mapped[list[str]]
    attempts: Mapped[int] = mapped_column(server_default="0")
    again: Mapped[int] = mapped_column(server_default="0")
    blocked: Mapped[str] = mapped_column(server_default=text("''"))
    flags: Mapped[list[str] | None]
    behalf: Mapped[str] = mapped_column(server_default=text("''"))


class Appointment(Base):
    """An appointment as the journey knows it; the schedule's own truth is ``bookings``."""

    __tablename__ = "appointments"

    journey: Mapped[str] = _journey()
    course: Mapped[int] = mapped_column(primary_key=True)
    appointment: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    superseded: Mapped[int]
    pathway: Mapped[str]
    step: Mapped[str]
    service: Mapped[str]
    status: Mapped[str]
    starts: Mapped[int]
    ends: Mapped[int]
    provider: Mapped[str]


class Enrollment(Base):
    __tablename__ = "enrollments"

    journey: Mapped[str] = _journey()
    course: Mapped[int] = mapped_column(primary_key=True)
    pathway: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    superseded: Mapped[int]
    version: Mapped[str]
    digest: Mapped[str]
    stage: Mapped[str]
    status: Mapped[str]
    enrolled: Mapped[int]
    disposition: Mapped[str]
    ended: Mapped[int]


class CarePlanVersion(Base):
    """A version of the care plan. The row that made it has its content; those that changed its
    status have none."""

    __tablename__ = "care_plans"

    journey: Mapped[str] = _journey()
    course: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    superseded: Mapped[int]
    pathway: Mapped[str]
    status: Mapped[str]
    made: Mapped[int]
    decided: Mapped[int]
    reason: Mapped[str]
    content: Mapped[str]


class Message(Base):
    """The outbox, and the ledger of messages: unique by effect key (I2).

    ``status``: due, sending, sent, suppressed, retracted, failed or unknown. A row is being
    worked on while ``claimed_until`` lies ahead. Times of the relay are wall-clock seconds.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_work", "status", "reported", "next_attempt"),
        Index("ix_messages_journey", "journey", "revision"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    journey: Mapped[str] = _journey(primary=False)
    revision: Mapped[int]
    retracted: Mapped[int]
    """The revision that retracted it; 0: none."""
    at: Mapped[int]
    """The journey's time when it asked for the message."""
    step: Mapped[str]
    recipient: Mapped[str]
    """``patient``, ``caregiver`` or a role."""
    person: Mapped[str]
    message: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    params: Mapped[dict[str, Any]]
    appointment: Mapped[str]
    urgent: Mapped[bool]
    budget: Mapped[int]
    """Seconds from the first attempt after which it has failed."""
    status: Mapped[str]
    reason: Mapped[str]
    attempts: Mapped[int]
    first_attempt: Mapped[int]
    next_attempt: Mapped[int]
    claimed_by: Mapped[str]
    claimed_until: Mapped[int]
    settled: Mapped[int]
    reported: Mapped[bool]


class Effect(Base):
    """The ledger of bookings and cancellations: a key seen before is answered from here."""

    __tablename__ = "effects"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[str]
    """done or failed."""
    result: Mapped[dict[str, Any]]
    at: Mapped[int]


class PathwayVersion(Base):
    """Every compiled pathway ever used, by digest."""

    __tablename__ = "pathway_versions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    pathway: Mapped[str]
    version: Mapped[str]
    packed: Mapped[str]
