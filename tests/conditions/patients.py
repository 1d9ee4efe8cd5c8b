"""A patient to ask: the smallest complete view of a journey, for tests of conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pathways.conditions import View
from pathways.journey.events import PatientProfile
from pathways.journey.state import Fact

HOUR = 3600
DAY = 86_400
NOON = 1_800_000_000
"""2027-01-15 08:00 UTC."""


@dataclass
class Patient:
    """``facts``: name -> readings, newest first. ``stale``: names no longer fresh."""

    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    now: int = NOON
    patient: PatientProfile = field(default_factory=lambda: PatientProfile(born="1960-05-01"))
    years: int | None = 66
    goals: bool | None = None
    approved: bool = False
    hospital: bool = False
    pathways: tuple[str, ...] = ()
    ends: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    east: int = 0
    """Seconds that the patient's clock is ahead of UTC."""

    @property
    def today(self) -> int:
        return (self.now + self.east) // DAY

    def value(self, name: str, /) -> float | str | bool | None:
        readings = self.facts.get(name, ())
        return readings[0].value if readings and name not in self.stale else None

    def readings(self, name: str, /) -> Sequence[Fact]:
        return self.facts.get(name, ())

    def age(self) -> int | None:
        return self.years

    def has_condition(self, prefix: str, /) -> bool:
        return any(code.startswith(prefix) for code in self.patient.conditions)

    def taking(self, ingredient: str, /) -> bool:
        return ingredient in self.patient.medications

    def goals_met(self) -> bool | None:
        return self.goals

    def plan_approved(self) -> bool:
        return self.approved

    def in_hospital(self) -> bool:
        return self.hospital

    def on_pathway(self, pathway: str, /) -> bool:
        return pathway in self.pathways

    def step_end(self, step: str, /) -> str:
        return self.ends.get(step, "")

    def step_outcome(self, step: str, /) -> str:
        return self.outcomes.get(step, "")


def having(**values: float | str | bool | None) -> View:
    """A patient with one fresh reading of each value; ``None``: none. ``_`` stands for ``-``."""
    return Patient(
        {
            name.replace("_", "-"): (Fact(value, NOON, NOON),)
            for name, value in values.items()
            if value is not None
        }
    )


def readings(*pairs: tuple[int, float]) -> tuple[Fact, ...]:
    """Readings from (seconds ago, value), newest first."""
    return tuple(Fact(value, NOON - ago, NOON - ago) for ago, value in sorted(pairs))
