"""Asking journeys: a typed client of the ``PatientJourney`` workflow.

For the worker, the command line and tests. Never imported by the workflow.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from pathways.canonical import PinnedPathway
from pathways.journey.decide import new_journey
from pathways.journey.effects import Answer, Entry
from pathways.journey.events import Command, Device, Enroll, Failed, Migrate
from pathways.journey.state import Due, Journey, Task
from workflows.contract import (
    ASK_AGAIN,
    STATIC_SUMMARY,
    TURNOVER,
    WORKFLOW,
    EnrollRequest,
    JourneyEnd,
    JourneyInput,
    MigrateRequest,
    workflow_id,
)
from workflows.patient_journey import PatientJourney

T = TypeVar("T")
Handle = WorkflowHandle[PatientJourney, JourneyEnd]

_PATIENCE = 30.0
"""Seconds for which a run that is not ready yet is asked again."""
_PAUSE = 0.1
_UNPROCESSED = "UnprocessedUpdate"
"""The server's word for an update that a worker was handed and did not answer."""


class Journeys:
    """All journeys of one namespace and task queue.

    Every method but ``enroll`` and ``wake`` raises ``temporalio.service.RPCError`` with status
    ``NOT_FOUND`` when the journey never was or, for commands and signals, is closed.
    Commands raise ``temporalio.client.WorkflowUpdateFailedError`` when malformed.
    """

    def __init__(self, client: Client, task_queue: str, *, turnover: int = TURNOVER) -> None:
        self._client = client
        self._task_queue = task_queue
        self._turnover = turnover

    async def enroll(self, journey: str, event: Enroll, pinned: PinnedPathway) -> Answer:
        """Enroll, starting the journey if it does not run: update-with-start.

        Two at a time share one journey. After a journey closed, the next enrollment takes it
        up again under the same id with all that it knew: a death, a withdrawn consent, the
        commands already answered.
        """
        return await self._patiently(lambda: self._enroll(journey, event, pinned))

    async def _enroll(self, journey: str, event: Enroll, pinned: PinnedPathway) -> Answer:
        past = await self._past(journey)
        return await self._client.execute_update_with_start_workflow(
            PatientJourney.enroll,
            EnrollRequest(event=event, pinned=pinned),
            id=event.command,
            start_workflow_operation=self._beginning(past),
        )

    async def wake(
        self, journey: str, command: Command, stored: Callable[[str], PinnedPathway | None]
    ) -> Answer:
        """Send a command that a closed journey takes too (``decide``): it is taken up again, with
        the pathways that it was on, as ``stored`` has them by digest."""
        return await self._patiently(lambda: self._wake(journey, command, stored))

    async def _wake(
        self, journey: str, command: Command, stored: Callable[[str], PinnedPathway | None]
    ) -> Answer:
        past = await self._past(journey)
        found = (stored(digest) for digest in {e.digest: 0 for e in past.enrollments.values()})
        pathways = tuple(pinned for pinned in found if pinned is not None)
        return await self._client.execute_update_with_start_workflow(
            PatientJourney.command,
            command,
            id=command.command,
            start_workflow_operation=self._beginning(past, pathways),
        )

    def _beginning(
        self, past: Journey, pathways: tuple[PinnedPathway, ...] = ()
    ) -> WithStartWorkflowOperation[PatientJourney, JourneyEnd]:
        return WithStartWorkflowOperation(
            WORKFLOW,
            JourneyInput(journey=past, turnover=self._turnover, pathways=pathways),
            id=workflow_id(past.id),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=STATIC_SUMMARY,
        )

    async def _past(self, journey: str) -> Journey:
        """What a closed journey knew, as long as its history is kept; else a new one."""
        try:
            description = await self.handle(journey).describe()
            if description.status == WorkflowExecutionStatus.RUNNING:
                return new_journey(journey)
            return await self.state(journey)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            return new_journey(journey)

    async def command(self, journey: str, command: Command) -> Answer:
        """Send a command. Sent again with the same id, it is answered as the first time."""
        return await self._ask(
            lambda handle: handle.execute_update(
                PatientJourney.command, command, id=command.command
            ),
            journey,
        )

    async def migrate(self, journey: str, event: Migrate, pinned: PinnedPathway) -> Answer:
        """Move an enrollment to another version. Sent again with the same id, it is answered as
        the first time."""
        request = MigrateRequest(event=event, pinned=pinned)
        return await self._ask(
            lambda handle: handle.execute_update(PatientJourney.migrate, request, id=event.command),
            journey,
        )

    async def readings(self, journey: str, device: Device) -> None:
        """Hand over device readings."""
        await self.handle(journey).signal(PatientJourney.readings, device)

    async def effect_failed(self, journey: str, failed: Failed) -> None:
        """Report a message that could not be sent."""
        await self.handle(journey).signal(PatientJourney.effect_failed, failed)

    async def state(self, journey: str) -> Journey:
        """The whole journey."""
        return await self._ask(lambda handle: handle.query(PatientJourney.state), journey)

    async def tasks(self, journey: str) -> tuple[Task, ...]:
        """Open tasks, oldest first."""
        return await self._ask(lambda handle: handle.query(PatientJourney.tasks), journey)

    async def agenda(self, journey: str) -> tuple[Due, ...]:
        """What is due, and when."""
        return await self._ask(lambda handle: handle.query(PatientJourney.agenda), journey)

    async def timeline(self, journey: str) -> tuple[Entry, ...]:
        """The last entries of the timeline, oldest first."""
        return await self._ask(lambda handle: handle.query(PatientJourney.timeline), journey)

    async def stands(self, journey: str, key: str) -> bool:
        """Whether the journey still wants the message with this key sent."""
        return await self._ask(lambda handle: handle.query(PatientJourney.stands, key), journey)

    async def revision(self, journey: str) -> int:
        """How many decisions the journey has made."""
        return await self._ask(lambda handle: handle.query(PatientJourney.revision), journey)

    def handle(self, journey: str) -> Handle:
        """The Temporal handle of the journey's latest run."""
        return self._client.get_workflow_handle_for(PatientJourney.run, workflow_id(journey))

    async def _ask(self, call: Callable[[Handle], Awaitable[T]], journey: str) -> T:
        """Ask the latest run, waiting for it to be ready."""
        return await self._patiently(lambda: call(self.handle(journey)))

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Ask again what nobody has taken up.

        A run that continues another younger than a second starts when that second is over,
        and until then answers that its first workflow task "is not scheduled yet". A worker
        refuses a question that came too early (``ASK_AGAIN``). The server itself rejects a command
        that a worker was given and said nothing of, as happens when one is killed: the journey
        never heard of it."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return await call()
            except (RPCError, WorkflowQueryFailedError, WorkflowUpdateFailedError) as error:
                if not _was_not_taken_up(error) or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(_PAUSE)


def _was_not_taken_up(error: Exception) -> bool:
    match error:
        case RPCError():
            return error.status == RPCStatusCode.FAILED_PRECONDITION
        case WorkflowQueryFailedError():
            return error.message == ASK_AGAIN
        case WorkflowUpdateFailedError(cause=ApplicationError(type=kind)):
            return kind == _UNPROCESSED
    return False
