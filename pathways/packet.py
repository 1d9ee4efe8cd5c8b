"""The packet that goes with a patient: a check-list of sections, each with who prepares it.

clinical.md 6.1. What a section holds is for people; that none is forgotten, and why one does not
apply, is checked when the packet is sent. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from msgspec import Struct

Section = Literal[
    "identity",
    "stay",
    "medicines",
    "tests",
    "function",
    "goals",
    "plan",
    "education",
    "verbal-report",
    "screening",
    "prescriptions",
    "belongings",
]
SECTIONS: tuple[Section, ...] = get_args(Section)


class Part(Struct, frozen=True):
    """What a section holds, who prepares it (a role; product default), and whether it always
    applies: then nobody may leave it out."""

    holds: str
    owner: str
    always: bool = False


PARTS: Mapping[str, Part] = {
    "identity": Part(
        "name, birth date, ids, language, who decides, contacts, primary care, payer",
        "coordinator",
        always=True,
    ),
    "stay": Part(
        "dates, reason, responsible practitioner, diagnoses, procedures, course, condition",
        "case-manager",
        always=True,
    ),
    "medicines": Part(
        "the reconciled list with reasons, last dose, next due, supply, allergies, weight, kidneys",
        "pharmacist",
        always=True,
    ),
    "tests": Part(
        "key results, what is pending with its owner and date, incidental findings", "case-manager"
    ),
    "function": Part(
        "daily activities, mobility, falls, cognition, swallowing, skin, lines, devices, oxygen",
        "case-manager",
    ),
    "goals": Part(
        "code status, advance directive, the patient's goals, caregiver, social needs",
        "social-worker",
    ),
    "plan": Part(
        "appointments with transport, services, equipment, laboratory, red flags, whom to call",
        "coordinator",
    ),
    "education": Part("topics, result of teach-back, language and level", "case-manager"),
    "verbal-report": Part("nurse to nurse, before arrival, with last vital signs", "case-manager"),
    "screening": Part("PASRR, before a nursing facility that Medicaid certifies", "social-worker"),
    "prescriptions": Part("of controlled medicines, signed", "primary-care"),
    "belongings": Part("what goes along, and whether the bed is held", "coordinator"),
}
"""Of sections that the minimum of discharge information names (NCQA, transitions of care: 6.1),
none may be left out; the others may, with a reason."""
FACILITY: tuple[Section, ...] = (
    "identity",
    "stay",
    "medicines",
    "tests",
    "function",
    "goals",
    "verbal-report",
    "screening",
    "prescriptions",
    "belongings",
)
"""What a facility needs."""


def missing(asked: Sequence[str], given: Mapping[str, str]) -> tuple[str, ...]:
    """Sections of which nothing is said, each with who prepares it. ``given``: section -> why it
    does not apply, empty when it is there."""
    return tuple(f"{name} ({PARTS[name].owner})" for name in asked if name not in given)


def unasked(asked: Sequence[str], given: Mapping[str, str]) -> tuple[str, ...]:
    """Sections that this packet does not have."""
    return tuple(name for name in given if name not in asked)


def left_out(given: Mapping[str, str]) -> tuple[str, ...]:
    """Sections that are said not to apply, though they always do."""
    return tuple(name for name, why in given.items() if why and PARTS[name].always)


def whole(asked: Sequence[str]) -> dict[str, str]:
    """A packet with everything that is asked for."""
    return dict.fromkeys(asked, "")
