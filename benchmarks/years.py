"""The year beside the same year by hand: throughput, CPU and history, warm and cold."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.driving import STEPS, Lived, Side, live_year, live_years
from benchmarks.histories import Left, left_by
from benchmarks.pairing import compared
from benchmarks.progress import Progress
from benchmarks.results import Result
from benchmarks.site import Site, Usage


@dataclass
class Block:
    """Some years of one side, lived together."""

    seconds: float
    usage: Usage
    lived: list[Lived]

    @property
    def steps(self) -> int:
        """Steps of care in the block."""
        return len(self.lived) * STEPS

    @property
    def throughput(self) -> float:
        """Steps a second."""
        return self.steps / self.seconds

    def milliseconds(self, who: str) -> float:
        """CPU a step of the server or the worker."""
        seconds: float = getattr(self.usage, who)
        return 1000 * seconds / self.steps


async def run_block(site: Site, side: Side, years: int, at_once: int) -> Block:
    """Live some years and measure."""
    site.clear_schedule()
    before, began = await site.usage(), time.perf_counter()
    lived = await live_years(site, side, years, at_once)
    seconds = time.perf_counter() - began
    return Block(seconds, (await site.usage()).since(before), lived)


async def blocks(
    site: Site, sides: Sequence[Side], *, pairs: int, years: int, progress: Progress, title: str
) -> dict[Side, list[Block]]:
    """``pairs`` blocks of every side, in turn; every other turn goes backwards."""
    made: dict[Side, list[Block]] = {side: [] for side in sides}
    for side in sides:
        progress.say(f"{title}: {side}, warming up")
        await live_year(site, side, rounds=1)
    for turn in range(pairs):
        for side in sides if turn % 2 == 0 else reversed(sides):
            progress.say(f"{title}: {side}, {turn + 1} of {pairs}")
            made[side].append(await run_block(site, side, years, years))
            progress.advance()
    return made


def throughput(name: str, made: dict[Side, list[Block]], rival: Side, wanted: str = "") -> Result:
    """Steps a second of the compiled pathway beside those of a rival."""
    ours, theirs = made["compiled"], made[rival]
    return compared(
        name,
        "steps/s",
        [block.throughput for block in ours],
        [block.throughput for block in theirs],
        wanted,
    )


def cpu(name: str, made: dict[Side, list[Block]]) -> list[Result]:
    """CPU a step beside the hand-written workflow, of the server and of the worker."""
    return [
        compared(
            f"{name}: CPU of the {who}",
            "ms/step",
            [block.milliseconds(who) for block in made["compiled"]],
            [block.milliseconds(who) for block in made["by-hand"]],
        )
        for who in ("server", "worker")
    ]


async def histories(
    site: Site, made: dict[Side, list[Block]]
) -> tuple[list[Result], dict[Side, Left]]:
    """Events and bytes a step, and one year's events by kind on every side."""
    left: dict[Side, list[Left]] = {}
    for side, blocks_of_side in made.items():
        lived = [one for block in blocks_of_side for one in block.lived]
        left[side] = [await left_by(site.clock.client, one.workflow_id) for one in lived]
    results = []
    rivals: tuple[tuple[Side, str], ...] = (
        ("by-hand", ""),
        ("by-hand-local", ", rival with local activities"),
    )
    for rival, name in rivals:
        ours, theirs = left["compiled"], left[rival]
        wanted = "at most 0.8" if rival == "by-hand" else ""
        results.append(
            compared(
                f"History events a step{name}",
                "events",
                [one.events.total() / STEPS for one in ours],
                [one.events.total() / STEPS for one in theirs],
                wanted,
            )
        )
    results.append(
        compared(
            "History bytes a step",
            "bytes",
            [one.size / STEPS for one in left["compiled"]],
            [one.size / STEPS for one in left["by-hand"]],
        )
    )
    return results, {side: each[-1] for side, each in left.items()}
