"""The worklist's score: clinical.md 7.1, its vectors and its bound."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.journey.effects import TaskRow
from pathways.worklist.priority import BASES, FLAGS, TIERS, place, priority

DAY = 86_400
NOW = 1_800_000_000


def task(urgency: str = "", *, opened: int = NOW, due: int = NOW + DAY, **more: Any) -> TaskRow:
    given_: dict[str, Any] = {
        "task": "t1",
        "pathway": "p",
        "step": "s",
        "occurrence": 1,
        "kind": "task",
        "title": "Call",
        "owner": "case-manager",
        "person": "",
        "status": "open",
    }
    return TaskRow(**given_ | more, opened=opened, due=due, urgency=urgency)


def gone(urgency: str, percent: int) -> TaskRow:
    return task(urgency, opened=NOW - percent * 1000, due=NOW + (100 - percent) * 1000)


@pytest.mark.parametrize(
    ("row", "tier", "regulated", "score"),
    [
        (gone("RT-1BD", 90), "high", "", 520),
        (gone("RT-SD", 20), "low", "", 640),
        (gone("", 95), "complex", "Contact", 800),
        (gone("RT-2H", 0), "low", "", 1000),
    ],
)
def test_the_vectors(row: TaskRow, tier: str, regulated: str, score: int) -> None:
    assert priority(row, NOW, tier=tier, regulated=regulated).score == score


def test_the_highest_that_administration_reaches_is_970() -> None:
    """Given a regulated deadline, five days overdue, complex, both flags: 550 + 300 + 120."""
    row = task("RT-1BD", opened=NOW - 9 * DAY, due=NOW - 5 * DAY, flags=("safety-critical",))
    judged = priority(row, NOW, tier="complex", flags=("caregiver-crisis",), regulated="Contact")
    assert (judged.base, judged.urgency, judged.risk, judged.score) == (550, 300, 120, 970)


@pytest.mark.parametrize(
    ("late", "urgency"), [(0, 200), (DAY - 1, 200), (DAY, 220), (5 * DAY, 300), (50 * DAY, 300)]
)
def test_each_day_overdue_adds_20_up_to_100(late: int, urgency: int) -> None:
    row = task("RT-3BD", opened=NOW - 60 * DAY, due=NOW - late)
    assert priority(row, NOW).urgency == urgency


@pytest.mark.parametrize(
    ("row", "more", "reason"),
    [
        (gone("RT-SD", 90), {"tier": "high"}, "same day; 90 % of its time gone; high risk"),
        (
            task("RT-1BD", opened=NOW - 4 * DAY, due=NOW - 2 * DAY),
            {"tier": "complex", "flags": ("caregiver-crisis",)},
            "1 business day; 2 days overdue; complex patient; caregiver crisis",
        ),
        (
            gone("", 50),
            {"regulated": "Visit within 14 days"},
            "routine; deadline today: Visit within 14 days; 50 % of its time gone",
        ),
        (task("RT-911", opened=NOW - 2, due=NOW - 1), {}, "911 now; overdue"),
        (
            task("RT-SD", flags=("safety-critical",)),
            {"tier": "low"},
            "same day; 0 % of its time gone; low risk; safety-critical",
        ),
    ],
)
def test_the_reason_is_said_in_words(row: TaskRow, more: dict[str, Any], reason: str) -> None:
    assert priority(row, NOW, **more).reason == reason


def test_what_is_blocked_is_not_overdue() -> None:
    """Given a task that waits for a physician's decision, then no time of it is gone."""
    row = task("RT-1BD", opened=NOW - 9 * DAY, due=NOW - 5 * DAY, blocked="A physician decides")
    judged = priority(row, NOW)
    assert (judged.score, judged.reason) == (300, "1 business day; blocked")


def test_a_regulated_deadline_lowers_no_class() -> None:
    assert priority(gone("RT-SD", 0), NOW, regulated="Contact").base == 600
    assert priority(gone("RT-24H", 0), NOW, regulated="Contact").base == 550


def test_equal_scores_go_by_due_time_then_by_age() -> None:
    first = task(opened=NOW, due=NOW + DAY, task="t3")
    second = task(opened=NOW, due=NOW + 2 * DAY, task="t2")
    older = task(opened=NOW + 1, due=NOW + 2 * DAY, task="t1")
    judged = {row.task: priority(row, NOW) for row in (first, second, older)}
    assert len({one.score for one in judged.values()}) == 1
    order = sorted((older, second, first), key=lambda row: place(row, judged[row.task]))
    assert [row.task for row in order] == ["t3", "t2", "t1"]


CLINICAL = ("RT-911", "RT-ED", "RT-2H")
instants = st.integers(0, 4_000_000_000)


@given(
    clinical=st.sampled_from(CLINICAL),
    other=st.sampled_from([name for name in ("", *BASES) if name not in (*CLINICAL, "RT-SD")]),
    times=st.tuples(instants, instants, instants, instants, instants),
    tiers=st.tuples(st.sampled_from(("", *TIERS)), st.sampled_from(("", *TIERS))),
    flags=st.lists(st.sampled_from(list(FLAGS)), unique=True),
    regulated=st.sampled_from(("", "Contact")),
)
def test_administration_never_outranks_a_two_hour_task(
    clinical: str,
    other: str,
    times: tuple[int, int, int, int, int],
    tiers: tuple[str, str],
    flags: list[str],
    regulated: str,
) -> None:
    """Whatever the times, tiers and flags: 970 is the most that work of no alarm class reaches,
    and a two-hour task has 1000 from its first second."""
    now, opened, due, also_opened, also_due = times
    mine = task(other, opened=opened, due=due, flags=tuple(flags))
    alarm = task(clinical, opened=also_opened, due=also_due)
    low = priority(mine, now, tier=tiers[0], flags=tuple(flags), regulated=regulated)
    high = priority(alarm, now, tier=tiers[1])
    assert low.score <= 970 < 1000 <= high.score
    assert low.score == low.base + low.urgency + low.risk
    assert 0 <= low.urgency <= 300
