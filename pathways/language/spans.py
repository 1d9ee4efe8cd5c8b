"""Spans as authors write them: "45 minutes", "2 business days", "same day"."""

from __future__ import annotations

import re

from pathways.spans import Span, Unit

_WRITTEN = re.compile(r"\s*(\d{1,9})\s*([A-Za-z][A-Za-z -]*?)\s*")
_UNITS: dict[str, Unit] = {
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "business day": "business-day",
    "business-day": "business-day",
}
_MINUTES: dict[Unit, int] = {
    "minute": 1,
    "hour": 60,
    "day": 1_440,
    "week": 10_080,
    "month": 43_830,
    "year": 525_960,
    "business-day": 2_016,
    "same-day": 240,
}
"""Average lengths (a business day as 1.4 days): good for limits and for comparing spans,
never for due times."""

MAX_MINUTES = 5 * _MINUTES["year"]
EXAMPLES = '"45 minutes", "2 hours", "7 days", "2 weeks", "3 months", "1 year", "2 business days"'
PATTERN = r"^\s*([1-9][0-9]*\s*(minute|hour|day|week|month|year|business[ -]day)s?|same[ -]day)\s*$"
"""The same language as a regular expression, for editors."""


class SpanError(ValueError):
    """A text is not a span that may stand in a pathway. ``str()`` says why."""


def minutes(span: Span) -> int:
    """Roughly how many minutes a span lasts; for comparing spans, never for due times."""
    return span.n * _MINUTES[span.unit]


def parse_span(text: str) -> Span:
    """The span that ``text`` says, between 1 minute and 5 years.

    Raises ``SpanError``.
    """
    if text.strip().lower() in ("same day", "same-day"):
        return Span(1, "same-day")
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise SpanError(f'"{text}" is not a span of time. Write one like {EXAMPLES}.')
    number, name = int(written[1]), re.sub(r"\s+", " ", written[2].lower())
    unit = _UNITS.get(name) or _UNITS.get(name.removesuffix("s"))
    if unit is None:
        raise SpanError(f'"{written[2]}" is not a unit of time. Write a span like {EXAMPLES}.')
    span = Span(number, unit)
    if minutes(span) < 1 or minutes(span) > MAX_MINUTES:
        raise SpanError(f'"{text}" is out of bounds: a span lasts from 1 minute to 5 years.')
    return span
