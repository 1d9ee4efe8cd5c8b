"""What a reconciliation finds line by line, and who decides about it (clinical.md 4.1)."""

from __future__ import annotations

import pytest

from pathways.journey.effects import Answer
from pathways.journey.events import Actor, Complete, PatientProfile, Reading, Vary
from pathways.journey.state import Task
from pathways.medicines.lines import medicine_of
from pathways.medicines.reconciliation import CLASSES, Line, compare, decision_of
from pathways.medicines.rules import Medicine
from pathways.programs.facts import facts_of
from tests.kernel.building import NEW_YORK, NURSE, Patient, human, pathway, stage
from tests.kernel.test_medicines import DATA, RULES

PHARMACIST = Actor("p1", "pharmacist")
PHYSICIAN = Actor("d1", "primary-care")


def lines(*texts: str) -> tuple[Medicine, ...]:
    found = [medicine_of(text) for text in texts]
    assert None not in found
    return tuple(m for m in found if m is not None)


def classes(before: tuple[str, ...], *found: str) -> dict[str, str]:
    return {line.name: line.kind for line in compare(lines(*before), lines(*found), RULES)}


BEFORE = ("lisinopril 10 mg", "metformin 1000 mg")


@pytest.mark.parametrize(
    ("found", "name", "expected"),
    [
        (("lisinopril 10 mg", "metformin 1000 mg"), "metformin", "continue"),
        (("lisinopril 10 mg", "metformin 500 mg"), "metformin", "dose-changed"),
        (("lisinopril 10 mg", "metformin"), "metformin", "continue"),
        ((*BEFORE, "furosemide 40 mg"), "furosemide", "new"),
        (("lisinopril 10 mg", "metformin stopped for vomiting"), "metformin", "stopped"),
        (("lisinopril 10 mg",), "metformin", "omitted-unexplained"),
        (("metformin 1000 mg", "enalapril 10 mg"), "enalapril", "substituted"),
        (("metformin 1000 mg", "losartan 50 mg instead of lisinopril"), "losartan", "substituted"),
        (("metformin 1000 mg", "losartan 50 mg"), "losartan", "new"),
        ((*BEFORE, "lisinopril 20 mg"), "lisinopril", "duplicate"),
        (("lisinopril 10 mg", "metformin 1000 mg not obtained"), "metformin", "not-obtained"),
        ((*BEFORE, "ibuprofen 400 mg x3 not listed"), "ibuprofen", "taking-not-listed"),
    ],
)
def test_each_line_has_its_class(found: tuple[str, ...], name: str, expected: str) -> None:
    """Of two lines of one name the later is meant: the first was there before."""
    assert classes(BEFORE, *found)[name] == expected


def test_what_was_replaced_is_not_missing_too() -> None:
    assert set(classes(BEFORE, "metformin 1000 mg", "enalapril 10 mg")) == {
        "metformin",
        "enalapril",
    }


def test_two_lines_that_may_stand_together_are_no_duplicate() -> None:
    """Long-acting and short-acting of one opioid (4.1, allowed pairs)."""
    before = ("oxycodone 20 mg long-acting",)
    assert classes(before, *before, "oxycodone 10 mg") == {"oxycodone": "new"}


def test_every_class_of_the_chart_exists() -> None:
    assert len(CLASSES) == 9


@pytest.mark.parametrize("text", ["metformin", "metformin: perhaps", ": stop", "metformin stop"])
def test_what_decides_nothing_is_no_decision(text: str) -> None:
    assert decision_of(text) is None


# -- in a journey ---------------------------------------------------------------------------------


def patient(*takes: str) -> Patient:
    one = Patient()
    steps = (
        human("first", "reconcile", by="pharmacist"),
        human("again", "reconcile", by="pharmacist"),
        human("by-nurse", "reconcile"),
    )
    compiled = pathway(
        stage("follow", "follow-up", *steps),
        data=DATA,
        medicine_rules=RULES,
        roles=("case-manager", "pharmacist", "primary-care", "nurse-manager"),
    )
    profile = PatientProfile("1955-01-01", medicines=lines(*takes))
    one.enroll(compiled, profile, (Reading("egfr", 90.0, one.now),))
    return one


def answer(one: Patient, event: Complete) -> Answer:
    found = one.apply(event).answer
    assert found is not None
    return found


def reconcile(
    one: Patient,
    *texts: str,
    step: str = "first",
    by: Actor = PHARMACIST,
    say: tuple[str, ...] = (),
) -> Answer:
    task = one.task(step)
    said = tuple(d for text in say if (d := decision_of(text)) is not None)
    event = Complete(one.command(), by, task.id, medicines=lines(*texts), decisions=said)
    return answer(one, event)


def tasks_of(one: Patient, kind: str) -> list[Task]:
    return [t for t in one.journey.tasks.values() if t.kind == kind]


def decide(one: Patient, *say: str, by: Actor = PHYSICIAN) -> Answer:
    (task,) = tasks_of(one, "medicine-decision")
    said = tuple(d for text in say if (d := decision_of(text)) is not None)
    return answer(one, Complete(one.command(), by, task.id, decisions=said))


def taken(one: Patient) -> dict[str, float]:
    return {m.name: m.daily for m in one.journey.medicines if not m.stopped}


