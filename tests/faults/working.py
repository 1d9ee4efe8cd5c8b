"""A worker process of the fault tests: the product's own, with a relay that gives up sooner.

    python -m tests.faults.working

Settings come from ``CAREWAY_*``. It stops when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import os
import sys

from activities.outbox import RelaySettings
from worker import logs
from worker.process import run_worker
from worker.settings import Settings

RELAY = RelaySettings(poll=0.3, lease=3, first_delay=1, longest_delay=2)
"""Minutes of the product's waiting, in seconds."""


async def work() -> None:
    """Work until standard input is closed."""
    stop = asyncio.Event()
    closed = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    closed.add_done_callback(lambda _: stop.set())
    await run_worker(Settings.read(), stop, relay=RELAY)


if __name__ == "__main__":
    logs.configure("WARNING")
    asyncio.run(work())
    sys.stderr.flush()
    # The SDK's runtime may abort while the interpreter shuts down.
    os._exit(0)
