"""Two pathways of one patient: what they do twice, what they decide against each other."""

from __future__ import annotations

import pytest

from pathways.language.report import render
from pathways.proving import Proof, prove_together, subject_of
from tests.proving.proving import calendar, compiled, differences, proofs

HEAD = """\
language: 1
pathway: {name}
version: "1"
title: The pathway {name}
conditions: {{icd10: [{code}]}}
evidence:
  - {{id: guide, cite: "A guideline, 2026"}}
roles: [case-manager, nurse-manager]
data:
  sbp: {{label: Systolic blood pressure, type: quantity, unit: "mm[Hg]", range: [40, 300]}}
  tier: {{label: Tier, type: choice, options: [low, high]}}
{data}goals:
  - {{id: {name}-pressure, aim: {aim}, evidence: guide}}
stages:
  - stage: assessment
    evidence: guide
    steps:
      - id: look
        assess: {{collect: [sbp]{instruments}}}
        due: 7 days
{same}      - id: decide
        after: look
        decide:
          table:
{table}  - stage: follow-up
    evidence: guide
    steps:
{follow}"""
LAST = "      - {id: call, task: {by: case-manager}, due: 7 days, same: call}\n"
TIERS = """\
            - {{when: sbp > {limit}, set: {{tier: high}}}}
            - {{set: {{tier: low}}}}
"""
WHEN = """\
      - id: visit
        when: sbp {when}
        schedule: {{service: lab}}
        same: {same}
"""


def pathway(
    name: str,
    *,
    aim: str = "sbp < 130",
    data: str = "",
    instruments: str = "",
    same: str = "",
    table: str = "            - {set: {tier: low}}\n",
    follow: str = LAST,
) -> str:
    code = {"a": "E11", "b": "I10"}[name]
    return HEAD.format(
        name=name,
        code=code,
        aim=aim,
        data=data,
        instruments=instruments,
        same=same,
        table=table,
        follow=follow,
    )


def found(a: str, b: str) -> tuple[Proof, ...]:
    """The findings about the pair; each pathway alone is in order."""
    assert proofs(a) == proofs(b) == ()
    subjects = [
        subject_of(compiled(one, f"{name}.yaml"), calendar()) for name, one in (("a", a), ("b", b))
    ]
    return prove_together([one for one in subjects if one is not None])


def only(a: str, b: str) -> Proof:
    proof, *others = found(a, b)
    assert not others, [other.issue for other in others]
    return proof


def fares_badly(proof: Proof, a: str, b: str) -> bool:
    return proof.patient is not None and bool(differences(proof.patient, a, b))


def test_pathways_that_agree_have_no_findings() -> None:
    assert found(pathway("a"), pathway("b")) == ()


def test_one_name_with_two_units_keeps_a_patient_from_both() -> None:
    a = pathway("a", data="  weight: {type: quantity, unit: kg, range: [20, 400]}\n")
    b = pathway("b", data='  weight: {type: quantity, unit: "[lb_av]", range: [40, 900]}\n')
    proof = only(a, b)
    assert render([proof.issue], {"a.yaml": a, "b.yaml": b}) == (
        "b.yaml:12:3 data-conflict\n"
        '  "weight" has another unit in "a": a patient cannot be on both.\n'
        '    12 |   weight: {type: quantity, unit: "[lb_av]", range: [40, 900]}\n'
        "       |   ^\n"
        "  a.yaml:12:3: It is declared here.\n"
        "  Make them alike, or rename one.\n"
    )
    assert fares_badly(proof, a, b)


def test_a_questionnaire_that_both_ask_for_is_found_unless_it_is_shared() -> None:
    a = pathway("a", instruments=", instruments: [phq-2]")
    b = pathway("b", instruments=", instruments: [phq-2]", same="        same: mood\n")
    proof = only(a, b)
    assert proof.issue.code == "duplicate-instrument"
    assert proof.issue.severity == "warning"
    assert proof.issue.message == (
        'A patient on both pathways is asked for "phq-2" twice when both ask at the same time.'
    )
    assert fares_badly(proof, a, b)
    shared = pathway("a", instruments=", instruments: [phq-2]", same="        same: mood\n")
    assert found(shared, b) == ()


