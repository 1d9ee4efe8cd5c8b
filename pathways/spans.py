"""Spans: the durations that authors write, kept as data.

A span is an amount and a unit. Only the calendar (``pathways.calendar``) turns a span
into an instant, because "2 business days" means nothing without a patient's calendar.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Unit = Literal["minute", "hour", "day", "week", "month", "year", "business-day", "same-day"]
"""``same-day`` is the RT-SD class: 4 hours when staff is in, otherwise by 20:00 local."""


class Span(Struct, frozen=True, array_like=True):
    """``Span(2, "business-day")`` is "2 business days"; JSON form ``[2, "business-day"]``."""

    n: int
    unit: Unit

    def __str__(self) -> str:
        if self.unit == "same-day":
            return "the same day"
        name = self.unit.replace("-", " ")
        return f"{self.n} {name}" if self.n == 1 else f"{self.n} {name}s"
