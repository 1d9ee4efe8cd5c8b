"""After a death: bereavement contacts, and a date that was wrong is put right (X6)."""

from __future__ import annotations

import pytest

from pathways.compiled import CompiledPathway
from pathways.journey.bereavement import AFTER_DEATH
from pathways.journey.effects import Answer
from pathways.journey.events import Actor, Complete, PatientProfile, Report, Vary
from tests.kernel.building import NURSE, Patient, at, human, ok, pathway, stage

SOCIAL = Actor("s1", "social-worker")


def course(name: str = "demo") -> CompiledPathway:
    roles = ("case-manager", "social-worker")
    return pathway(stage("assessment", "assessment", human("call")), name=name, roles=roles)


@pytest.fixture
def patient() -> Patient:
    """With a caregiver; today is Thursday 4 March 2027."""
    patient = Patient(now=at("2027-03-01T09:00-05:00"))
    patient.enroll(course(), PatientProfile(born="1940-05-01", caregiver=True))
    patient.until(at("2027-03-04T10:00-05:00"))
    return patient


def report(patient: Patient, event: str, when: str = "", *, verified: bool = True) -> Answer:
    moment = at(when) if when else patient.now
    told = Report(patient.command(), NURSE, event, moment, verified=verified)
    answer = patient.apply(told).answer
    assert answer is not None
    return answer


def contact(patient: Patient, outcome: str = "done") -> None:
    ok(patient, Complete(patient.command(), SOCIAL, patient.task("bereavement").id, outcome))


def tell_others(patient: Patient) -> None:
    ok(patient, Complete(patient.command(), NURSE, patient.task("death-told").id, "told"))


def local(text: str) -> int:
    return at(f"{text}T23:59:59-04:00")


def test_a_death_begins_with_the_condolence_and_ends_after_thirteen_months(
    patient: Patient,
) -> None:
    """Died on Wednesday 3 March, heard of on Thursday: three business days, then by months."""
    report(patient, "deceased", "2027-03-03T22:00-05:00")
    task = patient.task("bereavement")
    assert (task.title, task.owner) == ("Condolence", "social-worker")
    assert task.due == at("2027-03-09T23:59:59-05:00")
    tell_others(patient)
    dues = []
    while patient.journey.tasks:
        contact(patient)
        dues += [one.due for one in patient.journey.tasks.values()]
    assert dues == [
        local("2027-04-03"),
        local("2027-06-03"),
        local("2027-09-03"),
        at("2027-12-03T23:59:59-05:00"),
        local("2028-04-03"),
    ]
    assert patient.journey.status == "closed"


def test_who_wants_no_more_contacts_has_none(patient: Patient) -> None:
    report(patient, "deceased")
    contact(patient, "not-wanted")
    tell_others(patient)
    assert patient.journey.status == "closed"


def test_pharmacy_and_payer_are_told_within_a_business_day(patient: Patient) -> None:
    """X6: by a person, as Careway writes to neither; until then the journey is not closed."""
    report(patient, "deceased", "2027-03-03T22:00-05:00")
    task = patient.task("death-told")
    assert (task.owner, task.due) == ("case-manager", at("2027-03-05T23:59:59-05:00"))
    contact(patient, "not-wanted")
    assert patient.journey.status == "closing"
    tell_others(patient)
    assert patient.journey.status == "closed"


def test_who_was_told_of_a_death_that_was_none_hears_that(patient: Patient) -> None:
    report(patient, "deceased")
    tell_others(patient)
    report(patient, "death-retracted")
    assert "hears that it was a mistake" in patient.task("referred-again").reasons[0]


def test_without_anybody_left_behind_on_record_nobody_is_consoled() -> None:
    patient = Patient()
    patient.enroll(course())
    report(patient, "deceased")
    tell_others(patient)
    assert patient.journey.status == "closed"


def test_the_date_is_that_of_the_first_report_when_it_is_verified_later(patient: Patient) -> None:
    report(patient, "deceased", "2027-03-03T22:00-05:00", verified=False)
    patient.until(at("2027-03-05T09:00-05:00"))
    asked = patient.task("death-reported")
    ok(patient, Complete("v", Actor("m", asked.owner), asked.id, "verified"))
    assert patient.journey.died == at("2027-03-03T22:00-05:00")


