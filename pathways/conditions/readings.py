"""What readings say over time. Spans are whole seconds; windows end now and include both ends.

No reading in a window makes a result unknown, never 0: "no low glucose in 7 days" is not
shown by a patient who did not measure.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pathways.conditions.view import Observed, Value, View

DAY = 86_400
DIGITS = 9
"""Decimals of a result."""
_EPOCH = date(1970, 1, 1).toordinal()


def previous(view: View, name: str) -> Value | None:
    """The reading before the newest, fresh or not."""
    readings = view.readings(name)
    return readings[1].value if len(readings) > 1 else None


def reference(view: View, name: str, span: int) -> tuple[Observed, Observed] | None:
    """The newest reading and the one closest to ``span`` before it.

    ``None`` when the newest is not fresh, or when no reading lies within half a span of
    that earlier instant. Of two equally close readings the later one counts.
    """
    if view.value(name) is None:
        return None
    readings = view.readings(name)
    if not readings:
        return None
    newest = readings[0]
    target = newest.observed - span
    earlier = min(readings[1:], key=lambda one: abs(one.observed - target), default=None)
    if earlier is None or 2 * abs(earlier.observed - target) > span:
        return None
    return newest, earlier


def as_written(number: float) -> float:
    """A result as people would write it: 82.96 - 81.6 is 1.36, not a little less, so that it meets
    a limit of 1.36 (clinical.md B1). Readings have far fewer digits than the nine that are kept."""
    return round(number, DIGITS)


def change(view: View, name: str, span: int) -> float | None:
    """Newest reading minus the ``reference`` one, in the element's unit."""
    pair = reference(view, name, span)
    if pair is None:
        return None
    newest, earlier = _number(pair[0].value), _number(pair[1].value)
    return None if newest is None or earlier is None else as_written(newest - earlier)


def percent_change(view: View, name: str, span: int) -> float | None:
    """``change`` in per cent of the ``reference`` reading; unknown when that is 0."""
    pair = reference(view, name, span)
    if pair is None:
        return None
    newest, earlier = _number(pair[0].value), _number(pair[1].value)
    if newest is None or not earlier:
        return None
    return as_written(100.0 * (newest - earlier) / abs(earlier))


def within(view: View, name: str, span: int) -> tuple[Observed, ...]:
    """The readings of the last ``span`` seconds, newest first."""
    now = view.now
    return tuple(one for one in view.readings(name) if now - span <= one.observed <= now)


def _numbers(view: View, name: str, span: int) -> list[float]:
    found = (_number(one.value) for one in within(view, name, span))
    return [number for number in found if number is not None]


def lowest(view: View, name: str, span: int) -> float | None:
    return min(_numbers(view, name, span), default=None)


def highest(view: View, name: str, span: int) -> float | None:
    return max(_numbers(view, name, span), default=None)


def count_below(view: View, name: str, limit: float, span: int) -> float | None:
    numbers = _numbers(view, name, span)
    return float(sum(number < limit for number in numbers)) if numbers else None


def count_at_least(view: View, name: str, limit: float, span: int) -> float | None:
    numbers = _numbers(view, name, span)
    return float(sum(number >= limit for number in numbers)) if numbers else None


def days_since(view: View, name: str) -> float | None:
    """Whole days since the newest observation, fresh or not."""
    readings = view.readings(name)
    return float((view.now - readings[0].observed) // DAY) if readings else None


def days_since_date(view: View, name: str) -> float | None:
    """Days from the date that ``name`` holds to the patient's today; negative for a coming one."""
    value = view.value(name)
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value[:10]).toordinal() - _EPOCH
    except ValueError:
        return None
    return float(view.today - day)


def _number(value: Value) -> float | None:
    return None if isinstance(value, str | bool) else value


SPANNED: dict[str, Callable[[View, str, int], float | None]] = {
    "change": change,
    "percent-change": percent_change,
    "lowest": lowest,
    "highest": highest,
}
COUNTED: dict[str, Callable[[View, str, float, int], float | None]] = {
    "count-below": count_below,
    "count-at-least": count_at_least,
}
NAMED: dict[str, Callable[[View, str], Value | None]] = {
    "previous": previous,
    "days-since": days_since,
    "days-since-date": days_since_date,
}
