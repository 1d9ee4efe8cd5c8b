"""Writing what a decision wants remembered: one transaction per ``RecordBatch``.

A worker may die after the write and before its decision became durable. The decision is then
made again, perhaps differently, and so is everything the same worker had decided after it.
Hence a batch for a revision already on record *takes back* that revision and all later ones
before it is written; only an identical batch changes nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from activities.records.database import TooLate
from activities.records.models import (
    Appointment,
    Base,
    Batch,
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
)


def write_batch(engine: Engine, batch: RecordBatch, *, deadline: float | None = None) -> None:
    """Write ``batch``, at most until ``deadline`` (of ``time.monotonic``); else ``TooLate``.

    The deadline keeps an attempt that everybody gave up on from undoing what came after it.
    """
    digest = hashlib.sha256(canonical(batch)).hexdigest()
    with engine.begin() as connection:
        last = _lock_journey(connection, batch)
        if batch.revision <= last and _stored_digest(connection, batch) == digest:
            _stand_again(connection, batch)
        else:
            if batch.revision <= last:
                _take_back(connection, batch.journey, batch.revision)
            _put_down(connection, batch, digest)
        if deadline is not None and time.monotonic() > deadline:
            raise TooLate("The record database was too slow; nothing was written.")


def insert_if_new(connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows whose primary key is not there yet; how many those were."""
    target: Table = Base.metadata.tables[table.__tablename__]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return sum(
        connection.execute(dialect.insert(target).values(row).on_conflict_do_nothing()).rowcount
        for row in rows
    )


def _lock_journey(connection: Connection, batch: RecordBatch) -> int:
    """The latest revision on record (-1: none); nobody else writes the journey meanwhile."""
    row = select(JourneyRow.revision).where(JourneyRow.id == batch.journey).with_for_update()
    last = connection.scalar(row)
    if last is None:
        fresh = {"id": batch.journey, "status": batch.status, "revision": -1, "updated": batch.at}
        insert_if_new(connection, JourneyRow, [fresh])
        last = connection.scalar(row)
    assert last is not None
    return last


def _stored_digest(connection: Connection, batch: RecordBatch) -> str | None:
    return connection.scalar(
        select(Batch.digest).where(Batch.journey == batch.journey, Batch.revision == batch.revision)
    )


def _stand_again(connection: Connection, batch: RecordBatch) -> None:
    """The same decision again: what was suppressed while it did not stand is due once more."""
    connection.execute(
        update(Message)
        .where(
            Message.key.in_([message.key for message in batch.messages]),
            Message.revision == batch.revision,
            Message.status == "suppressed",
        )
        .values(status="due", reason="", claimed_by="", claimed_until=0, next_attempt=0)
    )


def _take_back(connection: Connection, journey: str, revision: int) -> None:
    """Make the record what it was before ``revision``, but for messages already on their way."""
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


def _put_down(connection: Connection, batch: RecordBatch, digest: str) -> None:
    journey, revision = batch.journey, batch.revision
    mine = {"journey": journey, "revision": revision}
    connection.execute(
        update(JourneyRow)
        .where(JourneyRow.id == journey)
        .values(status=batch.status, revision=revision, updated=batch.at)
    )
    connection.execute(
        insert(Batch), [mine | {"at": batch.at, "status": batch.status, "digest": digest}]
    )
    if batch.entries:
        connection.execute(
            insert(TimelineEntry),
            [mine | {"n": n} | _fields(entry) for n, entry in enumerate(batch.entries)],
        )
    changed = (batch.tasks, batch.appointments, batch.enrollments)
    for (table, name), structs in zip(_VERSIONED, changed, strict=True):
        _put_versions(connection, table, name, mine, structs)
    insert_if_new(connection, Message, [mine | _message(batch, one) for one in batch.messages])
    if batch.retract:
        connection.execute(
            update(Message)
            .where(Message.key.in_(batch.retract), Message.status == "due")
            .values(status="retracted", retracted=revision)
        )


def _put_versions(
    connection: Connection,
    table: Any,
    name: str,
    mine: dict[str, Any],
    structs: Sequence[Any],
) -> None:
    if not structs:
        return
    rows = {getattr(struct, name): mine | {"superseded": 0} | _fields(struct) for struct in structs}
    connection.execute(
        update(table)
        .where(
            table.journey == mine["journey"],
            getattr(table, name).in_(list(rows)),
            table.superseded == 0,
        )
        .values(superseded=mine["revision"])
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
