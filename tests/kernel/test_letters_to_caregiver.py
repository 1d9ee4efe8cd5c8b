"""A caregiver who cannot be reached gets a letter (X1): it names nothing that the patient does not
let her know (clinical.md 1.2, 2.3)."""

from __future__ import annotations

import pytest

from pathways.compiled import MessageText
from pathways.journey.events import Actor, Complete, PatientProfile
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH, Unreachable
from tests.kernel.building import Patient, human, ok, pathway, stage

LETTERS = {
    "generic": {"en": MessageText("Please call us", "We have tried to reach you")},
    "named": {"en": MessageText("Please call us", "It was about {{ step.title }}")},
}


def called_in_vain(letter: str, access: str, response: str = "") -> list[str]:
    """The letters after a call to the caregiver that reached nobody."""
    patient = Patient()
    call = human(
        "call",
        title="How is his incontinence?",
        contact="caregiver",
        unreachable=Unreachable(1, Span(1, "day"), message=letter),
        response=response,
    )
    known = PatientProfile("1945-03-02", caregiver=True, caregiver_access=access)
    patient.enroll(pathway(stage("follow", "follow-up", call), messages=LETTERS), known)
    task = patient.task("call")
    ok(patient, Complete(patient.command(), Actor("n1", task.owner), task.id, UNABLE_TO_REACH))
    return [m.message for m in patient.messages if m.to == "caregiver"]


@pytest.mark.parametrize(
    ("letter", "access", "response", "sent"),
    [
        ("generic", "none", "", True),
        ("named", "all", "", True),
        ("named", "none", "", False),
        ("named", "safety", "", False),
        ("named", "safety", "RT-2H", True),
        ("named", "health", "", True),
    ],
)
def test_a_letter_that_names_what_the_call_was_about_stays_within_the_patients_consent(
    letter: str, access: str, response: str, *, sent: bool
) -> None:
    """Given a letter with the title of the step in it, then it goes out only where the patient
    lets her know of that; one that names nothing always does."""
    assert called_in_vain(letter, access, response) == ([letter] if sent else [])
