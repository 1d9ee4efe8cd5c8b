"""The contact budget: how often one patient is contacted in a week, by people and machines.

Urgent messages and those about an appointment are never blocked, and no call is: what is not
urgent and automated waits for a day on which there is room.
"""

from __future__ import annotations

from pathways.calendar.table import local_day
from pathways.journey.draft import Draft

CONTACTS_A_WEEK = 5
"""Where no pathway says otherwise: a product default, more than the three planned contacts a week
that ``careway check --together`` warns of."""
DAYS = 7


def spent(draft: Draft, day: int) -> bool:
    """Whether the seven days that end with this local day leave no room for one more."""
    journey = draft.journey
    made = sum(
        by_day.get(str(one), 0)
        for by_day in (journey.contacts, journey.calls)
        for one in range(day - DAYS + 1, day + 1)
    )
    return made >= _most(draft)


def _most(draft: Draft) -> int:
    """The smallest number of the pathways that the patient is on."""
    own = (draft.ready(e).pathway.contacts_a_week for e in draft.running())
    return min((most or CONTACTS_A_WEEK for most in own), default=CONTACTS_A_WEEK)


def counted(draft: Draft, by_day: dict[str, int]) -> dict[str, int]:
    """One more contact today; what is older than a week is forgotten."""
    today = local_day(draft.calendar, draft.now)
    recent = {day: n for day, n in by_day.items() if int(day) > today - DAYS}
    return {**recent, str(today): recent.get(str(today), 0) + 1}
