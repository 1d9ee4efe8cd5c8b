"""Explanations: the same answer as the fast path, in words, with the readings seen."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.conditions import Seen, explain, judge, say
from pathways.journey.events import PatientProfile
from pathways.journey.state import Fact
from tests.conditions.patients import DAY, HOUR, NOON, Patient, having, readings

NUMBERS = ("hba1c", "weight")
SPANS = st.sampled_from([HOUR, DAY, 7 * DAY])
constants = st.integers(-3, 3).map(float)
named = st.sampled_from(NUMBERS)


def _numbers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.tuples(st.sampled_from("+-*/"), inner, inner).map(list),
        st.tuples(st.just("neg"), inner).map(list),
        st.tuples(st.just("if"), st.just(["value", "insulin"]), inner, inner).map(list),
        st.tuples(st.sampled_from(["count-below", "count-at-least"]), named, inner, SPANS).map(
            list
        ),
    )


numbers = st.recursive(
    st.one_of(
        constants,
        named.map(lambda name: ["value", name]),
        named.map(lambda name: ["previous", name]),
        named.map(lambda name: ["days-since", name]),
        st.just(["age"]),
        st.tuples(
            st.sampled_from(["change", "percent-change", "lowest", "highest"]), named, SPANS
        ).map(list),
    ),
    _numbers,
    max_leaves=4,
)
comparisons = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), numbers, numbers)
conditions = st.recursive(
    st.one_of(
        comparisons.map(list),
        numbers.map(lambda number: ["known", number]),
        st.tuples(st.just("in"), numbers, st.lists(constants, min_size=1, max_size=3)).map(list),
        st.just(["value", "insulin"]),
        st.just(["goals-met"]),
        st.sampled_from([["done", "visit"], ["has-condition", "E11"]]),
        st.just(["=", ["outcome", "visit"], "approved"]),
        st.just(["=", ["sex"], "female"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ["and", *parts]),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ["or", *parts]),
        inner.map(lambda part: ["not", part]),
        st.tuples(st.just("if"), inner, inner, inner).map(list),
    ),
    max_leaves=8,
)
facts = st.lists(
    st.tuples(st.integers(-HOUR, 9 * DAY), constants), max_size=4, unique_by=lambda pair: pair[0]
).map(lambda pairs: readings(*pairs))
patients = st.builds(
    lambda hba1c, weight, insulin, stale, goals, end, conditions: Patient(
        {
            "hba1c": hba1c,
            "weight": weight,
            "insulin": () if insulin is None else (Fact(insulin, NOON, NOON),),
        },
        stale=stale,
        goals=goals,
        ends={"visit": end},
        outcomes={"visit": "approved" if end == "done" else ""},
        patient=PatientProfile(born="1960-05-01", sex="female", conditions=conditions),
    ),
    facts,
    facts,
    st.sampled_from([True, False, None]),
    st.frozensets(named),
    st.sampled_from([True, False, None]),
    st.sampled_from(["done", "declined", ""]),
    st.sampled_from([(), ("E11.9",)]),
)


@given(conditions, patients)
@settings(max_examples=800, deadline=None)
def test_an_explanation_always_agrees_with_the_judgement(expr, patient):
    answer = judge(expr, patient)
    assert explain(expr, patient).value is answer
    assert answer in (True, False, None)
    assert say(expr)


def test_an_explanation_names_the_readings_that_were_seen():
    """Given HbA1c 8.1 and no weight, when "hba1c < 7 and weight known" is explained."""
    view = having(hba1c=8.1)
    trace = explain(["and", ["<", ["value", "hba1c"], 7.0], ["known", ["value", "weight"]]], view)
    assert trace.value is False
    assert [part.text for part in trace.parts] == ["hba1c is below 7", "weight is known"]
    assert [part.value for part in trace.parts] == [False, False]
    assert trace.readings() == (Seen("hba1c", 8.1, NOON),)


def test_an_explanation_of_a_change_shows_both_readings():
    view = Patient({"weight": readings((0, 82.0), (HOUR, 90.0), (DAY, 80.0))})
    trace = explain([">=", ["change", "weight", DAY], 1.5], view)
    assert trace.value is True
    assert trace.parts[0].value == 2.0
    assert [seen.value for seen in trace.readings()] == [82.0, 80.0]


def test_an_explanation_shows_parts_that_the_fast_path_skips():
    """The first part decides; the second is still shown, so that the reader sees everything."""
    view = having(a=False, b=True)
    trace = explain(["and", ["value", "a"], ["value", "b"]], view)
    assert [(part.text, part.value) for part in trace.parts] == [("a", False), ("b", True)]
