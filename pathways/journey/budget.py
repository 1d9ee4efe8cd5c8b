"""The contact budget: how often one patient is contacted in a week, by people and machines.

Urgent messages and those about an appointment are never blocked, and neither is a call: what is
automated and not urgent waits for a day on which there is room. What is done with the patient in
one day is one contact, and the material of a lesson is part of it.
"""

from __future__ import annotations

from pathways.calendar.table import local_day
from pathways.journey.draft import Draft
from pathways.journey.effects import Notify

CONTACTS_A_WEEK = 7
"""Where no pathway says otherwise: a product default, one a day."""
DAYS = 7


def counts(effect: Notify) -> bool:
    """Whether a message to the patient or caregiver is one of those that the budget is for."""
    material = effect.key.rsplit("/", 2)[1] == "material"
    return not (effect.urgent or effect.appointment or material)


def spent(draft: Draft, day: int) -> bool:
    """Whether the seven days that end with this local day leave no room for one more."""
    first, journey = day - DAYS + 1, draft.journey
    written = sum(journey.written.get(str(one), 0) for one in range(first, day + 1))
    spoken = sum(first <= one <= day for one in journey.spoken)
    return written + spoken >= _most(draft)


def _most(draft: Draft) -> int:
    """The smallest number of the pathways that the patient is on."""
    own = (draft.ready(e).pathway.contacts_a_week for e in draft.running())
    return min((most or CONTACTS_A_WEEK for most in own), default=CONTACTS_A_WEEK)


def spend(draft: Draft) -> None:
    """One message more today."""
    today = local_day(draft.calendar, draft.now)
    recent = {day: n for day, n in draft.journey.written.items() if int(day) > today - DAYS}
    draft.journey.written = {**recent, str(today): recent.get(str(today), 0) + 1}


def speak(draft: Draft) -> None:
    """Somebody spoke with the patient or caregiver today."""
    today = local_day(draft.calendar, draft.now)
    recent = (day for day in draft.journey.spoken if day > today - DAYS)
    draft.journey.spoken = tuple(dict.fromkeys((*recent, today)))
