"""The worker under measurement, in a process of its own so that its CPU time is its own.

``python -m benchmarks.serving ADDRESS QUEUE DATABASE CACHED`` says ``ready`` and then
answers every line of its input with its CPU seconds; it ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace

from activities.performing import Activities
from activities.records.database import open_records
from benchmarks.by_hand import YearByHand
from worker.connection import connect
from worker.process import running_worker
from worker.settings import Settings
from workflows.patient_journey import PatientJourney


async def serve(address: str, queue: str, database: str, cached: int) -> None:
    """Work until the input ends."""
    settings = replace(
        Settings(), address=address, task_queue=queue, cached_workflows=cached, database=database
    )
    client = await connect(settings)
    engine = open_records(database, synchronous="NORMAL")
    async with running_worker(
        client,
        settings,
        activities=Activities(engine).all(),
        workflows=[PatientJourney, YearByHand],
    ):
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(time.process_time(), flush=True)
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
