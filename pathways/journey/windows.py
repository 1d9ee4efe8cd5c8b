"""Windows at work: when the window of a step opens and closes for this patient, today.

All of it is computed from the date as it is known now, so that a corrected date moves whatever
has not yet been done (``retiming``).
"""

from __future__ import annotations

from msgspec import Struct

from pathways.calendar.table import deadline, end_of_day, instant, later, local_day
from pathways.compiled import Step
from pathways.conditions import View
from pathways.journey.draft import Draft
from pathways.journey.prepared import nominal_seconds
from pathways.journey.state import Enrollment
from pathways.spans import Span
from pathways.windows import day_of

_EVER = 1 << 62


class Bounds(Struct, frozen=True):
    """A window as instants (seconds since the epoch, UTC), both included."""

    anchor: str
    """The date that it is counted from."""
    opens: int
    closes: int
    last_day: int | None
    """The local day on which it closes."""


def known(view: View, step: Step) -> bool:
    """Whether the date that the step's window is counted from is known."""
    return step.window is None or day_of(view.value(step.window.of)) is not None


def bounds(draft: Draft, enrollment: Enrollment, step: Step) -> Bounds | None:
    """The step's window as it stands now; ``None`` without one, or while its date is unknown.

    It opens when contact hours begin (or at its own time of day) and closes at 23:59:59 (T2),
    both in the patient's time zone.
    """
    if step.window is None:
        return None
    value = draft.view(enrollment).value(step.window.of)
    day = day_of(value)
    if day is None:
        return None
    window, calendar = step.window, draft.calendar
    opens, closes, last_day = 0, _EVER, None
    if window.opens is not None:
        clock = calendar.contact_from if window.at is None else window.at
        opens = instant(calendar, day + window.opens, clock)
    if window.closes is not None:
        last_day = day + window.closes
        closes = end_of_day(calendar, last_day)
    return Bounds(str(value), opens, closes, last_day)


def anchor(draft: Draft, enrollment: Enrollment, step: Step) -> str:
    """The date that an occurrence starting now is counted from; empty without a window."""
    found = bounds(draft, enrollment, step)
    return "" if found is None else found.anchor


def allowed(draft: Draft, enrollment: Enrollment, step: Step) -> Span | None:
    """The time that an occurrence starting now has: until its window closes, or its own if that
    ends earlier. ``None``: no window says so. The occurrences of a series have their own time."""
    found = bounds(draft, enrollment, step)
    if found is None or found.last_day is None or step.every is not None:
        return None
    days = max(found.last_day - local_day(draft.calendar, draft.now), 0)
    until = Span(days, "day")
    if step.due is not None and deadline(draft.calendar, draft.now, step.due) < found.closes:
        return step.due
    return until


def following(draft: Draft, enrollment: Enrollment, step: Step, last: int) -> int | None:
    """When the series of a step with a window goes on: its occurrences lie ``every`` apart from
    the moment at which the window opens, so that a late one shifts none of those after it (and
    an hour that the clock skips is skipped once, T8); without such a moment, from the ``last``
    occurrence. ``None``: the window closes before."""
    found = bounds(draft, enrollment, step)
    if found is None or step.every is None:
        return None
    start, every = found.opens or last, step.every
    number = 1
    if every.unit in ("minute", "hour"):
        number = max((draft.now - start) // nominal_seconds(every) + 1, 1)
    moment = later(draft.calendar, start, Span(every.n * number, every.unit))
    while moment <= draft.now:
        number += 1
        moment = later(draft.calendar, start, Span(every.n * number, every.unit))
    return moment if moment <= found.closes else None
