"""Medicines: one list for all pathways, and rules about what must not stand on it together.

Rules are data (``definitions/medicines``), each with the source that it is shown with. They are
parts of ``pathways.compiled.CompiledPathway``: immutable, and in the digest where they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct, field

from pathways.calendar.table import DAY, day_number
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
CDC_2022: Mapping[str, float] = {
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
(clinical.md 4.3), where a file gives no table of its own. Not for dose conversion."""
ORAL = ("", "mouth", "oral", "po")
"""Ways to say that a medicine is swallowed."""
LONG_ACTING = "long-acting"


REFERRAL = "referral"
"""Source of what the patient took before anybody here looked."""


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
    every: int = 0
    """Days from dose to dose: 1 daily, 7 weekly; 0: not said."""
    unit: str = ""
    """Of ``daily``, where it is not mg (of a patch: mcg/h), like ``units``."""
    form: str = ""
    """``long-acting``, where that is said."""
    since: str = ""
    """ISO date from which it is taken, as told; empty: not told."""
    until: str = ""
    """ISO date on which it is planned to end; empty: not planned."""
    reason: str = ""
    """What it is taken for, as told; of one that was stopped, why."""
    said: Literal["", "stopped", "not-obtained", "not-listed"] = ""
    """What a reconciliation says of the line: it was stopped on purpose (then it is not taken); it
    is prescribed and was not obtained; it is taken, and stands on no list."""
    instead: str = ""
    """The ingredient that it takes the place of, as told."""

    @property
    def ingredients(self) -> tuple[str, ...]:
        """A combination product is split before anything is judged (clinical.md 4.1)."""
        return _parts(self.name)

    @property
    def way(self) -> str:
        """The route as duplicates are told apart by it: nothing said means by mouth."""
        return "" if self.route in ORAL else self.route

    @property
    def begun(self) -> int:
        """When it was begun, as far as is known: as told (to the day), else when the list knew."""
        if not self.since:
            return self.started
        year, month, day = map(int, self.since.split("-"))
        return day_number(year, month, day) * DAY

    @property
    def took_up(self) -> bool:
        """Whether it is known when it was begun: what a referral only names may be old."""
        return bool(self.since) or self.source != REFERRAL


@lru_cache(4096)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.split("/"))


class Allowed(Frozen, frozen=True):
    """Two medicines of a kind that may stand together (clinical.md 4.1)."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    """An ingredient of each."""
    only: Literal["", "long-and-short", "stop-date"] = ""
    """Only if one is long-acting and the other is not; only if one has a planned end."""


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
    classes: tuple[tuple[str, ...], ...] = ()
    """Two lines of different ingredients of one of these, by one route."""
    allowed: tuple[Allowed, ...] = ()
    """Pairs that are neither a duplicate nor two of a class."""
    least: int = 0
    """So many different ingredients of the first group."""
    gone: tuple[str, ...] = ()
    gone_within: int = 0
    """Beside the groups one of ``gone`` was stopped less than so many seconds ago."""
    dose_above: float = 0.0
    dose_to: float = 0.0
    """Of the first group: daily doses above this; up to this (mg; 0: any)."""
    daily: bool = False
    """Of the first group: taken every day, or more often."""
    new: int = 0
    """Of the first group: begun less than so many seconds ago."""
    taken: int = 0
    """Of the first group: taken for so many seconds or longer."""
    unexplained: bool = False
    """Of the first group: nobody has said what it is for."""
    factors: dict[str, float] = field(default_factory=dict)
    """Morphine milligram equivalents of a milligram (of a patch: of a mcg/h) a day; empty: those
    of ``CDC_2022``."""
    reads: dict[str, str] = field(default_factory=dict)
    """Values that ``when`` asks for: their unit, ``date`` or ``boolean``; empty: not said."""


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
