"""Running journeys go on under another version of their pathway, through runs that follow."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from temporalio.client import WorkflowUpdateFailedError

from activities.records import reading
from pathways.canonical import pin
from pathways.compiled import CompiledPathway
from pathways.journey.events import Migrate
from pathways.journey.versions.choices import Choices
from pathways.spans import Span
from tests.kernel.building import human
from tests.workflows.care import DAY, NURSE, complete, demo
from tests.workflows.site import Site, updates_in


def later_version() -> CompiledPathway:
    """``first-look`` is called ``intake`` and has ten days; the calls come every two weeks."""
    old = demo()
    assessment, follow_up = old.stages
    welcome, _, visit = assessment.steps
    intake = human("intake", due=Span(10, "day"))
    (call,) = follow_up.steps
    return replace(
        old,
        version="2",
        stages=(
            replace(assessment, steps=(welcome, intake, visit)),
            replace(follow_up, steps=(replace(call, every=Span(14, "day")),)),
        ),
    )


NAMES = Choices(steps={"first-look": "intake"})


def move(command: str, compiled: CompiledPathway, choices: Choices = NAMES) -> Migrate:
    return Migrate(
        command=command,
        actor=NURSE,
        pathway=compiled.pathway,
        digest=pin(compiled).digest,
        migration="m1",
        reason="a new edition",
        choices=choices,
    )


async def test_a_cohort_is_moved_and_lives_on_through_new_runs(site: Site) -> None:
    """Given running journeys, of which one continues as new after every few events, when they are
    moved, then each goes on: nothing is lost or sent twice, the new terms hold, also in the runs
    that follow, and every history replays (the fixture does that)."""
    new = later_version()
    journeys = [await site.enrolled() for _ in range(2)]
    short = site.journey()
    site.journeys = site.with_turnover(30)
    assert (await site.enroll(short)).status == "applied"
    journeys.append(short)
    for journey in journeys:
        await site.settle(journey)
    before = {j: await site.task(j, "first-look") for j in journeys}

    answers = await asyncio.gather(
        *(site.journeys.migrate(j, move(f"move-{j}", new), pin(new)) for j in journeys)
    )

    assert [a.code for a in answers] == ["migrated"] * 3
    for journey in journeys:
        state = await site.state(journey)
        assert state.enrollments["demo"].version == "2"
        task = await site.task(journey, "intake")
        assert task.id == before[journey].id
        assert task.due - before[journey].due == 3 * DAY
        sent = [m.message for m in reading.messages(site.engine, journey)]
        assert sent.count("welcome") <= 1
        (row,) = reading.enrollments(site.engine, journey)
        assert (row.version, row.digest) == ("2", pin(new).digest)
    await site.complete(short, "intake", "done-1")
    for week in range(3):
        await site.advance(short, days=15)
        state = await site.state(short)
        for task in state.tasks.values():
            outcome = "attended" if task.kind == "attendance" else ""
            await site.command(
                short, replace(complete(f"w{week}-{task.id}", task.id), outcome=outcome)
            )
    state = await site.state(short)
    assert state.enrollments["demo"].version == "2"
    assert len(await site.histories(short)) > 2
    assert [e for e in reading.timeline(site.engine, short) if e.kind == "migrated"]


async def test_a_move_sent_again_is_answered_as_the_first_time(site: Site) -> None:
    """Given a journey that was moved and has continued as new since, when the command comes again
    (as it does after a crash), then it is answered from memory and moves nobody."""
    new = later_version()
    site.journeys = site.with_turnover(20)
    journey = await site.enrolled()
    await site.settle(journey)
    first = await site.journeys.migrate(journey, move("once", new), pin(new))
    await site.complete(journey, "intake", "done")
    revision = (await site.settle(journey)).revision
    again = await site.journeys.migrate(journey, move("once", new), pin(new))
    assert again == first
    assert (await site.state(journey)).revision == revision
    assert updates_in(await site.histories(journey)).count("once") >= 1


async def test_a_refused_move_changes_nothing_and_says_everything(cached_site: Site) -> None:
    """Given a version without the patient's stage, when they are to be moved, then the answer names
    the obstacle, and the refusal is on record."""
    old = demo()
    new = replace(old, version="3", stages=(replace(old.stages[0], id="intake"), old.stages[1]))
    journey = await cached_site.enrolled()
    await cached_site.settle(journey)
    answer = await cached_site.journeys.migrate(
        journey, move("m", new, choices=Choices()), pin(new)
    )
    assert (answer.status, answer.code) == ("refused", "cannot-migrate")
    assert 'in stage "assessment"' in answer.message
    assert (await cached_site.state(journey)).enrollments["demo"].version == "1"
    answer = await cached_site.journeys.migrate(
        journey, move("m2", new, choices=Choices(stages={"assessment": "intake"})), pin(new)
    )
    assert answer.code == "migrated"
    (run,) = (await cached_site.state(journey)).enrollments["demo"].active
    assert run.stage == "intake"


async def test_a_move_that_brings_another_pathway_is_malformed(cached_site: Site) -> None:
    """What a sender got wrong leaves nothing in the journey's history."""
    journey = await cached_site.enrolled()
    event = move("m", later_version())
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await cached_site.journeys.migrate(journey, event, pin(demo()))
    assert "another digest" in str(refused.value.cause)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await cached_site.command(journey, event)
    assert "send it as a migration" in str(refused.value.cause)
    assert "m" not in updates_in(await cached_site.histories(journey))
