"""The desk, as scripted casts use it: typed, asynchronous, safe to ask twice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from activities.records import people
from activities.records.pathway_store import stored_pathway
from pathways.journey.events import Actor, Reading
from tests.commands.conftest import Careway
from worker.admission import BundleRefused
from worker.asking import NotUnderstood, NoWorker
from worker.desk import Desk
from worker.library import LibraryError
from worker.references import UnclearReference
from worker.settings import Settings

NURSE = Actor("n1", "case-manager")
Patient = tuple[str, str]
"""A bundle's text, and its file."""


@pytest.fixture
async def desk(careway: Careway) -> AsyncIterator[Desk]:
    async with Desk.open(Settings.read()) as opened:
        yield opened


@pytest.fixture
def patient(bundle: Callable[..., Path]) -> Patient:
    path = bundle()
    return path.read_text(), str(path)


async def until(desk: Desk, journey: str, name: str) -> None:
    """Wait for a value that came by signal: nobody is told when it is there."""
    async with asyncio.timeout(30):
        while name not in (await desk.state(journey)).facts:
            pass  # each question is a round trip to the journey


async def test_an_enrollment_registers_the_patient_and_the_pathway(desk: Desk, patient: Patient):
    result = await desk.enroll(*patient, ["small-course"], NURSE)
    assert not result.refused
    known = people.person(desk.engine, result.journey)
    assert known is not None
    assert (known.name[:4], known.zone) == ("Ada ", "America/New_York")
    assert stored_pathway(desk.engine, result.enrolled[0].digest) is not None
    state = await desk.state(result.journey)
    assert state.calendar is not None
    assert (state.calendar.last_day - state.calendar.first_day) // 365 == 8


async def test_a_compiled_pathway_may_be_given_instead_of_an_id(desk: Desk, patient: Patient):
    compiled = desk.library.pathway("small-course")
    result = await desk.enroll(*patient, [compiled], NURSE, referred=1_700_000_000)
    state = await desk.state(result.journey)
    assert state.enrollments["small-course"].referred == 1_700_000_000


async def test_the_referral_sent_twice_with_one_id_is_answered_as_the_first_time(
    desk: Desk, patient: Patient
):
    first = await desk.enroll(*patient, ["small-course"], NURSE, command_id="e-1")
    again = await desk.enroll(*patient, ["small-course"], NURSE, command_id="e-1")
    assert again.enrolled == first.enrolled
    kinds = [entry.kind for entry in await desk.timeline(first.journey)]
    assert kinds.count("enrolled") == 1
    assert "referral-linked" not in kinds


async def test_nothing_is_sent_when_one_of_several_pathways_is_missing(
    desk: Desk, patient: Patient
):
    with pytest.raises(LibraryError, match='There is no pathway "nowhere"'):
        await desk.enroll(*patient, ["small-course", "nowhere"], NURSE)


async def test_a_bundle_that_cannot_be_read_says_where(desk: Desk):
    with pytest.raises(BundleRefused) as refused:
        await desk.enroll("{", "p.json", ["small-course"], NURSE)
    assert [str(issue.place) for issue in refused.value.issues] == ["p.json:1:2"]


async def test_a_refusal_leaves_an_earlier_registration_as_it_was(desk: Desk, bundle):
    """Given a patient on record, when a later bundle is refused, then their address stands."""
    path = bundle()
    first = await desk.enroll(path.read_text(), "p.json", ["small-course"], NURSE)
    await desk.withdraw(first.journey, NURSE, "enough")
    changed = re.sub("[0-9a-f]+@example.org", "other@example.org", path.read_text())
    dead = changed.replace('"gender"', '"deceasedBoolean": true, "gender"')
    again = await desk.enroll(dead, "p.json", ["small-course"], NURSE)
    assert again.refused
    known = people.person(desk.engine, first.journey)
    assert known is not None
    assert known.email in path.read_text()


async def test_a_task_is_worked_by_its_name_and_asked_for_in_three_ways(
    desk: Desk, patient: Patient
):
    journey = (await desk.enroll(*patient, ["small-course"], NURSE)).journey
    (task,) = await desk.tasks(journey)
    assert [due.kind for due in await desk.agenda(journey)] == ["task"]
    answer = await desk.complete(
        f"{journey}/{task.id}",
        NURSE,
        "partial",
        values={"hba1c": 6.4},
        answers={"phq-2": {"item-1": 1}},
        note="will bring the rest",
    )
    assert (answer.status, answer.task) == ("applied", task.id)
    assert (await desk.state(journey)).enrollments["small-course"].goals == {"glycaemia": "met"}


async def test_a_device_feed_hands_over_readings_and_waits_for_nothing(
    desk: Desk, patient: Patient
):
    journey = (await desk.enroll(*patient, ["small-course"], NURSE)).journey
    now = (await desk.state(journey)).now
    await desk.readings(journey, [Reading("glucose", 48.0, now, "mg/dL", "meter")])
    await until(desk, journey, "glucose")
    assert "Call about a severe low" in [task.title for task in await desk.tasks(journey)]


async def test_withdrawn_consent_reaches_the_address_book_at_once(desk: Desk, patient: Patient):
    journey = (await desk.enroll(*patient, ["small-course"], NURSE)).journey

    def consents() -> bool:
        known = people.person(desk.engine, journey)
        assert known is not None
        return known.consent

    await desk.report(journey, "consent-withdrawn", NURSE)
    assert not consents()
    await desk.report(journey, "consent-given", NURSE)
    assert consents()


async def test_a_move_changes_the_calendar_and_the_zone_on_record(desk: Desk, patient: Patient):
    journey = (await desk.enroll(*patient, ["small-course"], NURSE)).journey
    answer = await desk.report(journey, "moved", NURSE, zone="America/Denver")
    assert answer.status == "applied"
    calendar = (await desk.state(journey)).calendar
    known = people.person(desk.engine, journey)
    assert calendar is not None
    assert known is not None
    assert (calendar.zone, known.zone) == ("America/Denver", "America/Denver")


async def test_what_is_malformed_is_not_recorded(desk: Desk, patient: Patient):
    journey = (await desk.enroll(*patient, ["small-course"], NURSE)).journey
    before = await desk.timeline(journey)
    with pytest.raises(NotUnderstood, match="person is empty"):
        await desk.resume(journey, Actor("", "case-manager"))
    assert await desk.timeline(journey) == before


async def test_an_answer_that_does_not_come_says_how_to_ask_again(desk: Desk, patient: Patient):
    """Given a worker that is gone, when a command waits too long, then it may be sent again."""
    settings = Settings.read(task_queue="nobody-here")
    lonely = Desk(desk.client, desk.engine, settings, patience=0.5)
    with pytest.raises(NoWorker, match="send the command again with the same --command-id"):
        await lonely.enroll(*patient, ["small-course"], NURSE, command_id="e-9")


@pytest.mark.parametrize("reference", ["", "t1", "/t1", "j-1/"])
async def test_a_task_must_be_named_with_its_journey(desk: Desk, reference: str):
    with pytest.raises(UnclearReference, match=r"Give JOURNEY/t12 or JOURNEY/a7"):
        await desk.vary(reference, NURSE, "why")
