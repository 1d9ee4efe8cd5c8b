"""The invariants of docs/design.md one by one, on the shipped pathways and at their edges. Random
lives on generated pathways are in ``test_stateful``."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pathways.canonical import digest_of
from pathways.compiled import Step
from pathways.journey.answers import FULL
from pathways.journey.decide import Decision, decide, head
from pathways.journey.effects import Notify, RecordBatch
from pathways.journey.events import (
    Actor,
    Assign,
    Attend,
    Close,
    Complete,
    Decline,
    Done,
    Enroll,
    Event,
    Failed,
    Hold,
    PatientProfile,
    Reading,
    Record,
    Report,
    Resume,
    Tick,
    Vary,
    Withdraw,
)
from pathways.journey.state import Journey
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage
from tests.kernel.invariants import Watch
from tests.kernel.recorded_year import LIBRARY, Year

DAY = 86_400
HELLO = Step(id="hello", verb="notify", title="Hello", to="patient", message="welcome")
LAB = Step(id="lab", verb="schedule", title="Lab", service="lab", by="nurse", due=Span(14, "day"))


@pytest.fixture
def patient() -> Patient:
    """Tuesday 2026-11-24, 10:00 in New York: a message, an appointment asked for, a task."""
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", HELLO, LAB, human("call"))))
    return patient


# -- all of them, on the shipped pathways --------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_invariants_hold_through_half_a_year_on_all_shipped_pathways(seed: int) -> None:
    watch = Watch(LIBRARY)
    decisions = list(Year(seed, watch.decide).pass_through(180))
    assert len(decisions) > 200


# -- the watch itself can fail -------------------------------------------------------------------


def broken(patient: Patient, event: Event, **changes: Any) -> Decision:
    """A true decision, then something in its journey changed behind the kernel's back."""
    decision = decide(patient.journey, event, patient.now, patient.library)
    return decision._replace(journey=replace(decision.journey, **changes))


def enrolled(patient: Patient) -> Watch:
    """A watch that has seen all that happened so far."""
    watch = Watch(patient.library)
    watch.rows.update(patient.rows)
    watch.keys.update(m.key for m in patient.messages)
    watch.keys.update(e.key for e in patient.effects)
    return watch


FALL = Report("f", NURSE, "fall", 0)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"tasks": {}}, "nobody carries"),
        ({"appointments": {}}, "nobody carries"),
        ({"outstanding": {}}, "waits for nothing"),
        ({"agenda": ()}, "nobody looks after"),
        ({"status": "closed"}, "a closed journey has an agenda"),
        ({"frozen": True}, "nobody verifies the reported death"),
    ],
)
def test_the_watch_notices_what_is_lost(
    patient: Patient, changes: dict[str, Any], complaint: str
) -> None:
    """Given a journey that lost something, then the watch says what."""
    watch = enrolled(patient)
    decision = broken(patient, FALL, **changes)
    with pytest.raises(AssertionError, match=complaint):
        watch.nothing_is_lost(decision.journey)


def test_the_watch_notices_a_key_that_comes_twice(patient: Patient) -> None:
    watch = enrolled(patient)
    decision = decide(patient.journey, FALL, patient.now, patient.library)
    assert decision.record is not None
    again = replace(decision.record, messages=(patient.messages[0],))
    with pytest.raises(AssertionError, match="asked for twice"):
        watch.check(patient.journey, FALL, decision._replace(record=again))


def test_the_watch_notices_a_task_that_is_closed_twice(patient: Patient) -> None:
    watch = enrolled(patient)
    task = patient.task("call").id
    done = Complete("c", NURSE, task)
    watch.decide(patient.journey, done, patient.now)
    again = decide(patient.journey, replace(done, command="d"), patient.now, patient.library)
    with pytest.raises(AssertionError, match="closed already"):
        watch.tasks_close_once(again)


# -- I4: no escalation early, and with prompt ticks exactly at its moment ------------------------


