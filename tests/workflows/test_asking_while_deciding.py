"""People look at a journey while it decides: nothing of it may depend on their looking."""

from __future__ import annotations

import asyncio

from pathways.journey.events import Hold, Resume
from tests.workflows.care import NURSE, demo
from tests.workflows.replaying import replay
from tests.workflows.site import Site


async def test_a_journey_that_is_looked_at_all_the_time_replays_to_the_letter(
    cached_site: Site,
) -> None:
    """Given screens that ask for a journey's state without a pause, when commands come together
    and wait for each other's records, then its history replays to the letter (I7).

    With the record written by a local activity, two of three such plays did not replay."""
    journey = await cached_site.enrolled(demo())
    done = asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            await cached_site.state(journey)

    async def command(number: int) -> None:
        now = await cached_site.now(journey)
        event = (
            Resume(f"c{number}", NURSE)
            if number % 2
            else Hold(f"c{number}", NURSE, "travelling", until=now + 3600 + number)
        )
        await cached_site.command(journey, event)

    async with asyncio.TaskGroup() as group:
        for _screen in range(6):
            group.create_task(look())
        for turn in range(8):
            await asyncio.gather(*(command(turn * 6 + n) for n in range(6)))
        done.set()
    for history in await cached_site.histories(journey):
        await replay(history)
