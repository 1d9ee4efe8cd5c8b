"""Carrying out one effect as an activity, and saying how it ended."""

from __future__ import annotations

from datetime import timedelta

from temporalio import exceptions, workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.contract import PATIENCE, SCHEDULE_BOOK, SCHEDULE_CANCEL, BookingResult
    from pathways.journey.effects import Book, Cancel
    from pathways.journey.events import Done, Failed


async def carry_out(effect: Book | Cancel) -> Done | Failed:
    """The event that ends ``effect``. Attempts share its key, so it happens at most once (I2)."""
    name = SCHEDULE_BOOK if isinstance(effect, Book) else SCHEDULE_CANCEL
    patience = PATIENCE[name]
    try:
        result: BookingResult = await workflow.execute_activity(
            name,
            effect,
            result_type=BookingResult,
            summary=effect.step,
            start_to_close_timeout=timedelta(seconds=patience.start_to_close),
            schedule_to_close_timeout=timedelta(seconds=patience.schedule_to_close),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=patience.first_interval),
                backoff_coefficient=patience.backoff,
                maximum_interval=timedelta(seconds=patience.maximum_interval),
                non_retryable_error_types=list(patience.non_retryable),
            ),
        )
    except exceptions.ActivityError as error:
        return _failed(effect.key, error.cause)
    return Done(key=effect.key, result=result)


def _failed(key: str, cause: BaseException | None) -> Failed:
    """The reason is a failure type, never a message: messages may quote a patient's data (I8).

    When the last attempt timed out, nobody knows whether it happened: a person must look.
    """
    if isinstance(cause, exceptions.ApplicationError):
        return Failed(key=key, reason=cause.type or "Unexplained")
    return Failed(
        key=key, reason=type(cause).__name__, unknown=isinstance(cause, exceptions.TimeoutError)
    )
