"""A line of a medication list as people write it: ``oxycodone 5 mg x4 until 2026-11-08``.

In this order, all but the name at will: the ingredient (of a combination ``a/b``); the dose of a
day, or of one time and how often; ``long-acting``; ``by ROUTE``; ``instead of NAME``; ``stopped``,
``not obtained`` or ``not listed``; ``since DATE``; ``until DATE``; ``for WHAT``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pathways.calendar.table import civil, day_number
from pathways.medicines.rules import LONG_ACTING, Medicine

_OFTEN = {"daily": 1.0, "once daily": 1.0, "twice daily": 2.0, "weekly": 1 / 7}
_FACTOR = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}
_SAID: Mapping[str, Literal["", "stopped", "not-obtained", "not-listed"]] = {
    "": "",
    "stopped": "stopped",
    "not obtained": "not-obtained",
    "not listed": "not-listed",
}
_LINE = re.compile(
    r"(?P<name>[a-z][a-z0-9/ -]*?)"
    r"(?: (?P<dose>\d+(?:\.\d+)?) (?P<unit>mg|mcg/h|mcg|g|units))?"
    r"(?: x(?P<times>\d\d?)| (?P<often>daily|once daily|twice daily|weekly))?"
    r"(?P<long> long-acting)?"
    r"(?: by (?P<route>[a-z-]+))?"
    r"(?: instead of (?P<instead>[a-z][a-z0-9/ -]*?))?"
    r"(?: (?P<said>stopped|not obtained|not listed))?"
    r"(?: since (?P<since>\d{4}-\d\d-\d\d))?"
    r"(?: until (?P<until>\d{4}-\d\d-\d\d))?"
    r"(?: for (?P<reason>[a-z][a-z0-9 ,-]*))?"
)
_WORDS = frozenset(
    (
        *("mg", "mcg", "units", "by", "for", "since", "until", "weekly", "twice"),
        *("instead", "stopped", "obtained", "listed"),
    )
)
"""Of a line, not of a name: a name with one of them is a line in another order."""


def medicine_of(text: str) -> Medicine | None:
    """``oxycodone 20 mg``, ``fentanyl 25 mcg/h by patch``, ``ibuprofen``: the ingredient with its
    dose of a day and its route; ``None`` when the text is none of these."""
    found = _LINE.fullmatch(" ".join(text.lower().split()))
    if found is None or not _WORDS.isdisjoint(f"{found['name']} {found['instead'] or ''}".split()):
        return None
    if not all(found[of] is None or _is_day(found[of]) for of in ("since", "until")):
        return None
    times = float(found["times"] or _OFTEN.get(found["often"] or "", 1.0))
    dose = float(found["dose"] or 0) * times * _FACTOR.get(found["unit"] or "", 1.0)
    return Medicine(
        found["name"],
        found["route"] or "",
        round(dose, 6),
        every=7 if found["often"] == "weekly" else int(bool(found["times"] or found["often"])),
        unit="units" if found["unit"] == "units" else "",
        form=LONG_ACTING if found["long"] else "",
        since=found["since"] or "",
        until=found["until"] or "",
        reason=found["reason"] or "",
        said=_SAID[found["said"] or ""],
        instead=found["instead"] or "",
    )


def _is_day(text: str) -> bool:
    year, month, day = map(int, text.split("-"))
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return False
    return civil(day_number(year, month, day)) == (year, month, day)
