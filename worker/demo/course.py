"""One patient's course: time passes, people answer, things happen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from pathways.calendar.table import instant as local_instant
from pathways.calendar.table import is_business_day, local_day, local_seconds, next_business_day
from pathways.compiled import CompiledPathway, DataElement, Instrument
from pathways.journey.chasing import URGENT
from pathways.journey.effects import Answer
from pathways.journey.events import Actor, Reading, Value
from pathways.journey.state import Appointment, Journey, Task
from pathways.packet import whole
from worker.asking import NoSuchJourney
from worker.clock import VirtualClock
from worker.demo.script import Happening, Player
from worker.desk import Desk

DAY = 86_400
QUIET = ("task", "reminder")
"""Kinds of agenda entries that open no new work: time may pass over them."""
LAST = 1800
"""Seconds before its due time at which work is done that cannot wait for office hours."""
NOTICED = 60
"""Seconds after which people see new work. The journey's clock and this one's idea of it part
by a few seconds in a year; whoever looked at once would sometimes look too soon, and again."""
SHORTLY = 0.02
"""Seconds between two looks at a booking that is being made."""
AFTER_VISIT = 2 * 3600
"""Seconds after its end at which an appointment's outcome is recorded."""
COORDINATOR = Actor("demo-coordinator", "coordinator")


@dataclass(order=True)
class Move:
    """Something a person of the cast will do at an instant."""

    at: int
    what: str
    ref: str = ""
    happening: Happening | None = field(default=None, compare=False)


