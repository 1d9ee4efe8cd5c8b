"""What a run left behind: what senders were told, the records, the ledgers, the mail, Temporal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from temporalio.client import WorkflowExecutionStatus

from activities.records import database, reading
from activities.records.directory_models import OccupiedCell
from activities.records.models import Effect
from pathways.journey.effects import Answer, AppointmentRow, EnrollmentRow
from tests.faults.playing import PATIENTS, Play, journey_id
from worker.demo import proof


@dataclass(frozen=True)
class Course:
    """What is left of one journey."""

    ended: str
    """How Temporal says that the workflow ended, e.g. ``COMPLETED``."""
    recorded: proof.Recorded
    appointments: tuple[AppointmentRow, ...]
    enrollments: tuple[EnrollmentRow, ...]
    ledger: tuple[tuple[str, str, str], ...]
    """Key, kind and fate of each booking and cancellation that was asked for."""
    occupied: int
    """Quarters of an hour that the schedule holds for the patient."""

    @property
    def journey(self) -> str:
        return self.recorded.journey


@dataclass(frozen=True)
class Remains:
    """What is left of one run. ``monday``: the instant that its instants are counted from."""

    monday: int
    answers: dict[str, Answer]
    courses: tuple[Course, ...]
    evidence: proof.Evidence
    """Histories, records and mail, as the proofs of the demo take them."""
    on_record: tuple[str, ...]
    """All journeys that the record database knows."""


async def gather(play: Play) -> Remains:
    """Everything that one run left."""
    site = play.site
    journeys = [journey_id(number) for number in range(PATIENTS)]
    evidence = await proof.gather(
        site.engine, site.clock.client, list(site.mail.received), journeys
    )
    courses = []
    for recorded in evidence.courses:
        described = await site.journeys.handle(recorded.journey).describe()
        status = described.status or WorkflowExecutionStatus.RUNNING
        courses.append(_course(site.engine, recorded, status.name))
    on_record = tuple(summary.id for summary in reading.journeys(site.engine))
    return Remains(play.monday, dict(play.answers), tuple(courses), evidence, on_record)


def _course(engine: Engine, recorded: proof.Recorded, ended: str) -> Course:
    journey = recorded.journey
    effects = (
        select(Effect.key, Effect.kind, Effect.status)
        .where(Effect.key.startswith(f"{journey}/"))
        .order_by(Effect.key)
    )
    cells = (
        select(func.count())
        .select_from(OccupiedCell)
        .where(OccupiedCell.resource == f"patient/{journey}")
    )
    with database.reading(engine) as connection:
        ledger = tuple((row.key, row.kind, row.status) for row in connection.execute(effects))
        occupied = connection.scalar(cells) or 0
    return Course(
        ended=ended,
        recorded=recorded,
        appointments=tuple(reading.appointments(engine, journey)),
        enrollments=tuple(reading.enrollments(engine, journey)),
        ledger=ledger,
        occupied=occupied,
    )
