"""The timeline reads as plain English, with the patient's own dates and the pathway's titles."""

from __future__ import annotations

from datetime import date

import pytest

from pathways.calendar.resolve import resolve
from pathways.compiled import CompiledPathway, DataElement, Goal, Stage, Step
from pathways.journey.effects import Entry
from pathways.narrative import day_and_time, tell, titles_of
from pathways.sentences import KINDS

NEW_YORK = resolve("America/New_York", date(2026, 1, 1), date(2027, 12, 31))
END_OF_1_DECEMBER = 1_796_187_599  # 23:59:59 in New York, already 2 December in UTC
SENTENCES = [
    (Entry(0, "milestone", params={"title": "Fever gone"}), "Reached: Fever gone."),
    (
        Entry(0, "milestone", params={"title": "Pressure target", "order": "sbp-target 130"}),
        "Ordered: Pressure target (sbp target 130).",
    ),
    (
        Entry(
            0,
            "task-opened",
            "t2d",
            "first",
            params={
                "task": "t1",
                "title": "First assessment",
                "owner": "case-manager",
                "due": END_OF_1_DECEMBER,
            },
        ),
        "Task t1 for the case manager: First assessment, due Tue 1 Dec 2026.",
    ),
    (
        Entry(
            0,
            "task-opened",
            "t2d",
            "severe-low",
            params={
                "task": "t9",
                "title": "Call about a severe low",
                "owner": "case-manager",
                "due": END_OF_1_DECEMBER - 3600 * 10,
                "reason": "glucose 48",
            },
        ),
        "Task t9 for the case manager: Call about a severe low, due Tue 1 Dec 2026 13:59 "
        "(because of Blood glucose 48).",
    ),
    (
        Entry(0, "task-reminded", params={"task": "t1", "title": "Call", "to": "nurse-manager"}),
        "Reminder to the nurse manager of task t1: Call.",
    ),
    (
        Entry(
            0,
            "refused",
            actor="dietitian",
            params={
                "command": "complete",
                "code": "not-yours",
                "why": "Task t1 belongs to case-manager: dietitian cannot close it.",
            },
        ),
        "Refused to the dietitian: complete. "
        "Task t1 belongs to case-manager: dietitian cannot close it.",
    ),
    (
        Entry(
            0,
            "rule-fired",
            "t2d",
            "severe-low",
            params={"title": "Severe low", "reason": "glucose 48, weight 81"},
        ),
        "Rule Severe low applies because of Blood glucose 48, weight 81.",
    ),
    (
        Entry(
            0,
            "value-recorded",
            params={
                "name": "glucose",
                "value": 48.0,
                "unit": "mg/dL",
                "observed": END_OF_1_DECEMBER,
                "source": "case-manager t9",
                "unusual": True,
            },
        ),
        "Blood glucose: 48 mg/dL, observed Tue 1 Dec 2026 (case manager t9). "
        "Unusual, please check.",
    ),
    (
        Entry(0, "value-recorded", params={"name": "x", "value": False, "observed": 0}),
        "X: no, observed Wed 31 Dec 1969 19:00.",
    ),
    (
        Entry(
            0,
            "value-recorded",
            params={"name": "eGFR", "value": 60.0 + 1 / 3, "unit": "mL/min", "observed": 0},
        ),
        "eGFR: 60.33 mL/min, observed Wed 31 Dec 1969 19:00.",
    ),
    (
        Entry(
            0, "stage-left", "t2d", "assessment", params={"title": "Assessment", "to": "planning"}
        ),
        "Assessment is complete; next: Planning with the patient.",
    ),
    (
        Entry(0, "goal-overdue", "t2d", "glycaemia"),
        "Goal HbA1c below 7 % is not met by its date.",
    ),
    (
        Entry(
            0,
            "message-failed",
            "t2d",
            "first",
            params={"to": "patient", "why": "undelivered", "unknown": True},
        ),
        "A message to the patient may not have arrived (undelivered).",
    ),
    (
        Entry(
            0,
            "message-failed",
            "t2d",
            "first",
            params={"to": "patient", "why": "undelivered", "unknown": False},
        ),
        "A message to the patient could not be delivered (undelivered).",
    ),
    (
        Entry(0, "reported", params={"event": "deceased", "at": 0, "verified": False}),
        "Reported: death, Wed 31 Dec 1969 19:00, not verified.",
    ),
    (
        Entry(0, "held", "t2d", params={"reason": "admitted", "until": 0}),
        "Diabetes care is on hold: admitted to hospital.",
    ),
    (
        Entry(0, "resumed", "t2d", params={"seconds": 3 * 86_400}),
        "Diabetes care goes on; due times move by 3 days.",
    ),
    (
        Entry(0, "withdrawal", "", params={"reason": "moves away"}),
        "The patient withdraws: moves away.",
    ),
    (
        Entry(
            0, "instrument-scored", params={"instrument": "phq-2", "incomplete": False, "score": 3}
        ),
        "PHQ-2 scored: score 3.",
    ),
]


@pytest.fixture(scope="module")
def titles() -> dict[str, str]:
    first = Step(id="first", verb="assess", title="First assessment")
    stages = (
        Stage(id="assessment", phase="assessment", title="Assessment", steps=(first,), next=()),
        Stage(
            id="planning", phase="planning", title="Planning with the patient", steps=(), next=()
        ),
    )
    pathway = CompiledPathway(
        pathway="t2d",
        version="1",
        title="Diabetes care",
        stages=stages,
        rules=(),
        goals=(Goal(id="glycaemia", title="HbA1c below 7 %", aim=["true"]),),
        data={"glucose": DataElement(name="glucose", type="quantity", label="Blood glucose")},
    )
    return titles_of([pathway]) | {"instrument/phq-2": "PHQ-2"}


@pytest.mark.parametrize(("entry", "sentence"), SENTENCES, ids=lambda x: getattr(x, "kind", ""))
def test_an_entry_reads_as_a_sentence(entry: Entry, sentence: str, titles):
    assert tell(entry, NEW_YORK, titles) == sentence


def test_dates_are_the_patients_own_and_without_a_calendar_say_utc():
    assert day_and_time(NEW_YORK, END_OF_1_DECEMBER) == "Tue 1 Dec 2026"
    assert day_and_time(None, END_OF_1_DECEMBER) == "Wed 2 Dec 2026 04:59 UTC"


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_can_be_said_with_no_facts_and_no_titles(kind: str):
    """An old history may lack what a newer sentence asks for: it is told all the same."""
    told = tell(Entry(0, kind))
    assert told[0].isupper() or told.startswith("(not said)")
    assert "{" not in told
    assert "[" not in told


def test_a_kind_that_this_version_does_not_know_is_told_with_its_facts():
    entry = Entry(0, "comet-seen", params={"tail": "long"})
    assert tell(entry) == "comet-seen: tail long."


def test_brackets_in_what_people_wrote_are_kept_as_they_are():
    entry = Entry(
        0, "variance", "t2d", actor="nurse", params={"title": "Call", "reason": "[x] {y}"}
    )
    assert tell(entry).endswith("Reason: [x] {y}.")
