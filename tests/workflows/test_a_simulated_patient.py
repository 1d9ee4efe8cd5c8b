"""A synthetic patient lives the same course in a simulation and on the real server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from activities.directory import (
    Directory,
    ProviderEntry,
    WeeklyHours,
    load_directory,
    seed_directory,
)
from activities.records import reading
from pathways.calendar.resolve import resolve
from pathways.canonical import digest_of, pin
from pathways.journey.effects import Entry
from pathways.journey.events import Device, Done, Enroll, Failed, Tick
from pathways.journey.state import Journey
from pathways.simulating.behaviour import Behaviour, Said
from pathways.simulating.living import decided
from pathways.simulating.panel import Panel
from pathways.simulating.plan import Course, Lived, Move, Plan
from pathways.spans import Span
from tests.definitions import shipped
from tests.workflows.site import Site, open_site
from tests.workflows.timelines import in_order, instants, plain
from worker.clock import VirtualClock
from worker.library import Library
from worker.simulation import Wish, offers_of, plan_of

PATHWAY = "type-2-diabetes"
DAYS = 120
SEED = 12
NEAR = 60
"""Seconds: the server's clock runs on while people and tests do their work."""


def simulated_from(now: int) -> Plan:
    """One patient of the shipped team, referred now; it is about noon there."""
    compiled = shipped.pathway(PATHWAY)
    wish = Wish(1, DAYS / 365.25, seed=SEED, start=date(2026, 1, 5), headcount=False)
    plan = plan_of(Library(), [compiled], wish)
    (course,) = plan.courses
    patients = lively(course.behaviour)
    first = datetime.fromtimestamp(now, UTC).date() - timedelta(days=2)
    plan = replace(
        plan,
        courses=(Course(digest_of(compiled), compiled, patients),),
        offers=offers_of(places(noon_zone(now))),
        calendar=resolve(noon_zone(now), first, first + timedelta(days=500)),
        start=now,
        end=now + DAYS * 86_400,
    )
    (late,) = [next(Panel(plan, 0).life()).at - now]
    return replace(plan, start=now - late)


def lively(usual: Behaviour) -> Behaviour:
    """The usual behaviour, of one patient who is referred at once, reached and not replaced, and
    to whom six times as much happens."""
    return replace(
        usual,
        arrivals=replace(usual.arrivals, over=Span(1, "minute"), replaced=10_000.0),
        values=(Said("contact", one_of=(("reached", 1.0),)), *usual.values[1:]),
        declining=tuple(d for d in usual.declining if "first-contact" not in d.steps),
        events=tuple(
            replace(event, a_year=6 * event.a_year)
            for event in usual.events
            if event.event != "deceased"
        ),
    )


def places(zone: str) -> Directory:
    """The pathway's services, each at an hour of its own: two appointments that are asked for at
    once are booked in either order, and must not take each other's slot."""
    directory = load_directory()
    steps = [step for stage in shipped.pathway(PATHWAY).stages for step in stage.steps]
    services = sorted({step.service for step in steps if step.verb == "schedule"})
    providers = tuple(
        ProviderEntry(
            id=f"place-{service}",
            name=service,
            place="here",
            hours=(
                WeeklyHours(
                    services=(service,),
                    days=("mon", "tue", "wed", "thu", "fri"),
                    opens=f"{number + 8:02}:00",
                    closes=f"{number + 9:02}:00",
                    slot=60,
                ),
            ),
            zone=zone,
            holidays="US",
        )
        for number, service in enumerate(services)
    )
    return replace(directory, providers=providers)


def noon_zone(now: int) -> str:
    """A zone in which it is between 12:00 and 13:00, so that no day begins during the test."""
    east = 12 - datetime.fromtimestamp(now, UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def in_the_kernel(plan: Plan) -> list[Entry]:
    """The timeline of the simulated patient."""
    return [
        entry
        for one in decided(Panel(plan, 0))
        if one.made.record
        for entry in one.made.record.entries
    ]


class OnTheServer:
    """Carries the same moves to a journey on the server: commands, readings, and time."""

    def __init__(self, site: Site, plan: Plan) -> None:
        self.site = site
        self.plan = plan
        self.journey = site.journey()

    async def live(self) -> list[Entry]:
        """The timeline of the patient who lived there."""
        life = Panel(self.plan, 0).life()
        move = next(life)
        try:
            while True:
                move = life.send(Lived(await self._make(move)))
        except StopIteration:
            return reading.timeline(self.site.engine, self.journey)

    async def _make(self, move: Move) -> Journey:
        match move.event:
            case Enroll() as enroll:
                pinned = pin(self.plan.courses[0].pathway)
                answer = await self.site.journeys.enroll(self.journey, enroll, pinned)
                assert answer.status == "applied", answer
            case Tick():
                await self._until(move.at + 1)
            case Device() as device:
                await self._until(move.at)
                await self.site.journeys.readings(self.journey, device)
            case Done() | Failed():
                raise AssertionError("on a server the bookings are made there")
            case command:
                await self._until(move.at)
                answer = await self.site.command(self.journey, command)
                assert answer.status == "applied", (command, answer)
        return await self.site.settle(self.journey)

    async def _until(self, instant: int) -> None:
        handle = self.site.journeys.handle(self.journey)
        missing = instant - (await self.site.clock.now(handle)).timestamp()
        if missing > 0:
            await self.site.clock.advance(handle, missing)


async def test_the_same_patient_lives_the_same_course_in_simulation_and_on_the_server(
    clock: VirtualClock, tmp_path: Path
) -> None:
    """Given one seeded patient on the diabetes pathway with the shipped team and directory, to whom
    a lot happens, when the kernel alone and a journey on a real server are asked the same, then
    their timelines say the same, entry by entry, at the same times."""
    async with open_site(clock, tmp_path) as site:
        plan = simulated_from(int(datetime.now(UTC).timestamp()))
        seed_directory(site.engine, places(plan.calendar.zone))
        lived = in_order(await OnTheServer(site, plan).live())
    simulated = in_order(in_the_kernel(plan))
    assert [plain(entry) for entry in lived] == [plain(entry) for entry in simulated]
    apart = [
        abs(mine - theirs)
        for one, other in zip(lived, simulated, strict=True)
        for mine, theirs in zip(instants(one), instants(other), strict=True)
    ]
    assert max(apart) < NEAR
    kinds = {entry.kind for entry in simulated}
    assert len(simulated) > 100, "a course in which something happens"
    assert {"task-done", "appointment-attended", "message-sent", "held", "resumed"} <= kinds
