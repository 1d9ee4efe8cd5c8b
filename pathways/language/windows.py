"""Windows as authors write them: ``{of: edd, opens: 168 days before, closes: 84 days before}``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pathways import windows
from pathways.language.fields import Model, Name, text_of

_OFFSET = re.compile(r"\s*(?:(\d{1,4})\s+(day|week)s?\s+(before|after)|the\s+day)\s*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
OFFSET_PATTERN = r"^\s*([0-9]{1,4}\s+(day|week)s?\s+(before|after)|the\s+day)\s*$"
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MOST = 5 * 366
"""Days by which a window may lie before or after its date."""


def offset(value: object) -> int:
    """Days after a date (negative: before): ``10 days after``, ``24 weeks before``, ``the day``."""
    text = text_of(value)
    written = _OFFSET.fullmatch(text)
    if written is not None:
        days = int(written[1] or 0) * (7 if written[2] == "week" else 1)
        if days <= MOST:
            return -days if written[3] == "before" else days
    raise PydanticCustomError(
        "bad-offset",
        '"{text}" is no distance from a date. Write "10 days before", "2 weeks after" (at most 5'
        ' years) or "the day".',
        {"text": text[:80]},
    )


def clock(value: object) -> int:
    """A time of day as seconds after midnight: ``08:00``."""
    text = text_of(value)
    written = _CLOCK.fullmatch(text)
    if written is None:
        raise PydanticCustomError(
            "bad-clock",
            '"{text}" is no time of day. Write hours and minutes in quotes, like "08:00".',
            {"text": text[:80]},
        )
    return int(written[1]) * 3600 + int(written[2]) * 60


Offset = Annotated[
    int, PlainValidator(offset), WithJsonSchema({"type": "string", "pattern": OFFSET_PATTERN})
]
Clock = Annotated[
    int, PlainValidator(clock), WithJsonSchema({"type": "string", "pattern": CLOCK_PATTERN})
]


class Window(Model):
    """When a step may be done, counted from a date of the patient. When that date is corrected,
    whatever is not yet done moves with it."""

    of: Annotated[Name, Field(description="The data element that holds the date.")]
    opens: Annotated[
        Offset | None, Field(description="It starts then at the earliest: 168 days before.")
    ] = None
    closes: Annotated[
        Offset | None,
        Field(description="It is due by the end of that day; not begun by then, it is left out."),
    ] = None
    at: Annotated[
        Clock | None,
        Field(description='Time of day at which it opens (default: contact hours): "08:00".'),
    ] = None


def due_by_window(step: object) -> bool:
    """Whether a step is due when its window closes; the occurrences of a series are not."""
    window = getattr(step, "window", None)
    return window is not None and window.closes is not None and not getattr(step, "every", None)


def compiled(window: Window | None) -> windows.Window | None:
    """The window as the kernel reads it."""
    if window is None:
        return None
    return windows.Window(of=window.of, opens=window.opens, closes=window.closes, at=window.at)


__all__ = ["Window", "clock", "compiled", "due_by_window", "offset"]
