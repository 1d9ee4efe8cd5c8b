"""What the medication list will say without anything happening: an operation comes near, eight
weeks pass. The list is judged again on the first day on which a rule would hit.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import instant
from pathways.conditions import prepare
from pathways.journey.draft import Draft
from pathways.journey.state import Enrollment
from pathways.journey.view import PatientView
from pathways.medicines.hits import hits, ingredients
from pathways.medicines.rules import MedicineRule

AHEAD = 100
"""Days that are looked ahead; whatever changes on the list or of the values looks again."""
MORNING = 8 * 3600
"""Local time of day, in seconds, at which a rule begins to hit because a day has come."""
KIND = "medicines"
"""Of the entry on the agenda."""


def foresee(draft: Draft, running: list[Enrollment]) -> None:
    """Put the first day on which time alone makes a rule hit on the agenda, in place of what was
    foreseen before."""
    if any(due.kind == KIND for due in draft.agenda()):
        draft.drop(KIND)
    names = ingredients(m for m in draft.journey.medicines if not m.stopped)
    days = [
        day
        for enrollment in running
        for rule in draft.ready(enrollment).medicine_rules(names)
        if (rule.taken or _has_date(draft, rule))
        and (day := _first_day(draft, enrollment, rule)) is not None
    ]
    if days:
        draft.at(min(days), KIND)


def _has_date(draft: Draft, rule: MedicineRule) -> bool:
    """Whether a date that the rule reads is known: without one, no day makes it hit."""
    dates = (name for name, unit in rule.reads.items() if unit == "date")
    return any(draft.journey.readings(name) for name in dates)


def _first_day(draft: Draft, enrollment: Enrollment, rule: MedicineRule) -> int | None:
    """The instant of a rule that does not hit now, and will if nothing else changes."""
    if not hits(replace(rule, taken=0), draft.journey.medicines, draft.now):
        return None
    if _hits(draft, enrollment, rule, draft.now):
        return None
    today = draft.view(enrollment).today
    for day in range(today, today + AHEAD):
        at = instant(draft.calendar, day, MORNING)
        if at > draft.now and _hits(draft, enrollment, rule, at):
            return at
    return None


def _hits(draft: Draft, enrollment: Enrollment, rule: MedicineRule, at: int) -> bool:
    if not hits(rule, draft.journey.medicines, at):
        return False
    view = PatientView(draft.journey, enrollment, draft.ready(enrollment), at)
    return rule.when is None or prepare(rule.when)(view) is True
