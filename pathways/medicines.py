"""Medicines: one list for all pathways, and rules about what must not stand on it together.

Rules are data (``definitions/medicines``), each with the source that it is shown with. They are
parts of ``pathways.compiled.CompiledPathway``: immutable, and in the digest where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from pathways.frozen import Frozen

Severity = Literal["low", "medium", "high", "contraindicated"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "contraindicated")
CLASS: Mapping[Severity, str] = {
    "contraindicated": "RT-SD",
    "high": "RT-SD",
    "medium": "RT-1BD",
    "low": "RT-NV",
}
"""Severity and response class (clinical.md 4.4)."""
MME: Mapping[str, float] = {
    "codeine": 0.15,
    "fentanyl": 2.4,
    "hydrocodone": 1.0,
    "hydromorphone": 5.0,
    "methadone": 4.7,
    "morphine": 1.0,
    "oxycodone": 1.5,
    "oxymorphone": 3.0,
    "tapentadol": 0.4,
    "tramadol": 0.2,
}
"""Morphine milligram equivalents of a daily milligram (of fentanyl: of a mcg/h), CDC 2022
(clinical.md 4.3). Not for dose conversion."""


class Medicine(Struct, frozen=True, omit_defaults=True):
    """A line of the list. Key: ingredient and route, so that two lines may be duplicates."""

    name: str
    """Ingredient, lower case."""
    route: str = ""
    """Empty: by mouth, or not said."""
    daily: float = 0.0
    """Daily dose in mg (transdermal fentanyl: mcg/h); 0: not said."""
    source: str = ""
    started: int = 0
    stopped: int = 0
    """0: it is being taken."""

    @property
    def ingredients(self) -> tuple[str, ...]:
        """A combination product is split before anything is judged (clinical.md 4.1)."""
        return tuple(part.strip() for part in self.name.split("/"))


class MedicineRule(Frozen, frozen=True):
    """One rule. It hits when each of ``groups`` has a medicine of its own on the list, none of
    ``without`` is there, and ``when`` is yes."""

    id: str
    row: str
    """The clinical rule, like M5."""
    title: str
    severity: Severity
    action: str
    source: str
    groups: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    when: list[Any] | None = None
    duplicate: bool = False
    """Two lines of one ingredient by one route."""
    mme: float = 0.0
    """From this many morphine milligram equivalents a day."""


class Finding(Struct, frozen=True):
    """A rule that hits, with the medicines that it is about."""

    rule: MedicineRule
    medicines: tuple[Medicine, ...]

    @property
    def key(self) -> str:
        """The same rule about the same medicines: repeated alerts of it are suppressed."""
        return f"{self.rule.id}:{'+'.join(sorted({m.name for m in self.medicines}))}"

    @property
    def doses(self) -> str:
        """What makes a repeat worth another alert: a dose has changed."""
        return ",".join(f"{m.name}{m.route}={m.daily:g}" for m in self.medicines)


_LINE = re.compile(r"([a-z][a-z0-9/ -]*?)(?: (\d+(?:\.\d+)?) (?:mg|mcg/h))?(?: by ([a-z-]+))?")


def medicine_of(text: str) -> Medicine | None:
    """``oxycodone 20 mg``, ``fentanyl 25 mcg/h by patch``, ``ibuprofen``: the ingredient with its
    dose of a day and its route; ``None`` when the text is none of these."""
    found = _LINE.fullmatch(" ".join(text.lower().split()))
    if found is None:
        return None
    return Medicine(found[1], found[3] or "", float(found[2] or 0))


def mme_of(medicines: Sequence[Medicine]) -> float:
    """Daily morphine milligram equivalents of all opioids on the list."""
    return sum(m.daily * MME.get(m.name, 0.0) for m in medicines)


def candidates(rule: MedicineRule, medicines: Sequence[Medicine]) -> tuple[Medicine, ...]:
    """The medicines that a rule is about, ``when`` apart; empty: it does not hit."""
    if any(name in rule.without for m in medicines for name in m.ingredients):
        return ()
    if rule.duplicate:
        return _duplicates(medicines)
    if rule.mme:
        opioids = tuple(m for m in medicines if m.name in MME)
        return opioids if mme_of(opioids) >= rule.mme else ()
    found: list[Medicine] = []
    for group in rule.groups:
        mine = [
            m for m in medicines if m not in found and any(name in group for name in m.ingredients)
        ]
        if not mine:
            return ()
        found += mine
    return tuple(found)


def _duplicates(medicines: Sequence[Medicine]) -> tuple[Medicine, ...]:
    seen: dict[tuple[str, str], list[Medicine]] = {}
    for m in medicines:
        for name in m.ingredients:
            seen.setdefault((name, m.route), []).append(m)
    return tuple(m for lines in seen.values() if len(lines) > 1 for m in lines)
