"""The virtual clock: when it stands, and when it does not."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RetryConfig, RPCError, RPCStatusCode

from pathways.journey.decide import new_journey
from pathways.journey.events import Close
from tests.workflows.care import DAY, NURSE
from tests.workflows.site import Site
from worker.clock import VirtualClock
from worker.server import EmbeddedServer, ServerOptions
from workflows.contract import WORKFLOW, JourneyInput


async def test_a_clock_that_has_arrived_stands_there(cached_site: Site) -> None:
    """Given a journey, when its time was moved on by a day, then its clock stands a day later,
    and tells the time that the journey goes by."""
    journey = await cached_site.enrolled()
    handle = cached_site.journeys.handle(journey)
    before = await cached_site.clock.standing(handle)
    await cached_site.advance(journey, days=1)
    after = await cached_site.clock.standing(handle)
    assert before is not None
    assert after is not None
    assert timedelta(days=1) <= after - before < timedelta(days=1, minutes=5)
    assert await cached_site.clock.now(handle) - after < timedelta(minutes=5)


async def test_a_clock_that_is_being_moved_does_not_stand(clock: VirtualClock) -> None:
    """Given a journey that no worker takes up, when its time is to be moved, then that does not
    come to an end, and meanwhile the clock does not stand."""
    handle = await clock.client.start_workflow(
        WORKFLOW,
        JourneyInput(new_journey("waiting"), 100),
        id=uuid.uuid4().hex,
        task_queue="nobody-works-here",
    )
    assert await clock.standing(handle) is not None
    moving = asyncio.create_task(clock.advance(handle, DAY))
    async with asyncio.timeout(20):
        while await clock.standing(handle) is not None:
            pass
    assert not moving.done()
    await handle.terminate()
    assert await moving is False


async def test_a_clock_whose_server_is_away_does_not_stand(tmp_path: Path) -> None:
    """Given a server that has stopped, when a clock is asked, then it does not stand: that its
    server may come back is for the caller to say."""
    async with EmbeddedServer(ServerOptions(tmp_path / "server.db")) as server:
        once = RetryConfig(max_retries=1)
        client = await Client.connect(server.address, retry_config=once)
    handle = client.get_workflow_handle("journey-away")
    assert await VirtualClock(client).standing(handle) is None


async def test_a_journey_that_never_was_has_no_clock(clock: VirtualClock) -> None:
    handle = clock.client.get_workflow_handle("journey-never")
    with pytest.raises(RPCError) as refused:
        await clock.standing(handle)
    assert refused.value.status == RPCStatusCode.NOT_FOUND


async def test_the_clock_of_a_journey_that_has_ended_does_not_move(cached_site: Site) -> None:
    """Given a journey that was closed, when its time is to be moved on, then the answer is no."""
    journey = await cached_site.enrolled()
    answer = await cached_site.command(
        journey, Close("c", NURSE, "demo", "completed", "moved away")
    )
    assert answer.status == "applied", answer
    handle = cached_site.journeys.handle(journey)
    await handle.result()
    assert await cached_site.clock.advance(handle, DAY) is False
