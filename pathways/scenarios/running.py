"""Playing a scenario on the kernel: people, services and the clock do what its lines say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from pathways.calendar.table import CalendarTable, contact_time, instant
from pathways.compiled import CompiledPathway
from pathways.journey.decide import decide, head, new_journey
from pathways.journey.draft import KernelError
from pathways.journey.effects import Answer, Book
from pathways.journey.events import (
    Actor,
    Assign,
    Attend,
    Close,
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
    Withdraw,
)
from pathways.journey.state import Appointment, Task
from pathways.scenarios.course import Asked, Clock, Course, Sent, Trouble, day_of
from pathways.scenarios.scenario import Happening, Scenario
from pathways.scenarios.world import Answers, answer
from pathways.spans import Span

Calendars = Callable[[str, int], CalendarTable]
"""Zone and the first day (since 1970-01-01) -> the patient's calendar."""
SOMEBODY = "somebody"
MOST_DECISIONS = 20_000
"""Of one scenario: far above years of care; beyond it the pathway runs in a circle."""
UNANSWERED = ("partial", "go-on")
"""Outcomes of a task that is closed without all that it asks for."""
UNASKED = ("verify-death",)
"""Kinds of tasks that ``all-done`` leaves alone: the scenario must say how they end."""


class Site(Struct, frozen=True):
    """What scenarios run against."""

    pathways: Mapping[str, tuple[str, CompiledPathway]]
    """id -> (digest, compiled)."""
    calendars: Calendars

    def with_pathway(self, digest: str, pathway: CompiledPathway) -> Site:
        """The same site with another version of one pathway."""
        changed = {**self.pathways, pathway.pathway: (digest, pathway)}
        return Site(changed, self.calendars)


class _Stuck(Exception):
    """A line cannot be played."""


def play(scenario: Scenario, site: Site) -> Course:
    """Play a scenario. Never raises for what a scenario or a pathway may say: what cannot be
    played is a ``Trouble`` of the course."""
    return _Player(scenario, site).play()


