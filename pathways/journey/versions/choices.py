"""What the person who moves patients to another version decides: names, clocks, what is kept."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

Policy = Literal["keep", "recompute", "restart"]
"""What becomes of a running clock: its instant stays; it is worked out again, from where it
began, by the new version; or it begins anew now."""


class Choices(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Everything has a default: same names, and for clocks ``keep`` where the version in force
    allows the same time, ``recompute`` where it allows another."""

    stages: dict[str, str] = field(default_factory=dict)
    """Old stage -> new stage, where the names differ."""
    steps: dict[str, str] = field(default_factory=dict)
    """Old step or rule -> new one, where the names differ; empty: it has no successor."""
    due: Literal["", "keep", "recompute", "restart"] = ""
    """For every clock; empty: as above."""
    dues: dict[str, Policy] = field(default_factory=dict)
    """New step, rule, stage or goal -> what becomes of its clock, whatever ``due`` says."""
    keep: tuple[str, ...] = ()
    """Old steps whose open task stays open though the step is gone."""
    skip: tuple[str, ...] = ()
    """New steps that do not start for who is in their stage already."""
    repeat: tuple[str, ...] = ()
    """New message steps that are sent although the patient has had that message."""
