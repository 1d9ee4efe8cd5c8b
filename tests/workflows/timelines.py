"""Comparing the timelines of two lives that should have been the same."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import msgspec

from pathways.journey.effects import Entry

INSTANT = 1_000_000_000
"""Whole numbers above this are instants."""


def plain(entry: Entry) -> dict[str, Any]:
    """An entry without its instants."""
    facts = msgspec.to_builtins(entry)
    facts.pop("at")
    facts["params"] = {
        name: "an instant" if is_instant(value) else value
        for name, value in facts.get("params", {}).items()
    }
    return facts


def of_a_booking(entry: Entry) -> bool:
    """What a found slot leaves: two that are asked for at once are found in either order."""
    told = entry.kind == "message-sent" and entry.params["message"] == "appointment-booked"
    return told or entry.kind == "appointment-booked"


def in_order(entries: list[Entry]) -> list[Entry]:
    """The timeline, with what bookings leave side by side in order of their steps."""
    ordered: list[Entry] = []
    for bookings, run in groupby(entries, of_a_booking):
        key = (lambda e: (e.step, e.kind)) if bookings else (lambda _: ())
        ordered += sorted(run, key=key)
    return ordered


def is_instant(value: object) -> bool:
    return isinstance(value, int) and value > INSTANT


def instants(entry: Entry) -> list[int]:
    return [entry.at, *(int(v) for v in entry.params.values() if is_instant(v))]
