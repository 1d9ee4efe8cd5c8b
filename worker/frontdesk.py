"""What the desk does for who is referred: enrolls them, or says who they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from sqlalchemy import Engine

from pathways.compiled import CompiledPathway
from pathways.journey.events import Actor
from worker import joining, matching
from worker.enrolling import Enrollers, EnrollResult, Request, enroll
from worker.library import Library
from worker.references import of_journey
from worker.settings import Settings
from worker.teamwork import command_id_or_new as _id
from workflows.journeys import Journeys


class FrontDesk:
    """A part of ``worker.desk.Desk``."""

    engine: Engine
    settings: Settings
    journeys: Journeys
    _library: Library | None
    _now: Callable[[], int]
    _patience: float

    @property
    def library(self) -> Library:
        """The definitions that patients are enrolled on. Raises ``LibraryError``."""
        if self._library is None:
            self._library = Library(self.settings.definitions)
        return self._library

    async def enroll(
        self,
        bundle: str,
        file: str,
        pathways: Iterable[str | CompiledPathway],
        actor: Actor,
        *,
        referred: int | None = None,
        referrer: str = "",
        command_id: str = "",
    ) -> EnrollResult:
        """Enroll the patient of a FHIR bundle on pathways, by id or compiled, in that order.

        ``referred``: the instant of the referral, now if not given; ``referrer``: by whom, for the
        answer to them. Everything is read and compiled before anything is sent. A refusal changes
        nothing else. Who may be a patient who is known waits.
        """
        now = self._now()
        compiled = [await asyncio.to_thread(self._compiled, one) for one in pathways]
        request = Request(
            bundle=bundle,
            file=file,
            pathways=compiled,
            actor=actor,
            command=_id(command_id),
            at=now,
            referred=now if referred is None else referred,
            referrer=referrer,
        )
        return await enroll(request, self._enrollers())

    async def confirm(self, match: str, actor: Actor, reason: str = "") -> matching.Settled:
        """A waiting referral is of the patient who is known: it is linked. Raises
        ``matching.MatchingError``; asked for again, what was interrupted goes on."""
        return await matching.confirm(self._enrollers(), match, actor, reason, self._now())

    async def reject(self, match: str, actor: Actor, reason: str = "") -> matching.Settled:
        """A waiting referral is of somebody else, who is told apart for ever. As ``confirm``."""
        return await matching.reject(self._enrollers(), match, actor, reason, self._now())

    async def join(
        self, journey: str, other: str, actor: Actor, reason: str = "", *, unlike: bool = False
    ) -> joining.Joined:
        """Two patients who are known are one person: ``journey`` goes on, ``other`` is closed as
        joined with it. Raises ``matching.MatchingError``; asked for again, it goes on."""
        kept, gone = of_journey(self.engine, journey), of_journey(self.engine, other)
        now = self._now()
        return await joining.join(self._enrollers(), kept, gone, actor, reason, now, unlike=unlike)

    async def part(self, match: str, actor: Actor, reason: str = "") -> joining.Joined:
        """What was joined is two people's after all. As ``join``."""
        return await joining.part(self._enrollers(), match, actor, reason, self._now())

    def _enrollers(self) -> Enrollers:
        return Enrollers(self.engine, self.journeys, self.settings, self._patience)

    def _compiled(self, pathway: str | CompiledPathway) -> CompiledPathway:
        return self.library.pathway(pathway) if isinstance(pathway, str) else pathway
