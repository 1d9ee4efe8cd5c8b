"""The fragments that ship, as the kernel lives them."""

from __future__ import annotations

from functools import cache

import pytest

from pathways.compiled import CompiledPathway
from pathways.journey.events import Complete, Reading, Record
from pathways.language.compiling import compile_pathway
from pathways.language.sharing.fragments import read_fragment
from tests.definitions.shipped import NAMES, ROOT, shelf, text_of
from tests.kernel.building import NURSE, Patient

FILES = sorted((ROOT / "fragments").glob("*.yaml"))
SOURCE = """\
language: 1
pathway: p
version: "1"
title: P
roles: [case-manager, nurse-manager]
stages:
  - stage: assessment
    steps:
      - use: {fragment: reach-patient, version: "2026.1", as: reach, with: {gap: 2 days}}
      - {id: talk, after: reach, when: contact = 'reached', task: {}, due: 7 days}
    next:
      - {when: contact = 'no-answer', go: discharge, disposition: unable-to-reach}
      - {go: discharge}
"""


@cache
def compiled() -> CompiledPathway:
    found = [read_fragment(path.read_text("utf-8"), path.name)[0] for path in FILES]
    known = {(one.id, one.version): one for one in found if one is not None}
    whole = type(shelf())(shelf().instruments, shelf().messages, known)
    result = compile_pathway(SOURCE, "p.yaml", whole)
    assert result.pathway is not None, result.issues
    assert result.issues == ()
    return result.pathway


def enrolled() -> Patient:
    patient = Patient()
    patient.enroll(compiled())
    return patient


def attempt(patient: Patient, step: str, result: str) -> None:
    """Close the task of an attempt with its result."""
    task = patient.task(step)
    values = (Reading("contact", result, patient.now),)
    patient.apply(Complete(patient.command(), NURSE, task.id, values=values))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_fragment_is_in_order_and_named_by_its_file(path) -> None:
    fragment, issues = read_fragment(path.read_text(encoding="utf-8"), path.name)
    assert issues == ()
    assert fragment is not None
    assert fragment.id == path.stem


def test_a_patient_who_answers_at_once_goes_on() -> None:
    patient = enrolled()
    attempt(patient, "reach-first", "reached")
    assert [task.sources[0].step for task in patient.journey.tasks.values()] == ["talk"]


def test_a_patient_who_answers_the_second_time_goes_on() -> None:
    patient = enrolled()
    attempt(patient, "reach-first", "no-answer")
    assert patient.journey.tasks == {}
    patient.until(patient.now + 3 * 86_400)
    attempt(patient, "reach-second", "reached")
    assert [task.sources[0].step for task in patient.journey.tasks.values()] == ["talk"]


def test_a_patient_who_never_answers_gets_a_letter_and_time_before_the_end() -> None:
    """Given three attempts without an answer, then a letter, 16 days, and an honest ending."""
    patient = enrolled()
    for step in ("reach-first", "reach-second", "reach-third"):
        patient.until(patient.now + 3 * 86_400)
        attempt(patient, step, "no-answer")
    assert [m.message for m in patient.messages if m.to == "patient"] == ["unable-to-reach"]
    assert patient.journey.enrollments["p"].status == "active"
    patient.until(patient.now + 15 * 86_400)
    assert patient.journey.enrollments["p"].status == "active"
    patient.until(patient.now + 3 * 86_400)
    enrollment = patient.journey.enrollments["p"]
    assert (enrollment.status, enrollment.disposition) == ("discharged", "unable-to-reach")


def test_a_late_reply_is_not_too_late() -> None:
    patient = enrolled()
    for step in ("reach-first", "reach-second", "reach-third"):
        patient.until(patient.now + 3 * 86_400)
        attempt(patient, step, "no-answer")
    patient.until(patient.now + 5 * 86_400)
    late = Reading("contact", "reached", patient.now)
    patient.apply(Record(patient.command(), NURSE, (late,)))
    assert [task.sources[0].step for task in patient.journey.tasks.values()] == ["talk"]


@pytest.mark.parametrize("name", NAMES)
def test_it_declares_contact_as_the_shipped_pathways_do(name: str) -> None:
    """Given a patient on a shipped pathway and one with the fragment, then no data conflict."""
    line = next(one for one in text_of(name).splitlines() if one.startswith("  contact: "))
    assert line in (ROOT / "fragments" / "reach-patient.yaml").read_text(encoding="utf-8")
