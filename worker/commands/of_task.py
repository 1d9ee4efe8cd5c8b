"""What a command needs to know of the task that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pathways.journey.events import Reading
    from worker.desk import Desk


def owner(desk: Desk, reference: str) -> str:
    """Who owns the task, on record; a case manager for what is not there (an appointment)."""
    from worker.references import parted

    journey, own = parted(reference)
    return _owner_on_record(desk.engine, desk.journey(journey), own)


def _owner_on_record(engine: Engine, journey: str, task: str) -> str:
    from activities.records import reading

    found = reading.task(engine, journey, task)
    return found.task.owner if found is not None else "case-manager"


def readings(desk: Desk, reference: str, values: tuple[str, ...]) -> tuple[Reading, ...]:
    """The values that were typed, as readings of the journey of a task. Raises ``Misuse``."""
    from worker.commands import entering
    from worker.pinned import elements_of
    from worker.references import parted

    journey, _ = parted(reference)
    return entering.readings(values, elements_of(desk.engine, desk.journey(journey)))
