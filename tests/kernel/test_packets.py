"""No packet goes out with a section forgotten (clinical.md 6.1)."""

from __future__ import annotations

import pytest

from pathways.journey.effects import Answer
from pathways.journey.events import Complete
from pathways.packet import FACILITY, PARTS, SECTIONS, missing, whole
from tests.kernel.building import NURSE, Patient, human, pathway, stage

ASKED = ("identity", "medicines", "tests", "goals")


def patient() -> Patient:
    one = Patient()
    step = human("packet", "transition", to="primary-care", packet=ASKED)
    one.enroll(pathway(stage("leave", "discharge", step, human("later"))))
    return one


def send(one: Patient, **packet: str) -> Answer:
    event = Complete(one.command(), NURSE, one.task("packet").id, packet=packet)
    found = one.apply(event).answer
    assert found is not None
    return found


def test_what_is_missing_is_named_with_who_prepares_it() -> None:
    answer = send(patient(), identity="", tests="none are pending")
    assert answer.code == "packet-incomplete"
    assert "medicines (pharmacist), goals (social-worker)" in answer.message


def test_a_section_may_not_apply_for_a_reason_and_the_timeline_says_so() -> None:
    one = patient()
    said = {"identity": "", "medicines": "", "tests": "none are pending", "goals": ""}
    assert send(one, **said).status == "applied"
    (entry,) = [e for e in one.entries if e.kind == "packet-checked"]
    assert entry.params == {
        "sections": "identity, medicines, goals",
        "lacking": "tests (none are pending)",
    }


@pytest.mark.parametrize("name", ["identity", "medicines"])
def test_the_minimum_always_applies(name: str) -> None:
    packet = whole(ASKED) | {name: "not at hand"}
    assert send(patient(), **packet).code == "section-required"


def test_a_section_that_nobody_asked_for_is_a_mistake() -> None:
    assert send(patient(), **whole(ASKED), belongings="").code == "no-such-section"


def test_a_task_without_a_packet_takes_none() -> None:
    one = patient()
    task = one.task("later")
    found = one.apply(Complete(one.command(), NURSE, task.id, packet={"tests": ""})).answer
    assert found is not None
    assert found.code == "no-such-section"


def test_the_worklist_shows_what_the_packet_asks_for() -> None:
    one = patient()
    row = one.rows[one.task("packet").id]
    assert row.collect == tuple(f"packet/{name}" for name in ASKED)


def test_every_section_says_what_it_holds_and_who_prepares_it() -> None:
    assert tuple(PARTS) == SECTIONS
    assert all(part.holds and part.owner for part in PARTS.values())
    assert set(FACILITY) <= set(SECTIONS)
    assert missing(FACILITY, whole(FACILITY)) == ()
