"""Scenarios of care plans: several approvers, a branch taken out, the story S5's plan lines."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pathways.canonical import digest_of
from pathways.language.compiling import compile_pathway
from pathways.language.scenarios import read_scenario
from pathways.scenarios.course import Course
from pathways.scenarios.judging import judge
from pathways.scenarios.running import play
from pathways.scenarios.scenario import Scenario
from pathways.scenarios.site import Site
from pathways.scenarios.writing import write
from tests.definitions.shipped import shelf
from tests.scenarios.stories import calendar

PATHWAY = """\
language: 1
pathway: after-stroke
version: "1"
title: After a stroke
reviewed: {by: nobody (a test), on: 2026-11-01}
roles: [case-manager, neurologist, pharmacist, dietitian, nurse-manager, program-manager]
messages:
  copy: {en: {subject: Your plan, body: "Dear {{ patient.name }}, here is your plan."}}
stages:
  - stage: planning
    deadline: 30 days
    exit: plan-approved
    steps:
      - {id: care-plan, plan: {by: case-manager}, due: 10 business days}
      - id: sign
        after: care-plan
        approve: {of: care-plan, must: [neurologist], may: [pharmacist, dietitian], quorum: 2}
        due: 5 business days
      - {id: copy, after: sign, notify: {to: patient, message: copy}}
  - stage: follow-up
    steps:
      - {id: dapt, task: {by: pharmacist}, due: 21 days}
      - {id: weekly, task: {by: case-manager}, every: 1 week, times: 3, due: 3 days}
"""
STORY = """\
scenario: S5, a plan with double antiplatelets is rejected on Thu 10-08 and approved on Tue 10-13
pathway: after-stroke
start: 2026-10-07 09:00
patient: {born: 1958-03-02}
course:
  - {at: 2026-10-07 10:00, complete: care-plan}
  - at: 2026-10-08 15:00
    complete: sign
    by: neurologist
    outcome: rejected
    reason: "Anticoagulated, no DAPT; BP goal"
    without: dapt
  - {at: 2026-10-13 10:00, complete: care-plan}
  - {at: 2026-10-13 11:00, complete: sign, by: pharmacist, outcome: approved}
  - {at: 2026-10-13 12:00, complete: sign, by: neurologist, outcome: approved}
  - {until: day 10}
expect:
  - {task: sign, owner: neurologist, due: 5 business days, outcome: rejected}
  - {on: 2026-10-08, task: care-plan, owner: case-manager, due: 2 business days}
  - {on: 2026-10-08, timeline: plan-rejected, times: 1}
  - {on: 2026-10-13, timeline: plan-approved, times: 1}
  - {on: 2026-10-13, message: copy, to: patient}
  - {message: copy, times: 1}
  - {on: 2026-10-13, timeline: step-skipped, step: dapt}
  - {plan: 1, at: 2026-10-07 10:00, status: in-review}
  - {plan: 1, at: 2026-10-08 15:00, status: rejected}
  - {plan: 1, status: rejected}
  - {plan: 2}
never:
  - {message: copy, by: 2026-10-12}
  - {task: dapt}
"""


def played(text: str) -> tuple[Scenario, Course]:
    compiled = compile_pathway(PATHWAY, "after-stroke.yaml", shelf())
    assert compiled.pathway is not None, compiled.issues
    read = read_scenario(text, "story.yaml")
    assert read.scenario is not None, read.issues
    found = compiled.pathway
    site = Site({"after-stroke": (digest_of(found), found)}, calendar)
    return read.scenario, play(read.scenario, site)


def test_the_plan_lines_of_story_s5_hold_word_for_word() -> None:
    """v1 frozen, nothing of it to the patient; v2 due Tue 10-13 over Columbus Day; the patient's
    copy sent once; the rejected branch disabled."""
    assert judge(*played(STORY)) == ()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("{plan: 1, at: 2026-10-07 10:00, status: in-review}", "{plan: 1, at: 2026-10-07 10:00}"),
        ("{plan: 1, status: rejected}", "{plan: 1, status: superseded}"),
        ("{plan: 2}", "{plan: 3}"),
        ("{plan: 2}", "{plan: 2, at: 2026-10-13 11:30}"),
    ],
)
def test_a_version_that_stands_otherwise_is_a_difference(right: str, wrong: str) -> None:
    (found,) = judge(*played(STORY.replace(right, wrong)))
    assert "plan" in found.happened[0]


def test_a_version_whose_content_was_written_again_is_not_frozen() -> None:
    """Given the record of version 1 with another content later, then it is no more as it was."""
    scenario, course = played(STORY)
    at, made = next((at, row) for at, row in course.plans if row.version == 1)
    course.plans.append((at + 1, replace(made, status="rejected", content="{}")))
    found = judge(scenario, course)
    assert {one.happened[0] for one in found} == {
        "plan 1 at 2026-10-08 15:00: rewritten",
        "plan 1 at the end: rewritten",
    }


def test_a_plan_line_is_written_as_it_is_read() -> None:
    scenario, _ = played(STORY)
    again = read_scenario(write(scenario), "again.yaml").scenario
    assert again is not None
    assert [(e.what, e.of) for e in again.expect] == [(e.what, e.of) for e in scenario.expect]
