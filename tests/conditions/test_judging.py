"""What conditions come to, and that nothing unknown is ever taken for an answer."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from pathways.conditions import ConditionError, explain, judge, prepare
from pathways.journey.events import PatientProfile
from pathways.journey.state import Fact
from tests.conditions.patients import DAY, HOUR, NOON, Patient, having, readings

TRUTH: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}
RANK = {False: 0, None: 1, True: 2}
KLEENE = {0: False, 1: None, 2: True}
"""Kleene's logic as numbers: ``and`` is the minimum, ``or`` the maximum, ``not`` the mirror."""


def _patient(**named: bool | None) -> Any:
    return having(**named)


@pytest.mark.parametrize(("a", "b", "c"), [*product(TRUTH, repeat=3)])
def test_and_and_or_follow_kleenes_tables(a, b, c):
    """Three parts, each yes, no or unknown: all 27 combinations."""
    view = _patient(a=TRUTH[a], b=TRUTH[b], c=TRUTH[c])
    parts = [["value", name] for name in "abc"]
    ranks = [RANK[TRUTH[name]] for name in (a, b, c)]
    assert judge(["and", *parts], view) is KLEENE[min(ranks)]
    assert judge(["or", *parts], view) is KLEENE[max(ranks)]


@pytest.mark.parametrize("a", TRUTH)
def test_not_mirrors_and_leaves_unknown_unknown(a):
    assert judge(["not", ["value", "a"]], _patient(a=TRUTH[a])) is KLEENE[2 - RANK[TRUTH[a]]]


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "=", "!="])
@pytest.mark.parametrize(("left", "right"), [(None, 1.0), (1.0, None), (None, None)])
def test_a_comparison_with_an_unknown_side_is_unknown(sign, left, right):
    view = having(left=left, right=right)
    assert judge([sign, ["value", "left"], ["value", "right"]], view) is None
    assert judge([sign, ["value", "nothing"], 1.0], view) is None


@pytest.mark.parametrize("sign", ["+", "-", "*", "/"])
def test_arithmetic_with_an_unknown_part_is_unknown(sign):
    assert judge(["<", [sign, ["value", "x"], 1.0], 5.0], having(x=None)) is None


def test_division_by_zero_is_unknown_and_not_an_error():
    assert judge(["<", ["/", 1.0, ["value", "x"]], 5.0], having(x=0.0)) is None


def test_a_stale_value_is_unknown_although_it_was_measured():
    view = Patient({"hba1c": readings((0, 6.0))}, stale=frozenset({"hba1c"}))
    assert judge(["<", ["value", "hba1c"], 7.0], view) is None
    assert judge(["known", ["value", "hba1c"]], view) is False


@pytest.mark.parametrize(
    ("value", "below", "at_most"), [(6.9, True, True), (7.0, False, True), (7.1, False, False)]
)
def test_a_threshold_belongs_to_at_least_and_at_most(value, below, at_most):
    view = having(hba1c=value)
    assert judge(["<", ["value", "hba1c"], 7.0], view) is below
    assert judge(["<=", ["value", "hba1c"], 7.0], view) is at_most
    assert judge([">", 7.0, ["value", "hba1c"]], view) is below


def test_known_is_never_unknown_itself():
    assert judge(["known", ["<", ["value", "hba1c"], 7.0]], having(hba1c=None)) is False
    assert judge(["known", ["<", ["value", "hba1c"], 7.0]], having(hba1c=9.0)) is True


def test_a_choice_between_conditions_is_unknown_when_its_question_is():
    expr = ["if", ["value", "insulin"], ["<", 1.0, 2.0], ["<", 2.0, 1.0]]
    assert judge(expr, having(insulin=True)) is True
    assert judge(expr, having(insulin=False)) is False
    assert judge(expr, having(insulin=None)) is None


def test_one_of_several_options():
    expr = ["in", ["value", "risk"], ["high", "active"]]
    assert judge(expr, having(risk="high")) is True
    assert judge(expr, having(risk="low")) is False
    assert judge(expr, having(risk=None)) is None


