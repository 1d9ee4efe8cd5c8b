"""The machine of a review is the chart of clinical.md 5.4, whatever is said to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.review.machine import (
    CONTESTED,
    ENDED,
    FAMILIES,
    MOVES,
    PAYERS_ROLES,
    STATES,
    UNDECIDED,
    X12,
    By,
    State,
    fault_in,
    way,
)

CHART = """
draft: submitted
submitted: received
received: pended-info nurse-review
pended-info: nurse-review
nurse-review: approved md-review denied
md-review: approved approved-partial denied
approved: closed
approved-partial: p2p appeal-1 closed
denied: p2p appeal-1 closed
withdrawn: closed
p2p: appeal-1 overturned upheld
appeal-1: appeal-2 overturned upheld
appeal-2: overturned upheld
overturned: closed
upheld: appeal-1 appeal-2 closed
"""
"""Written down from the text of 5.4, not from the code: state: what may follow."""
BEFORE_A_DECISION: tuple[State, ...] = (
    "draft",
    "submitted",
    "received",
    "pended-info",
    "nurse-review",
    "md-review",
)
ARGUED: tuple[State, ...] = ("p2p", "appeal-1", "appeal-2")
RUNS_OUT = ["draft", "pended-info", "approved", "approved-partial", "overturned"]
OVER = ["withdrawn", "closed", "expired", "cancelled-deceased", "voided-duplicate"]


def reference() -> set[tuple[str, str]]:
    """Every legal move, built from the chart and the sentences about its side states."""
    legal: set[tuple[str, str]] = set()
    for line in CHART.strip().splitlines():
        state, _, follow = line.partition(": ")
        legal |= {(state, to) for to in follow.split()}
    everything = {s for pair in legal for s in pair}
    legal |= {(s, "withdrawn") for s in (*BEFORE_A_DECISION, *ARGUED)}
    legal |= {(s, "voided-duplicate") for s in BEFORE_A_DECISION}
    legal |= {(s, "expired") for s in RUNS_OUT}
    legal |= {(s, "cancelled-deceased") for s in everything - set(OVER)}
    return legal


def test_the_moves_are_those_of_the_chart_and_no_others() -> None:
    assert {(state, to) for state in STATES for to in MOVES[state]} == reference()


def test_every_state_of_the_chart_is_known_and_sorted() -> None:
    assert set(STATES) == {s for pair in reference() for s in pair}
    assert UNDECIDED == BEFORE_A_DECISION
    assert CONTESTED == ARGUED
    assert sorted(ENDED) == sorted(OVER)


ROLES = st.sampled_from([*PAYERS_ROLES, "case-manager", "primary-care", "coordinator"])
PEOPLE = st.sampled_from(["", "a", "b", "c"])
WHO = st.builds(By, ROLES, PEOPLE, st.sampled_from(["", "RN", "MD", "DO", "PharmD"]), PEOPLE)


@given(
    state=st.sampled_from(STATES),
    to=st.sampled_from(STATES),
    by=WHO,
    family=st.sampled_from(["", *FAMILIES]),
    reason=st.sampled_from(["", "why"]),
    denier=st.sampled_from(["", "a", "b"]),
)
def test_whatever_is_said_the_rules_of_who_may_decide_hold(
    state: State, to: State, by: By, family: str, reason: str, denier: str
) -> None:
    """No illegal move is ever allowed, and an allowed one keeps the separation of 1.3."""
    fault = fault_in(state, to, by, family=family, reason=reason, denier=denier)
    if fault is not None:
        assert fault.code
        assert fault.message.endswith(".")
        return
    assert (state, to) in reference()
    if to in ("denied", "approved-partial"):
        assert reason
        if family == "medical-necessity":
            assert (by.role, state) == ("physician-reviewer", "md-review")
            assert by.credential in ("MD", "DO")
            assert by.person
        else:
            assert family == "administrative"
    if to in ("approved", "overturned"):
        assert by.role not in ("plan", "case-manager", "primary-care", "coordinator")
    if state in ("appeal-1", "appeal-2") and to in ("overturned", "upheld"):
        assert by.role != "utilization-nurse"
        assert by.person
        assert denier == "" or denier not in (by.person, by.reports_to)


@given(
    course=st.lists(st.sampled_from(STATES), max_size=30),
    by=st.sampled_from([By("physician-reviewer", "x", "MD"), By("coordinator")]),
)
def test_a_review_never_leaves_its_end_but_to_be_closed(course: list[State], by: By) -> None:
    """Given anything said in any order, once it is over nothing but closing follows."""
    state: State = "draft"
    over = False
    for to in course:
        said = fault_in(state, to, by, family="medical-necessity", reason="why")
        if said is None:
            assert not over or (state, to) == ("withdrawn", "closed")
            state = to
            over = over or to in OVER


@pytest.mark.parametrize("state", BEFORE_A_DECISION)
@pytest.mark.parametrize("to", ["approved", "approved-partial", "denied"])
def test_what_is_only_told_at_its_end_took_a_legal_way(state: State, to: State) -> None:
    steps = [state, *way(state, to)]
    assert steps[-1] == to
    assert all(pair in reference() for pair in pairwise(steps))
    assert to == "approved" or "md-review" in steps


def test_a_nurse_may_approve_and_deny_for_administration_only() -> None:
    nurse = By("utilization-nurse", "n", "RN")
    assert fault_in("nurse-review", "approved", nurse) is None
    administrative = {"family": "administrative", "reason": "not covered"}
    assert fault_in("nurse-review", "denied", nurse, **administrative) is None
    clinical = {"family": "medical-necessity", "reason": "not needed"}
    refused = fault_in("nurse-review", "denied", nurse, **clinical)
    assert refused is not None
    assert refused.code == "not-a-physician"


def test_only_codes_of_x12_are_kept() -> None:
    assert (X12["approved"], X12["denied"]) == ("A1", "A3")
    assert set(X12) <= set(STATES)
    assert set(X12.values()) <= {"A1", "A2", "A3", "A4", "A6", "CT", "NA", "C"}
