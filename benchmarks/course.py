"""Recorded courses of the shipped pathways: what the kernel decided, to be decided again.

One patient a pathway lives for ``DAYS`` days: tasks are done a day after they open (each third
one after its first reminder), slots are found for the next day, visits are kept, and a device
reports glucose twice a week.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pathways.calendar.resolve import resolve
from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, DataElement
from pathways.journey.decide import Decision, decide, head, new_journey
from pathways.journey.effects import Book
from pathways.journey.events import (
    Actor,
    Attend,
    Complete,
    Device,
    Done,
    Enroll,
    Event,
    PatientProfile,
    Reading,
    Tick,
    Value,
)
from pathways.journey.state import Journey, Task
from worker.library import Library

DAY = 86_400
DAYS = 365
START = 1_795_532_400  # 2026-11-24 15:00 UTC
_CALENDAR = resolve("America/New_York", date(2026, 1, 1), date(2029, 12, 31))
_CONDITIONS = {
    "type-2-diabetes": "E11.9",
    "oncology-navigation": "C50.911",
    "dementia-with-caregiver": "G30.1",
}


@dataclass(frozen=True)
class Moment:
    """A decision as it was asked for."""

    journey: Journey
    event: Event
    now: int

    @property
    def kind(self) -> str:
        """The kind of event."""
        return type(self.event).__name__.lower()


@dataclass
class Course:
    """One patient's year in the kernel."""

    pathway: CompiledPathway
    library: Mapping[str, CompiledPathway]
    moments: list[Moment] = field(default_factory=list)
    journey: Journey = field(default_factory=lambda: new_journey("measured"))
    now: int = START
    _commands: int = 0

    def live(self, days: int = DAYS) -> None:
        """Until the year is over or the journey has closed."""
        self._give(self._enroll())
        for day in range(days):
            self._pass(DAY)
            if day % 3 == 0:
                self._give(Device((Reading("glucose", 110.0 + day % 40, self.now, "mg/dL"),)))
            for task in list(self.journey.tasks.values()):
                if int(task.id[1:]) % 3 or task.overdue:
                    self._finish(task)
            for appointment in list(self.journey.appointments.values()):
                if appointment.status == "booked" and appointment.ends <= self.now:
                    self._give(Attend(self._command(), _COORDINATOR, appointment.id, "attended"))
            if self.journey.status == "closed":
                return

    def _enroll(self) -> Enroll:
        name = self.pathway.pathway
        return Enroll(
            self._command(),
            Actor("n", "case-manager"),
            name,
            digest_of(self.pathway),
            PatientProfile(
                born="1950-01-01", conditions=(_CONDITIONS.get(name, "Z00.0"),), caregiver=True
            ),
            _CALENDAR,
            self.now,
        )

    def _pass(self, seconds: int) -> None:
        end = self.now + seconds
        while (due := head(self.journey)) is not None and due <= end:
            self.now = max(self.now, due)
            self._give(Tick())
        self.now = end

    def _finish(self, task: Task) -> None:
        if task.id not in self.journey.tasks:
            return
        readings = [self._reading(name) for name in task.collect]
        for instrument in task.instruments:
            scores = self.pathway.instruments[instrument].scores
            readings += [Reading(f"{instrument}.{score.id}", 0.0, 0) for score in scores]
        actor = Actor("n", task.owner)
        self._give(Complete(self._command(), actor, task.id, "", tuple(readings)))

    def _reading(self, name: str) -> Reading:
        element = self.pathway.data[name]
        return Reading(name, _usual(element), 0, element.unit)

    def _command(self) -> str:
        self._commands += 1
        return f"c{self._commands}"

    def _give(self, event: Event) -> None:
        self.moments.append(Moment(self.journey, event, self.now))
        decision: Decision = decide(self.journey, event, self.now, self.library)
        self.journey = decision.journey
        for effect in decision.effects:
            if isinstance(effect, Book):
                starts = self.now + DAY
                slot: dict[str, str | int] = {
                    "appointment": effect.appointment,
                    "starts": starts,
                    "ends": starts + 1800,
                    "provider": "p",
                }
                self._give(Done(effect.key, slot))
            else:
                self._give(Done(effect.key))


_COORDINATOR = Actor("n", "coordinator")


def _usual(element: DataElement) -> Value:
    """An unremarkable value."""
    match element.type:
        case "boolean":
            return False
        case "choice":
            return element.options[0]
        case "date":
            return "2026-11-01"
        case "quantity":
            return max(element.low or 0.0, element.warn_low or 0.0)
        case _:
            return "noted"


def courses() -> Iterator[Course]:
    """A lived course of every shipped pathway."""
    pathways = list(Library().pathways())
    library = {digest_of(pathway): pathway for pathway in pathways}
    for pathway in pathways:
        course = Course(pathway, library)
        course.live()
        yield course
