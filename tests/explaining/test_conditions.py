"""A condition in plain English, and for one patient with what it saw."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pathways import wording
from pathways.compiled import CompiledPathway
from pathways.conditions import judge
from pathways.explaining import explain_condition, verdict
from pathways.journey.prepared import Prepared
from pathways.journey.view import PatientView
from pathways.narrative import day_and_time
from tests.definitions import shipped
from tests.definitions.test_shipped_journeys import DIABETES, diabetes
from tests.drawing.samples import every_verb

HIGH = [">", ["value", "hba1c"], 9.0]
LOW = ["<", ["value", "glucose"], 54.0]


def seen(**values: float) -> PatientView:
    """The patient an hour after these values were recorded."""
    walk = diabetes()
    walk.record("2027-01-07T09:00", **values)
    pathway = shipped.pathway(DIABETES)
    mine = walk.journey.enrollments[DIABETES]
    return PatientView(walk.journey, mine, Prepared(pathway), walk.now + 3600)


def told(expr: list, view: PatientView) -> str:
    pathway = shipped.pathway(DIABETES)
    calendar = view.journey.calendar
    found = explain_condition(expr, pathway, view)
    return found.text(pathway, lambda at: day_and_time(calendar, at))


def test_a_condition_says_what_it_needs_and_how_long_that_counts() -> None:
    found = explain_condition(HIGH, shipped.pathway(DIABETES))
    assert found.words == "HbA1c is above 9 %"
    assert found.needs == ("HbA1c (hba1c), known for 4 months",)
    assert (found.verdict, found.trace) == ("", None)


def test_yes_with_the_value_that_was_seen() -> None:
    assert told(HIGH, seen(hba1c=9.8)) == (
        "It holds when HbA1c is above 9 %.\n"
        "\n"
        "What it needs\n"
        "  - HbA1c (hba1c), known for 4 months\n"
        "  Without one of these the answer may be unknown; unknown starts nothing.\n"
        "\n"
        "For this patient: yes\n"
        "  - HbA1c is above 9 %: yes\n"
        "    - HbA1c: 9.8\n"
        "        saw 9.8 %, observed Thu 7 Jan 2027 09:00\n"
    )


def test_no() -> None:
    assert "For this patient: no\n" in told(HIGH, seen(hba1c=7.0))


def test_unknown_says_that_there_is_no_value() -> None:
    text = told(LOW, seen(hba1c=7.0))
    assert "For this patient: unknown\n" in text
    assert "Glucose: unknown\n        no value on record" in text


def test_unknown_says_that_a_value_no_longer_counts() -> None:
    view = seen(glucose=48.0)
    later = PatientView(view.journey, view.enrollment, view.ready, view.now + 3 * 86_400)
    text = told(LOW, later)
    assert "For this patient: unknown\n" in text
    assert "saw 48 mg/dL, observed Thu 7 Jan 2027 09:00 (no longer counts)" in text


@pytest.mark.parametrize(
    "compared", [["change", "glucose", 7 * 86_400], ["previous", "glucose"]], ids=["change", "last"]
)
def test_unknown_says_that_there_is_nothing_to_compare_a_value_with(compared: list) -> None:
    """Given one reading of today, when it is to be compared with an earlier one, then the reading
    is not called out of date."""
    text = told([">", compared, 20.0], seen(glucose=48.0))
    assert "For this patient: unknown\n" in text
    assert (
        "saw 48 mg/dL, observed Thu 7 Jan 2027 09:00\n"
        "        no earlier reading to compare it with" in text
    )


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_condition_that_ships_can_be_traced_and_agrees_with_the_kernel(name: str) -> None:
    pathway = shipped.pathway(name)
    view = seen(hba1c=9.8, glucose=48.0)
    for expr in conditions(pathway):
        assert explain_condition(expr, pathway, view).verdict == verdict(judge(expr, view))


def conditions(pathway: CompiledPathway) -> list:
    steps = [step for stage in pathway.stages for step in stage.steps]
    found = [step.when for step in steps] + [rule.when for rule in pathway.rules]
    found += [branch.when for stage in pathway.stages for branch in stage.next]
    return [expr for expr in found if expr is not None]


@pytest.mark.parametrize(
    ("expr", "words"),
    [
        (["done", "offer"], 'step "Offer" is done'),
        (["=", ["outcome", "agree"], "rejected"], 'the outcome of step "Agree" is rejected'),
        (
            ["or", *(["=", ["value", "foot-risk"], one] for one in ("low", "moderate", "high"))],
            "Foot risk is low, moderate or high",
        ),
        (
            ["or", ["=", ["value", "foot-risk"], "low"], ["known", ["value", "hba1c"]]],
            "Foot risk is low or HbA1c is known",
        ),
    ],
)
def test_steps_have_their_titles_and_alternatives_are_gathered(expr: list, words: str) -> None:
    assert wording.condition(expr, every_verb()) == words


@pytest.mark.parametrize(
    ("ucum", "words"),
    [
        ("mm[Hg]", "HbA1c is above 9 mmHg"),
        ("1", "HbA1c is above 9"),
        ("{score}", "HbA1c is above 9"),
    ],
)
def test_units_are_as_people_write_them(ucum: str, words: str) -> None:
    pathway = every_verb()
    data = {**pathway.data, "hba1c": replace(pathway.data["hba1c"], unit=ucum)}
    assert wording.condition(HIGH, replace(pathway, data=data)) == words
