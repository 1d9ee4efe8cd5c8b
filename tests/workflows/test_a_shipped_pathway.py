"""A shipped pathway over some weeks: in one run, and in a new run after every decision."""

from __future__ import annotations

import json
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from activities.records import reading
from pathways.journey.events import Actor, Attend, Complete, Decline, Reading
from pathways.journey.state import Journey, Task
from tests.definitions import shipped
from tests.workflows.replaying import replay
from tests.workflows.site import Site, open_site
from tests.workflows.test_continuing import assert_alike
from worker.clock import VirtualClock
from worker.demo.script import Player, Role, read_script

PATHWAY = "type-2-diabetes"
DAYS = 40
EVERY = 2
"""Days between two visits of the nurse to her desk."""
DECLINED = "eye-exam"


class Nurse:
    """Works through one patient's tasks, by a script: what she does follows from the journey."""

    def __init__(self, site: Site, journey: str) -> None:
        script = read_script()
        role = Role(name="One", bundle="", pathways=[PATHWAY])
        self.site = site
        self.journey = journey
        self.player = Player(script, role)
        self.pathway = shipped.pathway(PATHWAY)

    async def work(self, day: int) -> None:
        """Note who came, decline the eye examination, and complete what is open."""
        for event in self._visits(await self.site.settle(self.journey), day):
            await self._send(event)
        for task in (await self.site.settle(self.journey)).tasks.values():
            await self._send(self._done(task, day))

    async def _send(self, event: Complete | Attend | Decline) -> None:
        answer = await self.site.command(self.journey, event)
        assert answer.status == "applied", answer

    def _done(self, task: Task, day: int) -> Complete:
        outcome = "verified" if "verified" in task.outcomes else ""
        readings = tuple(
            Reading(name, self.player.value(self.pathway.data[name], day), observed=0)
            for name in task.collect
        )
        answers = {
            name: self.player.answers(self.pathway.instruments[name], day)
            for name in task.instruments
        }
        return Complete(
            f"{day}-{task.id}", Actor("n", task.owner), task.id, outcome, readings, answers
        )

    def _visits(self, state: Journey, day: int) -> list[Attend | Decline]:
        coordinator = Actor("c", "coordinator")
        events: list[Attend | Decline] = []
        for one in state.appointments.values():
            command = f"{day}-{one.id}"
            if one.status == "booked" and one.sources[0].step == DECLINED:
                events.append(Decline(command, coordinator, one.id, "does not want it now"))
            elif one.status == "booked" and one.ends < state.now:
                events.append(Attend(command, coordinator, one.id, "attended"))
        return events


async def test_a_run_for_every_decision_gives_the_same_journey(
    clock: VirtualClock, tmp_path: Path
) -> None:
    """Given two patients on the diabetes pathway to whom the same is done at the same moments,
    one journey in few long runs and one that continues as new after every decision, then after
    forty days their states, timelines, tasks, appointments and messages are the same."""
    async with AsyncExitStack() as stack:
        # A site each: two patients of one site would compete for the same slots.
        sites = [
            await stack.enter_async_context(open_site(clock, tmp_path, turnover=turnover))
            for turnover in (100_000, 1)
        ]
        nurses = [Nurse(site, site.journey()) for site in sites]
        for nurse in nurses:
            answer = await nurse.site.enroll(nurse.journey, compiled=nurse.pathway)
            assert answer.status == "applied", answer
        for day in range(EVERY, DAYS + 1, EVERY):
            for nurse in nurses:
                await nurse.site.advance(nurse.journey, days=EVERY)
                await nurse.work(day)
        first, second = [await _everything(nurse) for nurse in nurses]
        runs = [await nurse.site.histories(nurse.journey) for nurse in nurses]
        for history in [*runs[0], *runs[1][:5], *runs[1][-5:]]:
            await replay(history)
    assert len(runs[0]) == 1
    # Only a decision that comes of another's effects, while that is being recorded, shares its run.
    assert len(runs[1]) > second["state"]["revision"] * 3 / 4
    assert_alike(first, second)
    assert len(first["timeline"]) > 60, "a journey in which something happens"


async def _everything(nurse: Nurse) -> dict[str, Any]:
    engine, journey = nurse.site.engine, nurse.journey
    state = await nurse.site.settle(journey)
    found = {
        # Two bookings asked for at once may be answered in either order, and number what they
        # put on the agenda in that order.
        "state": replace(state, agenda=tuple(replace(due, seq=0) for due in state.agenda)),
        "timeline": reading.timeline(engine, journey),
        "tasks": [item.task for item in reading.worklist(engine, journey=journey, status=None)],
        "appointments": reading.appointments(engine, journey),
        "messages": sorted((m.key, m.step, m.to) for m in reading.messages(engine, journey)),
    }
    return {name: _plain(value, journey) for name, value in found.items()}


def _plain(value: object, journey: str) -> Any:
    """As JSON values, with the journey's id replaced; see ``_ordered``."""
    text = msgspec.json.encode(value).replace(journey.encode(), b"JOURNEY")
    return _ordered(msgspec.json.decode(re.sub(rb"~\d+", b"", text)))


def _ordered(value: Any) -> Any:
    """Without the order of what was asked for at once: two bookings may be made in either."""
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda one: re.sub(r"\d{10}", "", json.dumps(one)))
    return value
