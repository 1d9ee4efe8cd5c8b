"""Whether anybody works: asked before something is put to a journey."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from activities.performing import Activities
from activities.records.database import open_records, upgrade
from worker.asking import NoWorker, worker_at_work
from worker.clock import VirtualClock
from worker.process import running_worker, sandbox
from worker.settings import Settings


async def test_a_worker_that_is_only_starting_is_waited_for(
    clock: VirtualClock, tmp_path: Path
) -> None:
    """Given a queue that nobody listens to yet, when a command looks for a worker and one starts
    meanwhile, then the command goes on."""
    settings = replace(Settings(), task_queue=f"test-{uuid.uuid4().hex}")
    engine = open_records(f"sqlite:///{tmp_path / 'records.db'}")
    upgrade(engine)
    looking = asyncio.create_task(worker_at_work(clock.client, settings.task_queue, patience=60))
    await asyncio.wait([looking], timeout=0.5)
    assert not looking.done(), "somebody listens already"
    activities = Activities(engine).all()
    async with running_worker(clock.client, settings, activities=activities, runner=sandbox()):
        await looking
    engine.dispose()


async def test_where_nobody_works_that_is_said(clock: VirtualClock) -> None:
    with pytest.raises(NoWorker, match="No worker is running"):
        await worker_at_work(clock.client, f"test-{uuid.uuid4().hex}", patience=0)
