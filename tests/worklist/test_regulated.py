"""Deadlines of payers weigh as regulated ones on their last day (clinical.md 5, 7.1)."""

from __future__ import annotations

import pytest

from pathways.journey.effects import TaskRow
from pathways.review.record import DUTIES
from pathways.worklist.priority import REGULATED, priority
from pathways.worklist.regulated import KINDS, deadline_today
from tests.kernel.building import NEW_YORK, at
from tests.worklist.test_priority import task


def row(kind: str, due: str) -> TaskRow:
    opened = at("2026-09-14T09:00-04:00")
    return task(kind=kind, opened=opened, due=at(due))


@pytest.mark.parametrize(
    ("now", "regulated"),
    [
        ("2026-09-25T23:59-04:00", False),
        ("2026-09-26T00:00-04:00", True),
        ("2026-09-26T12:01-04:00", True),
        ("2026-09-29T09:00-04:00", True),
    ],
)
def test_the_last_day_to_appeal_counts_from_its_midnight(now: str, regulated: bool) -> None:
    """Until noon of Sat 09-26: the whole of that day it presses, and so it does when it is over."""
    one = row("fast-appeal", "2026-09-26T12:00-04:00")
    words = deadline_today(one, NEW_YORK, at(now))
    assert bool(words) is regulated
    judged = priority(one, at(now), regulated=words)
    assert (judged.base == REGULATED) is regulated
    assert ("the time to appeal" in judged.reason) is regulated


def test_other_work_is_no_regulated_deadline() -> None:
    one = row("bridge-plan", "2026-09-15T23:59-04:00")
    assert deadline_today(one, NEW_YORK, at("2026-09-15T12:00-04:00")) == ""


def test_every_kind_is_one_that_a_review_opens() -> None:
    assert set(KINDS) <= set(DUTIES)