class _Player:
    def __init__(self, scenario: Scenario, site: Site) -> None:
        self._scenario = scenario
        self._site = site
        first = day_of(scenario.start[:10])
        calendar = site.calendars(scenario.patient.zone, first)
        hours, minutes = int(scenario.start[11:13]), int(scenario.start[14:16])
        self._now = instant(calendar, first, hours * 3600 + minutes * 60)
        self._clock = Clock(calendar, first)
        library = dict(site.pathways.values())
        self._course = Course(calendar, self._now, library, end=self._now)
        self._journey = new_journey("j")
        self._commands = 0
        self._slots: dict[str, Span | None] = dict(scenario.slots)
        self._moved: CalendarTable | None = None

    def play(self) -> Course:
        line = self._scenario.line
        try:
            for pathway in self._scenario.pathways:
                self._enroll(pathway, line)
            for happening in self._scenario.course:
                line = happening.line
                self._happen(happening)
        except _Stuck as stuck:
            self._course.troubles.append(Trouble(line, str(stuck)))
        except KernelError as error:
            self._course.troubles.append(Trouble(line, f"The journey cannot go on: {error}"))
        self._course.end = self._now
        return self._course

    # -- the lines -------------------------------------------------------------------------

    def _happen(self, one: Happening) -> None:
        if one.deed == "until" and one.until is not None:
            end = self._reach(self._clock.of(one.until, self._now))
            self._pass(end, one if one.all_done or self._scenario.all_done else None)
            return
        if one.at is not None:
            idle = Happening("until") if self._scenario.all_done else None
            self._pass(self._reach(self._clock.of(one.at, self._now, noon=True)), idle)
        match one.deed:
            case "complete" | "decline" | "vary" | "assign":
                self._on_task(one)
            case "attended" | "missed" | "cancelled":
                self._on_appointment(one)
            case "slots":
                self._slots |= one.slots
            case "undelivered":
                self._undelivered(one)
            case "enroll":
                self._enroll(one.of, one.line)
            case _:
                self._command(self._told(one), one.line)

    def _reach(self, at: int) -> int:
        if at < self._now:
            raise _Stuck(
                f"This lies before the line above: it is {self._clock.say(self._now)} already."
            )
        return at

    def _on_task(self, one: Happening) -> None:
        if one.deed == "decline" and not one.kind:
            held = self._appointment(one, ("requested", "booked"))
            if held is not None:
                actor = Actor(SOMEBODY, one.by or "case-manager")
                reason = one.reason or "declined"
                self._command(Decline(self._id(), actor, held.id, reason, True), one.line)
                return
        task = self._task(one)
        actor = Actor(SOMEBODY, one.by or task.owner)
        reason = one.reason or one.deed
        event: Event
        if one.deed == "complete":
            answers = Answers(one.values, self._scenario.usual, one.answers)
            event = self._complete(task, actor, answers, one.outcome, extra=True)
        elif one.deed == "decline":
            event = Decline(self._id(), actor, task.id, reason, True)
        elif one.deed == "vary":
            event = Vary(self._id(), actor, task.id, reason)
        else:
            event = Assign(self._id(), actor, one.to, task.id)
        self._command(event, one.line)

    def _complete(
        self, task: Task, actor: Actor, answers: Answers, outcome: str, *, extra: bool
    ) -> Complete:
        pathways = self._running()
        if outcome in UNANSWERED:
            said = tuple(Reading(name, value, 0) for name, value in answers.said.items())
            return Complete(self._id(), actor, task.id, outcome, said)
        return Complete(
            self._id(),
            actor,
            task.id,
            outcome,
            answers.readings(task, self._journey, pathways, extra=extra),
            answers.answers(task, pathways),
        )

    def _on_appointment(self, one: Happening) -> None:
        held = self._appointment(one, ("booked",))
        if held is None:
            raise _Stuck(f"No appointment of {one.of} is booked at {self._clock.say(self._now)}.")
        if one.at is None:
            self._pass(max(self._now, held.ends))
        actor = Actor(SOMEBODY, one.by or "coordinator")
        values = one.values
        if one.deed == "attended":
            values = {**self._scenario.results.get(held.service, {}), **values}
        readings = tuple(Reading(name, value, 0) for name, value in values.items())
        # The deed's name is the outcome's.
        self._command(Attend(self._id(), actor, held.id, one.deed, readings), one.line)  # type: ignore[arg-type]

    def _undelivered(self, one: Happening) -> None:
        keys = [s.message.key for s in self._course.sent if s.message.message == one.of]
        key = next((k for k in reversed(keys) if k in self._journey.sent), None)
        if key is None:
            raise _Stuck(f"No message {one.of} was sent by {self._clock.say(self._now)}.")
        self._give(Failed(key, one.reason or "undeliverable"))

    def _told(self, one: Happening) -> Event:
        actor, command, now = Actor(SOMEBODY, one.by or "case-manager"), self._id(), self._now
        match one.deed:
            case "record":
                seen = 0 if one.observed is None else self._clock.of(one.observed, now, noon=True)
                readings = tuple(Reading(n, value, seen) for n, value in one.values.items())
                return Record(command, actor, readings)
            case "event":
                calendar = None
                if one.zone:
                    calendar = self._site.calendars(one.zone, self._clock.first)
                return Report(command, actor, one.of, now, one.verified, calendar)
            case "hold":
                until = None if one.until is None else self._clock.of(one.until, now)
                return Hold(command, actor, one.of, one.pathway, until)
            case "resume":
                return Resume(command, actor, one.pathway)
            case "withdraw":
                return Withdraw(command, actor, one.of, one.pathway)
            case _:
                pathway = one.pathway or self._scenario.pathways[0]
                return Close(command, actor, pathway, one.of, one.reason)

    # -- enrolling -----------------------------------------------------------------------------

    def _enroll(self, pathway: str, line: int) -> None:
        if pathway not in self._site.pathways:
            known = ", ".join(sorted(self._site.pathways))
            raise _Stuck(f'There is no pathway "{pathway}". Known: {known}.')
        digest, _ = self._site.pathways[pathway]
        now = self._now
        readings = tuple(Reading(n, value, now) for n, value in self._scenario.known.items())
        referred = now
        if self._scenario.referred:
            referred = min(
                instant(self._clock.calendar, day_of(self._scenario.referred), 43_200), now
            )
        event = Enroll(
            self._id(),
            Actor(SOMEBODY, "case-manager"),
            pathway,
            digest,
            self._profile(),
            self._clock.calendar,
            referred,
            readings,
        )
        self._command(event, line)

    def _profile(self) -> PatientProfile:
        who = self._scenario.patient
        usual = tuple(
            codes[0]
            for name in self._scenario.pathways
            if name in self._site.pathways
            for codes in (self._site.pathways[name][1].icd10,)
            if codes
        )
        return PatientProfile(
            born=who.born,
            sex=who.sex,
            language=who.language,
            deceased=who.deceased,
            conditions=who.conditions or usual,
            medications=who.medications,
            consent=who.consent,
            caregiver=who.caregiver,
        )

    # -- finding -------------------------------------------------------------------------------

    def _running(self) -> list[CompiledPathway]:
        library = self._course.library
        return [library[e.digest] for e in self._journey.enrollments.values()]

    def _task(self, one: Happening) -> Task:
        fitting = [
            task
            for task in self._journey.tasks.values()
            if any(s.step == one.of and one.pathway in ("", s.pathway) for s in task.sources)
            and one.kind in ("", task.kind)
        ]
        own = [task for task in fitting if not task.about] or fitting
        if own:
            return own[0]
        found = sorted({s.step for task in self._journey.tasks.values() for s in task.sources})
        kind = f" of kind {one.kind}" if one.kind else ""
        raise _Stuck(
            f"No task{kind} of {one.of} is open at {self._clock.say(self._now)}; "
            f"open are: {', '.join(found) or 'none'}."
        )

    def _appointment(self, one: Happening, statuses: tuple[str, ...]) -> Appointment | None:
        return next(
            (
                held
                for held in self._journey.appointments.values()
                if held.status in statuses
                and any(s.step == one.of and one.pathway in ("", s.pathway) for s in held.sources)
            ),
            None,
        )

    # -- time ----------------------------------------------------------------------------------

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
        """At a quarter of the time allowed, in contact hours when that is still in time."""
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
        actor = Actor(SOMEBODY, part.owner)
        self._must(self._complete(part, actor, answers, how, extra=False))

    # -- the kernel ----------------------------------------------------------------------------

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
            raise _Stuck(f"all-done was refused ({found.code}): {found.message}")

    def _give(self, event: Event, at: int | None = None) -> Answer | None:
        self._now = self._now if at is None else at
        if len(self._course.instants) > MOST_DECISIONS:
            raise _Stuck(f"More than {MOST_DECISIONS:,} decisions: does something go in a circle?")
        decision = decide(self._journey, event, self._now, self._course.library)
        self._journey = decision.journey
        course = self._course
        course.instants.append(self._now)
        course.journeys.append(decision.journey)
        if decision.record is not None:
            course.entries += decision.record.entries
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
                self._give(answer(effect, self._now, self._clock.calendar, self._slots))
            else:
                self._give(Done(effect.key))
        return decision.answer


def _left(task: Task, leaving: tuple[str, ...]) -> bool:
    return task.kind in leaving or any(s.step in leaving for s in task.sources)


def _pathway_of(key: str) -> str:
    return key.split("/", 2)[1].split("~", 1)[0]
