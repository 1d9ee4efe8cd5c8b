"""Commands: applied once, or refused; and answered the same however often they are sent."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.records import reading
from pathways.journey.events import Actor, Close, Device, Failed, Record
from tests.workflows.care import DAY, NURSE, complete, glucose
from tests.workflows.site import Site, updates_in


async def test_a_command_sent_twice_is_applied_once_and_answered_alike(site: Site) -> None:
    journey = await site.enrolled()
    task = await site.task(journey, "first-look")
    first = await site.command(journey, complete("done", task.id))
    revision = await site.journeys.revision(journey)
    assert first.status == "applied"
    assert await site.command(journey, complete("done", task.id)) == first
    assert await site.journeys.revision(journey) == revision


async def test_a_command_of_an_earlier_run_is_answered_as_then(
    cached_site: Site,
) -> None:
    """Given a journey that continues as new after every decision, when a command of an earlier
    run arrives again, then it changes nothing and the first answer is given (I6)."""
    cached_site.journeys = cached_site.with_turnover(1)
    journey = await cached_site.enrolled()
    first = await cached_site.complete(journey, "first-look", "done")
    assert len(await cached_site.histories(journey)) > 1
    revision = await cached_site.journeys.revision(journey)
    again = await cached_site.command(journey, complete("done", "whatever"))
    assert again == first
    assert await cached_site.journeys.revision(journey) == revision


async def test_a_clinical_refusal_is_an_answer_and_stands_on_record(site: Site) -> None:
    journey = await site.enrolled()
    answer = await site.command(journey, complete("ghost", "no-such-task"))
    assert answer.status == "refused"
    kinds = [entry.kind for entry in reading.timeline(site.engine, journey)]
    assert "refused" in kinds


@pytest.mark.parametrize(
    "malformed",
    [
        complete("", "some-task"),
        Record(command="no-person", actor=Actor("", "case-manager"), readings=()),
        Record(command="x" * 500, actor=NURSE, readings=()),
        Close(
            command="long", actor=NURSE, pathway="demo", disposition="moved", reason="x" * 20_000
        ),
    ],
    ids=["no command id", "no sender", "endless id", "endless reason"],
)
async def test_what_is_malformed_is_turned_away_and_leaves_nothing(
    cached_site: Site, malformed: Record
) -> None:
    journey = await cached_site.enrolled()
    handle = cached_site.journeys.handle(journey)
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await handle.execute_update("command", malformed, id="malformed")
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == "Malformed"
    assert updates_in(await cached_site.histories(journey)) == ["enroll-1"]


async def test_a_command_to_a_journey_that_never_was_finds_nobody(cached_site: Site) -> None:
    with pytest.raises(RPCError) as failed:
        await cached_site.command("nobody", complete("done", "task"))
    assert failed.value.status == RPCStatusCode.NOT_FOUND


async def test_the_command_that_closed_a_journey_is_still_answered(site: Site) -> None:
    """Given a journey closed by a command whose answer was lost, when it is sent again, then
    the first answer comes although the run has ended."""
    journey = await site.enrolled()
    close = Close(command="bye", actor=NURSE, pathway="demo", disposition="moved")
    first = await site.command(journey, close)
    await site.journeys.handle(journey).result()
    assert await site.command(journey, close) == first


async def test_device_readings_need_no_answer_and_fire_rules(site: Site) -> None:
    """Given a device that reports a low glucose, then the rule's task is open."""
    journey = await site.enrolled()
    now = await site.now(journey)
    await site.journeys.readings(journey, Device(readings=(glucose(41.0, now),), command="d1"))
    await site.journeys.readings(journey, Device(readings=(glucose(41.0, now),), command="d1"))
    await site.advance(journey, seconds=1)
    task = await site.task(journey, "low-glucose-call")
    assert task.due - task.opened == 2 * 3600
    state = await site.state(journey)
    assert len(state.facts["glucose"]) == 1


async def test_a_message_that_failed_opens_one_task(site: Site) -> None:
    """Given the welcome message could not be sent, when the failure is reported twice, then a
    person is asked once to reach the patient another way, and the message stands no more."""
    journey = await site.enrolled()
    await site.advance(journey, seconds=DAY)
    state = await site.state(journey)
    (key,) = [key for key in state.sent if "/welcome/" in key]
    assert await site.journeys.stands(journey, key)
    for _ in range(2):
        await site.journeys.effect_failed(journey, Failed(key, "Unreachable"))
    await site.advance(journey, seconds=1)
    kinds = [task.kind for task in await site.journeys.tasks(journey)]
    assert kinds.count("message") == 1
    assert not await site.journeys.stands(journey, key)
