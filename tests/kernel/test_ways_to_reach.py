"""X1: three attempts on three days, by two ways at least, one outside 09:00-17:00, in 14 days."""

from __future__ import annotations

from pathways.journey.effects import Answer
from pathways.journey.events import Complete
from pathways.narrative import tell
from pathways.undone import UNABLE_TO_REACH
from tests.kernel.building import NURSE, Patient, at
from tests.kernel.test_attempts import contact, referred

THE_STORY = (
    ("2027-06-03T10:00-04:00", "phone"),
    ("2027-06-08T18:30-04:00", "phone"),
    ("2027-06-14T11:00-04:00", "portal"),
)
"""Story S4: by telephone, a voicemail in the evening, a message in the portal."""


def tried(patient: Patient, local: str, channel: str, outcome: str = UNABLE_TO_REACH) -> Answer:
    """Somebody tries at this moment, in this way."""
    patient.until(at(local))
    task = next(t for t in patient.journey.tasks.values() if t.kind == "task")
    event = Complete(patient.command(), NURSE, task.id, outcome, channel=channel)
    answer = patient.apply(event).answer
    assert answer is not None
    return answer


def heard(patient: Patient) -> tuple[str, ...]:
    """What the supervisor's task says of the attempts."""
    (task,) = [t for t in patient.journey.tasks.values() if t.about == "unreachable"]
    return task.reasons


def test_attempts_as_the_rule_asks_leave_nothing_to_say() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact())
    answers = [tried(patient, when, channel) for when, channel in THE_STORY]
    assert [a.code for a in answers] == [*["attempt-recorded"] * 2, "attempts-exhausted"]
    assert heard(patient) == ()


def test_each_answer_says_what_the_next_attempt_should_be_like() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact())
    first, second = (tried(patient, when, channel) for when, channel in THE_STORY[:2])
    assert first.message.endswith(", another way than phone, outside 09:00-17:00.")
    assert second.message.endswith(", another way than phone.")


def test_seventeen_hundred_is_outside_and_a_second_before_is_not() -> None:
    """The hour is the patient's own."""
    for last, said in (("16:59:59", ("none outside 09:00-17:00",)), ("17:00:00", ())):
        patient = referred("2027-06-01T09:00-04:00", contact())
        tried(patient, "2027-06-01T12:00-04:00", "phone")
        tried(patient, "2027-06-03T09:00-04:00", "text")
        tried(patient, f"2027-06-07T{last}-04:00", "phone")
        assert heard(patient) == said


def test_who_hears_of_the_last_attempt_hears_what_was_left_out() -> None:
    """The nurse is not stopped: the supervisor decides whether that is enough."""
    patient = referred("2027-06-01T09:00-04:00", contact())
    for day in ("02", "08", "17"):
        tried(patient, f"2027-06-{day}T10:00-04:00", "phone")
    assert heard(patient) == (
        "all attempts by phone, none outside 09:00-17:00, not within 14 days",
    )


def test_fourteen_days_after_the_first_attempt_is_still_in_time() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact())
    tried(patient, "2027-06-01T18:00-04:00", "phone")
    tried(patient, "2027-06-08T10:00-04:00", "letter")
    tried(patient, "2027-06-15T10:00-04:00", "phone")
    assert heard(patient) == ()


def test_an_attempt_that_is_entered_late_keeps_its_own_way_and_hour() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact())
    tried(patient, "2027-06-04T10:00-04:00", "phone")
    patient.until(at("2027-06-07T10:00-04:00"))
    (task,) = patient.journey.tasks.values()
    before = at("2027-06-02T18:00-04:00")
    made = Complete("late", NURSE, task.id, UNABLE_TO_REACH, channel="portal", at=before)
    patient.apply(made)
    assert patient.journey.tasks[task.id].channels == ("portal", "phone")
    tried(patient, "2027-06-08T10:00-04:00", "phone")
    assert heard(patient) == ()


def test_a_way_that_nobody_knows_is_refused_with_those_that_there_are() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact())
    answer = tried(patient, "2027-06-02T10:00-04:00", "pigeon")
    assert answer.code == "unknown-channel"
    assert "phone, text, e-mail, portal, letter, video, in-person" in answer.message


def test_the_way_stands_on_the_timeline_of_attempts_and_of_contacts() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact())
    tried(patient, "2027-06-02T10:00-04:00", "phone")
    tried(patient, "2027-06-04T10:00-04:00", "video", "done")
    told = [tell(entry, patient.calendar) for entry in patient.entries]
    assert any("nobody answers (Call, by phone)" in line for line in told)
    assert any(line.endswith("by video") for line in told)


def test_work_in_an_emergency_is_not_told_which_way_to_try() -> None:
    """Each attempt counts, and the next is due at once."""
    patient = referred("2027-06-01T10:00-04:00", contact(response="RT-2H"))
    answer = tried(patient, "2027-06-01T10:10-04:00", "phone")
    assert answer.message.endswith("Try again at once.")
