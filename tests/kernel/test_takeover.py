"""Two cases of one person: what the journey that goes on takes over of the other (X7)."""

from __future__ import annotations

from pathways.journey.events import Complete, PatientProfile, Reading, Record, Report
from pathways.journey.takeover import going_on, in_the_way, is_refused, left_over, newer, newest
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, human, pathway, stage


def case(*steps: str, consent: bool = True, response: str = "", glucose: float = 0) -> Patient:
    patient = Patient()
    due = {"RT-2H": Span(2, "hour")}.get(response, Span(7, "day"))
    first, *others = steps
    work = (human(first, response=response, due=due), *(human(step) for step in others))
    patient.enroll(
        pathway(stage("care", "follow-up", *work)),
        PatientProfile(born="1950-01-01", consent=consent),
    )
    if glucose:
        know(patient, glucose)
    return patient


def know(patient: Patient, glucose: float) -> None:
    seen = Reading("glucose", glucose, patient.now)
    patient.apply(Record(patient.command(), NURSE, (seen,)))


def test_what_was_open_is_listed_by_its_due_time_with_the_earliest_and_the_most_urgent() -> None:
    theirs = case("alarm", "call", response="RT-2H").journey
    left = left_over(theirs)
    assert [word.split(",")[0] for word in left.words] == ["open there: Alarm", "open there: Call"]
    assert left.due == min(task.due for task in theirs.tasks.values())
    assert left.urgency == "RT-2H"


def test_nothing_open_leaves_nothing_to_look_through() -> None:
    theirs = case("call")
    theirs.apply(Complete("done", NURSE, theirs.task("call").id))
    assert left_over(theirs.journey) == ((), 0, "")
    assert going_on(theirs.journey) == []


def test_who_is_dead_in_one_case_only_is_looked_at_first() -> None:
    """Given a death that only one of the two knows, then they are not joined; known to both, they
    can be."""
    kept, theirs = case("call"), case("call")
    assert in_the_way(kept.journey, theirs.journey) == ""
    theirs.apply(Report("d", NURSE, "deceased", theirs.now, verified=False))
    assert "settle that first" in in_the_way(kept.journey, theirs.journey)
    assert "settle that first" in in_the_way(theirs.journey, kept.journey)
    kept.apply(Report("d", NURSE, "deceased", kept.now))
    assert in_the_way(kept.journey, theirs.journey) == ""


def test_only_newer_readings_are_told() -> None:
    kept, theirs = case("call", glucose=90), case("call")
    theirs.until(theirs.now + 3600)
    know(theirs, 120)
    (told,) = newer(kept.journey, theirs.journey, ["glucose", "risk"])
    assert (told.name, told.value, told.source) == ("glucose", 120, "joined")
    assert newer(theirs.journey, kept.journey, ["glucose", "risk"]) == ()
    assert [reading.value for reading in newest(kept.journey, ["glucose"])] == [90]


def test_a_no_to_messages_goes_over_and_a_yes_does_not() -> None:
    yes, no = case("call"), case("call", consent=False)
    assert is_refused(yes.journey, no.journey)
    assert not is_refused(no.journey, yes.journey)
    yes.apply(Report("c", NURSE, "consent-withdrawn", yes.now))
    assert not is_refused(yes.journey, no.journey)
