"""The example of a rota that ships: it is one, and it leaves nobody's emergency alone."""

from __future__ import annotations

from datetime import date

from pathways.calendar.resolve import resolve
from pathways.calendar.table import day_number, instant
from pathways.journey.chasing import URGENT
from pathways.journey.team.rota import Rota, is_there, on_call
from pathways.language.rota import read_rota
from tests.definitions import shipped

FILE = shipped.ROOT / "rota.example.yaml"
THANKSGIVING = day_number(2026, 11, 26)


def example() -> Rota:
    found, issues = read_rota(FILE.read_text(encoding="utf-8"), FILE.name)
    assert not issues
    assert found is not None
    zone = resolve(found.zone, date(2026, 1, 1), date(2027, 12, 31), "US")
    return Rota(found.shifts, zone)


def test_every_role_that_owns_urgent_work_has_somebody_at_every_hour() -> None:
    """Given the week of a holiday, with two nights of the weekend in it."""
    rota = example()
    owners = {
        deed.by
        for pathway in map(shipped.pathway, shipped.NAMES)
        for deed in (
            *(step for stage in pathway.stages for step in stage.steps),
            *(rule.do for rule in pathway.rules if rule.do is not None),
        )
        if deed.response in URGENT and deed.by
    } | {pathway.supervisor for pathway in map(shipped.pathway, shipped.NAMES)}
    assert len(owners) > 5
    table = rota.calendar
    assert table is not None
    alone = {
        (role, day - THANKSGIVING, hour)
        for day in range(THANKSGIVING - 3, THANKSGIVING + 5)
        for hour in range(24)
        for role in owners
        if not any(on_call(rota, table, role, instant(table, day, hour * 3600)))
    }
    assert alone == set()


def test_by_day_people_do_their_own_work_and_on_holidays_they_are_off() -> None:
    rota = example()
    table = rota.calendar
    assert table is not None
    noon = 12 * 3600
    assert is_there(rota, table, "nurse-ada", instant(table, THANKSGIVING - 1, noon))
    assert not is_there(rota, table, "nurse-ada", instant(table, THANKSGIVING, noon))
    night = instant(table, THANKSGIVING - 1, 23 * 3600)
    assert next(on_call(rota, table, "case-manager", night)) == "nurse-night"