@pytest.mark.parametrize(
    ("span", "enrolled_at", "moment"),
    [
        (Span(4, "hour"), "2026-10-31T23:00-04:00", "2026-11-01T02:00:01-05:00"),
        (Span(4, "hour"), "2027-03-13T23:00-05:00", "2027-03-14T04:00:01-04:00"),
        (Span(7, "day"), "2027-03-10T12:00-05:00", "2027-03-18T00:00:00-04:00"),
        (Span(2, "business-day"), "2026-12-23T09:00-05:00", "2026-12-29T00:00:00-05:00"),
        (Span(1, "month"), "2028-01-31T09:00-05:00", "2028-03-01T00:00:00-05:00"),
    ],
)
def test_an_escalation_comes_in_the_second_after_the_due_time(
    span: Span, enrolled_at: str, moment: str
) -> None:
    """Across clock changes, holidays and leap days."""
    patient = Patient(now=at(enrolled_at))
    patient.enroll(pathway(stage("assessment", "assessment", human("call", due=span))))
    patient.until(at(moment) + DAY)
    escalated = [e.at for e in patient.entries if e.kind == "task-escalated"]
    assert escalated[0] == at(moment) == patient.task("call").due + 1


@settings(max_examples=60, deadline=None)
@given(wakes=st.lists(st.integers(1, 4 * DAY), min_size=1, max_size=10))
def test_whenever_the_shell_wakes_an_escalation_is_never_early_and_waits_for_no_second_wake(
    wakes: list[int],
) -> None:
    patient = Patient()
    patient.enroll(pathway(stage("assessment", "assessment", human("call"))))
    moment = patient.task("call").due + 1
    for gap in wakes:
        patient.now += gap
        patient.apply(Tick())
        escalated = [e.at for e in patient.entries if e.kind == "task-escalated"]
        assert bool(escalated) == (patient.now >= moment)
        assert all(one >= moment for one in escalated)


# -- I5: silence after the end -------------------------------------------------------------------


def messages_after(patient: Patient, event: Event, days: int = 60) -> list[Notify]:
    before = len(patient.messages)
    decision = patient.apply(event)
    assert decision.answer is None or decision.answer.status == "applied"
    patient.until(patient.now + days * DAY)
    return patient.messages[before:]


@pytest.mark.parametrize("hour", ["10:00", "23:00"])
@pytest.mark.parametrize(
    "event",
    [
        Withdraw("e", NURSE, "no"),
        Report("e", NURSE, "deceased", 0),
        Report("e", NURSE, "deceased", 0, verified=False),
        Report("e", NURSE, "consent-withdrawn", 0),
    ],
)
def test_nothing_reaches_the_patient_any_more(event: Event, hour: str) -> None:
    """Neither what was put off for the night, nor what a late booking would have brought."""
    patient = Patient(now=at(f"2026-11-24T{hour}-05:00"))
    patient.enroll(
        pathway(stage("assessment", "assessment", HELLO, LAB, human("call", after=("hello",))))
    )
    (book,) = patient.effects
    assert not [m for m in messages_after(patient, event) if m.to == "patient"]
    starts = patient.now + 9 * DAY
    late = Done(book.key, {"appointment": "a1", "starts": starts, "ends": starts + 1800})
    assert not [m for m in messages_after(patient, late) if m.to == "patient"]


def test_a_late_booking_of_someone_who_left_is_given_back(patient: Patient) -> None:
    (book,) = patient.effects
    patient.apply(Withdraw("w", NURSE, "no"))
    starts = patient.now + 9 * DAY
    done = Done(book.key, {"appointment": "a1", "starts": starts, "ends": starts + 1800})
    (cancel,) = patient.apply(done).effects
    assert cancel.key == f"{book.key}/unwanted"
    assert patient.apply(done).effects == ()
    assert patient.apply(Done(cancel.key)).effects == ()
    assert patient.journey.outstanding == {}


# -- I6: a command is applied once ---------------------------------------------------------------


def commands(patient: Patient) -> list[Event]:
    """One of every kind, each in order when it is given."""
    task = patient.task("call").id
    return [
        Record("1", NURSE, (Reading("glucose", 90.0, 0),)),
        Record("2", NURSE, (Reading("glucose", 5000.0, 0),)),
        Assign("3", NURSE, "dietitian", task),
        Complete("4", Actor("x", "stranger"), task),
        Attend("5", NURSE, "a1", "attended"),
        Hold("6", NURSE, "travelling"),
        Resume("7", NURSE),
        Report("8", NURSE, "admitted", 0),
        Report("9", NURSE, "discharged", 0),
        Vary("10", Actor("b", "nurse-manager"), task, "not needed"),
        Decline("11", NURSE, "t77", "no"),
        Close("12", NURSE, "demo", "deceased"),
        Withdraw("13", NURSE, "enough"),
    ]


