"""Make a ``CalendarTable`` from the tz database and the holiday rules.

Outside the kernel: this is the only place that knows zones and holidays by rule. Zones are
read from the ``tzdata`` package and never from the machine, so that the same versions give
the same table everywhere and ``version`` says which ones they were.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import version
from io import BytesIO
from pkgutil import get_data
from zoneinfo import ZoneInfo

from pathways.calendar.table import DAY, CalendarTable, is_business_day

_EPOCH = date(1970, 1, 1).toordinal()
_MARGIN = 2
"""Days read before and after the range, because local days and UTC days overlap."""


class CalendarError(ValueError):
    """No calendar can be made from what was asked; the text says what to ask instead."""


def resolve(
    zone: str,
    first: date,
    last: date,
    country: str = "US",
    extra_closures: Iterable[date] = (),
    *,
    subdivision: str = "",
) -> CalendarTable:
    """The calendar of ``zone`` for the local days ``first`` to ``last``, both included.

    Holidays are those of ``country`` (ISO 3166; for the US the federal ones, observed on
    Friday when they fall on Saturday and on Monday when on Sunday, clinical.md 0.3), those
    of a ``subdivision`` such as ``HI`` when one is named, and ``extra_closures`` (closures
    by executive order). The same arguments and package versions give the same bytes.

    Raises ``CalendarError`` for an unknown zone, country or subdivision, or when ``last``
    comes before ``first``.
    """
    if last < first:
        raise CalendarError(
            f"The calendar would end ({last}) before it starts ({first}). "
            "Give a last day that is not before the first."
        )
    start, end = first.toordinal() - _EPOCH, last.toordinal() - _EPOCH
    closed = _holidays(country, subdivision, first.year, last.year) | {
        day.toordinal() - _EPOCH for day in extra_closures
    }
    table = CalendarTable(
        zone=zone,
        version=f"tzdata {version('tzdata')}, holidays {version('holidays')} "
        f"({country}{'-' if subdivision else ''}{subdivision})",
        offsets=_offsets(_zone(zone), start - _MARGIN, end + _MARGIN),
        holidays=(),
        first_day=start,
        last_day=end,
    )
    # A holiday on a weekend closes nothing that is not closed already.
    open_days = (d for d in sorted(closed) if start <= d <= end and is_business_day(table, d))
    return CalendarTable(
        zone=table.zone,
        version=table.version,
        offsets=table.offsets,
        holidays=tuple(open_days),
        first_day=start,
        last_day=end,
    )


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Every IANA name that ``resolve`` knows, sorted."""
    return tuple(sorted((get_data("tzdata", "zones") or b"").decode().split()))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    # Checked against the list first: a name becomes a path.
    if name not in zone_names():
        near = get_close_matches(name, zone_names(), n=1, cutoff=0.6)
        hint = f'Did you mean "{near[0]}"?' if near else 'Use a name such as "America/New_York".'
        raise CalendarError(f'"{name}" is not a time zone of the IANA database. {hint}')
    return ZoneInfo.from_file(BytesIO(get_data("tzdata", f"zoneinfo/{name}") or b""), name)


def _offsets(zone: ZoneInfo, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """All changes of the offset between two days; no two changes share a day anywhere."""
    found = [(first * DAY, _offset_at(zone, first * DAY))]
    for day in range(first, last + 1):
        before, after = day * DAY, (day + 1) * DAY
        if _offset_at(zone, after) == found[-1][1]:
            continue
        while after - before > 1:
            middle = (before + after) // 2
            if _offset_at(zone, middle) == found[-1][1]:
                before = middle
            else:
                after = middle
        found.append((after, _offset_at(zone, after)))
    return tuple(found)


def _offset_at(zone: ZoneInfo, t: int) -> int:
    shift = datetime.fromtimestamp(t, UTC).astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift is not None else 0


@lru_cache(maxsize=64)
def _holidays(country: str, subdivision: str, first_year: int, last_year: int) -> frozenset[int]:
    # The year after counts too: its New Year's Day may be observed on 31 December.
    from holidays import country_holidays, list_supported_countries

    known = list_supported_countries()
    if country not in known:
        raise CalendarError(
            f'"{country}" is not a country whose holidays are known. '
            'Use its ISO 3166 code in capitals, for example "US".'
        )
    if subdivision and subdivision not in known[country]:
        raise CalendarError(
            f'"{subdivision}" is not a subdivision of {country} whose holidays are known. '
            f"Known ones: {', '.join(known[country]) or 'none'}."
        )
    days = country_holidays(
        country, subdiv=subdivision or None, years=range(first_year, last_year + 2)
    )
    return frozenset(day.toordinal() - _EPOCH for day in days)
