"""Unit conversion for the values that pathways use (clinical.md 0.6, "Conversions").

Units are UCUM codes; common other spellings are accepted. A conversion that depends on the
substance (mmol/L of what?) is looked up by LOINC code.
"""

from __future__ import annotations

import re

_SPELLINGS = {
    "lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]",
    "kgs": "kg", "kilogram": "kg", "kilograms": "kg", "oz": "[oz_av]",
    "in": "[in_i]", "inch": "[in_i]", "inches": "[in_i]", "ft": "[ft_i]",
    "°C": "Cel", "C": "Cel", "degC": "Cel", "Celsius": "Cel",
    "°F": "[degF]", "F": "[degF]", "degF": "[degF]", "Fahrenheit": "[degF]",
    "mmHg": "mm[Hg]", "mm Hg": "mm[Hg]", "bpm": "/min", "beats/min": "/min", "breaths/min": "/min",
    "mg/dl": "mg/dL", "mmol/l": "mmol/L", "umol/l": "umol/L", "µmol/L": "umol/L",
    "μmol/L": "umol/L", "mEq/L": "meq/L", "g/dl": "g/dL", "percent": "%", "kg/m²": "kg/m2",
    "10^3/uL": "10*3/uL", "K/uL": "10*3/uL", "10^9/L": "10*9/L", "score": "", "1": "", "points": "",
    "mL/min/1.73m2": "mL/min/", "mL/min/1.73 m2": "mL/min/", "mL/min/1.73m²": "mL/min/",
}  # fmt: skip

_ANNOTATION = re.compile(r"\{[^}]*\}")

Line = tuple[float, float]
"""``to = from * factor + shift``"""

_ANY: dict[tuple[str, str], Line] = {
    ("[lb_av]", "kg"): (0.45359237, 0.0),
    ("[oz_av]", "kg"): (0.45359237 / 16, 0.0),
    ("g", "kg"): (0.001, 0.0),
    ("[in_i]", "cm"): (2.54, 0.0),
    ("[ft_i]", "cm"): (30.48, 0.0),
    ("m", "cm"): (100.0, 0.0),
    ("[degF]", "Cel"): (5 / 9, -160 / 9),
    ("g/L", "g/dL"): (0.1, 0.0),
    ("10*9/L", "10*3/uL"): (1.0, 0.0),
    ("/uL", "10*3/uL"): (0.001, 0.0),
}

_GLUCOSE: dict[tuple[str, str], Line] = {("mmol/L", "mg/dL"): (18.02, 0.0)}
_HBA1C: dict[tuple[str, str], Line] = {("mmol/mol", "%"): (1 / 10.93, 2.15)}
_CREATININE: dict[tuple[str, str], Line] = {("umol/L", "mg/dL"): (1 / 88.4, 0.0)}
_UACR: dict[tuple[str, str], Line] = {("mg/mmol", "mg/g"): (8.84, 0.0)}
_MONOVALENT: dict[tuple[str, str], Line] = {("meq/L", "mmol/L"): (1.0, 0.0)}

_BY_LOINC: dict[str, dict[tuple[str, str], Line]] = {
    "41653-7": _GLUCOSE,
    "2339-0": _GLUCOSE,
    "2345-7": _GLUCOSE,
    "4548-4": _HBA1C,
    "2160-0": _CREATININE,
    "9318-7": _UACR,
    "2823-3": _MONOVALENT,
    "2951-2": _MONOVALENT,
    "1963-8": _MONOVALENT,
}


def ucum(unit: str) -> str:
    """The one spelling used for comparing: ``lbs`` is ``[lb_av]``, ``{score}`` is nothing."""
    unit = unit.strip()
    bare = _ANNOTATION.sub("", _SPELLINGS.get(unit, unit))
    return _SPELLINGS.get(bare, bare)


def convert(value: float, unit: str, to: str, loinc: str = "") -> float | None:
    """``value`` in another unit, to 6 significant digits; ``None``: no conversion is known.

    ``loinc`` is the code of the pathway's element, for conversions that depend on the
    substance.
    """
    start, end = ucum(unit), ucum(to)
    if start == end:
        return value
    known = _BY_LOINC.get(loinc, {}) | _ANY
    if line := known.get((start, end)):
        found = value * line[0] + line[1]
    elif line := known.get((end, start)):
        found = (value - line[1]) / line[0]
    else:
        return None
    return float(f"{found:.6g}")


def convertible(to: str, loinc: str = "") -> tuple[str, ...]:
    """The units that can be had as ``to``, itself first: for telling people what to send."""
    end = ucum(to)
    known = _BY_LOINC.get(loinc, {}) | _ANY
    others = [a if b == end else b for a, b in known if end in (a, b)]
    return (to, *sorted(others))
