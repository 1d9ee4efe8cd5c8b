"""The patient's life in a played scenario: time passes, services answer, people do their part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pathways.calendar.table import contact_time, instant
from pathways.compiled import CompiledPathway
from pathways.journey.decide import decide, head, new_journey
from pathways.journey.effects import Answer, Book
from pathways.journey.events import Actor, Attend, Complete, Done, Event, Reading, Tick, Value
from pathways.journey.reconciling import as_found
from pathways.journey.state import Appointment, Task
from pathways.packet import whole
from pathways.scenarios.course import Asked, Clock, Course, Sent, Trouble, day_of
from pathways.scenarios.referring import Referred
from pathways.scenarios.scenario import Happening, Scenario
from pathways.scenarios.site import Site
from pathways.scenarios.world import Answers, answer
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH

SOMEBODY = "somebody"
MOST_DECISIONS = 20_000
"""Of one scenario: far above years of care; beyond it the pathway runs in a circle."""
UNANSWERED = ("partial", "go-on")
"""Outcomes of a task that is closed without all that it asks for."""
UNASKED = ("verify-death", "match")
"""Kinds of tasks that ``all-done`` leaves alone: the scenario must say how they end."""


class Stuck(Exception):
    """A line cannot be played; the text says why."""


class Life:
    """The journey under way, its clock, and the course that is being written down."""

    def __init__(self, scenario: Scenario, site: Site) -> None:
        self._scenario = scenario
        self._site = site
        first = day_of(scenario.start[:10])
        calendar = site.calendars(scenario.patient.zone, first)
        hours, minutes = int(scenario.start[11:13]), int(scenario.start[14:16])
        self._now = instant(calendar, first, hours * 3600 + minutes * 60)
        self._clock = Clock(calendar, first)
        library = dict(site.pathways.values())
        self._course = Course(calendar, self._now, library, end=self._now, programs=site.programs)
        self._journey = new_journey("j")
        self._commands = 0
        self._waiting: list[Referred] = []
        self._slots: dict[str, Span | None] = dict(scenario.slots)

    def _complete(
        self, task: Task, actor: Actor, answers: Answers, outcome: str, *, extra: bool
    ) -> Complete:
        pathways = self._running()
        nobody = bool(task.contact) and outcome == UNABLE_TO_REACH
        if outcome in UNANSWERED or nobody:
            # Whoever was not reached said nothing; a line that says otherwise is refused.
            said = answers.said if extra or not nobody else {}
            found = tuple(Reading(name, value, 0) for name, value in said.items())
            return Complete(self._id(), actor, task.id, outcome, found)
        return Complete(
            self._id(),
            actor,
            task.id,
            outcome,
            answers.readings(task, self._journey, pathways, extra=extra),
            answers.answers(task, pathways),
            decisions=() if extra else as_found(self._journey, task),
            packet=whole(task.packet),
        )

    def _running(self) -> list[CompiledPathway]:
        library = self._course.library
        return [library[e.digest] for e in self._journey.enrollments.values()]

    def _pass(self, end: int, parts: Happening | None = None) -> None:
        """The clock runs; nobody does anything, or everybody their part."""
        if parts is not None:
            self._all_done(parts, end)
            return
        while (due := head(self._journey)) is not None and due <= end:
            self._give(Tick(), max(due, self._now))
        self._now = max(self._now, end)

    def _all_done(self, one: Happening, end: int) -> None:
        """The clock runs, and everybody does their part in time."""
        answers = Answers(one.values, self._scenario.usual, {**one.answers})
        results = {**self._scenario.results, **one.results}
        while True:
            due = head(self._journey)
            part = self._next_part(one)
            if due is not None and due <= end and (part is None or due <= part[0]):
                self._give(Tick(), max(due, self._now))
            elif part is not None and part[0] <= end:
                self._now = part[0]
                self._do(part[1], one, answers, results)
            else:
                break
        self._now = max(self._now, end)

    def _next_part(self, one: Happening) -> tuple[int, Task | Appointment] | None:
        parts: list[tuple[int, Task | Appointment]] = []
        for task in self._journey.tasks.values():
            if task.kind in UNASKED or _left(task, one.leaving) or self._is_frozen(task):
                continue
            parts.append((self._when_done(task), task))
        for held in self._journey.appointments.values():
            if held.status == "booked" and not any(s.step in one.leaving for s in held.sources):
                parts.append((max(held.ends, self._now), held))
        return min(parts, key=lambda part: part[0], default=None)

    def _is_frozen(self, task: Task) -> bool:
        enrollment = self._journey.enrollments.get(task.sources[0].pathway)
        return enrollment is not None and enrollment.status == "held" and task.kind != "hold"

    def _when_done(self, task: Task) -> int:
        """At a quarter of the time allowed, in contact hours when that is still in time; after an
        attempt that reached nobody, when it should be tried again."""
        if task.attempts:
            return max(self._now, task.again)
        quarter = task.opened + max((task.due - task.opened) // 4, 60)
        awake = contact_time(self._clock.calendar, quarter)
        return max(self._now, awake if awake < task.due else quarter)

    def _do(
        self,
        part: Task | Appointment,
        one: Happening,
        answers: Answers,
        results: Mapping[str, Mapping[str, Value]],
    ) -> None:
        if isinstance(part, Appointment):
            missed = "all" in one.absent or any(s.step in one.absent for s in part.sources)
            found = {} if missed else results.get(part.service, {})
            readings = tuple(Reading(name, value, 0) for name, value in found.items())
            actor = Actor(SOMEBODY, "coordinator")
            outcome: Literal["attended", "missed"] = "missed" if missed else "attended"
            self._must(Attend(self._id(), actor, part.id, outcome, readings))
            return
        keys = (part.sources[0].step, part.kind)
        how = next((one.outcomes[key] for key in keys if key in one.outcomes), "")
        if how == UNABLE_TO_REACH and how not in part.outcomes:
            how = ""  # said of the contact; whoever is told of it does their part as usual
        actor = Actor(SOMEBODY, part.owner)
        self._must(self._complete(part, actor, answers, how, extra=False))

    def _id(self) -> str:
        self._commands += 1
        return f"c{self._commands}"

    def _command(self, event: Event, line: int) -> None:
        found = self._give(event)
        if found is not None and found.status == "refused":
            name = type(event).__name__.lower()
            text = f"{name} was refused ({found.code}): {found.message}"
            self._course.troubles.append(Trouble(line, text, found.code))

    def _must(self, event: Event) -> None:
        """Somebody's part in ``all-done``: refused, it would be tried for ever."""
        found = self._give(event)
        if found is not None and found.status == "refused":
            raise Stuck(f"all-done was refused ({found.code}): {found.message}")

    def _give(self, event: Event, at: int | None = None) -> Answer | None:
        self._now = self._now if at is None else at
        if len(self._course.instants) > MOST_DECISIONS:
            raise Stuck(f"More than {MOST_DECISIONS:,} decisions: does something go in a circle?")
        decision = decide(self._journey, event, self._now, self._course.library)
        self._journey = decision.journey
        course = self._course
        course.given.append(event)
        course.instants.append(self._now)
        course.journeys.append(decision.journey)
        if decision.record is not None:
            course.entries += decision.record.entries
            course.plans += ((self._now, row) for row in decision.record.plans)
            for row in decision.record.tasks:
                course.opened.setdefault(row.task, row)
                course.tasks[row.task] = row
            for appointment in decision.record.appointments:
                course.appointments[appointment.appointment] = appointment
            for message in decision.record.messages:
                course.sent.append(Sent(self._now, _pathway_of(message.key), message))
        for effect in decision.effects:
            if isinstance(effect, Book):
                course.asked.append(Asked(self._now, _pathway_of(effect.key), effect))
                others = self._journey.appointments.values()
                calendar = self._clock.calendar
                self._give(answer(effect, self._now, calendar, self._slots, others))
            else:
                self._give(Done(effect.key))
        return decision.answer


def _left(task: Task, leaving: tuple[str, ...]) -> bool:
    return task.kind in leaving or any(s.step in leaving for s in task.sources)


def _pathway_of(key: str) -> str:
    return key.split("/", 2)[1].split("~", 1)[0]
