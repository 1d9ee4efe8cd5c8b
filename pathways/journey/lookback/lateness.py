"""Lateness: readings that say something of the past rather than of now.

A reading has two times: when it was observed and when it was recorded (``state.Fact``). One
that arrives behind a newer one, arrives long after it was observed, or is corrected or
retracted changes what was true then (T10). What changed is noted here while a decision is
made, and judged in ``past``.
"""

from __future__ import annotations

from pathways.journey.draft import Draft
from pathways.journey.lookback.late import Late
from pathways.journey.state import Fact

ALARM_AGE = 48 * 3600
"""Seconds. An older observation is a review task, not an alarm (T10), unless the pathway says
otherwise."""


def note(draft: Draft, name: str, old: tuple[Fact, ...], fact: Fact) -> None:
    """A reading was taken, ``old`` being those before it: is it of the past?"""
    known = draft.late.get(name)
    in_time = draft.journey.readings(name)[0] is fact and draft.now - fact.observed <= ALARM_AGE
    if in_time:
        if known is not None:
            known.current = True
        return
    if known is None:
        known = draft.late[name] = Late(fact.observed, old, name in draft.changed)
    known.since = min(known.since, fact.observed)
    known.arrived.append(fact.observed)


def strike(draft: Draft, name: str, old: tuple[Fact, ...], observed: int) -> None:
    """A reading observed then was corrected or retracted, ``old`` being those before."""
    known = draft.late[name] = Late(observed, old, current=False)
    known.struck = True
    draft.changed[name] = None


def of_the_past(draft: Draft, enrolled: int, names: tuple[str, ...]) -> bool:
    """Whether all that these values brought is of the past of an enrollment: what was observed
    before it began is its history, of which only the newest counts."""
    return bool(names and draft.late) and all(
        (late := draft.late.get(name)) is not None
        and not late.current
        and (late.struck or late.since >= enrolled)
        for name in names
    )
