"""Enrolling the patient of a bundle: read, check and compile everything, then ask the journey."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Engine

from activities.records.pathway_store import store_pathway
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Answer
from pathways.journey.events import Actor
from pathways.language.issues import Issue
from worker.admission import Arrival, Candidate, arrive, candidate, registered
from worker.asking import NotUnderstood, asked
from worker.rota import rota_of
from worker.settings import Settings
from workflows.journeys import Journeys


class Enrolled(Struct, frozen=True):
    """What came of an enrollment on one pathway."""

    pathway: str
    version: str
    digest: str
    answer: Answer


class EnrollResult(Struct, frozen=True):
    """What came of enrolling a patient. ``findings`` are warnings: what was left out."""

    journey: str
    enrolled: tuple[Enrolled, ...]
    findings: tuple[Issue, ...]

    @property
    def refused(self) -> bool:
        """Whether any of the pathways refused the patient."""
        return any(one.answer.status == "refused" for one in self.enrolled)


class Request(Struct, frozen=True):
    """Who is to be enrolled on what. ``at`` and ``referred`` are instants."""

    bundle: str
    file: str
    pathways: Sequence[CompiledPathway]
    actor: Actor
    command: str
    at: int
    referred: int


async def enroll(
    request: Request, engine: Engine, journeys: Journeys, settings: Settings, patience: float
) -> EnrollResult:
    """Enroll on each pathway in turn; with several, each has its own command id.

    Raises what ``admission.arrive``, ``rota.rota_of`` and ``asking.asked`` raise."""
    arrival = await asyncio.to_thread(arrive, request.bundle, request.file, request.at, settings)
    rota = await asyncio.to_thread(rota_of, settings, request.at)
    several = len(request.pathways) > 1
    candidates = [
        candidate(
            arrival,
            pathway,
            f"{request.command}/{pathway.pathway}" if several else request.command,
            request.actor,
            request.referred,
            rota,
        )
        for pathway in request.pathways
    ]
    enrolled = []
    for one, pathway in zip(candidates, request.pathways, strict=True):
        answer = await _admit(arrival, one, engine, journeys, patience)
        enrolled.append(Enrolled(pathway.pathway, pathway.version, one.pinned.digest, answer))
    found = (*arrival.findings, *(issue for one in candidates for issue in one.findings))
    return EnrollResult(arrival.journey, tuple(enrolled), tuple(dict.fromkeys(found)))


async def _admit(
    arrival: Arrival, one: Candidate, engine: Engine, journeys: Journeys, patience: float
) -> Answer:
    with registered(engine, one.journey, arrival) as registration:
        call = journeys.enroll(one.journey, one.event, one.pinned)
        try:
            answer = await asked(one.journey, call, patience)
        except NotUnderstood:
            raise
        except BaseException:
            registration.keep()  # It may have been applied all the same.
            raise
        if answer.status == "applied":
            registration.keep()
            store_pathway(engine, one.pinned)
    return answer
