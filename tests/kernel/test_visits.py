"""Who was seen for one pathway is not called for another in that week as well (X8; story S8: the
visit of COPD is the contact of heart failure, too)."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.compiled import Step
from pathways.journey.effects import Book
from pathways.journey.events import Attend, Complete, Done, Reading
from pathways.journey.state import Task
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, human, ok, pathway, stage

HOUR = 3600
VISIT = Step(id="visit", verb="schedule", title="Visit", service="clinic", by="case-manager")


def calling(*collect: str, **more: Any) -> Step:
    given: dict[str, Any] = {"due": Span(3, "day"), "contact": "patient", **more}
    return human("call", collect=collect, **given)


def between_call_and_visit(call: Step, *own: Step) -> Patient:
    """Heart failure has a call open; the lung clinic sees the patient tomorrow."""
    patient = Patient()
    heart = stage("follow", "follow-up", call, human("rest"))
    patient.enroll(pathway(heart, name="heart"))
    lungs = stage("follow", "follow-up", VISIT, human("later"), *own)
    patient.enroll(pathway(lungs, name="lungs"))
    (book,) = [effect for effect in patient.effects if isinstance(effect, Book)]
    starts = patient.now + 24 * HOUR
    result: dict[str, str | int] = {"starts": starts, "ends": starts + HOUR, "provider": "p"}
    patient.apply(Done(book.key, {"appointment": book.appointment, **result}))
    patient.until(starts)
    return patient


def seen(patient: Patient, **values: float | str) -> None:
    (held,) = patient.journey.appointments
    told = tuple(Reading(name, value, 0) for name, value in values.items())
    ok(patient, Attend(patient.command(), NURSE, held, "attended", told))


def calls(patient: Patient) -> list[Task]:
    return [t for t in patient.journey.tasks.values() if t.contact]


def test_a_visit_that_brings_all_that_a_call_asks_is_that_contact() -> None:
    patient = between_call_and_visit(calling("glucose", "risk"))
    seen(patient, glucose=100.0, risk="low")
    assert calls(patient) == []
    heart = patient.journey.enrollments["heart"]
    assert (heart.ends["call"], heart.outcomes["call"]) == ("done", "shared")
    (entry,) = [e for e in patient.entries if e.kind == "step-served"]
    assert entry.params == {"names": "glucose, risk", "by": "lungs"}


@pytest.mark.parametrize("values", [{}, {"glucose": 100.0}])
def test_what_is_told_in_part_leaves_the_call(values: dict[str, float | str]) -> None:
    patient = between_call_and_visit(calling("glucose", "risk"))
    seen(patient, **values)
    assert len(calls(patient)) == 1


def test_a_call_with_answers_of_its_own_or_nothing_to_ask_is_made() -> None:
    """Nobody can say at a visit whether the call would have ended well."""
    for call in (calling("glucose", outcomes=("better", "worse")), calling()):
        patient = between_call_and_visit(call)
        seen(patient, glucose=100.0)
        assert len(calls(patient)) == 1


def test_an_alarm_is_not_settled_by_a_visit() -> None:
    patient = between_call_and_visit(calling("glucose", response="RT-2H"))
    seen(patient, glucose=100.0)
    assert len(calls(patient)) == 1


def test_what_the_own_pathway_asks_stays_a_call_and_is_made_for_it_alone() -> None:
    patient = between_call_and_visit(calling("glucose"), calling("risk"))
    (task,) = calls(patient)
    assert len(task.sources) == 2
    seen(patient, glucose=100.0, risk="low")
    (left,) = calls(patient)
    assert [s.pathway for s in left.sources] == ["lungs"]
    ok(patient, Complete(patient.command(), NURSE, left.id, values=(Reading("risk", "low", 0),)))
    assert patient.journey.enrollments["heart"].counts["call"] == 1
