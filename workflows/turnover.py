"""When a run has grown long or old enough to continue as new."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pathways.journey.events import Device, Done, Event, Failed, Tick

HOUSEKEEPING = 180 * 86_400
"""Seconds after which a journey in which nothing is due wakes all the same, and continues as new:
old runs would hold on to old code (docs/decisions/0013)."""
_COMMAND = 14
"""Events of history that a command brings: its update and its workflow task, the activity that
carries it out and another workflow task, what is shown, and the timer armed anew."""
_COST: dict[type, int] = {Tick: 12, Device: 11, Failed: 8, Done: 6}


def next_build() -> workflow.ContinueAsNewVersioningBehavior | None:
    """With which build of the code the next run begins: the current one, where workers are
    versioned (docs/decisions/0022); otherwise nothing is said."""
    if workflow.info().get_current_deployment_version() is None:
        return None
    return workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE


class RunLength:
    """What one run has come to. Judged where an event is, so that a replay agrees."""

    def __init__(self, began: int, longest: int) -> None:
        """``began``: instant. ``longest``: events after which a run is long."""
        self._began = began
        self._longest = longest
        self._events = 0
        self._suggested = False
        self._old = False

    def take_stock(self, event: Event, now: int) -> None:
        """Count what the event will bring."""
        self._events += _COST.get(type(event), _COMMAND)
        self._suggested = self._suggested or workflow.info().is_continue_as_new_suggested()
        replaced = workflow.info().is_target_worker_deployment_version_changed()
        self._old = self._old or replaced or now - self._began >= HOUSEKEEPING

    @property
    def is_long(self) -> bool:
        """Long or old, or of a build that another has replaced: to be continued as new when
        nothing is under way."""
        return self._old or self._events >= self._longest

    @property
    def is_too_long(self) -> bool:
        """To be continued as new whatever is under way, as the server suggests."""
        return self._suggested or self._events >= 2 * self._longest
