"""Due times: one timer, nothing early, everything in order."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowHistory

from activities.records import reading
from pathways.spans import Span
from tests.kernel.building import human, pathway, stage
from tests.workflows.care import DAY, demo
from tests.workflows.site import Site


async def test_nothing_happens_before_its_second_and_everything_at_it(site: Site) -> None:
    """Given a task that is overdue in some days, when the clock stands just before that
    instant, then nobody was told; at it, the nurse's superior was."""
    journey = await site.enrolled()
    task = await site.task(journey, "first-look")
    await site.advance(journey, seconds=task.due - await site.now(journey) - 60)
    assert (await site.task(journey, "first-look")).level == 0
    # A minute beyond it: what is at work when the clock arrives is not waited for.
    await site.advance(journey, seconds=120)
    assert (await site.task(journey, "first-look")).level == 1
    (told,) = [
        entry
        for entry in reading.timeline(site.engine, journey)
        if entry.kind == "task-escalated" and entry.params["task"] == task.id
    ]
    assert 0 <= told.at - task.due <= 1


async def test_every_entry_of_a_year_stands_in_order_and_none_is_early(site: Site) -> None:
    """Given a patient in weekly follow-up whom nobody calls, when a year passes at once, then
    the timeline is in order of time and tells of every week."""
    journey = await site.enrolled()
    await site.complete(journey, "first-look", "looked")
    await site.advance(journey, days=365)
    entries = reading.timeline(site.engine, journey)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    state = await site.state(journey)
    assert state.agenda == () or state.agenda[0].at > await site.now(journey) - 1


async def test_there_is_one_timer_at_a_time(site: Site) -> None:
    journey = await site.enrolled(demo())
    await site.complete(journey, "first-look", "looked")
    await site.advance(journey, days=60)
    for history in await site.histories(journey):
        assert most_timers_open(history) <= 1


async def test_a_timer_says_what_it_waits_for_and_not_for_whom(cached_site: Site) -> None:
    journey = await cached_site.enrolled()
    await cached_site.advance(journey, days=1)
    (history,) = await cached_site.histories(journey)
    summaries = {
        event.user_metadata.summary.data.decode()
        for event in history.events
        if event.HasField("timer_started_event_attributes")
    }
    assert summaries
    assert all("demo" in summary or summary == '"housekeeping"' for summary in summaries)


async def test_a_quiet_journey_wakes_within_half_a_year_and_begins_a_new_run(
    cached_site: Site,
) -> None:
    """Given a journey in which nothing is due for a year, then no timer of it is longer than
    180 days, and no run."""
    in_a_year = human("call", delay=Span(370, "day"))
    journey = await cached_site.enrolled(pathway(stage("follow-up", "follow-up", in_a_year)))
    await cached_site.advance(journey, days=365)
    histories = await cached_site.histories(journey)
    timers = [
        event.timer_started_event_attributes.start_to_fire_timeout.ToSeconds()
        for history in histories
        for event in history.events
        if event.HasField("timer_started_event_attributes")
    ]
    assert max(timers) == pytest.approx(180 * DAY, abs=DAY)
    assert len(histories) == 3


def most_timers_open(history: WorkflowHistory) -> int:
    """The largest number of timers that ran at once."""
    running = most = 0
    for event in history.events:
        if event.HasField("timer_started_event_attributes"):
            running += 1
        if event.HasField("timer_fired_event_attributes") or event.HasField(
            "timer_canceled_event_attributes"
        ):
            running -= 1
        # A timer is re-armed by cancelling it in the same workflow task: count between tasks.
        if event.HasField("workflow_task_started_event_attributes"):
            most = max(most, running)
    return most