@dataclass
class Course:
    """Plays one patient for so many days of virtual time, through the desk only."""

    desk: Desk
    clock: VirtualClock
    player: Player
    journey: str
    pathways: list[CompiledPathway]
    started: int
    progress: Callable[[float, str], None]
    commands: int = 0
    refusals: list[Answer] = field(default_factory=list)
    _skipped: int = 0
    """Seconds by which the journey's clock is ahead of the wall's."""

    async def play(self, days: int) -> None:
        """Until the days are over or the journey is closed."""
        handle = self.desk.journeys.handle(self.journey)
        script = self._script(days)
        end = self.started + days * DAY
        while True:
            state = await self.desk.journeys.state(self.journey)
            now = int(time.time()) + self._skipped
            self.progress((now - self.started) / DAY, _where(state))
            if state.status == "closed" or now >= end:
                return
            if state.outstanding:
                # A booking is being made; its answer may be the next thing to act on.
                await asyncio.sleep(SHORTLY)
                continue
            moves = sorted([*self._work(state), *script])
            due = [move for move in moves if move.at <= now]
            if due:
                # A journey may end between a look at it and the act; the next look says so.
                with suppress(NoSuchJourney):
                    await self._make(due[0], state, now)
                if due[0] in script:
                    script.remove(due[0])
                continue
            target = min([moves[0].at if moves else end, _next_work(state, end), end])
            step = max(target - now, 1)
            await self.clock.advance(handle, step)
            self._skipped += step

    # -- what is to be done --------------------------------------------------------------------

    def _script(self, days: int) -> list[Move]:
        """What happens to the patient whatever the team does."""
        moves = [
            Move(self.started + h.day * DAY + 15 * 3600, "happens", str(n), h)
            for n, h in enumerate(self.player.role.events)
        ]
        for feed in self.player.role.readings:
            moves += [
                Move(self.started + day * DAY + 14 * 3600, "reads", feed.element)
                for day in range(feed.every, days, feed.every)
            ]
        return sorted(moves)

    def _work(self, state: Journey) -> Iterable[Move]:
        """When each open task and appointment will be answered."""
        for task in state.tasks.values():
            first = task.sources[0]
            share = self.player.patience(first.step, first.occurrence, task.kind)
            wait = max(int((task.due - task.opened) * share), 60)
            hour = task.opened + wait
            if task.urgency not in URGENT:
                shifted = self._office_hour(state, hour)
                hour = shifted if shifted < task.due or share > 1 else max(hour, task.due - LAST)
            yield Move(hour, "works", task.id)
        for appointment in state.appointments.values():
            if appointment.status == "booked":
                yield Move(appointment.ends + AFTER_VISIT, "visits", appointment.id)

    def _office_hour(self, state: Journey, instant: int) -> int:
        """People do what can wait in office hours of a business day."""
        calendar = state.calendar
        if calendar is None:
            return instant
        day, second = local_day(calendar, instant), local_seconds(calendar, instant)
        if is_business_day(calendar, day) and second < calendar.office_until:
            if second >= calendar.office_from:
                return instant
        else:
            day = next_business_day(calendar, day)
        minute = self.player.chance("hour", instant).randrange(180)
        return local_instant(calendar, day, calendar.office_from + minute * 60)

    # -- doing it --------------------------------------------------------------------------------

    async def _make(self, move: Move, state: Journey, now: int) -> None:
        day = (now - self.started) / DAY
        self.commands += 1
        match move.what:
            case "works":
                await self._work_on(state.tasks[move.ref], day)
            case "visits":
                await self._visit(state.appointments[move.ref], day)
            case "reads":
                reading = Reading(move.ref, self._value(move.ref, day), now, source="meter")
                await self.desk.readings(self.journey, [reading])
            case _:
                await self._happen(move, now)

    async def _work_on(self, task: Task, day: float) -> None:
        reference = f"{self.journey}/{task.id}"
        actor = Actor(f"demo-{task.owner}", task.owner)
        if not task.about and self.player.declines(task.sources[0].step):
            answer = await self.desk.decline(
                reference, actor, "does not want it now", risk_explained=True
            )
        else:
            answer = await self.desk.complete(
                reference,
                actor,
                _outcome(task),
                values={name: self._value(name, day) for name in task.collect},
                answers={name: self._answers(name, day) for name in task.instruments},
                packet=whole(task.packet),
            )
        self._note(answer)

    async def _visit(self, appointment: Appointment, day: float) -> None:
        reference = f"{self.journey}/{appointment.id}"
        step = appointment.sources[0].step
        if self.player.declines(step):
            answer = await self.desk.decline(reference, COORDINATOR, "does not want it now")
        elif self.player.misses(appointment.id):
            answer = await self.desk.attend(reference, COORDINATOR, "missed")
        else:
            measured = self.player.script.results.get(appointment.service, [])
            known = [name for name in measured if self._element(name) is not None]
            answer = await self.desk.attend(
                reference,
                COORDINATOR,
                "attended",
                values={name: self._value(name, day) for name in known},
            )
        self._note(answer)

    async def _happen(self, move: Move, now: int) -> None:
        happening = move.happening
        if happening is None:
            return
        nurse = Actor("demo-case-manager", "case-manager")
        if happening.value:
            self._note(await self.desk.record(self.journey, nurse, happening.value))
        if happening.hold:
            until = now + happening.hold * DAY
            self._note(await self.desk.hold(self.journey, nurse, happening.reason, until=until))
        if happening.event:
            self._note(
                await self.desk.report(
                    self.journey, happening.event, nurse, at=now, verified=happening.verified
                )
            )

    def _note(self, answer: Answer) -> None:
        if answer.status == "refused":
            self.refusals.append(answer)

    def _value(self, name: str, day: float) -> Value:
        element = self._element(name)
        if element is None:
            raise KeyError(f"No pathway of this patient declares {name}.")
        return self.player.value(element, day)

    def _element(self, name: str) -> DataElement | None:
        return next((p.data[name] for p in self.pathways if name in p.data), None)

    def _answers(self, name: str, day: float) -> dict[str, int]:
        found: Instrument | None = next(
            (p.instruments[name] for p in self.pathways if name in p.instruments), None
        )
        return {} if found is None else self.player.answers(found, day)


def _outcome(task: Task) -> str:
    """The normal outcome; a reported death is verified, a blocked stage goes on."""
    return "verified" if "verified" in task.outcomes else ""


def _next_work(state: Journey, end: int) -> int:
    """When something on the agenda may next have given people work, and they see it."""
    return next((due.at + NOTICED for due in state.agenda if due.kind not in QUIET), end)


def _where(state: Journey) -> str:
    parts = []
    for enrollment in state.enrollments.values():
        active = "+".join(run.stage for run in enrollment.active) or enrollment.disposition
        parts.append("held" if enrollment.status == "held" else active)
    return " · ".join(dict.fromkeys(parts))
