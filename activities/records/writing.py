"""Writing what a decision wants remembered: one transaction per ``RecordBatch``.

An operator may reset a journey to an earlier event, or restore Temporal's database from an
older backup. Decisions are then made again, perhaps differently, that are on record already.
Hence a batch for a revision already on record *takes back* that revision and all later ones
before it is written; only an identical batch changes nothing.

A journey that closed (or whose enrollment was refused) can be begun anew, by another workflow run
that counts from one again: that is a new *course*, and takes nothing back.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from activities.records.database import TooLate
from activities.records.models import (
    Appointment,
    Base,
    Batch,
    CarePlanVersion,
    Enrollment,
    JourneyRow,
    Message,
    Task,
    TimelineEntry,
)
from pathways.canonical import canonical
from pathways.journey.effects import Notify, RecordBatch

URGENT_BUDGET = 4 * 3600
"""Seconds an urgent message is tried for, when it says nothing else."""
ORDINARY_BUDGET = 24 * 3600

NEVER_SENT = ("due", "suppressed", "retracted")
"""Statuses of messages that certainly nobody received."""

_VERSIONED: tuple[tuple[type[Base], str], ...] = (
    (Task, "task"),
    (Appointment, "appointment"),
    (Enrollment, "pathway"),
    (CarePlanVersion, "version"),
)


class _Place(Struct, frozen=True):
    """Where a batch goes: the journey's course, and the revision counted over all courses."""

    journey: str
    course: int
    base: int
    revision: int


def write_batch(
    engine: Engine, batch: RecordBatch, *, run: str = "", deadline: float | None = None
) -> None:
    """Write ``batch``, decided by the workflow run ``run``, at most until ``deadline`` (of
    ``time.monotonic``); else ``TooLate`` and nothing is written.

    The deadline keeps an attempt that everybody gave up on from undoing what came after it.
    """
    digest = hashlib.sha256(canonical(batch)).hexdigest()
    with engine.begin() as connection:
        journey = _lock_journey(connection, batch)
        place = _Place(batch.journey, journey.course, journey.base, journey.base + batch.revision)
        if place.revision <= journey.revision:
            _write_again(connection, batch, digest, run, place, journey.revision)
        else:
            _put_down(connection, batch, digest, run, place)
        if deadline is not None and time.monotonic() > deadline:
            raise TooLate("The record database was too slow; nothing was written.")


def _write_again(
    connection: Connection, batch: RecordBatch, digest: str, run: str, place: _Place, last: int
) -> None:
    """The revision is on record already: the same again, a decision made again, or a new course."""
    stored = connection.execute(
        select(Batch.digest, Batch.run).where(
            Batch.journey == place.journey, Batch.revision == place.revision
        )
    ).one_or_none()
    if stored is not None and stored.digest == digest:
        _stand_again(connection, batch, place)
    elif stored is None or stored.run == run or not _is_first(connection, place):
        _take_back(connection, place)
        _put_down(connection, batch, digest, run, place)
    elif not _wrote(connection, place.journey, run):
        base = last + 1
        anew = _Place(place.journey, place.course + 1, base, base + batch.revision)
        _put_down(connection, batch, digest, run, anew)
    # else: a straggler of a course that is over; its batch is on record


def _is_first(connection: Connection, place: _Place) -> bool:
    """Only a course's first decision can come from another run without following an earlier one:
    a run that continues another goes on counting."""
    first = select(func.min(Batch.revision)).where(
        Batch.journey == place.journey, Batch.revision >= place.base
    )
    return connection.scalar(first) == place.revision


def _wrote(connection: Connection, journey: str, run: str) -> bool:
    wrote = select(Batch.revision).where(Batch.journey == journey, Batch.run == run).limit(1)
    return connection.scalar(wrote) is not None


