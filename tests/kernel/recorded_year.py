"""A year of one patient on all shipped pathways, the same in every run: what is done is drawn from
a seeded generator, and what it is done to from the journey's own order.

``python -m tests.kernel.recorded_year SEED`` prints the digest of all its decisions.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

from pathways.calendar.resolve import resolve
from pathways.canonical import canonical, digest_of
from pathways.compiled import DataElement, Instrument
from pathways.journey.decide import Decision, decide, head, new_journey
from pathways.journey.effects import Book
from pathways.journey.events import (
    Actor,
    Attend,
    Complete,
    Decline,
    Done,
    Enroll,
    Event,
    Failed,
    Hold,
    PatientProfile,
    Reading,
    Record,
    Report,
    Resume,
    Tick,
    Value,
    Vary,
)
from pathways.journey.state import Journey, Task
from tests.definitions import shipped

DAY = 86_400
START = 1_798_801_200  # 2027-01-01T10:00-05:00
PATIENT = PatientProfile(
    born="1950-02-28",
    sex="female",
    conditions=("C50.911", "E11.9", "G30.1"),
    medications=("metformin",),
    caregiver=True,
)
LIBRARY = {digest_of(p): p for p in map(shipped.pathway, shipped.NAMES)}
ELEMENTS = {name: element for p in LIBRARY.values() for name, element in p.data.items()}
INSTRUMENTS = {name: i for p in LIBRARY.values() for name, i in p.instruments.items()}
Decide = Callable[[Journey, Event, int], Decision]


def plainly(journey: Journey, event: Event, now: int) -> Decision:
    return decide(journey, event, now, LIBRARY)


def value_of(draw: Random, element: DataElement) -> Value:
    match element.type:
        case "boolean":
            return draw.random() < 0.3
        case "choice":
            return draw.choice(element.options)
        case "quantity":
            low, high = element.low or 0.0, element.high if element.high is not None else 100.0
            return round(draw.uniform(low, high), 1)
        case "date":
            return f"2027-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    return "some words"


def answers_of(draw: Random, instrument: Instrument) -> dict[str, int]:
    return {
        item.id: draw.choice(item.choices).value
        if item.choices
        else draw.randint(item.low, item.high)
        for item in instrument.items
    }


class Year:
    """Drives one journey; yields its decisions."""

    def __init__(self, seed: int, how: Decide = plainly) -> None:
        self.draw = Random(seed)
        self.how = how
        self.now = START
        self.journey = new_journey("j-1")
        self.count = 0

    def give(self, event: Event) -> Decision:
        decision = self.how(self.journey, event, self.now)
        self.journey = decision.journey
        return decision

    def command(self) -> str:
        self.count += 1
        return f"c{self.count}"

    def pass_through(self, days: int) -> Iterator[Decision]:
        """Every decision of so many days."""
        for pathway in LIBRARY.values():
            yield self.give(self.enrollment(pathway.pathway))
        for day in range(1, days + 1):
            yield from self.wake(START + day * DAY)
            yield from self.systems()
            yield from self.appointments()
            yield from self.people()
            if self.draw.random() < 0.1:
                yield self.give(self.something())
            for ended in [e for e in self.journey.enrollments.values() if e.ended]:
                if self.draw.random() < 0.2:  # chance brings discharges early: come again
                    yield self.give(self.enrollment(ended.pathway))

    def enrollment(self, pathway: str) -> Enroll:
        digest = next(d for d, p in LIBRARY.items() if p.pathway == pathway)
        calendar = resolve("America/New_York", date(2026, 1, 1), date(2030, 12, 31))
        who = Actor("n", "case-manager")
        team = {"case-manager": "n", "primary-care": "d"}
        return Enroll(self.command(), who, pathway, digest, PATIENT, calendar, self.now, team=team)

    def wake(self, until: int) -> Iterator[Decision]:
        while (due := head(self.journey)) is not None and due <= until:
            self.now = max(self.now, due)
            yield self.give(Tick())
        self.now = until

    def systems(self) -> Iterator[Decision]:
        for key, effect in list(self.journey.outstanding.items()):
            if self.draw.random() < 0.1:
                yield self.give(Failed(key, "no slot"))
                continue
            starts = self.now + self.draw.randint(1, 9) * DAY
            booked: dict[str, str | int] = {"starts": starts, "ends": starts + 1800}
            yield self.give(Done(key, booked if isinstance(effect, Book) else {}))

    def appointments(self) -> Iterator[Decision]:
        over = [a for a in self.journey.appointments.values() if 0 < a.ends <= self.now]
        for appointment in over:
            if self.draw.random() < 0.8:
                outcome: Any = self.draw.choice(("attended", "attended", "missed", "cancelled"))
                who = Actor("c", "coordinator")
                yield self.give(Attend(self.command(), who, appointment.id, outcome))

    def people(self) -> Iterator[Decision]:
        for task in list(self.journey.tasks.values()):
            if task.id in self.journey.tasks and self.draw.random() < 0.3:
                yield self.give(self.work(task))

    def work(self, task: Task) -> Event:
        who, chance = Actor("p", task.owner), self.draw.random()
        if chance < 0.05:
            return Decline(self.command(), who, task.id, "does not want it")
        if chance < 0.08:
            return Vary(self.command(), who, task.id, "not needed")
        return Complete(
            self.command(),
            who,
            task.id,
            self.draw.choice(task.outcomes),
            tuple(self.reading(name) for name in task.collect),
            {name: answers_of(self.draw, INSTRUMENTS[name]) for name in task.instruments},
        )

    def reading(self, name: str) -> Reading:
        return Reading(name, value_of(self.draw, ELEMENTS[name]), 0)

    def something(self) -> Event:
        who, command = Actor("n", "case-manager"), self.command()
        names = sorted(ELEMENTS)
        happened = self.draw.choice(("fall", "ed-visit", "admitted", "discharged", "discharged"))
        pathway = self.draw.choice(shipped.NAMES)
        return self.draw.choice(
            (
                Record(command, who, (self.reading(self.draw.choice(names)),)),
                Report(command, who, happened, self.now),
                Hold(command, who, "travelling", pathway, self.now + 10 * DAY),
                Resume(command, who),
                Enroll(
                    command,
                    who,
                    pathway,
                    digest_of(shipped.pathway(pathway)),
                    PATIENT,
                    resolve("America/New_York", date(2026, 1, 1), date(2030, 12, 31)),
                    self.now,
                ),
            )
        )


def main(seed: int) -> str:
    """The digest of a year's decisions, and how many there were."""
    digest, count = hashlib.sha256(), 0
    for decision in Year(seed).pass_through(365):
        digest.update(canonical(decision))
        count += 1
    return f"{digest.hexdigest()} {count}"


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
