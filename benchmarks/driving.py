"""Living the measured year, on either side: the same people do the same things at the same times.

Virtual time drives the waits. Between any two acts the journey's clock is moved on, so that
every act meets a journey at rest, whichever side it is on.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from benchmarks.by_hand import ROUNDS, YearByHand, YearInput
from benchmarks.site import Site
from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.canonical import PinnedPathway, pin
from pathways.compiled import CompiledPathway
from pathways.journey.effects import AppointmentRow
from pathways.journey.events import Actor, Attend, Complete, Enroll, PatientProfile
from pathways.language.compiling import compile_pathway
from worker.library import Library
from workflows.contract import TURNOVER
from workflows.journeys import Journeys

Side = Literal["compiled", "by-hand", "by-hand-local"]
"""By hand with the records written by regular activities, or by local ones."""
STEPS = 40
DAY = 86_400
HOUR = 3_600
NURSE = Actor("n1", "case-manager")
_LATE = 4
"""Every fourth task is done after its first reminder."""


@cache
def year() -> CompiledPathway:
    """The measured pathway, compiled from ``year.yaml``."""
    path = Path(__file__).with_name("year.yaml")
    source = "benchmarks/year.yaml"
    compiled = compile_pathway(path.read_text(encoding="utf-8"), source, Library().shelf())
    assert compiled.pathway is not None, compiled.issues
    return compiled.pathway


@cache
def calendar() -> CalendarTable:
    """New York's; people may be contacted at any hour, so that it does not matter at what
    time of day a measurement starts."""
    today = datetime.now(UTC).date()
    table = resolve("America/New_York", today - timedelta(days=2), today + timedelta(days=800))
    return replace(table, contact_from=0, contact_until=24 * HOUR)


def enrollment(now: int) -> tuple[Enroll, PinnedPathway]:
    """What enrolls a patient on the measured year."""
    pinned = pin(year())
    event = Enroll(
        command="enroll",
        actor=NURSE,
        pathway=year().pathway,
        digest=pinned.digest,
        patient=PatientProfile(born="1960-05-01", conditions=("E11.9",)),
        calendar=calendar(),
        referred=now,
        team={"case-manager": "n1"},
    )
    return event, pinned


@dataclass
class Lived:
    """A journey that was driven through its year."""

    side: Side
    workflow_id: str


async def live_year(
    site: Site, side: Side, *, turnover: int = TURNOVER, rounds: int = ROUNDS
) -> Lived:
    """One patient's year, or its first ``rounds`` rounds."""
    person: _Compiled | _ByHand
    if side == "compiled":
        person = _Compiled(site, turnover)
    else:
        person = _ByHand(site, local=side == "by-hand-local")
    await person.begin()
    for number in range(1, rounds + 1):
        await site.clock.advance(person.handle, 42 * DAY + HOUR)
        visit = site.appointment(person.journey, f"visit-{number}")
        now = (await site.clock.now(person.handle)).timestamp()
        await site.clock.advance(person.handle, visit.ends + HOUR - now)
        await person.attend(visit)
        await site.clock.advance(person.handle, HOUR)
        await person.done(f"review-{number}")
        late = number % (_LATE // 2) == 0
        await site.clock.advance(person.handle, 4 * DAY if late else HOUR)
        await person.done(f"call-{number}")
    if rounds == ROUNDS:
        await person.handle.result()
    return Lived(side, person.handle.id)


async def live_years(
    site: Site, side: Side, count: int, at_once: int, *, turnover: int = TURNOVER
) -> list[Lived]:
    """Many years, ``at_once`` of them at a time."""
    turn = asyncio.Semaphore(at_once)

    async def one() -> Lived:
        async with turn:
            return await live_year(site, side, turnover=turnover)

    return list(await asyncio.gather(*(one() for _ in range(count))))


class _Compiled:
    def __init__(self, site: Site, turnover: int) -> None:
        self._journeys = Journeys(site.clock.client, site.queue, turnover=turnover)
        self.journey = uuid.uuid4().hex
        self._site = site
        self.handle = self._journeys.handle(self.journey)

    async def begin(self) -> None:
        event, pinned = enrollment(int(datetime.now(UTC).timestamp()))
        answer = await self._journeys.enroll(self.journey, event, pinned)
        assert answer.status == "applied", answer

    async def attend(self, visit: AppointmentRow) -> None:
        command = f"attend-{visit.step}"
        await self._command(Attend(command, NURSE, visit.appointment, "attended"))

    async def done(self, step: str) -> None:
        await self._command(Complete(step, NURSE, self._site.task(self.journey, step)))

    async def _command(self, command: Attend | Complete) -> None:
        answer = await self._journeys.command(self.journey, command)
        assert answer.status == "applied", answer


class _ByHand:
    def __init__(self, site: Site, *, local: bool) -> None:
        self._site = site
        self._local = local
        self.journey = uuid.uuid4().hex
        client = site.clock.client
        self.handle = client.get_workflow_handle_for(YearByHand.run, f"by-hand-{self.journey}")

    async def begin(self) -> None:
        texts = {name: by_language["en"] for name, by_language in year().messages.items()}
        await self._site.clock.client.start_workflow(
            YearByHand.run,
            YearInput(self.journey, NURSE.person, texts, self._local),
            id=self.handle.id,
            task_queue=self._site.queue,
        )

    async def attend(self, visit: AppointmentRow) -> None:
        await self._answer(visit.appointment)

    async def done(self, step: str) -> None:
        await self._answer(self._site.task(self.journey, step))

    async def _answer(self, step: str) -> None:
        assert await self.handle.execute_update(YearByHand.answer, step, id=step)


__all__ = ["NURSE", "STEPS", "Lived", "Side", "live_year", "live_years", "year"]
