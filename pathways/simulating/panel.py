"""One panel of patients and the people who share its work: the loop of the simulation.

The loop decides nothing about care. It says *what is put to whom when* (a ``Move``) and is told
what became of it (``Lived``); the kernel, or a journey on a real server, decides everything in
between. What the moves are follows from the seed and from what it was told, so that the same
patient gives the same course wherever they live.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from heapq import heappop, heappush

from pathways.calendar.table import instant, local_day, local_seconds
from pathways.journey.decide import head, new_journey
from pathways.journey.effects import Book, Cancel, TaskRow
from pathways.journey.events import Done, Enroll, Event, Failed, Tick
from pathways.journey.prepared import nominal_seconds
from pathways.journey.state import Journey
from pathways.simulating import happenings, requests
from pathways.simulating.answering import DAY, Character
from pathways.simulating.behaviour import Behaviour, together
from pathways.simulating.chance import Chance
from pathways.simulating.plan import Course, Lived, Move, Plan
from pathways.simulating.slots import Schedule
from pathways.simulating.tally import WEEK, Tally, closed, take
from pathways.simulating.team import OUTSIDE, Patient, Team

HOUR = 3600
NOON = 12 * HOUR
_TICK, _REST = 0, 1
"""At one instant, what is due comes before what people do."""


class Panel:
    """One panel. ``life`` may be run once."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.number = number
        self.now = plan.start
        self.tally = Tally(plan.weeks)
        self._size = min(plan.staffing.panel, plan.patients - number * plan.staffing.panel)
        self._schedule = Schedule(plan.offers, plan.calendar)
        self._team = Team(plan.staffing, plan.calendar, plan.start, plan.end, self.tally)
        self._agenda: list[tuple[int, int, int, str, str, str]] = []
        """(at, order within the instant, order of making, what, patient, reference)."""
        self._made = 0
        self._patients: dict[str, Patient] = {}
        behaviours = [course.behaviour for course in plan.courses]
        self._all = together(behaviours)

    def life(self) -> Generator[Move, Lived, None]:
        """Every move until the end, in order of time; each is answered with what became of it."""
        self._open()
        plan = self.plan
        while self._agenda and self._agenda[0][0] <= plan.end:
            self.now, _, _, what, who, ref = heappop(self._agenda)
            patient = self._patients.get(who)
            match what:
                case "tick":
                    if patient is not None and patient.tick == self.now:
                        patient.tick = 0
                        yield from self._give(patient, Tick())
                case "enroll":
                    yield from self._enroll(who, int(ref))
                case "noon":
                    self._count_waiting()
                case "shift":
                    self._team.queues[ref].wakes = False
                    self._serve(ref)
                case "worked" if patient is None:
                    self._serve(self._team.release(ref))
                case _ if patient is None:
                    pass
                case "worked":
                    yield from self._worked(patient, ref)
                case "visit":
                    event = self._team.after_visit(patient, ref, self.now)
                    if event is not None:
                        yield from self._give(patient, event)
                case "payer":
                    event = requests.said(patient, ref, self.now, self.tally)
                    if event is not None:
                        yield from self._give(patient, event)
                case "again":
                    self._queue(patient, ref)
                case "reads":
                    yield from self._read(patient, ref)
                case "happens" | "follows":
                    yield from self._happen(patient, what, ref)
        self._close()

    # -- the agenda ----------------------------------------------------------------------------

    def _at(self, instant_: int, what: str, who: str = "", ref: str = "") -> None:
        self._made += 1
        order = _TICK if what == "tick" else _REST
        heappush(self._agenda, (max(instant_, self.now), order, self._made, what, who, ref))

    def _open(self) -> None:
        """Referrals over the first weeks, and a count at noon of every day."""
        plan, calendar = self.plan, self.plan.calendar
        for place in range(self._size):
            chance = Chance(plan.seed, self.number, place)
            over = nominal_seconds(self._behaviour(place).arrivals.over)
            at = plan.start + int(over * (place + chance.share("referred")) / self._size)
            self._at(self._office(at), "enroll", self._name(place, 0), str(place))
        for day in range(local_day(calendar, plan.start), local_day(calendar, plan.end) + 1):
            noon = instant(calendar, day, NOON)
            if plan.start <= noon <= plan.end:
                self._at(noon, "noon")

    def _office(self, at: int) -> int:
        """Referrals are made in office hours; what would come at night comes in the morning."""
        calendar = self.plan.calendar
        second = local_seconds(calendar, at)
        if calendar.office_from <= second < calendar.office_until:
            return at
        day = local_day(calendar, at) + (second >= calendar.office_until)
        return instant(calendar, day, calendar.office_from) + at % HOUR

    def _name(self, place: int, generation: int) -> str:
        return f"{self.number}-{place}-{generation}"

    def _courses(self, place: int) -> tuple[Course, ...]:
        courses = self.plan.courses
        if self.plan.together:
            return courses
        return (courses[(self.number * self.plan.staffing.panel + place) % len(courses)],)

    def _behaviour(self, place: int) -> Behaviour:
        courses = self._courses(place)
        return self._all if len(courses) > 1 else courses[0].behaviour

    # -- patients ------------------------------------------------------------------------------

    def _enroll(self, who: str, place: int) -> Generator[Move, Lived, None]:
        courses = self._courses(place)
        character = Character(
            self.plan.seed,
            who,
            self._behaviour(place),
            tuple(course.pathway for course in courses),
            self.plan.calendar,
        )
        patient = Patient(character, place, new_journey(who))
        self._patients[who] = patient
        profile = character.profile(self.now, _conditions(character, courses))
        for course in courses:
            enroll = Enroll(
                patient.command(),
                OUTSIDE,
                course.pathway.pathway,
                course.digest,
                profile,
                self.plan.calendar,
                self.now,
            )
            yield from self._give(patient, enroll)
            if patient.gone:
                return
        character.since = patient.since = self.now
        self.tally.patients += 1
        self._plan(patient, happenings.at_first(patient, self.now))

    def _give(self, patient: Patient, event: Event) -> Generator[Move, Lived, None]:
        """Put an event to the patient's journey, and look at what came of it."""
        before = patient.journey
        events: deque[Event] = deque((event,))
        while events:
            lived = yield Move(patient.character.id, events.popleft(), self.now)
            patient.journey = lived.journey
            self.tally.decisions += 1
            if lived.record is not None:
                take(self.tally, lived.record, self.plan.start)
            for effect in lived.effects:
                events.append(self._carried_out(patient, effect))
        self._look(patient, before)

    def _carried_out(self, patient: Patient, effect: Book | Cancel) -> Event:
        who = patient.character.id
        if isinstance(effect, Cancel):
            self._schedule.cancel(who, effect.appointment)
            return Done(effect.key)
        slot = self._schedule.book(who, effect)
        if slot is None:
            return Failed(effect.key, f'No slot of "{effect.service}" is free in the time allowed.')
        return Done(effect.key, slot)

    def _look(self, patient: Patient, before: Journey) -> None:
        """What the team and the agenda must know of the journey as it now stands."""
        journey = patient.journey
        if journey.status == "closed":
            self._leave(patient)
            return
        if journey.tasks is not before.tasks or patient.parked:
            for role in self._team.see(patient, self.now):
                self._serve(role)
            self._drain()
        if journey.appointments is not before.appointments:
            for at, appointment in self._team.visits(patient, self.now):
                self._at(at, "visit", patient.character.id, appointment)
        if journey.reviews and (
            journey.reviews is not before.reviews or journey.tasks is not before.tasks
        ):
            for at, ref in requests.planned(patient, self.now, self.plan.calendar):
                self._at(at, "payer", patient.character.id, ref)
        due = head(journey)
        if due is not None and due != patient.tick:
            patient.tick = max(due, self.now)
            self._at(patient.tick, "tick", patient.character.id)

    def _leave(self, patient: Patient) -> None:
        """The journey has closed; after a while somebody else is referred in their place."""
        if patient.gone:
            return
        patient.gone = True
        self.tally.seconds += self.now - patient.since if patient.since else 0
        who, arrivals = patient.character.id, patient.character.behaviour.arrivals
        self._team.forget(patient)
        number, place, generation = who.split("-")
        wait = patient.character.chance.wait(arrivals.replaced * DAY, "replaced")
        name = f"{number}-{place}-{int(generation) + 1}"
        self._at(self._office(self.now + int(wait) + DAY), "enroll", name, place)
        del self._patients[who]

    # -- what happens to them ------------------------------------------------------------------

    def _read(self, patient: Patient, ref: str) -> Generator[Move, Lived, None]:
        self._plan(patient, happenings.next_reading(patient, ref))
        event = happenings.reading(patient, ref, self.now)
        if event is not None:
            yield from self._give(patient, event)

    def _happen(self, patient: Patient, what: str, ref: str) -> Generator[Move, Lived, None]:
        self._plan(patient, happenings.after(patient, what, ref, self.now))
        report = happenings.report(patient, what, ref, self.now)
        self.tally.count(f"event/{report.event}")
        yield from self._give(patient, report)

    def _plan(self, patient: Patient, planned: Iterable[happenings.Planned]) -> None:
        for at, what, ref in planned:
            self._at(at, what, patient.character.id, ref)

    # -- the team's work -----------------------------------------------------------------------

    def _queue(self, patient: Patient, task: str) -> None:
        role = self._team.queue(patient, task)
        if role:
            self._serve(role)

    def _serve(self, role: str) -> None:
        """Whoever is free takes what is next; out of hours it waits for the next shift."""
        for at, who, ref in self._team.serve(role, self.now, self._patients):
            self._at(at, "worked", who, ref)
        opening = self._team.opening(role, self.now)
        if opening is not None:
            self._at(opening, "shift", ref=role)

    def _drain(self) -> None:
        """Urgent work that was begun at once."""
        for at, who, ref in self._team.begun():
            self._at(at, "worked", who, ref)

    def _worked(self, patient: Patient, ref: str) -> Generator[Move, Lived, None]:
        role, again, event = self._team.worked(patient, ref, self.now)
        if again is not None:
            self._at(again[0], "again", patient.character.id, again[1])
        if event is not None:
            yield from self._give(patient, event)
            again = self._team.try_again(patient, ref)
            if again is not None:
                self._at(again[0], "again", patient.character.id, again[1])
        if role:
            self._serve(role)

    # -- counting ------------------------------------------------------------------------------

    def _count_waiting(self) -> None:
        week = (self.now - self.plan.start) // WEEK
        self.tally.week("noons", week)
        self.tally.week("enrolled", week, len(self._patients))
        for role, number in self._team.open.items():
            self.tally.week(f"waiting/{role}", week, number)

    def _close(self) -> None:
        """What is still open and overdue at the end is late too."""
        end, week = self.plan.end, self.plan.weeks - 1
        for patient in self._patients.values():
            if patient.since:
                self.tally.seconds += end - patient.since
            for task in patient.journey.tasks.values():
                if task.due < end:
                    first = task.sources[0]
                    row = TaskRow(
                        task.id,
                        first.pathway,
                        first.step,
                        first.occurrence,
                        task.kind,
                        task.title,
                        task.owner,
                        "",
                        task.opened,
                        task.due,
                        "open",
                        task.urgency,
                    )
                    closed(self.tally, row, end, week)


def _conditions(character: Character, courses: tuple[Course, ...]) -> tuple[str, ...]:
    """A condition for each pathway: by behaviour, or the first that the pathway is for."""
    found = []
    for course in courses:
        shares = course.behaviour.people.conditions
        if shares:
            found.append(character.chance.one_of(shares, "condition", course.pathway.pathway))
        else:
            found += course.pathway.icd10[:1]
    return tuple(dict.fromkeys(found))
