"""What a drawing says of contacts that may reach nobody."""

from __future__ import annotations

from pathways.drawing import as_dot, as_mermaid, describe
from pathways.drawing.course import recorded_course
from pathways.journey.effects import EnrollmentRow, Entry
from tests.drawing.samples import every_verb, href
from tests.scenarios.stories import contacts


def drawn():
    return describe(contacts())


def test_what_starts_when_nobody_is_reached_is_a_dashed_link_that_says_so() -> None:
    links = [(one.tail, one.head, one.kind) for one in drawn().groups[0].links]
    assert ("call", "visit", "unreachable") in links
    dot = as_dot(drawn(), href)
    assert any('label="if not reached"' in line for line in dot.splitlines() if "visit" in line)
    assert "-.->|if not reached|" in as_mermaid(drawn(), href)


def test_a_step_that_says_what_follows_shows_it_and_the_usual_is_not_repeated() -> None:
    notes = {node.id: node.notes for node in drawn().groups[0].nodes}
    assert notes["call"][-1] == (
        "nobody reached: up to 2 attempts on different days, "
        "the next 2 days later at the earliest; "
        'then the patient gets the message "Call us" (call-us); '
        'the pharmacist gets a task to look into it; "Visit" starts'
    )
    assert not [note for note in notes["questions"] if "reached" in note]
    usual = [n for group in describe(every_verb()).groups for one in group.nodes for n in one.notes]
    assert not [note for note in usual if "nobody reached" in note]


def test_on_a_course_a_step_that_reached_nobody_is_missed() -> None:
    entries = [
        Entry(10, "task-opened", "small", "call", 1, params={"task": "t1", "title": "Call"}),
        Entry(20, "attempt", "small", "call", 1, params={"task": "t1", "attempt": 1}),
        Entry(30, "task-done", "small", "call", 1, params={"task": "t1"}),
        Entry(30, "unreachable", "small", "call", 1),
    ]
    row = EnrollmentRow("small", "1", "", "assessment", "active", 0)
    course = recorded_course(contacts(), [row], entries, [], [])
    assert course is not None
    assert course.steps["call"].status == "missed"
