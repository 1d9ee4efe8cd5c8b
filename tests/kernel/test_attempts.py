"""Contacts that reach nobody: attempts on different days, and what follows the last (X1)."""

from __future__ import annotations

import pytest

from pathways.compiled import CompiledPathway, MessageText, Rule, Step, Verb
from pathways.journey.effects import Answer
from pathways.journey.events import (
    Actor,
    Attend,
    Complete,
    Decline,
    Done,
    Reading,
    Report,
    Withdraw,
)
from pathways.narrative import tell
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH, Unreachable
from tests.kernel.building import ESCALATION, NURSE, TEXTS, Patient, at, human, pathway, stage

LETTERS = {
    **TEXTS,
    UNABLE_TO_REACH: {"en": MessageText("Please call us", "Dear {{ recipient.name }}")},
    "call-us": {"en": MessageText("Call us", "Dear {{ recipient.name }}")},
}


def contact(step: str = "call", **more: object) -> Step:
    return human(step, "task", contact="patient", **more)


def referred(local: str, *steps: Step, rules: tuple[Rule, ...] = ()) -> Patient:
    """A patient enrolled at this moment on a pathway of one stage."""
    patient = Patient(now=at(local))
    patient.enroll(one_stage(*steps, rules=rules))
    return patient


def one_stage(*steps: Step, rules: tuple[Rule, ...] = (), name: str = "demo") -> CompiledPathway:
    return pathway(stage("only", "follow-up", *steps), rules=rules, messages=LETTERS, name=name)


def tries(
    patient: Patient,
    local: str,
    step: str = "call",
    *,
    note: str = "",
    values: tuple[Reading, ...] = (),
    made: str = "",
) -> Answer:
    """Somebody tries to reach the patient, in vain (``made``: before that)."""
    patient.until(at(local))
    event = Complete(
        patient.command(),
        NURSE,
        patient.task(step).id,
        UNABLE_TO_REACH,
        values,
        note=note,
        at=at(made) if made else None,
    )
    answer = patient.apply(event).answer
    assert answer is not None
    return answer


def ended(patient: Patient, step: str = "call") -> tuple[str, str]:
    run = patient.journey.enrollments["demo"].active[0].steps[step]
    return run.status, run.outcome


# -- attempts --------------------------------------------------------------------------------


def test_an_attempt_is_recorded_and_the_task_stays_open() -> None:
    """Given a call, when nobody answers, then the timeline says who tried, when and how."""
    patient = referred("2026-11-24T14:30-05:00", contact())
    answer = tries(patient, "2026-11-25T10:00-05:00", note="phone, no answer")
    assert answer.status == "applied"
    assert answer.code == "attempt-recorded"
    assert answer.message.startswith("Attempt 1 of 3. Try again not before 2026-11-30 08:00")
    assert tell(patient.entries[-1], patient.calendar) == (
        "Attempt 1 of 3 to reach the patient by the case manager, Wed 25 Nov 2026 10:00: nobody "
        "answers (Call). phone, no answer. To be tried again from Mon 30 Nov 2026 08:00."
    )
    row = patient.rows[patient.task("call").id]
    assert (row.status, row.attempts, row.again) == ("open", 1, at("2026-11-30T08:00-05:00"))


def test_the_next_attempt_falls_on_a_day_of_contact_not_on_a_holiday() -> None:
    """S1: given an attempt on Wed 11-25, then the next is on Fri 11-27, not on Thanksgiving."""
    patient = referred(
        "2026-11-24T14:30-05:00", contact(unreachable=Unreachable(again=Span(1, "business-day")))
    )
    tries(patient, "2026-11-25T10:00-05:00")
    assert patient.task("call").again == at("2026-11-27T08:00-05:00")


def test_three_attempts_fit_into_fourteen_days_also_over_the_longest_holidays() -> None:
    """X1: given attempts whenever they may be made again, from the day before Christmas Eve."""
    patient = referred("2026-12-23T16:00-05:00", contact())
    made = [at("2026-12-23T17:00-05:00")]
    for _ in range(2):
        patient.until(made[-1])
        patient.apply(Complete(patient.command(), NURSE, patient.task("call").id, UNABLE_TO_REACH))
        made.append(patient.task("call").again)
    assert made[-1] - made[0] <= 14 * 86_400


