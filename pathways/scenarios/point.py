"""A point: one thing that the scenarios of a pathway should reach."""

from __future__ import annotations

from msgspec import Struct


class Point(Struct, frozen=True):
    """One thing to reach. ``of``: the step, rule, stage or goal that it belongs to."""

    key: str
    of: str
    line: int
    sentence: str
    """What has not happened when it was not reached."""
    is_step: bool = False
