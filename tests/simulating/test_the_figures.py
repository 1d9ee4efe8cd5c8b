"""Which roles are short of people, and what became of the patients."""

from __future__ import annotations

import pytest

from pathways.simulating.report import RoleFigures


def role(late: float, break_even: float | None, *, starred: bool = False) -> RoleFigures:
    """One full-time person, who has so many of the tasks late."""
    return RoleFigures("nurse", 1.0, 20.0, 31.5, 40.0, late, 3.0, break_even, late, starred)


def test_a_role_is_idle_when_it_has_neither_tasks_nor_hours_to_speak_of() -> None:
    assert RoleFigures("dietitian", 0.25, 0.01, 7.9, 0.02, 0.0, 0.0).idle
    assert not RoleFigures("manager", 0.25, 1.5, 7.9, 0.0, 0.0, 0.0).idle, "escalations take time"


@pytest.mark.parametrize(
    ("figures", "short", "why"),
    [
        (role(0.04, None), False, "few enough are late"),
        (role(0.06, None), True, "break-even was not searched for"),
        (role(0.06, 1.0), False, "with so few tasks that is chance: break-even allows for it"),
        (role(0.06, 1.25), True, "more people would mend it"),
        (role(0.06, 1.0, starred=True), True, "no number of people would mend it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_role_is_short_when_more_is_late_than_chance_explains(
    figures: RoleFigures, short: bool, why: str
) -> None:
    """Given that one task in twenty may be late."""
    assert figures.short(0.05) is short, why