def test_every_kind_of_command_is_answered_again_as_at_first_and_changes_nothing(
    patient: Patient,
) -> None:
    answers = []
    for event in commands(patient):
        answers.append((event, patient.apply(event).answer))
        patient.now += 60
    assert {a.status for _, a in answers if a is not None} == {"applied", "refused"}
    journey = patient.journey
    for event, answer in answers:
        decision = patient.apply(event)
        assert decision.answer == answer
        assert (decision.journey, decision.record, decision.effects) == (journey, None, ())


def test_a_command_of_long_ago_is_still_known(patient: Patient) -> None:
    """Beyond the answers kept word for word, the verdict is kept."""
    first = [Record(f"old{n}", NURSE, (Reading("glucose", 90.0, 0),)) for n in range(2)]
    refused = Record("old-refused", NURSE, (Reading("nonsense", 1.0, 0),))
    for event in (*first, refused):
        patient.apply(event)
    for number in range(FULL + 130):
        patient.apply(Report(f"fall{number}", NURSE, "fall", 0))
    journey = patient.journey
    for event, status in ((first[0], "applied"), (first[1], "applied"), (refused, "refused")):
        decision = patient.apply(event)
        assert decision.journey is journey
        assert decision.answer is not None
        assert decision.answer.status == status


def test_an_effect_is_answered_once_whatever_comes_later(patient: Patient) -> None:
    (book,) = patient.effects
    starts = patient.now + 9 * DAY
    done = Done(book.key, {"appointment": "a1", "starts": starts, "ends": starts + 1800})
    patient.apply(done)
    journey = patient.journey
    for late in (done, Failed(book.key, "timed out"), Failed("no/such/key", "lost")):
        decision = patient.apply(late)
        assert (decision.journey, decision.record) == (journey, None)


# -- I9: what waits has a way out ----------------------------------------------------------------


def untouched(days: int) -> tuple[Journey, list[RecordBatch]]:
    """A patient whom everybody forgets, on all shipped pathways."""
    year = Year(5)
    records = [year.give(year.enrollment(p.pathway)).record for p in LIBRARY.values()]
    records += [decision.record for decision in year.wake(year.now + days * DAY)]
    return year.journey, [record for record in records if record is not None]


def test_a_patient_whom_everybody_forgets_is_brought_to_somebody_every_week() -> None:
    """No week of half a year passes without a reminder or an escalation."""
    journey, records = untouched(180)
    chased = [
        entry.at
        for record in records
        for entry in record.entries
        if entry.kind in ("task-reminded", "task-escalated")
    ]
    first, last = records[0].at, records[-1].at
    weeks = {(moment - first) // (7 * DAY) for moment in chased}
    assert weeks >= set(range(1, (last - first) // (7 * DAY)))
    assert head(journey) is not None


def test_every_task_of_a_forgotten_patient_ends_up_with_its_supervisor() -> None:
    journey, _ = untouched(90)
    assert journey.tasks
    for task in journey.tasks.values():
        if journey.now > task.due:
            assert task.level >= 1, task


def test_an_enrollment_that_is_over_at_once_may_be_so_twice_in_a_second() -> None:
    """Given a pathway that greets and is over, and a patient on it who also has a call open
    elsewhere, then whoever enrolls them twice in one second breaks no invariant."""
    brief = pathway(stage("assessment", "assessment", HELLO), name="brief")
    longer = pathway(stage("assessment", "assessment", human("call")), name="longer")
    patient = Patient()
    patient.enroll(longer)
    watch = enrolled(patient)
    digest = digest_of(brief)
    watch.library = {**patient.library, digest: brief}
    journey, now = patient.journey, patient.now
    profile = PatientProfile(born="1960-05-01")
    for command in ("first", "again"):
        event = Enroll(command, NURSE, "brief", digest, profile, patient.calendar, now)
        decision = watch.decide(journey, event, now)
        journey = decision.journey
        assert decision.answer is not None
        assert decision.answer.status == "applied"
        assert journey.enrollments["brief"].status == "discharged"
