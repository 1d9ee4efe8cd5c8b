"""What a clinician reads of contacts that may reach nobody."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Rule, Step
from pathways.explaining import explain_rule, explain_step
from tests.scenarios.stories import contacts


def told(pathway: CompiledPathway, step: str, heading: str = "If nobody is reached") -> list[str]:
    stage = pathway.stages[0]
    found = next(one for one in stage.steps if one.id == step)
    sections = explain_step(pathway, stage, found).sections
    return [line for one in sections if one.heading == heading for line in one.lines]


def test_what_follows_is_said_part_by_part() -> None:
    assert told(contacts(), "call") == [
        "Completed as unable-to-reach, it is an attempt: it is recorded, and the task stays open.",
        "Up to 2 attempts on different days, the next 2 days later at the earliest.",
        'Then the patient gets the message "Call us" (call-us).',
        "The pharmacist gets a task to look into it.",
        '"Visit" starts.',
        "The due time, the reminders and the escalations stay as they are.",
        "After the last attempt the step has ended as missed.",
    ]


def test_the_usual_is_said_of_a_contact_whose_file_says_nothing_of_it() -> None:
    lines = told(contacts(), "questions")
    assert lines[1] == (
        "Up to 3 attempts on different days, the next 2 business days later at the earliest."
    )
    assert "The nurse manager gets a task to look into it." in lines
    assert lines[-1].endswith("has ended as missed; steps that come after it go on.")


def test_work_that_reaches_out_to_nobody_says_nothing_of_it() -> None:
    assert told(contacts(), "visit") == []


def test_a_step_names_the_contact_behind_which_it_starts() -> None:
    lines = told(contacts(), "visit", "When it starts")
    assert 'It also starts when nobody is reached for "Call".' in lines


def test_urgent_work_does_not_wait_for_another_day() -> None:
    """Given the same as a red flag's deed, then the next attempt is at once; said of the rule."""
    calls: Step = contacts().stages[0].steps[2]
    rule = Rule("flag", replace(calls, id="flag", response="RT-2H"), on="fall")
    sections = explain_rule(contacts(), rule).sections
    lines = [
        line for one in sections if one.heading == "If nobody is reached" for line in one.lines
    ]
    assert lines[1] == "Up to 2 attempts, the next at once each time."
