"""Writing the journey's record in revision order, without letting a database hold up care.

A decision's batch is written by one activity, which also attempts what the decision books:
an activity more would cost six events of history. When the database does not take the batch
within a few seconds, that batch and all that follow wait in a queue, which a side task
empties, however long that takes; commands and due times are served meanwhile. What a command's
sender is told rests on the history, not on the database.

Not a local activity, which would cost one event instead of six: a query that arrives while
one runs lets the SDK (1.35) end the workflow task before the workflow has heard of its
result, and the history then does not replay (docs/decisions/0011).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from workflows.side_tasks import SideTasks

with workflow.unsafe.imports_passed_through():
    from activities.contract import DECISION_CARRY_OUT, PATIENCE
    from pathways.journey.effects import Book, Cancel, RecordBatch
    from pathways.journey.events import Done, Failed

_ONE_ATTEMPT = timedelta(seconds=1)
_ATTEMPTS = 3
"""Together: the sender of a command waits for the database for about 4 seconds at most."""
_SIDE_TASK = "recording"


class Recording:
    """Writes batches, and keeps those that the database has not taken yet."""

    def __init__(self, unwritten: tuple[RecordBatch, ...], side: SideTasks) -> None:
        self._queue = deque(unwritten)
        self._side = side

    @property
    def unwritten(self) -> tuple[RecordBatch, ...]:
        """Batches still to be written, oldest first."""
        return tuple(self._queue)

    def resume(self) -> None:
        """Go on with batches that an earlier run could not write."""
        if self._queue:
            self._side.start(_SIDE_TASK, self._empty_queue())

    async def write(
        self, batch: RecordBatch, effects: Sequence[Book | Cancel]
    ) -> Sequence[Done | Failed]:
        """Write ``batch``, or leave it to the side task. Callers take turns.

        ``effects`` are attempted on the way; how those ended that did. The rest is the caller's.
        """
        self._queue.append(batch)
        if len(self._queue) > 1:
            return ()  # Revision order: what waits already goes first.
        try:
            ended: list[Done | Failed] = await workflow.execute_activity(
                DECISION_CARRY_OUT,
                args=[batch, effects],
                result_type=list[Done | Failed],
                start_to_close_timeout=_ONE_ATTEMPT,
                retry_policy=replace(_retry(), maximum_attempts=_ATTEMPTS),
            )
        except ActivityError:
            self.resume()
            return ()
        self._queue.popleft()
        return ended

    async def _empty_queue(self) -> None:
        patience = PATIENCE[DECISION_CARRY_OUT]
        while self._queue:
            await workflow.execute_activity(
                DECISION_CARRY_OUT,
                args=[self._queue[0], []],
                result_type=list[Done | Failed],
                start_to_close_timeout=timedelta(seconds=patience.start_to_close),
                retry_policy=_retry(),
            )
            self._queue.popleft()


def _retry() -> RetryPolicy:
    patience = PATIENCE[DECISION_CARRY_OUT]
    return RetryPolicy(
        initial_interval=timedelta(seconds=patience.first_interval),
        backoff_coefficient=patience.backoff,
        maximum_interval=timedelta(seconds=patience.maximum_interval),
        non_retryable_error_types=list(patience.non_retryable),
    )
