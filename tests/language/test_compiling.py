"""Compiling: every default is filled in, every node knows its line, the bytes are stable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pathways.canonical import canonical, digest_of, pin, unpin
from pathways.compiled import CompiledPathway, Step
from pathways.language.compiling import compile_pathway
from pathways.spans import Span
from pathways.undone import Missed, Overdue
from tests.language.shelf import small_shelf

ROOT = Path(__file__).parents[2]
HEAD = """\
language: 1
pathway: sample
version: 1.10
title: A sample
evidence:
  - {id: guide, cite: "A guideline, 2026"}
roles: [case-manager, primary-care, nurse-manager, coordinator]
data:
  hba1c: {type: quantity, unit: "%", range: [3, 25], warn: [null, 14], fresh: 4 months}
  glucose: {label: Glucose, type: quantity, unit: mg/dL}
  foot-risk: {type: choice, options: [low, high]}
"""


def compiled(text: str) -> CompiledPathway:
    result = compile_pathway(text, "sample.yaml", small_shelf())
    assert result.pathway is not None, result.issues
    return result.pathway


def step(yaml: str) -> Step:
    """The one step of a pathway, given as a flow mapping."""
    body = f"stages:\n  - stage: assessment\n    steps:\n      - {yaml}\n"
    return compiled(HEAD + body).stages[0].steps[0]


def test_a_version_is_text_as_written() -> None:
    text = HEAD + "stages: [{stage: assessment}]\n"
    assert compiled(text).version == "1.10"


def test_human_work_has_an_owner_a_due_time_and_an_escalation() -> None:
    """X10: the owner at 50 % and 80 %, the supervisor at 100 %, the program manager at 150 %."""
    task = step("{id: first-call, task: {}, due: 2 business days}")
    assert task.by == "case-manager"
    assert task.title == "First call"
    assert task.due == Span(2, "business-day")
    assert task.overdue == (
        Overdue("remind", "case-manager", percent=50),
        Overdue("remind", "case-manager", percent=80),
        Overdue("escalate", "nurse-manager", percent=100),
        Overdue("escalate", "program-manager", percent=150),
    )


@pytest.mark.parametrize(
    ("response", "due"),
    [
        ("RT-911", Span(5, "minute")),
        ("RT-ED", Span(15, "minute")),
        ("RT-2H", Span(2, "hour")),
        ("RT-SD", Span(1, "same-day")),
        ("RT-24H", Span(24, "hour")),
        ("RT-1BD", Span(1, "business-day")),
        ("RT-3BD", Span(3, "business-day")),
        ("RT-NV", Span(30, "day")),
    ],
)
def test_a_response_class_is_a_due_time(response: str, due: Span) -> None:
    assert step(f"{{id: call, task: {{}}, response: {response}}}").due == due


@pytest.mark.parametrize("response", ["RT-911", "RT-ED", "RT-2H", "RT-SD"])
def test_urgent_work_escalates_at_once_when_late(response: str) -> None:
    urgent = step(f"{{id: call, task: {{}}, response: {response}}}")
    assert [(one.action, one.percent) for one in urgent.overdue] == [
        ("escalate", 100),
        ("escalate", 150),
    ]


def test_overdue_lines_replace_the_usual_ones() -> None:
    task = step(
        "{id: call, task: {}, due: 7 days,"
        " overdue: [{at: 50 %, remind: coordinator}, {after: 2 days, escalate: primary-care}]}"
    )
    assert task.overdue == (
        Overdue("remind", "coordinator", percent=50),
        Overdue("escalate", "primary-care", after=Span(2, "day")),
    )


def test_a_booking_has_a_window_and_knows_what_a_miss_leads_to() -> None:
    booking = step("{id: lab, schedule: {service: hba1c-lab, by: coordinator}}")
    assert booking.due == Span(14, "day")
    assert booking.minutes == 30
    assert booking.missed == Missed(
        by="coordinator",
        outreach=Span(1, "business-day"),
        rebook=Span(14, "day"),
        escalate="nurse-manager",
    )


@pytest.mark.parametrize(
    ("verb", "same"),
    [
        ("schedule: {service: hba1c-lab}", "service:hba1c-lab"),
        (
            "assess: {instruments: [phq-2], collect: [hba1c, foot-risk]}, due: 7 days",
            "assess:foot-risk,hba1c,phq-2",
        ),
        ("task: {}, due: 7 days", ""),
        ("task: {}, due: 7 days, same: welcome-call", "welcome-call"),
    ],
)
def test_what_two_pathways_would_do_twice_has_a_signature(verb: str, same: str) -> None:
    assert step(f"{{id: a, {verb}}}").same == same


def test_a_wait_has_an_end() -> None:
    wait = step("{id: a, wait: {until: known(hba1c), at-most: 2 weeks}}")
    assert wait.due == Span(2, "week")
    assert wait.until == ["known", ["value", "hba1c"]]


def test_a_monitor_expects_a_reading_in_every_window() -> None:
    monitor = step("{id: a, monitor: {element: glucose, every: 1 week}}")
    assert (monitor.element, monitor.every) == ("glucose", Span(1, "week"))
    assert monitor.due == Span(2, "business-day")


def test_a_declined_step_may_let_the_others_go_on() -> None:
    declined = step(
        "{id: a, task: {}, due: 7 days,"
        " declined: {inform: primary-care, reoffer: false, continue: true}}"
    ).declined
    assert (declined.inform, declined.reoffer, declined.go_on) == ("primary-care", False, True)


def test_stages_follow_in_order_and_the_last_ends_in_discharge() -> None:
    """A reevaluation is entered by time, so the order passes it by; it leads back."""
    text = HEAD + (
        "stages:\n  - stage: assessment\n  - stage: follow-up\n"
        "  - {stage: reevaluation, every: 3 months}\n  - {stage: closing, phase: discharge}\n"
    )
    leads = {stage.id: [b.go for b in stage.next] for stage in compiled(text).stages}
    assert leads == {
        "assessment": ["follow-up"],
        "follow-up": ["closing"],
        "reevaluation": ["follow-up"],
        "closing": ["discharge"],
    }
    assert compiled(text).stages[-1].next[0].disposition == "completed"


RULES = (
    HEAD
    + """\
