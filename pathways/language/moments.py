"""Moments and spans as scenario files write them: ``day 3 10:30``, ``+2 hours``, ``none``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pathways.language.fields import text_of
from pathways.language.spans import PATTERN as SPAN_PATTERN
from pathways.language.spans import SpanError, parse_span
from pathways.scenarios.scenario import Moment
from pathways.spans import Span

_MOMENT = re.compile(
    r"(?:day (?P<day>-?\d{1,4})|(?P<date>\d{4}-\d{2}-\d{2}))"
    r"(?: (?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?)?"
)
_START = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
_MOMENTS = '"day 3", "day 3 10:30", "2026-03-05 10:30" or "+2 hours"'


def _moment(value: object) -> Moment:
    text = text_of(value)
    if text.startswith("+"):
        try:
            return Moment(after=parse_span(text[1:]))
        except SpanError as error:
            raise PydanticCustomError("bad-moment", "{why}", {"why": str(error)}) from None
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise PydanticCustomError("bad-moment", f"A moment is needed here: {_MOMENTS}.")
    if found["date"]:
        _real_date(found["date"])
    seconds = None
    if found["h"] is not None:
        hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
        if hour > 23 or minute > 59 or second > 59:
            raise PydanticCustomError("bad-moment", "A day has no such time.")
        seconds = hour * 3600 + minute * 60 + second
    return Moment(day=int(found["day"] or 0), date=found["date"] or "", seconds=seconds)


def _real_date(text: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("bad-date", "A date is needed here, like 2026-11-01.") from None


def _start(value: object) -> str:
    text = text_of(value)
    if not _START.fullmatch(text) or int(text[11:13]) > 23 or int(text[14:]) > 59:
        raise PydanticCustomError("bad-moment", "A start is a local time like 2026-03-02 09:00.")
    _real_date(text[:10])
    return text


def _due(value: object) -> Span | Moment:
    text = text_of(value)
    return _moment(text) if _MOMENT.fullmatch(text) else _span(text)


def _span(text: str) -> Span:
    try:
        return parse_span(text)
    except SpanError as error:
        raise PydanticCustomError("bad-span", "{reason}", {"reason": str(error)}) from None


def _slot(value: object) -> Span | None:
    text = text_of(value)
    return None if text == "none" else _span(text)


_TIME = r"[0-9]{1,2}:[0-9]{2}"
_DAY = r"(day -?[0-9]{1,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_AT = rf"{_DAY}( {_TIME}(:[0-9]{{2}})?)?"
_SPAN = SPAN_PATTERN[1:-1]


def _field(
    check: Callable[[object], object], pattern: str
) -> tuple[PlainValidator, WithJsonSchema]:
    """A text that ``check`` reads; ``pattern`` says the same to an editor."""
    return PlainValidator(check), WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


MomentField = Annotated[Moment, *_field(_moment, rf"{_AT}|\+{_SPAN}")]
StartField = Annotated[str, *_field(_start, rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} {_TIME}")]
DueField = Annotated[Span | Moment, *_field(_due, rf"{_AT}|{_SPAN}")]
SlotField = Annotated[Span | None, *_field(_slot, rf"none|{_SPAN}")]
