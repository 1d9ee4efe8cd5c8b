"""A fact: something that happened, as programs see it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from pathways.programs.program import Proof

TURNS = ("enrolled", "left", "died", "event")


class Fact(Struct, frozen=True):
    """Something that happened at ``at``. ``names``: any of them may be asked for."""

    at: int
    kind: Proof | str
    """A ``Proof``; or ``enrolled``, ``referred``, ``left``, ``died``."""
    names: tuple[str, ...]
    role: str = ""
    answer: str = ""
    """The value; of ``left`` the disposition."""
    details: dict[str, str] = field(default_factory=dict)


class Known:
    """Facts in order, by kind: a patient of many years has thousands, and many clocks ask."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.of: dict[str, list[Fact]] = {}
        for fact in facts:
            self.of.setdefault(fact.kind, []).append(fact)
        self.turns = [fact for fact in facts if fact.kind in TURNS]
        """Those that may start or end what a patient is asked for."""
