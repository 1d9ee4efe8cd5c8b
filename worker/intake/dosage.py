"""What an order says of a medicine beyond its name: dose, how often, route, dates, reason.

Only what is structured is read (FHIR Dosage): the text of a dosage ("1-2 tablets if needed") is for
people. A dose in tablets is known when the product's name has one strength ("5 MG Oral Tablet").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pathways.medicines.rules import CDC_2022, ORAL, Medicine

Json = Mapping[str, Any]

_PER_DAY = {"h": 24.0, "d": 1.0, "wk": 1 / 7, "mo": 1 / 30}
_IN_MG = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001}
_UNITS = frozenset({"unit", "units", "u", "[iu]", "iu"})
_PIECES = frozenset(
    {"tablet", "tablets", "tab", "{tbl}", "capsule", "capsules", "cap", "{capsule}"}
)
_STRENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mg|mcg|ug|g)\b(?!/)", re.IGNORECASE)
_LONG = re.compile(r"\b(extended release|er|xr|sr|long[ -]acting|12 hr|24 hr)\b", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def medicine_from(name: str, product: str, order: Json) -> Medicine:
    """The line of the list: ``name``, the ingredient (of a combination ``a/b``), with what the
    order says; ``product``: the name that the order has for it."""
    dosages = order.get("dosageInstruction") or order.get("dosage") or []
    dosage: Json = dosages[0] if len(dosages) == 1 else {}
    daily, unit = _daily(dosage, product if "/" not in name else _opioid_part(product))
    per_day = _times(dosage)
    return Medicine(
        name,
        _route(dosage),
        round(daily, 6),
        every=0 if not per_day else max(1, round(1 / per_day)),
        unit=unit,
        form="long-acting" if _LONG.search(product) else "",
        since=_day(order.get("effectivePeriod", {}).get("start") or order.get("authoredOn")),
        until=_day(order.get("effectivePeriod", {}).get("end") or _bounds(dosage).get("end")),
        reason=_reason(order),
    )


def _opioid_part(product: str) -> str:
    """Of a combination the dose is that of its opioid, which is what is reckoned with."""
    parts = re.split(r"\s+/\s+", product)
    return next((p for p in parts if any(name in p.lower() for name in CDC_2022)), "")


def _daily(dosage: Json, product: str) -> tuple[float, str]:
    """The dose of a day in mg (or units), 0 where it is not known. An "as needed" counts as if it
    were taken as often as is allowed."""
    rates = dosage.get("doseAndRate") or []
    quantity: Json = rates[0].get("doseQuantity", {}) if len(rates) == 1 else {}
    value, unit = quantity.get("value"), str(quantity.get("code") or quantity.get("unit") or "")
    per_day = _times(dosage)
    if not isinstance(value, int | float) or not per_day:
        return 0.0, ""
    unit = unit.lower()
    if unit in _UNITS:
        return float(value) * per_day, "units"
    if not product:
        return 0.0, ""
    if unit in _PIECES:
        strengths = _STRENGTH.findall(product)
        if len(strengths) != 1:
            return 0.0, ""
        return float(value) * float(strengths[0][0]) * _IN_MG[strengths[0][1].lower()] * per_day, ""
    return float(value) * _IN_MG.get(unit, 0.0) * per_day, ""


def _times(dosage: Json) -> float:
    """How often a day; 0: not said."""
    repeat: Json = dosage.get("timing", {}).get("repeat", {})
    often, period = repeat.get("frequency", 1), repeat.get("period")
    unit = _PER_DAY.get(str(repeat.get("periodUnit", "")))
    if not isinstance(period, int | float) or not period or unit is None:
        return 0.0
    return float(often) * unit / float(period)


def _bounds(dosage: Json) -> Json:
    found = dosage.get("timing", {}).get("repeat", {}).get("boundsPeriod", {})
    return found if isinstance(found, Mapping) else {}


def _route(dosage: Json) -> str:
    """``oral``, ``ophthalmic``: the first word of the route; empty: by mouth, or not said."""
    route: Json = dosage.get("route", {})
    shown = (c.get("display", "") for c in route.get("coding", []))
    words = str(route.get("text") or next(shown, "")).lower().split()
    word = re.sub(r"[^a-z]", "", words[0]) if words else ""
    return "" if word in ORAL else word


def _day(text: object) -> str:
    found = _DAY.match(str(text or ""))
    return found[0] if found else ""


def _reason(order: Json) -> str:
    for concept in order.get("reasonCode", []):
        shown = (c.get("display", "") for c in concept.get("coding", []))
        text = str(concept.get("text") or next(shown, "")).lower()
        return " ".join(text.split())[:80]
    return ""
