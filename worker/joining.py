"""Two cases of patients who are known are found to be one person's: joined, and parted again (X7).

Never by itself: a person says so, with a reason. One journey goes on; what the other was enrolled
on is enrolled there with its own date of referral, what was open in it becomes one task that keeps
the earliest due time, and the other is closed as ``joined``. Both journeys and the queue keep who
decided what. Each part can be asked for again: what was interrupted goes on.
"""

from __future__ import annotations

import asyncio
import hashlib

from msgspec import Struct
from sqlalchemy import Engine

from activities.records import identities, match_rows
from activities.records.pathway_store import stored_pathway
from pathways.canonical import unpin
from pathways.identity.likeness import closest
from pathways.journey import takeover
from pathways.journey.effects import Answer
from pathways.journey.events import Actor, Close, Enroll, Match, Record, Report
from pathways.journey.readmission.referring import JOINED
from pathways.journey.state import Enrollment, Journey
from worker.asking import asked
from worker.matching import MatchingError, unknown
from worker.referral import Enrolled, Enrollers
from worker.waiting import match_id, wake

_DIGITS = 10


class Joined(Struct, frozen=True):
    """What came of joining or parting: in which journey the patient goes on with what."""

    match: str
    journey: str
    other: str
    enrolled: tuple[Enrolled, ...]


async def join(
    office: Enrollers,
    journey: str,
    other: str,
    actor: Actor,
    reason: str,
    at: int,
    *,
    unlike: bool = False,
) -> Joined:
    """``other`` is the same person as ``journey``, which goes on; ``unlike``: although next to
    nothing agrees. Raises ``MatchingError``."""
    decided = await asyncio.to_thread(
        _decision, office.engine, journey, other, actor, reason, at, unlike
    )
    kept, theirs = await _state(office, journey), await _state(office, other)
    obstacle = takeover.in_the_way(kept, theirs)
    if obstacle:
        raise MatchingError(obstacle)
    await asyncio.to_thread(match_rows.note_joined, office.engine, decided)
    running = takeover.going_on(theirs)
    if running:
        await _look_through(office, decided, actor, theirs)
    enrolled = [await _enroll(office, decided, actor, theirs, one) for one in running]
    await _tell(office, decided, actor, theirs)
    for one, answer in zip(running, enrolled, strict=True):
        if answer.answer.status == "applied":
            await _close(office, decided, actor, one)
    return Joined(decided.id, journey, other, tuple(enrolled))


async def part(office: Enrollers, match: str, actor: Actor, reason: str, at: int) -> Joined:
    """They are two people after all: what was joined is taken up again where it was. Raises
    ``MatchingError``."""
    decided = await asyncio.to_thread(match_rows.match_of, office.engine, match)
    if decided is None:
        raise unknown(match)
    if decided.status not in ("joined", "parted"):
        raise MatchingError(f"{match} joined nothing: careway matches --all shows what did.")
    kept, other = decided.journey, decided.key
    apart = match_rows.Asked(
        match_id(kept, other),
        kept,
        other,
        decided.likeness,
        "",
        decided.asked,
        "other",
        actor.person,
        actor.role,
        reason,
        at,
    )
    await asyncio.to_thread(match_rows.note_parted, office.engine, match, apart)
    theirs = await _state(office, other)
    ended = [e for e in theirs.enrollments.values() if e.disposition == JOINED]
    again = [await _enroll(office, decided, actor, theirs, one, parted=True) for one in ended]
    left = tuple(f"enrolled from the other case: {one.pathway}" for one in again)
    event = Match(f"{match}/parted", actor, match, "parted", reason=reason, left=left)
    await wake(office, decided, event)
    return Joined(match, kept, other, tuple(again))


