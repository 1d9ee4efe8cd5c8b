"""Changes of a span: twice as long, half as long."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.spans import Span

_HALF: dict[str, Span] = {
    "hour": Span(30, "minute"),
    "day": Span(12, "hour"),
    "week": Span(3, "day"),
    "month": Span(15, "day"),
    "year": Span(6, "month"),
    "business-day": Span(1, "same-day"),
}
"""Half of one."""


def others(span: Span) -> Iterator[Span]:
    """The span twice as long, and half as long (of the same day: the next, and an hour)."""
    if span.unit == "same-day":
        yield Span(1, "business-day")
        yield Span(1, "hour")
        return
    yield Span(span.n * 2, span.unit)
    if span.n > 1:
        yield Span(span.n // 2, span.unit)
    elif span.unit in _HALF:
        yield _HALF[span.unit]
