"""What can go wrong when a journey is asked something, in words that say what to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from worker.errors import WorkerError

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds for which an answer is waited for."""
STARTING = 5.0
"""Seconds that a worker may take to be heard of after its start."""
ASK_AGAIN = 0.1
_NOBODY_WORKS = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.FAILED_PRECONDITION)


class AskingError(WorkerError):
    """A journey could not be asked, or refused to hear what was asked."""


class NoSuchJourney(AskingError):
    """There is no such journey, or it is closed."""


class NoWorker(AskingError):
    """Nobody carries out what was asked."""


class NotUnderstood(AskingError):
    """The request is malformed; nothing was recorded."""


async def asked(journey: str, call: Awaitable[T], patience: float = PATIENCE) -> T:
    """The answer to ``call``. Raises ``AskingError``."""
    try:
        return await asyncio.wait_for(call, patience)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise no_answer(patience) from None
    except WorkflowUpdateFailedError as error:
        raise _rejected(error) from None
    except WorkflowQueryFailedError:
        raise AskingError(f"Journey {journey} cannot say: see the worker's log.") from None
    except RPCError as error:
        raise _unreached(journey, error) from None


async def worker_at_work(client: Client, task_queue: str, patience: float = STARTING) -> None:
    """Raises ``NoWorker`` when nobody has listened on the task queue for minutes, nor begins to
    within ``patience`` seconds."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )

    async def listeners() -> bool:
        found = await client.workflow_service.describe_task_queue(request)
        return bool(found.pollers)

    until = time.monotonic() + patience
    while not await asked("", listeners()):
        if time.monotonic() >= until:
            raise NoWorker(
                f'No worker is running for "{task_queue}", so nobody would carry this out. '
                "Start one: careway up, or careway worker."
            )
        await asyncio.sleep(ASK_AGAIN)  # the server tells nobody of a new listener


def no_answer(patience: float) -> NoWorker:
    """Nobody answered in time."""
    return NoWorker(
        f"No answer came within {patience:g} seconds: is a worker running? Start one (careway up, "
        "or careway worker) and send the command again with the same --command-id: it is "
        "applied once."
    )


def _rejected(error: WorkflowUpdateFailedError) -> AskingError:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == "Malformed":
        return NotUnderstood(cause.message)
    return AskingError("The journey could not carry this out: see the worker's log.")


def _unreached(journey: str, error: RPCError) -> AskingError:
    if error.status == RPCStatusCode.NOT_FOUND:
        return NoSuchJourney(
            f"Journey {journey} does not run: it is closed, or there is none of that name. "
            "careway list shows all; enroll the patient to begin anew."
        )
    if error.status in _NOBODY_WORKS:
        return no_answer(PATIENCE)
    return AskingError(
        f"Temporal did not answer ({error.status.name.lower().replace('_', ' ')}). "
        "Is the server running, and is CAREWAY_ADDRESS right?"
    )