def _decision(
    engine: Engine,
    journey: str,
    other: str,
    actor: Actor,
    reason: str,
    at: int,
    unlike: bool,
) -> match_rows.Asked:
    """The decision as it is put on record; made before, as it was made then."""
    if journey == other:
        raise MatchingError("These are one journey: say which two are the same person.")
    for one in match_rows.matches(engine, all_=True):
        if one.status == "joined" and (one.journey, one.key) == (journey, other):
            return one
    for case in (journey, other):
        now = identities.goes_on_in(engine, case)
        if now != case:
            raise MatchingError(f"{case} was joined with {now} before: say {now} instead.")
    known, told = identities.sources(engine, journey), identities.sources(engine, other)
    found = closest(known, told)
    if found.verdict == "other" and not unlike:
        raise MatchingError(
            f"These two are not alike ({found.sentence()}): look again. If a person is sure all "
            "the same, say so: --although-unlike."
        )
    name = hashlib.sha256(f"{journey}|{other}|{at}".encode()).hexdigest()[:_DIGITS]
    return match_rows.Asked(
        f"c-{name}",
        journey,
        other,
        found.sentence(),
        "",
        at,
        "joined",
        actor.person,
        actor.role,
        reason,
        at,
    )


async def _state(office: Enrollers, journey: str) -> Journey:
    return await asked(journey, office.journeys.state(journey), office.patience)


async def _look_through(
    office: Enrollers, decided: match_rows.Asked, actor: Actor, theirs: Journey
) -> None:
    left, due, urgency = takeover.left_over(theirs)
    event = Match(
        f"{decided.id}/joined",
        actor,
        decided.id,
        "joined",
        reason=decided.reason,
        left=left,
        due=due,
        urgency=urgency,
    )
    await wake(office, decided, event)


async def _enroll(
    office: Enrollers,
    decided: match_rows.Asked,
    actor: Actor,
    theirs: Journey,
    one: Enrollment,
    *,
    parted: bool = False,
) -> Enrolled:
    """The same pathway in the journey that goes on, with the date of this referral; parted, where
    it was."""
    pinned = await asyncio.to_thread(stored_pathway, office.engine, one.digest)
    if pinned is None or theirs.patient is None or theirs.calendar is None:
        text = f"{one.pathway} is not on record: enroll by hand."
        return Enrolled(one.pathway, one.version, one.digest, Answer("refused", "lost", text))
    data = unpin(pinned).data
    event = Enroll(
        command=f"{decided.id}/{one.pathway}/{'parted' if parted else 'joined'}",
        actor=actor,
        pathway=one.pathway,
        digest=one.digest,
        patient=theirs.patient,
        calendar=theirs.calendar,
        referred=one.referred,
        readings=() if parted else takeover.newest(theirs, data),
        referrer=one.referrer,
        match="" if parted else decided.id,
    )
    journey = theirs.id if parted else decided.journey
    answer = await asked(journey, office.journeys.enroll(journey, event, pinned), office.patience)
    return Enrolled(one.pathway, one.version, one.digest, answer)


async def _tell(
    office: Enrollers, decided: match_rows.Asked, actor: Actor, theirs: Journey
) -> None:
    """What the other case knew and this one does not: newer readings, and a no to messages."""
    kept = await _state(office, decided.journey)
    if kept.status not in ("active", "held"):
        return
    pinned = [
        await asyncio.to_thread(stored_pathway, office.engine, e.digest)
        for e in kept.enrollments.values()
        if e.status != "discharged"
    ]
    names = dict.fromkeys(n for one in pinned if one is not None for n in unpin(one).data)
    newer = takeover.newer(kept, theirs, names)
    if newer:
        record = Record(f"{decided.id}/readings", actor, newer)
        call = office.journeys.command(decided.journey, record)
        await asked(decided.journey, call, office.patience)
    if takeover.is_refused(kept, theirs):
        report = Report(f"{decided.id}/consent", actor, "consent-withdrawn", decided.decided)
        call = office.journeys.command(decided.journey, report)
        await asked(decided.journey, call, office.patience)


async def _close(
    office: Enrollers, decided: match_rows.Asked, actor: Actor, one: Enrollment
) -> None:
    reason = f"joined with {decided.journey} ({decided.id}): {decided.reason}"
    event = Close(f"{decided.id}/{one.pathway}/closed", actor, one.pathway, JOINED, reason)
    call = office.journeys.command(decided.key, event)
    await asked(decided.key, call, office.patience)


__all__ = ["Joined", "join", "part"]
