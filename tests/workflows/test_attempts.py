"""A journey on a real server whose patient does not answer goes on as its pathway declares."""

from __future__ import annotations

from activities.records import reading
from pathways.compiled import CompiledPathway, MessageText
from pathways.journey.events import Complete
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH, Unreachable
from tests.kernel.building import TEXTS, human, pathway, stage
from tests.workflows.care import DAY, NURSE
from tests.workflows.site import Site


def calls() -> CompiledPathway:
    """A call with three attempts, days apart; then a letter, a visit, and whom to tell."""
    plan = Unreachable(again=Span(2, "day"), start=("visit",), inform="primary-care")
    letter = {"en": MessageText("Please call us", "Dear {{ recipient.name }}")}
    return pathway(
        stage(
            "follow-up",
            "follow-up",
            human("call", contact="patient", due=Span(14, "day"), unreachable=plan),
            human("visit", when=["=", ["value", "risk"], "high"]),
        ),
        messages={**TEXTS, UNABLE_TO_REACH: letter},
    )


async def test_three_attempts_in_vain_and_the_journey_goes_on_as_declared(site: Site) -> None:
    """Given three attempts on three days, with one repeated after the answer was lost, and a
    second one of the same day, then the record shows each, and what was declared has begun."""
    journey = await site.enrolled(calls())
    task = (await site.task(journey, "call")).id

    async def tries(command: str) -> str:
        event = Complete(command, NURSE, task, UNABLE_TO_REACH, note="phone")
        return (await site.command(journey, event)).code

    assert await tries("first") == "attempt-recorded"
    assert await tries("first") == "attempt-recorded"
    again = (await site.task(journey, "call")).again
    assert again > await site.now(journey)
    row = reading.task(site.engine, journey, task)
    assert row is not None
    assert (row.task.status, row.task.attempts, row.task.again) == ("open", 1, again)
    assert await tries("same day") == "attempt-not-counted"
    await site.advance(journey, seconds=again - await site.now(journey) + 60)
    assert await tries("second") == "attempt-recorded"
    await site.advance(journey, seconds=2 * DAY)
    assert await tries("third") == "attempts-exhausted"

    ended = reading.task(site.engine, journey, task)
    assert ended is not None
    assert (ended.task.status, ended.task.outcome) == ("done", UNABLE_TO_REACH)
    open_now = {(t.sources[0].step, t.kind, t.owner) for t in await site.journeys.tasks(journey)}
    assert open_now == {("call", "inform", "primary-care"), ("visit", "task", "case-manager")}
    entries = reading.timeline(site.engine, journey)
    attempts = [
        (e.params["attempt"], e.params.get("same_day", False))
        for e in entries
        if e.kind == "attempt"
    ]
    assert attempts == [(1, False), (1, True), (2, False), (3, False)]
    state = await site.state(journey)
    assert state.enrollments["demo"].ends["call"] == "missed"
    letters = [key for key in (*state.sent, *state.unsent) if "/unreachable/patient" in key]
    assert len(letters) == 1
