"""One Temporal server a test process; every site has its own task queue and database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflows.replaying import replay
from tests.workflows.site import Site, open_site
from worker.clock import VirtualClock
from worker.connection import connect
from worker.server import EmbeddedServer, ServerOptions
from worker.settings import Settings


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedServer]:
    database = tmp_path_factory.mktemp("temporal") / "server.db"
    options = ServerOptions(database, synchronous="NORMAL", virtual_time=True)
    async with EmbeddedServer(options) as running:
        yield running


@pytest.fixture(scope="session")
async def clock(server: EmbeddedServer) -> VirtualClock:
    return VirtualClock(await connect(replace(Settings(), address=server.address)))


@pytest.fixture(params=[100, 0], ids=["cached", "uncached"])
async def site(
    request: pytest.FixtureRequest, clock: VirtualClock, tmp_path: Path
) -> AsyncIterator[Site]:
    """A site whose worker keeps journeys in memory, and one that replays them at every turn.

    Afterwards every history that the test made is replayed strictly."""
    async with open_site(clock, tmp_path, cached=request.param) as opened:
        yield opened
        for journey in opened.known:
            for history in await opened.histories(journey):
                await replay(history)


@pytest.fixture
async def cached_site(clock: VirtualClock, tmp_path: Path) -> AsyncIterator[Site]:
    """A site with the usual cache; its histories are replayed strictly afterwards."""
    async with open_site(clock, tmp_path) as opened:
        yield opened
        for journey in opened.known:
            for history in await opened.histories(journey):
                await replay(history)