def test_a_second_attempt_of_the_same_day_is_recorded_and_does_not_count() -> None:
    """X1: three attempts on three different days."""
    patient = referred("2026-11-24T14:30-05:00", contact())
    tries(patient, "2026-11-25T10:00-05:00")
    answer = tries(patient, "2026-11-25T18:30-05:00")
    assert answer.code == "attempt-not-counted"
    assert "still attempt 1 of 3" in answer.message
    assert patient.entries[-1].kind == "attempt"
    assert "The same day again, so it is not counted" in tell(patient.entries[-1])
    assert len(patient.task("call").attempts) == 1


def test_days_are_the_patients_own() -> None:
    """Given attempts at 21:00 and at 00:30 of the next local day, which UTC calls one day."""
    patient = referred("2026-11-24T14:30-05:00", contact())
    tries(patient, "2026-11-25T21:00-05:00")
    assert tries(patient, "2026-11-26T00:30-05:00").code == "attempt-recorded"
    assert len(patient.task("call").attempts) == 2


def test_an_attempt_put_on_record_later_counts_for_its_own_day() -> None:
    """Given an attempt of Wednesday put on record on Friday after that day's own attempt."""
    patient = referred("2026-11-24T14:30-05:00", contact())
    tries(patient, "2026-11-27T10:00-05:00")
    answer = tries(patient, "2026-11-27T10:05-05:00", made="2026-11-25T09:00-05:00")
    assert answer.code == "attempt-recorded"
    task = patient.task("call")
    assert task.attempts == (at("2026-11-25T09:00-05:00"), at("2026-11-27T10:00-05:00"))
    assert task.again == at("2026-12-01T08:00-05:00")


def test_an_attempt_neither_extends_the_due_time_nor_stops_the_escalation() -> None:
    """TCM: given a discharge on Tue 11-24, the contact is due on Fri 11-27, tried or not."""
    patient = referred("2026-11-24T14:30-05:00", contact(due=Span(2, "business-day")))
    tries(patient, "2026-11-25T10:00-05:00")
    assert patient.task("call").due == at("2026-11-27T23:59:59-05:00")
    patient.until(at("2026-11-28T00:00-05:00"))
    escalated = [e for e in patient.entries if e.kind == "task-escalated"]
    assert [e.params["to"] for e in escalated] == ["nurse-manager"]


def test_nothing_can_be_learnt_from_who_was_not_reached() -> None:
    patient = referred("2026-11-24T14:30-05:00", contact(collect=("glucose",)))
    answer = tries(patient, "2026-11-25T10:00-05:00", values=(Reading("glucose", 90.0, 0),))
    assert (answer.status, answer.code) == ("refused", "nobody-reached")
    assert patient.task("call").attempts == ()
    assert "glucose" not in patient.journey.facts


def test_a_repeated_command_is_one_attempt() -> None:
    """I6: given the same command twice, then it is answered twice and applied once."""
    patient = referred("2026-11-24T14:30-05:00", contact())
    event = Complete("same", NURSE, patient.task("call").id, UNABLE_TO_REACH)
    first = patient.apply(event).answer
    patient.until(at("2026-12-03T10:00-05:00"))
    assert patient.apply(event).answer == first
    assert len(patient.task("call").attempts) == 1


def test_a_task_that_reaches_nobody_does_not_know_the_outcome() -> None:
    patient = referred("2026-11-24T14:30-05:00", human("call"))
    assert tries(patient, "2026-11-25T10:00-05:00").code == "unknown-outcome"


@pytest.mark.parametrize("verb", ["assess", "educate"])
def test_what_is_done_with_the_patient_is_a_contact_by_its_verb(verb: Verb) -> None:
    patient = referred("2026-11-24T14:30-05:00", human("call", verb))
    assert patient.task("call").outcomes == ("done", UNABLE_TO_REACH)


def test_the_patient_may_still_be_reached_after_an_attempt() -> None:
    patient = referred("2026-11-24T14:30-05:00", contact())
    tries(patient, "2026-11-25T10:00-05:00")
    patient.apply(Complete(patient.command(), NURSE, patient.task("call").id))
    assert patient.entries[-1].kind != "unreachable"
    assert patient.journey.enrollments["demo"].ends["call"] == "done"


# -- the last attempt ------------------------------------------------------------------------


def out_of_reach(patient: Patient, step: str = "call") -> Answer:
    """S4: attempts on Thu 06-03, Tue 06-08 and Mon 06-14."""
    tries(patient, "2027-06-03T10:00-04:00", step)
    tries(patient, "2027-06-08T18:30-04:00", step)
    return tries(patient, "2027-06-14T09:00-04:00", step)