def test_a_value_of_another_type_than_expected_is_unknown_and_not_an_error():
    assert judge(["<", ["value", "hba1c"], 7.0], having(hba1c="not done")) is None
    assert judge(["value", "hba1c"], having(hba1c=7.0)) is None


WEIGHT = ["change", "weight", DAY]


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        (24 * HOUR, 2.0),
        (12 * HOUR, 2.0),
        (36 * HOUR, 2.0),
        (12 * HOUR - 1, None),
        (36 * HOUR + 1, None),
    ],
    ids=["exactly", "half a span late", "half a span early", "too late", "too early"],
)
def test_a_change_is_measured_against_a_reading_near_the_span_before(earlier, expected):
    """Given 82 kg now and 80 kg some time ago, when the change over 24 hours is asked."""
    view = Patient({"weight": readings((0, 82.0), (earlier, 80.0))})
    if expected is None:
        assert judge(["known", WEIGHT], view) is False
    else:
        assert judge(["=", WEIGHT, expected], view) is True


def test_a_change_counts_from_the_newest_reading_not_from_now():
    """Given readings 5 and 6 days ago, the change over a day is theirs."""
    view = Patient({"weight": readings((5 * DAY, 82.0), (6 * DAY, 80.0))})
    assert judge(["=", WEIGHT, 2.0], view) is True


def test_of_several_earlier_readings_the_closest_is_taken_and_the_later_of_a_tie():
    view = Patient({"weight": readings((0, 82.0), (20 * HOUR, 81.0), (25 * HOUR, 79.0))})
    assert judge(["=", WEIGHT, 3.0], view) is True
    tie = Patient({"weight": readings((0, 82.0), (22 * HOUR, 81.0), (26 * HOUR, 79.0))})
    assert judge(["=", WEIGHT, 1.0], tie) is True


@pytest.mark.parametrize(("now", "met"), [(82.96, True), (82.95, False)])
def test_a_change_meets_its_limit_as_it_is_written(now: float, met: bool) -> None:
    """B1: 81.6 to 82.96 kg is a gain of 1.36 kg, though 82.96 - 81.6 is less in binary."""
    view = Patient({"weight": readings((0, now), (DAY, 81.6))})
    assert judge([">=", WEIGHT, 1.36], view) is met
    gain = ["-", ["value", "weight"], 81.6]
    assert judge([">=", gain, 1.36], view) is met


def test_a_change_is_unknown_when_the_newest_reading_is_stale():
    view = Patient({"weight": readings((0, 82.0), (DAY, 80.0))}, stale=frozenset({"weight"}))
    assert judge([">=", WEIGHT, 1.0], view) is None


def test_a_percent_change_is_relative_to_the_earlier_reading():
    expr = ["=", ["percent-change", "weight", DAY], 2.5]
    assert judge(expr, Patient({"weight": readings((0, 82.0), (DAY, 80.0))})) is True
    assert judge(expr, Patient({"weight": readings((0, 82.0), (DAY, 0.0))})) is None


WEEK = {"glucose": readings((0, 90.0), (DAY, 60.0), (7 * DAY, 50.0), (7 * DAY + 1, 40.0))}


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (["lowest", "glucose", 7 * DAY], 50.0),
        (["highest", "glucose", 7 * DAY], 90.0),
        (["count-below", "glucose", 60.0, 7 * DAY], 1.0),
        (["count-below", "glucose", 70.0, 7 * DAY], 2.0),
        (["count-at-least", "glucose", 60.0, 7 * DAY], 2.0),
        (["previous", "glucose"], 60.0),
        (["days-since", "glucose"], 0.0),
    ],
)
def test_windows_end_now_and_include_both_ends(expr, value):
    """Given 90 now, 60 a day ago, 50 exactly 7 days ago and 40 a second before that."""
    assert judge(["=", expr, value], Patient(WEEK)) is True


