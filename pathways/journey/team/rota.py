"""When people of a site work, and who takes what is urgent when they do not (clinical.md 0.4, 7.2).

Data and arithmetic only: ``pathways.journey.team.shifts`` acts on it. Hours are local to the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from pathways.calendar.table import CalendarTable, instant, local_day, weekday
from pathways.journey.careplan.planned import Absence

AHEAD = 8
"""Days within which every weekly shift comes up."""


class Shift(Struct, frozen=True, array_like=True):
    """A person is at work on these days of the week (0: Monday) between two seconds of the local
    day; one that does not end after it opens ends on the next day."""

    person: str
    days: tuple[int, ...]
    opens: int
    closes: int
    roles: tuple[str, ...] = ()
    """On call: takes what is urgent of these roles, on holidays too. Empty: their own hours, in
    which they do their own work, but for holidays."""


class Rota(Struct, frozen=True, omit_defaults=True):
    """All shifts of a site. Who has no hours of their own is taken to be there."""

    shifts: tuple[Shift, ...]
    """Who is on call: the first that fits."""
    calendar: CalendarTable | None = None
    """Of the site; ``None``: the patient's."""


def _spans(table: CalendarTable, shift: Shift, day: int) -> tuple[int, int] | None:
    """From when until before when the shift that begins on this local day lasts."""
    if weekday(day) not in shift.days or (not shift.roles and day in table.holidays):
        return None
    last = day if shift.closes > shift.opens else day + 1
    return instant(table, day, shift.opens), instant(table, last, shift.closes)


def _at_work(table: CalendarTable, shift: Shift, now: int) -> bool:
    today = local_day(table, now)
    spans = (_spans(table, shift, day) for day in (today - 1, today))
    return any(span is not None and span[0] <= now < span[1] for span in spans)


def at_work(rota: Rota, shift: Shift, now: int) -> bool:
    """Whether a shift of a rota that has a calendar of its own is on."""
    return rota.calendar is not None and _at_work(rota.calendar, shift, now)


def is_there(rota: Rota, table: CalendarTable, person: str, now: int) -> bool:
    """Whether a person is within their own hours; one without any is."""
    own = [s for s in rota.shifts if s.person == person and not s.roles]
    return not own or any(_at_work(table, shift, now) for shift in own)


def on_call(rota: Rota, table: CalendarTable, role: str, now: int) -> Iterator[str]:
    """Who takes what is urgent of a role now, in the order of the rota."""
    for shift in rota.shifts:
        if role in shift.roles and _at_work(table, shift, now):
            yield shift.person


def next_change(rota: Rota, table: CalendarTable, now: int) -> int:
    """The next instant after ``now`` at which a shift begins or ends; 0: there is none."""
    today = local_day(table, now)
    edges = (
        edge
        for shift in rota.shifts
        for day in range(today - 1, today + AHEAD)
        for edge in _spans(table, shift, day) or ()
        if edge > now
    )
    return min(edges, default=0)


class Holder(NamedTuple):
    """Who has the work of a role now, for whom, and whether anybody is there to do it."""

    person: str
    behalf: str = ""
    there: bool = True


def usual_holder(
    team: Mapping[str, str], absences: tuple[Absence, ...], role: str, now: int
) -> Holder:
    """Who fills a role, or who stands in for who is away."""
    person = team.get(role, "")
    for absence in absences:
        if absence.person == person and absence.start <= now < absence.until:
            return Holder(absence.cover, person, bool(absence.cover))
    return Holder(person)


def holder_of_urgent(
    team: Mapping[str, str],
    absences: tuple[Absence, ...],
    rota: Rota,
    table: CalendarTable,
    role: str,
    now: int,
) -> Holder:
    """Who takes what is urgent: who has the role's work, when they are at work; else who is on call
    for it. Nobody: it stays where it is, and nobody is there. A role that nobody fills has a
    mailbox, which is somebody unless the rota knows who is on call."""
    usual = usual_holder(team, absences, role, now)
    gone = {a.person for a in absences if a.start <= now < a.until}
    free = usual.person and usual.person not in gone
    if free and is_there(rota, table, usual.person, now):
        return usual
    for person in on_call(rota, table, role, now):
        if person not in gone:
            mine = usual.behalf or usual.person
            return Holder(person, mine if mine != person else "")
    return usual._replace(there=usual.there and not usual.person)
