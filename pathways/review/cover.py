"""Who pays from which day on: what is known of a patient's cover. Days are local, since 1970-01-01.

Cover is told late and ahead of time, and told wrong: the day from which it holds and the moment at
which it was told are kept apart.
"""

from __future__ import annotations

from itertools import pairwise

from msgspec import Struct

Covers = tuple["Cover", ...]
NOBODY = "no-cover"
"""Said in the place of a payer: from that day on nobody pays."""


class Cover(Struct, frozen=True, array_like=True):
    """This payer pays from the day ``since`` on (0: as far back as is known)."""

    payer: str
    since: int
    told: int
    """Instant."""


def payer_on(covers: Covers, day: int) -> str:
    """Who pays on that day; empty: not known."""
    return next((one.payer for one in reversed(covers) if one.since <= day), "")


def with_cover(covers: Covers, said: Cover) -> Covers:
    """The same with what is said now. Of one payer the newest date counts: told again with another
    one, its beginning was wrong. Of one day the newest payer counts."""
    if any((one.payer, one.since) == (said.payer, said.since) for one in covers):
        return covers
    in_force = next((one for one in reversed(covers) if one.since <= said.since), None)
    moved = in_force if in_force is not None and in_force.payer == said.payer else None
    if moved is not None and not moved.since:
        return covers  # this payer has paid as long as is known
    kept = [one for one in covers if one is not moved and one.since != said.since]
    return tuple(sorted((*kept, said), key=lambda one: one.since))


def first_day(covers: Covers, day: int) -> int:
    """Since when who pays on that day has paid without a break; 0: as long as is known."""
    found = 0
    for before, one in pairwise(covers):
        if one.since <= day and one.payer != before.payer:
            found = one.since
    return found


def last_day(covers: Covers, payer: str, day: int) -> int:
    """The last day on which this payer pays for what it was asked on ``day``; 0: no end is known.
    Who comes back to a payer after another one asks it anew."""
    ends = [
        after.since - 1
        for one, after in pairwise(covers)
        if one.payer == payer and after.payer != payer
    ]
    if covers and covers[-1].payer == payer:
        ends.append(0)
    return next((end for end in ends if not end or end >= day), ends[-1] if ends else 0)
