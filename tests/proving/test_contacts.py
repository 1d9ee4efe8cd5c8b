"""What is proven where somebody may not be reached."""

from __future__ import annotations

import pytest

from tests.proving.proving import codes

SAMPLE = """\
language: 1
pathway: sample
version: "1"
title: A sample
roles: [case-manager, nurse-manager]
stages:
  - stage: assessment
    deadline: 30 days
    steps:
      - id: call
        task: {{by: case-manager{contact}}}
        due: 7 days{unreachable}
      - id: visit
        after: call
        when: {when}
        task: {{by: case-manager}}
        due: 7 days
    next:
      - {{go: discharge, disposition: completed}}
"""


def found(contact: str, when: str, unreachable: str = "") -> list[str]:
    return codes(SAMPLE.format(contact=contact, when=when, unreachable=unreachable))


@pytest.mark.parametrize("when", ['missed("call")', 'outcome("call") = "unable-to-reach"'])
def test_a_contact_can_be_missed(when: str) -> None:
    assert found(", contact: patient", when) == []


def test_work_that_reaches_out_to_nobody_cannot_be_missed() -> None:
    assert found("", 'missed("call")') == ["never-yes"]


def test_a_step_that_only_an_unreachable_starts_can_start() -> None:
    """Given a step behind a decline, which falls away otherwise, then unreachable may start it."""
    when = 'declined("call")'
    assert found(", contact: patient", when) == ["unreachable-step"]
    start = "\n        unreachable: {start: visit}"
    assert found(", contact: patient", when, start) == []
