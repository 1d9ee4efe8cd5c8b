"""Outages: a service that is down delays its own effects, and nothing else."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from activities.records import database, reading
from activities.records.models import Batch
from pathways.journey.events import Record
from tests.workflows.care import NURSE, demo, glucose
from tests.workflows.replaying import replay
from tests.workflows.site import Site


@contextmanager
def record_database_down(site: Site) -> Iterator[None]:
    """Another program holds the database: every write is refused."""
    holder = sqlite3.connect(site.database, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@contextmanager
def schedule_down(site: Site) -> Iterator[None]:
    """The schedule's tables are gone; the records are not."""
    with site.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE occupied RENAME TO away")
    try:
        yield
    finally:
        with site.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO occupied")


def revisions(site: Site, journey: str) -> list[int]:
    """The revisions on record, in the order in which they were written."""
    with database.reading(site.engine) as connection:
        return list(
            connection.scalars(
                select(Batch.revision).where(Batch.journey == journey).order_by(Batch.revision)
            )
        )


async def until_recorded(site: Site, journey: str) -> None:
    """Until the record has caught up with the journey."""

    async def recorded() -> bool:
        return len(revisions(site, journey)) == await site.journeys.revision(journey)

    await site.until(journey, recorded)


@pytest.mark.parametrize("turnover", [120, 1])
async def test_commands_are_answered_while_the_record_database_is_down(
    cached_site: Site, turnover: int
) -> None:
    """Given a record database that takes no writes, when commands arrive, then each is answered
    within seconds; and when it is back, the record is complete and in order, also when the
    journey continued as new in between."""
    cached_site.journeys = cached_site.with_turnover(turnover)
    journey = await cached_site.enrolled()
    await cached_site.settle(journey)
    now = await cached_site.now(journey)
    with record_database_down(cached_site):
        for number in range(4):
            began = time.monotonic()
            command = Record(f"r{number}", NURSE, (glucose(100.0 + number, now),))
            assert (await cached_site.command(journey, command)).status == "applied"
            assert time.monotonic() - began < 5
    await until_recorded(cached_site, journey)
    revision = await cached_site.journeys.revision(journey)
    assert revisions(cached_site, journey) == list(range(1, revision + 1))


async def test_due_times_are_met_while_the_record_database_is_down(cached_site: Site) -> None:
    """Given the database goes down two seconds before an urgent task is overdue, then the task
    is escalated all the same, and the record tells of it later."""
    journey = await cached_site.enrolled()
    await cached_site.settle(journey)
    low = Record("low", NURSE, (glucose(40.0, await cached_site.now(journey)),))
    await cached_site.command(journey, low)
    task = await cached_site.task(journey, "low-glucose-call")
    await cached_site.advance(journey, seconds=task.due - await cached_site.now(journey) - 2)
    assert (await cached_site.task(journey, "low-glucose-call")).level == 0

    async def escalated() -> bool:
        return (await cached_site.task(journey, "low-glucose-call")).level > 0

    with record_database_down(cached_site):
        await cached_site.until(journey, escalated)
        assert "task-escalated" not in recorded_kinds(cached_site, journey)
    await until_recorded(cached_site, journey)
    assert "task-escalated" in recorded_kinds(cached_site, journey)


def recorded_kinds(site: Site, journey: str) -> list[str]:
    """The kinds of the timeline entries on record."""
    return [entry.kind for entry in reading.timeline(site.engine, journey)]


async def test_a_schedule_that_is_down_delays_its_booking_only(cached_site: Site) -> None:
    """Given the schedule does not answer, then the patient's tasks go on; and when it is back,
    her appointment is booked."""
    with schedule_down(cached_site):
        journey = await cached_site.enrolled()
        answer = await cached_site.complete(journey, "first-look", "looked")
        assert answer.status == "applied"
        (wanted,) = (await cached_site.state(journey)).appointments.values()
        assert wanted.status == "requested"
    (booked,) = (await cached_site.settle(journey)).appointments.values()
    assert booked.status == "booked"
    assert len(reading.bookings(cached_site.engine, journey)) == 1


async def test_a_booking_in_flight_survives_continue_as_new_and_happens_once(
    cached_site: Site,
) -> None:
    """Given a booking that cannot be made yet, when the journey continues as new meanwhile, then
    it is asked for again under its key, and made once (I1, I2)."""
    cached_site.journeys = cached_site.with_turnover(1)
    with schedule_down(cached_site):
        journey = await cached_site.enrolled()
        now = await cached_site.now(journey)
        for number in range(3):
            await cached_site.command(
                journey, Record(f"r{number}", NURSE, (glucose(100.0 + number, now),))
            )
        assert len(await cached_site.histories(journey)) > 2
    (booked,) = (await cached_site.settle(journey)).appointments.values()
    assert booked.status == "booked"
    assert len(reading.bookings(cached_site.engine, journey)) == 1


async def test_a_service_that_nobody_offers_becomes_work_for_a_person(cached_site: Site) -> None:
    journey = await cached_site.enrolled(demo(service="levitation"))
    await cached_site.settle(journey)
    assert (await cached_site.task(journey, "visit")).kind == "booking"


async def test_the_record_is_what_a_replay_of_the_history_decides(cached_site: Site) -> None:
    """Given a journey of some weeks, when its history is replayed, then the kernel decides the
    same batches, in the same order, that are on record (I7)."""
    journey = await cached_site.enrolled()
    await cached_site.complete(journey, "first-look", "looked")
    await cached_site.advance(journey, days=30)
    decided = [
        batch
        for history in await cached_site.histories(journey)
        for batch in (await replay(history)).batches
    ]
    entries = [entry for batch in decided for entry in batch.entries]
    assert entries == reading.timeline(cached_site.engine, journey)
    assert [batch.revision for batch in decided] == revisions(cached_site, journey)
