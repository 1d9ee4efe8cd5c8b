"""Requests for authorization of a panel's patients: planned, and said to their journeys."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.calendar.table import CalendarTable
from pathways.journey.events import Event
from pathways.simulating import payers
from pathways.simulating.tally import Tally
from pathways.simulating.team import Patient

DECISIONS = (*payers.VERDICTS, "overturned", "upheld")
HOUR = 3600


def planned(patient: Patient, now: int, calendar: CalendarTable) -> Iterator[tuple[int, str]]:
    """(when, reference) of what payers say next, of every request that has come further."""
    character, journey = patient.character, patient.journey
    for run in journey.reviews.values():
        line = payers.paying(character.behaviour.payers, run.service)
        if line is None or patient.reviews.get(run.id) == len(run.history):
            continue
        following = payers.next_of(run, line, character.chance, now, calendar, journey.tasks)
        if following is not None:
            patient.reviews[run.id] = len(run.history)
            yield following.at, f"{run.id} {len(run.history)} {following.say}"


def said(patient: Patient, ref: str, now: int, tally: Tally) -> Event | None:
    """What is said of a request; None if somebody has moved it since."""
    name, come, say = ref.split(" ")
    run = patient.journey.reviews.get(name)
    if run is None or len(run.history) != int(come):
        return None
    if say in DECISIONS:
        tally.count("payer/decisions")
        tally.count("payer/hours", (now - run.history[0].at) // HOUR)
    return payers.told(run, say, patient.command())
