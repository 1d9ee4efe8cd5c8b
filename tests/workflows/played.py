"""A scenario file, played on the kernel and then on the real server: the same patient, the same
people, the same answers, at the same times of the patient's own calendar.

A journey on the server begins at the wall clock's time. Calendars are data, so the patient's
calendar is moved there instead: its days, holidays and changes of the clock are those of the
scenario, and only what they are in UTC is not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil

from msgspec.structs import replace
from sqlalchemy import Engine, insert

from activities.directory import (
    Day,
    ProviderEntry,
    WeeklyHours,
    load_directory,
    seed_directory,
)
from activities.records.directory_models import Booking, OccupiedCell
from activities.slots import CELL, cells
from pathways.calendar.table import CalendarTable, local_seconds, offset
from pathways.canonical import digest_of, pin
from pathways.journey.events import Device, Done, Enroll, Failed, Tick
from pathways.scenarios.course import Course
from pathways.scenarios.running import play
from pathways.scenarios.scenario import Scenario
from pathways.scenarios.site import Site as Stage
from tests.definitions import shipped
from tests.workflows.site import Site
from worker.library import Library
from worker.scenarios import calendar

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400
HOUR = 3_600
AHEAD = 120 * DAY
"""How long after the end of the course the clinics are still full."""


def moved(table: CalendarTable, seconds: int) -> CalendarTable:
    """The same days, so much later in UTC."""
    offsets = tuple((since + seconds, east - seconds) for since, east in table.offsets)
    return replace(table, offsets=offsets)


def on_the_kernel(scenario: Scenario, now: int) -> Course:
    """Play the scenario so that it begins about ``now``: up to a quarter of an hour before the
    scenario's own start, as slots are on quarters of an hour."""
    later = tuple(one.of for one in scenario.course if one.deed == "enroll")
    pathways = {
        name: (digest_of(shipped.pathway(name)), shipped.pathway(name))
        for name in dict.fromkeys((*scenario.pathways, *later))
    }
    programs = tuple(Library(shipped.ROOT).programs()[0].values())
    start = play(replace(scenario, course=()), Stage(pathways, calendar)).start
    late = ceil((now - start) / CELL) * CELL
    shifted = Stage(pathways, lambda zone, day: moved(calendar(zone, day), late), programs)
    local = datetime.fromtimestamp(now + offset(_calendar(shifted, scenario), now), UTC)
    return play(replace(scenario, start=f"{local:%Y-%m-%d %H:%M}"), shifted)


def _calendar(stage: Stage, scenario: Scenario) -> CalendarTable:
    day = datetime.fromisoformat(f"{scenario.start[:10]}T00:00+00:00")
    return stage.calendars(scenario.patient.zone, int(day.timestamp()) // DAY)


class OnTheServer:
    """Gives a journey on the server what the course's journey was given."""

    def __init__(self, site: Site, course: Course) -> None:
        self.site = site
        self.course = course
        self.journey = site.journey()

    async def live(self) -> None:
        """From the first event to the end of the course."""
        for at, event in zip(self.course.instants, self.course.given, strict=True):
            match event:
                case Enroll():
                    await self._until(at)
                    compiled = self.course.library[event.digest]
                    await self.site.journeys.enroll(self.journey, event, pin(compiled))
                case Tick():
                    await self._until(at + 1)
                case Done() | Failed():
                    continue  # the server's own services answer
                case Device():
                    await self._until(at)
                    await self.site.journeys.readings(self.journey, event)
                case command:
                    await self._until(at)
                    await self.site.command(self.journey, command)
            await self.site.settle(self.journey)
        await self._until(self.course.end)

    async def _until(self, instant: int) -> None:
        handle = self.site.journeys.handle(self.journey)
        missing = instant - (await self.site.clock.now_or_wall(handle)).timestamp()
        if missing > 0:
            await self.site.clock.advance(handle, missing)


# -- the clinics' calendars: what the scenario found free is free, and nothing else ----------


def open_clinics(engine: Engine, course: Course) -> None:
    """Clinics that are open all day, every day, and full but for the scenario's own visits."""
    free = _free(course)
    zone = _zone(course)
    clinics = tuple(
        ProviderEntry(f"at-{service}", service, "here", (_always(service),), zone)
        for service in sorted(free)
    )
    seed_directory(engine, replace(load_directory(), providers=clinics))
    first, last = course.start // CELL - 1, (course.end + AHEAD) // CELL
    with engine.begin() as connection:
        for service in sorted(free):
            others = f"others/{service}"
            connection.execute(insert(Booking), [_booking(others, service, course)])
            taken = [
                {"resource": f"provider/at-{service}", "seat": 0, "cell": cell, "booking": others}
                for cell in range(first, last)
                if cell not in free[service]
            ]
            connection.execute(insert(OccupiedCell), taken)


def _free(course: Course) -> dict[str, set[int]]:
    """Service -> the quarters of an hour of its visits."""
    starts = {
        event.key: int(event.result["starts"])
        for event in course.given
        if isinstance(event, Done) and "starts" in event.result
    }
    free: dict[str, set[int]] = {}
    for asked in course.asked:
        book = asked.book
        begins = starts.get(book.key)
        if begins is not None:
            ends = begins + book.minutes * 60
            free.setdefault(book.service, set()).update(cells(begins, ends))
    return free


def _always(service: str) -> WeeklyHours:
    return WeeklyHours((service,), DAYS, "00:00", "23:45", CELL // 60)


def _booking(key: str, service: str, course: Course) -> dict[str, object]:
    return {
        "key": key,
        "journey": "others",
        "appointment": service,
        "n": 0,
        "service": service,
        "provider": f"at-{service}",
        "seat": 0,
        "starts": course.start,
        "ends": course.end,
        "status": "booked",
    }


def _zone(course: Course) -> str:
    """A zone in which the clinics' noon is about noon for the patient: no visit is at midnight."""
    behind = local_seconds(course.calendar, course.start) - course.start % DAY
    east = (round(behind / HOUR) + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"
