"""Clocks of programs count from the date of death that holds (X6, B14)."""

from __future__ import annotations

from pathways.journey.effects import Entry
from pathways.programs.facts import facts_of
from tests.kernel.building import NEW_YORK, at

HEARD, WAS, IS = at("2026-12-13T10:00"), at("2026-12-12T08:00"), at("2026-11-30T08:00")
DIED = Entry(HEARD, "died", params={"of": WAS})
LEFT = Entry(HEARD, "discharged", "tcm", params={"disposition": "deceased"})


def facts(*entries: Entry) -> list[tuple[str, int]]:
    return [(fact.kind, fact.at) for fact in facts_of(entries, (), NEW_YORK)]


def test_a_death_counts_from_when_it_was_not_from_when_we_heard() -> None:
    assert facts(DIED, LEFT) == [("died", WAS), ("left", HEARD)]


def test_a_death_from_before_dates_were_kept_counts_from_its_entry() -> None:
    assert facts(Entry(HEARD, "died")) == [("died", HEARD)]


def test_a_corrected_date_takes_the_place_of_the_first() -> None:
    corrected = Entry(HEARD + 86_400, "death-corrected", params={"was": WAS, "to": IS})
    assert facts(DIED, LEFT, corrected) == [("died", IS), ("left", HEARD)]


def test_who_lives_never_left_for_a_death() -> None:
    moved = Entry(HEARD, "discharged", "other", params={"disposition": "moved"})
    retracted = Entry(HEARD + 86_400, "death-retracted")
    assert facts(DIED, LEFT, moved, retracted) == [("left", HEARD)]
