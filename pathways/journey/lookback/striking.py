"""Readings that were corrected or retracted: kept and marked, never counted again."""

from __future__ import annotations

from bisect import insort

from pathways.journey import subjects
from pathways.journey.draft import Draft
from pathways.journey.events import Reading, Value
from pathways.journey.lookback import lateness
from pathways.journey.lookback.past_state import Struck
from pathways.journey.state import Fact

KEPT = 8
"""Struck readings of one element that the journey remembers; the record keeps all."""
MINUTE = 60


def is_struck(draft: Draft, reading: Reading) -> bool:
    """Whether this very reading was struck: a feed may deliver it once more."""
    return any(
        (one.observed, one.value) == (reading.observed, reading.value)
        for one in draft.journey.struck.get(reading.name, ())
    )


def find(draft: Draft, name: str, observed: int) -> Fact | None:
    """The reading observed then (0: the newest); people say the minute."""
    told = draft.journey.readings(name)
    if not observed:
        return told[0] if told else None
    exact = next((f for f in told if f.observed == observed), None)
    near = [f for f in told if f.observed // MINUTE == observed // MINUTE]
    return exact or (near[0] if len(near) == 1 else None)


def find_struck(draft: Draft, name: str, observed: int) -> Struck | None:
    """The reading observed then that was struck, the latest first."""
    return next(
        (
            one
            for one in draft.journey.struck.get(name, ())
            if not observed or one.observed // MINUTE == observed // MINUTE
        ),
        None,
    )


def strike(
    draft: Draft, name: str, fact: Fact, value: Value | None = None, source: str = ""
) -> None:
    """Take a reading out of what counts, and put ``value`` in its place if there is one."""
    old = draft.journey.readings(name)
    held = [one for one in old if one is not fact]
    if value is not None:
        insort(held, Fact(value, fact.observed, draft.now, source), key=lambda f: -f.observed)
    subjects.keep(draft, name, tuple(held))
    how = "retracted" if value is None else "corrected"
    one = Struck(fact.value, fact.observed, fact.recorded, draft.now, how)
    before = draft.journey.struck.get(name, ())
    draft.journey.struck = {**draft.journey.struck, name: (one, *before)[:KEPT]}
    lateness.strike(draft, name, old, fact.observed)


def restore(draft: Draft, name: str, one: Struck, value: Value, source: str) -> None:
    """What was retracted is put right: a reading of that instant counts again."""
    old = draft.journey.readings(name)
    held = list(old)
    insort(held, Fact(value, one.observed, draft.now, source), key=lambda f: -f.observed)
    subjects.keep(draft, name, tuple(held))
    rest = tuple(
        other
        for other in draft.journey.struck[name]
        if (other.observed, other.value) != (one.observed, value)
    )
    struck = {**draft.journey.struck, name: rest}
    draft.journey.struck = {n: ones for n, ones in struck.items() if ones}
    lateness.strike(draft, name, old, one.observed)
