"""The activities as a Temporal worker registers them: thin, synchronous, run in threads.

Failures carry a type and a sentence, never patient data (I8): what a database says may quote the
rows, so it is neither chained nor logged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import contract, schedule
from activities.records.database import TooLate
from activities.records.writing import write_batch
from pathways.journey.effects import Book, Cancel, RecordBatch
from pathways.journey.events import Done, Failed


class Activities:
    """All activities of one worker. ``wake`` is called after rows for the outbox were written."""

    def __init__(self, engine: Engine, *, wake: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._wake = wake

    def all(self) -> list[Callable[..., object]]:
        """What to pass to ``Worker(activities=...)``."""
        return [self.carry_out, self.book, self.cancel]

    @activity.defn(name=contract.DECISION_CARRY_OUT)
    def carry_out(self, batch: RecordBatch, effects: list[Book | Cancel]) -> list[Done | Failed]:
        """Write one decision's rows and messages (see ``writing.write_batch``), then attempt what
        it books and cancels. How those ended that did; the others are to be asked for again,
        each for itself, as nothing but the record may hold up a decision."""
        with _failures():
            write_batch(
                self._engine,
                batch,
                run=activity.info().workflow_run_id or "",
                deadline=_deadline(),
            )
        if batch.messages:
            self._wake()
        ended = (self._attempt(effect) for effect in effects)
        return [event for event in ended if event is not None]

    def _attempt(self, effect: Book | Cancel) -> Done | Failed | None:
        try:
            result = self.book(effect) if isinstance(effect, Book) else self.cancel(effect)
        except ApplicationError as error:
            if error.type != contract.NO_SLOT:
                return None
            return Failed(effect.key, contract.NO_SLOT)
        return Done(effect.key, result)

    @activity.defn(name=contract.SCHEDULE_BOOK)
    def book(self, wish: Book) -> contract.BookingResult:
        """Book a slot; see ``schedule.book``."""
        with _failures():
            return schedule.book(self._engine, wish, now=int(time.time()), deadline=_deadline())

    @activity.defn(name=contract.SCHEDULE_CANCEL)
    def cancel(self, wish: Cancel) -> contract.BookingResult:
        """Cancel a booking; see ``schedule.cancel``."""
        with _failures():
            return schedule.cancel(self._engine, wish, now=int(time.time()), deadline=_deadline())


def _deadline() -> float | None:
    """When this attempt's time is up, on the monotonic clock (the server's may be virtual)."""
    info = activity.info()
    limits = (info.start_to_close_timeout, info.schedule_to_close_timeout)
    known = [limit.total_seconds() for limit in limits if limit]
    return time.monotonic() + min(known) if known else None


@contextmanager
def _failures() -> Iterator[None]:
    """Name what went wrong without quoting it."""
    failure: ApplicationError
    try:
        yield
        return
    except schedule.NoSlot as none:
        failure = ApplicationError(str(none), type=contract.NO_SLOT, non_retryable=True)
    except TooLate as late:
        failure = ApplicationError(str(late), type=contract.UNAVAILABLE)
    except PoolTimeout:
        failure = ApplicationError(
            "All connections to the record database are busy.", type=contract.UNAVAILABLE
        )
    except DBAPIError as error:
        if _transient(error):
            failure = ApplicationError(
                "The record database did not answer. It is tried again.",
                type=contract.UNAVAILABLE,
            )
        else:
            failure = _refused(error)
    except SQLAlchemyError as error:
        failure = _refused(error)
    raise failure from None


def _transient(error: DBAPIError) -> bool:
    return error.connection_invalidated or type(error.orig).__name__ in {
        "OperationalError",
        "SerializationFailure",
        "DeadlockDetected",
        "LockNotAvailable",
        "AdminShutdown",
        "ConnectionTimeout",
    }


def _refused(error: Exception) -> ApplicationError:
    return ApplicationError(
        f"The record database refused the rows ({type(error).__name__}).", type=contract.REFUSED
    )
