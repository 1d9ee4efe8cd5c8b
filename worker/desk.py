"""The desk: the public way in, for people at the command line and for scripted casts.

Every command carries an id (a new one unless given). It is Temporal's update id and the
journey's command id at once, so a command sent again is answered as the first time.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Literal

from msgspec.structs import replace
from sqlalchemy import Engine
from temporalio.client import Client

from activities.records import people
from activities.records.database import open_records
from activities.records.pathway_store import stored_pathway
from pathways.journey.bereavement import CORRECTIONS
from pathways.journey.effects import Answer, Entry
from pathways.journey.events import (
    Actor,
    Attend,
    Close,
    Command,
    Complete,
    Correct,
    Decline,
    Device,
    Hold,
    Reading,
    Record,
    Report,
    Resume,
    Review,
    Vary,
    Withdraw,
)
from pathways.journey.state import Due, Journey, Task
from pathways.medicines.reconciliation import Decision
from pathways.medicines.rules import Medicine
from worker import admission
from worker.asking import PATIENCE, asked, worker_at_work
from worker.connection import connect
from worker.enrolling import Enrolled, EnrollResult
from worker.frontdesk import FrontDesk
from worker.library import Library
from worker.measured import Values, readings
from worker.references import of_journey, parted
from worker.settings import Settings
from worker.teamwork import Teamwork
from worker.teamwork import command_id_or_new as _id
from workflows.journeys import Journeys


class Desk(Teamwork, FrontDesk):
    """Sends commands to journeys and asks them.

    A command's answer says ``applied`` or ``refused`` with the reason; whatever else goes
    wrong is a ``WorkerError`` in plain words (``worker.asking``, ``worker.admission``).
    Tasks and appointments are named ``JOURNEY/t12``; a journey by its id or the beginning of it.
    """

    def __init__(
        self,
        client: Client,
        engine: Engine,
        settings: Settings,
        *,
        library: Library | None = None,
        now: Callable[[], int] = lambda: int(time.time()),
        patience: float = PATIENCE,
    ) -> None:
        self.client = client
        self.engine = engine
        self.settings = settings
        self.journeys = Journeys(client, settings.task_queue)
        self._library = library
        self._now = now
        self._patience = patience

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Desk]:
        """A desk on the server and records that ``settings`` name. Raises ``NoConnection``, and
        ``NoWorker`` when nobody would carry out what is asked."""
        client = await connect(settings)
        await worker_at_work(client, settings.task_queue)
        engine = open_records(settings.record_database, synchronous=settings.synchronous)
        try:
            yield cls(client, engine, settings)
        finally:
            engine.dispose()

    # -- work on tasks and appointments ------------------------------------------------------

    async def complete(
        self,
        task: str,
        actor: Actor,
        outcome: str = "",
        *,
        values: Values = (),
        answers: Mapping[str, Mapping[str, int]] | None = None,
        note: str = "",
        at: int | None = None,
        medicines: tuple[Medicine, ...] | None = None,
        without: Iterable[str] = (),
        restore: Iterable[str] = (),
        channel: str = "",
        decisions: Iterable[Decision] = (),
        packet: Mapping[str, str] | None = None,
        command_id: str = "",
    ) -> Answer:
        """Close a task. ``answers``: instrument -> item -> answer. ``at``: when it was done.
        ``medicines``: the whole list that a reconciliation found, ``decisions`` about its lines.
        ``without``, ``restore``: steps taken out of the care plan, or put back. ``channel``: by
        which way a contact was tried. ``packet``: its sections -> why one does not apply (empty:
        it is there)."""
        journey, own = self._task(task)
        given = {name: dict(items) for name, items in (answers or {}).items()}
        event = Complete(
            _id(command_id),
            actor,
            own,
            outcome,
            readings(values),
            given,
            note=note,
            at=at,
            medicines=medicines,
            without=tuple(without),
            restore=tuple(restore),
            channel=channel,
            decisions=tuple(decisions),
            packet=dict(packet or {}),
        )
        return await self._send(journey, event)

    async def decline(
        self,
        task: str,
        actor: Actor,
        reason: str,
        *,
        risk_explained: bool = False,
        command_id: str = "",
    ) -> Answer:
        """The patient declines what a task or an appointment offers."""
        journey, own = self._task(task)
        event = Decline(_id(command_id), actor, own, reason, risk_explained)
        return await self._send(journey, event)

    async def vary(self, task: str, actor: Actor, reason: str, *, command_id: str = "") -> Answer:
        """Close a task undone: a departure from the pathway, with its reason."""
        journey, own = self._task(task)
        return await self._send(journey, Vary(_id(command_id), actor, own, reason))

    async def attend(
        self,
        appointment: str,
        actor: Actor,
        outcome: Literal["attended", "missed", "cancelled"],
        *,
        values: Values = (),
        command_id: str = "",
    ) -> Answer:
        """How an appointment (``JOURNEY/a7``) ended."""
        journey, own = self._task(appointment)
        event = Attend(_id(command_id), actor, own, outcome, readings(values))
        return await self._send(journey, event)

    async def review(self, journey: str, event: Review, *, command_id: str = "") -> Answer:
        """Something is said of a request for authorization (``authorizing.reviewing.WORDS``);
        the event's own command id is not looked at."""
        told = replace(event, command=_id(command_id))
        return await self._send(self.journey(journey), told)

    # -- what happens to the patient ----------------------------------------------------------

    async def record(
        self, journey: str, actor: Actor, values: Values, *, command_id: str = ""
    ) -> Answer:
        """Values outside any task: all are taken, or none."""
        event = Record(_id(command_id), actor, readings(values))
        return await self._send(self.journey(journey), event)

    async def correct(
        self, journey: str, actor: Actor, event: Correct, *, command_id: str = ""
    ) -> Answer:
        """Correct or retract an earlier reading; actor and command id of ``event`` are set here."""
        event = replace(event, command=_id(command_id), actor=actor)
        return await self._send(self.journey(journey), event)

    async def report(
        self,
        journey: str,
        event: str,
        actor: Actor,
        *,
        at: int | None = None,
        verified: bool = True,
        zone: str = "",
        details: Mapping[str, str] | None = None,
        visit: str = "",
        command_id: str = "",
    ) -> Answer:
        """Something happened (``pathways.journey.events.Report``). ``zone``: where they moved."""
        own = self.journey(journey)
        now = self._now()
        table = admission.calendar_for(zone, now, self.settings.country) if zone else None
        happened = now if at is None else at
        if event == "consent-withdrawn":
            self._consent(own, given=False)  # at once, whatever the journey says
        if event == "caregiver-consent-withdrawn":
            self._consent(own, given=False, kind="caregiver")
        report = Report(
            command=_id(command_id),
            actor=actor,
            event=event,
            at=happened,
            verified=verified,
            calendar=table,
            details=dict(details or {}),
            visit=visit,
            dated=at is not None,
        )
        answer = await self._tell(own, report)
        if answer.status == "applied" and event == "consent-given":
            self._consent(own, given=True)
        if answer.status == "applied" and event == "caregiver-consent-given":
            self._consent(own, given=True, kind="caregiver")
        if answer.status == "applied" and event == "moved" and zone:
            admission.move(self.engine, own, zone)
        return answer

    async def hold(
        self,
        journey: str,
        actor: Actor,
        reason: str,
        *,
        pathway: str = "",
        until: int | None = None,
        command_id: str = "",
    ) -> Answer:
        """Pause an enrollment, or all of the journey's: due times wait."""
        event = Hold(_id(command_id), actor, reason, pathway, until)
        return await self._send(self.journey(journey), event)

    async def resume(
        self, journey: str, actor: Actor, *, pathway: str = "", command_id: str = ""
    ) -> Answer:
        """End a hold."""
        return await self._send(self.journey(journey), Resume(_id(command_id), actor, pathway))

    async def withdraw(
        self, journey: str, actor: Actor, reason: str, *, pathway: str = "", command_id: str = ""
    ) -> Answer:
        """The patient leaves a pathway, or the program."""
        event = Withdraw(_id(command_id), actor, reason, pathway)
        return await self._send(self.journey(journey), event)

    async def close(
        self,
        journey: str,
        actor: Actor,
        pathway: str,
        disposition: str,
        *,
        reason: str = "",
        command_id: str = "",
    ) -> Answer:
        """Discharge an enrollment by hand, with a disposition."""
        event = Close(_id(command_id), actor, pathway, disposition, reason)
        return await self._send(self.journey(journey), event)

    async def readings(
        self, journey: str, readings: Iterable[Reading], *, command_id: str = ""
    ) -> None:
        """Hand over readings of a device feed. Nobody waits for what comes of them."""
        own = self.journey(journey)
        call = self.journeys.readings(own, Device(tuple(readings), command_id))
        await asked(own, call, self._patience)

    # -- questions ------------------------------------------------------------------------

    async def state(self, journey: str) -> Journey:
        """The whole journey, as it stands."""
        own = self.journey(journey)
        return await asked(own, self.journeys.state(own), self._patience)

    async def tasks(self, journey: str) -> tuple[Task, ...]:
        """Open tasks, oldest first."""
        own = self.journey(journey)
        return await asked(own, self.journeys.tasks(own), self._patience)

    async def agenda(self, journey: str) -> tuple[Due, ...]:
        """What is due, and when."""
        own = self.journey(journey)
        return await asked(own, self.journeys.agenda(own), self._patience)

    async def timeline(self, journey: str) -> tuple[Entry, ...]:
        """The last entries of the timeline; the record keeps all."""
        own = self.journey(journey)
        return await asked(own, self.journeys.timeline(own), self._patience)

    # -- inside -----------------------------------------------------------------------------

    def journey(self, reference: str) -> str:
        """The id of the journey that ``reference`` begins. Raises ``UnclearReference``."""
        return of_journey(self.engine, reference)

    def _task(self, reference: str) -> tuple[str, str]:
        journey, own = parted(reference)
        return self.journey(journey), own

    async def _send(self, journey: str, command: Command) -> Answer:
        return await asked(journey, self.journeys.command(journey, command), self._patience)

    async def _tell(self, journey: str, report: Report) -> Answer:
        """A correction of a death reaches the journey although it is closed."""
        if report.event not in CORRECTIONS:
            return await self._send(journey, report)
        call = self.journeys.wake(journey, report, partial(stored_pathway, self.engine))
        return await asked(journey, call, self._patience)

    def _consent(self, journey: str, *, given: bool, kind: people.Kind = "patient") -> None:
        if people.person(self.engine, journey, kind) is not None:
            people.set_consent(self.engine, journey, given, kind)


__all__ = ["Desk", "EnrollResult", "Enrolled", "Values"]
