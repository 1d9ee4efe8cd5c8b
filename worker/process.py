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
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    PollerBehaviorAutoscaling,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.mail import SmtpSettings
from activities.outbox import Relay, RelaySettings
from activities.performing import Activities
from activities.records.database import open_records
from activities.rendering import Organisation
from pathways.journey.events import Failed
from worker.connection import connect
from worker.deployments import Deployment, make_current
from worker.logs import logger
from worker.runners import WatchedRunner, refuse_premature
from worker.settings import Settings
from workflows.journeys import Journeys
from workflows.patient_journey import PatientJourney

_PASSED_THROUGH = ("pathways", "activities.contract", "workflows", "msgspec", "pydantic")
"""Loaded once, not once a journey: all of it is pure, and reloading costs memory and time."""
_THREADS = 20
_DRAIN = timedelta(seconds=10)
"""How long activities may take to finish when the worker stops."""
_POLLERS = PollerBehaviorAutoscaling(minimum=2, initial=5, maximum=20)


def sandbox(*more: str) -> SandboxedWorkflowRunner:
    """The runner of tests: it refuses what would not be the same in a replay.

    Workers do without (docs/decisions/0012). ``more``: further packages loaded once."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH, *more)
    return SandboxedWorkflowRunner(restrictions=restrictions)


@asynccontextmanager
async def running_worker(
    client: Client,
    settings: Settings,
    *,
    activities: Sequence[Callable[..., Any]],
    workflows: Sequence[type] = (PatientJourney,),
    runner: WorkflowRunner | None = None,
    deployment: Deployment | None = None,
) -> AsyncIterator[Worker]:
    """A worker for as long as the block runs; on leaving it drains. ``workflows`` differ only
    where another workflow is measured under the same settings, ``runner`` in tests.
    ``deployment``: the build that its runs stay with; without one they stay with none."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="activity") as threads:
        worker = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=workflows,
            activities=activities,
            activity_executor=threads,
            workflow_runner=WatchedRunner(runner or UnsandboxedWorkflowRunner(), refuse_premature),
            max_cached_workflows=settings.cached_workflows,
            max_concurrent_activities=_THREADS,
            max_concurrent_local_activities=_THREADS,
            workflow_task_poller_behavior=_POLLERS,
            graceful_shutdown_timeout=_DRAIN,
            deployment_config=deployment.config() if deployment is not None else None,
        )
        async with worker:
            yield worker


async def run_worker(
    settings: Settings,
    stop: asyncio.Event,
    client: Client | None = None,
    *,
    relay: RelaySettings | None = None,
    deployment: Deployment | None = None,
    current: bool = False,
) -> None:
    """Run journeys, activities and the outbox until ``stop`` is set. ``current``: new runs begin
    with this ``deployment``'s build.

    Raises ``NoConnection`` and the errors of the record database."""
    client = client or await connect(settings)
    engine = open_records(settings.record_database, synchronous=settings.synchronous)
    try:
        sender = outbox(engine, client, settings, relay)
        activities = Activities(engine, wake=sender.wake)
        async with running_worker(
            client, settings, activities=activities.all(), deployment=deployment
        ):
            if deployment is not None and current:
                await make_current(client, deployment)
            logger().info("worker running", task_queue=settings.task_queue)
            await sender.run(stop)
    finally:
        engine.dispose()
    logger().info("worker stopped")


def outbox(
    engine: Engine, client: Client, settings: Settings, relay: RelaySettings | None = None
) -> Relay:
    """The relay that sends what the records hold, and asks the journeys whether it still may."""
    journeys = Journeys(client, settings.task_queue)

    async def stands(journey: str, key: str) -> bool:
        try:
            return await journeys.stands(journey, key)
        except RPCError as error:
            # A journey that never became durable wants nothing; its database rows are orphans.
            if error.status == RPCStatusCode.NOT_FOUND:
                return False
            raise

    async def report(journey: str, key: str, reason: str, unknown: bool) -> None:
        try:
            await journeys.effect_failed(journey, Failed(key, reason, unknown))
        except RPCError as error:
            # A closed journey opens no task; the record shows the failure all the same.
            if error.status != RPCStatusCode.NOT_FOUND:
                raise

    smtp = SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=settings.smtp_password,
        encryption=settings.smtp_tls,
    )
    organisation = Organisation(
        settings.organisation_name, settings.organisation_phone, settings.smtp_from
    )
    return Relay(engine, smtp, organisation, stands=stands, report=report, settings=relay)
