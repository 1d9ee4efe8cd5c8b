"""Whether a referral is of a patient who is known: certain, uncertain or another person (X7)."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.identity.agreement import one_slip
from pathways.identity.likeness import Likeness, compare, of_person
from pathways.identity.traits import Traits, traits

MRN, PLAN = "mrn-1", "plan-7"
HANA = traits(
    given="Hana",
    family="K.",
    born="1993-02-01",
    sex="female",
    phone="+1 (312) 555-0142",
    email="hana@example.org",
    street="12 Elm St",
    postal="60614-1203",
    identifiers=(MRN,),
)


def told(**more: Any) -> Traits:
    """Hana as the health plan might know her: nothing but what is said here."""
    return traits(**more)


def test_s7_another_name_with_the_same_birth_date_and_phone_is_a_possible_duplicate() -> None:
    """S7: plan referral "Hanna Kay", same DOB and phone."""
    found = compare(HANA, told(name="Hanna Kay", born="1993-02-01", phone="312-555-0142"))
    assert found == Likeness("perhaps", ("birth date", "phone"), ("name",))
    assert found.sentence() == "same birth date and phone, similar name"


def test_the_same_identifier_is_certain() -> None:
    found = compare(HANA, told(given="Hana", family="Meyer", born="1993-02-01", identifiers=(MRN,)))
    assert found.verdict == "same"


@pytest.mark.parametrize(
    "odd",
    [
        {"given": "Hana", "family": "K.", "born": "1963-05-11"},
        {"given": "Hana", "family": "K.", "born": "1993-01-02"},
        {"given": "Peter", "family": "Olsen", "born": "1993-02-01"},
        {"given": "Mia", "family": "K.", "born": "1993-02-01"},
    ],
)
def test_the_same_identifier_with_another_birth_date_or_person_is_looked_at(
    odd: dict[str, Any],
) -> None:
    """A number typed wrong, or a plan's number that a family shares (twins!), merges nobody."""
    found = compare(HANA, traits(**odd, identifiers=(MRN,)))
    assert found.verdict == "perhaps"


@pytest.mark.parametrize(
    "like",
    [
        {"given": "Hana", "family": "K.", "born": "1993-02-01"},
        {"given": "Hana", "family": "Kay", "born": "1993-01-02"},
        {"given": "Hanna", "family": "K", "born": "1993-01-01"},
        {"given": "K", "family": "Hana", "born": "1993-02-07"},
        {"name": "Sofia Kay", "born": "1993-02-01", "email": "HANA@example.org"},
        {"name": "Ana Kay", "born": "1993-02-01", "street": "12 Elm St.", "postal": "60614"},
        {"name": "Hana Kay", "born": "1968-12-30", "phone": "3125550142"},
    ],
)
def test_two_signs_send_a_referral_to_a_person(like: dict[str, Any]) -> None:
    assert compare(HANA, traits(**like)).verdict == "perhaps"


@pytest.mark.parametrize(
    "unlike",
    [
        {"name": "Sofia Lopez", "born": "1993-02-01"},
        {"name": "Marek Kay", "born": "1991-07-30", "phone": "312 555 0142"},
        {"given": "Hana", "family": "K.", "born": "1968-12-30"},
        {"name": "Sofia Lopez", "born": "1993-01-02", "phone": "312 555 0142"},
        {"name": "Sofia Lopez"},
    ],
)
def test_one_sign_is_another_person(unlike: dict[str, Any]) -> None:
    """A husband has her telephone, many have her birthday."""
    assert compare(HANA, traits(**unlike)).verdict == "other"


def test_case_accents_and_punctuation_do_not_tell_people_apart() -> None:
    one = traits(given="José-Luis", family="O'Neill", born="1950-01-02")
    other = traits(given="JOSE LUIS", family="ONEILL", born="1950-01-02")
    assert compare(one, other).agrees == ("birth date", "name")


def test_names_in_other_scripts_are_compared() -> None:
    one = traits(name="王 小明", born="1950-01-02")
    assert compare(one, traits(name="王 小明", born="1950-01-02")).verdict == "perhaps"
    assert compare(one, traits(name="李 大海", born="1950-01-02")).verdict == "other"


def test_twins_go_to_a_person_and_are_never_merged() -> None:
    """Same birthday, same telephone, same family name, another given name."""
    twin = traits(given="Mia", family="K.", born="1993-02-01", phone="312-555-0142")
    assert compare(HANA, twin).verdict == "perhaps"


def test_a_part_of_an_address_or_a_number_is_nothing() -> None:
    one = traits(name="Hana K", phone="0142", postal="60614")
    assert (one.phone, one.address) == ("", "")


def test_of_several_sources_of_one_person_the_closest_speaks() -> None:
    """Whom a person confirmed under another number is certain under it from then on."""
    plan = told(name="Hanna Kay", born="1993-02-01", identifiers=(PLAN,))
    again = told(name="Hanna Kay", born="1993-02-01", identifiers=(PLAN,))
    assert compare(HANA, again).verdict == "perhaps"
    assert of_person((HANA, plan), again).verdict == "same"
    assert of_person((), again).verdict == "other"


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("hana", "hanna", True),
        ("marta", "maria", True),
        ("steven", "stevne", True),
        ("anna", "anna", True),
        ("kim", "kam", True),
        ("steven", "stephen", False),
        ("maria", "airam", False),
        ("abcd", "badc", False),
    ],
)
def test_a_slip_of_the_pen_is_one_letter(one: str, other: str, slip: bool) -> None:
    assert one_slip(one, other) is slip
    assert one_slip(other, one) is slip


def test_traits_show_nothing_of_themselves() -> None:
    """I8: no log and no error can quote them."""
    assert repr(HANA) == "Traits(...)"
