"""Enrolling: one journey a patient, started by its first enrollment."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from pathways.canonical import PinnedPathway
from pathways.journey.events import Close, Complete, Match, Report
from tests.workflows.care import NURSE, demo, enrollment
from tests.workflows.site import Site, updates_in


async def test_two_enrollments_at_once_share_one_journey(site: Site) -> None:
    """Given a patient without a journey, when two people enroll her on two pathways at once,
    then both are applied in one run."""
    journey = site.journey()
    answers = await asyncio.gather(
        site.enroll(journey, "first", demo("diabetes")),
        site.enroll(journey, "second", demo("heart-failure")),
    )
    assert [answer.status for answer in answers] == ["applied", "applied"]
    state = await site.state(journey)
    assert sorted(state.enrollments) == ["diabetes", "heart-failure"]
    assert len(await site.histories(journey)) == 1


async def test_the_same_enrollment_sent_twice_happens_once(site: Site) -> None:
    journey = site.journey()
    first = await site.enroll(journey, "only")
    again = await site.enroll(journey, "only")
    assert first == again
    assert (await site.state(journey)).enrollments.keys() == {"demo"}


async def test_a_second_referral_finds_the_running_enrollment(site: Site) -> None:
    """Given an enrolled patient, when she is enrolled on the same pathway again, then the
    running enrollment is found and the referral is linked to it, on record."""
    journey = await site.enrolled()
    answer = await site.enroll(journey, "again")
    assert (answer.status, answer.code) == ("applied", "already-enrolled")
    assert "referral-linked" in [entry.kind for entry in await site.journeys.timeline(journey)]


async def test_a_refused_first_enrollment_leaves_no_open_journey(site: Site) -> None:
    """Given an enrollment that is refused (the patient died), then the run ends by itself."""
    journey = site.journey()
    event, pinned = enrollment("late", await site.now(journey), demo())
    event = replace(event, patient=replace(event.patient, deceased=True))
    answer = await site.journeys.enroll(journey, event, pinned)
    assert answer.status == "refused"
    end = await site.journeys.handle(journey).result()
    assert end.journey == journey


async def test_a_pathway_that_is_not_what_its_digest_says_is_turned_away(
    cached_site: Site,
) -> None:
    """Given a tampered pathway, then the sender is told, and nothing is in the history."""
    journey = await cached_site.enrolled()
    event, _ = enrollment("tampered", await cached_site.now(journey), demo("other"))
    _, another = enrollment("x", 0, demo("another"))
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await cached_site.journeys.enroll(journey, event, replace(another, digest=event.digest))
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == "Malformed"
    assert updates_in(await cached_site.histories(journey)) == ["enroll-1"]


async def test_a_journey_that_closed_begins_anew_with_the_next_enrollment(site: Site) -> None:
    """Given a patient whose case was closed because nobody reached her, when she is enrolled again,
    then a new run starts (X11)."""
    journey = await site.enrolled()
    closed = Close(command="bye", actor=NURSE, pathway="demo", disposition="unable-to-reach")
    assert (await site.command(journey, closed)).status == "applied"
    end = await site.journeys.handle(journey).result()
    assert end.revision > 1
    assert (await site.enroll(journey, "back")).status == "applied"
    assert (await site.state(journey)).enrollments["demo"].status == "active"
    again = await site.command(journey, closed)
    assert again.status == "applied", "a command of the closed course is answered as then"
    assert (await site.state(journey)).enrollments["demo"].status == "active"


async def test_a_patient_who_died_is_not_enrolled_again(site: Site) -> None:
    """What a closed journey knew is not forgotten: the record of a death outlives it."""
    journey = await site.enrolled()
    died = Report(
        command="died", actor=NURSE, event="deceased", at=await site.now(journey), verified=True
    )
    assert (await site.command(journey, died)).status == "applied"
    task = await site.task(journey, "death-told")
    told = Complete(command="told", actor=NURSE, task=task.id, outcome="told")
    assert (await site.command(journey, told)).status == "applied"
    await site.journeys.handle(journey).result()
    refused = await site.enroll(journey, "after")
    assert (refused.status, refused.code) == ("refused", "deceased")


async def test_a_closed_journey_is_taken_up_for_a_question_of_identity(site: Site) -> None:
    """X7: given a closed case, when a referral may be hers, then the journey runs again with that
    one task, escalates it when nobody answers, and ends when it is decided."""
    journey = await site.enrolled()
    _, pinned = enrollment("again", 0, demo())
    closed = Close(command="bye", actor=NURSE, pathway="demo", disposition="moved")
    assert (await site.command(journey, closed)).status == "applied"
    await site.journeys.handle(journey).result()

    def stored(digest: str) -> PinnedPathway | None:
        return pinned if digest == pinned.digest else None

    ask = Match("ask", NURSE, "m-1", pathway="demo", likeness="same birth date and phone")
    assert (await site.journeys.wake(journey, ask, stored)).code == "match-asked"
    task = await site.task(journey, "match")
    assert [t.kind for t in (await site.state(journey)).tasks.values()] == ["match"]
    await site.advance(journey, seconds=task.due - await site.now(journey) + 60)
    assert (await site.task(journey, "match")).level == 1
    no = Match("no", NURSE, "m-1", "other-person")
    assert (await site.journeys.wake(journey, no, stored)).status == "applied"
    await site.journeys.handle(journey).result()
    again = await site.journeys.wake(journey, ask, stored)
    assert again.code == "match-asked", "sent again, it is answered as the first time"
