"""A worker that starts amid much work decodes its first payloads in many threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROCESSES = 4
"""One in two fails when decoders are made by whoever comes first."""
PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-6)
from pathways.journey.decide import new_journey
from pathways.journey.effects import RecordBatch
from pathways.journey.state import Journey
from worker.converter import data_converter
from workflows.contract import JourneyInput

converter = data_converter().payload_converter
journey = new_journey("j")
values = (JourneyInput(journey, 100), journey, RecordBatch("j", 1, 1, "active"))
payloads = [(converter.to_payloads([value]), type(value)) for value in values]
together = threading.Barrier(12)

def decode(number):
    sent, kind = payloads[number % len(payloads)]
    together.wait()
    converter.from_payloads(sent, [kind])

threads = [threading.Thread(target=decode, args=(number,)) for number in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_many_first_payloads_at_once_do_not_end_the_worker() -> None:
    """Given a new process, when a dozen threads decode their first payloads together, then it
    lives: ``msgspec`` (0.22) crashes when two of them make decoders of the same kind."""
    processes = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT) for _ in range(PROCESSES)
    ]
    assert [process.wait() for process in processes] == [0] * PROCESSES
