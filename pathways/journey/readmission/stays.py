"""Hospital stays, settled by the time of what happened and not by the order of the messages.

Messages of admissions and discharges are doubled, late, out of order and taken back (clinical.md
2.12, B16). A stay is known by its visit number; without one, by being open. Pure: what was
known and a message give what is known now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from pathways.calendar.table import DAY
from pathways.journey.answers import Refused
from pathways.journey.events import Report
from pathways.journey.lookback.past_state import Stay

KEPT = 12
"""Stays that a journey remembers; the record keeps every message."""
Stays = tuple[Stay, ...]


class Heard(NamedTuple):
    """What is known after a message: all stays in order of time, and the one that it is about
    (``None``: there is none any more). ``repeated``: nothing new; ``revised``: a stay known before
    is not as it was."""

    stays: Stays
    stay: Stay | None
    repeated: bool = False
    revised: bool = False


def hear(stays: Stays, event: Report) -> Heard:
    """Take a message in. Raises ``Refused`` when it takes back or changes what is not known."""
    return _MESSAGES[event.event](stays, event)


def inside(stays: Stays) -> Stay | None:
    """The stay that the patient is in: admitted, not discharged, and nothing later says that they
    left."""
    for stay in reversed(stays):
        if stay.discharged:
            return None
        if not any(other.discharged > stay.admitted for other in stays):
            return stay
    return None


def before(stays: Stays, stay: Stay) -> Stay | None:
    """The latest stay that had ended when this one began (or, unknown when, had ended)."""
    limit = stay.admitted or stay.discharged
    ended = [s for s in stays if s is not stay and 0 < s.discharged <= limit]
    return max(ended, key=lambda s: s.discharged, default=None)


def _admitted(stays: Stays, event: Report) -> Heard:
    known = _named(stays, event.visit) or _open(stays, event)
    if known is None:
        return _with(stays, None, Stay(event.visit, max(event.at, 1)))
    at = known.admitted
    if not at or (event.dated and event.visit and known.visit == event.visit):
        at = max(event.at, 1)
    return _with(stays, known, replace(known, visit=known.visit or event.visit, admitted=at))


def _discharged(stays: Stays, event: Report) -> Heard:
    to = event.details.get("to", "")
    known = _named(stays, event.visit) or _open(stays, event) or _just_over(stays, event)
    if known is None:
        return _with(stays, None, Stay(event.visit, 0, max(event.at, 1), to))
    at = max(event.at, 1) if event.dated else known.discharged or max(event.at, 1)
    changed = replace(
        known,
        visit=known.visit or event.visit,
        discharged=at,
        to=to or known.to,
    )
    return _with(stays, known, changed)


def _admission_cancelled(stays: Stays, event: Report) -> Heard:
    known = _meant(stays, event, lambda stay: not stay.discharged)
    return Heard(tuple(s for s in stays if s is not known), None, revised=True)


def _discharge_cancelled(stays: Stays, event: Report) -> Heard:
    known = _meant(stays, event, lambda stay: stay.discharged > 0)
    if not known.discharged:
        return Heard(stays, known, repeated=True)
    heard = _with(stays, known, replace(known, discharged=0, to=""))
    return heard._replace(revised=True)


def _changed(stays: Stays, event: Report) -> Heard:
    known = _meant(stays, event, lambda stay: True)
    return _with(stays, known, replace(known, to=event.details.get("to", known.to)))


def _merged(stays: Stays, event: Report) -> Heard:
    """Two numbers were one visit: what either said holds of the one that stays."""
    into = event.details.get("into", "")
    if not into or not event.visit:
        raise Refused("no-such-visit", "Say which visit is merged, and into which.")
    lost, kept = _named(stays, event.visit), _named(stays, into)
    if lost is None:
        if kept is not None:
            return Heard(stays, kept, repeated=True)
        raise Refused("no-such-visit", f"No visit {event.visit} is known.")
    if kept is None:
        return _with(stays, lost, replace(lost, visit=into))
    both = Stay(
        into,
        min((t for t in (lost.admitted, kept.admitted) if t), default=0),
        max(lost.discharged, kept.discharged),
        kept.to or lost.to,
    )
    return _with(tuple(s for s in stays if s is not lost), kept, both)


def _named(stays: Stays, visit: str) -> Stay | None:
    return next((s for s in reversed(stays) if visit and s.visit == visit), None)


def _open(stays: Stays, event: Report) -> Stay | None:
    """The open stay that a message without a number, or the first with one, is about."""
    stay = inside(stays)
    if stay is None or (event.visit and stay.visit):
        return None
    return stay if event.event == "admitted" or event.at >= stay.admitted else None


def _just_over(stays: Stays, event: Report) -> Stay | None:
    """The stay that ended within the last day, where it is told again without number and time."""
    last = stays[-1] if stays and not (event.visit or event.dated) else None
    over = last is not None and 0 < event.at - last.discharged <= DAY
    return last if over else None


def _meant(stays: Stays, event: Report, fits: Callable[[Stay], bool]) -> Stay:
    found = _named(stays, event.visit)
    if found is None and not event.visit:
        found = next((s for s in reversed(stays) if fits(s)), None)
    if found is None:
        which = f"visit {event.visit}" if event.visit else "such visit"
        raise Refused("no-such-visit", f"No {which} is known: report the admission first.")
    return found


def _with(stays: Stays, known: Stay | None, stay: Stay) -> Heard:
    if known == stay:
        return Heard(stays, known, repeated=True)
    rest = (s for s in stays if s is not known)
    ordered = sorted((*rest, stay), key=lambda s: s.admitted or s.discharged)
    revised = known is not None and known.discharged > 0 and known.discharged != stay.discharged
    return Heard(tuple(ordered[-KEPT:]), stay, revised=revised)


_MESSAGES: dict[str, Callable[[Stays, Report], Heard]] = {
    "admitted": _admitted,
    "discharged": _discharged,
    "admission-cancelled": _admission_cancelled,
    "discharge-cancelled": _discharge_cancelled,
    "visit-changed": _changed,
    "visit-merged": _merged,
}
MESSAGES = tuple(_MESSAGES)
"""HL7 v2 A01, A03, A11, A13, A08 and A40, by the words that people use."""
