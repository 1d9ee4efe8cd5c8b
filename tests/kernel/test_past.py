"""Late, backdated, corrected and retracted readings: the past is judged again, never rewritten."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from pathways.compiled import Rule, Step
from pathways.journey.effects import Answer
from pathways.journey.events import Complete, Correct, Device, Reading, Record
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

HOUR, DAY = 3600, 86_400
LOW = ["<", ["value", "glucose"], 54.0]
CALL = human("severe-low", response="RT-2H", due=Span(2, "hour"), title="Call about a severe low")
LETTER = Step(id="letter", verb="notify", title="Eat", to="patient", message="welcome")
RULE = Rule(id="severe-low", when=LOW, reads=("glucose",), do=CALL)


def patient_with(*rules: Rule, days: int = 20, **more: Any) -> Patient:
    """Enrolled ``days`` ago, with one quiet task."""
    patient = Patient(now=at("2026-11-02T10:00-05:00"))
    follow = stage("follow", "follow-up", human("call", due=Span(90, "day")), go="discharge")
    patient.enroll(pathway(follow, rules=rules, **more))
    patient.until(patient.now + days * DAY)
    return patient


@pytest.fixture
def patient() -> Patient:
    return patient_with(RULE)


def told(patient: Patient, value: float, ago: int = 0) -> Answer:
    reading = Reading("glucose", value, patient.now - ago)
    return answered(patient, Record(patient.command(), NURSE, (reading,)))


def answered(patient: Patient, event: Record | Correct) -> Answer:
    answer = patient.apply(event).answer
    assert answer is not None
    return answer


def correct(patient: Patient, observed: int = 0, value: float | None = None) -> Answer:
    return answered(patient, Correct(patient.command(), NURSE, "glucose", observed, value, "typo"))


def tasks(patient: Patient) -> list[tuple[str, str]]:
    return [(t.sources[0].step, t.kind) for t in patient.journey.tasks.values()]


# -- late (T10, B18) ---------------------------------------------------------------------------


def test_an_old_result_is_reviewed_the_same_day_and_shows_its_age(patient: Patient) -> None:
    """B18: dated 9 days ago: a review task in the time of RT-SD, no message, the age shown."""
    told(patient, 48, ago=9 * DAY)
    review = patient.task("severe-low")
    assert (review.kind, review.reasons) == ("review", ("glucose 48 (9 days old)",))
    assert review.due == at("2026-11-22T20:00-05:00")  # a Sunday: on call, by 20:00
    assert patient.messages == []


def test_an_old_result_sends_the_patient_nothing() -> None:
    """B18: no 911 message."""
    patient = patient_with(Rule(id="letter", when=LOW, reads=("glucose",), do=LETTER))
    told(patient, 48, ago=9 * DAY)
    assert patient.messages == []
    assert patient.task("letter").kind == "review"


def test_a_severe_value_behind_a_newer_one_is_judged_too(patient: Patient) -> None:
    told(patient, 120)
    told(patient, 48, ago=5 * HOUR)
    alarm = patient.task("severe-low")
    assert (alarm.kind, alarm.urgency) == ("task", "RT-2H")
    assert alarm.reasons == ("glucose 48 (5 hours old)",)


@pytest.mark.parametrize(("ago", "kind"), [(48 * HOUR, "task"), (48 * HOUR + 1, "review")])
def test_behind_a_newer_one_too_an_alarm_is_sent_up_to_48_hours(
    patient: Patient, ago: int, kind: str
) -> None:
    told(patient, 120)
    told(patient, 48, ago=ago)
    assert patient.task("severe-low").kind == kind


def test_how_old_an_alarm_may_be_is_the_pathways_to_say() -> None:
    patient = patient_with(RULE, alarm_age=Span(12, "hour"))
    told(patient, 120)
    told(patient, 48, ago=13 * HOUR)
    assert patient.task("severe-low").kind == "review"


def test_a_value_that_was_fresh_when_it_was_observed_is_judged_then() -> None:
    """By now it is stale, and the rule unknown; at the observation it was not."""
    given = pathway(stage("a", "assessment", human("x"))).data
    data = {**given, "glucose": replace(given["glucose"], fresh=Span(2, "day"))}
    patient = patient_with(RULE, data=data)
    told(patient, 48, ago=3 * DAY)
    assert patient.task("severe-low").kind == "review"


def test_what_was_observed_before_the_enrollment_is_history() -> None:
    patient = patient_with(RULE, days=1)
    told(patient, 120)
    told(patient, 48, ago=3 * DAY)
    assert tasks(patient) == [("call", "task")]


def test_an_alarm_that_came_since_has_answered_for_the_older_value(patient: Patient) -> None:
    """Rules that fired in the past are not fired again: somebody has looked at the patient."""
    told(patient, 45)
    patient.apply(Complete("c", NURSE, patient.task("severe-low").id))
    patient.until(patient.now + HOUR)
    told(patient, 44, ago=3 * HOUR)
    assert patient.kinds().count("rule-fired") == 1


def test_a_change_is_measured_as_it_was_then() -> None:
    """A late reading gives a newer one its measure: the fall of that day is seen now."""
    fell = ["<=", ["change", "glucose", 24 * HOUR], -50.0]
    patient = patient_with(Rule(id="fell", when=fell, reads=("glucose",), do=human("fell")))
    told(patient, 100)
    assert tasks(patient) == [("call", "task")]
    told(patient, 180, ago=24 * HOUR)
    assert patient.task("fell").kind == "task"


# -- corrected and retracted -------------------------------------------------------------------


def test_a_retracted_value_never_counts_again_and_stays_marked(patient: Patient) -> None:
    told(patient, 120, ago=HOUR)
    told(patient, 99)
    wrong = patient.now
    assert correct(patient, wrong).code == "value-retracted"
    assert [f.value for f in patient.journey.facts["glucose"]] == [120]
    struck = patient.journey.struck["glucose"][0]
    assert (struck.value, struck.observed, struck.how) == (99, wrong, "retracted")
    again = told(patient, 99)
    assert (again.status, again.code) == ("refused", "retracted-value")
    patient.apply(Device((Reading("glucose", 99, wrong),)))
    assert [f.value for f in patient.journey.facts["glucose"]] == [120]
    assert "value-refused" in patient.kinds()


def test_the_only_reading_can_be_retracted(patient: Patient) -> None:
    told(patient, 99)
    correct(patient)
    assert "glucose" not in patient.journey.facts


def test_the_open_alarm_says_that_its_value_was_retracted(patient: Patient) -> None:
    """Nothing vanishes: whoever was called for it reads what became of it."""
    told(patient, 48)
    correct(patient)
    task = patient.task("severe-low")
    assert task.reasons == ("glucose 48", "glucose 48 was retracted")
    assert task.title == "A value was retracted: Call about a severe low"
    assert patient.rows[task.id].title == task.title


def test_the_open_alarm_says_that_its_value_was_corrected(patient: Patient) -> None:
    told(patient, 48)
    assert correct(patient, value=84).code == "value-corrected"
    assert patient.task("severe-low").reasons[-1] == "glucose 48 was corrected to 84"
    fact = patient.journey.facts["glucose"][0]
    assert (fact.value, fact.observed, fact.recorded) == (84, patient.now, patient.now)


def test_an_alarm_of_something_else_is_left_alone() -> None:
    risky = Rule(id="risky", when=["=", ["value", "risk"], "high"], reads=("risk",), do=CALL)
    patient = patient_with(replace(risky, do=replace(CALL, id="risky")))
    told(patient, 48)
    patient.apply(Record("r", NURSE, (Reading("risk", "high", 0),)))
    correct(patient)
    assert patient.task("risky").title == "Call about a severe low"


def test_a_correction_to_a_severe_value_alarms(patient: Patient) -> None:
    told(patient, 480)
    patient.until(patient.now + HOUR)
    correct(patient, value=48)
    assert patient.task("severe-low").reasons == ("glucose 48",)


def test_a_correction_of_an_old_value_is_a_review(patient: Patient) -> None:
    told(patient, 480, ago=3 * DAY)
    correct(patient, value=48)
    assert patient.task("severe-low").kind == "review"


def test_a_correction_from_severe_to_severe_does_not_fire_again(patient: Patient) -> None:
    told(patient, 48)
    patient.apply(Complete("c", NURSE, patient.task("severe-low").id))
    patient.until(patient.now + HOUR)
    correct(patient, value=47)
    assert patient.kinds().count("rule-fired") == 1


def test_a_retraction_does_not_fire_again_what_an_older_value_had_fired(patient: Patient) -> None:
    told(patient, 48)
    patient.apply(Complete("c", NURSE, patient.task("severe-low").id))
    patient.until(patient.now + HOUR)
    told(patient, 150)
    correct(patient)
    assert patient.kinds().count("rule-fired") == 1


def test_a_retraction_does_not_review_again_what_was_reviewed(patient: Patient) -> None:
    told(patient, 48, ago=5 * DAY)
    patient.apply(Complete("c", NURSE, patient.task("severe-low").id))
    told(patient, 150)
    correct(patient)
    assert patient.kinds().count("rule-fired") == 1


def test_what_a_wrong_value_hid_is_seen_when_it_is_retracted() -> None:
    rose = [">=", ["change", "glucose", 24 * HOUR], 50.0]
    patient = patient_with(Rule(id="rose", when=rose, reads=("glucose",), do=human("rose")))
    told(patient, 100, ago=25 * HOUR)
    told(patient, 158, ago=24 * HOUR)
    wrong = patient.now - 24 * HOUR
    told(patient, 160)
    assert tasks(patient) == [("call", "task")]
    correct(patient, wrong)
    assert patient.task("rose").kind == "task"


def test_a_letter_put_off_for_the_night_is_not_sent_when_its_value_is_retracted() -> None:
    patient = patient_with(Rule(id="letter", when=LOW, reads=("glucose",), do=LETTER))
    patient.until(at("2026-11-23T02:00-05:00"))
    told(patient, 48)
    correct(patient)
    patient.until(patient.now + DAY)
    assert patient.messages == []


def test_a_retraction_can_be_put_right(patient: Patient) -> None:
    told(patient, 99)
    seen = patient.now
    correct(patient)
    assert correct(patient, seen, value=99).status == "applied"
    assert [f.value for f in patient.journey.facts["glucose"]] == [99]
    assert patient.journey.struck == {}


@pytest.mark.parametrize(
    ("ago", "value", "code"),
    [
        (HOUR, None, "no-such-reading"),
        (HOUR, 90.0, "no-such-reading"),
        (0, 8160.0, "implausible"),
        (0, 99.0, "no-change"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    patient: Patient, ago: int, value: float | None, code: str
) -> None:
    """B17 holds for corrections too."""
    told(patient, 99)
    assert correct(patient, patient.now - ago, value).code == code
    assert [f.value for f in patient.journey.facts["glucose"]] == [99]


def test_the_minute_is_enough_to_name_a_reading(patient: Patient) -> None:
    told(patient, 99, ago=17)
    assert correct(patient, (patient.now - 17) // 60 * 60).code == "value-retracted"
