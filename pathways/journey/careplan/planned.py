"""What a journey keeps of its care plan. The frozen content of each version is on record, not here.

Instants are whole seconds since the epoch, UTC.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from pathways.journey.given import Value


class Fact(Struct, frozen=True, array_like=True):
    """One observation: value, when observed, when recorded, source."""

    value: Value
    observed: int
    recorded: int
    source: str = ""


PlanStatus = Literal["draft", "in-review", "approved", "rejected", "superseded"]


class PlanVersion(Struct, frozen=True, omit_defaults=True):
    """One version of the care plan: numbered through the journey, made for one enrollment."""

    number: int
    pathway: str
    enrolled: int
    """When that enrollment began: it tells a later one on the same pathway apart."""
    step: str
    """The plan step that made it."""
    status: PlanStatus
    made: int
    decided: int = 0
    judged: tuple[str, ...] = ()
    """The approve steps that have judged it."""


class Verdict(Struct, frozen=True, array_like=True):
    """What one of several approvers said. ``outcome`` is ``none`` of one who abstained."""

    step: str
    occurrence: int
    role: str
    outcome: str
    reason: str = ""
    without: tuple[str, ...] = ()
    """With a rejection: steps that the next version does without."""


class Copy(Struct, frozen=True, array_like=True):
    """A message to the patient or caregiver that tells of a version of the plan."""

    key: str
    step: str
    version: int


class OwnGoal(Struct, frozen=True, omit_defaults=True):
    """A goal of the patient's own, in the patient's words (clinical.md P4)."""

    id: str
    words: str
    stated: int
    measure: str = ""
    target: str = ""
    due: int = 0
    """The last instant in time; 0: without a date."""
    barrier: str = ""
    status: Literal["active", "met", "dropped"] = "active"


class Caregiver(Struct, frozen=True, omit_defaults=True):
    """The second subject: consent, language and facts of her own (clinical.md 2.3)."""

    consent: Literal["", "given", "withdrawn"] = ""
    """Empty: as the referral said (``PatientProfile.caregiver``)."""
    language: str = ""
    """Empty: the patient's."""
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    access: tuple[str, ...] | None = None
    """What the patient lets her know (``pathways.disclosing.Scope``); ``None``: as the referral
    said (``PatientProfile.caregiver_access``)."""


class Absence(Struct, frozen=True, array_like=True):
    """A person of the care team is away from ``start`` until before ``until``."""

    person: str
    start: int
    until: int
    cover: str = ""
    """Who stands in; empty: nobody, then what is urgent goes to the supervisor."""
