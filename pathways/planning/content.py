"""What a version of the care plan says: composed when it is drafted, then frozen (clinical.md P4).

Codes, titles and instants only; ``pathways.planning.saying`` puts them in words. Instants are
whole seconds since the epoch, UTC; 0 where there is none.
"""

from __future__ import annotations

from msgspec import Struct

from pathways.journey.careplan.planned import OwnGoal


class Aim(Struct, frozen=True, omit_defaults=True):
    """A goal of a pathway, as it stood."""

    id: str
    title: str
    status: str
    """met, not-met or unknown."""
    due: int = 0


class Intervention(Struct, frozen=True, omit_defaults=True):
    """Something the pathway does: a step, or a rule that watches over the patient."""

    id: str
    title: str
    verb: str = ""
    owner: str = ""
    every: str = ""
    """How often, as the pathway writes it: ``3 months``."""
    response: str = ""
    """Response class of a rule (clinical.md 0.4)."""
    running: bool = False
    """It was under way when the version was made."""


class Chapter(Struct, frozen=True, omit_defaults=True):
    """What one enrolled pathway contributes."""

    pathway: str
    title: str
    version: str
    in_force: int = 0
    """The version of the care plan in force for it when this one was made; 0: none yet."""
    aims: tuple[Aim, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    safety: tuple[Intervention, ...] = ()
    """Runs whatever becomes of the plan: rules with a response class, safety-critical steps."""
    left_out: tuple[Intervention, ...] = ()
    """Taken out by a rejection (X9)."""


class Need(Struct, frozen=True, omit_defaults=True):
    """A positive finding of an instrument."""

    name: str
    """``phq-9.score``."""
    title: str
    value: float
    band: str = ""
    observed: int = 0
    subject: str = ""
    """Whose it is, when not the patient's."""


class CarePlan(Struct, frozen=True, omit_defaults=True):
    """One frozen version."""

    version: int
    made: int
    pathway: str
    """Whose plan step made it."""
    chapters: tuple[Chapter, ...] = ()
    needs: tuple[Need, ...] = ()
    own_goals: tuple[OwnGoal, ...] = ()
    team: tuple[tuple[str, str], ...] = ()
    """(role, opaque person id), in the order of the team."""
