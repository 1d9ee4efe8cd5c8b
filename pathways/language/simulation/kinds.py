"""The kinds of values that only behaviour and staffing files hold."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pathways.language.fields import Id, Name, Number, Text, text_of
from pathways.language.tree import Numeral

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*%")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _share(value: object) -> float:
    written = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if written is None or float(written[1]) > 100:
        raise PydanticCustomError("bad-share", "A share from 0 % to 100 % is needed here.")
    return float(written[1]) / 100


def _clock(value: object) -> int:
    """Seconds of the local day."""
    text = text_of(value)
    if not _CLOCK.fullmatch(text):
        raise PydanticCustomError("bad-clock", 'A time of day is needed here, like "08:30".')
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _day(value: object) -> int:
    text = text_of(value)
    if text not in DAYS:
        raise PydanticCustomError("bad-day", f"A day is needed here: {', '.join(DAYS)}.")
    return DAYS.index(text)


def _quarters(value: object) -> int:
    number = _number(value)
    if number is None or not 0 <= number <= 1000 or number * 4 != int(number * 4):
        raise PydanticCustomError(
            "bad-headcount", "A number of people in quarters is needed here, like 2 or 0.25."
        )
    return int(number * 4)


def _from_zero(value: object) -> float:
    number = _number(value)
    if number is None or not 0 <= number <= 1_000_000:
        raise PydanticCustomError("not-from-zero", "A number that is not negative is needed here.")
    return number


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, Numeral) else None
    except ValueError:
        return None


_SHARE_SCHEMA = {"type": "string", "pattern": r"^\s*\d{1,3}(\.\d{1,4})?\s*%\s*$"}
_CLOCK_SCHEMA = {"type": "string", "pattern": r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"}
Share = Annotated[float, PlainValidator(_share), WithJsonSchema(_SHARE_SCHEMA)]
Clock = Annotated[int, PlainValidator(_clock), WithJsonSchema(_CLOCK_SCHEMA)]
Day = Annotated[int, PlainValidator(_day), WithJsonSchema({"enum": list(DAYS)})]
Quarters = Annotated[
    int, PlainValidator(_quarters), WithJsonSchema({"type": "number", "multipleOf": 0.25})
]
FromZero = Annotated[
    float, PlainValidator(_from_zero), WithJsonSchema({"type": "number", "minimum": 0})
]
Source = Annotated[Name, Field(description="Id of a source that this file declares.")]
Sources = Annotated[dict[Id, Text], Field(min_length=1, description="id: citation")]
Shares = Annotated[dict[Text, Share], Field(min_length=1)]
__all__ = ["Clock", "Day", "FromZero", "Number", "Quarters", "Share", "Shares", "Source", "Sources"]
