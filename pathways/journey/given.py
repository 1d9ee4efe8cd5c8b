"""What events are made of: who says something, of whom, and what was measured."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from pathways.medicines.rules import Medicine

Value = float | str | bool
"""A quantity (in the element's own unit), a choice or text, or yes/no. Dates are ISO text."""


class BaseEvent(
    Struct, frozen=True, omit_defaults=True, tag_field="type", forbid_unknown_fields=True
):
    pass


class Reading(Struct, frozen=True, omit_defaults=True):
    """A value with its unit, the instant it was observed and where it came from."""

    name: str
    value: Value
    observed: int
    unit: str = ""
    source: str = ""


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who asks: an opaque person id and the role they act in."""

    person: str
    role: str


class PatientProfile(Struct, frozen=True, omit_defaults=True):
    """What the kernel must know of the patient. No name, no address, no phone number."""

    born: str
    """ISO date."""
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    language: str = "en"
    deceased: bool = False
    conditions: tuple[str, ...] = ()
    """ICD-10-CM codes of active conditions."""
    medications: tuple[str, ...] = ()
    """Ingredient names, lower case, of active medicines."""
    consent: bool = True
    """Consent to automated contact (messages)."""
    caregiver: bool = False
    """A caregiver is on record and consented to being contacted."""
    payer: str = ""
    """Who pays, as an id of ``definitions/payers``; empty: not known."""
    caregiver_access: str = ""
    """What the patient lets the caregiver know: ``all``, ``none``, or words of
    ``pathways.disclosing``; empty: nobody has asked, and she hears of what is for safety only."""
    medicines: tuple[Medicine, ...] = ()
    """What a referral says of medicines beyond their names: dose, route, dates."""
