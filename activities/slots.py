"""Free times follow from weekly hours: pure arithmetic, for any year, with nothing stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from msgspec import Struct

CELL = 900
"""Seconds of a cell, the grain of occupancy; slots start on cells."""


class Hours(Struct, frozen=True, order=True):
    """On ``weekday`` (0: Monday) ``provider`` has a slot every ``slot`` minutes from ``opens`` to
    ``closes`` (minutes since local midnight), but not on ``holidays`` of that country."""

    provider: str
    weekday: int
    opens: int
    closes: int
    slot: int
    zone: str
    holidays: str
    seats: int


class Slot(Struct, frozen=True, order=True):
    """A start that the hours allow, in seconds since the epoch."""

    starts: int
    provider: str
    seats: int


def slots(hours: Iterable[Hours], earliest: int, latest: int, minutes: int) -> list[Slot]:
    """The slots that start in ``[earliest, latest]`` and have room for ``minutes``, by start."""
    return sorted({slot for line in hours for slot in _of_line(line, earliest, latest, minutes)})


def cells(starts: int, ends: int) -> range:
    """The cells that an appointment touches."""
    return range(starts // CELL, -(-ends // CELL))


def _of_line(line: Hours, earliest: int, latest: int, minutes: int) -> Iterator[Slot]:
    zone = ZoneInfo(line.zone)
    day = datetime.fromtimestamp(earliest, zone).date()
    last = datetime.fromtimestamp(latest, zone).date()
    day += timedelta(days=(line.weekday - day.weekday()) % 7)
    while day <= last:
        if not (line.holidays and day in _holidays(line.holidays, day.year)):
            for minute in range(line.opens, line.closes - minutes + 1, line.slot):
                starts = _instant(day, minute, zone)
                if starts is not None and earliest <= starts <= latest:
                    yield Slot(starts, line.provider, line.seats)
        day += timedelta(days=7)


def _instant(day: date, minute: int, zone: ZoneInfo) -> int | None:
    """The instant of a local time; ``None`` when the clocks skip it. Of two, the first."""
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return None
    return int(instant.timestamp())


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
