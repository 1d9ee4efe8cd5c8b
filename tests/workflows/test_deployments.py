"""Builds of the code: a run stays with the one that began it, the next begins with the current."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from temporalio.client import WorkflowHistory
from temporalio.worker import Worker

from activities.directory import seed_directory
from activities.performing import Activities
from activities.records.database import open_records, upgrade
from tests.workflows.replaying import replay
from tests.workflows.site import Site
from worker.clock import VirtualClock
from worker.deployments import Deployment, build_id, builds, make_current
from worker.process import running_worker, sandbox
from worker.settings import Settings
from workflows.journeys import Journeys


class Opened(NamedTuple):
    """What a test is given."""

    site: Site
    name: str
    working: Callable[[Deployment], AbstractAsyncContextManager[Worker]]


def built_by(history: WorkflowHistory) -> set[str]:
    """The builds that answered the workflow tasks of a run."""
    return {
        event.workflow_task_completed_event_attributes.deployment_version.build_id
        for event in history.events
        if event.HasField("workflow_task_completed_event_attributes")
    }


@asynccontextmanager
async def site_of(clock: VirtualClock, folder: Path) -> AsyncIterator[Opened]:
    """A site without a worker, and a way to have workers of any build."""
    name = f"site-{uuid.uuid4().hex[:8]}"
    engine = open_records(f"sqlite:///{folder / 'records.db'}", synchronous="NORMAL")
    upgrade(engine)
    seed_directory(engine)
    settings = replace(Settings(), task_queue=name)
    journeys = Journeys(clock.client, settings.task_queue)

    def working(deployment: Deployment) -> AbstractAsyncContextManager[Worker]:
        return running_worker(
            clock.client,
            settings,
            activities=Activities(engine).all(),
            runner=sandbox(),
            deployment=deployment,
        )

    try:
        yield Opened(Site(clock, settings, engine, folder / "records.db", journeys), name, working)
    finally:
        engine.dispose()


async def test_a_run_stays_with_its_build_and_the_next_begins_with_the_current(
    clock: VirtualClock, tmp_path: Path
) -> None:
    """Given a journey that the first build began, when a second becomes current while both work,
    then the first finishes the run, at the next thing that happens the journey continues as new
    with the second, and both histories replay."""
    async with site_of(clock, tmp_path) as (site, name, working):
        first, second = Deployment(name, "first"), Deployment(name, "second")
        async with working(first):
            await make_current(clock.client, first)
            journey = await site.enrolled()
            await site.settle(journey)
            async with working(second):
                await make_current(clock.client, second)
                (before,) = await site.histories(journey)
                assert built_by(before) == {"first"}
                await site.complete(journey, "first-look", "looked")
                await site.settle(journey)

                async def turned() -> bool:
                    return len(await site.histories(journey)) == 2

                await site.until(journey, turned)
                await site.advance(journey, days=1)
                old, new = await site.histories(journey)
                assert built_by(old) == {"first"}
                assert built_by(new) == {"second"}
                mine = [b for b in await builds(clock.client) if b.deployment == name]
                known = {b.build: b.status for b in mine}
                assert known["second"] == "current"
                assert known["first"] in ("draining", "drained")
                for history in (old, new):
                    await replay(history)


async def test_where_the_code_is_replaced_every_run_goes_over_at_once(
    clock: VirtualClock, tmp_path: Path
) -> None:
    """Given one machine whose build was replaced while a journey ran, when the new build starts
    alone, as ``careway up`` does, then it goes on with the very run."""
    async with site_of(clock, tmp_path) as (site, name, working):
        first, second = (Deployment(name, build, "auto-upgrade") for build in ("first", "second"))
        async with working(first):
            await make_current(clock.client, first)
            journey = await site.enrolled()
            await site.settle(journey)
        async with working(second):
            await make_current(clock.client, second)
            await site.complete(journey, "first-look", "looked")
            await site.settle(journey)
            histories = await site.histories(journey)
            assert built_by(histories[0]) >= {"first", "second"}
            for history in histories:
                await replay(history)


def test_the_build_is_the_digest_of_the_code() -> None:
    """The same code has the same build id; it can be part of a Temporal version's name."""
    assert build_id() == build_id()
    assert len(build_id()) == 12
    assert set(build_id()) <= set("0123456789abcdef")
