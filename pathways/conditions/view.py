"""What a condition may ask of a journey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathways.journey.events import PatientProfile

Value = float | str | bool
"""A quantity, a choice or text (dates are ISO text), or yes/no."""


class Observed(Protocol):
    """A reading: its value and the instant it was observed (seconds since the epoch, UTC)."""

    @property
    def value(self) -> Value: ...
    @property
    def observed(self) -> int: ...


class View(Protocol):
    """The patient as one enrollment sees them at ``now`` (seconds since the epoch, UTC)."""

    @property
    def now(self) -> int: ...
    @property
    def today(self) -> int:
        """The patient's own day at ``now``, in days since 1970-01-01."""

    @property
    def patient(self) -> PatientProfile: ...

    def value(self, name: str, /) -> Value | None:
        """The newest reading; ``None`` when there is none or it is no longer fresh."""

    def readings(self, name: str, /) -> Sequence[Observed]:
        """All readings kept, newest first, fresh or not."""

    def age(self) -> int | None:
        """Completed years."""

    def has_condition(self, prefix: str, /) -> bool:
        """Whether an active ICD-10-CM code begins with ``prefix``."""

    def taking(self, ingredient: str, /) -> bool: ...

    def goals_met(self) -> bool | None: ...

    def plan_approved(self) -> bool: ...

    def in_hospital(self) -> bool: ...

    def on_pathway(self, pathway: str, /) -> bool: ...

    def step_end(self, step: str, /) -> str:
        """How the step last ended: done, declined, skipped, missed, failed; "" if it has not."""

    def step_outcome(self, step: str, /) -> str:
        """The outcome reported when the step last ended, or ""."""
