"""Who is told, and when: of work not done (X10), of misses (X2), of a critical no (X3)."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import Rule
from pathways.journey.events import Actor, Attend, Complete, Decline, Report
from pathways.journey.state import Task
from pathways.undone import Declined, Missed
from tests.kernel.building import NURSE, Patient, at, human, ok, pathway, stage
from tests.kernel.test_appointments import LAB, STARTS, book

ROLES = ("case-manager", "primary-care", "nurse-manager")
MISSED = Missed(by="coordinator", escalate="case-manager")


def noted(patient: Patient) -> list[Task]:
    """Open tasks that only ask somebody to take note."""
    return [t for t in patient.journey.tasks.values() if t.kind == "inform"]


def miss(patient: Patient, number: int) -> None:
    """The appointment is booked, missed and sought anew, a week after the last."""
    starts = STARTS + number * 7 * 86_400
    appointment = book(patient, starts)
    patient.until(starts + 3600)
    patient.apply(Attend(patient.command(), NURSE, appointment, "missed"))
    (outreach,) = [t for t in patient.journey.tasks.values() if t.kind == "outreach"]
    by = Actor("x", outreach.owner)
    patient.apply(Complete(patient.command(), by, outreach.id, "rebook"))


def test_work_of_the_program_itself_is_chased_like_any_other() -> None:
    """X10: reminders at 50 % and 80 %, the supervisor at 100 %, the program manager at 150 %."""
    patient = Patient(now=at("2026-11-24T12:00-05:00"))
    patient.enroll(pathway(stage("only", "follow-up", human("work")), roles=ROLES))
    ok(patient, Report("r", NURSE, "consent-withdrawn", patient.now))
    task = next(t for t in patient.journey.tasks.values() if t.about == "consent")
    patient.until(task.opened + 2 * (task.due - task.opened))
    told = [
        (e.kind, e.params["to"], round((e.at - task.opened) * 100 / (task.due - task.opened)))
        for e in patient.entries
        if e.params.get("task") == task.id and e.kind in ("task-reminded", "task-escalated")
    ]
    assert told == [
        ("task-reminded", "case-manager", 50),
        ("task-reminded", "case-manager", 80),
        ("task-escalated", "nurse-manager", 100),
        ("task-escalated", "program-manager", 150),
    ]


def test_from_the_third_miss_in_a_row_the_physician_knows_within_a_business_day() -> None:
    """X2. One note at a time; a further miss is added to it."""
    patient = Patient()
    step = replace(LAB, missed=MISSED)
    patient.enroll(pathway(stage("only", "assessment", step), roles=ROLES))
    miss(patient, 0)
    miss(patient, 1)
    assert noted(patient) == []
    miss(patient, 2)
    (note,) = noted(patient)
    assert (note.owner, note.title) == ("primary-care", "Does not come: Blood test")
    assert note.due == at("2026-12-16T23:59:59-05:00")
    miss(patient, 3)
    (note,) = noted(patient)
    assert note.reasons == ("missed 3 times in a row", "missed 4 times in a row")


def test_misses_of_a_rules_appointment_are_counted_until_it_is_kept() -> None:
    patient = Patient()
    rule = Rule(id="lab", on="blood", do=replace(LAB, missed=MISSED))
    patient.enroll(pathway(stage("only", "follow-up", human("work")), rules=(rule,), roles=ROLES))
    ok(patient, Report("r", NURSE, "blood", patient.now))
    for number in range(3):
        miss(patient, number)
    assert patient.journey.enrollments["demo"].misses == {"lab": 3}
    assert [t.owner for t in noted(patient)] == ["primary-care"]
    kept = book(patient, STARTS + 21 * 86_400)
    patient.until(STARTS + 21 * 86_400 + 3600)
    ok(patient, Attend(patient.command(), NURSE, kept, "attended"))
    assert patient.journey.enrollments["demo"].misses == {}


def test_a_no_to_what_is_critical_is_told_to_the_physician_unless_the_step_names_another() -> None:
    """X3: within one business day."""
    for declined, owner in ((Declined(), "primary-care"), (Declined("surgeon"), "surgeon")):
        patient = Patient(now=at("2026-11-24T10:00-05:00"))
        step = human("insulin", safety_critical=True, declined=declined)
        patient.enroll(pathway(stage("only", "follow-up", step), roles=(*ROLES, "surgeon")))
        ok(patient, Decline("d", NURSE, patient.task("insulin").id, "afraid of needles"))
        (note,) = noted(patient)
        assert (note.owner, note.due) == (owner, at("2026-11-25T23:59:59-05:00"))


def test_a_no_to_a_critical_rule_is_told_as_well() -> None:
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    deed = human("talk", safety_critical=True)
    rule = Rule(id="talk", on="gun-at-home", do=deed)
    patient.enroll(pathway(stage("only", "follow-up", human("work")), rules=(rule,), roles=ROLES))
    ok(patient, Report("r", NURSE, "gun-at-home", patient.now))
    ok(patient, Decline("d", NURSE, patient.task("talk").id, "none of your business"))
    assert [(t.owner, t.reasons) for t in noted(patient)] == [
        ("primary-care", ("none of your business",))
    ]
