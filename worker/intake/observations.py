"""Observations: read as candidates by LOINC code, then fitted to a pathway's data elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from math import isfinite
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from pathways.compiled import DataElement
from pathways.journey.events import Reading, Value
from pathways.language.issues import Place, suggest
from worker.intake.entries import Entry
from worker.intake.findings import Finding, Findings, Path, written
from worker.intake.person import concept_text
from worker.intake.units import convert, convertible

Json = Mapping[str, Any]

LOINC = "http://loinc.org"
FINAL = frozenset({"final", "amended", "corrected"})
CLOCK_SKEW = 300
"""Seconds that a sender's clock may be ahead of ours."""

TWINS = {
    "3141-9": "29463-7",  # body weight, measured
    "2708-6": "59408-5",  # oxygen saturation, as the FHIR vital-signs profile codes it
    "14743-9": "41653-7",  # glucose by glucometer, mmol/L
    "17856-6": "4548-4",  # HbA1c by HPLC
    "59261-8": "4548-4",  # HbA1c, IFCC mmol/mol
    "14682-9": "2160-0",  # creatinine, umol/L
    "14959-1": "9318-7",  # microalbumin/creatinine
}
"""LOINC codes of the same property by another method or in another unit."""

_YES_NO = {"373066001": True, "373067005": False, "LA33-6": True, "LA32-8": False}
"""SNOMED CT and LOINC answer codes for yes and no."""


class _HasReadings(Protocol):
    @property
    def readings(self) -> tuple[Reading, ...]: ...
    @property
    def places(self) -> Mapping[str, tuple[Place, str]]: ...


def read_observations(
    entries: Iterable[Entry], at: int, zone: str, findings: Findings
) -> tuple[tuple[Reading, ...], dict[str, tuple[Place, str]]]:
    """Candidates named by LOINC code, in order of time, and where each source is written.

    Left out without a word: other code systems, entries made in error, observations without
    a value. Left out with a finding: not final, no time, from the future, ``<`` and ``>``.
    """
    found: list[Reading] = []
    places: dict[str, tuple[Place, str]] = {}
    for entry in entries:
        observation = entry.resource
        if observation["status"] not in FINAL:
            if observation["status"] == "preliminary":
                findings.warn(
                    "not-final",
                    (*entry.path, "status"),
                    "This observation is preliminary; its value was not taken.",
                    "Send it again when it is final.",
                )
            continue
        parts: list[tuple[Json, Path]] = [(observation, entry.path)]
        components = observation.get("component", [])
        parts += [(c, (*entry.path, "component", i)) for i, c in enumerate(components)]
        for part, path in parts:
            code, value = _loinc(part), _value(part, path, findings)
            if not code or value is None:
                continue
            observed = _observed(observation, entry.path, at, zone, findings)
            if observed is None:
                break
            unit = _unit(part)
            source = entry.reference if part is observation else f"{entry.reference}#{code}"
            found.append(Reading(code, value, observed, unit, source))
            where = (*path, "valueQuantity") if "valueQuantity" in part else path
            places[source] = (findings.places.at(where), written(where))
    found.sort(key=lambda r: (r.observed, r.name, r.source))
    return tuple(found), places


def readings_for(
    intake: _HasReadings, data: Mapping[str, DataElement]
) -> tuple[tuple[Reading, ...], list[Finding]]:
    """The candidates that a pathway asks for, in its names and units, in order of time.

    Of each element the latest ``keep`` that fit: a journey keeps no more, and a bundle may
    hold decades.

    Converted by clinical.md 0.6. A value that cannot be converted, that is no option of its
    choice or that lies outside the element's range is a finding and not a value (B17: ask
    again); one in the range of unusual values is taken and found.
    """
    by_loinc: dict[str, list[DataElement]] = {}
    for name in sorted(data):
        if data[name].loinc:
            by_loinc.setdefault(data[name].loinc, []).append(data[name])
    taken: list[Reading] = []
    findings: list[Finding] = []
    kept: dict[str, set[tuple[Value, int]]] = {name: set() for name in data}
    for reading in reversed(intake.readings):
        own = by_loinc.get(reading.name, [])
        for element in own or by_loinc.get(TWINS.get(reading.name, ""), []):
            already = kept[element.name]
            if len(already) >= element.keep:
                continue
            value, problems = _fit(reading, element, *intake.places[reading.source])
            findings += problems
            if value is None or (value, reading.observed) in already:
                continue
            already.add((value, reading.observed))
            taken.append(
                Reading(element.name, value, reading.observed, element.unit, reading.source)
            )
    return tuple(reversed(taken)), findings[::-1]


