"""A whole small site for a test: record database, directory, worker and a journey's clock."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Engine
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from activities.directory import seed_directory
from activities.performing import Activities
from activities.records.database import open_records, upgrade
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Answer
from pathways.journey.events import Command
from pathways.journey.state import Journey, Task
from tests.workflows.care import complete, demo, enrollment
from worker.clock import VirtualClock
from worker.process import running_worker, sandbox
from worker.settings import Settings
from workflows.contract import TURNOVER, workflow_id
from workflows.journeys import Journeys


@dataclass
class Site:
    """What a test drives."""

    clock: VirtualClock
    settings: Settings
    engine: Engine
    database: Path
    journeys: Journeys
    known: list[str] = field(default_factory=list)

    def journey(self) -> str:
        """A journey id that no other test uses."""
        made = uuid.uuid4().hex
        self.known.append(made)
        return made

    async def enroll(
        self, journey: str, command: str = "enroll-1", compiled: CompiledPathway | None = None
    ) -> Answer:
        """Enroll on the demo pathway (or ``compiled``)."""
        event, pinned = enrollment(command, await self.now(journey), compiled or demo())
        return await self.journeys.enroll(journey, event, pinned)

    async def enrolled(self, compiled: CompiledPathway | None = None) -> str:
        """A new journey, enrolled."""
        journey = self.journey()
        answer = await self.enroll(journey, compiled=compiled)
        assert answer.status == "applied", answer
        return journey

    async def command(self, journey: str, command: Command) -> Answer:
        return await self.journeys.command(journey, command)

    async def state(self, journey: str) -> Journey:
        return await self.journeys.state(journey)

    async def task(self, journey: str, step: str) -> Task:
        """The one open task of a step."""
        tasks = await self.journeys.tasks(journey)
        (found,) = [task for task in tasks if task.sources[0].step == step]
        return found

    async def complete(self, journey: str, step: str, command: str) -> Answer:
        """The nurse closes the step's open task."""
        task = await self.task(journey, step)
        return await self.command(journey, complete(command, task.id))

    async def advance(self, journey: str, *, days: float = 0, seconds: float = 0) -> None:
        """Let time pass for this journey; everything due on the way happens."""
        handle, length = self.journeys.handle(journey), days * 86_400 + seconds
        began, wall = await self.clock.now(handle), time.monotonic()
        await self.clock.advance(handle, length)
        passed = (await self.clock.now(handle) - began).total_seconds()
        # An experimental server must not be taken for a journey that acts at the wrong time.
        assert passed - length < time.monotonic() - wall + 1, "the server moved the clock too far"

    async def settle(self, journey: str) -> Journey:
        """Wait until no effect is outstanding."""

        async def settled() -> bool:
            return not (await self.state(journey)).outstanding

        await self.until(journey, settled)
        return await self.state(journey)

    async def until(self, journey: str, holds: Callable[[], Awaitable[bool]]) -> None:
        """Wait until it holds: looks again whenever the journey's history grew."""
        async with asyncio.timeout(60):
            async for _event in self._news(journey):
                if await holds():
                    return

    async def _news(self, journey: str) -> AsyncIterator[HistoryEvent]:
        """Every event of the history from the latest run on, as they come."""
        while True:
            handle = self.journeys.handle(journey)
            async for event in handle.fetch_history_events(wait_new_event=True):
                yield event

    async def now(self, journey: str) -> int:
        """The journey's time, or the wall clock's before its first run."""
        return int((await self.clock.now_or_wall(self.journeys.handle(journey))).timestamp())

    async def histories(self, journey: str) -> list[WorkflowHistory]:
        """The histories of all runs, oldest first."""
        client = self.clock.client
        found = []
        run: str | None = (await self.journeys.handle(journey).describe()).run_id
        while run:
            handle = client.get_workflow_handle(workflow_id(journey), run_id=run)
            history = await handle.fetch_history()
            found.append(history)
            started = history.events[0].workflow_execution_started_event_attributes
            run = started.continued_execution_run_id
        return found[::-1]

    def with_turnover(self, events: int) -> Journeys:
        """Journeys that continue as new after so many events of history."""
        return Journeys(self.clock.client, self.settings.task_queue, turnover=events)


@asynccontextmanager
async def open_site(
    clock: VirtualClock, folder: Path, *, cached: int = 100, turnover: int = TURNOVER
) -> AsyncIterator[Site]:
    """A site on the running Temporal server, with its own task queue and database."""
    database = folder / f"{uuid.uuid4().hex}.db"
    engine = open_records(f"sqlite:///{database}", synchronous="NORMAL", busy_timeout=0.2)
    upgrade(engine)
    seed_directory(engine)
    settings = replace(Settings(), task_queue=f"test-{uuid.uuid4().hex}", cached_workflows=cached)
    journeys = Journeys(clock.client, settings.task_queue, turnover=turnover)
    try:
        activities = Activities(engine)
        async with running_worker(
            clock.client, settings, activities=activities.all(), runner=sandbox()
        ):
            yield Site(clock, settings, engine, database, journeys)
    finally:
        engine.dispose()


def updates_in(histories: Iterable[WorkflowHistory]) -> list[str]:
    """The ids of all updates that left something in the histories, in order."""
    return [
        event.workflow_execution_update_accepted_event_attributes.protocol_instance_id
        for history in histories
        for event in history.events
        if event.HasField("workflow_execution_update_accepted_event_attributes")
    ]
