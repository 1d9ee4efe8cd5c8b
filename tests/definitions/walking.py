"""One patient on shipped pathways, driven through the kernel as a nurse and the clock would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pathways.calendar.resolve import resolve
from pathways.canonical import digest_of
from pathways.journey.decide import decide, head, new_journey
from pathways.journey.effects import Answer, Book, Cancel, Entry, Notify
from pathways.journey.events import (
    Actor,
    Attend,
    Complete,
    Decline,
    Done,
    Enroll,
    Event,
    PatientProfile,
    Reading,
    Record,
    Report,
    Tick,
    Value,
)
from pathways.journey.state import Task
from pathways.packet import whole
from tests.definitions import shipped


class Walk:
    """Local times are ISO text in the patient's zone."""

    def __init__(self, zone: str, start: str, **profile: Any) -> None:
        self.zone = ZoneInfo(zone)
        self.calendar = resolve(zone, date(2026, 1, 1), date(2029, 12, 31))
        self.library = {digest_of(p): p for p in map(shipped.pathway, shipped.NAMES)}
        self.journey = new_journey("j1")
        self.now = self.instant(start)
        self.profile = PatientProfile(**{"born": "1960-01-01", **profile})
        self.entries: list[Entry] = []
        self.messages: list[Notify] = []
        self._commands = 0

    def instant(self, local: str) -> int:
        return int(datetime.fromisoformat(local).replace(tzinfo=self.zone).timestamp())

    def local(self, instant: int) -> str:
        return datetime.fromtimestamp(instant, self.zone).strftime("%Y-%m-%d %H:%M")

    def enroll(self, pathway: str) -> None:
        self._give(
            Enroll(
                self._command(),
                Actor("r", "case-manager"),
                pathway,
                digest_of(shipped.pathway(pathway)),
                self.profile,
                self.calendar,
                self.now,
            )
        )

    def until(self, local: str) -> None:
        """Let the clock run; whatever falls due happens at its own time."""
        self.tick(self.instant(local))

    def tick(self, end: int) -> None:
        """As ``until``, to an instant."""
        while (due := head(self.journey)) is not None and due <= end:
            self._give(Tick(), max(due, self.now))
        self.now = max(self.now, end)

    def record(self, local: str = "", **values: Value) -> None:
        """Values from outside a task; hyphens are written as underscores."""
        if local:
            self.until(local)
        readings = tuple(self._reading(n.replace("_", "-"), v) for n, v in values.items())
        self._give(Record(self._command(), Actor("r", "case-manager"), readings))

    def result(self, name: str, value: Value) -> None:
        self._give(Record(self._command(), Actor("r", "case-manager"), (Reading(name, value, 0),)))

    def report(self, event: str) -> None:
        self._give(Report(self._command(), Actor("r", "case-manager"), event, self.now))

    def done(self, step: str, outcome: str = "", **values: Value) -> None:
        """Close the open task of a step; what is not given takes an unremarkable value."""
        self.close(self.task(step), outcome, **values)

    def close(self, task: Task, outcome: str = "", **values: Value) -> None:
        """Close a task with what it asks for."""
        given = {name.replace("_", "-"): value for name, value in values.items()}
        readings = [self._reading(n, given.get(n)) for n in task.collect]
        for instrument in task.instruments:
            scores = shipped.shelf().instruments[instrument].scores
            names = [f"{instrument}.{score.id}" for score in scores]
            readings += [Reading(n, 0.0, 0) for n in names]
        actor = Actor("r", task.owner)
        self._give(
            Complete(
                self._command(),
                actor,
                task.id,
                outcome,
                tuple(readings),
                packet=whole(task.packet),
            )
        )

    def answered(self, step: str, instrument: str, answers: Mapping[str, int]) -> None:
        """Close the open task of a step as partial, with these answers to a questionnaire."""
        task = self.task(step)
        given = {instrument: dict(answers)}
        actor = Actor("r", task.owner)
        self._give(Complete(self._command(), actor, task.id, "partial", (), given))

    def kept(self, step: str, local: str, **values: Value) -> None:
        """The appointment of a step was booked for ``local``, and the patient came."""
        book = next(b for b in self.journey.outstanding.values() if b.step == step)
        self.booked(book, self.instant(local))
        self.until(local)
        self.attend(book.appointment, **values)

    def booked(self, book: Book | Cancel, starts: int) -> None:
        """The scheduling service answers: a slot of half an hour, or the slot is free again."""
        times: dict[str, str | int] = {"starts": starts, "ends": starts + 1800, "provider": "p"}
        found = {"appointment": book.appointment, **times} if isinstance(book, Book) else {}
        self._give(Done(book.key, found))

    def attend(self, appointment: str, **values: Value) -> None:
        """The patient came; ``values`` are what was measured there."""
        readings = tuple(self._reading(n.replace("_", "-"), v) for n, v in values.items())
        actor = Actor("r", "coordinator")
        self._give(Attend(self._command(), actor, appointment, "attended", readings))

    def decline(self, step: str, reason: str) -> None:
        task = self.task(step)
        actor = Actor("r", task.owner)
        self._give(Decline(self._command(), actor, task.id, reason, risk_explained=True))

    def decline_appointment(self, step: str, reason: str) -> None:
        held = next(
            a for a in self.journey.appointments.values() if any(s.step == step for s in a.sources)
        )
        actor = Actor("r", "coordinator")
        self._give(Decline(self._command(), actor, held.id, reason, risk_explained=True))

    def task(self, step: str, kind: str = "") -> Task:
        return next(
            task
            for task in self.journey.tasks.values()
            if any(s.step == step for s in task.sources) and (not kind or task.kind == kind)
        )

    def steps(self) -> set[str]:
        """The steps and rules that have an open task."""
        return {s.step for task in self.journey.tasks.values() for s in task.sources}

    def urgent(self) -> dict[str, str]:
        """Step or rule -> response class, of the open tasks that have one."""
        return {t.sources[0].step: t.urgency for t in self.journey.tasks.values() if t.urgency}

    def stages(self, pathway: str) -> list[str]:
        return [run.stage for run in self.journey.enrollments[pathway].active]

    def sent(self, message: str) -> list[Notify]:
        return [m for m in self.messages if m.message == message]

    def _reading(self, name: str, value: Value | None) -> Reading:
        element = next(
            shipped.pathway(enrolled).data[name]
            for enrolled in self.journey.enrollments
            if name in shipped.pathway(enrolled).data
        )
        if value is None:
            usual: dict[str, Value] = {
                "boolean": False,
                "choice": element.options[0] if element.options else "",
                "date": "2026-01-01",
                "quantity": max(element.low or 0.0, element.warn_low or 0.0),
            }
            value = usual[element.type]
        return Reading(name, value, 0, element.unit)

    def _command(self) -> str:
        self._commands += 1
        return f"c{self._commands}"

    def _give(self, event: Event, at: int | None = None) -> Answer | None:
        self.now = self.now if at is None else at
        decision = decide(self.journey, event, self.now, self.library)
        self.journey = decision.journey
        if decision.record is not None:
            self.entries += decision.record.entries
            self.messages += decision.record.messages
        answer = decision.answer
        assert answer is None or answer.status == "applied", answer
        return answer
