"""Payers as data: how long each may take, what stops its clocks, and how to appeal.

Read from ``definitions/payers/*.yaml`` and pinned in the compiled pathway. Every clock says
where it comes from (``source``) and how sure that is (``tag``, docs/clinical.md 0.1).
"""

from __future__ import annotations

from typing import Literal

from pathways.frozen import Frozen
from pathways.spans import Span

Tag = Literal["L", "W", "C", "D"]
"""Looked up, well known, to be checked before it is relied on, default of the product."""
Type = Literal["prior", "concurrent", "extension", "retrospective"]
"""clinical.md 5.1: before the service, while it goes on, for more of it, after it."""
Speed = Literal["standard", "expedited"]
Benefit = Literal["medical", "part-b-drug", "part-d-drug"]
"""What is asked for: drugs have clocks of their own."""
Silence = Literal["not-approval", "approval"]


class Pended(Frozen, frozen=True):
    """What a request for more information does to the decision clock.

    The payer tells within ``tell`` of receipt and gives at least ``give`` to answer. ``tolls``:
    the clock stands still until the answer comes, at most for ``give``. ``decide``: the decision
    is due so long after the answer (or the end of ``give``), whatever the clock said.
    """

    tolls: bool = False
    tell: Span | None = None
    give: Span | None = None
    decide: Span | None = None


class Clock(Frozen, frozen=True):
    """How long a payer may take for one sort of request, counted from its receipt.

    Hours are elapsed time (T3); days are calendar days that end at 23:59:59 (T2).
    """

    id: str
    type: Type
    within: Span
    source: str
    tag: Tag
    speed: Speed = "standard"
    benefit: Benefit = "medical"
    extend: Span | None = None
    """The payer may take so much more, once, with notice."""
    asked: Span | None = None
    """extension: ``within`` holds for who asks at least so long before the end ..."""
    otherwise: Span | None = None
    """... and this for who asks later (B19)."""
    pended: Pended = Pended()
    written: Span | None = None
    """A decision may be told; it follows in writing within so long."""


class Appeal(Frozen, frozen=True):
    """One level of appeal. ``file``: from the date of the notice before it."""

    id: str
    level: int
    file: Span
    source: str
    tag: Tag
    expedited: Span | None = None
    pre_service: Span | None = None
    post_service: Span | None = None
    drug: Span | None = None
    """For a drug under the medical benefit, instead of the above when not expedited."""
    forward: bool = False
    """What this level upholds goes to the next by itself."""
    extend: Span | None = None
    """Who decides may take so much more, once, with notice."""
    services_go_on: Span | None = None
    """Care that is under way goes on meanwhile when that is asked for so soon after the notice, or
    before care would end, whichever is later (5.3)."""


class PeerToPeer(Frozen, frozen=True):
    """How long after a denial the payer's physician may be talked to. It stops no appeal clock."""

    inpatient: Span
    outpatient: Span
    source: str
    tag: Tag


class FastAppeal(Frozen, frozen=True):
    """What a patient may do who is told that care ends: ask an independent reviewer (5.3)."""

    to: str
    file: Literal["noon-before", "last-day"]
    """Until noon of the day before care ends; until midnight of the last day."""
    decided: Span
    """Counted from when it was filed."""
    source: str
    tag: Tag


class Notice(Frozen, frozen=True):
    """A notice that the patient must be given: within ``after_start`` of the service's start, or
    ``before_end`` of it. ``levels``: of these levels of care only."""

    id: str
    title: str
    levels: tuple[str, ...]
    source: str
    tag: Tag
    after_start: Span | None = None
    before_end: Span | None = None
    opens: Span | None = None
    """before_end: given no earlier than so long before the end; ``None``: at any time before."""
    appeal: FastAppeal | None = None


class Continuity(Frozen, frozen=True):
    """Whose treatment is under way when they become this payer's goes on so long as it is."""

    honours: Span
    source: str
    tag: Tag


class Payer(Frozen, frozen=True):
    """One sort of payer."""

    id: str
    version: str
    title: str
    clocks: tuple[Clock, ...]
    appeals: tuple[Appeal, ...] = ()
    peer_to_peer: PeerToPeer | None = None
    notices: tuple[Notice, ...] = ()
    silence: Silence = "not-approval"
    """What it means when the payer lets its time pass; a few state laws say approval."""
    usual: bool = False
    """Counts when nothing is known of the patient's coverage."""
    coverage: tuple[str, ...] = ()
    """How coverages are coded that this payer stands for: codes of the Source of Payment
    Typology (with all below them), or what a coverage's type is called."""
    continuity: Continuity | None = None


def clock_for(payer: Payer, kind: Type, speed: Speed, benefit: Benefit) -> Clock | None:
    """The clock of such a request. Where a payer has none for it, that of what it is most like
    counts: an extension is concurrent care, and that is like care before the service."""
    kinds: dict[Type, tuple[Type, ...]] = {
        "extension": ("extension", "concurrent", "prior"),
        "concurrent": ("concurrent", "prior"),
    }
    for like in kinds.get(kind, (kind,)):
        fitting = [c for c in payer.clocks if c.type == like and c.benefit == benefit]
        own = next((c for c in fitting if c.speed == speed), None)
        if own is not None or fitting:
            return own or fitting[0]
    return None


def payer_of(payers: dict[str, Payer], told: tuple[str, ...]) -> str:
    """The payer that codes or names of a patient's coverage stand for; empty: none that is known.

    The longest code that fits wins: 1 is Medicare, 11 its managed plans.
    """
    best, found = 0, ""
    for word in told:
        for payer in payers.values():
            for code in payer.coverage:
                coded = code.isdigit() and word.isdigit()
                fits = word.startswith(code) if coded else word.casefold() == code
                if fits and len(code) > best:
                    best, found = len(code), payer.id
    return found


def usual_payer(payers: dict[str, Payer]) -> str:
    """The payer that counts when nothing is known."""
    named = [p.id for p in payers.values() if p.usual]
    return (named or sorted(payers))[0] if payers else ""
