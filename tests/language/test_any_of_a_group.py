"""What comes after any of a group, for everybody who looks at a pathway: drawn, compared, changed,
proven."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.comparing import compare
from pathways.compiled import CompiledPathway, Step
from pathways.drawing import describe
from pathways.drawing.dot import as_dot
from pathways.drawing.mermaid import as_mermaid
from pathways.mutants import mutants
from tests.language.test_groups import compiled
from tests.proving.proving import codes

DEADLINE = """\
language: 1
pathway: sample
version: "1"
title: A sample
roles: [case-manager, nurse-manager]
stages:
  - stage: assessment
    deadline: LIMIT
    steps:
      - group: ways
        of: any
        steps:
          - {id: slow, wait: {for: 20 days}}
          - {id: quick, wait: {for: 5 days}}
      - {id: then, after: ways, WHAT}
    exit: done("then")
  - stage: closing
    phase: discharge
"""


def with_step(pathway: CompiledPathway, changed: Step) -> CompiledPathway:
    (stage, *rest) = pathway.stages
    steps = tuple(changed if step.id == changed.id else step for step in stage.steps)
    return replace(pathway, stages=(replace(stage, steps=steps), *rest))


def review(pathway: CompiledPathway) -> Step:
    return next(step for step in pathway.stages[0].steps if step.id == "review")


def test_it_is_drawn_with_an_arrow_from_each_that_says_any() -> None:
    drawing = describe(compiled("any"))
    links = [(one.tail, one.kind) for one in drawing.groups[0].links if one.head == "review"]
    assert links == [("first", "any"), ("second", "any"), ("third", "any")]
    rows = {node.id: node.row for node in drawing.groups[0].nodes}
    assert rows["review"] > max(rows["first"], rows["second"], rows["third"])
    assert as_dot(drawing, lambda *_: "").count('label="any"') == 3
    assert as_mermaid(drawing, lambda *_: "").count("|any|") == 3


def test_all_instead_of_any_is_a_change_for_patients() -> None:
    found = compare(compiled("any"), compiled("all"))
    assert {change.aspect for change in found.changes} == {"comes after", "comes after any of"}


def test_a_group_is_dropped_and_made_one_of_all() -> None:
    """Given a pathway with any of a group, then its mutants have none, and all, of it."""
    made = {one.id: one.make() for one in mutants(compiled("any"))}
    assert review(made["review: any dropped"]).after_any == ()
    everything = review(made["review: any -> all"])
    assert (everything.after, everything.after_any) == (("first", "second", "third"), ())
    assert review(made["first: dropped"]).after_any == (("second", "third"),)


def test_the_quickest_of_a_group_counts_towards_a_deadline() -> None:
    """Given ways of 5 and 20 days and 6 days behind any of them, then 22 days are enough, as the
    slow one goes on beside; behind all of them they are too few."""
    source = DEADLINE.replace("WHAT", "wait: {for: 6 days}").replace("LIMIT", "22 days")
    assert "infeasible-deadline" not in codes(source)
    assert "infeasible-deadline" in codes(source.replace("of: any", "of: all"))


def test_what_cannot_be_behind_any_of_a_group_is_found() -> None:
    """Given a step that asks that none of the group was done, then it never starts."""
    what = 'when: not done("slow") and not done("quick"), milestone: {}'
    source = DEADLINE.replace("LIMIT", "60 days").replace("WHAT", f"{what}")
    assert "unreachable-step" in codes(source)
    assert "unreachable-step" not in codes(source.replace(' and not done("quick")', ""))
