"""What a journey keeps of a review: its state, every transition, the authorization."""

from __future__ import annotations

from msgspec import Struct

from pathways.review.machine import State
from pathways.review.payer import Benefit, Speed, Type

DUTIES = (
    "review-information",
    "payer-overdue",
    "payer-complaint",
    "review-physician",
    "review-patient",
    "peer-to-peer",
    "appeal",
    "bridge-plan",
    "gap-check",
    "review-units",
    "review-ending",
    "review-notice",
    "review-concurrent",
    "review-anew",
    "cover-ends",
    "fast-appeal",
    "fast-appeal-decision",
    "services-go-on",
    "review-letter",
)
"""Kinds of tasks that a review opens. A payer's clock stops for no hold, nor do they."""


class Transition(Struct, frozen=True, omit_defaults=True):
    """One move, as it is told: by whom, when (UTC; ``zone`` is the patient's then), which clock
    it is judged by, why, by which criteria, and in which letter."""

    to: State
    at: int
    zone: str
    role: str
    person: str = ""
    credential: str = ""
    clock: str = ""
    """Payer, version and id of the clock: ``medicare-advantage 2026.1 expedited``."""
    reason: str = ""
    family: str = ""
    criteria: str = ""
    """Id and version."""
    letter: str = ""
    late: bool = False
    """It came after its clock had run out."""


class Approval(Struct, frozen=True, omit_defaults=True):
    """What is authorized: codes, units, and from when until when (days, local, both included)."""

    first: int = 0
    last: int = 0
    """Days since 1970-01-01; 0: no end was said."""
    units: int = 0
    unit: str = "visits"
    used: int = 0
    codes: tuple[str, ...] = ()
    facility: str = ""
    warned: bool = False
    """80 % of the units are used, and somebody was told."""
    cut: bool = False
    """It ends with the cover, before its time."""
    granted: int = 0
    """cut: the last day as it was granted; 0: no end was said."""


class AvoidableDay(Struct, frozen=True, omit_defaults=True):
    """A day in care for no clinical reason (clinical.md 5.5), and who answers for it."""

    day: int
    """Local, days since 1970-01-01."""
    reason: str
    owner: str


class ReviewRun(Struct, frozen=True, omit_defaults=True):
    """A request for authorization."""

    id: str
    pathway: str
    step: str
    occurrence: int
    service: str
    payer: str
    opened: int
    state: State = "draft"
    stage: str = ""
    task: str = ""
    """The task of its step, while the step waits for the decision."""
    owner: str = ""
    type: Type = "prior"
    speed: Speed = "standard"
    benefit: Benefit = "medical"
    level: str = ""
    """Level of care asked for (``pathways.review.levels``)."""
    of: str = ""
    """extension: the review whose authorization should go on."""
    received: int = 0
    """When the payer's clock began."""
    decide_by: int = 0
    """Until when the payer must decide (0: no clock runs)."""
    pended: int = 0
    extended: bool = False
    clock: str = ""
    """Id of the clock that runs."""
    denier: str = ""
    """Opaque person id of who denied."""
    notice: int = 0
    """When the last adverse notice was given: the appeal's clock starts there."""
    file_by: int = 0
    """Until when an appeal may be filed."""
    approval: Approval | None = None
    history: tuple[Transition, ...] = ()
    avoidable: tuple[AvoidableDay, ...] = ()
    instead: str = ""
    """The request to the payer before, in whose place this one is made."""
