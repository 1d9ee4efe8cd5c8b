"""A site of real processes that can be killed: Temporal server, worker, mail server, records."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Engine
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateWithStartInput,
    WorkflowUpdateHandle,
)
from temporalio.service import RetryConfig

from activities.directory import seed_directory
from activities.records.database import open_records, upgrade
from tests.activities.mail_server import MailServer
from tests.faults.care import directory
from worker.clock import VirtualClock
from worker.converter import data_converter
from worker.server import EmbeddedServer, ServerOptions
from workflows.journeys import Journeys

Target = Literal["worker", "server", "both"]
TARGETS: tuple[Target, ...] = ("worker", "server", "both")

ROOT = Path(__file__).parents[2]
TASK_TIMEOUT = timedelta(seconds=2)
"""After which Temporal takes a killed worker's turn from it; 10 s by default."""
TASK_QUEUE = "faults"


class SlowMailServer(MailServer):
    """Takes up to a twentieth of a second to answer for each message, so that a kill finds some
    on their way; and can be told not to answer at all."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.answering = threading.Event()
        self.answering.set()
        """Cleared: messages are taken, and the sender does not hear of it."""
        self.left_unanswered = threading.Event()
        """A message was."""

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self._chance.random() * 0.05)
        if not self.answering.is_set():
            self.left_unanswered.set()
            await server.loop.run_in_executor(None, self.answering.wait)
        return answer


class WorkerProcess:
    """A worker as a process of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.faults.working",
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    @property
    def running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """Let it finish; kill it if it does not."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 15)
        except TimeoutError:
            await self.kill()

    def last_words(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]


class Site:
    """What a run of journeys is played on."""

    def __init__(
        self,
        server: EmbeddedServer,
        worker: WorkerProcess,
        engine: Engine,
        mail: SlowMailServer,
        client: Client,
        clock: VirtualClock,
        turnover: int,
    ) -> None:
        self._server = server
        self._worker = worker
        self.engine = engine
        self.mail = mail
        self.clock = clock
        self.journeys = Journeys(VirtualClock(client).client, TASK_QUEUE, turnover=turnover)
        self.longest_outage = 0.0

    @asynccontextmanager
    async def mail_unanswered(self) -> AsyncIterator[None]:
        """Within the block a message has been taken by the mail server, and the worker that sent it
        does not know."""
        self.mail.left_unanswered.clear()
        self.mail.answering.clear()
        try:
            assert await asyncio.to_thread(self.mail.left_unanswered.wait, 60), "No mail came."
            yield
        finally:
            self.mail.answering.set()

    async def kill(self, target: Target, downtime: float) -> None:
        """SIGKILL, and start again after ``downtime`` seconds. A worker that ended because its
        server was away is started again too, but that is a fault: workers wait."""
        began = time.monotonic()
        assert self._worker.running, f"The worker ended by itself: {self._worker.last_words()}"
        if target in ("server", "both"):
            os.kill(self._server.pid, signal.SIGKILL)
            await self._server.wait()
        if target in ("worker", "both"):
            await self._worker.kill()
        await asyncio.sleep(downtime)
        if target in ("server", "both"):
            options = replace(self._server.options, port=self._server.port)
            self._server = EmbeddedServer(options)
            await self._server.start()
        if target in ("worker", "both"):
            await self._worker.start()
        self.longest_outage = max(self.longest_outage, time.monotonic() - began)

    async def close(self) -> None:
        """Stop what runs, the worker first. It must still be running."""
        alive = self._worker.running
        await self._worker.stop()
        await self._server.stop()
        assert alive, f"The worker ended by itself: {self._worker.last_words()}"


@asynccontextmanager
async def open_site(
    folder: Path, *, database: str = "", seed: int = 0, turnover: int = 120
) -> AsyncIterator[Site]:
    """A site of its own in ``folder``. ``database``: address of an empty record database."""
    address = database or f"sqlite:///{folder / 'records.db'}"
    engine = open_records(address, synchronous="NORMAL", busy_timeout=20)
    upgrade(engine)
    seed_directory(engine, directory())
    mail = SlowMailServer(random.Random(seed))
    mail.start()
    server = EmbeddedServer(
        ServerOptions(folder / "temporal.db", synchronous="NORMAL", virtual_time=True)
    )
    await server.start()
    environment = {
        "CAREWAY_ADDRESS": server.address,
        "CAREWAY_TASK_QUEUE": TASK_QUEUE,
        "CAREWAY_DATABASE": address,
        "CAREWAY_SYNCHRONOUS": "NORMAL",
        "CAREWAY_SMTP_PORT": str(mail.port),
        "CAREWAY_SMTP_FROM": "care@riverside.example",
    }
    worker = WorkerProcess(environment, folder / "worker.log")
    await worker.start()
    client = await Client.connect(
        server.address, data_converter=data_converter(), interceptors=[_QuickTurns()]
    )
    once = await Client.connect(server.address, retry_config=RetryConfig(max_retries=1))
    site = Site(server, worker, engine, mail, client, VirtualClock(once), turnover)
    try:
        yield site
    finally:
        try:
            await site.close()
        finally:
            mail.stop()
            engine.dispose()


class _QuickTurns(Interceptor):
    """Journeys whose workers are missed soon."""

    def intercept_client(self, following: OutboundInterceptor) -> OutboundInterceptor:
        return _Start(following)


class _Start(OutboundInterceptor):
    async def start_update_with_start_workflow(
        self, enrollment: StartWorkflowUpdateWithStartInput
    ) -> WorkflowUpdateHandle[Any]:
        enrollment.start_workflow_input.task_timeout = TASK_TIMEOUT
        return await super().start_update_with_start_workflow(enrollment)
