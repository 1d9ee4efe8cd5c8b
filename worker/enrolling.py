"""Enrolling the patient of a bundle: read, check and compile everything, then ask the journey."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from activities.records.identities import give_up
from activities.records.pathway_store import store_pathway
from pathways.journey.effects import Answer
from worker.admission import Arrival, BundleRefused, Candidate, arrive, candidate, registered
from worker.asking import NotUnderstood, asked
from worker.identifying import identify
from worker.intake.reading import in_use
from worker.referral import Enrolled, Enrollers, EnrollResult, Request, command_of
from worker.rota import rota_of
from worker.waiting import queue


async def enroll(request: Request, office: Enrollers) -> EnrollResult:
    """Enroll on each pathway in turn; with several, each has its own command id. Who may be a
    patient who is known waits for a person to say so (X7).

    Raises what ``admission.arrive``, ``rota.rota_of`` and ``asking.asked`` raise."""
    settings, engine = office.settings, office.engine
    arrival = await asyncio.to_thread(arrive, request.bundle, request.file, request.at, settings)
    found = await asyncio.to_thread(identify, arrival, engine, settings)
    if found.taken:
        raise BundleRefused(request.file, request.bundle, (in_use(request.file),))
    if not found.journey:
        return await queue(office, request, arrival, found.perhaps)
    arrival = replace(arrival, journey=found.journey)
    rota = await asyncio.to_thread(rota_of, settings, request.at)
    candidates = [
        candidate(
            arrival,
            pathway,
            command_of(request.command, pathway, request.pathways),
            request.actor,
            request.referred,
            rota,
        )
        for pathway in request.pathways
    ]
    enrolled = []
    for one, pathway in zip(candidates, request.pathways, strict=True):
        told = replace(one, event=replace(one.event, referrer=request.referrer))
        answer = await _admit(arrival, told, office)
        enrolled.append(Enrolled(pathway.pathway, pathway.version, one.pinned.digest, answer))
    if found.fresh and all(one.answer.status == "refused" for one in enrolled):
        await asyncio.to_thread(give_up, engine, arrival.journey)
    issues = (*arrival.findings, *(issue for one in candidates for issue in one.findings))
    return EnrollResult(arrival.journey, tuple(enrolled), tuple(dict.fromkeys(issues)))


async def _admit(arrival: Arrival, one: Candidate, office: Enrollers) -> Answer:
    with registered(office.engine, one.journey, arrival) as registration:
        call = office.journeys.enroll(one.journey, one.event, one.pinned)
        try:
            answer = await asked(one.journey, call, office.patience)
        except NotUnderstood:
            raise
        except BaseException:
            registration.keep()  # It may have been applied all the same.
            raise
        if answer.status == "applied":
            registration.keep()
            store_pathway(office.engine, one.pinned)
    return answer


__all__ = ["EnrollResult", "Enrolled", "Enrollers", "Request", "enroll"]
