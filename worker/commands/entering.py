"""What people type as values, answers and times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from pathways.compiled import DataElement
from pathways.journey.events import Reading, Value
from pathways.medicines.lines import medicine_of
from pathways.medicines.reconciliation import Decision, decision_of
from pathways.medicines.rules import Medicine
from worker.commands.misuse import Misuse

_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(\S.*)?")
_WORDS = {"yes": True, "true": True, "no": False, "false": False}


def readings(
    given: Iterable[str], elements: Mapping[str, DataElement], observed: int = 0
) -> tuple[Reading, ...]:
    """``hba1c=7.2``, ``hba1c=7.2 %``, ``foot-risk=low``, ``smoker=no`` as readings of an instant
    (0: of now).

    What does not fit its element goes as text: the journey refuses it, with the reason on
    record. Raises ``Misuse``."""
    found = (_reading(*_pair(one, "--set hba1c=7.2"), elements) for one in given)
    return tuple(replace(reading, observed=observed) for reading in found)


def correction(given: str, elements: Mapping[str, DataElement]) -> tuple[str, Value]:
    """``hba1c=7.2`` as the name of a value and what it should have been. Raises ``Misuse``."""
    reading = _reading(*_pair(given, "--correct hba1c=7.2"), elements)
    return reading.name, reading.value


def medicines(given: Iterable[str]) -> tuple[Medicine, ...]:
    """``oxycodone 20 mg by mouth`` as lines of a medication list. Raises ``Misuse``."""
    found = []
    for one in given:
        medicine = medicine_of(one)
        if medicine is None:
            raise Misuse(
                f'"{one}" is not a medicine. Give the ingredient, and perhaps its dose of a day '
                'and route: --medicine "oxycodone 20 mg by mouth".'
            )
        found.append(medicine)
    return tuple(found)


def decisions(given: Iterable[str]) -> tuple[Decision, ...]:
    """``metformin: stop, eGFR 25`` as decisions about lines of the list. Raises ``Misuse``."""
    found = []
    for one in given:
        decision = decision_of(one)
        if decision is None:
            raise Misuse(
                f'"{one}" is not a decision. Give the medicine, accept, before or stop, and why: '
                '--decide "metformin: stop, eGFR 25".'
            )
        found.append(decision)
    return tuple(found)


def answers(given: Iterable[str]) -> dict[str, dict[str, int]]:
    """``phq-2.item-1=2`` as instrument -> item -> answer. Raises ``Misuse``."""
    found: dict[str, dict[str, int]] = {}
    for one in given:
        name, text = _pair(one, "--answer phq-2.item-1=2")
        instrument, dot, item = name.partition(".")
        if not dot or not item or not re.fullmatch(r"-?\d{1,6}", text):
            raise Misuse(
                f'"{one}" is not an answer. Give instrument, item and number: '
                "--answer phq-2.item-1=2"
            )
        found.setdefault(instrument, {})[item] = int(text)
    return found


def pairs(given: Iterable[str], example: str) -> dict[str, str]:
    """``name=text`` pairs. Raises ``Misuse``."""
    return dict(_pair(one, example) for one in given)


def instant(text: str, zone: str) -> int:
    """An ISO date and time as seconds since the epoch; without an offset it is local to ``zone``.

    A date alone is its midnight. Raises ``Misuse``."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return int(moment.timestamp())
    except (ValueError, OverflowError, KeyError):
        raise Misuse(
            f'"{text}" is not a time. Give a date and time such as 2026-12-01T14:30, '
            "with an offset (+01:00) if it is not the office's."
        ) from None


def _pair(text: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise Misuse(f'"{text}" is not NAME=VALUE. Write it like this: {example}')
    return name.strip(), value.strip()


def _reading(name: str, text: str, elements: Mapping[str, DataElement]) -> Reading:
    element = elements.get(name)
    kind = element.type if element is not None else ""
    if kind in ("choice", "date", "text"):
        return Reading(name, text, observed=0)
    number = _NUMBER.fullmatch(text)
    if number and kind != "boolean":
        return Reading(name, float(number[1]), observed=0, unit=(number[2] or "").strip())
    value: Value = text
    if kind != "quantity":
        value = _WORDS.get(text.lower(), text)
    return Reading(name, value, observed=0)
