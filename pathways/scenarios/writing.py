"""A scenario as the text of a file: the shortest form that reads back as the same scenario."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from pathways.scenarios.scenario import Expectation, Happening, Moment, Patient, Scenario
from pathways.spans import Span

Plain = str | float | bool | None | tuple["Plain", ...] | Mapping[str, "Plain"]

_SAFE = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./+() -]|:(?=\S)|'(?=\w))*")
"""Texts that YAML takes as they are, also inside { }."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?|\+?\d+ [a-z ]+")
_SPECIAL = {"true", "false", "null"}
_WIDE = 100
_WORDS = ("pathway", "kind", "outcome", "reason", "by", "to", "zone", "visit", "into", "note")


def write(scenario: Scenario) -> str:
    """The scenario as YAML. Reading it gives the same scenario, but for its places."""
    lines = [f"scenario: {_scalar(scenario.scenario)}"]
    if scenario.about:
        lines.append(f"about: {_scalar(scenario.about)}")
    if scenario.claims:
        said = (f"  {_scalar(name)}: {_scalar(text)}" for name, text in scenario.claims.items())
        lines += ["claims:", *said]
    several = len(scenario.pathways) > 1
    lines.append(
        f"pathway: {_flow(scenario.pathways) if several else _scalar(scenario.pathways[0])}"
    )
    lines.append(f"start: {scenario.start}")
    if scenario.referred:
        lines.append(f"referred: {scenario.referred}")
    if scenario.referrer:
        lines.append(f"referrer: {_scalar(scenario.referrer)}")
    patient = _patient(scenario.patient)
    if patient:
        lines.append(f"patient: {_flow(patient)}")
    for name, table in (("known", scenario.known), ("usual", scenario.usual)):
        if table:
            lines += _block(name, table)
    if scenario.slots:
        lines.append(f"slots: {_flow(_slots(scenario.slots))}")
    if scenario.results:
        lines += _block("results", scenario.results)
    if scenario.all_done:
        lines.append("all-done: true")
    lines += _list("course", (_happening(one) for one in scenario.course))
    lines += _list("expect", (_expectation(one) for one in scenario.expect))
    lines += _list("never", (_expectation(one) for one in scenario.never))
    return "\n".join(lines) + "\n"


def _list(name: str, entries: Iterator[dict[str, Plain]]) -> list[str]:
    lines = [f"  - {_flow(entry)}" for entry in entries]
    return [f"{name}:", *lines] if lines else []


def line_of(expectation: Expectation) -> str:
    """One line of ``expect`` or ``never``."""
    return _flow(_expectation(expectation))


def _block(name: str, table: Mapping[str, Plain]) -> list[str]:
    line = f"{name}: {_flow(table)}"
    if len(line) <= _WIDE:
        return [line]
    return [f"{name}:", *(f"  {_scalar(key)}: {_flow(value)}" for key, value in table.items())]


def _patient(patient: Patient) -> dict[str, Plain]:
    usual = Patient()
    found: dict[str, Plain] = {}
    for name in Patient.__struct_fields__:
        value = getattr(patient, name)
        if name == "born" or value != getattr(usual, name):
            found[name] = value
    return found


def _slots(slots: Mapping[str, Span | None]) -> dict[str, Plain]:
    return {name: "none" if span is None else _span(span) for name, span in slots.items()}


def _span(span: Span) -> str:
    return "same day" if span.unit == "same-day" else str(span)


def _limit(limit: Span | Moment) -> str:
    return _span(limit) if isinstance(limit, Span) else str(limit)


def _happening(one: Happening) -> dict[str, Plain]:
    entry: dict[str, Plain] = {}
    if one.at is not None:
        entry["at"] = str(one.at)
    match one.deed:
        case "until":
            entry["until"] = str(one.until)
        case "record" | "correct":
            entry[one.deed] = dict(one.values)
        case "resume":
            entry["resume"] = True
        case "slots":
            entry["slots"] = _slots(one.slots)
        case deed:
            entry[deed] = one.of
    if one.deed != "until" and one.until is not None:
        entry["until"] = str(one.until)
    if one.all_done:
        entry["all-done"] = True
    for name in _WORDS:
        if getattr(one, name):
            entry[name] = getattr(one, name)
    if one.channel:
        entry["channel"] = one.channel
    if one.deed not in ("record", "correct") and one.values:
        entry["set"] = dict(one.values)
    if one.answers:
        entry["answers"] = {name: dict(items) for name, items in one.answers.items()}
    if one.say:
        entry["say"] = one.say
    if one.details:
        entry["details"] = dict(one.details)
    if one.observed is not None:
        entry["observed"] = str(one.observed)
    if not one.verified:
        entry["verified"] = False
    if one.leaving:
        entry["except"] = one.leaving
    if one.absent:
        entry["absent"] = one.absent
    for name in ("without", "restore", "decisions"):
        if getattr(one, name):
            entry[name] = getattr(one, name)
    if one.outcomes:
        entry["outcomes"] = dict(one.outcomes)
    if one.results:
        entry["results"] = dict(one.results)
    if one.packet:
        entry["packet"] = dict(one.packet)
    if one.told:
        entry["told"] = dict(one.told)
    if one.medicines is not None:
        entry["medicines"] = one.medicines
    return entry


def _expectation(one: Expectation) -> dict[str, Plain]:
    entry: dict[str, Plain] = {}
    for name in ("at", "on", "by", "after"):
        if getattr(one, name) is not None:
            entry[name] = str(getattr(one, name))
    entry[one.what] = int(one.of) if one.what == "plan" else one.of
    for name in ("step", "pathway", "kind", "owner", "urgency", "to", "service"):
        if getattr(one, name):
            entry[name] = getattr(one, name)
    if one.due is not None:
        entry["due"] = _limit(one.due)
    if one.within is not None:
        entry["within"] = _limit(one.within)
    if one.minutes is not None:
        entry["minutes"] = one.minutes
    for name in ("status", "outcome", "because", "says"):
        if getattr(one, name):
            entry[name] = getattr(one, name)
    for name in ("late", "misses"):
        if getattr(one, name) is not None:
            entry[name] = getattr(one, name)
    if one.what == "value":
        entry["is"] = "unknown" if one.value is None else one.value
    if one.times is not None:
        entry["times"] = one.times
    if one.shows:
        entry["shows"] = one.shows
    return entry


def _flow(value: Plain) -> str:
    """A value in one line, with brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _scalar(value)


def _scalar(value: str | float | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(int(value)) if float(value).is_integer() else repr(value)
    text = str(value)
    plain = _SAFE.fullmatch(text) and not text.endswith((" ", ":")) and " #" not in text
    if (plain and text.lower() not in _SPECIAL) or _ISO.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)