BOOKED = "      - id: visit\n        schedule: {service: lab}\n"


def test_an_appointment_that_both_book_is_found_unless_it_is_shared() -> None:
    a = pathway("a", follow=LAST + BOOKED + "        same: lab-a\n")
    b = pathway("b", follow=LAST + BOOKED + "        same: lab-b\n")
    proof = only(a, b)
    assert proof.issue.code == "duplicate-order"
    assert fares_badly(proof, a, b)
    assert found(pathway("a", follow=LAST + BOOKED), pathway("b", follow=LAST + BOOKED)) == ()


def test_appointments_of_patients_that_have_nothing_in_common_are_no_duplicates() -> None:
    low = LAST + WHEN.format(when="< 100", same="lab-a")
    high = LAST + WHEN.format(when="> 140", same="lab-b")
    assert found(pathway("a", follow=low), pathway("b", follow=high)) == ()


def test_one_element_decided_otherwise_for_the_same_patient_is_found() -> None:
    a = pathway("a", table=TIERS.format(limit=140))
    b = pathway("b", table=TIERS.format(limit=160))
    proof = only(a, b)
    assert proof.issue.code == "contradictory-orders"
    assert '"tier" is decided here, and otherwise by "decide" of "a"' in proof.issue.message
    assert proof.patient is not None
    assert found(a, pathway("b", table=TIERS.format(limit=140))) == ()


def test_two_services_under_one_name_are_found() -> None:
    a = pathway("a", follow=LAST + "      - {id: x, schedule: {service: lab}, same: visit}\n")
    b = pathway("b", follow=LAST + "      - {id: x, schedule: {service: eye}, same: visit}\n")
    proof = only(a, b)
    assert proof.issue.code == "contradictory-orders"
    assert proof.issue.message == (
        '"visit" is "eye" here and "lab" in "a": only one of them is booked.'
    )


def test_goals_that_nobody_can_meet_together_are_found() -> None:
    a, b = pathway("a", aim="sbp < 130"), pathway("b", aim="sbp >= 140 and sbp < 180")
    proof = only(a, b)
    assert proof.issue.code == "contradictory-goals"
    assert fares_badly(proof, a, b)
    assert found(a, pathway("b", aim="sbp >= 110 and sbp < 180")) == ()


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_counting_readings_in_one_pathway_contradicts_no_goal_of_one_that_counts_none(
    names: tuple[str, str],
) -> None:
    """A patient on both keeps as many readings as the one that counts them asks for."""
    many = "'count-at-least(sbp, 90, \"30 days\") >= 24'"
    sources = {"a": pathway("a", aim=many), "b": pathway("b", aim="sbp < 130")}
    assert found(*(sources[name] for name in names)) == ()


CALLS = """\
      - id: calls
        task: {{by: case-manager}}
        due: 1 day
        every: {every}
        times: 40
        same: {same}
"""


def test_more_contacts_than_a_patient_can_bear_are_found_unless_they_are_shared() -> None:
    a = pathway("a", follow=LAST + CALLS.format(every="3 days", same="calls-a"))
    b = pathway("b", follow=LAST + CALLS.format(every="4 days", same="calls-b"))
    proof = only(a, b)
    assert (proof.issue.code, proof.issue.severity) == ("over-contact", "warning")
    assert "contacted 18 times in 30 days" in proof.issue.message
    assert fares_badly(proof, a, b)
    alike = b.replace("calls-b", "calls-a")
    assert found(a, alike) == ()


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_the_order_of_the_pathways_does_not_matter(names: tuple[str, str]) -> None:
    sources = {"a": pathway("a", aim="sbp < 130"), "b": pathway("b", aim="sbp > 140")}
    proof = only(*(sources[name] for name in names))
    assert proof.issue.code == "contradictory-goals"
