"""Each sort of expectation can hold and can fail, and a failure says what happened instead."""

from __future__ import annotations

import pytest

from pathways.scenarios.judging import observed_lines
from tests.scenarios.stories import differences, played, story

COURSE = "usual: {smoker: true}\ncourse:\n  - {until: day 40, all-done: true}\n"


@pytest.mark.parametrize(
    ("holds", "fails"),
    [
        ("task: questions, owner: case-manager", "task: questions, owner: pharmacist"),
        ("task: questions, due: 2 business days", "task: questions, due: 3 business days"),
        ("task: questions, due: day 2", "task: questions, due: day 2 12:00"),
        ("task: questions, status: done", "task: questions, status: open"),
        ("task: call, times: 2", "task: call, times: 3"),
        ("on: day 0, task: questions", "on: day 1, task: questions"),
        ("at: day 0 09:00, task: questions", "at: day 0 09:01, task: questions"),
        ("by: day 0 09:00, task: questions", "after: day 0, task: questions"),
        ("message: hello, to: patient", "message: hello, to: caregiver"),
        ("appointment: visit, within: 14 days", "appointment: visit, within: 15 days"),
        ("appointment: visit, minutes: 30", "appointment: visit, minutes: 45"),
        ("appointment: visit, status: attended", "appointment: visit, status: missed"),
        ("entered: follow-up", "entered: follow-up, by: day 0"),
        ("closed: completed", "closed: declined-program"),
        ("timeline: stage-left, to: follow-up", "timeline: stage-left, to: discharge, on: day 0"),
        ("at: day 0, stage: assessment", "at: day 0, stage: follow-up"),
        ("step: visit", "step: visit, status: missed"),
        ("at: day 3, step: visit, status: waiting", "at: day 3, step: visit"),
        ("value: risk, is: high", "value: risk, is: low"),
        ("value: glucose, is: unknown", "value: glucose, is: 100"),
        ("goal: sugar, status: unknown", "goal: sugar"),
        ("task: questions, says: Quest", "task: questions, says: Answers"),
        ("task: questions, late: false", "task: questions, late: true"),
        ("message: hello, says: recipient.name", "message: hello, says: diagnosis"),
        ("timeline: task-done, says: by the pharmacist", "timeline: task-done, says: Q.E.D."),
        ("timeline: value-recorded, says: 'Smokes: yes'", "timeline: value-recorded, says: no"),
        (
            "at: day 3, step: visit, status: waiting, misses: 0",
            "at: day 3, step: visit, status: waiting, misses: 1",
        ),
    ],
)
def test_it_holds_or_it_fails(holds: str, fails: str) -> None:
    assert not differences(COURSE + f"expect:\n  - {{{holds}}}\n")
    assert len(differences(COURSE + f"expect:\n  - {{{fails}}}\n")) == 1
    assert len(differences(COURSE + f"never:\n  - {{{holds}}}\n")) == 1
    assert not differences(COURSE + f"never:\n  - {{{fails}}}\n")


def test_work_left_beyond_its_time_is_late() -> None:
    left = "course:\n  - {until: day 5}\n"
    assert not differences(left + "expect:\n  - {task: questions, late: true}\n")


def test_work_that_is_declined_in_time_is_not_late() -> None:
    """S2: a decline does not count against the nurse's on-time indicator."""
    course = "course:\n  - {at: day 1, decline: questions}\n  - {until: day 5}\n"
    hers = "task: questions, owner: case-manager"
    assert not differences(course + f"expect:\n  - {{{hers}, status: declined, late: false}}\n")
    assert not differences(course + f"never:\n  - {{{hers}, late: true}}\n")


def test_misses_in_a_row_are_counted_and_forgotten_when_the_patient_comes() -> None:
    """S2: the no-show counter is back to 0."""
    course = (
        "usual: {smoker: true}\ncourse:\n  - {until: day 8, all-done: true, except: [call]}\n"
        "  - {missed: visit}\n  - {complete: visit, kind: outreach}\n"
        "  - {until: day 9 23:00}\n  - {attended: visit}\n"
    )
    missed = "at: day 9 23:00, step: visit, status: open, misses: 1"
    came = "step: visit, misses: 0"
    assert not differences(course + f"expect:\n  - {{{missed}}}\n  - {{{came}}}\n")
    for wrong in (missed.replace("misses: 1", "misses: 0"), came.replace("0", "1")):
        assert len(differences(course + f"expect:\n  - {{{wrong}}}\n")) == 1


def test_a_failure_shows_what_was_said_instead_and_the_likest_first() -> None:
    expected = "{timeline: value-recorded, on: day 1, says: 'Smokes: no'}"
    (found,) = differences(COURSE + f"expect:\n  - {expected}\n")
    assert 'says: "Smokes: yes, observed' in found.happened[0]


def test_a_failure_shows_the_line_and_what_happened_instead() -> None:
    (found,) = differences(COURSE + "expect:\n  - {task: questions, owner: pharmacist}\n")
    assert found.line == 8
    assert found.expected == "{task: questions, owner: pharmacist}"
    assert found.happened == (
        "{at: day 0 09:00, task: questions, pathway: small, kind: assess, owner: case-manager, "
        "due: day 2 23:59:59, status: done, outcome: done}",
    )


def test_what_never_happened_is_told_with_what_did() -> None:
    (found,) = differences(COURSE + "expect:\n  - {rule: low}\n  - {closed: completed}\n")
    assert found.happened == ("there was no such rule; there were: none",)


def test_what_was_observed_can_be_expected() -> None:
    """Every line that ``--observed`` shows holds when it is put into the file."""
    lines = list(observed_lines(story(COURSE + "expect:\n  - {step: visit}\n"), played(COURSE)))
    assert len(lines) > 8
    text = "".join(f"  - {line}\n" for line in lines)
    assert not differences(COURSE + "expect:\n" + text)
