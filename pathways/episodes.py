"""How hospital stays interrupt a pathway, or begin it anew."""

from __future__ import annotations

from pathways.frozen import Frozen


class Episodes(Frozen, frozen=True):
    """A pathway that hospital stays interrupt, or that begins anew with each discharge (X5)."""

    again: str = ""
    """The event that begins a new episode, linked to the one before."""
    after: tuple[str, ...] = ()
    """Dispositions with which one leaves and that event brings one back."""
    date: str = ""
    """The value that takes the local date of the discharge."""
    readmission: str = ""
    """The value that says whether the stay began within 30 days of the discharge before."""
    waits: tuple[str, ...] = ()
    """Settings to which a patient is discharged and in which the episode waits (B15)."""
    packet: str = ""
    """The role that sends the packet there."""
    anew: tuple[str, ...] = ()
    """Values and instruments that a new episode asks anew."""
    cancels: tuple[str, ...] = ()
    """Steps and rules whose open work an admission cancels rather than suspends."""
    notice: str = ""
    """The role that puts word of an admission into the chart."""
    line: int = 0
