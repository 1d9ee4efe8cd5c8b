"""Acceptance stories on the real server: what happens there is what their scenarios say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.records import reading
from pathways.journey.effects import Entry, TaskRow
from pathways.language.scenarios import read_scenario
from pathways.scenarios.judging import judge
from pathways.scenarios.scenario import Scenario
from tests.workflows.played import OnTheServer, on_the_kernel, open_clinics
from tests.workflows.replaying import replay
from tests.workflows.site import open_site
from tests.workflows.timelines import in_order, instants, plain
from worker.clock import VirtualClock

SCENARIOS = Path(__file__).resolve().parents[2] / "definitions" / "scenarios"
STORIES = (
    "stories/readmitted-over-the-holidays.yaml",
    "stories/level-of-care-denied.yaml",
    "stories/knee-in-autumn.yaml",
)
NEAR = 120
"""Seconds: scenarios begin at a whole minute, and the server's clock runs on during work."""


def story(file: str) -> Scenario:
    path = SCENARIOS / file
    scenario = read_scenario(path.read_text(encoding="utf-8"), file).scenario
    assert scenario is not None, file
    return scenario


@pytest.mark.parametrize("file", STORIES)
async def test_a_story_goes_on_the_server_as_its_scenario_says(
    file: str, clock: VirtualClock, tmp_path: Path
) -> None:
    """Given a scenario that holds on the kernel, when a journey on the real server is given the
    same at the same times, then its timeline, tasks and messages are the same."""
    scenario = story(file)
    course = on_the_kernel(scenario, int(datetime.now(UTC).timestamp()))
    assert not judge(scenario, course)
    async with open_site(clock, tmp_path) as site:
        open_clinics(site.engine, course)
        lived = OnTheServer(site, course)
        await lived.live()
        timeline = in_order(reading.timeline(site.engine, lived.journey))
        items = reading.worklist(site.engine, journey=lived.journey, status=None)
        messages = reading.messages(site.engine, lived.journey)
        for history in await site.histories(lived.journey):
            await replay(history)
    expected = in_order(course.entries)
    assert [told(entry) for entry in timeline] == [told(entry) for entry in expected]
    apart = [
        abs(mine - theirs)
        for one, other in zip(timeline, expected, strict=True)
        for mine, theirs in zip(instants(one), instants(other), strict=True)
    ]
    assert max(apart) < NEAR
    assert Counter(said(item.task) for item in items) == Counter(map(said, course.tasks.values()))
    assert Counter((m.step, m.to, m.message) for m in messages) == Counter(
        (sent.message.step, sent.message.to, sent.message.message) for sent in course.sent
    )


def told(entry: Entry) -> dict[str, Any]:
    """An entry but for its instants, and for who the visit is with: the kernel's world names
    nobody."""
    facts = plain(entry)
    facts["params"].pop("provider", None)
    return facts


def said(row: TaskRow) -> tuple[str, ...]:
    """A task but for its number and its instants."""
    return (row.pathway, row.step, row.kind, row.title, row.owner, row.status, row.outcome)
