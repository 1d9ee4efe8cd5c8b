"""What workflows may know of the activities: names, payload types, failure types and patience.

Nothing here imports SQL, YAML or the network, so a workflow can import it in its sandbox.
"""

from __future__ import annotations

from msgspec import Struct

from pathways.journey.effects import Book, Cancel, RecordBatch
from pathways.journey.events import Done, Failed

DECISION_CARRY_OUT = "decision.carry_out"
"""``RecordBatch, list[Book | Cancel] -> list[Done | Failed]``: the effects that have ended."""
SCHEDULE_BOOK = "schedule.book"
"""``Book -> dict[str, str | int]``: ``appointment``, ``starts``, ``ends``, ``provider``. For what
was not to be had at the first attempt."""
SCHEDULE_CANCEL = "schedule.cancel"
"""``Cancel -> dict[str, str | int]``: empty."""

NO_SLOT = "NoSlot"
"""Failure type, never retried: no free slot in the window, or nobody offers the service."""
UNAVAILABLE = "RecordsUnavailable"
"""Failure type, retried: the record database did not answer, or not in time."""
REFUSED = "RecordsRefused"
"""Failure type, retried slowly: the database refused the rows, which only a repair can change."""

BookingResult = dict[str, str | int]


class Patience(Struct, frozen=True):
    """Time limits and retries of one kind of activity. All times in seconds; 0: no limit."""

    start_to_close: float
    """One attempt."""
    schedule_to_close: float
    """All attempts together: the budget, after which the effect has failed."""
    first_interval: float = 1.0
    backoff: float = 2.0
    maximum_interval: float = 60.0
    non_retryable: tuple[str, ...] = (NO_SLOT,)


PATIENCE: dict[str, Patience] = {
    DECISION_CARRY_OUT: Patience(
        start_to_close=5.0, schedule_to_close=0.0, first_interval=0.2, maximum_interval=10.0
    ),
    SCHEDULE_BOOK: Patience(start_to_close=10.0, schedule_to_close=4 * 3600.0),
    SCHEDULE_CANCEL: Patience(start_to_close=10.0, schedule_to_close=4 * 3600.0),
}


def journey_of(key: str) -> str:
    """The journey an effect key belongs to: its first part."""
    return key.partition("/")[0]


__all__ = [
    "DECISION_CARRY_OUT",
    "NO_SLOT",
    "PATIENCE",
    "REFUSED",
    "SCHEDULE_BOOK",
    "SCHEDULE_CANCEL",
    "UNAVAILABLE",
    "Book",
    "BookingResult",
    "Cancel",
    "Done",
    "Failed",
    "Patience",
    "RecordBatch",
    "journey_of",
]
