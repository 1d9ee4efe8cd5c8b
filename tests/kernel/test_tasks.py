"""Tasks: opened with an owner and a due time, escalated in time, closed exactly once."""

from __future__ import annotations

import pytest

from pathways.compiled import Band, Instrument, Item, Score, Step
from pathways.journey.events import Actor, Assign, Complete, Decline, Reading, Vary
from pathways.spans import Span
from pathways.undone import Declined, Overdue
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage


@pytest.fixture
def patient() -> Patient:
    """Enrolled on Tuesday 2026-11-24 10:00 New York with one task due in 2 business days."""
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                human("first", "assess", collect=("glucose",), due=Span(2, "business-day")),
                human("second", after=("first",)),
            )
        )
    )
    return patient


def test_a_task_is_due_at_the_end_of_the_second_business_day_across_thanksgiving(
    patient: Patient,
) -> None:
    assert patient.task("first").due == at("2026-11-27T23:59:59-05:00")


def test_the_owner_is_reminded_then_the_supervisor_and_the_program_are_told(
    patient: Patient,
) -> None:
    task = patient.task("first")
    allowed = task.due - task.opened

    patient.until(task.opened + allowed // 2)
    assert [(m.message, m.to) for m in patient.messages] == [("task-reminder", "case-manager")]

    patient.until(task.due)
    assert patient.kinds().count("task-escalated") == 0, "no escalation within the time allowed"

    patient.until(task.due + 1)
    assert (patient.messages[-1].message, patient.messages[-1].to) == (
        "task-escalation",
        "nurse-manager",
    )
    patient.until(task.opened + allowed * 3 // 2 + 1)
    assert patient.messages[-1].to == "program-manager"


def test_an_open_task_is_never_forgotten_after_its_last_escalation(patient: Patient) -> None:
    task = patient.task("first")
    patient.until(task.due + 60 * 86_400)
    escalations = [e for e in patient.entries if e.kind == "task-escalated"]
    assert len(escalations) > 6
    assert patient.task("first").id == task.id


def test_a_command_after_the_due_time_comes_after_the_escalation_even_if_it_wakes_first(
    patient: Patient,
) -> None:
    """Lateness is judged by due time, not by which of timer and command reached us first."""
    task = patient.task("first")
    patient.now = task.due + 5
    patient.apply(
        Complete(patient.command(), NURSE, task.id, values=(Reading("glucose", 90.0, 0),))
    )
    kinds = patient.kinds()
    assert kinds.index("task-escalated") < kinds.index("task-done")
    assert patient.entries[kinds.index("task-done")].params["late"] is True


def test_a_closed_task_cannot_be_closed_again(patient: Patient) -> None:
    task = patient.task("first")
    given = (Reading("glucose", 90.0, 0),)
    assert patient.apply(Complete("a", NURSE, task.id, values=given)).answer.status == "applied"
    again = patient.apply(Complete("b", NURSE, task.id, values=given)).answer
    assert again is not None
    assert (again.status, again.code) == ("refused", "task-closed")


def test_a_repeated_command_gets_its_first_answer_and_changes_nothing(patient: Patient) -> None:
    task = patient.task("first")
    command = Complete("same", NURSE, task.id, values=(Reading("glucose", 90.0, 0),))
    first = patient.apply(command)
    before = patient.journey
    second = patient.apply(command)
    assert second.answer == first.answer
    assert second.journey is before
    assert second.record is None


def test_the_first_answer_is_remembered_after_thousands_of_commands(patient: Patient) -> None:
    task = patient.task("first")
    patient.apply(Complete("the-one", NURSE, task.id, values=(Reading("glucose", 90.0, 0),)))
    refused = patient.apply(Complete("refused-one", NURSE, "t999")).answer
    for n in range(1500):
        patient.apply(Vary(f"filler-{n}", NURSE, "t999", "no such task"))
    again = patient.apply(Complete("the-one", NURSE, task.id))
    assert again.answer is not None
    assert again.answer.status == "applied"
    assert again.record is None
    repeated = patient.apply(Complete("refused-one", NURSE, "t999")).answer
    assert refused is not None
    assert repeated is not None
    assert repeated.status == refused.status == "refused"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Complete("x", NURSE, "t99"), "no-such-task"),
        (Complete("x", Actor("p", "pharmacist"), "t1"), "not-yours"),
        (Complete("x", NURSE, "t1", outcome="cured"), "unknown-outcome"),
        (Complete("x", NURSE, "t1"), "values-missing"),
        (Complete("x", NURSE, "t1", values=(Reading("glucose", 5000.0, 0),)), "implausible"),
        (Complete("x", NURSE, "t1", values=(Reading("glucose", "high", 0),)), "wrong-type"),
        (
            Complete("x", NURSE, "t1", values=(Reading("glucose", 5.0, 0, unit="mmol/L"),)),
            "wrong-unit",
        ),
        (Complete("x", NURSE, "t1", values=(Reading("gluccose", 90.0, 0),)), "unknown-value"),
        (Complete("x", NURSE, "t1", answers={"phq-2": {"item-1": 1}}), "unknown-instrument"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_cannot_be_applied_is_refused_recorded_and_changes_nothing(
    patient: Patient, command: Complete, code: str
) -> None:
    tasks, facts = patient.journey.tasks, patient.journey.facts
    answer = patient.apply(command).answer
    assert answer is not None
    assert (answer.status, answer.code) == ("refused", code)
    assert answer.message.endswith((".", "?"))
    assert (patient.journey.tasks, patient.journey.facts) == (tasks, facts)
    assert patient.entries[-1].kind == "refused"
    assert patient.entries[-1].params["code"] == code


def test_an_escalated_task_may_be_closed_by_whom_it_was_escalated_to(patient: Patient) -> None:
    task = patient.task("first")
    boss = Actor("b1", "program-manager")
    given = (Reading("glucose", 90.0, 0),)
    early = patient.apply(Complete("early", boss, task.id, values=given)).answer
    assert early is not None
    assert early.code == "not-yours"
    patient.until(task.due + 3 * 86_400)
    late = patient.apply(Complete("late", boss, task.id, values=given)).answer
    assert late is not None
    assert late.status == "applied"


def test_a_note_on_a_closed_task_is_kept(patient: Patient) -> None:
    patient.apply(Complete("n", NURSE, "t1", outcome="partial", note="daughter was present"))
    (noted,) = [e for e in patient.entries if e.kind == "noted"]
    assert noted.params["text"] == "daughter was present"


def test_work_done_in_time_and_put_on_record_later_is_not_late(patient: Patient) -> None:
    task = patient.task("first")
    done_at = task.due - 3600
    patient.until(task.due + 3600)
    values = (Reading("glucose", 90.0, 0),)
    patient.apply(Complete("c", NURSE, task.id, values=values, at=done_at))
    (closed,) = [e for e in patient.entries if e.kind == "task-done"]
    assert closed.params["late"] is False
    assert patient.journey.facts["glucose"][0].observed == done_at


def test_a_questionnaire_counts_from_the_day_it_was_answered() -> None:
    phq = Instrument(
        id="phq-2",
        version="1",
        title="PHQ-2",
        licence="free",
        items=(Item("item-1", "Little interest"),),
        scores=(Score("score", "sum", ("item-1",), bands=(Band("any", 0, 3),)),),
    )
    patient = Patient()
    asked = human("asked", "assess", instruments=("phq-2",))
    patient.enroll(pathway(stage("assessment", "assessment", asked), instruments={"phq-2": phq}))
    yesterday = patient.now - 86_400
    patient.apply(
        Complete(
            "c", NURSE, patient.task("asked").id, answers={"phq-2": {"item-1": 2}}, at=yesterday
        )
    )
    assert patient.journey.facts["phq-2.score"][0].observed == yesterday


def test_a_partial_assessment_is_accepted_as_such(patient: Patient) -> None:
    answer = patient.apply(Complete("p", NURSE, "t1", outcome="partial")).answer
    assert answer is not None
    assert answer.status == "applied"


def test_declining_is_neither_failed_nor_overdue_and_later_steps_fall_away(
    patient: Patient,
) -> None:
    task = patient.task("first")
    patient.apply(Decline("d", NURSE, task.id, "afraid of needles", risk_explained=True))
    ends = patient.journey.enrollments["demo"].ends
    assert ends == {"first": "declined", "second": "skipped"}
    assert patient.rows[task.id].status == "declined"
    patient.until(task.due + 86_400)
    assert "task-escalated" not in patient.kinds()


def test_what_falls_away_takes_what_comes_after_it_along() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "planning",
                "planning",
                human("draft"),
                human("approval", after=("draft",)),
                human("copy", after=("approval",)),
                human("other"),
            )
        )
    )
    patient.apply(Decline("d", NURSE, patient.task("draft").id, "wants no plan"))
    ends = patient.journey.enrollments["demo"].ends
    assert ends == {"draft": "declined", "approval": "skipped", "copy": "skipped"}