def test_a_corrected_date_moves_what_is_still_to_come(patient: Patient) -> None:
    """Given the condolence was made, when the death was a month earlier than said, then the next
    contact is due by the right date; the timeline has both."""
    report(patient, "deceased", "2027-03-03T22:00-05:00")
    contact(patient)
    before = list(patient.entries)
    answer = report(patient, "death-corrected", "2027-02-20T08:00-05:00")
    task = patient.task("bereavement")
    assert (answer.code, task.due) == ("death-corrected", local("2027-03-20"))
    assert task.reasons == ("the date of death was corrected to 2027-02-20",)
    assert patient.entries[: len(before)] == before, "nothing is rewritten"
    (said,) = [e for e in patient.entries if e.kind == "death-corrected"]
    assert said.params == {
        "was": at("2027-03-03T22:00-05:00"),
        "to": at("2027-02-20T08:00-05:00"),
    }
    contact(patient)
    assert patient.task("bereavement").due == local("2027-05-20")


def test_a_contact_that_would_have_been_due_is_due_now(patient: Patient) -> None:
    report(patient, "deceased")
    contact(patient)
    report(patient, "death-corrected", "2026-12-20T08:00-05:00")
    assert patient.task("bereavement").due == patient.now


def test_the_condolence_is_by_when_we_heard(patient: Patient) -> None:
    report(patient, "deceased")
    due = patient.task("bereavement").due
    report(patient, "death-corrected", "2027-02-20T08:00-05:00")
    assert patient.task("bereavement").due == due


def test_the_same_day_told_again_changes_nothing(patient: Patient) -> None:
    report(patient, "deceased", "2027-03-03T22:00-05:00")
    assert report(patient, "death-corrected", "2027-03-03T08:00-05:00").code == "already-known"
    died = patient.journey.died
    report(patient, "deceased", "2027-03-01T08:00-05:00")
    assert patient.journey.died == died, "another date is a correction, and said as one"
    assert [e.kind for e in patient.entries].count("died") == 1


def test_reminders_that_were_given_are_not_given_again(patient: Patient) -> None:
    report(patient, "deceased")
    tell_others(patient)
    contact(patient)
    patient.until(patient.task("bereavement").due - 86_400)
    report(patient, "death-corrected", "2027-03-06T08:00-05:00")
    patient.until(patient.now + 3 * 86_400)
    keys = [message.key for message in patient.messages]
    assert len(set(keys)) == len(keys)
    reminded = [e for e in patient.entries if e.kind == "task-reminded"]
    assert len(reminded) == 2  # at half of the time and at four fifths of it


def test_a_patient_who_lives_is_looked_at_pathway_by_pathway(patient: Patient) -> None:
    """The death was another's: nothing is taken up by itself, a person decides."""
    patient.enroll(course("other"), PatientProfile(born="1940-05-01", caregiver=True))
    report(patient, "deceased")
    assert report(patient, "death-retracted").code == "death-retracted"
    asked = [t for t in patient.journey.tasks.values() if t.kind == "referral"]
    assert [t.sources[0].pathway for t in asked] == ["demo", "other"]
    assert all(t.due == at("2027-03-05T23:59:59-05:00") for t in asked)
    assert not [t for t in patient.journey.tasks.values() if t.kind in AFTER_DEATH]
    assert patient.journey.enrollments["demo"].disposition == "deceased"
    ok(patient, Complete(patient.command(), NURSE, asked[0].id, "reopen"))
    ok(patient, Complete(patient.command(), NURSE, asked[1].id, "not-needed"))
    assert patient.journey.enrollments["demo"].status == "active"
    assert patient.journey.enrollments["other"].status == "discharged"
    assert patient.journey.patient is not None
    assert not patient.journey.patient.deceased


def test_a_closed_journey_hears_that_the_date_or_the_death_was_wrong() -> None:
    patient = Patient()
    patient.enroll(course())
    report(patient, "deceased")
    tell_others(patient)
    assert patient.journey.status == "closed"
    assert report(patient, "death-corrected", "2026-11-20T08:00-05:00").status == "applied"
    assert patient.journey.status == "closed"
    assert report(patient, "death-retracted").status == "applied"
    assert patient.journey.status == "closing"
    assert patient.task("referred-again").kind == "referral"


@pytest.mark.parametrize("event", ["death-corrected", "death-retracted"])
def test_who_has_not_died_has_no_death_to_correct(patient: Patient, event: str) -> None:
    assert report(patient, event).code == "not-deceased"


def test_of_the_dead_nothing_else_is_reported(patient: Patient) -> None:
    """A late message of a hospital begins no episode."""
    report(patient, "deceased")
    assert report(patient, "discharged").code == "deceased"


def test_a_contact_set_aside_is_the_last(patient: Patient) -> None:
    report(patient, "deceased")
    ok(patient, Vary("v", SOCIAL, patient.task("bereavement").id, "moved abroad"))
    tell_others(patient)
    assert patient.journey.status == "closed"
