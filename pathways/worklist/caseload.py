"""How much a worker carries: points, not heads (clinical.md 7.2). A product default.

No accepted standard number exists: the CMSA/NASW review of 2008 found averages from 2 to 365.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

DAY = 86_400
CAPACITY = 100.0
"""Points for one full-time worker."""
WARN, STOP = 85.0, 100.0
TIERS: Mapping[str, float] = {"complex": 4.0, "high": 2.5, "rising": 1.0, "low": 0.5}
UNDETERMINED = TIERS["rising"]
"""A patient whose tier no pathway has determined yet is somebody's work all the same."""
NEW_FOR, TRANSITION_FOR = 14 * DAY, 30 * DAY
EXTRAS: Mapping[str, float] = {
    "new": 2.0,
    "transition": 1.5,
    "crisis": 2.0,
    "home-visits": 1.0,
    "interpreter": 0.5,
    "no-caregiver": 0.5,
    "open-denial": 0.5,
}


class Case(Struct, frozen=True):
    """What a patient is to whoever carries them. Instants; 0: never, or not in a transition."""

    journey: str
    worker: str
    """The opaque id of a person; empty: nobody has the patient."""
    tier: str
    enrolled: int
    """The latest enrollment that still runs."""
    transition: int = 0
    """When the last transition of care began."""
    crisis: bool = False
    home_visits: bool = False
    interpreter: bool = False
    caregiver: bool = True
    open_denial: bool = False


class Weight(Struct, frozen=True):
    """A patient's points, and what they are made of."""

    journey: str
    worker: str
    points: float
    parts: dict[str, float]


class Load(Struct, frozen=True):
    """What a worker carries. ``status``: ``ok``; ``warn`` from 85 % of the capacity; ``full`` from
    100 %: nobody is assigned automatically any more (a supervisor may)."""

    worker: str
    patients: int
    points: float
    share: int
    """Whole percent of the worker's capacity."""
    status: Literal["ok", "warn", "full"]


def weight(case: Case, now: int) -> Weight:
    """A patient's points at ``now``."""
    applies = {
        "new": 0 <= now - case.enrolled < NEW_FOR,
        "transition": case.transition > 0 and 0 <= now - case.transition < TRANSITION_FOR,
        "crisis": case.crisis,
        "home-visits": case.home_visits,
        "interpreter": case.interpreter,
        "no-caregiver": not case.caregiver,
        "open-denial": case.open_denial,
    }
    parts = {case.tier or "no tier yet": TIERS.get(case.tier, UNDETERMINED)}
    parts |= {name: EXTRAS[name] for name, holds in applies.items() if holds}
    return Weight(case.journey, case.worker, sum(parts.values()), parts)


def loads(weights: Iterable[Weight], fte: Mapping[str, float] | None = None) -> tuple[Load, ...]:
    """Every worker's load, the heaviest share first. ``fte``: full-time equivalents by worker;
    who is not named works full time."""
    carried: dict[str, list[float]] = {}
    for one in weights:
        carried.setdefault(one.worker, []).append(one.points)
    found = []
    for worker, points in carried.items():
        capacity = CAPACITY * (fte or {}).get(worker, 1.0)
        total = sum(points)
        share = total * 100 / capacity if capacity > 0 else STOP
        status: Literal["ok", "warn", "full"] = (
            "full" if share >= STOP else "warn" if share >= WARN else "ok"
        )
        found.append(Load(worker, len(points), total, int(share), status))
    return tuple(sorted(found, key=lambda load: (-load.share, load.worker)))
