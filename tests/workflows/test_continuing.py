"""Continue-as-new: a journey's runs change, the journey does not notice."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from activities.records import reading
from pathways.journey.events import Attend, Decline, Device, Record, Report
from tests.workflows.care import NURSE, glucose
from tests.workflows.site import Site

_TOLERANCE = 300
"""Seconds by which two journeys that were sent the same may differ: they ran on a real clock."""


async def one_year(site: Site, journey: str) -> None:
    """A nurse, a device and time, at the same moments of every journey."""
    await site.enroll(journey)
    await site.settle(journey)
    await site.advance(journey, days=1)
    await site.complete(journey, "first-look", "looked")
    await site.advance(journey, days=2)
    now = await site.now(journey)
    await site.journeys.readings(journey, Device((glucose(44.0, now),), command="d1"))
    await site.advance(journey, seconds=60)
    call = await site.task(journey, "low-glucose-call")
    await site.command(journey, Decline("no", NURSE, call.id, "not now", risk_explained=True))
    booked = list((await site.state(journey)).appointments.values())
    assert [appointment.status for appointment in booked] == ["booked"]
    await site.advance(journey, days=20)
    await site.command(journey, Attend("came", NURSE, booked[0].id, "attended"))
    await site.advance(journey, days=10)
    await site.complete(journey, "weekly-call", "called")
    await site.command(journey, Record("r1", NURSE, (glucose(120.0, now),)))
    await site.command(journey, Report("r2", NURSE, "consent-withdrawn", await site.now(journey)))
    await site.advance(journey, days=40)


@pytest.mark.parametrize("turnover", [1, 15, 40])
async def test_runs_of_any_length_give_the_same_journey_and_record(
    cached_site: Site, turnover: int
) -> None:
    """Given two patients to whom the same happens, one in a single run and one in many short
    ones, then their journeys and their records are the same."""
    plain, short = cached_site.journey(), cached_site.journey()
    usual = cached_site.journeys
    turning = Site(
        cached_site.clock,
        cached_site.settings,
        cached_site.engine,
        cached_site.database,
        cached_site.with_turnover(turnover),
    )
    await asyncio.gather(one_year(cached_site, plain), one_year(turning, short))
    assert len(await cached_site.histories(short)) > len(await cached_site.histories(plain))
    first, second = await usual.state(plain), await usual.state(short)
    assert_alike(_plain(first, plain), _plain(second, short))
    assert_alike(
        _plain(reading.timeline(cached_site.engine, plain), plain),
        _plain(reading.timeline(cached_site.engine, short), short),
    )
    assert_alike(
        _plain(reading.appointments(cached_site.engine, plain), plain),
        _plain(reading.appointments(cached_site.engine, short), short),
    )


async def test_a_run_keeps_only_the_pathways_it_needs(cached_site: Site) -> None:
    """Given a refused enrollment, then its pathway does not travel into the next run."""
    cached_site.journeys = cached_site.with_turnover(1)
    journey = await cached_site.enrolled()
    await cached_site.advance(journey, days=1)
    last = (await cached_site.histories(journey))[-1].events[0]
    payload = last.workflow_execution_started_event_attributes.input.payloads[0]
    start = msgspec.json.decode(payload.data)
    digests = [pinned["digest"] for pinned in start["pathways"]]
    assert digests == [start["journey"]["enrollments"]["demo"]["digest"]]


def _plain(value: object, journey: str) -> Any:
    """As JSON values, with the journey's id replaced."""
    return msgspec.json.decode(msgspec.json.encode(value).replace(journey.encode(), b"JOURNEY"))


def assert_alike(one: Any, other: Any, where: str = "$") -> None:
    """Equal, but for instants that differ by seconds."""
    match one, other:
        case dict(), dict():
            assert list(map(_rounded, one)) == list(map(_rounded, other)), where
            for (key, left), right in zip(one.items(), other.values(), strict=True):
                assert_alike(left, right, f"{where}.{key}")
        case list(), list():
            assert len(one) == len(other), f"{where}: {one} / {other}"
            for n, (left, right) in enumerate(zip(one, other, strict=True)):
                assert_alike(left, right, f"{where}[{n}]")
        case int(), int() if min(one, other) > 1_000_000_000:
            assert abs(one - other) <= _TOLERANCE, f"{where}: {one} / {other}"
        case str(), str():
            assert _rounded(one) == _rounded(other), f"{where}: {one} / {other}"
        case _:
            assert one == other, where


def _rounded(text: str) -> str:
    """Effect keys hold the instant of enrollment: without it."""
    parts = text.split("/")
    return "/".join(part.partition("~")[0] for part in parts)