def test_a_declined_safety_critical_step_informs_the_physician_by_the_next_business_day() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                human("insulin", safety_critical=True, declined=Declined(inform="primary-care")),
                human("meter", after=("insulin",)),
            )
        )
    )
    patient.apply(Decline("d", NURSE, patient.task("insulin").id, "not now"))
    inform = patient.task("insulin")
    assert inform.owner == "primary-care"
    assert inform.due == at("2026-11-25T23:59:59-05:00")


def test_what_a_declined_step_names_instead_is_started() -> None:
    patient = Patient()
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                human("insulin", declined=Declined(start=("tablet",), go_on=True)),
                human("tablet", when=["=", ["value", "risk"], "high"]),
                human("meter", after=("insulin",)),
            )
        )
    )
    patient.apply(Decline("d", NURSE, patient.task("insulin").id, "not now"))
    assert {t.sources[0].step for t in patient.journey.tasks.values()} == {"tablet", "meter"}


def test_a_departure_from_the_pathway_is_recorded_with_its_reason(patient: Patient) -> None:
    task = patient.task("first")
    patient.apply(Vary("v", NURSE, task.id, "already assessed by the clinic"))
    (entry,) = [e for e in patient.entries if e.kind == "variance"]
    assert entry.params["reason"] == "already assessed by the clinic"
    assert patient.rows[task.id].status == "varied"
    assert patient.task("second")


