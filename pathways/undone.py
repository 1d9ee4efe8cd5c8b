"""What becomes of a step that is not done as it was meant: late, declined, missed, not reached.

Parts of ``pathways.compiled.Step``; everything here is immutable and part of the digest.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from pathways.spans import Span

Contact = Literal["", "patient", "caregiver"]
"""Whom a step reaches; empty: nobody."""
UNABLE_TO_REACH = "unable-to-reach"
"""The outcome of a contact in which nobody answered; also the name of the usual letter."""


class _Frozen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class Overdue(_Frozen, frozen=True):
    """What happens to a task that is not closed: at ``percent`` of the time allowed, or
    ``after`` its due time."""

    action: Literal["remind", "escalate"]
    to: str
    percent: int = 0
    after: Span | None = None


class Declined(_Frozen, frozen=True):
    """A patient's or owner's "no" (X3): whom to tell, what to start instead, whether to
    offer it again at the next reevaluation, whether the steps after it go on."""

    inform: str = ""
    start: tuple[str, ...] = ()
    reoffer: bool = True
    go_on: bool = False
    """YAML ``continue``: steps after this one are not skipped."""


class Missed(_Frozen, frozen=True):
    """A missed appointment (X2): outreach by ``by`` within ``outreach``; rebook within
    ``rebook``; from ``limit`` misses in a row ``barrier`` assessment, one more: escalate."""

    by: str
    outreach: Span = Span(1, "business-day")
    rebook: Span = Span(14, "day")
    escalate: str = ""


class Unreachable(_Frozen, frozen=True):
    """Nobody answers (X1): up to ``attempts`` on as many days, the next not before ``again``.

    After the last one the step ends as missed, ``message`` goes to whom the step wanted to reach
    (if the pathway has such a text), the steps ``start`` begin, and ``inform`` (empty: the
    pathway's supervisor) gets a task. The usual three attempts fit into X1's 14 calendar days.
    """

    attempts: int = 3
    again: Span = Span(2, "business-day")
    message: str = UNABLE_TO_REACH
    """Empty: none."""
    start: tuple[str, ...] = ()
    inform: str = ""


AS_USUAL = Unreachable()
"""What holds where a step says nothing: this very value is left out of the digest."""
