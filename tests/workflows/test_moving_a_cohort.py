"""A cohort is moved by one command, which may be interrupted anywhere and given again."""

from __future__ import annotations

import pytest

from activities.records import migration_rows as rows
from activities.records import reading
from activities.records.pathway_store import store_pathway
from pathways.canonical import digest_of, pin
from tests.workflows.care import NURSE, demo
from tests.workflows.site import Site
from tests.workflows.test_migrating import NAMES, later_version
from worker.desk import Desk
from worker.moving import (
    MovingError,
    Order,
    begin,
    carry_out,
    foresee,
    patients_on,
    taking_back,
)


class Interrupted(Exception):
    """The power went off."""


def desk_of(site: Site) -> Desk:
    desk = Desk(site.clock.client, site.engine, site.settings)
    store_pathway(site.engine, pin(demo()))
    return desk


def order() -> Order:
    choices = {digest_of(demo()): NAMES}
    return Order(pin(later_version()), NURSE, choices, "a new edition", words="all")


def moves(site: Site, journey: str) -> list[str]:
    return [e.kind for e in reading.timeline(site.engine, journey) if e.kind == "migrated"]


async def test_what_was_interrupted_goes_on_and_nobody_is_moved_twice(cached_site: Site) -> None:
    """Given three patients, when the command dies after the first answer, before it is noted, and
    is given again, then it goes on under the same id, all are moved once, and given a third time
    it finds nobody."""
    desk = desk_of(cached_site)
    journeys = [await cached_site.enrolled() for _ in range(3)]
    for journey in journeys:
        await cached_site.settle(journey)
    now = await cached_site.now(journeys[0])
    cohort = patients_on(desk, "demo")
    assert {p.journey for p in cohort} == set(journeys)
    first = begin(desk, order(), cohort, now)
    event_sent: list[str] = []

    def die(moved: rows.Moved, number: int, of: int) -> None:
        event_sent.append(moved.journey)
        raise Interrupted

    with pytest.raises(Interrupted):
        await carry_out(desk, order(), first, now, die)
    rows.note(cached_site.engine, first.id, rows.Moved(event_sent[0], "", "waiting"))
    assert rows.is_under_way(cached_site.engine, order().asked)

    left = patients_on(desk, "demo", version="1")
    assert len(left) == 2
    again = begin(desk, order(), left, now)
    assert again.id == first.id
    result = await carry_out(desk, order(), again, now, lambda *_: None)
    assert [one.status for one in result] == ["applied"] * 3
    assert [moves(cached_site, journey) for journey in journeys] == [["migrated"]] * 3
    assert not rows.is_under_way(cached_site.engine, order().asked)
    assert patients_on(desk, "demo", version="1") == []


async def test_what_is_foreseen_is_what_happens(cached_site: Site) -> None:
    """The plan of the dry run, and the journey afterwards, line by line."""
    desk = desk_of(cached_site)
    journey = await cached_site.enrolled()
    await cached_site.settle(journey)
    now = await cached_site.now(journey)
    (patient,) = patients_on(desk, "demo", [journey])
    foreseen = await foresee(desk, order(), patient, now)
    assert foreseen.answer.code == "migrated"
    (task,) = [t for t in foreseen.plan["tasks"] if t["how"] == "changed"]
    await carry_out(desk, order(), begin(desk, order(), [patient], now), now, lambda *_: None)
    state = await cached_site.state(journey)
    assert state.tasks[task["task"]].due == task["after"]
    planned = {(d["kind"], d["to"], d["after"]) for d in foreseen.plan["dues"] if d["after"]}
    dates = {(d.kind, d.ref, d.at) for d in state.agenda}
    assert planned <= dates


async def test_a_cohort_goes_back_by_name(cached_site: Site) -> None:
    """Given a moved patient, when the migration is taken back, then by an order of its own to the
    version they came from; a migration that never was is not found."""
    desk = desk_of(cached_site)
    journey = await cached_site.enrolled()
    await cached_site.settle(journey)
    now = await cached_site.now(journey)
    forth = begin(desk, order(), patients_on(desk, "demo", [journey]), now)
    await carry_out(desk, order(), forth, now, lambda *_: None)
    ((back, patients),) = taking_back(desk, forth.id, NURSE, "too early")
    assert back.target == pin(demo())
    result = await carry_out(desk, back, begin(desk, back, patients, now), now, lambda *_: None)
    assert [one.status for one in result] == ["applied"]
    enrollment = (await cached_site.state(journey)).enrollments["demo"]
    assert enrollment.digest == digest_of(demo())
    assert await cached_site.task(journey, "first-look")
    with pytest.raises(MovingError, match="There is no migration"):
        taking_back(desk, "never", NURSE, "")
