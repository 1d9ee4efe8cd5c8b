"""Contacts: what the compiler knows of them without being told, and what a file may say."""

from __future__ import annotations

import pytest

from pathways.canonical import canonical
from pathways.compiled import CompiledPathway, Step, contact_of
from pathways.language.compiling import compile_pathway
from pathways.spans import Span
from pathways.undone import AS_USUAL, UNABLE_TO_REACH, Unreachable
from tests.language.shelf import small_shelf

HEAD = """\
language: 1
pathway: sample
version: "1"
title: A sample
roles: [case-manager, nurse-manager, pharmacist]
data:
  smoker: {type: boolean}
"""
OWN_LETTER = """\
messages:
  unable-to-reach:
    en: {subject: Our own words, body: "Dear {{ recipient.name }}, {{ step.title }}."}
"""


def compiled(steps: str, head: str = HEAD, rules: str = "") -> CompiledPathway:
    text = f"{head}stages:\n  - stage: assessment\n    steps:\n{steps}{rules}"
    result = compile_pathway(text, "sample.yaml", small_shelf())
    assert result.pathway is not None, result.issues
    return result.pathway


def step(fields: str) -> Step:
    return compiled(f"      - {{id: call, due: 7 days, {fields}}}\n").stages[0].steps[0]


@pytest.mark.parametrize(
    ("fields", "whom"),
    [
        ("assess: {collect: [smoker]}", "patient"),
        ("assess: {collect: [smoker], contact: caregiver}", "caregiver"),
        ("educate: {topic: Feet}", "patient"),
        ("educate: {topic: Feet, contact: caregiver}", "caregiver"),
        ("task: {contact: patient}", "patient"),
        ("task: {contact: caregiver}", "caregiver"),
        ("task: {}", ""),
        ("plan: {}", ""),
        ("refer: {service: shoes}", ""),
        ("reconcile: {}", ""),
    ],
)
def test_whom_a_step_reaches_is_said_by_its_verb_or_by_contact(fields: str, whom: str) -> None:
    assert contact_of(step(fields)) == whom


@pytest.mark.parametrize(
    "fields", ["assess: {collect: [smoker]}", "assess: {collect: [smoker], contact: patient}"]
)
def test_the_usual_is_left_out_so_that_digests_stay(fields: str) -> None:
    """Given a contact whose file says nothing of it, then its compiled form says nothing either."""
    found = step(fields)
    assert found.unreachable is AS_USUAL
    assert b"unreachable" not in canonical(found)
    assert b"contact" not in canonical(found)


@pytest.mark.parametrize(
    "written", ["{}", "{attempts: 3}", "{again: 2 business days}", "{message: unable-to-reach}"]
)
def test_the_usual_written_out_is_the_usual(written: str) -> None:
    assert step(f"task: {{contact: patient}}, unreachable: {written}").unreachable is AS_USUAL


def test_what_a_file_says_takes_the_place_of_the_usual() -> None:
    steps = """\
      - id: call
        task: {contact: patient}
        due: 7 days
        unreachable: {attempts: 2, again: 1 week, message: none, start: visit, inform: pharmacist}
      - {id: visit, task: {}, due: 7 days, after: call}
"""
    found = compiled(steps).stages[0].steps[0].unreachable
    assert found == Unreachable(2, Span(1, "week"), "", ("visit",), "pharmacist")


def test_a_pathway_with_a_contact_carries_the_letter_and_one_without_does_not() -> None:
    """A digest of a pathway without contacts does not depend on the letter's words."""
    call = "      - {id: call, task: {contact: patient}, due: 7 days}\n"
    desk = "      - {id: call, task: {}, due: 7 days}\n"
    assert "en" in compiled(call).messages[UNABLE_TO_REACH]
    assert UNABLE_TO_REACH not in compiled(desk).messages
    own = compiled(call, HEAD + OWN_LETTER).messages[UNABLE_TO_REACH]["en"]
    assert own.subject == "Our own words"


def test_a_letter_that_only_unreachable_sends_is_not_unused() -> None:
    text = (
        HEAD
        + OWN_LETTER.replace(UNABLE_TO_REACH, "call-us")
        + "stages:\n  - stage: assessment\n    steps:\n"
        + "      - {id: call, task: {contact: patient}, due: 7 days, unreachable: {message: %s}}\n"
    )
    sent = compile_pathway(text % "call-us", "sample.yaml", small_shelf())
    assert [issue.code for issue in sent.issues] == []
    unsent = compile_pathway(text % "none", "sample.yaml", small_shelf())
    assert [issue.code for issue in unsent.issues] == ["unused"]


def test_a_rule_may_reach_out_too() -> None:
    rules = """\
rules:
  - id: fallen
    on: fall
    task: {by: case-manager, contact: caregiver, title: Call about the fall, due: 1 day}
    unreachable: {attempts: 1}
"""
    do = compiled("      - {id: call, task: {}, due: 7 days}\n", rules=rules).rules[0].do
    assert do is not None
    assert (do.contact, do.unreachable) == ("caregiver", Unreachable(1))


def test_a_site_may_set_how_often_and_how_far_apart() -> None:
    head = (
        HEAD
        + """\
parameters:
  tries: {label: Attempts to reach a patient, default: 2, range: [2, 5]}
  gap: {label: Time between attempts, type: span, default: 3 days, range: [1 day, 7 days]}
"""
    )
    call = (
        "      - {id: call, task: {contact: patient}, due: 7 days, "
        'unreachable: {attempts: "${tries}", again: "${gap}"}}\n'
    )
    found = compiled(call, head).stages[0].steps[0].unreachable
    assert (found.attempts, found.again) == (2, Span(3, "day"))


def test_a_fragment_renames_the_steps_that_unreachable_starts() -> None:
    from pathways.language.reading import read_yaml
    from pathways.language.sharing.renaming import prefixed
    from pathways.language.tree import plain

    root, _ = read_yaml("unreachable: {start: [visit, other]}\n", "f.yaml")
    assert root is not None
    renamed = plain(prefixed(root, "first", frozenset({"visit"}), frozenset()))
    assert renamed == {"unreachable": {"start": ["first-visit", "other"]}}
