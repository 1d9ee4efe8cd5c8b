"""Values are checked before they are facts; rules act on facts and events."""

from __future__ import annotations

import pytest

from pathways.compiled import Response, Rule, Step
from pathways.journey.effects import Answer
from pathways.journey.events import Complete, Device, Failed, Reading, Record, Report
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

LOW = ["<", ["value", "glucose"], 54.0]
CALL = human("severe-low", response="RT-2H", due=Span(2, "hour"), title="Call about a severe low")


def patient_with(*rules: Rule) -> Patient:
    patient = Patient(now=at("2026-11-24T10:00-05:00"))
    patient.enroll(
        pathway(
            stage("follow", "follow-up", human("call", every=Span(1, "month")), go="follow"),
            stage("review", "reevaluation", human("look"), every=Span(1, "year"), go="follow"),
            rules=rules,
        )
    )
    return patient


@pytest.fixture
def patient() -> Patient:
    return patient_with(Rule(id="severe-low", when=LOW, reads=("glucose",), do=CALL))


def reading(patient: Patient, value: float, ago: int = 0) -> Answer:
    answer = patient.apply(
        Record(patient.command(), NURSE, (Reading("glucose", value, patient.now - ago),))
    ).answer
    assert answer is not None
    return answer


def test_a_rule_opens_its_task_in_its_response_class(patient: Patient) -> None:
    reading(patient, 48)
    task = patient.task("severe-low")
    assert (task.due, task.reasons) == (patient.now + 7200, ("glucose 48",))


@pytest.mark.parametrize(("value", "fires"), [(53.9, True), (54.0, False), (54.1, False)])
def test_the_threshold_is_exact(patient: Patient, value: float, fires: bool) -> None:
    reading(patient, value)
    assert ("rule-fired" in patient.kinds()) is fires


def test_while_its_task_is_open_another_alarm_adds_its_reason(patient: Patient) -> None:
    reading(patient, 48)
    patient.until(patient.now + 600)
    reading(patient, 44)
    assert patient.task("severe-low").reasons == ("glucose 48", "glucose 44")


def test_an_old_observation_is_reviewed_not_alarmed(patient: Patient) -> None:
    """T10, B18: older than 48 hours."""
    reading(patient, 48, ago=49 * 3600)
    task = patient.task("severe-low")
    assert task.kind == "review"
    assert "task-urgent" not in [m.message for m in patient.messages]


def test_an_open_review_of_an_older_result_does_not_hide_a_new_alarm() -> None:
    patient = patient_with(
        Rule(id="severe-low", when=LOW, reads=("glucose",), do=CALL, again=Span(12, "hour"))
    )
    reading(patient, 48, ago=3 * 86_400)
    patient.until(patient.now + 600)
    reading(patient, 40)
    kinds = {t.kind: t for t in patient.journey.tasks.values() if t.sources[0].step == "severe-low"}
    assert sorted(kinds) == ["review", "task"]
    assert kinds["task"].urgency == "RT-2H"


def test_an_older_reading_that_arrives_late_does_not_repeat_an_alarm_that_was_answered(
    patient: Patient,
) -> None:
    reading(patient, 45)
    patient.apply(Complete("c", NURSE, patient.task("severe-low").id))
    patient.until(patient.now + 7200)
    reading(patient, 120, ago=3 * 3600)
    assert patient.kinds().count("rule-fired") == 1
    reading(patient, 44)
    assert patient.kinds().count("rule-fired") == 2


@pytest.mark.parametrize(("response", "at_night"), [("RT-ED", 1), ("RT-3BD", 0), ("", 0)])
def test_only_an_urgent_rule_writes_to_the_patient_at_night(
    response: Response, at_night: int
) -> None:
    """T9: quiet hours are ignored in emergencies only."""
    letter = Step(
        id="letter",
        verb="notify",
        title="Letter",
        to="patient",
        message="welcome",
        response=response,
    )
    patient = patient_with(Rule(id="letter", when=LOW, reads=("glucose",), do=letter))
    patient.until(at("2026-11-25T02:00-05:00"))
    reading(patient, 40)
    assert [m.message for m in patient.messages].count("welcome") == at_night
    patient.until(at("2026-11-25T08:00-05:00"))
    assert [m.message for m in patient.messages].count("welcome") == 1


def test_a_late_but_recent_observation_still_alarms(patient: Patient) -> None:
    reading(patient, 48, ago=47 * 3600)
    assert patient.task("severe-low").kind == "task"


def test_a_backdated_value_does_not_replace_a_newer_one(patient: Patient) -> None:
    reading(patient, 120)
    reading(patient, 48, ago=3600)
    facts = patient.journey.facts["glucose"]
    assert [f.value for f in facts] == [120, 48]
    assert "rule-fired" not in patient.kinds()


