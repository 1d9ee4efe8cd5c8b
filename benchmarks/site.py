"""The server, the record database and the workers that are measured."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine, delete

from activities.directory import seed_directory
from activities.records import reading
from activities.records.database import open_records, upgrade
from activities.records.directory_models import Booking, OccupiedCell
from activities.records.models import Effect
from pathways.journey.effects import AppointmentRow
from worker.clock import VirtualClock
from worker.connection import connect
from worker.server import EmbeddedServer, ServerOptions
from worker.settings import Settings


@dataclass
class Usage:
    """CPU seconds used so far."""

    server: float
    worker: float

    def since(self, earlier: Usage) -> Usage:
        """What was used between the two."""
        return Usage(self.server - earlier.server, self.worker - earlier.worker)


@dataclass
class Site:
    """What a measurement drives: one server, one database, one worker at a time."""

    clock: VirtualClock
    server: EmbeddedServer
    engine: Engine
    queue: str = ""
    _worker: asyncio.subprocess.Process | None = None

    def task(self, journey: str, step: str) -> str:
        """The open task of a step, looked up on the worklist as its owner would."""
        (found,) = [
            item.task.task
            for item in reading.worklist(self.engine, journey=journey)
            if item.task.step == step
        ]
        return found

    def appointment(self, journey: str, step: str) -> AppointmentRow:
        """The appointment that was booked for a step."""
        booked = [row for row in reading.appointments(self.engine, journey) if row.step == step]
        return booked[-1]

    def clear_schedule(self) -> None:
        """Empty the schedule: everybody's year falls on the same days, and whoever comes later
        would have to look longer for a free slot."""
        with self.engine.begin() as connection:
            for table in (OccupiedCell, Booking, Effect):
                connection.execute(delete(table))

    async def usage(self) -> Usage:
        """CPU seconds of the server and of the worker."""
        return Usage(_cpu_seconds(self.server.pid), float(await self._ask("usage")))

    @asynccontextmanager
    async def worker(self, queue: str, cached: int) -> AsyncIterator[None]:
        """A worker process on a task queue of its own."""
        arguments = [self.server.address, queue, str(self.engine.url), str(cached)]
        self._worker = worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.serving",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self.queue = queue
        try:
            assert await self._read() == "ready"
            yield
        finally:
            assert worker.stdin is not None
            worker.stdin.close()
            await worker.wait()
            self._worker = None

    async def _ask(self, question: str) -> str:
        assert self._worker is not None
        assert self._worker.stdin is not None
        self._worker.stdin.write(f"{question}\n".encode())
        await self._worker.stdin.drain()
        return await self._read()

    async def _read(self) -> str:
        assert self._worker is not None
        assert self._worker.stdout is not None
        line = (await self._worker.stdout.readline()).decode().strip()
        if not line:
            raise RuntimeError("The worker under measurement ended; its last words are above.")
        return line


@asynccontextmanager
async def open_site(folder: Path) -> AsyncIterator[Site]:
    """A server with virtual time on a file database, and an empty record database."""
    database = f"sqlite:///{folder / 'records.db'}"
    engine = open_records(database, synchronous="NORMAL")
    upgrade(engine)
    seed_directory(engine)
    options = ServerOptions(folder / "server.db", synchronous="NORMAL", virtual_time=True)
    async with EmbeddedServer(options) as server:
        client = await connect(replace(Settings(), address=server.address))
        yield Site(VirtualClock(client), server, engine)
    engine.dispose()


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process: Linux only, elsewhere 0."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
