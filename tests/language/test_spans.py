"""Spans as authors write them."""

from __future__ import annotations

import re

import pytest

from pathways.language.spans import PATTERN, SpanError, parse_span
from pathways.spans import Span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("45 minutes", Span(45, "minute")),
        ("1 minute", Span(1, "minute")),
        ("2 hours", Span(2, "hour")),
        ("7 days", Span(7, "day")),
        ("2 weeks", Span(2, "week")),
        ("3 months", Span(3, "month")),
        ("5 years", Span(5, "year")),
        ("2 business days", Span(2, "business-day")),
        ("2 business-days", Span(2, "business-day")),
        ("same day", Span(1, "same-day")),
    ],
)
def test_a_span_is_a_number_and_a_unit(text: str, span: Span) -> None:
    assert parse_span(text) == span
    assert re.fullmatch(PATTERN, text), "editors must accept what the compiler accepts"


@pytest.mark.parametrize(
    "text",
    ["", "7", "days", "0 days", "-1 day", "1.5 hours", "6 years", "61 months", "P7D", "7 dayss"],
)
def test_anything_else_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(SpanError, match="span"):
        parse_span(text)