def _fit(
    reading: Reading, element: DataElement, place: Place, path: str
) -> tuple[Value | None, list[Finding]]:
    label = element.label or element.name

    def finding(code: str, message: str, hint: str) -> list[Finding]:
        return [Finding(code, message, place, hint=hint, severity="warning", path=path)]

    value = reading.value
    if element.type == "quantity":
        if isinstance(value, bool | str) or not isfinite(value):
            return None, finding(
                "not-a-number",
                f'{label} is "{value}", which is not a number; the value was not taken.',
                f"Send it as a quantity in {element.unit or 'plain numbers'}.",
            )
        return _fit_number(value, reading.unit, element, finding)
    if element.type == "choice":
        wanted = _plain(str(value))
        option = next((o for o in element.options if _plain(o) == wanted), None)
        hint = suggest(str(value), element.options)
        return (
            (option, [])
            if option
            else (
                None,
                finding(
                    "unknown-option",
                    f'{label} is "{value}", which is none of its options; the value was not taken.',
                    hint or f"Known here: {', '.join(element.options)}.",
                ),
            )
        )
    right = isinstance(value, bool) == (element.type == "boolean")
    if element.type == "date" and right:
        right = isinstance(value, str) and _is_date(value[:10])
        value = str(value)[:10]
    if not right:
        return None, finding(
            "wrong-type",
            f'{label} is "{reading.value}", which is not a {element.type}; '
            "the value was not taken.",
            f"Send it as a {element.type}.",
        )
    return value, []


def _fit_number(
    value: float, unit: str, element: DataElement, finding: Any
) -> tuple[float | None, list[Finding]]:
    label, target = element.label or element.name, element.unit
    converted = convert(value, unit, target, element.loinc)
    if converted is None:
        known = ", ".join(u or "no unit" for u in convertible(target, element.loinc))
        said = f'in "{unit}", which cannot be converted to {target}' if unit else "without a unit"
        return None, finding(
            "unknown-unit" if unit else "missing-unit",
            f"{label} of {value:g} is {said}; the value was not taken.",
            f"Send it in one of: {known}.",
        )
    shown = f"{label} of {converted:g} {target}".rstrip()
    if convert(value, unit, unit) != converted:
        shown += f" (sent as {value:g} {unit})"
    if _outside(converted, element.low, element.high):
        return None, finding(
            "implausible-value",
            f"{shown} is outside what can be ({_range(element.low, element.high)} {target}); "
            "the value was not taken.",
            "Check the value and its unit, and enter it again.",
        )
    if _outside(converted, element.warn_low, element.warn_high):
        return converted, finding(
            "unusual-value",
            f"{shown} is unusual ({_range(element.warn_low, element.warn_high)} {target} "
            "is expected); it was taken.",
            "Confirm the value with whoever measured it.",
        )
    return converted, []


def _outside(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {high:g}" if high is not None else f"at least {low:g}"
    return f"{low:g} to {high:g}"


def _plain(text: str) -> str:
    return "-".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _loinc(part: Json) -> str:
    codings = part["code"].get("coding", [])
    return next((c["code"] for c in codings if c.get("system") == LOINC and "code" in c), "")


def _unit(part: Json) -> str:
    quantity = part.get("valueQuantity", {})
    return str(quantity.get("code") or quantity.get("unit") or "")


def _value(part: Json, path: Path, findings: Findings) -> Value | None:
    if "valueQuantity" in part:
        quantity = part["valueQuantity"]
        if quantity.get("comparator"):
            findings.warn(
                "inexact-value",
                (*path, "valueQuantity", "comparator"),
                f'The value is only known to be "{quantity["comparator"]}" a limit; '
                "it was not taken.",
                "Enter the value by hand if the pathway needs it.",
            )
            return None
        return float(quantity["value"]) if "value" in quantity else None
    if "valueCodeableConcept" in part:
        concept = part["valueCodeableConcept"]
        for coding in concept.get("coding", []):
            if coding.get("code") in _YES_NO:
                return _YES_NO[coding["code"]]
        return concept_text(concept) or None
    if "valueBoolean" in part:
        return bool(part["valueBoolean"])
    if "valueInteger" in part:
        return float(part["valueInteger"])
    return part.get("valueString") or part.get("valueDateTime")


def _observed(observation: Json, path: Path, at: int, zone: str, findings: Findings) -> int | None:
    """When it was observed; a bare date is the start of that day in the patient's zone."""
    period = observation.get("effectivePeriod", {})
    text = (
        observation.get("effectiveDateTime")
        or observation.get("effectiveInstant")
        or period.get("end")
        or period.get("start")
        or observation.get("issued")
    )
    if not text:
        findings.warn(
            "no-observation-time",
            path,
            "This observation does not say when it was made; its value was not taken.",
            "Add effectiveDateTime.",
        )
        return None
    observed = instant_of(text, zone)
    if observed > at + CLOCK_SKEW:
        findings.warn(
            "observed-in-future",
            (*path, "effectiveDateTime"),
            f"This observation is dated {text}, which is in the future; its value was not taken.",
            "Correct the date in the source system and send it again.",
        )
        return None
    return observed


def instant_of(text: str, zone: str) -> int:
    """A FHIR dateTime or instant as seconds since the epoch; the start of a bare date."""
    if "T" in text:
        return int(datetime.fromisoformat(text).timestamp())
    first = date.fromisoformat(full_date(text))
    return int(datetime.combine(first, time(), tzinfo=ZoneInfo(zone)).timestamp())


def full_date(text: str) -> str:
    """A FHIR date completed to its first day: ``2026`` and ``2026-01`` are ``2026-01-01``."""
    return text + "-01-01"[len(text) - 4 :]
