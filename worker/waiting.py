"""The queue of uncertain referrals: how one gets into it (clinical.md X7)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

from activities.records import match_rows
from activities.records.pathway_store import store_pathway, stored_pathway
from pathways.canonical import pin
from pathways.identity.likeness import Likeness
from pathways.journey.effects import Answer
from pathways.journey.events import Match
from worker.admission import Arrival
from worker.asking import asked
from worker.referral import Enrollers, EnrollResult, Request

_DIGITS = 10


def match_id(journey: str, key: str) -> str:
    """The id of the question whether who would have ``key`` is the patient of ``journey``."""
    return "m-" + hashlib.sha256(f"{journey}|{key}".encode()).hexdigest()[:_DIGITS]


async def queue(
    office: Enrollers,
    request: Request,
    arrival: Arrival,
    perhaps: Sequence[tuple[str, Likeness]],
) -> EnrollResult:
    """Put a referral into the queue, and ask the journeys of all whom the patient may be. No
    journey is begun, and none is told who is referred."""
    questions = [
        match_rows.Asked(
            match_id(journey, arrival.journey),
            journey,
            arrival.journey,
            likeness.sentence(),
            "",
            request.at,
        )
        for journey, likeness in perhaps
    ]
    pinned = [pin(pathway) for pathway in request.pathways]
    for one in pinned:
        await asyncio.to_thread(store_pathway, office.engine, one)
    referral = match_rows.Waiting(
        command=request.command,
        key=arrival.journey,
        file=request.file,
        bundle=request.bundle,
        digests=tuple(one.digest for one in pinned),
        referred=request.referred,
        referrer=request.referrer,
        person=request.actor.person,
        role=request.actor.role,
        asked=request.at,
    )
    found = await asyncio.to_thread(match_rows.wait, office.engine, referral, questions)
    for question in found:
        if question.status == "open":
            await _ask(office, request, question)
    return EnrollResult("", (), arrival.findings, tuple(one.id for one in found))


async def _ask(office: Enrollers, request: Request, question: match_rows.Asked) -> None:
    event = Match(
        command=f"{question.id}/{request.command}",
        actor=request.actor,
        match=question.id,
        pathway=next((one.pathway for one in request.pathways), ""),
        referred=request.referred,
        referrer=request.referrer,
        likeness=question.likeness,
    )
    answer = await wake(office, question, event)
    if answer.task:
        await asyncio.to_thread(match_rows.note_task, office.engine, question.id, answer.task)


async def wake(office: Enrollers, question: match_rows.Asked, event: Match) -> Answer:
    """A journey whose history is no longer kept cannot be asked: the queue alone has the question,
    and the answer says so."""
    call = office.journeys.wake(
        question.journey, event, lambda digest: stored_pathway(office.engine, digest)
    )
    return await asked(question.journey, call, office.patience)
