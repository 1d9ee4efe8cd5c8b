"""What a journey remembers of the past: readings that were wrong, hospital stays, minutes spent.
Instants are whole seconds since the epoch, UTC."""

from __future__ import annotations

from msgspec import Struct

from pathways.journey.given import Value


class Struck(Struct, frozen=True, array_like=True):
    """A reading that does not count any more: it was corrected or retracted."""

    value: Value
    observed: int
    recorded: int
    struck: int
    """When it was corrected or retracted."""
    how: str
    """``corrected`` or ``retracted``."""


class Stay(Struct, frozen=True, omit_defaults=True):
    """A hospital stay, as far as it is known."""

    visit: str = ""
    """The hospital's visit number."""
    admitted: int = 0
    discharged: int = 0
    to: str = ""
    """Where the patient went: home, facility ..."""


class Episode(Struct, frozen=True, omit_defaults=True):
    """One time on a pathway that begins anew with each discharge, linked to the one before."""

    pathway: str
    number: int
    began: int
    """When the patient was enrolled."""
    discharged: int = 0
    """The discharge that it counts from; 0: not reported."""
    visit: str = ""
    after: int = 0
    """The number of the episode before it that it is linked to; 0: none."""
    ended: int = 0
    disposition: str = ""


class Spent(Struct, frozen=True, array_like=True):
    """Minutes of care management. ``day``: local; ``starts``: an instant, 0: not known."""

    program: str
    minutes: int
    day: int
    starts: int = 0
    role: str = ""
