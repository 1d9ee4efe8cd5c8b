"""The world around a played scenario."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.journey.effects import Book
from pathways.journey.events import Done
from pathways.journey.state import Appointment
from pathways.scenarios.world import answer
from tests.kernel.building import NEW_YORK, at

MONDAY = at("2026-03-02T09:00-05:00")
TEN = MONDAY + 3600


def asked(minutes: int) -> Book:
    return Book("k", "step", "a1", "lab", MONDAY, MONDAY + 3 * 86_400, minutes)


def starts(minutes: int, *others: Appointment) -> int:
    found = answer(asked(minutes), MONDAY, NEW_YORK, {}, others)
    assert isinstance(found, Done)
    return int(found.result["starts"])


def held(begins: int, ends: int) -> Appointment:
    return Appointment("a0", "clinic", (), MONDAY, "booked", begins, ends)


def test_a_patient_is_not_in_two_places_at_once() -> None:
    """Given a visit at ten, then the next one asked for begins when that is over."""
    assert starts(30) == TEN
    assert starts(30, held(TEN, TEN + 1800)) == TEN + 1800
    assert starts(30, held(TEN, TEN + 1000)) == TEN + 1800, "on a quarter of an hour"


def test_a_visit_before_the_next_one_must_be_over_when_that_begins() -> None:
    soon = held(TEN + 1800, TEN + 3600)
    assert starts(30, soon) == TEN
    assert starts(45, soon) == TEN + 3600


def test_what_only_touches_or_is_given_up_keeps_nobody_away() -> None:
    cancelled = replace(held(TEN, TEN + 3600), status="cancelling")
    assert starts(30, held(TEN - 1800, TEN), cancelled) == TEN
