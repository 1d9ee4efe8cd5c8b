"""Ten patients and the people around them: what they do, whatever is killed meanwhile.

Whoever sends a command sends it again, with the same id, until it is answered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, or_, select
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from activities.records import database
from activities.records.models import Message
from activities.records.people import register_person
from pathways.canonical import pin
from pathways.journey.effects import Answer
from pathways.journey.events import (
    Attend,
    Command,
    Complete,
    Device,
    Enroll,
    PatientProfile,
    Record,
)
from pathways.journey.state import Journey
from tests.faults import care
from tests.faults.site import Site
from tests.kernel.building import NEW_YORK

T = TypeVar("T")
PATIENTS = 10
GIVE_UP = 90.0
"""Seconds after which something will not happen any more."""
_ATTEMPT = 20.0
"""Seconds for which one attempt may take."""
_LOOK = 0.03


@dataclass
class Play:
    """One run of all journeys on a site."""

    site: Site
    monday: int
    progress: Callable[[], None] = lambda: None
    """Called after every answer and every journey through time."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """Command id -> what its sender was told."""
    attempts: int = 0
    steps: int = 0

    async def all(self) -> None:
        """Every patient from enrollment to discharge, side by side."""
        async with asyncio.TaskGroup() as group:
            for number in range(PATIENTS):
                group.create_task(self._course(number))

    def done(self) -> None:
        self.steps += 1
        self.progress()

    async def _course(self, number: int) -> None:
        journey = journey_id(number)
        register_person(self.site.engine, care.patient(number, journey))
        await self._enroll(journey)
        for stop in care.stops(number):
            now = self.monday + stop
            await self._advance(journey, now)
            if stop == care.TUESDAY:
                await self._low_glucose(number, journey)
            if await self._work(number, journey, now):
                return
        state = await self._state(journey)
        work = (state.tasks, state.appointments, state.agenda)
        raise AssertionError(f"{journey} is {state.status} after its last stop: {work}")

    # --- what is sent ---

    async def _enroll(self, journey: str) -> None:
        pinned = pin(care.care())
        event = Enroll(
            command=f"{journey}/enroll",
            actor=care.NURSE,
            pathway="demo",
            digest=pinned.digest,
            patient=PatientProfile(born="1951-07-19"),
            calendar=NEW_YORK,
            referred=self.monday - 30 * care.DAY,
            team={"case-manager": "n1"},
        )
        journeys = self.site.journeys
        await self._acknowledged(event.command, lambda: journeys.enroll(journey, event, pinned))

    async def _command(self, journey: str, command: Command) -> None:
        journeys = self.site.journeys
        await self._acknowledged(command.command, lambda: journeys.command(journey, command))

    async def _acknowledged(self, command: str, send: Callable[[], Awaitable[Answer]]) -> None:
        answer = await self._insist(send)
        assert answer.status == "applied", f"{command}: {answer}"
        assert command not in self.answers
        self.answers[command] = answer
        self.done()

    async def _low_glucose(self, number: int, journey: str) -> None:
        reading = (care.low_glucose(self.monday),)
        if care.by_device(number):
            device = Device(reading, command=f"{journey}/device")
            await self._insist(lambda: self.site.journeys.readings(journey, device))
        else:
            await self._command(journey, Record(f"{journey}/record", care.NURSE, reading))
        await self._until(journey, lambda state: "glucose" in state.facts)
        self.done()

    # --- the team at work ---

    async def _work(self, number: int, journey: str, now: int) -> bool:
        """Do all that is to be done now; whether the journey is closed."""
        while True:
            state = await self._until(journey, lambda state: not state.outstanding)
            if state.status == "closed":
                return True
            command = await self._next_command(number, state, now)
            if command is None:
                return False
            await self._command(journey, command)

    async def _next_command(self, number: int, state: Journey, now: int) -> Command | None:
        for appointment in state.appointments.values():
            if appointment.status == "booked" and appointment.ends <= now:
                missed = f"{state.id}/{appointment.sources[0].step}/missed" in self.answers
                outcome = care.attendance(number, missed)
                command = f"{state.id}/{appointment.sources[0].step}/{outcome}"
                return Attend(command, care.NURSE, appointment.id, outcome)
        tasks = sorted(state.tasks.values(), key=lambda task: task.kind != "message")
        for task in tasks:
            patience = care.patience(task, number)
            # What is done at once is done at this stop, though a stop takes time itself.
            if patience and now < task.opened + patience:
                continue
            first = task.sources[0]
            if first.step == "last-call":
                await self._all_told(state.id)
                told = await self._state(state.id)
                if told.tasks.keys() != state.tasks.keys():
                    return await self._next_command(number, told, now)
            command = f"{state.id}/{first.step}/{first.occurrence}/{task.kind}"
            if task.kind == "message":
                command += f"/{task.id}"
            return Complete(command, care.actor_for(task), task.id, care.outcome_of(task))
        return None

    async def _all_told(self, journey: str) -> None:
        """Until every message of the journey has come to its end, and the journey knows of those
        that went wrong: nothing may be lost by discharging."""
        waiting = select(func.count()).where(
            Message.journey == journey,
            or_(Message.status.in_(("due", "sending")), Message.reported.is_(False)),
        )

        async def told() -> bool:
            with database.reading(self.site.engine) as connection:
                return connection.scalar(waiting) == 0

        await _eventually(told, f"the outbox of {journey} is empty")

    # --- time, and what one may ask ---

    async def _advance(self, journey: str, target: int) -> None:
        """Let time pass until ``target``. A fast-forward that a kill interrupted goes on by
        itself when the server is back: it is waited for before another is asked for."""

        async def arrived() -> None:
            handle = self.site.journeys.handle(journey)
            # Looked at again afterwards: a kill may end the waiting before the journey's time.
            while (now := await self._standing(journey)).timestamp() < target:
                await self.site.clock.advance(handle, target - now.timestamp())
            assert now.timestamp() - target < care.LATEST, f"{journey} is past {now}"

        await self._insist(arrived, patience=GIVE_UP)
        self.done()

    async def _standing(self, journey: str) -> datetime:
        """The journey's time as soon as nobody moves it: a clock tells no one when it stops, so it
        is looked at."""
        handle = self.site.journeys.handle(journey)
        now: datetime | None = None

        async def stands() -> bool:
            nonlocal now
            now = await self.site.clock.standing(handle)
            return now is not None

        await _eventually(stands, f"the clock of {journey} stands")
        assert now is not None
        return now

    async def _state(self, journey: str) -> Journey:
        return await self._insist(lambda: self.site.journeys.state(journey))

    async def _until(self, journey: str, condition: Callable[[Journey], bool]) -> Journey:
        seen: Journey | None = None

        async def holds() -> bool:
            nonlocal seen
            seen = await self._state(journey)
            return condition(seen)

        await _eventually(holds, f"{journey} has come to rest")
        assert seen is not None
        return seen

    async def _insist(self, ask: Callable[[], Awaitable[T]], patience: float = _ATTEMPT) -> T:
        """Ask until there is an answer, as a client does that has lost its connection."""
        deadline = time.monotonic() + GIVE_UP
        while True:
            self.attempts += 1
            try:
                return await asyncio.wait_for(ask(), patience)
            except (
                RPCError,
                RuntimeError,
                TimeoutError,
                WorkflowUpdateRPCTimeoutOrCancelledError,
            ) as error:
                if time.monotonic() > deadline:
                    raise AssertionError(f"no answer within {GIVE_UP:g} s") from error
            await asyncio.sleep(_LOOK)


async def _eventually(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    deadline = time.monotonic() + GIVE_UP
    while not await condition():
        assert time.monotonic() < deadline, f"Not within {GIVE_UP:g} s: {what}."
        await asyncio.sleep(_LOOK)


def journey_id(number: int) -> str:
    """The same in every run."""
    return f"patient-{number:02}"
