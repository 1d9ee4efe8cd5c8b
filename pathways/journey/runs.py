"""How a stage that is under way, and each of its steps, stands.

Instants are whole seconds since the epoch, UTC. Values of this module are never changed in place:
``Draft`` hands out copies."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

StepStatus = Literal[
    "waiting", "open", "done", "declined", "skipped", "missed", "failed", "cancelled"
]


class StepRun(Struct, omit_defaults=True):
    """Where a step of an active stage stands.

    ``waiting``: not started (its ``after``/``when`` do not hold, or it recurs later);
    ``open``: a task, an appointment, a wait or a monitor is under way; the rest are ends.
    """

    status: StepStatus = "waiting"
    occurrence: int = 0
    opened: int = 0
    due: int = 0
    ended: int = 0
    outcome: str = ""
    misses: int = 0
    """Consecutive missed appointments."""
    started: int = 0
    """Occurrences within this stage occurrence."""
    armed: bool = False
    """A start of this step stands in the agenda (delay or recurrence)."""
    done: bool = False
    """An occurrence was done within this stage occurrence; kept where a step comes after any of
    a group that this one is in."""
    anchor: str = ""
    """The date by which a step with a window is arranged; a blank: to be arranged anew."""


class StageRun(Struct, omit_defaults=True):
    """An active stage of an enrollment."""

    stage: str
    occurrence: int
    entered: int
    steps: dict[str, StepRun] = field(default_factory=dict)
    late: bool = False
    """Its deadline has passed."""
