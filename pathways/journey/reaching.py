"""Reaching: by which ways and at which hours somebody was tried, and what the rule X1 still asks.

X1 of the clinical reference: three attempts on three different days, by at least two channels,
one of them outside 09:00-17:00, inside 14 calendar days. The days are counted by ``attempts``; this
module looks at the rest. It never stops a nurse: it says what the next attempt should be like, and
tells who hears of the last one what was left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from pathways.calendar.table import CalendarTable, local_day, local_seconds

CHANNELS = ("phone", "text", "e-mail", "portal", "letter", "video", "in-person")
"""Ways in which somebody can be tried. A voicemail is the telephone, heard by nobody yet."""
ATTEMPTS = 3
"""The rule is about so many: whose pathway wants fewer is not told that two ways are missing."""
WAYS = 2
OFFICE_FROM, OFFICE_UNTIL = 9 * 3600, 17 * 3600
"""Seconds of the patient's local day. An attempt at 17:00 is outside of them."""
WITHIN_DAYS = 14


def lacking(calendar: CalendarTable, made: Sequence[int], by: Sequence[str]) -> tuple[str, ...]:
    """What attempts at these instants, by these channels (empty: not said), lack of X1, in words
    that say what to do. Empty: nothing, or no attempt was made yet."""
    if not made:
        return ()
    said = _ways(by)
    found = []
    if len(said) < WAYS:
        found.append(f"another way than {said[0]}" if said else "say by which way it was tried")
    if all(_in_office_hours(calendar, at) for at in made):
        found.append("outside 09:00-17:00")
    return tuple(found)


def shortfall(calendar: CalendarTable, made: Sequence[int], by: Sequence[str]) -> str:
    """What all the attempts together lacked, for who is told of them; empty: nothing."""
    if len(made) < ATTEMPTS:
        return ""
    said = _ways(by)
    found = []
    if len(said) < WAYS:
        found.append(f"all attempts by {said[0]}" if said else "nobody said how it was tried")
    if all(_in_office_hours(calendar, at) for at in made):
        found.append("none outside 09:00-17:00")
    if local_day(calendar, max(made)) - local_day(calendar, min(made)) > WITHIN_DAYS:
        found.append(f"not within {WITHIN_DAYS} days")
    return ", ".join(found)


def _ways(by: Sequence[str]) -> tuple[str, ...]:
    """Each way that was said, once."""
    return tuple(dict.fromkeys(channel for channel in by if channel))


def _in_office_hours(calendar: CalendarTable, at: int) -> bool:
    return OFFICE_FROM <= local_seconds(calendar, at) < OFFICE_UNTIL
