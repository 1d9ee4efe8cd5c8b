"""Who is known, and the queue of uncertain referrals, on both databases (X7)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from activities.records import identities, match_rows, people
from pathways.identity.traits import Traits, traits


def hana(**more: Any) -> Traits:
    known = {
        "given": "Hana",
        "family": "K.",
        "born": "1993-02-01",
        "phone": "312 555 0142",
        "identifiers": ("mrn-1",),
    }
    return traits(**(known | more))


PLAN = traits(name="Hanna Kay", born="1993-02-01", phone="3125550142", identifiers=("plan-7",))
A, B = "j-a", "j-b"


@pytest.fixture
def known(records: Engine) -> Engine:
    """Hana K. is a patient."""
    assert identities.arrive(records, hana(), A, "s1") == identities.Found(A, fresh=True)
    return records


def question(status: str = "open") -> match_rows.Asked:
    return match_rows.Asked("m-1", A, B, "same birth date and phone", "", 100, status)


def referral(command: str = "c-1") -> match_rows.Waiting:
    return match_rows.Waiting(
        command, B, "hanna.json", "{...}", ("d1",), 90, "the plan", "n1", "nurse", 100
    )


def test_a_known_number_leads_to_the_journey_it_belongs_to(known: Engine) -> None:
    """Another number of hers in the same bundle is hers too, from then on."""
    both = hana(identifiers=("mrn-1", "plan-7"))
    assert identities.arrive(known, both, B, "s2") == identities.Found(A)
    assert identities.arrive(known, PLAN, B, "s3") == identities.Found(A)


def test_a_likeness_links_nobody_and_claims_nothing(known: Engine) -> None:
    found = identities.arrive(known, PLAN, B, "s2")
    assert (found.journey, [journey for journey, _ in found.perhaps]) == ("", [A])
    assert identities.sources(known, B) == []


@pytest.mark.parametrize(
    "like",
    [
        hana(born="1993-01-02", phone="", identifiers=()),
        hana(born="1983-02-01", phone="", identifiers=()),
        hana(born="1993-01-01", phone="", identifiers=()),
        hana(born="1950-12-30", identifiers=()),
        hana(phone="", identifiers=()),
        hana(born="1950-12-30", phone="", given="Peter", family="Olsen"),
    ],
)
def test_the_index_finds_whoever_is_like(known: Engine, like: Traits) -> None:
    """Of the same year, the same day, the same telephone, or with the same number."""
    assert identities.arrive(known, like, B, "s2").perhaps


def test_somebody_else_is_somebody_else(known: Engine) -> None:
    other = traits(name="Sofia Lopez", born="1993-02-01", identifiers=("mrn-2",))
    assert identities.arrive(known, other, B, "s2") == identities.Found(B, fresh=True)
    assert identities.sources(known, B) == [other]


def test_who_was_told_apart_is_not_asked_about_again(known: Engine) -> None:
    match_rows.wait(known, referral(), [question()])
    assert match_rows.decide(known, "m-1", "other", "n1", "nurse", "a sister", 200)
    assert identities.arrive(known, PLAN, B, "s2") == identities.Found(B, fresh=True)
    assert identities.arrive(known, PLAN, B, "s2") == identities.Found(B)


def test_a_number_that_belongs_to_somebody_else_enrolls_nobody(known: Engine) -> None:
    """Her number with another birth date: asked; told apart, it is taken, not merged."""
    wrong = hana(given="Peter", born="1950-12-30", phone="")
    assert identities.arrive(known, wrong, A, "s2").perhaps
    match_rows.wait(known, referral(), [replace(question(), key=A)])
    match_rows.decide(known, "m-1", "other", "n1", "nurse", "", 200)
    assert identities.arrive(known, wrong, A, "s2") == identities.Found("", taken=True)
    assert identities.arrive(known, hana(), A, "s1") == identities.Found(A)


def test_confirmed_traits_are_certain_from_then_on(known: Engine) -> None:
    identities.keep(known, A, PLAN, "s2")
    assert identities.arrive(known, PLAN, B, "s2") == identities.Found(A)


def test_who_was_registered_before_traits_were_kept_is_known_by_the_number(
    records: Engine,
) -> None:
    people.register_person(records, people.PersonDetails(A, "patient", "Hana K."))
    assert identities.arrive(records, hana(), A, "s1") == identities.Found(A)


def test_two_sources_that_lead_to_two_patients_are_looked_at(known: Engine) -> None:
    other = hana(born="1993-02-01", identifiers=("mrn-2",), phone="")
    identities.keep(known, "j-c", other, "s2")
    both = hana(identifiers=("mrn-1", "mrn-2"))
    found = identities.arrive(known, both, A, "s3")
    assert sorted(journey for journey, _ in found.perhaps) == [A, "j-c"]


def test_nothing_is_left_of_an_arrival_that_came_to_nothing(known: Engine) -> None:
    identities.give_up(known, A)
    assert identities.arrive(known, PLAN, B, "s2") == identities.Found(B, fresh=True)


def test_an_erased_patient_is_known_by_nothing(known: Engine) -> None:
    people.forget_people(known, A)
    assert identities.sources(known, A) == []
    assert identities.arrive(known, PLAN, B, "s2").fresh


def test_two_referrals_of_one_new_person_at_once_make_one_case(address: str) -> None:
    """Given nobody is known, when two arrive at the same moment, then one claims a journey and
    the other is looked at, whichever is first."""
    from activities.records.database import open_records

    found: list[identities.Found] = []

    def come(told: Traits, key: str) -> None:
        engine = open_records(address, synchronous="NORMAL", busy_timeout=20)
        found.append(identities.arrive(engine, told, key, f"s-{key}"))
        engine.dispose()

    threads = [threading.Thread(target=come, args=one) for one in ((hana(), A), (PLAN, B))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(one.fresh) for one in found) == [False, True]
    assert sum(len(one.perhaps) for one in found) == 1


def test_a_question_is_asked_once_and_decided_once(records: Engine) -> None:
    first = match_rows.wait(records, referral(), [question()])
    assert match_rows.wait(records, referral("c-2"), [replace(question(), asked=500)]) == first
    match_rows.note_task(records, "m-1", "t7")
    assert [one.task for one in match_rows.matches(records)] == ["t7"]
    assert match_rows.decide(records, "m-1", "same", "n1", "nurse", "", 200)
    assert not match_rows.decide(records, "m-1", "other", "n2", "nurse", "", 300)
    decided = match_rows.match_of(records, "m-1")
    assert decided is not None
    assert (decided.status, decided.person, decided.decided) == ("same", "n1", 200)
    assert match_rows.matches(records) == []
    assert match_rows.matches(records, all_=True, key=B) == [decided]
    assert match_rows.match_of(records, "never") is None


def test_an_answered_referral_keeps_nothing_of_the_patient(records: Engine) -> None:
    match_rows.wait(records, referral(), [question()])
    match_rows.wait(records, replace(referral("c-2"), referred=50), [question()])
    assert [one.command for one in match_rows.waiting(records, B)] == ["c-2", "c-1"]
    match_rows.settle(records, "c-2", "linked", A, 300)
    assert [one.command for one in match_rows.waiting(records)] == ["c-1"]
    with records.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT bundle, file, status, journey FROM waiting_referrals WHERE command = 'c-2'"
        ).all()
    assert [tuple(row) for row in rows] == [("", "", "linked", A)]
    assert "hanna" not in repr(referral())
