"""What happened: the course of one played scenario, ready to be compared."""

from __future__ import annotations

from bisect import bisect_right

from msgspec import Struct

from pathways.calendar.table import (
    CalendarTable,
    day_number,
    end_of_day,
    instant,
    later,
    local_day,
    local_seconds,
)
from pathways.compiled import CompiledPathway
from pathways.journey.effects import AppointmentRow, Book, Entry, Notify, PlanRow, TaskRow
from pathways.journey.events import Event
from pathways.journey.state import Journey
from pathways.programs.program import Program
from pathways.scenarios.scenario import Moment

NOON = 12 * 3600


class Asked(Struct, frozen=True):
    """An appointment that was asked for, and when."""

    at: int
    pathway: str
    book: Book


class Sent(Struct, frozen=True):
    """A message that left, and when."""

    at: int
    pathway: str
    message: Notify


class Trouble(Struct, frozen=True):
    """A line of the course that could not be played: there was nothing to complete, or the
    journey refused it."""

    line: int
    message: str
    code: str = ""
    """Of a refusal."""


class Course(Struct):
    """What happened, in order."""

    calendar: CalendarTable
    start: int
    library: dict[str, CompiledPathway]
    """By the digest that the journey knows them under."""
    entries: list[Entry] = []
    opened: dict[str, TaskRow] = {}
    """Task id -> the row it was opened with, in order."""
    tasks: dict[str, TaskRow] = {}
    """Task id -> its latest row."""
    asked: list[Asked] = []
    appointments: dict[str, AppointmentRow] = {}
    sent: list[Sent] = []
    plans: list[tuple[int, PlanRow]] = []
    """Rows of versions of the care plan, as they were recorded, and when."""
    given: list[Event] = []
    """What the journey was given, in order."""
    instants: list[int] = []
    """When."""
    journeys: list[Journey] = []
    """How it stood after each."""
    troubles: list[Trouble] = []
    end: int = 0
    programs: tuple[Program, ...] = ()
    """Whose clocks may be expected."""

    def at(self, moment: int) -> Journey | None:
        """The journey as it stood at an instant; ``None`` before the first decision."""
        index = bisect_right(self.instants, moment) - 1
        return self.journeys[index] if index >= 0 else None


class Clock(Struct, frozen=True):
    """The scenario's own days on the patient's calendar."""

    calendar: CalendarTable
    first: int
    """The local day of the enrollment."""

    def of(self, moment: Moment, now: int = 0, *, noon: bool = False) -> int:
        """The instant that a moment means; without a time the day's end, or its ``noon``."""
        if moment.after is not None:
            return later(self.calendar, now, moment.after)
        day = self.day(moment)
        if moment.seconds is not None:
            return instant(self.calendar, day, moment.seconds)
        return instant(self.calendar, day, NOON) if noon else end_of_day(self.calendar, day)

    def day(self, moment: Moment) -> int:
        """The local day of a moment."""
        return day_of(moment.date) if moment.date else self.first + moment.day

    def say(self, at: int) -> str:
        """An instant as files say it: ``day 3 10:30``."""
        day, seconds = local_day(self.calendar, at), local_seconds(self.calendar, at)
        return str(Moment(day - self.first, seconds=seconds))

    def moment(self, at: int) -> Moment:
        """An instant as a moment of the scenario."""
        day, seconds = local_day(self.calendar, at), local_seconds(self.calendar, at)
        return Moment(day - self.first, seconds=seconds)


def day_of(date: str) -> int:
    """The day number of an ISO date."""
    year, month, of_month = (int(part) for part in date.split("-"))
    return day_number(year, month, of_month)