def test_a_correction_of_the_same_instant_replaces_the_value(patient: Patient) -> None:
    reading(patient, 480)
    reading(patient, 48)
    assert [f.value for f in patient.journey.facts["glucose"]] == [48]


def test_only_as_many_readings_are_kept_as_the_pathway_needs(patient: Patient) -> None:
    for n in range(30):
        patient.until(patient.now + 60)
        reading(patient, 100 + n)
    assert len(patient.journey.facts["glucose"]) == 8


def test_all_values_of_a_command_are_taken_or_none(patient: Patient) -> None:
    """B17: a value outside its plausible range is an entry error."""
    answer = patient.apply(
        Record("x", NURSE, (Reading("glucose", 90.0, 0), Reading("glucose", 8160.0, 0)))
    ).answer
    assert answer == Answer(
        "refused",
        "implausible",
        "glucose 8160 mg/dL is not plausible (from 10 to 1000): measure or type it again.",
    )
    assert "glucose" not in patient.journey.facts


def test_a_device_feeds_good_readings_and_has_bad_ones_recorded(patient: Patient) -> None:
    patient.apply(
        Device((Reading("glucose", 8160.0, patient.now), Reading("glucose", 90.0, patient.now)))
    )
    assert [f.value for f in patient.journey.facts["glucose"]] == [90.0]
    assert "value-refused" in patient.kinds()


def test_nothing_is_observed_in_the_future(patient: Patient) -> None:
    assert reading(patient, 90, ago=-3600).code == "in-the-future"


def test_a_rule_keeps_quiet_for_its_quiet_time() -> None:
    patient = patient_with(
        Rule(
            id="tell",
            when=LOW,
            reads=("glucose",),
            do=Step(id="tell", verb="notify", title="Eat", to="patient", message="welcome"),
            again=Span(4, "hour"),
        )
    )
    for hours in (0, 3, 5):
        patient.until(at("2026-11-24T10:00-05:00") + hours * 3600)
        reading(patient, 50)
    assert patient.kinds().count("rule-fired") == 2


def test_a_rule_listens_to_an_event_during_its_stage_only() -> None:
    patient = patient_with(
        Rule(id="fall", on="fall", do=human("fall")),
        Rule(id="elsewhere", on="fall", during=("planning",), do=human("elsewhere")),
    )
    patient.apply(Report("r", NURSE, "fall", patient.now))
    assert patient.task("fall").reasons == ("fall",)
    assert "elsewhere" not in {t.sources[0].step for t in patient.journey.tasks.values()}


def test_a_rule_brings_the_reevaluation_forward() -> None:
    patient = patient_with(Rule(id="ed", on="ed-visit", do=None, go="review"))
    patient.apply(Report("r", NURSE, "ed-visit", patient.now))
    assert patient.task("look")


def test_a_rule_discharges_with_its_disposition() -> None:
    patient = patient_with(
        Rule(id="hospice", on="hospice-elected", do=None, go="discharge", disposition="hospice")
    )
    patient.apply(Report("r", NURSE, "hospice-elected", patient.now))
    assert patient.journey.enrollments["demo"].disposition == "hospice"
    assert patient.journey.tasks == {}


def test_a_rule_starts_a_step_of_the_running_stage_at_once() -> None:
    patient = patient_with(Rule(id="again", on="patient-request", do=None, start="call"))
    patient.apply(Complete("c", NURSE, patient.task("call").id))
    patient.apply(Report("r", NURSE, "patient-request", patient.now))
    assert patient.task("call").sources[0].occurrence == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_finite_number_is_no_quantity(value: float) -> None:
    """A NaN passes every range check and would not survive the journey's own JSON."""
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("call"))))
    readings = (Reading("glucose", value, 0),)
    answer = patient.apply(Record(patient.command(), NURSE, readings)).answer
    assert answer is not None
    assert answer.code == "wrong-type"


def test_a_rules_letter_goes_out_again_though_an_earlier_one_could_not_be_delivered() -> None:
    """The task about the lost letter is not the rule's own task."""
    letter = Step(id="letter", verb="notify", title="Letter", to="doctor", message="welcome")
    patient = Patient()
    patient.enroll(
        pathway(
            stage("assessment", "assessment", human("call")),
            rules=(Rule(id="letter", do=letter, on="fall"),),
        )
    )
    patient.apply(Report("f1", NURSE, "fall", patient.now))
    patient.apply(Failed(patient.messages[-1].key, "mailbox full"))
    assert patient.task("letter").kind == "message"
    patient.apply(Report("f2", NURSE, "fall", patient.now))
    assert [m.step for m in patient.messages] == ["letter", "letter"]
