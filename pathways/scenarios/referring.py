"""Referrals in scenarios: somebody is referred who may be the patient, and a person says who it is.

Whether they may be is judged as at the front desk, by ``pathways.identity``."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pathways.identity.likeness import Likeness, compare
from pathways.identity.traits import traits
from pathways.scenarios.scenario import Patient

TOLD = ("name", "born", "phone", "email", "referrer")
"""What a line may tell of who is referred, and by whom."""


class Referred(Struct, frozen=True):
    """A referral that waits for a person to say who is referred."""

    match: str
    pathway: str
    at: int
    referrer: str


def likeness(patient: Patient, told: Mapping[str, str]) -> Likeness:
    """How who is referred compares with the patient."""
    known = traits(name=patient.name, born=patient.born, phone=patient.phone)
    return compare(
        known,
        traits(
            name=told.get("name", ""),
            born=told.get("born", ""),
            phone=told.get("phone", ""),
            email=told.get("email", ""),
        ),
    )
