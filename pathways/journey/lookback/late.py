"""What one decision changes about the past of one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from pathways.journey.state import Fact


@dataclass(slots=True)
class Late:
    """Instants are whole seconds since the epoch, UTC."""

    since: int
    """The earliest observation that changed."""
    old: tuple[Fact, ...]
    """The value's readings before."""
    current: bool
    """One came in time as well."""
    arrived: list[int] = field(default_factory=list)
    """Observations that came late."""
    struck: bool = False
    """One was corrected or retracted."""
