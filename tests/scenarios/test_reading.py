"""Scenario files are read with the places of everything in them; what is wrong is a finding."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pathways import journey
from pathways.compiled import HUMAN_VERBS
from pathways.journey.orders.contests import DECISION
from pathways.language.scenario_names import TASK_KINDS, name_issues
from pathways.language.scenarios import read_exceptions, read_scenario
from pathways.scenarios import write
from pathways.scenarios.scenario import Moment
from pathways.spans import Span
from tests.scenarios.stories import HEAD, small, story

EXPECTS = "expect:\n  - {closed: completed}\n"


def test_a_line_of_the_course_says_when_and_what() -> None:
    scenario = story(
        "course:\n"
        "  - {at: day 1 10:00, complete: questions, set: {smoker: true}}\n"
        '  - {at: "+2 hours", record: {glucose: 45.5}}\n'
        "  - {until: 2026-04-01, all-done: true, except: [call], absent: visit}\n" + EXPECTS
    )
    complete, record, until = scenario.course
    assert (complete.deed, complete.of, complete.at) == (
        "complete",
        "questions",
        Moment(1, seconds=36_000),
    )
    assert complete.values == {"smoker": True}
    assert (record.at, record.values) == (Moment(after=Span(2, "hour")), {"glucose": 45.5})
    assert (until.until, until.all_done) == (Moment(date="2026-04-01"), True)
    assert (until.leaving, until.absent) == (("call",), ("visit",))
    assert [one.line for one in scenario.course] == [5, 6, 7]


def test_what_is_written_reads_back_as_the_same_scenario() -> None:
    text = HEAD + (
        'about: "A note: with a colon"\n'
        "patient: {born: 1958-03-02, language: es, zone: America/Denver, conditions: [E11.9]}\n"
        "known: {glucose: 120}\n"
        "slots: {follow-up-visit: none}\n"
        "results: {follow-up-visit: {glucose: 90}}\n"
        "all-done: true\n"
        "course:\n"
        "  - {at: day 1, event: moved, zone: America/Los_Angeles}\n"
        "  - {hold: on holiday, until: day 9}\n"
        "  - {resume: true}\n"
        "  - {slots: {follow-up-visit: 3 days}}\n"
        "  - {record: {glucose: 45}, observed: day 0 08:00}\n"
        "expect:\n"
        "  - {by: day 3 12:00, task: questions, owner: case-manager, due: 2 business days}\n"
        "  - {task: low, due: same day}\n"
        "  - {task: low, due: day 3 12:00, urgency: RT-2H}\n"
        "  - {value: glucose, is: unknown}\n"
        "  - {timeline: task-escalated, step: questions, to: nurse-manager}\n"
        "never:\n"
        "  - {message: hello, after: day 30}\n"
    )
    first = read_scenario(text, "x.yaml").scenario
    assert first is not None
    again = read_scenario(write(first), "x.yaml").scenario
    assert again is not None
    assert write(again) == write(first)
    assert [one.of for one in again.expect] == [one.of for one in first.expect]


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ("course:\n  - {at: noon, complete: questions}\n" + EXPECTS, "bad-moment", 5),
        ("course:\n  - {at: day 1 25:00, complete: questions}\n" + EXPECTS, "bad-moment", 5),
        ("course:\n  - {complete: a, decline: b}\n" + EXPECTS, "one-thing-a-line", 5),
        ("course:\n  - {at: day 3}\n" + EXPECTS, "one-thing-a-line", 5),
        ("course:\n  - {complet: questions}\n" + EXPECTS, "unknown-field", 5),
        ("expect:\n  - {task: call, due: soon}\n", "bad-span", 5),
        ("expect:\n  - {task: call, times: 0}\n", "not-a-count", 5),
        ("course:\n  - {resume: true}\n", "nothing-expected", 1),
        ("patient: {born: 1958-13-02}\n" + EXPECTS, "bad-date", 4),
        ("expect: [{closed: completed}\n", "not-yaml", 5),
    ],
)
def test_what_is_wrong_is_told_with_its_place(lines: str, code: str, line: int) -> None:
    read = read_scenario(HEAD + lines, "story.yaml")
    assert read.scenario is None
    assert (read.issues[0].code, read.issues[0].place.line) == (code, line)


@pytest.mark.parametrize(
    ("lines", "code", "hint", "at"),
    [
        ("never:\n  - {task: qestions}\n", "unknown-step", 'Did you mean "questions"?', "qestions"),
        ("never:\n  - {message: helo}\n", "unknown-message", 'Did you mean "hello"?', "helo"),
        ("never:\n  - {rule: lo}\n", "unknown-rule", 'Did you mean "low"?', "lo"),
        (
            "never:\n  - {entered: folow-up}\n",
            "unknown-stage",
            'Did you mean "follow-up"?',
            "folow-up",
        ),
        ("never:\n  - {goal: suger}\n", "unknown-goal", 'Did you mean "sugar"?', "suger"),
        (
            "never:\n  - {timeline: task-opend}\n",
            "unknown-entry",
            'Did you mean "task-opened"?',
            "task-opend",
        ),
        (
            "expect:\n  - {task: call, owner: pharmacst}\n",
            "unknown-role",
            '"pharmacist"',
            "pharmacst",
        ),
        ("usual: {glucos: 1}\n" + EXPECTS, "unknown-data", 'Did you mean "glucose"?', "glucos"),
        ("slots: {visit: none}\n" + EXPECTS, "unknown-service", '"follow-up-visit"', "visit"),
        (
            "course:\n  - {decline: vist}\n" + EXPECTS,
            "unknown-step",
            'Did you mean "visit"?',
            "vist",
        ),
        (
            "course:\n  - {at: day 1, record: {glucos: 5}}\n" + EXPECTS,
            "unknown-data",
            "glucose",
            "glucos",
        ),
        ("course:\n  - {until: day 9, absent: [visit, x]}\n" + EXPECTS, "unknown-step", "", "x"),
        ("course:\n  - {until: day 9, except: [reoffer, y]}\n" + EXPECTS, "unknown-step", "", "y"),
        (
            "course:\n  - {until: day 9, outcomes: {bookin: z}}\n" + EXPECTS,
            "unknown-step",
            "booking",
            "bookin",
        ),
        ("never:\n  - {task: questions, kind: outreech}\n", "unknown-kind", "outreach", "outreech"),
    ],
)
def test_a_misspelt_name_is_found_before_it_makes_a_check_that_cannot_fail(
    lines: str, code: str, hint: str, at: str
) -> None:
    """Given a name that the pathway does not have, then it is found at its very place."""
    text = HEAD + lines
    (issue,) = name_issues(read_scenario(text, "story.yaml"), {"small": small()})
    assert issue.code == code
    assert hint.strip('"') in issue.hint
    line = text.splitlines()[issue.place.line - 1]
    assert line[issue.place.column - 1 :].startswith(at)


def test_an_unknown_pathway_is_named() -> None:
    read = read_scenario(HEAD + EXPECTS, "story.yaml")
    (issue,) = name_issues(read, {"large": small()})
    assert (issue.code, issue.place.line, issue.place.column) == ("unknown-pathway", 2, 10)


def test_every_kind_of_task_that_the_kernel_opens_may_be_named() -> None:
    """Given the kernel opens a task of a new kind, then scenarios must be able to name it."""
    calls = [
        call
        for path in Path(journey.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
    ]
    opened = {
        keyword.value.value
        for call in calls
        if ast.unparse(call.func).endswith("open_task")
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    opened |= {
        call.args[2].value
        for call in calls
        if ast.unparse(call.func) == "open_duty" and isinstance(call.args[2], ast.Constant)
    }
    opened |= {DECISION}
    assert opened == TASK_KINDS - (HUMAN_VERBS - opened)


def test_exceptions_carry_their_reason_and_place() -> None:
    text = (
        "equivalent:\n  - {mutant: 'a: b', because: no}\nunreachable:\n  - {point: c, because: d}\n"
    )
    found, issues = read_exceptions(text, "exceptions.yaml")
    assert not issues
    assert [(one.kind, one.name, one.because, one.place.line) for one in found] == [
        ("equivalent", "a: b", "no", 2),
        ("unreachable", "c", "d", 4),
    ]
    assert read_exceptions("equivalent: [{mutant: x}]", "e.yaml")[1][0].code == "missing-field"
