"""Break-even headcount: the smallest staff at which few enough tasks are late.

One search for each role, all at once: a run tells every role's share of late tasks, and each
role halves its own interval. Lateness that more people cannot mend (calls that nobody answers)
is measured first, with plenty of people.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from msgspec import Struct

from pathways.simulating.staffing import QUARTERS, Hours, Staffing, with_people
from pathways.simulating.tally import Tally

PLENTY = 100 * QUARTERS
NEAR = 0.01
"""Where even plenty of people are late more often than bearable, break-even is the smallest staff
that comes this near (one task in a hundred) to what they reach."""
HOUR = 3600


class BreakEven(Struct, frozen=True):
    """One role's answer. Shares are of the role's tasks; ``quarters`` of full-time people."""

    role: str
    quarters: int
    late: float
    at_best: float
    """With plenty of people."""


def break_even(
    run: Callable[[Staffing], Tally], staffing: Staffing, first: int, last: int
) -> tuple[BreakEven, ...]:
    """The smallest staff of every role that has work, by bisection over runs.

    Weeks from ``first`` up to (not including) ``last`` count; ``run`` lives a sample."""
    best = run(with_people(staffing, dict.fromkeys(_named(staffing), PLENTY)))
    roles = best.names("due")
    floor = {role: late_share(best, role, first, last) for role in roles}
    wanted = {role: max(staffing.bearable, floor[role] + NEAR) for role in roles}
    # Fewer people than the work keeps busy fall ever further behind.
    low = {role: max(_workload(best, staffing, role, first, last) - 1, 0) for role in roles}
    high = {role: low[role] + max(low[role] // 4, 2) for role in roles}
    width = {role: high[role] - low[role] for role in roles}
    reached: dict[str, float] = {}
    while searching := [r for r in roles if r not in reached or high[r] - low[r] > _fine(low[r])]:
        tried = {
            role: (low[role] + high[role]) // 2
            if role in searching and role in reached
            else high[role]
            for role in roles
        }
        tally = run(with_people(staffing, {**dict.fromkeys(_named(staffing), PLENTY), **tried}))
        for role in searching:
            share = late_share(tally, role, first, last)
            if (
                share <= wanted[role] + _by_chance(tally, role, first, last)
                or tried[role] >= PLENTY
            ):
                high[role], reached[role] = tried[role], share
                continue
            low[role] = tried[role]
            if role not in reached:
                width[role] *= 2
                high[role] = min(tried[role] + width[role], PLENTY)
    return tuple(BreakEven(role, high[role], reached[role], floor[role]) for role in roles)


def _fine(quarters: int) -> int:
    """How near the answer has to be: to a quarter of a person, of many people to an eighth."""
    return max(1, quarters // 8)


def _by_chance(tally: Tally, role: str, first: int, last: int) -> float:
    """What chance alone may add to a share (one standard error): few tasks prove little."""
    due = sum(tally.weekly.get(f"due/{role}", ())[first:last])
    share = late_share(tally, role, first, last)
    return sqrt(share * (1 - share) / due) if due else 0.0


def late_share(tally: Tally, role: str, first: int, last: int) -> float:
    """The share of a role's tasks that ended late in these weeks; 0 when it had none."""
    due = sum(tally.weekly.get(f"due/{role}", ())[first:last])
    late = sum(tally.weekly.get(f"overdue/{role}", ())[first:last])
    return late / due if due else 0.0


def capacity(hours: Hours) -> float:
    """Hours a week that one full-time person puts into tasks, without holidays."""
    return len(hours.days) * (hours.closes - hours.opens) / HOUR * hours.at_work


def _named(staffing: Staffing) -> list[str]:
    return [role.role for role in staffing.roles]


def _workload(tally: Tally, staffing: Staffing, role: str, first: int, last: int) -> int:
    """Whole quarters of people that the work itself keeps busy."""
    seconds = sum(tally.weekly.get(f"work/{role}", ())[first:last])
    weeks = max(last - first, 1) * max(tally.panels, 1)
    return int(seconds / HOUR / weeks / capacity(staffing.role(role).hours) * QUARTERS)


__all__ = ["PLENTY", "BreakEven", "break_even", "capacity", "late_share"]