def test_handing_a_task_on_keeps_its_clock(patient: Patient) -> None:
    task = patient.task("first")
    patient.apply(Assign("a", NURSE, role="social-worker", task=task.id))
    assert patient.task("first").owner == "social-worker"
    assert patient.task("first").due == task.due


def test_an_urgent_task_tells_its_owner_at_once_even_at_night() -> None:
    patient = Patient(now=at("2026-11-24T03:00-05:00"))
    patient.enroll(
        pathway(
            stage(
                "assessment",
                "assessment",
                human("call", response="RT-2H", due=Span(2, "hour")),
            )
        )
    )
    assert [(m.message, m.to, m.urgent) for m in patient.messages] == [
        ("task-urgent", "case-manager", True)
    ]
    assert patient.task("call").due == at("2026-11-24T05:00-05:00")


def test_a_missing_reading_is_chased_as_its_step_says() -> None:
    weigh = Step(
        id="weigh",
        verb="monitor",
        title="Weigh",
        element="glucose",
        every=Span(1, "week"),
        by="case-manager",
        due=Span(1, "day"),
        overdue=(Overdue("escalate", "primary-care", percent=100),),
    )
    patient = Patient()
    patient.enroll(pathway(stage("follow", "follow-up", weigh)))
    patient.until(patient.now + 10 * 86_400)
    assert patient.task("weigh").escalated == ("primary-care",)
