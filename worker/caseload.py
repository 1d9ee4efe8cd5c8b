"""Who carries which patients, from the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from activities.records import people, reading
from activities.records.reading import WorklistItem
from pathways.journey.bearing import CRISIS, DENIAL
from pathways.programs.facts import date_of, facts_of
from pathways.worklist.caseload import Case
from worker.programs import Seen, seen
from worker.settings import Settings

CARRIERS = ("case-manager", "navigator")
"""Roles that carry a patient; who fills it is on the journey's tasks."""
HOME_VISIT = "home-visit"
CRISES = ("RT-911", "RT-ED", "RT-2H")
"""Classes of open tasks that make a patient an active crisis."""


def cases(engine: Engine, settings: Settings, now: int) -> list[Case]:
    """Every patient with an enrollment that runs, by journey."""
    running = [j for j in reading.journeys(engine) if any(_runs(e.status) for e in j.enrollments)]
    tasks: dict[str, list[WorklistItem]] = {}
    for item in reading.worklist(engine, status=None):
        tasks.setdefault(item.journey, []).append(item)
    homes = people.households(engine)
    visits = reading.booked_services(engine)
    bearing = reading.bearing_at(engine, now)
    known = seen(engine, settings, [journey.id for journey in running], now)
    found = []
    for journey in running:
        mine = tasks.get(journey.id, [])
        tier, flags = bearing.get(journey.id, ("", ()))
        home = homes.get(journey.id)
        urgent = any(i.task.status == "open" and i.task.urgency in CRISES for i in mine)
        found.append(
            Case(
                journey=journey.id,
                worker=_carrier(mine),
                tier=tier,
                enrolled=max(e.enrolled for e in journey.enrollments if _runs(e.status)),
                transition=_transition(known[journey.id], now),
                crisis=urgent or CRISIS in flags,
                home_visits=HOME_VISIT in visits.get(journey.id, ()),
                interpreter=home is not None and not home.language.startswith("en"),
                caregiver=home is not None and home.caregiver,
                open_denial=DENIAL in flags,
            )
        )
    return found


def _runs(status: str) -> bool:
    return status != "discharged"


def _carrier(tasks: Sequence[WorklistItem]) -> str:
    """Who had the latest task of a role that carries patients."""
    mine = [i.task for i in tasks if i.task.owner in CARRIERS and i.task.person]
    return max(mine, key=lambda task: (task.opened, task.task)).person if mine else ""


def _transition(patient: Seen, now: int) -> int:
    """When the patient last came home from a stay, as reported or written down; 0: never."""
    found = [0]
    for fact in facts_of(patient.entries, patient.pathways, patient.calendar):
        if fact.kind == "event" and fact.names[0] == "discharged":
            found.append(fact.at)
        elif fact.kind == "value" and fact.names[0] == "discharge-date":
            found.append(date_of(fact.answer, patient.calendar) or 0)
    return max(at for at in found if at <= now)


def fte_of(given: Mapping[str, str]) -> dict[str, float]:
    """Full-time equivalents by person, from what was typed. Raises ``ValueError``."""
    found = {person: float(text) for person, text in given.items()}
    if not all(0 < share <= 2 for share in found.values()):
        raise ValueError("A full-time equivalent lies between 0 and 2.")
    return found
