"""Notices: what rules of several pathways write to the same person at once is written once (X8)."""

from __future__ import annotations

from typing import Any

from pathways.compiled import CompiledPathway, MessageText, Rule, Step
from pathways.journey.events import Report
from pathways.spans import Span
from tests.kernel.building import NURSE, TEXTS, Patient, human, pathway, stage

PLAIN = MessageText("A patient of ours was admitted", "Open the patient's record.")
NAMING = MessageText("{{ pathway.title }}", "Open the patient's record.")


def care(name: str, to: str = "primary-care", text: MessageText = PLAIN) -> CompiledPathway:
    """A pathway whose rule writes to ``to`` when the patient has fallen."""
    letter = Step("notice", "notify", "Notice", to=to, message="notice")
    rules = (Rule("notice", letter, on="fall"),)
    work = stage("care", "follow-up", human(f"own-{name}", due=Span(9, "month")))
    texts: dict[str, Any] = {**TEXTS, "notice": {"en": text}}
    return pathway(work, name=name, rules=rules, messages=texts)


def told(*pathways: CompiledPathway) -> tuple[Patient, list[str]]:
    patient = Patient()
    for one in pathways:
        patient.enroll(one)
    patient.apply(Report(patient.command(), NURSE, "fall", patient.now))
    return patient, [m.to for m in patient.messages if m.message == "notice"]


def test_what_two_pathways_write_to_one_physician_is_one_message() -> None:
    """Given two pathways that tell primary care of a fall in the same words, then it is told once,
    and the timeline says so."""
    patient, notices = told(care("kidney"), care("heart"))
    assert notices == ["primary-care"]
    (said,) = [e for e in patient.entries if e.kind == "message-withheld"]
    assert (said.pathway, said.params["why"]) == ("heart", "told-already")


def test_another_recipient_or_other_words_are_another_message() -> None:
    assert told(care("kidney"), care("heart", to="cardiology"))[1] == ["primary-care", "cardiology"]
    other = MessageText(PLAIN.subject, "Call the patient.")
    assert len(told(care("kidney"), care("heart", text=other))[1]) == 2


def test_words_that_name_the_pathway_are_two_messages() -> None:
    assert len(told(care("kidney", text=NAMING), care("heart", text=NAMING))[1]) == 2


def test_the_next_time_it_is_written_again() -> None:
    patient, _ = told(care("kidney"), care("heart"))
    patient.until(patient.now + 3600)
    patient.apply(Report(patient.command(), NURSE, "fall", patient.now))
    assert len([m for m in patient.messages if m.message == "notice"]) == 2
