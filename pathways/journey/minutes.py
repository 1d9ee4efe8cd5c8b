"""Minutes of care management: put on record once, corrected, never counted twice.

Which program they reach what threshold of is not decided here (``pathways.programs.ledger``
reckons it from the timeline); here it is made sure that no minute is there twice.
"""

from __future__ import annotations

from pathways.calendar.table import (
    CalendarTable,
    add_months,
    civil,
    day_number,
    end_of_day,
    local_day,
    stamp,
)
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Spend
from pathways.journey.lookback.past_state import Spent
from pathways.journey.values import AHEAD

MOST = 24 * 60
"""Minutes of one entry."""
MONTHS = 3
"""Entries of this month and of so many before are kept, to be corrected and compared with."""


def spend(draft: Draft, event: Spend) -> Answer:
    """Put time on record, or correct what is there (``minutes`` 0 strikes it out)."""
    before = draft.journey.minutes.get(event.corrects) if event.corrects else None
    if event.corrects and before is None:
        raise Refused(
            "no-such-minutes",
            f"There are no minutes {event.corrects} of the last {MONTHS} months to correct.",
        )
    if not (0 if event.corrects else 1) <= event.minutes <= MOST:
        raise Refused("implausible", f"{event.minutes} minutes in a day cannot be: type it again.")
    spent = Spent(event.program, event.minutes, _day(draft, event), event.starts, event.actor.role)
    if spent.starts and spent.minutes:
        _apart(draft, spent, event.corrects)
    entry = event.corrects or f"m{draft.serial()}"
    oldest = _first_of_month(local_day(draft.calendar, draft.now), MONTHS)
    kept = {i: s for i, s in draft.journey.minutes.items() if s.day >= oldest}
    draft.journey.minutes = {**kept, entry: spent}
    draft.say(
        "minutes-spent",
        actor=event.actor.role,
        id=entry,
        program=event.program,
        minutes=event.minutes,
        on=event.on,
        starts=event.starts or None,
        was=None if before is None else before.minutes,
    )
    return Answer("applied", task=entry)


def _day(draft: Draft, event: Spend) -> int:
    """The local day of the entry; its time must lie within it, and not ahead."""
    day = day_of(event.on)
    if day is None:
        raise Refused("wrong-type", f'"{event.on}" is not a date: write it like 2026-11-03.')
    calendar = draft.calendar
    if event.starts:
        ends = event.starts + 60 * event.minutes
        if local_day(calendar, event.starts) != day or ends > end_of_day(calendar, day) + 1:
            raise Refused(
                "crosses-midnight",
                f"The time does not lie within {event.on}: a month ends at midnight, so give two "
                "entries.",
            )
        if ends > draft.now + AHEAD:
            raise Refused("in-the-future", "The time has not passed yet: check date and hour.")
    if day > local_day(calendar, draft.now):
        raise Refused("in-the-future", f"{event.on} lies in the future: check the date.")
    return day


def _apart(draft: Draft, spent: Spent, corrected: str) -> None:
    """A minute counts once, whoever spent it and for whatever program."""
    ends = spent.starts + 60 * spent.minutes
    for entry, held in draft.journey.minutes.items():
        if entry == corrected or not held.starts or not held.minutes:
            continue
        if spent.starts < held.starts + 60 * held.minutes and held.starts < ends:
            raise Refused(
                "minutes-overlap",
                f"A minute counts once: {entry} has {held.minutes} minutes for {held.program} "
                f"from {_hour(draft.calendar, held.starts)}. Correct {entry}, or give the rest.",
            )


def _hour(calendar: CalendarTable, instant: int) -> str:
    return stamp(calendar, instant).split()[1]


def _first_of_month(day: int, back: int) -> int:
    year, month, _ = civil(day)
    return add_months(day_number(year, month, 1), -back)


def day_of(text: str) -> int | None:
    """The day number of an ISO date, or ``None`` when it is none."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(p.isdecimal() for p in parts):
        return None
    year, month, of_month = (int(part) for part in parts)
    if not (1 <= month <= 12 and 1 <= of_month <= 31):
        return None
    day = day_number(year, month, of_month)
    return day if civil(day) == (year, month, of_month) else None
