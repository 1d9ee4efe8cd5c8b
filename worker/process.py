"""The worker process: runs journeys and their activities, and sends what the outbox holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.performing import Activities
from activities.records.database import open_records
from worker.connection import connect
from worker.logs import logger
from worker.settings import Settings
from workflows.patient_journey import PatientJourney

_PASSED_THROUGH = ("pathways", "activities.contract", "workflows", "msgspec", "pydantic")
"""Loaded once, not once a journey: all of it is pure, and reloading costs memory and time."""
_THREADS = 20
_DRAIN = timedelta(seconds=10)
"""How long activities may take to finish when the worker stops."""


def sandbox() -> SandboxedWorkflowRunner:
    """The workflow runner of workers and of replays."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)


@asynccontextmanager
async def running_worker(
    client: Client,
    settings: Settings,
    *,
    activities: Sequence[Callable[..., Any]],
) -> AsyncIterator[Worker]:
    """A worker for as long as the block runs; on leaving it drains."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="activity") as threads:
        worker = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=[PatientJourney],
            activities=activities,
            activity_executor=threads,
            workflow_runner=sandbox(),
            max_cached_workflows=settings.cached_workflows,
            max_concurrent_activities=_THREADS,
            max_concurrent_local_activities=_THREADS,
            workflow_task_poller_behavior=_pollers(settings),
            graceful_shutdown_timeout=_DRAIN,
        )
        async with worker:
            yield worker


def _pollers(settings: Settings) -> PollerBehaviorAutoscaling:
    return PollerBehaviorAutoscaling(minimum=2, initial=5, maximum=20)


async def run_worker(settings: Settings, stop: asyncio.Event, client: Client | None = None) -> None:
    """Run until ``stop`` is set. Raises ``NoConnection`` and the records' own errors."""
    client = client or await connect(settings)
    engine: Engine = open_records(settings.record_database, synchronous=settings.synchronous)
    try:
        activities = Activities(engine)
        async with running_worker(client, settings, activities=activities.all()):
            logger().info("worker running", task_queue=settings.task_queue)
            await stop.wait()
    finally:
        engine.dispose()
    logger().info("worker stopped")
