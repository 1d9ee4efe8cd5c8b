"""Windows: when a step may be done, counted in days from a date that is known of the patient.

Part of ``pathways.compiled.Step``. The expected date of delivery, the date of an operation or
of an onset is a value like any other: it may be corrected, and every window counted from it
then moves.
"""

from __future__ import annotations

from datetime import date

from pathways.frozen import Frozen

WINDOW_OVER = "window-over"
"""Why a step was left out, and the outcome of a series that came to its end by its window."""
_EPOCH = date(1970, 1, 1).toordinal()


class Window(Frozen, frozen=True):
    """From the day ``opens`` to the end of the day ``closes``: days after (negative: before)
    the date that the element ``of`` holds. ``None``: open on that side."""

    of: str
    opens: int | None = None
    closes: int | None = None
    at: int | None = None
    """Second of the local day at which it opens; ``None``: when contact hours begin."""


def day_of(value: object) -> int | None:
    """The day (days since 1970-01-01) that an ISO date names; ``None`` if it is none."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10]).toordinal() - _EPOCH
    except ValueError:
        return None


def offset_in_words(days: int, label: str) -> str:
    """``168 days before Expected date of delivery``."""
    if days == 0:
        return f"the day of {label}"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{count} {'before' if days < 0 else 'after'} {label}"


def in_words(window: Window, label: str) -> str:
    """``from 168 days before X until 84 days before X``; ``label`` is what people call the date."""
    parts: list[str] = []
    if window.opens is not None:
        parts.append(f"from {offset_in_words(window.opens, label)}")
    if window.at is not None:
        parts.append(f"at {window.at // 3600:02}:{window.at % 3600 // 60:02}")
    if window.closes is not None:
        parts.append(f"until {offset_in_words(window.closes, label)}")
    return " ".join(parts)
