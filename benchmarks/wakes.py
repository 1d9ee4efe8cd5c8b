"""What a wake of a journey costs: early and late in its life, and by the length of its runs.

A wake is a reading that somebody enters for a patient on the shipped diabetes pathway.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence

from msgspec.structs import replace

from benchmarks.driving import NURSE, enrollment
from benchmarks.pairing import alone, compared
from benchmarks.progress import Progress
from benchmarks.results import Result
from benchmarks.site import Site
from pathways.canonical import canonical, pin
from pathways.journey.events import Reading, Record
from worker.library import Library
from workflows.contract import TURNOVER
from workflows.journeys import Journeys

EARLY, LATE = 10, 1_000


class Patient:
    """Somebody on the diabetes pathway whose readings come in."""

    def __init__(self, site: Site, turnover: int = TURNOVER) -> None:
        self._journeys = Journeys(site.clock.client, site.queue, turnover=turnover)
        self._journey = uuid.uuid4().hex
        self.wakes = 0

    async def enroll(self) -> None:
        """Begin."""
        pinned = pin(Library().pathway("type-2-diabetes"))
        event, _ = enrollment(int(time.time()))
        event = replace(event, pathway="type-2-diabetes", digest=pinned.digest)
        answer = await self._journeys.enroll(self._journey, event, pinned)
        assert answer.status == "applied", answer

    async def wake(self, times: int = 1) -> None:
        """One reading after the other."""
        for _ in range(times):
            self.wakes += 1
            reading = Reading("glucose", 110.0 + self.wakes % 40, 0, "mg/dL")
            command = Record(f"r{self.wakes}", NURSE, (reading,))
            answer = await self._journeys.command(self._journey, command)
            assert answer.status == "applied", answer

    async def state_bytes(self) -> int:
        """How large the journey's state is."""
        return len(canonical(await self._journeys.state(self._journey)))


async def early_and_late(site: Site, pairs: int, progress: Progress) -> list[Result]:
    """The 10th wake of a journey beside the 1,000th."""
    old = Patient(site)
    await old.enroll()
    progress.say(f"Wakes: living to the {LATE:,}th")
    await old.wake(LATE - pairs // 2)
    cpu: tuple[list[float], list[float]] = ([], [])
    wait: tuple[list[float], list[float]] = ([], [])
    for number in range(pairs):
        progress.say(f"Wakes: pair {number + 1} of {pairs}")
        young = Patient(site)
        await young.enroll()
        await young.wake(EARLY - 1)
        for which, patient in enumerate((old, young)):
            before, began = await site.usage(), time.perf_counter()
            await patient.wake()
            wait[which].append(1000 * (time.perf_counter() - began))
            cpu[which].append(1000 * (await site.usage()).since(before).worker)
    progress.advance()
    name = f"Wake {LATE:,} beside wake {EARLY}"
    sizes = [float(await patient.state_bytes()) for patient in (old, young)]
    return [
        _of_medians(f"{name}: CPU of the worker", "ms", *cpu, wanted="equal"),
        _of_medians(f"{name}: time to the answer", "ms", *wait, wanted="equal"),
        compared(f"{name}: the journey's state", "bytes", sizes[:1], sizes[1:]),
    ]


def _of_medians(
    name: str, unit: str, late: Sequence[float], early: Sequence[float], *, wanted: str
) -> Result:
    """Single wakes are short and noisy: medians of each third of the pairs are compared."""
    third = max(1, len(late) // 3)
    groups = [slice(start, start + third) for start in range(0, 3 * third, third)]

    def middles(values: Sequence[float]) -> list[float]:
        return [sorted(values[group])[third // 2] for group in groups]

    return compared(name, unit, middles(late), middles(early), wanted)


async def sweep(
    site: Site,
    title: str,
    turnovers: Sequence[int],
    *,
    rounds: int,
    wakes: int,
    progress: Progress,
) -> list[Result]:
    """Wakes a second, by the length at which a run continues as new."""
    rates: dict[int, list[float]] = {turnover: [] for turnover in turnovers}
    for turn in range(rounds):
        for turnover in turnovers if turn % 2 == 0 else reversed(turnovers):
            progress.say(f"{title} wakes: runs of {turnover} events, {turn + 1} of {rounds}")
            patients = [Patient(site, turnover) for _ in range(2)]
            await asyncio.gather(*(patient.enroll() for patient in patients))
            began = time.perf_counter()
            await asyncio.gather(*(patient.wake(wakes) for patient in patients))
            rates[turnover].append(len(patients) * wakes / (time.perf_counter() - began))
            progress.advance()
    return [
        alone(f"{title} wakes, runs of {turnover} events", "wakes/s", rates[turnover])
        for turnover in turnovers
    ]
