"""Messages about hospital stays: doubled, out of order, taken back (B15, B16); readmission (X5)."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.compiled import DataElement, Episodes, Rule
from pathways.journey.effects import Answer
from pathways.journey.events import Complete, Report
from pathways.journey.lookback.past_state import Episode
from pathways.spans import Span
from tests.kernel.building import NURSE, Patient, at, human, pathway, stage

DAY = 86_400
DATA = {
    "left": DataElement(name="left", type="date"),
    "again": DataElement(name="again", type="boolean"),
    "contact": DataElement(name="contact", type="choice", options=("reached", "no-answer")),
}
EPISODES = Episodes(
    again="discharged",
    after=("readmitted", "to-facility"),
    date="left",
    readmission="again",
    waits=("facility",),
    packet="coordinator",
    anew=("contact",),
    notice="case-manager",
)
READMITTED = Rule(id="readmitted", on="admitted", do=None, go="discharge", disposition="readmitted")
OVERLAP = Rule(id="one-claim", on="transition-periods-overlap", do=human("one-claim"))


def transition(**more: Any) -> Any:
    return pathway(
        stage(
            "first-days",
            "assessment",
            human("contact", due=Span(2, "business-day"), collect=("contact",)),
            human("packet", "transition"),
            human("welcome", when=["=", ["value", "contact"], "reached"]),
        ),
        rules=(READMITTED, OVERLAP),
        name="transition",
        data=DATA,
        episodes=EPISODES,
        **more,
    )


def community(**more: Any) -> Any:
    return pathway(
        stage(
            "follow",
            "follow-up",
            human("call", every=Span(1, "week")),
            human("year", due=Span(300, "day")),
            go="discharge",
        ),
        name="community",
        **more,
    )


@pytest.fixture
def patient() -> Patient:
    patient = Patient(now=at("2026-11-24T14:30-05:00"))
    patient.enroll(transition())
    return patient


def tell(
    patient: Patient,
    event: str,
    visit: str = "",
    ago: int = 0,
    *,
    dated: bool = True,
    **details: str,
) -> Answer:
    when = patient.now - ago
    answer = patient.apply(
        Report(patient.command(), NURSE, event, when, details=details, visit=visit, dated=dated)
    ).answer
    assert answer is not None
    return answer


def on(patient: Patient, text: str) -> None:
    patient.until(at(text))


def episodes(patient: Patient) -> list[tuple[int, int, str]]:
    return [(e.number, e.after, e.disposition) for e in patient.journey.episodes]


def steps(patient: Patient) -> set[str]:
    return {t.sources[0].step for t in patient.journey.tasks.values()}


def readmit(patient: Patient) -> None:
    """Home on 24 November, in hospital from 3 to 7 December."""
    tell(patient, "discharged", "V1")
    on(patient, "2026-12-03T02:10-05:00")
    tell(patient, "admitted", "V2")
    on(patient, "2026-12-07T16:00-05:00")
    tell(patient, "discharged", "V2", to="home")


# -- readmission (X5, S1) ----------------------------------------------------------------------


def test_the_next_discharge_begins_a_new_episode_linked_to_the_old_one(patient: Patient) -> None:
    readmit(patient)
    assert episodes(patient) == [(1, 0, "readmitted"), (2, 1, "")]
    first, second = patient.journey.episodes
    assert (first.visit, second.visit) == ("V1", "V2")
    mine = patient.journey.enrollments["transition"]
    assert (mine.status, mine.referred) == ("active", patient.now)
    assert patient.task("contact").due == at("2026-12-09T23:59:59-05:00")


def test_what_was_open_is_cancelled_as_readmitted(patient: Patient) -> None:
    task = patient.task("contact").id
    readmit(patient)
    assert (patient.rows[task].status, patient.rows[task].outcome) == ("cancelled", "readmitted")
    chased = [e for e in patient.entries if e.params.get("task") == task and e.kind[:6] == "task-e"]
    assert [e.at < at("2026-12-03T02:10-05:00") for e in chased] == [True] * len(chased)


def test_the_thirty_days_are_told_for_each_episode(patient: Patient) -> None:
    """T5, S1: to 23 December, then to 5 January."""
    readmit(patient)
    ends = [e.params["until"] for e in patient.entries if e.kind == "episode-begun"]
    assert ends == [at("2026-12-23T23:59:59-05:00"), at("2027-01-05T23:59:59-05:00")]


def test_overlapping_periods_are_for_the_biller_and_not_two_claims(patient: Patient) -> None:
    readmit(patient)
    assert patient.task("one-claim")


def test_periods_that_do_not_overlap_are_nobodys_concern(patient: Patient) -> None:
    tell(patient, "discharged", "V1")
    on(patient, "2026-12-20T02:10-05:00")
    tell(patient, "admitted", "V2")
    on(patient, "2026-12-24T16:00-05:00")
    tell(patient, "discharged", "V2", to="home")
    assert "one-claim" not in steps(patient)
    assert episodes(patient) == [(1, 0, "readmitted"), (2, 1, "")]


def test_the_day_of_the_discharge_and_the_readmission_are_known(patient: Patient) -> None:
    readmit(patient)
    facts = patient.journey.facts
    assert [f.value for f in facts["left"]] == ["2026-12-07", "2026-11-24"]
    assert facts["again"][0].value is True


@pytest.mark.parametrize(("day", "verdict"), [("2026-12-24", True), ("2026-12-25", False)])
def test_day_30_counts_and_day_31_does_not(patient: Patient, day: str, verdict: bool) -> None:
    """B7."""
    tell(patient, "discharged", "V1")
    on(patient, f"{day}T23:00-05:00")
    tell(patient, "admitted", "V2")
    on(patient, "2026-12-28T10:00-05:00")
    tell(patient, "discharged", "V2", to="home")
    assert patient.journey.facts["again"][0].value is verdict


def test_a_new_episode_asks_anew_what_the_old_one_knew(patient: Patient) -> None:
    from pathways.journey.events import Reading

    tell(patient, "discharged", "V1")
    reached = (Reading("contact", "reached", 0),)
    patient.apply(Complete("c", NURSE, patient.task("contact").id, values=reached))
    assert "welcome" in steps(patient)
    on(patient, "2026-12-03T02:10-05:00")
    tell(patient, "admitted", "V2")
    on(patient, "2026-12-07T16:00-05:00")
    tell(patient, "discharged", "V2", to="home")
    assert steps(patient) == {"contact", "packet", "one-claim", "admission-in-chart"}


def test_the_journey_waits_for_the_discharge_though_nobody_is_enrolled(patient: Patient) -> None:
    tell(patient, "admitted", "V2")
    on(patient, "2026-11-26T10:00-05:00")
    notice = patient.task("admission-in-chart")
    assert notice.due == at("2026-11-26T23:59:59-05:00")
    patient.apply(Complete("c", NURSE, notice.id))
    assert patient.journey.status == "closing"
    tell(patient, "discharged", "V2", to="home")
    assert patient.journey.enrollments["transition"].status == "active"


def test_somebody_asks_when_no_discharge_is_heard_of(patient: Patient) -> None:
    """I9: and may stop waiting, which closes the journey."""
    tell(patient, "admitted", "V2")
    patient.apply(Complete("c", NURSE, patient.task("admission-in-chart").id))
    patient.until(patient.now + 31 * DAY)
    manager = Complete("s", NURSE, patient.task("stay").id, "stop")
    patient.apply(
        Complete(manager.command, type(NURSE)("m", "nurse-manager"), manager.task, manager.outcome)
    )
    assert patient.journey.status == "closed"


def test_the_others_are_suspended_and_what_was_meant_for_home_is_cancelled(
    patient: Patient,
) -> None:
    patient.enroll(community(episodes=Episodes(cancels=("call",))))
    call, year = patient.task("call").id, patient.task("year").id
    on(patient, "2026-11-26T02:10-05:00")
    tell(patient, "admitted", "V2")
    assert (patient.rows[call].status, patient.rows[call].outcome) == ("cancelled", "readmitted")
    assert patient.journey.enrollments["community"].status == "held"
    assert year in patient.journey.tasks
    on(patient, "2026-11-30T10:00-05:00")
    tell(patient, "discharged", "V2", to="home")
    assert patient.task("call").opened == patient.now  # it comes up again


def test_word_of_the_admission_is_not_suspended(patient: Patient) -> None:
    """S1: in the chart by Saturday, whatever is on hold."""
    patient.enroll(community(episodes=Episodes(notice="case-manager")))
    on(patient, "2026-12-03T02:10-05:00")
    tell(patient, "admitted", "V2")
    on(patient, "2026-12-06T10:00-05:00")
    assert patient.task("admission-in-chart").level == 1


# -- doubled, out of order, taken back (B16) ---------------------------------------------------


def test_the_same_discharge_twice_is_one_episode(patient: Patient) -> None:
    tell(patient, "discharged", "V1")
    assert tell(patient, "discharged", "V1").code == "already-known"
    readmit(patient)
    assert tell(patient, "discharged", "V2", to="home").code == "already-known"
    assert episodes(patient) == [(1, 0, "readmitted"), (2, 1, "")]


def test_who_tells_it_again_and_does_not_say_when_moves_nothing(patient: Patient) -> None:
    """Given a stay that two people report as they hear of it, with its number or without, then it
    began and ended when the first said."""
    readmit(patient)
    known, episode = patient.journey.stays, patient.journey.episodes[-1]
    for visit in ("V2", ""):
        patient.until(patient.now + 3600)
        assert tell(patient, "discharged", visit, dated=False, to="home").code == "already-known"
    on(patient, "2026-12-10T09:00-05:00")
    tell(patient, "admitted", "V3")
    for visit in ("V3", ""):
        patient.until(patient.now + 3600)
        assert tell(patient, "admitted", visit, dated=False).code == "already-known"
    assert patient.journey.stays[: len(known)] == known
    assert patient.journey.episodes[-1].discharged == episode.discharged
    assert patient.journey.stays[-1].admitted == at("2026-12-10T09:00-05:00")


def test_who_is_said_to_be_home_days_later_was_in_hospital_again(patient: Patient) -> None:
    """Without a number and a time, it is the stay that is known for a day only."""
    readmit(patient)
    patient.until(patient.now + 2 * DAY)
    tell(patient, "discharged", dated=False)
    assert patient.journey.stays[-1].discharged == patient.now


def test_a_discharge_taken_back_and_told_again_is_one_episode_with_the_new_time(
    patient: Patient,
) -> None:
    """B16: A03 twice, A13, A03."""
    readmit(patient)
    tell(patient, "discharged", "V2", to="home")
    patient.until(patient.now + 3600)
    tell(patient, "discharge-cancelled", "V2")
    assert patient.journey.hospital
    assert patient.journey.enrollments["transition"].disposition == "discharge-cancelled"
    assert episodes(patient)[1] == (2, 1, "discharge-cancelled")
    on(patient, "2026-12-09T11:00-05:00")
    tell(patient, "discharged", "V2", to="home")
    assert episodes(patient) == [(1, 0, "readmitted"), (2, 1, "")]
    assert patient.journey.episodes[1].discharged == patient.now
    assert patient.task("contact").due == at("2026-12-11T23:59:59-05:00")
    assert patient.journey.facts["left"][0].value == "2026-12-09"


def test_the_first_discharge_can_be_taken_back_too(patient: Patient) -> None:
    tell(patient, "discharged", "V1")
    packet = patient.task("packet").id
    patient.apply(Complete("p", NURSE, packet))
    patient.until(patient.now + 3600)
    tell(patient, "discharge-cancelled", "V1")
    assert steps(patient) == {"packet-superseded"}
    on(patient, "2026-11-26T10:00-05:00")
    tell(patient, "discharged", "V1", to="home")
    assert [(e.number, e.disposition) for e in patient.journey.episodes] == [(1, "")]


def test_a_discharge_that_arrives_before_its_admission_is_settled_by_time(
    patient: Patient,
) -> None:
    tell(patient, "discharged", "V1")
    on(patient, "2026-12-07T16:00-05:00")
    tell(patient, "discharged", "V2", to="home")
    assert episodes(patient) == [(1, 0, "readmitted"), (2, 1, "")]
    tell(patient, "admitted", "V2", ago=4 * DAY)
    assert not patient.journey.hospital
    assert patient.journey.facts["again"][0].value is True
    stay = patient.journey.stays[-1]
    assert stay.discharged - stay.admitted == 4 * DAY
    assert len(patient.journey.episodes) == 2


def test_an_admission_taken_back_suspends_nothing(patient: Patient) -> None:
    patient.enroll(community())
    tell(patient, "discharged", "V1")
    on(patient, "2026-12-03T02:10-05:00")
    tell(patient, "admitted", "V2")
    patient.until(patient.now + 3600)
    tell(patient, "admission-cancelled", "V2")
    assert not patient.journey.hospital
    assert {e.status for e in patient.journey.enrollments.values()} == {"active"}
    assert episodes(patient) == [(1, 0, "")]
    assert [s.visit for s in patient.journey.stays] == ["V1"]


def test_two_numbers_of_one_visit_are_one_stay(patient: Patient) -> None:
    """A40."""
    tell(patient, "discharged", "V1")
    on(patient, "2026-12-03T02:10-05:00")
    tell(patient, "admitted", "V2")
    on(patient, "2026-12-07T16:00-05:00")
    tell(patient, "discharged", "V2B", to="home")
    tell(patient, "visit-merged", "V2B", into="V2")
    assert [s.visit for s in patient.journey.stays] == ["V1", "V2"]
    assert not patient.journey.hospital
    assert tell(patient, "visit-merged", "V2B", into="V2").code == "already-known"


def test_another_time_of_a_known_discharge_revises_the_episode(patient: Patient) -> None:
    readmit(patient)
    patient.until(patient.now + DAY)
    tell(patient, "discharged", "V2", ago=DAY + 3600, to="home")
    assert len(patient.journey.episodes) == 2
    assert patient.journey.episodes[1].discharged == patient.now - DAY - 3600


@pytest.mark.parametrize("event", ["discharge-cancelled", "admission-cancelled", "visit-changed"])
def test_what_was_never_reported_cannot_be_taken_back(patient: Patient, event: str) -> None:
    assert tell(patient, event, "V9").code == "no-such-visit"


# -- to a facility (B15) -----------------------------------------------------------------------


def test_who_goes_on_to_a_facility_is_waited_for_and_the_packet_goes_there_now(
    patient: Patient,
) -> None:
    tell(patient, "discharged", "V1")
    on(patient, "2026-12-03T02:10-05:00")
    tell(patient, "admitted", "V2")
    on(patient, "2026-12-07T09:00-05:00")
    tell(patient, "discharged", "V2", to="facility")
    packet = patient.task("packet-to-facility")
    assert (packet.owner, packet.due) == ("coordinator", patient.now + 4 * 3600)
    assert episodes(patient) == [(1, 0, "readmitted")]
    assert "episode-waits" in patient.kinds()
    on(patient, "2026-12-20T09:00-05:00")
    tell(patient, "discharged", "S1", to="home")
    assert episodes(patient) == [(1, 0, "readmitted"), (2, 1, "")]


def test_a_running_episode_waits_when_the_patient_turns_out_to_be_in_a_facility(
    patient: Patient,
) -> None:
    tell(patient, "discharged", "V1", to="home")
    patient.until(patient.now + 3600)
    tell(patient, "visit-changed", "V1", to="facility")
    assert patient.journey.enrollments["transition"].disposition == "to-facility"
    assert steps(patient) == {"packet-to-facility"}


def test_death_ends_the_waiting(patient: Patient) -> None:
    tell(patient, "admitted", "V2")
    tell(patient, "deceased")
    assert patient.journey.status == "closed"


def test_a_pathway_without_episodes_knows_nothing_of_them() -> None:
    patient = Patient(now=at("2026-11-24T14:30-05:00"))
    patient.enroll(community())
    tell(patient, "admitted")
    on(patient, "2026-11-26T10:00-05:00")
    tell(patient, "discharged")
    assert patient.journey.episodes == ()
    assert patient.journey.enrollments["community"].status == "active"


def test_episodes_are_kept_as_they_were(patient: Patient) -> None:
    """S1: the history of the first is not lost."""
    readmit(patient)
    first = patient.journey.episodes[0]
    assert first == Episode(
        "transition",
        1,
        at("2026-11-24T14:30-05:00"),
        at("2026-11-24T14:30-05:00"),
        "V1",
        0,
        at("2026-12-03T02:10-05:00"),
        "readmitted",
    )
