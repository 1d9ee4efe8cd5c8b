"""An appointment that two pathways share outlives the one that asked for it."""

from __future__ import annotations

import pytest

from pathways.compiled import CompiledPathway, Step
from pathways.journey.effects import Book
from pathways.journey.events import Actor, Attend, Close, Complete, Done
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, human, ok, pathway, stage

DAY = 86_400


def asking(name: str) -> CompiledPathway:
    visit = Step(
        "lab",
        "schedule",
        "Laboratory",
        by="case-manager",
        service="lab",
        due=Span(14, "day"),
        same="lab",
    )
    rest = human("rest", due=Span(60, "day"))
    return pathway(stage("follow", "follow-up", visit, rest), name=name)


def shared() -> Patient:
    """One appointment for two pathways, over and not answered for: somebody is asked about it."""
    patient = Patient()
    for name in ("first", "second"):
        patient.enroll(asking(name))
    book = next(e for e in patient.effects if isinstance(e, Book))
    starts = patient.now + 3 * DAY
    patient.apply(Done(book.key, {"starts": starts, "ends": starts + 1800}))
    patient.until(starts + 5 * DAY)
    assert [len(a.sources) for a in patient.journey.appointments.values()] == [2]
    return patient


def asked(patient: Patient) -> list[tuple[str, str]]:
    found = [t for t in patient.journey.tasks.values() if t.kind == "attendance"]
    return [(t.sources[0].pathway, t.owner) for t in found]


def test_who_is_asked_how_it_ended_is_asked_for_the_pathway_that_goes_on() -> None:
    """Given a shared appointment that somebody is asked about for the first pathway, when that one
    ends, then they are asked for the second, and the answer ends its step."""
    patient = shared()
    assert asked(patient) == [("first", "case-manager")]
    ok(patient, Close(patient.command(), NURSE, "first", "moved"))
    assert asked(patient) == [("second", "case-manager")]
    task = next(t for t in patient.journey.tasks.values() if t.kind == "attendance")
    ok(patient, Complete(patient.command(), Actor("n1", task.owner), task.id, "attended"))
    assert patient.journey.enrollments["second"].ends["lab"] == "done"


@pytest.mark.parametrize("ends", ["first", "second"])
def test_an_appointment_that_is_answered_for_asks_nobody(ends: str) -> None:
    """Given an appointment that was kept, when either pathway ends, then nobody is asked."""
    patient = shared()
    name = next(iter(patient.journey.appointments))
    ok(patient, Attend(patient.command(), NURSE, name, "attended"))
    ok(patient, Close(patient.command(), NURSE, ends, "moved"))
    assert asked(patient) == []