def insert_if_new(connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose primary key is not there yet; how many those were."""
    target: Table = Base.metadata.tables[table.__tablename__]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(target).on_conflict_do_nothing().returning(*target.primary_key)
    # One at a time, counting what comes back: PostgreSQL's row count of an INSERT is not kept.
    return sum(len(connection.execute(statement.values(row)).all()) for row in rows)


def _lock_journey(connection: Connection, batch: RecordBatch) -> Any:
    """The journey's row; nobody else writes the journey until the transaction ends."""
    query = select(JourneyRow.__table__).where(JourneyRow.id == batch.journey).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        fresh = {"id": batch.journey, "status": batch.status, "updated": batch.at}
        none_yet = {"revision": -1, "course": 0, "base": 0}
        insert_if_new(connection, JourneyRow, [fresh | none_yet])
        row = connection.execute(query).one()
    return row


def _stand_again(connection: Connection, batch: RecordBatch, place: _Place) -> None:
    """The same decision again: what was suppressed while it did not stand is due once more."""
    connection.execute(
        update(Message)
        .where(
            Message.key.in_([message.key for message in batch.messages]),
            Message.revision == place.revision,
            Message.status == "suppressed",
        )
        .values(status="due", reason="", claimed_by="", claimed_until=0, next_attempt=0)
    )


def _take_back(connection: Connection, place: _Place) -> None:
    """Make the record what it was before that revision, but for messages already on their way."""
    journey, revision = place.journey, place.revision
    for table in (TimelineEntry, Batch):
        connection.execute(
            delete(table).where(table.journey == journey, table.revision >= revision)
        )
    for versioned, _ in _VERSIONED:
        rows: Any = versioned
        connection.execute(delete(rows).where(rows.journey == journey, rows.revision >= revision))
        connection.execute(
            update(rows)
            .where(rows.journey == journey, rows.superseded >= revision)
            .values(superseded=0)
        )
    connection.execute(
        delete(Message).where(
            Message.journey == journey,
            Message.revision >= revision,
            Message.status.in_(NEVER_SENT),
        )
    )
    connection.execute(
        update(Message)
        .where(
            Message.journey == journey,
            Message.retracted >= revision,
            Message.status == "retracted",
        )
        .values(status="due", retracted=0)
    )


def _put_down(
    connection: Connection, batch: RecordBatch, digest: str, run: str, place: _Place
) -> None:
    mine = {"journey": place.journey, "revision": place.revision}
    connection.execute(
        update(JourneyRow)
        .where(JourneyRow.id == place.journey)
        .values(
            status=batch.status,
            revision=place.revision,
            course=place.course,
            base=place.base,
            updated=batch.at,
        )
    )
    content = {"at": batch.at, "status": batch.status, "digest": digest, "run": run}
    content |= {"tier": batch.tier, "flags": list(batch.flags)}
    connection.execute(insert(Batch), [mine | content])
    if batch.entries:
        connection.execute(
            insert(TimelineEntry),
            [mine | {"n": n} | _fields(entry) for n, entry in enumerate(batch.entries)],
        )
    changed = (batch.tasks, batch.appointments, batch.enrollments, batch.plans)
    for (table, name), structs in zip(_VERSIONED, changed, strict=True):
        _put_versions(connection, table, name, place, structs)
    insert_if_new(connection, Message, [mine | _message(batch, one) for one in batch.messages])
    if batch.retract:
        connection.execute(
            update(Message)
            .where(Message.key.in_(batch.retract), Message.status == "due")
            .values(status="retracted", retracted=place.revision)
        )


def _put_versions(
    connection: Connection, table: Any, name: str, place: _Place, structs: Sequence[Any]
) -> None:
    """Add versions, superseding the current ones. Of a row named twice the last counts."""
    if not structs:
        return
    mine = {"journey": place.journey, "course": place.course, "revision": place.revision}
    rows = {getattr(struct, name): mine | {"superseded": 0} | _fields(struct) for struct in structs}
    connection.execute(
        update(table)
        .where(
            table.journey == place.journey,
            table.course == place.course,
            getattr(table, name).in_(list(rows)),
            table.superseded == 0,
        )
        .values(superseded=place.revision)
    )
    connection.execute(insert(table), list(rows.values()))


def _fields(struct: Any) -> dict[str, Any]:
    """A struct's fields as column values; columns are named after them."""
    values = ((name, getattr(struct, name)) for name in struct.__struct_fields__)
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values}


def _message(batch: RecordBatch, message: Notify) -> dict[str, Any]:
    ordinary = URGENT_BUDGET if message.urgent else ORDINARY_BUDGET
    return {
        "key": message.key,
        "retracted": 0,
        "at": batch.at,
        "step": message.step,
        "recipient": message.to,
        "person": message.person,
        "message": message.message,
        "subject": message.text.subject,
        "body": message.text.body,
        "params": message.params,
        "appointment": message.appointment,
        "urgent": message.urgent,
        "budget": max(0, message.give_up - batch.at) if message.give_up else ordinary,
        "status": "due",
        "reason": "",
        "attempts": 0,
        "first_attempt": 0,
        "next_attempt": 0,
        "claimed_by": "",
        "claimed_until": 0,
        "settled": 0,
        "reported": False,
    }