stages: [{stage: assessment}]
rules:
  - id: low
    when: glucose < 54 and count-below(glucose, 70, "7 days") >= 2
    response: RT-2H
    task: {title: Call about a low}
    again: 4 hours
    evidence: guide
  - id: fall
    on: fall
    notify: {message: task-urgent, to: primary-care}
"""
)


def test_a_rule_knows_what_it_reads_and_what_it_does() -> None:
    low, fall = compiled(RULES).rules
    assert low.reads == ("glucose",)
    assert low.do is not None
    assert (low.do.id, low.do.title, low.do.due) == ("low", "Call about a low", Span(2, "hour"))
    assert low.do.when is None, "the rule has been judged; its step has no condition of its own"
    assert (fall.on, fall.reads, fall.when) == ("fall", (), None)


def test_a_window_keeps_as_many_readings_as_it_may_hold() -> None:
    data = compiled(RULES).data
    assert data["glucose"].keep == 30
    assert data["hba1c"].keep == 2


def test_only_the_messages_that_may_be_sent_travel() -> None:
    text = RULES.replace(
        "stages:",
        "messages:\n  hello: {en: {subject: Hello, body: Hello}}\n"
        "  bye: {en: {subject: Bye, body: Bye}}\nstages:",
    ).replace("message: task-urgent", "message: hello")
    messages = compiled(text).messages
    assert "hello" in messages
    assert "bye" not in messages
    assert {"appointment-booked", "task-escalation"} <= set(messages)


def test_lines_are_those_of_the_source() -> None:
    pathway = compiled(RULES)
    source = RULES.splitlines()
    assert source[pathway.rules[0].line - 1].strip() == "- id: low"
    assert source[pathway.rules[1].line - 1].strip() == "- id: fall"
    assert source[pathway.data["foot-risk"].line - 1].startswith("  foot-risk:")
    assert "stage: assessment" in source[pathway.stages[0].line - 1]


def test_open_ends_of_a_range_stay_open() -> None:
    element = compiled(RULES).data["hba1c"]
    assert (element.low, element.high, element.warn_low, element.warn_high) == (3, 25, None, 14)


def test_a_pathway_with_an_error_is_not_compiled() -> None:
    result = compile_pathway(RULES.replace("glucose < 54", "glucos < 54"), "f", small_shelf())
    assert result.pathway is None
    assert [issue.code for issue in result.issues] == ["unknown-name"]


def test_a_pathway_has_at_most_500_steps() -> None:
    def with_steps(count: int) -> list[str]:
        steps = "".join(f"      - {{id: s{n}, milestone: {{}}}}\n" for n in range(count))
        text = HEAD + "stages:\n  - stage: assessment\n    steps:\n" + steps
        issues = compile_pathway(text, "f", small_shelf()).issues
        return [issue.code for issue in issues if issue.severity == "error"]

    assert with_steps(500) == []
    assert with_steps(501) == ["too-many-steps"]


def test_a_compiled_pathway_survives_travel() -> None:
    pathway = compiled(RULES)
    assert unpin(pin(pathway)) == pathway


def test_the_digest_changes_with_the_content_and_with_nothing_else() -> None:
    pathway = compiled(RULES)
    assert digest_of(compiled(RULES)) == digest_of(pathway)
    assert digest_of(compiled(RULES.replace("< 54", "< 55"))) != digest_of(pathway)
    assert digest_of(compiled(RULES.replace("4 hours", "5 hours"))) != digest_of(pathway)


_DIGEST = """
import sys
from pathways.canonical import digest_of
from tests.language.test_compiling import RULES, compiled
print(digest_of(compiled(RULES)))
"""


def test_the_bytes_do_not_depend_on_the_process() -> None:
    """Sets and dicts of another hash seed must not change the canonical form."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("0", "1", "4711")
    }
    assert digests == {digest_of(compiled(RULES))}


def test_the_canonical_form_holds_no_default() -> None:
    """What travels stays small: only what differs from a default is written."""
    assert b'"safety_critical"' not in canonical(compiled(RULES))
