"""Units behind numbers: found, compared, and converted in hints (UCUM units)."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"[A-Za-z°µ%{\[][^\s,()<>=&|?:+]*")
_BOUNDARY = re.compile(r"[\s,)\]<>=!&|?:+*-]|$")

_MEANT = {
    "mmhg": "mm[hg]",
    "°c": "cel",
    "celsius": "cel",
    "bpm": "/min",
    "percent": "%",
    "pct": "%",
    "years": "year",
    "yr": "year",
    "a": "year",
    "days": "day",
    "d": "day",
    "h": "hour",
    "hours": "hour",
    "weeks": "wk",
    "week": "wk",
    "lbs": "lb",
    "pounds": "lb",
    "°f": "[degf]",
    "µg": "ug",
    "mcg": "ug",
}

_FACTORS: dict[tuple[str, str], tuple[float, float]] = {
    ("lb", "kg"): (0.45359237, 0.0),
    ("g", "kg"): (0.001, 0.0),
    ("in", "cm"): (2.54, 0.0),
    ("m", "cm"): (100.0, 0.0),
    ("[degf]", "cel"): (5 / 9, -160 / 9),
}
"""``kg = lb x 0.45359237`` (NIST); factor and offset."""


def unit_at(text: str, end_of_number: int, known: tuple[str, ...]) -> tuple[str, int]:
    """The unit that follows a number, with its offset; ("", ...) when none follows."""
    start = end_of_number
    while start < len(text) and text[start] in " \t":
        start += 1
    for unit in sorted(known, key=len, reverse=True):
        if text.startswith(unit, start) and _BOUNDARY.match(text, start + len(unit)):
            return unit, start
    written = _WRITTEN.match(text, start)
    return (written.group(), start) if written else ("", start)


def same_unit(written: str, expected: str) -> bool:
    """Whether two spellings mean one unit (mmHg and mm[Hg], mg/dl and mg/dL)."""
    return _canonical(written) == _canonical(expected)


def conversion(number: float, written: str, expected: str) -> str:
    """``3 lb is 1.36 kg``, or "" when no conversion is known."""
    pair = _FACTORS.get((_canonical(written), _canonical(expected)))
    if pair is None:
        return ""
    return f"{number:g} {written} is {round(number * pair[0] + pair[1], 2):g} {expected}"


def _canonical(unit: str) -> str:
    folded = unit.replace(" ", "").casefold().replace("μ", "µ")
    return _MEANT.get(folded, folded)
