"""Points, not heads: clinical.md 7.2."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.worklist.caseload import DAY, Case, Weight, loads, weight

NOW = 1_800_000_000


def case(tier: str = "low", **more: Any) -> Case:
    given: dict[str, Any] = {"journey": "j", "worker": "n1", "enrolled": NOW - 90 * DAY}
    return Case(**given | more, tier=tier)


@pytest.mark.parametrize(
    ("tier", "points"), [("complex", 4), ("high", 2.5), ("rising", 1), ("low", 0.5), ("", 1)]
)
def test_a_patient_weighs_by_tier(tier: str, points: float) -> None:
    assert weight(case(tier), NOW).points == points


@pytest.mark.parametrize(
    ("more", "extra"),
    [
        ({"enrolled": NOW - 14 * DAY + 1}, 2),
        ({"enrolled": NOW - 14 * DAY}, 0),
        ({"transition": NOW - 30 * DAY + 1}, 1.5),
        ({"transition": NOW - 30 * DAY}, 0),
        ({"crisis": True}, 2),
        ({"home_visits": True}, 1),
        ({"interpreter": True}, 0.5),
        ({"caregiver": False}, 0.5),
        ({"open_denial": True}, 0.5),
    ],
)
def test_what_adds_to_it(more: dict[str, Any], extra: float) -> None:
    judged = weight(case(**more), NOW)
    assert judged.points == 0.5 + extra
    assert sum(judged.parts.values()) == judged.points


def test_everything_at_once() -> None:
    """Given all that can be: 4 + 2 + 1.5 + 2 + 1 + 0.5 + 0.5 + 0.5."""
    every = {"enrolled": NOW, "transition": NOW, "crisis": True, "home_visits": True}
    also = {"interpreter": True, "caregiver": False, "open_denial": True}
    assert weight(case("complex", **every, **also), NOW).points == 12


@pytest.mark.parametrize(
    ("tier", "patients", "share", "status"),
    [
        ("complex", 21, 84, "ok"),
        ("complex", 22, 88, "warn"),
        ("complex", 25, 100, "full"),  # about 25 complex
        ("high", 34, 85, "warn"),
        ("high", 40, 100, "full"),  # or 40 high
        ("rising", 99, 99, "warn"),
        ("rising", 100, 100, "full"),  # or 100 rising
    ],
)
def test_warned_at_85_and_full_at_100(tier: str, patients: int, share: int, status: str) -> None:
    (load,) = loads(weight(case(tier), NOW) for _ in range(patients))
    assert (load.patients, load.share, load.status) == (patients, share, status)


def test_half_a_worker_carries_half() -> None:
    weights = [Weight("j1", "n1", 45.0, {}), Weight("j2", "n2", 45.0, {})]
    found = loads(weights, {"n1": 0.5})
    assert [(load.worker, load.share, load.status) for load in found] == [
        ("n1", 90, "warn"),
        ("n2", 45, "ok"),
    ]