@pytest.mark.parametrize("name", ["count-below", "count-at-least"])
def test_no_reading_in_a_window_is_unknown_and_not_a_count_of_zero(name):
    """A patient who did not measure has not shown that there were no lows."""
    silent = Patient({"glucose": readings((8 * DAY, 50.0))})
    assert judge(["=", [name, "glucose", 70.0, 7 * DAY], 0.0], silent) is None
    assert judge(["=", [name, "glucose", 70.0, 7 * DAY], 0.0], Patient()) is None


def test_a_reading_from_a_clock_that_runs_ahead_is_not_in_the_window():
    ahead = Patient({"glucose": readings((-60, 50.0))})
    assert judge(["known", ["lowest", "glucose", DAY]], ahead) is False


def test_days_since_counts_whole_days():
    view = Patient({"eye-exam": readings((3 * DAY - 1, 1.0))})
    assert judge(["=", ["days-since", "eye-exam"], 2.0], view) is True
    assert judge(["known", ["days-since", "foot-exam"]], view) is False


@pytest.mark.parametrize(
    ("value", "days"), [("2027-01-15", 0.0), ("2027-01-01", 14.0), ("2027-01-20", -5.0)]
)
def test_days_since_a_date(value, days):
    """Today is 2027-01-15."""
    view = Patient({"surgery-date": (Fact(value, NOON - DAY, NOON - DAY),)})
    assert judge(["=", ["days-since-date", "surgery-date"], days], view) is True


@pytest.mark.parametrize(("hours", "days"), [(-9, 13.0), (0, 14.0), (16, 15.0)])
def test_a_day_begins_when_it_does_for_the_patient(hours, days):
    """Given 08:00 UTC on 2027-01-15: the day before in Anchorage, the day after in Kiritimati."""
    fact = Fact("2027-01-01", NOON - DAY, NOON - DAY)
    view = Patient({"surgery-date": (fact,)}, east=hours * HOUR)
    assert judge(["=", ["days-since-date", "surgery-date"], days], view) is True


def test_a_date_that_is_none_is_unknown():
    assert (
        judge(["known", ["days-since-date", "surgery-date"]], having(surgery_date="soon")) is False
    )


def test_what_is_asked_about_the_patient():
    profile = PatientProfile(
        born="1960-05-01",
        sex="female",
        language="es",
        conditions=("E11.9",),
        medications=("metformin",),
        caregiver=True,
    )
    view = Patient(patient=profile, years=66, approved=True, pathways=("heart-failure",))
    for expr in (
        ["=", ["age"], 66.0],
        ["=", ["sex"], "female"],
        ["=", ["language"], "es"],
        ["caregiver"],
        ["plan-approved"],
        ["not", ["in-hospital"]],
        ["has-condition", "E11"],
        ["not", ["has-condition", "E10"]],
        ["taking", "metformin"],
        ["on-pathway", "heart-failure"],
        ["not", ["known", ["goals-met"]]],
    ):
        assert judge(expr, view) is True, expr


def test_an_unrecorded_sex_is_unknown():
    assert judge(["!=", ["sex"], "female"], Patient()) is None


def test_how_steps_ended_is_always_known_and_their_outcome_only_when_reported():
    view = Patient(ends={"visit": "missed", "therapy": "done"}, outcomes={"therapy": "denied"})
    assert judge(["missed", "visit"], view) is True
    assert judge(["done", "visit"], view) is False
    assert judge(["declined", "not-yet"], view) is False
    assert judge(["=", ["outcome", "therapy"], "denied"], view) is True
    assert judge(["!=", ["outcome", "visit"], "denied"], view) is None


@pytest.mark.parametrize(
    "expr",
    [
        None,
        [],
        ["nonsense", 1.0],
        ["value"],
        ["<", 1.0],
        ["in", ["value", "x"]],
        ["and", ["or", None]],
        [["value", "x"]],
    ],
    ids=repr,
)
def test_a_malformed_expression_is_refused_when_prepared_and_when_explained(expr):
    with pytest.raises(ConditionError):
        prepare(expr)
    with pytest.raises(ConditionError):
        explain(expr, Patient())
