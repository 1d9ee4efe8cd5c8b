"""The run that all others are compared with, played once a test process."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.faults import care
from tests.faults.evidence import Remains, gather
from tests.faults.playing import Play
from tests.faults.site import open_site


@pytest.fixture(scope="session")
async def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Remains:
    """What ten journeys leave when nothing is killed."""
    async with open_site(tmp_path_factory.mktemp("undisturbed")) as site:
        play = Play(site, care.first_monday(datetime.now(UTC)))
        await play.all()
        return await gather(play)
