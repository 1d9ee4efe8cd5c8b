"""A site's rota: read into shifts, and every fault with its place."""

from __future__ import annotations

import pytest

from pathways.journey.team.rota import Shift
from pathways.language.rota import read_rota
from worker.shared import rota_of_text

HOUR = 3600
TEXT = """language: 1
rota: riverside
zone: America/New_York
hours:
  - {person: nurse-ada, days: [mon, tue, wed, thu, fri], opens: "08:00", closes: "17:00"}
on-call:
  - {person: night, roles: [case-manager, pharmacist], days: [sat], opens: "17:00", closes: "08:00"}
"""


def test_hours_and_who_is_on_call_become_shifts() -> None:
    found, issues = read_rota(TEXT, "rota.yaml")
    assert not issues
    assert found is not None
    assert found.zone == "America/New_York"
    assert found.shifts == (
        Shift("nurse-ada", (0, 1, 2, 3, 4), 8 * HOUR, 17 * HOUR),
        Shift("night", (5,), 17 * HOUR, 8 * HOUR, ("case-manager", "pharmacist")),
    )


@pytest.mark.parametrize(
    ("right", "wrong", "code", "place"),
    [
        ("days: [mon, tue", "days: [monday, tue", "bad-day", (5, 32)),
        ('"08:00", closes: "17:00"', '"8 am", closes: "17:00"', "bad-clock", (5, 65)),
        ("roles: [case-manager, pharmacist]", "roles: []", "too-few", (7, 28)),
        ("rota: riverside", "rota: River Side", "bad-id", (2, 7)),
        ("America/New_York", "America/New_Yorck", "bad-zone", (3, 7)),
        ("person: nurse-ada", "persona: nurse-ada", "unknown-field", (5, 6)),
    ],
)
def test_a_fault_is_told_with_its_place(
    right: str, wrong: str, code: str, place: tuple[int, int]
) -> None:
    assert right in TEXT
    found, issues = rota_of_text(TEXT.replace(right, wrong), "rota.yaml")
    assert found is None
    assert (code, place) in [(i.code, (i.place.line, i.place.column)) for i in issues]


def test_one_person_cannot_begin_twice_at_one_time_of_a_day() -> None:
    again = '  - {person: nurse-ada, days: [fri, sat], opens: "08:00", closes: "12:00"}\non-call:'
    found, issues = rota_of_text(TEXT.replace("on-call:", again), "rota.yaml")
    assert found is None
    (issue,) = issues
    assert (issue.code, issue.place.line, issue.related[0].place.line) == ("same-shift", 6, 5)


def test_a_rota_without_anybody_on_call_is_one_too() -> None:
    found, issues = rota_of_text(TEXT[: TEXT.index("on-call")], "rota.yaml")
    assert not issues
    assert found is not None
    assert [shift.roles for shift in found.shifts] == [()]
