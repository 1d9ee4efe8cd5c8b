"""Definitions made to keep the proofs busy are done with in seconds, and nothing breaks."""

from __future__ import annotations

import time

import pytest

from pathways.proving import prove, prove_together, subject_of
from tests.proving.proving import calendar, compiled

HEAD = """\
language: 1
pathway: hard
version: "1"
title: Hard
evidence:
  - {id: guide, cite: "A guideline, 2026"}
roles: [case-manager, nurse-manager]
"""
SECONDS = 60.0
"""Of one core: most take one or two."""


def data(count: int) -> str:
    lines = [f'  x{n}: {{type: quantity, unit: "1", range: [0, 100]}}' for n in range(count)]
    return "data:\n" + "\n".join(lines) + "\n"


def stages(conditions: str = "") -> str:
    return (
        "stages:\n  - stage: follow-up\n    evidence: guide\n    steps:\n"
        f"      - {{id: call, task: {{by: case-manager}}, due: 7 days}}\n{conditions}"
    )


def every_stage_leads_to_every_other() -> str:
    names = [f"s{n}" for n in range(40)]
    lines = ["stages:"]
    for name in names:
        lines += [f"  - stage: {name}", "    phase: follow-up", "    evidence: guide"]
        lines += [f"    steps: [{{id: {name}-passed, milestone: {{}}}}]", "    next:"]
        lines += [
            f"      - {{when: x{n} > {n + 3}, go: {other}}}"
            for n, other in enumerate(names)
            if other != name
        ]
        lines += ["      - {go: discharge}"]
    return HEAD + data(40) + "\n".join(lines) + "\n"


def conditions_of_many_values() -> str:
    """Nobody meets them, and no single part shows it."""
    parts = [f"(x{n} < x{n + 1} or x{n} > {n + 50})" for n in range(40)]
    circle = " and ".join([*(f"x{n} < x{n + 1}" for n in range(40)), "x40 < x0"])
    steps = "".join(
        f"      - id: step-{n}\n        when: {circle} and {' and '.join(parts[n:])}\n"
        "        task: {by: case-manager}\n        due: 7 days\n"
        for n in range(20)
    )
    return HEAD + data(41) + stages(steps)


def alarms_that_only_write() -> str:
    rules = "".join(
        f"  - id: rule-{n}\n    when: x{n % 30} > {n % 90} and x0 < x{n % 30}\n"
        "    response: RT-2H\n    notify: {to: case-manager, message: hello}\n    evidence: guide\n"
        for n in range(200)
    )
    message = "messages:\n  hello:\n    en: {subject: Hello, body: Hello}\n"
    return HEAD + data(30) + message + stages() + "rules:\n" + rules


def rules_that_start_decisions_of_each_other() -> str:
    rows = "".join(
        f"            - {{when: x{n} > 90, set: {{x{n}: {n}, x{(n + 1) % 30}: {n}}}}}\n"
        for n in range(30)
    )
    tables = "".join(
        f"      - id: table-{n}\n        decide:\n          table:\n{rows}"
        f"            - {{set: {{x{n}: {n}}}}}\n"
        for n in range(8)
    )
    rules = "".join(
        f"  - {{id: rule-{n}, when: x{n % 30} > 5, start: table-{n % 8}, evidence: guide}}\n"
        for n in range(60)
    )
    return HEAD + data(30) + stages(tables) + "rules:\n" + rules


def a_long_chain_before_a_deadline() -> str:
    steps = "".join(
        f"      - {{id: s{n}, after: {'call' if n == 0 else f's{n - 1}'},"
        " task: {by: case-manager}, due: 2 business days}\n"
        for n in range(100)
    )
    return HEAD + stages(steps).replace("    evidence", "    deadline: 1 year\n    evidence")


@pytest.mark.parametrize(
    "made",
    [
        every_stage_leads_to_every_other,
        conditions_of_many_values,
        alarms_that_only_write,
        rules_that_start_decisions_of_each_other,
        a_long_chain_before_a_deadline,
    ],
)
def test_a_definition_made_to_be_hard_is_proven_or_not_in_seconds(made) -> None:
    source = made()
    one = compiled(source)
    assert one.pathway is not None, [issue.message for issue in one.issues]
    began = time.process_time()
    prove(one, calendar())
    other = compiled(source.replace("pathway: hard", "pathway: harder"))
    pair = [subject_of(some, calendar()) for some in (one, other)]
    prove_together([some for some in pair if some is not None])
    assert time.process_time() - began < SECONDS