def test_with_the_third_attempt_the_step_ends_a_letter_goes_and_the_supervisor_is_told() -> None:
    """S4: given three attempts inside 14 days, then the letter; nothing waits without an owner."""
    more = human("after", after=("call",))
    patient = referred("2027-06-01T09:00-04:00", contact(due=Span(14, "day")), more)
    answer = out_of_reach(patient)
    assert answer.code == "attempts-exhausted"
    assert answer.message == (
        "Attempt 3 of 3: nobody was reached. The task is closed, and goes to nurse-manager."
    )
    assert ended(patient) == ("missed", UNABLE_TO_REACH)
    letters = [(m.to, m.message) for m in patient.messages if m.to == "patient"]
    assert letters == [("patient", UNABLE_TO_REACH)]
    told = patient.task("call")
    assert (told.kind, told.owner, told.about) == ("inform", "nurse-manager", "unreachable")
    assert told.due == at("2027-06-15T23:59:59-04:00")
    assert patient.task("after").kind == "task", "what comes after it goes on"
    assert [tell(e, patient.calendar) for e in patient.entries if e.kind == "unreachable"] == [
        "The patient could not be reached for call, in 3 attempts."
    ]


def test_what_the_step_declares_happens_instead_of_the_usual() -> None:
    """Given two attempts, a letter of its own, a visit at home, and whom to tell."""
    plan = Unreachable(2, Span(1, "day"), "call-us", ("visit",), "primary-care")
    visit = human("visit", when=["=", ["outcome", "call"], UNABLE_TO_REACH])
    patient = referred("2027-06-01T09:00-04:00", contact(unreachable=plan), visit)
    tries(patient, "2027-06-03T10:00-04:00")
    assert "visit" not in {t.sources[0].step for t in patient.journey.tasks.values()}
    tries(patient, "2027-06-04T10:00-04:00")
    assert patient.task("call").owner == "primary-care"
    assert patient.task("visit").kind == "task"
    assert [m.message for m in patient.messages if m.to == "patient"] == ["call-us"]


def test_a_step_may_do_without_a_letter() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact(unreachable=Unreachable(1, message="")))
    tries(patient, "2027-06-03T10:00-04:00")
    assert [m for m in patient.messages if m.to == "patient"] == []
    assert ended(patient) == ("missed", UNABLE_TO_REACH)


def test_the_caregiver_is_written_to_when_it_is_the_caregiver_who_was_wanted() -> None:
    """Given no caregiver on record any more, then the letter is withheld and the task remains."""
    step = human("call", contact="caregiver", unreachable=Unreachable(1))
    patient = referred("2027-06-01T09:00-04:00", step)
    tries(patient, "2027-06-03T10:00-04:00")
    withheld = [e.params for e in patient.entries if e.kind == "message-withheld"]
    assert [(p["to"], p["why"]) for p in withheld] == [("caregiver", "no-caregiver")]
    assert patient.task("call").kind == "inform"


def test_a_series_goes_on_and_writes_once_until_somebody_answers() -> None:
    """No message loop: given a daily call that reaches nobody for three days, then one letter and
    one task; reached and lost again, a second letter."""
    series = contact(every=Span(1, "day"), unreachable=Unreachable(1))
    patient = referred("2027-06-01T09:00-04:00", series)

    def call(day: str, outcome: str) -> None:
        patient.until(at(day))
        task = next(t for t in patient.journey.tasks.values() if t.kind == "task")
        patient.apply(Complete(patient.command(), NURSE, task.id, outcome))

    def letters() -> int:
        return sum(m.message == UNABLE_TO_REACH for m in patient.messages)

    for day in ("2027-06-01T10:00", "2027-06-02T10:00", "2027-06-03T10:00"):
        call(day + "-04:00", UNABLE_TO_REACH)
    informed = [t for t in patient.journey.tasks.values() if t.kind == "inform"]
    assert (letters(), len(informed)) == (1, 1)
    assert informed[0].reasons == ("occurrence 2", "occurrence 3")
    call("2027-06-04T10:00-04:00", "done")
    call("2027-06-05T10:00-04:00", UNABLE_TO_REACH)
    assert letters() == 2


@pytest.mark.parametrize("sign", ["reported", "declined", "kept appointment"])
def test_whoever_is_heard_of_is_written_to_again(sign: str) -> None:
    """Given a letter, then any sign that the patient answers makes room for another."""
    visit = Step(
        "visit", "schedule", "Visit", by="case-manager", service="lab", due=Span(14, "day")
    )
    patient = referred(
        "2027-06-01T09:00-04:00", contact(unreachable=Unreachable(1)), human("offer"), visit
    )
    tries(patient, "2027-06-01T10:00-04:00")
    assert patient.journey.unanswered == ("patient/unable-to-reach",)
    match sign:
        case "reported":
            patient.apply(Report(patient.command(), NURSE, "reached", patient.now))
        case "declined":
            patient.apply(Decline(patient.command(), NURSE, patient.task("offer").id, "no"))
        case _:
            book = patient.effects[0]
            starts = patient.now + 86_400
            patient.apply(Done(book.key, {"starts": starts, "ends": starts + 1800}))
            patient.until(starts + 3600)
            patient.apply(Attend(patient.command(), NURSE, book.appointment, "attended"))
    assert patient.journey.unanswered == ()