def line(one: Patient, name: str) -> Line:
    latest = one.journey.reconciliation
    assert latest is not None
    return next(each for each in latest.lines if each.name == name)


def test_a_list_that_is_as_before_asks_nobody_and_is_settled() -> None:
    one = patient(*BEFORE)
    reconcile(one, *BEFORE)
    assert not tasks_of(one, "medicine-decision") + tasks_of(one, "medicine-list")


def test_what_a_pharmacist_changes_is_decided_and_what_is_missing_is_not() -> None:
    """GIVEN two medicines WHEN a pharmacist changes one dose and does not name the other THEN only
    what nobody explained waits for the physician, for two business days."""
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 20 mg")
    assert (line(one, "lisinopril").word, line(one, "lisinopril").role) == ("accept", "pharmacist")
    (task,) = tasks_of(one, "medicine-decision")
    assert task.owner == "primary-care"
    assert task.reasons == ("metformin: omitted unexplained",)
    assert not tasks_of(one, "medicine-list")


def test_what_a_nurse_finds_waits_for_who_may_decide() -> None:
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 20 mg", "metformin 1000 mg", step="by-nurse", by=NURSE)
    (task,) = tasks_of(one, "medicine-decision")
    assert task.reasons == ("lisinopril: dose changed (10 to 20)",)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("accept", {"lisinopril": 10.0}), ("before", {"lisinopril": 10.0, "metformin": 1000.0})],
)
def test_the_list_is_as_it_was_decided(word: str, expected: dict[str, float]) -> None:
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 10 mg")
    assert decide(one, f"metformin: {word}, asked the patient").status == "applied"
    assert taken(one) == expected
    assert line(one, "metformin").why == "asked the patient"
    assert one.journey.patient is not None
    assert set(one.journey.patient.medications) == set(expected)


def test_a_dose_goes_back_and_what_is_taken_besides_is_stopped() -> None:
    one = patient(*BEFORE)
    found = ("lisinopril 20 mg", "metformin 1000 mg", "ibuprofen 400 mg not listed")
    reconcile(one, *found, step="by-nurse", by=NURSE)
    decide(one, "lisinopril: before", "ibuprofen: stop, kidneys")
    assert taken(one) == {"metformin": 1000.0, "lisinopril": 10.0}


def test_every_open_line_must_be_decided() -> None:
    one = patient(*BEFORE)
    reconcile(one)
    assert decide(one, "metformin: stop").code == "lines-undecided"
    assert (
        decide(one, "metformin: stop", "lisinopril: stop", "aspirin: stop").code == "no-such-line"
    )
    assert decide(one, "metformin: stop", "lisinopril: stop").status == "applied"
    assert line(one, "metformin").word == "stop"


def test_only_a_prescriber_or_a_pharmacist_decides() -> None:
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 10 mg")
    (task,) = tasks_of(one, "medicine-decision")
    supervisor = Actor("m1", task.supervisor)
    assert decide(one, "metformin: stop", by=supervisor).code == "not-licensed"
    one = patient(*BEFORE)
    said = ("metformin: stop",)
    assert reconcile(one, "lisinopril", step="by-nurse", by=NURSE, say=said).code == "not-licensed"


def test_a_pharmacist_decides_with_the_list() -> None:
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 10 mg", say=("metformin: accept, eGFR 25",))
    assert not tasks_of(one, "medicine-decision")
    assert line(one, "metformin").role == "pharmacist"


def test_the_settled_list_goes_to_patient_primary_care_and_pharmacy() -> None:
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 10 mg")
    assert not tasks_of(one, "medicine-list")
    decide(one, "metformin: before")
    (task,) = tasks_of(one, "medicine-list")
    assert task.owner == "pharmacist"


def test_what_nobody_decided_is_still_open_at_the_next_reconciliation() -> None:
    """GIVEN an undecided new line WHEN the next list has it too THEN it does not become a line
    that goes on as before."""
    one = patient(*BEFORE)
    reconcile(one, *BEFORE, "aspirin 81 mg", step="by-nurse", by=NURSE)
    reconcile(one, *BEFORE, "aspirin 81 mg")
    assert line(one, "aspirin").kind == "new"
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 10 mg")
    reconcile(one, "lisinopril 10 mg", step="again")
    (task,) = tasks_of(one, "medicine-decision")
    assert task.reasons == ("metformin: omitted unexplained",)


def test_the_decision_cannot_be_set_aside() -> None:
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 10 mg")
    (task,) = tasks_of(one, "medicine-decision")
    refused = one.apply(Vary(one.command(), PHYSICIAN, task.id, "no time")).answer
    assert refused is not None
    assert refused.code == "must-be-decided"


def test_a_reconciliation_counts_for_programs_when_nothing_is_open() -> None:
    """GIVEN a list with a line that nobody explained THEN no program counts the reconciliation
    until it is decided, and then by who decided (4.1: done only when unresolved = 0)."""
    one = patient(*BEFORE)
    reconcile(one, "lisinopril 10 mg")

    def counted() -> list[tuple[int, str]]:
        known = facts_of(one.entries, list(one.library.values()), NEW_YORK)
        return [(f.at, f.role) for f in known if f.kind == "work" and "reconcile" in f.names]

    assert counted() == []
    one.until(one.now + 3600)
    decide(one, "metformin: before")
    assert counted() == [(one.now, "primary-care")]
