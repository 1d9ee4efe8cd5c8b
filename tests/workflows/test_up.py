"""``careway up``: everything in one folder, stopped by Ctrl-C, going on where it was."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import time

from tests.workflows.care import demo, enrollment
from worker.connection import connect
from worker.settings import Settings
from workflows.journeys import Journeys


@dataclass
class Up:
    """A running ``careway up``."""

    process: Process
    address: str

    async def journeys(self) -> Journeys:
        client = await connect(replace(Settings(), address=self.address))
        return Journeys(client, Settings().task_queue)

    async def interrupted(self) -> int:
        """Press Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


async def start(folder: Path) -> Process:
    environment = {name: value for name, value in os.environ.items() if "CAREWAY" not in name}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "worker.commands", "up", "--port", "0", "--data", str(folder)),
        stdout=PIPE,
        stderr=PIPE,
        env=environment,
        start_new_session=True,
    )


@asynccontextmanager
async def up(folder: Path) -> AsyncIterator[Up]:
    process = await start(folder)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            line = (await process.stdout.readline()).decode()
        words = line.split()
        assert "at" in words, (line, process.returncode)
        yield Up(process, words[words.index("at") + 1].rstrip(","))
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_ctrl_c_stops_it_and_a_restart_goes_on(tmp_path: Path) -> None:
    """Given an enrolled patient, when everything is stopped and started again, then her journey
    is as it was and takes commands; both stops are clean."""
    async with up(tmp_path) as first:
        event, pinned = enrollment("c1", int(time()), demo())
        assert (await (await first.journeys()).enroll("patient", event, pinned)).status == "applied"
        assert await first.interrupted() == 0
    async with up(tmp_path) as second:
        journeys = await second.journeys()
        assert (await journeys.state("patient")).enrollments["demo"].status == "active"
        assert (await journeys.enroll("patient", event, pinned)).status == "applied"
        assert await second.interrupted() == 0


async def test_after_a_kill_it_goes_on_too(tmp_path: Path) -> None:
    """Given it was killed without warning, then what was acknowledged is still there (I6)."""
    async with up(tmp_path) as first:
        event, pinned = enrollment("c1", int(time()), demo())
        answer = await (await first.journeys()).enroll("patient", event, pinned)
        first.process.kill()
        await first.process.communicate()
    async with up(tmp_path) as second:
        journeys = await second.journeys()
        assert await journeys.enroll("patient", event, pinned) == answer
        assert len((await journeys.state("patient")).tasks) == 1


async def test_two_on_one_folder_are_refused_with_a_remedy(tmp_path: Path) -> None:
    async with up(tmp_path) as first:
        second = await start(tmp_path)
        _, errors = await second.communicate()
        assert second.returncode == 1
        text = errors.decode()
        assert "already up" in text
        assert "--data" in text
        assert "Traceback" not in text
        assert await first.interrupted() == 0
