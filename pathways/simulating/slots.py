"""Appointments of one panel: the earliest free slot in a wish's window, as the schedule of the
running system finds it (``activities.schedule``), with the same hours and seats.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from pathways.calendar.table import CalendarTable, instant, local_day, weekday
from pathways.journey.effects import Book
from pathways.simulating.staffing import Offer, Offers

CELL = 900
"""Seconds of a cell, the grain of occupancy."""


class Schedule:
    """What is booked with whom."""

    def __init__(self, offers: Offers, calendar: CalendarTable) -> None:
        self._calendar = calendar
        self._days: dict[tuple[str, int], list[Offer]] = {}
        for service, lines in sorted(offers.items()):
            for line in sorted(lines):
                self._days.setdefault((service, line.weekday), []).append(line)
        self._taken: dict[tuple[str, int, int], str] = {}
        """(provider, seat, cell) -> patient."""
        self._busy: dict[tuple[str, int], str] = {}
        """(patient, cell) -> appointment."""
        self._booked: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        """(patient, appointment) -> its cells."""

    def book(self, patient: str, wish: Book) -> dict[str, str | int] | None:
        """The slot, as ``Done.result`` has it, or ``None`` when none is free."""
        for starts, offer in self._slots(wish):
            cells = range(starts // CELL, -(-(starts + wish.minutes * 60) // CELL))
            if any((patient, cell) in self._busy for cell in cells):
                continue
            for seat in range(offer.seats):
                places = [(offer.provider, seat, cell) for cell in cells]
                if not any(place in self._taken for place in places):
                    self._take(patient, wish.appointment, places)
                    ends = starts + wish.minutes * 60
                    return {
                        "appointment": wish.appointment,
                        "starts": starts,
                        "ends": ends,
                        "provider": offer.provider,
                    }
        return None

    def cancel(self, patient: str, appointment: str) -> None:
        """Free the slot."""
        for provider, seat, cell in self._booked.pop((patient, appointment), []):
            self._taken.pop((provider, seat, cell), None)
            self._busy.pop((patient, cell), None)

    def _take(self, patient: str, appointment: str, places: list[tuple[str, int, int]]) -> None:
        self._booked[patient, appointment] = places
        for provider, seat, cell in places:
            self._taken[provider, seat, cell] = patient
            self._busy[patient, cell] = appointment

    def _slots(self, wish: Book) -> Iterator[tuple[int, Offer]]:
        """The starts that the hours allow, earliest first, then by provider."""
        calendar = self._calendar
        last = local_day(calendar, wish.latest)
        for day in range(local_day(calendar, wish.earliest), last + 1):
            lines = self._days.get((wish.service, weekday(day)), [])
            closed = _is_holiday(calendar, day)
            starts = [
                (minute, line.provider, line)
                for line in lines
                if not (closed and line.holidays)
                for minute in range(line.opens, line.closes - wish.minutes + 1, line.slot)
            ]
            for minute, _, line in sorted(starts):
                moment = instant(calendar, day, minute * 60)
                if wish.earliest <= moment <= wish.latest:
                    yield moment, line


def _is_holiday(calendar: CalendarTable, day: int) -> bool:
    index = bisect_left(calendar.holidays, day)
    return index < len(calendar.holidays) and calendar.holidays[index] == day
