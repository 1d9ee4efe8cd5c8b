"""Values: what is taken as a fact about the patient, and what is refused as an entry error."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from math import inf, isfinite

from msgspec import Struct

from pathways.compiled import DataElement, Instrument
from pathways.journey.draft import Draft
from pathways.journey.events import Reading, Value
from pathways.journey.lookback import lateness, striking
from pathways.journey.state import Fact
from pathways.journey.subjects import is_hers
from pathways.journey.subjects import keep as keep_facts
from pathways.journey.subjects import readings as readings_of
from pathways.scoring import score

AHEAD = 300
"""Seconds by which a device's clock may run ahead of ours."""
INSTRUMENT_READINGS = 4
"""Results of one instrument kept for comparison."""


class Fault(Struct, frozen=True):
    """Why a value was refused: a stable code and one sentence that says what to do."""

    code: str
    message: str


def element_of(draft: Draft, name: str) -> DataElement | None:
    """The declaration of a value by any pathway that the patient is on."""
    for enrollment in draft.running():
        found = draft.ready(enrollment).pathway.data.get(name)
        if found is not None:
            return found
    return None


def instrument_of(draft: Draft, name: str) -> Instrument | None:
    """The instrument of this id in any pathway that the patient is on."""
    for enrollment in draft.running():
        found = draft.ready(enrollment).pathway.instruments.get(name)
        if found is not None:
            return found
    return None


def fault_in(draft: Draft, reading: Reading) -> Fault | None:
    """Why this reading cannot be taken, or ``None``."""
    if reading.observed > draft.now + AHEAD:
        return Fault("in-the-future", f"{reading.name} was observed in the future: check its date.")
    if striking.is_struck(draft, reading):
        return Fault(
            "retracted-value",
            f"This reading of {reading.name} was retracted or corrected: it does not count again. "
            "If it was right after all, correct it back.",
        )
    instrument = instrument_of(draft, reading.name.partition(".")[0])
    if instrument is not None and "." in reading.name:
        return _fault_in_score(instrument, reading)
    element = element_of(draft, reading.name)
    if element is None:
        return Fault(
            "unknown-value",
            f"No pathway of this patient uses a value named {reading.name}: check the spelling.",
        )
    return _fault_in_value(element, reading)


def _fault_in_value(element: DataElement, reading: Reading) -> Fault | None:
    name, value = element.label or element.name, reading.value
    if reading.unit and element.unit and reading.unit != element.unit:
        return Fault(
            "wrong-unit", f"{name} is given in {reading.unit}: convert it to {element.unit}."
        )
    match element.type:
        case "quantity":
            if isinstance(value, bool | str) or not isfinite(value):
                return Fault("wrong-type", f"{name} must be a number.")
            low, high = element.low, element.high
            if (low is not None and value < low) or (high is not None and value > high):
                span = "" if low is None or high is None else f" (from {low:g} to {high:g})"
                return Fault(
                    "implausible",
                    f"{name} {value:g} {element.unit} is not plausible{span}: "
                    "measure or type it again.",
                )
        case "choice":
            if value not in element.options:
                return Fault(
                    "unknown-option", f"{name} must be one of {', '.join(element.options)}."
                )
        case "boolean":
            if not isinstance(value, bool):
                return Fault("wrong-type", f"{name} must be true or false.")
        case "date" | "text":
            if not isinstance(value, str):
                return Fault("wrong-type", f"{name} must be text.")
    return None


def _fault_in_score(instrument: Instrument, reading: Reading) -> Fault | None:
    part = reading.name.partition(".")[2]
    for item in instrument.items:
        if item.id == part:
            return _fault_in_range(reading, item.low, item.high)
    for result in instrument.scores:
        if result.id == part:
            highest = max((band.high for band in result.bands), default=None)
            lowest = min((band.low for band in result.bands), default=0)
            return _fault_in_range(reading, lowest, highest)
    return Fault("unknown-value", f"{instrument.title} has no result named {part}.")


def _fault_in_range(reading: Reading, low: int, high: int | None) -> Fault | None:
    value = reading.value
    if (
        isinstance(value, bool | str)
        or not low <= value < inf
        or (high is not None and value > high)
    ):
        upper = "" if high is None else f" to {high}"
        return Fault("implausible", f"{reading.name} must be a number from {low}{upper}.")
    return None


def unusual(element: DataElement | None, value: Value) -> bool:
    """Plausible, but outside the warning range: worth a second look."""
    if element is None or isinstance(value, bool | str):
        return False
    low, high = element.warn_low, element.warn_high
    return (low is not None and value < low) or (high is not None and value > high)


def take(draft: Draft, readings: Iterable[Reading], source: str) -> None:
    """Take readings that have no fault as facts; later corrections of one instant replace it."""
    for reading in readings:
        element = element_of(draft, reading.name)
        _keep(draft, reading, element.keep if element else INSTRUMENT_READINGS, source)
        draft.say(
            "value-recorded",
            name=reading.name,
            value=reading.value,
            unit=reading.unit or (element.unit if element else ""),
            observed=reading.observed,
            unusual=unusual(element, reading.value),
            source=reading.source or source,
            subject="caregiver" if is_hers(draft, reading.name) else None,
        )
        if "." in reading.name:
            _take_band(draft, reading, source)


def _take_band(draft: Draft, reading: Reading, source: str) -> None:
    """A total that was scored elsewhere has a band too."""
    band = band_of(draft, reading.name, reading.value)
    if band is not None:
        named = Reading(f"{reading.name}-band", band, reading.observed)
        _keep(draft, named, INSTRUMENT_READINGS, source)


def band_of(draft: Draft, name: str, value: Value) -> str | None:
    """The band of a total named ``INSTRUMENT.SCORE``, or ``None``."""
    instrument_id, _, part = name.partition(".")
    instrument = instrument_of(draft, instrument_id)
    if instrument is None or isinstance(value, bool | str):
        return None
    bands = [band for result in instrument.scores if result.id == part for band in result.bands]
    return next((band.name for band in bands if band.low <= value <= band.high), None)


def _keep(draft: Draft, reading: Reading, keep: int, source: str) -> None:
    old = readings_of(draft.journey, reading.name)
    held = [f for f in old if f.observed != reading.observed]
    fact = Fact(reading.value, reading.observed, draft.now, reading.source or source)
    insort(held, fact, key=lambda f: -f.observed)
    kept = tuple(held[: max(keep, 1)])
    keep_facts(draft, reading.name, kept)
    if fact in kept:
        lateness.note(draft, reading.name, old, fact)
        draft.changed[reading.name] = None


def answered(
    draft: Draft, instrument: Instrument, answers: dict[str, int], source: str, at: int
) -> None:
    """Score a questionnaire, answered ``at`` that instant with valid answers, and take its
    results. With a required item missing the score is unknown (X13); single items still
    count (B3)."""
    scored = score(instrument, answers)
    for name, value in scored.values.items():
        full = f"{instrument.id}.{name}"
        _keep(draft, Reading(full, value, at), INSTRUMENT_READINGS, source)
    totals = (f"{r.id} {scored.values[r.id]:g}" for r in instrument.scores if r.id in scored.values)
    draft.say(
        "instrument-scored",
        instrument=instrument.id,
        scores=", ".join(totals),
        incomplete=bool(scored.missing),
        subject=instrument.subject or None,
    )
