"""The theatre: the real parts that the demo plays on, all of them on this machine only."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine

from activities.directory import seed_directory
from activities.outbox import Relay
from activities.performing import Activities
from activities.records.database import open_records, upgrade
from worker.clock import VirtualClock
from worker.connection import connect
from worker.desk import Desk
from worker.process import outbox, running_worker
from worker.server import EmbeddedServer, ServerOptions
from worker.settings import Settings


@dataclass
class Catcher:
    """A real SMTP server that keeps what it is given."""

    caught: list[Message] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content or b""
        self.caught.append(
            message_from_bytes(content if isinstance(content, bytes) else content.encode())
        )
        return "250 kept"


@dataclass
class Theatre:
    """What the demo uses."""

    desk: Desk
    clock: VirtualClock
    engine: Engine
    relay: Relay
    catcher: Catcher
    settings: Settings


@asynccontextmanager
async def open_theatre(settings: Settings, folder: Path) -> AsyncIterator[Theatre]:
    """Temporal server with virtual time, records, SMTP catcher, worker and relay."""
    catcher = Catcher()
    database = f"sqlite:///{folder / 'records.db'}"
    engine = open_records(database, synchronous="NORMAL")
    upgrade(engine)
    seed_directory(engine)
    options = ServerOptions(folder / "temporal.db", synchronous="NORMAL", virtual_time=True)
    try:
        async with _listening(catcher) as port, EmbeddedServer(options) as server:
            settings = replace(
                settings,
                address=server.address,
                data=folder,
                database=database,
                synchronous="NORMAL",
                smtp_host="127.0.0.1",
                smtp_port=port,
                smtp_from="care@example.org",
            )
            async with _working(settings, engine, catcher) as theatre:
                yield theatre
    finally:
        engine.dispose()


@asynccontextmanager
async def _listening(catcher: Catcher) -> AsyncIterator[int]:
    """The SMTP catcher, in this event loop, on a free port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(catcher), "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


@asynccontextmanager
async def _working(settings: Settings, engine: Engine, catcher: Catcher) -> AsyncIterator[Theatre]:
    clock = VirtualClock(await connect(settings))
    relay = outbox(engine, clock.client, settings)
    activities = Activities(engine, wake=relay.wake)
    stop = asyncio.Event()
    async with running_worker(clock.client, settings, activities=activities.all()):
        sending = asyncio.create_task(relay.run(stop))
        desk = Desk(clock.client, engine, settings)
        try:
            yield Theatre(desk, clock, engine, relay, catcher, settings)
        finally:
            stop.set()
            relay.wake()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
