"""Mutants: one change each, and scenarios that notice it or do not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pathways.canonical import digest_of
from pathways.compiled import Branch, Expr, Step
from pathways.mutants import Mutant, Played, hunt, mutants, sampled
from pathways.mutants.conditions import others
from pathways.mutants.steps import changes
from pathways.scenarios.coverage import play_watched
from pathways.windows import Window
from tests.scenarios.stories import site, small, story


def made() -> dict[str, Mutant]:
    return {mutant.id: mutant for mutant in mutants(small())}


def prepared(text: str) -> Played:
    scenario = story(text)
    course, reached = play_watched(scenario, site())
    return Played(scenario, reached["small"], len(course.instants))


def noticed(mutant: str, text: str) -> bool:
    found = hunt("small", [made()[mutant]], [prepared(text)], site(), {})
    return found.noticed == 1


def test_every_mutant_is_a_pathway_of_its_own() -> None:
    digests = {digest_of(mutant.make()) for mutant in mutants(small())}
    assert len(digests) == len(made()) == len(mutants(small()))
    assert digest_of(small()) not in digests


def test_there_are_mutants_of_every_kind() -> None:
    kinds = {mutant.operator for mutant in mutants(small())}
    assert kinds == {
        "threshold", "comparison", "condition", "delay", "branch", "order", "owner", "urgency",
        "dropped",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("expr", "names"),
    [
        (
            ["<", ["value", "glucose"], 54],
            ["< -> <= glucose", "glucose 54 -> 55", "glucose 54 -> 53", "not"],
        ),
        (["value", "smoker"], ["not smoker"]),
        (["known", ["value", "glucose"]], ["not known"]),
        (["=", ["value", "risk"], "high"], ["= -> != risk"]),
        (
            ["and", ["value", "smoker"], ["not", ["value", "smoker"]]],
            ["and -> or", "not smoker", "not dropped", "not smoker #2", "not"],
        ),
        (
            [">=", ["count-below", "glucose", 70, 604_800], 2],
            [
                ">= -> > count-below glucose",
                "count-below glucose 2 -> 3",
                "count-below glucose 2 -> 1",
                "count-below glucose window x 2",
                "count-below glucose 70 -> 71",
                "count-below glucose 70 -> 69",
                "not",
            ],
        ),
    ],
)
def test_a_condition_is_changed_in_one_place_at_a_time(expr: Expr, names: list[str]) -> None:
    assert [other.name for other in others(expr, small())] == names


def test_a_threshold_is_noticed_only_at_its_limit() -> None:
    below = "course:\n  - {record: {glucose: 40}}\nexpect:\n  - {rule: low}\n"
    at_it = "course:\n  - {record: {glucose: 53}}\nexpect:\n  - {rule: low}\n"
    assert not noticed("low: when glucose 54 -> 53", below)
    assert noticed("low: when glucose 54 -> 53", at_it)


def test_what_counts_every_reading_is_not_counted_from_another_limit() -> None:
    """given half of the readings of a week, counted from the lowest value that one may have, then
    a limit beside it would count the same readings"""
    element = small().data["glucose"]
    assert element.low is not None
    all_of_them = ["count-at-least", "glucose", element.low, 604_800]
    some_of_them = ["count-at-least", "glucose", element.low + 1, 604_800]
    assert [o.name for o in others(all_of_them, small())] == [
        "count-at-least glucose window x 2",
        "not",
    ]
    assert len(list(others(some_of_them, small()))) == 4


def test_a_rule_without_its_condition_is_noticed_where_nothing_followed_the_event() -> None:
    """given a rule on an event with a condition, and a story in which the event comes to a patient
    of whom the condition is not true"""
    rule = next(rule for rule in small().rules if rule.id == "low")
    both = replace(rule, on="fall")
    pathway = replace(small(), rules=(*(r for r in small().rules if r.id != "low"), both))
    (mutant,) = (m for m in mutants(pathway) if m.id == "low: when dropped")
    scenario = story("known: {glucose: 90}\ncourse:\n  - {event: fall}\nnever:\n  - {rule: low}\n")
    _, reached = play_watched(scenario, site(pathway))
    found = hunt("small", [mutant], [Played(scenario, reached["small"], 1)], site(pathway), {})
    assert found.noticed == 1


def names_of(step: Step, *others: Step) -> list[str]:
    """The changes of a step that stands in the first stage, after ``others``."""
    stage = replace(small().stages[0], steps=(*others, step))
    return [change.name for change in changes(step, replace(small(), stages=(stage,)))]


def test_an_approval_on_the_condition_of_its_plan_is_asked_for_anyway() -> None:
    """given a plan and its approval on one condition, then without a plan nothing is approved"""
    asked: Expr = ["value", "smoker"]
    plan = replace(small().stages[0].steps[0], id="plan", verb="plan", when=asked)
    approval = replace(plan, id="approval", verb="approve", of="plan", after=("plan",))
    assert "when dropped" not in names_of(approval, plan)
    assert "when dropped" in names_of(replace(approval, when=["not", asked]), plan)


def test_of_several_approvers_no_single_owner_is_changed() -> None:
    one = replace(small().stages[0].steps[0], verb="approve", by="nurse")
    several = replace(one, must=("nurse",), may=("pharmacist",))
    assert any(name.startswith("by nurse") for name in names_of(one))
    assert not any(name.startswith("by nurse") for name in names_of(several))


def test_who_must_approve_is_tried_where_anybody_gave_a_verdict() -> None:
    one = replace(small().stages[0].steps[0], id="approval", verb="approve")
    several = replace(one, must=("nurse",), may=("pharmacist",))
    (change,) = (c for c in changes(several, small()) if c.name == "must nurse -> may")
    assert {"verdict-nurse approval", "verdict-pharmacist approval"} < set(change.touches)


def test_a_window_is_tried_where_it_was_over_too() -> None:
    """given a window that closes later, then who came too late may come in time"""
    step = replace(small().stages[0].steps[0], id="visit", window=Window("onset", closes=90))
    (change,) = (c for c in changes(step, small()) if c.name == "window closes 90 -> 91")
    assert "window-over visit" in change.touches


def test_an_owner_is_noticed_only_where_it_is_expected() -> None:
    mutant = "questions: by case-manager -> pharmacist"
    assert not noticed(mutant, "expect:\n  - {task: questions}\n")
    assert noticed(mutant, "expect:\n  - {task: questions, owner: case-manager}\n")


def test_a_scenario_that_does_not_reach_the_change_is_not_played_on_it() -> None:
    """given a mutant of the call, and a story that ends before it"""
    text = "course:\n  - {until: day 1}\nexpect:\n  - {task: questions, owner: pharmacist}\n"
    assert not noticed("call: dropped", text)


def test_a_mutant_declared_equivalent_counts_neither_way_unless_it_is_noticed() -> None:
    chosen = [made()["call: dropped"], made()["questions: by case-manager -> pharmacist"]]
    story_of_owner = [prepared("expect:\n  - {task: questions, owner: case-manager}\n")]
    found = hunt("small", chosen, story_of_owner, site(), {"call: dropped": "reason"})
    assert (found.noticed, found.survivors, found.score) == (1, (), 1.0)
    declared = {"questions: by case-manager -> pharmacist": "wrong"}
    found = hunt("small", chosen, story_of_owner, site(), declared)
    assert [v.mutant.id for v in found.wrongly_declared] == list(declared)
    assert found.score == 0.5


def test_a_sample_is_always_the_same_and_in_order() -> None:
    everything = mutants(small())
    some = sampled(everything, 10)
    assert len(some) == 10
    assert some == sampled(everything, 10)
    assert some != sampled(everything, 10, "another")
    assert [m for m in everything if m in some] == list(some)
    assert sampled(everything, 10_000) == everything


def test_the_reason_that_a_branch_gives_is_left_out() -> None:
    branch = Branch(go="follow-up", because="delivered")
    stage = replace(small().stages[0], next=(branch,))
    made = mutants(replace(small(), stages=(stage, *small().stages[1:])))
    (changed,) = [one for one in made if one.id == f"{stage.id}: branch 1 delivered dropped"]
    assert changed.make().stages[0].next[0].because == ""


def test_a_pathway_of_one_stage_has_mutants_too() -> None:
    """Given the only stage leads to the end, then there is no other place to lead to, and the
    rest is changed all the same."""
    stage = replace(small().stages[0], next=(Branch(go="discharge", disposition="completed"),))
    made = mutants(replace(small(), stages=(stage,), rules=()))
    of_branches = [one.id for one in made if one.of == stage.id and "branch" in one.id]
    assert of_branches == [f"{stage.id}: branch 1 completed -> other"]
