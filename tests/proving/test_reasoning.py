"""Interval reasoning against the kernel's own judgement.

With every value fixed, a condition reads as ``judge`` reads it; and what the search calls
impossible no patient meets.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pathways.compiled import (
    Band,
    CompiledPathway,
    DataElement,
    Instrument,
    Item,
    Score,
    Stage,
    Step,
)
from pathways.conditions import judge
from pathways.journey.events import PatientProfile
from pathways.journey.state import Fact
from pathways.proving.evaluating import decoded, forecast, leaf_of, leaves
from pathways.proving.ground import Ground
from pathways.proving.possible import NO, YES, constant
from pathways.proving.searching import can_be
from pathways.spans import Span
from tests.conditions.patients import NOON, Patient

MOOD = Instrument(
    "mood",
    "1",
    "Mood",
    "free",
    items=(Item("one", "One"), Item("two", "Two")),
    scores=(Score("score", "sum", ("one", "two"), bands=(Band("low", 0, 2), Band("high", 3, 6))),),
)
PATHWAY = CompiledPathway(
    pathway="sample",
    version="1",
    title="Sample",
    stages=(
        Stage(
            "only",
            "assessment",
            "Only",
            steps=(Step("visit", "schedule", "Visit"), Step("call", "task", "Call")),
            next=(),
        ),
    ),
    rules=(),
    data={
        "hba1c": DataElement("hba1c", "quantity", low=3.0, high=25.0, fresh=Span(4, "month")),
        "goal": DataElement("goal", "quantity", low=6.0, high=10.0),
        "risk": DataElement("risk", "choice", options=("low", "high")),
        "insulin": DataElement("insulin", "boolean"),
    },
    instruments={"mood": MOOD},
)
GROUND = Ground(PATHWAY)
NUMBERS: list[Any] = [["value", "hba1c"], ["value", "goal"], ["value", "mood.score"], ["age"]]
CONSTANTS = st.sampled_from([2.0, 3.0, 6.0, 6.5, 7.0, 10.0, 25.0, 30.0])


def comparisons() -> st.SearchStrategy[list[Any]]:
    number = st.sampled_from(NUMBERS) | CONSTANTS
    sides = number | st.tuples(st.sampled_from("+-*/"), number, number).map(list)
    sign = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    texts: st.SearchStrategy[list[Any]] = st.sampled_from(
        [
            ["=", ["value", "risk"], "low"],
            ["!=", ["value", "risk"], "high"],
            ["in", ["value", "risk"], ["low", "high"]],
            ["=", ["value", "mood.score-band"], "high"],
            ["=", ["sex"], "female"],
            ["value", "insulin"],
            ["caregiver"],
            ["done", "visit"],
            ["missed", "visit"],
            ["declined", "call"],
        ]
    )
    return st.tuples(sign, sides, sides).map(list) | texts


def joined(parts: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[Any]]:
    several = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda some: ["and", *some]),
        several.map(lambda some: ["or", *some]),
        parts.map(lambda one: ["not", one]),
        st.tuples(parts, parts, parts).map(lambda three: ["if", *three]),
        st.sampled_from(NUMBERS).map(lambda one: ["known", one]),
    )


CONDITIONS = st.recursive(comparisons(), joined, max_leaves=6)
VALUES: dict[str, list[Any]] = {
    '["value","hba1c"]': [None, 3.0, 6.5, 7.0, 12.25, 25.0],
    '["value","goal"]': [None, 6.0, 7.0, 8.5, 10.0],
    '["value","mood.score"]': [None, 0.0, 2.0, 3.0, 6.0],
    '["value","mood.score-band"]': [None, "low", "high"],
    '["value","risk"]': [None, "low", "high"],
    '["value","insulin"]': [None, True, False],
    '["age"]': [None, 6.0, 7.0, 30.0, 80.0],
    '["sex"]': [None, "female", "male"],
    '["caregiver"]': [True, False],
    '["end","visit"]': ["", "done", "declined", "missed", "cancelled"],
    '["end","call"]': ["", "done", "declined", "cancelled"],
}
PATIENTS = st.fixed_dictionaries({leaf: st.sampled_from(some) for leaf, some in VALUES.items()})


def as_patient(values: dict[str, Any]) -> Patient:
    """The same values as the kernel sees them."""
    told = {decoded(leaf)[1]: v for leaf, v in values.items() if decoded(leaf)[0] == "value"}
    age = values['["age"]']
    return Patient(
        facts={n: (Fact(v, NOON, NOON),) for n, v in told.items() if v is not None},
        patient=PatientProfile(
            born="1960-05-01", sex=values['["sex"]'] or "unknown", caregiver=values['["caregiver"]']
        ),
        years=None if age is None else int(age),
        ends={"visit": values['["end","visit"]'], "call": values['["end","call"]']},
    )


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, PATIENTS)
def test_with_every_value_fixed_a_condition_reads_as_the_kernel_judges(
    expr: list[Any], values: dict[str, Any]
) -> None:
    world = {leaf: constant(values[leaf]) for leaf in leaves(expr)}
    found = forecast(expr)(world)
    verdict = judge(expr, as_patient(values))
    wanted = {True: YES, False: NO, None: 0}[verdict]
    assert (found.truth == wanted) if verdict is not None else (not found.truth)


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, PATIENTS)
def test_what_is_called_impossible_no_patient_meets(
    expr: list[Any], values: dict[str, Any]
) -> None:
    """Given any patient within the ranges, what the kernel judges of them is possible."""
    verdict = judge(expr, as_patient(values))
    wanted = {True: "yes", False: "no", None: "unknown"}[verdict]
    assert can_be(wanted, expr, GROUND).possible


@settings(max_examples=400, deadline=None)
@given(CONDITIONS, st.sampled_from(["yes", "no", "unknown"]))
def test_a_witness_is_a_patient_for_whom_it_is_so(expr: list[Any], wanted: str) -> None:
    witness = can_be(wanted, expr, GROUND).witness
    if witness is None:
        return
    values = {leaf: some[0] for leaf, some in VALUES.items()} | witness
    verdict = judge(expr, as_patient(values))
    assert {True: "yes", False: "no", None: "unknown"}[verdict] == wanted


HBA1C, GOAL, SCORE = ["value", "hba1c"], ["value", "goal"], ["value", "mood.score"]


@pytest.mark.parametrize(
    ("expr", "yes", "no"),
    [
        ([">", HBA1C, 9.0], True, True),
        ([">", HBA1C, 25.0], False, True),
        ([">=", HBA1C, 25.0], True, True),
        ([">=", HBA1C, 3.0], True, False),
        (["and", ["<", HBA1C, 7.0], [">", HBA1C, 7.0]], False, True),
        (["or", ["<", HBA1C, 7.0], [">=", HBA1C, 7.0]], True, False),
        (["and", [">", HBA1C, GOAL], ["<", HBA1C, 6.0]], False, True),
        (["and", [">", SCORE, 2.0], ["<", SCORE, 3.0]], False, True),
        ([">", ["+", HBA1C, GOAL], 35.0], False, True),
        (["known", HBA1C], True, True),
        (["missed", "call"], False, True),
        (["missed", "visit"], True, True),
        (["and", ["done", "visit"], ["missed", "visit"]], False, True),
        (["on-pathway", "sample"], True, False),
        (["on-pathway", "another"], True, True),
        (["plan-approved"], False, True),
        (["and", ["has-condition", "E11.6"], ["not", ["has-condition", "E11"]]], False, True),
        (["and", ["known", HBA1C], [">", ["days-since", "hba1c"], 200.0]], False, True),
        (["and", ["known", HBA1C], [">", ["days-since", "hba1c"], 100.0]], True, True),
        ([">", ["count-below", "hba1c", 4.0, 86400], 2.0], False, True),
        (["<", ["change", "hba1c", 86400], -22.0], False, True),
        (["and", ["<", HBA1C, 7.0], [">", ["lowest", "hba1c", 86400], 8.0]], False, True),
    ],
)  # fmt: skip
def test_what_can_be_is_told_from_what_cannot(expr: list[Any], yes: bool, no: bool) -> None:
    assert can_be("yes", expr, GROUND).possible == yes
    assert can_be("no", expr, GROUND).possible == no


def test_nobody_gets_younger_after_the_enrollment() -> None:
    """Given a pathway for adults, when a condition asks for a child, then nobody meets it."""
    adults = replace(PATHWAY, eligible=["and", [">=", ["age"], 18.0], ["caregiver"]])
    assert not can_be("yes", ["<", ["age"], 18.0], Ground(adults)).possible
    assert can_be("yes", ["<", ["age"], 18.0], Ground(adults, joined=False)).possible


def test_a_search_that_is_given_up_claims_nothing() -> None:
    """Given far too many values to try, the answer is that it may be."""
    named = [(["value", f"x{n}"], ["value", f"y{n}"]) for n in range(14)]
    pairs: list[Any] = [["and", ["<", x, y], [">", x, y]] for x, y in named]
    data = {
        name: DataElement(name, "choice", options=tuple(f"{k}" for k in range(9)))
        for n in range(14)
        for name in (f"x{n}", f"y{n}")
    }
    found = can_be("yes", ["or", *pairs], Ground(replace(PATHWAY, data=data)))
    assert found.possible
    assert not found.searched
    assert found.witness is None


def test_how_a_step_ended_is_one_question() -> None:
    assert leaves(["and", ["done", "a"], ["declined", "a"]]) == (leaf_of(["end", "a"]),)
