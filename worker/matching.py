"""The human queue of uncertain referrals: put in, confirmed, rejected (clinical.md X7).

What is decided is whether who is referred is a patient who is known. Every step can be asked for
again: a decision is made once, and every command to a journey has an id that follows from it.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from activities.records import match_rows
from activities.records.pathway_store import stored_pathway
from pathways.canonical import unpin
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Answer
from pathways.journey.events import Actor, Match
from worker.admission import BundleRefused, arrive, candidate
from worker.asking import asked
from worker.enrolling import enroll
from worker.errors import WorkerError
from worker.identifying import keep
from worker.referral import Enrolled, Enrollers, EnrollResult, Request, command_of
from worker.waiting import wake


class MatchingError(WorkerError):
    """There is no such question, or it was decided otherwise; the text says how."""


class Settled(Struct, frozen=True):
    """What came of a decision. ``results`` in the order of the referrals; ``open``: questions that
    are still to be decided before the referral goes on."""

    match: match_rows.Asked
    results: tuple[EnrollResult, ...]
    open: tuple[str, ...] = ()


def unknown(match: str) -> MatchingError:
    """There is no question of that name."""
    return MatchingError(f'There is no question "{match}". careway matches lists what is open.')


async def confirm(office: Enrollers, match: str, actor: Actor, reason: str, at: int) -> Settled:
    """It is the same person: every referral of theirs that waits is linked, the earliest first.
    Raises ``MatchingError``, and what ``asking.asked`` raises."""
    question = await _decide(office, match, "same", actor, reason, at)
    for other in await asyncio.to_thread(match_rows.matches, office.engine, key=question.key):
        await asyncio.to_thread(
            match_rows.decide, office.engine, other.id, "elsewhere", *_by(actor), reason, at
        )
        await _tell(office, other, "elsewhere", actor, "")
    results = []
    for referral in await asyncio.to_thread(match_rows.waiting, office.engine, question.key):
        result = await _link(office, question, referral, actor, at)
        status = "refused" if result.refused else "linked"
        await asyncio.to_thread(
            match_rows.settle, office.engine, referral.command, status, question.journey, at
        )
        results.append(result)
    return Settled(question, tuple(results))


async def reject(office: Enrollers, match: str, actor: Actor, reason: str, at: int) -> Settled:
    """It is another person, told apart for ever. When nothing is left to decide, every referral of
    theirs that waits goes on, with the clock of its own date. Raises as ``confirm``."""
    question = await _decide(office, match, "other", actor, reason, at)
    await _tell(office, question, "other-person", actor, reason)
    left = await asyncio.to_thread(match_rows.matches, office.engine, key=question.key)
    if left:
        return Settled(question, (), tuple(one.id for one in left))
    results = []
    for referral in await asyncio.to_thread(match_rows.waiting, office.engine, question.key):
        result = await _go_on(office, referral, at)
        results.append(result)
        if result.waiting:
            continue  # somebody like them has become a patient meanwhile
        status = "refused" if result.refused else "enrolled"
        await asyncio.to_thread(
            match_rows.settle, office.engine, referral.command, status, result.journey, at
        )
    return Settled(question, tuple(results))


async def _decide(
    office: Enrollers,
    match: str,
    status: Literal["same", "other"],
    actor: Actor,
    reason: str,
    at: int,
) -> match_rows.Asked:
    """Decide; decided before in the same way, what was interrupted goes on."""
    question = await asyncio.to_thread(match_rows.match_of, office.engine, match)
    if question is None:
        raise unknown(match)
    await asyncio.to_thread(
        match_rows.decide, office.engine, match, status, *_by(actor), reason, at
    )
    decided = await asyncio.to_thread(match_rows.match_of, office.engine, match)
    if decided is None or decided.status != status:
        how = {"same": "the same person", "other": "another person"}
        found = question.status if decided is None else decided.status
        raise MatchingError(
            f"{match} was decided before: {how.get(found, 'somebody else who is known')}. "
            "careway matches --all says by whom. A wrong decision is corrected by the record's "
            "office, not by a second one."
        )
    return decided


async def _link(
    office: Enrollers,
    question: match_rows.Asked,
    referral: match_rows.Waiting,
    actor: Actor,
    at: int,
) -> EnrollResult:
    """Enroll who is known, on what the referral is for. Name and address stay as registered."""
    arrival = await asyncio.to_thread(arrive, referral.bundle, referral.file, at, office.settings)
    await asyncio.to_thread(keep, arrival, question.journey, office.engine, office.settings)
    known = replace(arrival, journey=question.journey)
    pathways = _pathways(office, referral)
    enrolled = []
    for pathway in pathways:
        command = command_of(f"{referral.command}/linked", pathway, pathways)
        one = candidate(known, pathway, command, actor, referral.referred)
        event = replace(one.event, match=question.id, referrer=referral.referrer)
        call = office.journeys.enroll(question.journey, event, one.pinned)
        answer = await asked(question.journey, call, office.patience)
        enrolled.append(Enrolled(pathway.pathway, pathway.version, one.pinned.digest, answer))
    return EnrollResult(question.journey, tuple(enrolled), arrival.findings)


async def _go_on(office: Enrollers, referral: match_rows.Waiting, at: int) -> EnrollResult:
    request = Request(
        bundle=referral.bundle,
        file=referral.file,
        pathways=_pathways(office, referral),
        actor=Actor(referral.person, referral.role),
        command=referral.command,
        at=at,
        referred=referral.referred,
        referrer=referral.referrer,
    )
    try:
        return await enroll(request, office)
    except BundleRefused as refused:
        codes = ", ".join(issue.code for issue in refused.issues if issue.severity == "error")
        answer = Answer("refused", codes, refused.issues[-1].message)
        return EnrollResult("", (Enrolled("", "", "", answer),), refused.issues)


def _pathways(office: Enrollers, referral: match_rows.Waiting) -> list[CompiledPathway]:
    stored = (stored_pathway(office.engine, digest) for digest in referral.digests)
    return [unpin(pinned) for pinned in stored if pinned is not None]


async def _tell(
    office: Enrollers,
    question: match_rows.Asked,
    verdict: Literal["other-person", "elsewhere"],
    actor: Actor,
    reason: str,
) -> None:
    event = Match(f"{question.id}/{verdict}", actor, question.id, verdict, reason=reason)
    await wake(office, question, event)


def _by(actor: Actor) -> tuple[str, str]:
    return actor.person, actor.role


__all__ = ["MatchingError", "Settled", "confirm", "reject", "unknown"]