def test_urgent_work_is_tried_again_at_once_and_passed_on_as_urgently() -> None:
    """RT-2H: given a red flag, then no attempt waits for another day, and the last one hands the
    same urgency to the supervisor."""
    alarm = contact("alarm", response="RT-2H", due=Span(2, "hour"), overdue=ESCALATION[1:])
    rule = Rule("alarm", alarm, on="fall")
    patient = referred("2027-06-01T09:00-04:00", human("other"), rules=(rule,))
    patient.apply(Report(patient.command(), NURSE, "fall", patient.now))
    assert tries(patient, "2027-06-01T09:10-04:00", "alarm").message.endswith("Try again at once.")
    tries(patient, "2027-06-01T09:20-04:00", "alarm")
    assert tries(patient, "2027-06-01T09:30-04:00", "alarm").code == "attempts-exhausted"
    told = patient.task("alarm")
    assert (told.kind, told.owner, told.urgency) == ("inform", "nurse-manager", "RT-2H")
    assert told.due == at("2027-06-01T11:30-04:00")
    urgent = [(m.to, m.message) for m in patient.messages if m.message == "task-urgent"]
    assert urgent == [("case-manager", "task-urgent"), ("nurse-manager", "task-urgent")]


def test_one_call_for_two_pathways_ends_both_steps_with_one_letter() -> None:
    """X8: given the same contact on two pathways, then one task, one series of attempts; each
    step ends, the patient gets one letter."""
    patient = Patient(now=at("2027-06-01T09:00-04:00"))
    asked = human("call", same="call", unreachable=Unreachable(inform="doctor"))
    patient.enroll(one_stage(asked))
    patient.enroll(one_stage(contact(same="call"), name="other"))
    tries(patient, "2027-06-03T10:00-04:00")
    assert patient.task("call").attempts != (), "what joined it made it a contact"
    assert tries(patient, "2027-06-08T10:00-04:00").code == "attempt-recorded"
    assert tries(patient, "2027-06-14T10:00-04:00").code == "attempts-exhausted"
    ends = {name: e.ends["call"] for name, e in patient.journey.enrollments.items()}
    assert ends == {"demo": "missed", "other": "missed"}
    assert sum(m.message == UNABLE_TO_REACH for m in patient.messages) == 1
    owners = sorted(t.owner for t in patient.journey.tasks.values() if t.kind == "inform")
    assert owners == ["doctor", "nurse-manager"]


def test_only_who_may_close_the_task_may_record_an_attempt() -> None:
    patient = referred("2027-06-01T09:00-04:00", contact())
    stranger = Actor("d1", "dietitian")
    event = Complete(patient.command(), stranger, patient.task("call").id, UNABLE_TO_REACH)
    answer = patient.apply(event).answer
    assert answer is not None
    assert answer.code == "not-yours"


def test_who_has_withdrawn_is_written_to_no_more_but_the_alarm_is_passed_on() -> None:
    """I5, X4: given an alarm that outlives a withdrawal, when its calls reach nobody, then no
    letter goes out, and somebody has the alarm all the same."""
    alarm = contact("alarm", response="RT-2H", due=Span(2, "hour"), unreachable=Unreachable(1))
    rule = Rule("alarm", alarm, on="fall")
    patient = referred("2027-06-01T09:00-04:00", human("other"), rules=(rule,))
    patient.apply(Report(patient.command(), NURSE, "fall", patient.now))
    patient.apply(Withdraw(patient.command(), NURSE, "wants no program"))
    task = patient.task("alarm")
    owner = Actor("m1", task.owner)
    patient.apply(Complete(patient.command(), owner, task.id, UNABLE_TO_REACH))
    assert [m for m in patient.messages if m.to == "patient"] == []
    told = patient.task("alarm")
    assert (told.kind, told.urgency) == ("inform", "RT-2H")
    for open_task in list(patient.journey.tasks.values()):
        actor = Actor("m1", open_task.owner)
        patient.apply(Complete(patient.command(), actor, open_task.id))
    assert patient.journey.status == "closed"
