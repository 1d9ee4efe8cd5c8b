"""The people of a panel at work: which task is next, how long it takes, and how it is closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pathways.calendar.table import CalendarTable, later
from pathways.journey.events import Actor, Attend, Complete, Decline, Event, Review, Vary
from pathways.journey.state import Appointment, Journey, Task
from pathways.journey.tasks import RUNS_ON
from pathways.packet import whole
from pathways.review.record import ReviewRun
from pathways.simulating import payers
from pathways.simulating.answering import Character
from pathways.simulating.behaviour import Paying
from pathways.simulating.queues import Queue, WorkingTime
from pathways.simulating.staffing import Hours, Prices, Staffing
from pathways.simulating.tally import WEEK, Tally
from pathways.undone import UNABLE_TO_REACH

AFTER_VISIT = 2 * 3600
"""Seconds after its end at which an appointment's outcome is recorded."""
OUTSIDE = Actor("simulated-coordinator", "coordinator")


@dataclass
class Patient:
    """A patient of the panel, and what the team has seen of them."""

    character: Character
    place: int
    journey: Journey
    since: int = 0
    """Instant of the enrollment."""
    tick: int = 0
    """The agenda's head that the loop has noted."""
    gone: bool = False
    levels: dict[str, int] = field(default_factory=dict)
    """task -> escalations seen."""
    owners: dict[str, str] = field(default_factory=dict)
    """open task -> owner it is counted with."""
    busy: dict[str, str] = field(default_factory=dict)
    """task -> role that works on it."""
    calls: dict[str, int] = field(default_factory=dict)
    """task -> calls made."""
    parked: list[str] = field(default_factory=list)
    """Tasks that wait for the end of a hold."""
    visits: dict[str, None] = field(default_factory=dict)
    """Appointments that are planned for."""
    reviews: dict[str, int] = field(default_factory=dict)
    """review -> how far it had come when its next move was planned."""
    commands: int = 0

    def command(self) -> str:
        """The next command id."""
        self.commands += 1
        return f"{self.character.id}-{self.commands}"

    def held(self, task: Task) -> bool:
        """Whether every pathway that wants the task is on hold: then it waits."""
        if task.kind in RUNS_ON:
            return False
        enrollments = self.journey.enrollments
        return all(enrollments[s.pathway].status == "held" for s in task.sources)


class Team:
    """The queues of all roles of one panel."""

    def __init__(
        self, staffing: Staffing, calendar: CalendarTable, start: int, end: int, tally: Tally
    ) -> None:
        self._staffing = staffing
        self._calendar = calendar
        self._start = start
        self._end = end
        self._tally = tally
        self._prices = Prices(staffing)
        self._urgent: dict[str, float] = {line.response: line.within for line in staffing.urgent}
        self._times: dict[Hours, WorkingTime] = {}
        self.queues: dict[str, Queue] = {}
        self.open: dict[str, int] = {}
        """role -> its open tasks."""
        self._begun: list[tuple[int, str, str]] = []

    def _queue_of(self, role: str) -> Queue:
        found = self.queues.get(role)
        if found is None:
            people = self._staffing.role(role)
            time = self._times.get(people.hours)
            if time is None:
                time = WorkingTime(people.hours, self._calendar, self._start, self._end)
                self._times[people.hours] = time
            found = self.queues[role] = Queue(people, time)
        return found

    # -- seeing what there is to do ------------------------------------------------------------

    def see(self, patient: Patient, now: int) -> list[str]:
        """Take up new tasks and escalations of a patient; the roles that have something new."""
        tasks, roles = patient.journey.tasks, []
        for task in tasks.values():
            level = patient.levels.get(task.id)
            if level is None:
                patient.levels[task.id] = 0
                self._count(patient, task)
                roles += self._take_up(patient, task, task.owner, now)
                level = 0
            if task.level > level:
                patient.levels[task.id] = task.level
                roles += self._escalated(patient, task, now)
        for name in [name for name in patient.owners if name not in tasks]:
            self.open[patient.owners.pop(name)] -= 1
        if patient.parked:
            roles += self._unpark(patient)
        return list(dict.fromkeys(roles))

    def _count(self, patient: Patient, task: Task) -> None:
        patient.owners[task.id] = task.owner
        self.open[task.owner] = self.open.get(task.owner, 0) + 1

    def _take_up(self, patient: Patient, task: Task, role: str, now: int) -> list[str]:
        within = self._urgent.get(task.urgency) if task.urgency else None
        if within is None:
            self._queue_of(role).add(patient.character.id, task)
            return [role]
        price = self._prices.of(task.kind, task.sources[0].step)
        begins = now + int(60 * patient.character.chance.wait(within, "urgent", task.id))
        work = round(price.minutes * 60)
        queue = self._queue_of(role)
        queue.debt += work
        self._work(role, begins, work)
        patient.busy[task.id] = role
        # The response class is about when the patient is answered, not when all is done.
        self._begun.append((begins, patient.character.id, f"{role} -1 {task.id} yes"))
        return []

    def begun(self) -> list[tuple[int, str, str]]:
        """(when done, patient, reference) of urgent work begun since the last call."""
        begun, self._begun = self._begun, []
        return begun

    def _escalated(self, patient: Patient, task: Task, now: int) -> list[str]:
        """Who is told looks into it, and may do it: it waits in their queue too."""
        if not task.escalated:
            return []
        role = task.escalated[-1]
        spent = self._staffing.escalation * 60
        self._queue_of(role).debt += spent
        self._work(role, now, round(spent))
        if len(task.escalated) < task.level or task.id in patient.busy:
            return []
        self._queue_of(role).add(patient.character.id, task)
        return [role]

    def _unpark(self, patient: Patient) -> list[str]:
        roles = []
        for name in list(patient.parked):
            task = patient.journey.tasks.get(name)
            if task is None:
                patient.parked.remove(name)
            elif not patient.held(task):
                patient.parked.remove(name)
                self._queue_of(task.owner).add(patient.character.id, task)
                roles.append(task.owner)
        return roles

    def queue(self, patient: Patient, name: str) -> str:
        """A call is to be tried again: the task waits once more. The role, if it is still open."""
        task = patient.journey.tasks.get(name)
        if task is None or name in patient.busy:
            return ""
        self._queue_of(task.owner).add(patient.character.id, task)
        return task.owner

    def forget(self, patient: Patient) -> None:
        """The patient has left: their tasks are nobody's any more."""
        for role in patient.owners.values():
            self.open[role] -= 1
        patient.owners.clear()

    # -- doing it ------------------------------------------------------------------------------

    def serve(
        self, role: str, now: int, patients: Mapping[str, Patient]
    ) -> Iterator[tuple[int, str, str]]:
        """(when done, patient, reference) of every task that is begun now."""
        queue = self._queue_of(role)
        while queue.can_start() and queue.time.is_open(now):
            who, name = queue.take() or ("", "")
            patient = patients.get(who)
            task = None if patient is None else patient.journey.tasks.get(name)
            if patient is None or task is None or name in patient.busy or name in patient.parked:
                continue
            if patient.held(task):
                patient.parked.append(name)
                continue
            if now < task.again:
                continue  # somebody tried today already; it is queued again for its time
            price = self._prices.of(task.kind, task.sources[0].step)
            call = patient.calls.get(name, 0) + 1
            reached = not price.contact or patient.character.picks_up(
                task.sources[0].step, name, call
            )
            work = round(60 * (price.minutes if reached else self._staffing.attempt))
            person, done = queue.start(now, work)
            self._work(role, now, work)
            patient.busy[name] = role
            yield done, who, f"{role} {person} {name} {'yes' if reached else 'no'}"

    def opening(self, role: str, now: int) -> int | None:
        """The next shift's opening, if work waits for it and nobody has noted it yet."""
        queue = self._queue_of(role)
        if queue.wakes or not len(queue) or not queue.staffed or queue.time.is_open(now):
            return None
        queue.wakes = True
        return queue.time.next_opening(now)

    def release(self, ref: str) -> str:
        """Whoever did this piece of work is free again. The role."""
        role, person, _, _ = ref.split(" ")
        if int(person) >= 0:
            self.queues[role].free(int(person))
        return role

    def worked(
        self, patient: Patient, ref: str, now: int
    ) -> tuple[str, tuple[int, str] | None, Event | None]:
        """Work on a task is over: the role that is free, when a call is tried again, and what
        goes to the journey."""
        role = self.release(ref)
        _, _, name, reached = ref.split(" ")
        patient.busy.pop(name, None)
        task = patient.journey.tasks.get(name)
        if task is None:
            return role, None, None
        if reached == "no":
            attempts = patient.character.behaviour.attempts
            made = patient.calls[name] = patient.calls.get(name, 0) + 1
            self._tally.week("contacts/unanswered", self._week(now))
            if task.contact:
                actor = Actor(f"simulated-{role}", role)
                return role, None, Complete(patient.command(), actor, name, UNABLE_TO_REACH)
            if made < attempts.most:
                return role, (later(self._calendar, now, attempts.again), name), None
            return role, None, self._unreached(patient, task, role, made)
        if self._prices.of(task.kind, task.sources[0].step).contact:
            self._tally.week("contacts/calls", self._week(now))
        return role, None, self._close(patient, task, role, now)

    def try_again(self, patient: Patient, ref: str) -> tuple[int, str] | None:
        """After an attempt that reached nobody: when the task is queued again, if the pathway has
        it tried again."""
        _, _, name, reached = ref.split(" ")
        if reached != "no" or patient.gone:
            return None
        task = patient.journey.tasks.get(name)
        return (task.again, name) if task is not None and task.attempts else None

    def _unreached(self, patient: Patient, task: Task, role: str, made: int) -> Event:
        actor = Actor(f"simulated-{role}", role)
        self._tally.count("unreached")
        if UNABLE_TO_REACH in task.outcomes:
            return Complete(patient.command(), actor, task.id, UNABLE_TO_REACH)
        return Vary(patient.command(), actor, task.id, f"not reached in {made} calls")

    def _close(self, patient: Patient, task: Task, role: str, now: int) -> Event | None:
        character, step = patient.character, task.sources[0].step
        actor = Actor(f"simulated-{role}", role)
        run = patient.journey.reviews.get(task.about)
        lines = character.behaviour.payers
        if task.kind == "authorize":
            asked = payers.to_submit(patient.journey, task, lines, character.by_id)
            if asked is not None:  # the payer decides; who looks into it meanwhile can only wait
                draft = asked.state == "draft"
                return Review(patient.command(), actor, "submitted", asked.id) if draft else None
        price = self._prices.of(task.kind, step)
        if price.contact and not task.about and character.declines(step, task.id):
            return Decline(
                patient.command(), actor, task.id, "does not want it now", risk_explained=True
            )
        return Complete(
            patient.command(),
            actor,
            task.id,
            payers.outcome_of(task, run, _line(run, lines), character.chance)
            or character.outcome(step, task.outcomes, task.id),
            tuple(character.reading(value, now, task.id) for value in task.collect),
            {name: character.answers(name, now, task.id) for name in task.instruments},
            packet=whole(task.packet),
        )

    def _work(self, role: str, now: int, seconds: int) -> None:
        self._tally.week(f"work/{role}", self._week(now), seconds)

    def _week(self, now: int) -> int:
        return (now - self._start) // WEEK

    # -- appointments --------------------------------------------------------------------------

    def visits(self, patient: Patient, now: int) -> Iterator[tuple[int, str]]:
        """(when, appointment) of every booking that is new: when its outcome is known."""
        for held in patient.journey.appointments.values():
            if held.status == "booked" and held.id not in patient.visits:
                patient.visits[held.id] = None
                yield _outcome_known(patient.character, held, now), held.id

    def after_visit(self, patient: Patient, name: str, now: int) -> Event | None:
        """How an appointment ended, if it still stands."""
        held = patient.journey.appointments.get(name)
        if held is None or held.status != "booked":
            return None
        character, step = patient.character, held.sources[0].step
        if character.declines(step, name):
            return Decline(
                patient.command(), OUTSIDE, name, "does not want it now", risk_explained=True
            )
        if now < held.ends:
            return Attend(patient.command(), OUTSIDE, name, "cancelled")
        if patient.journey.hospital or character.visit(held.service, name) == "missed":
            return Attend(patient.command(), OUTSIDE, name, "missed")
        return Attend(
            patient.command(),
            OUTSIDE,
            name,
            "attended",
            tuple(character.reading(v, now, name) for v in character.results(held.service)),
        )


def _line(run: ReviewRun | None, lines: tuple[Paying, ...]) -> Paying | None:
    return None if run is None else payers.paying(lines, run.service)


def _outcome_known(character: Character, held: Appointment, now: int) -> int:
    """Who declines or cancels says so some time before; otherwise it shows afterwards."""
    early = character.declines(held.sources[0].step, held.id) or (
        character.visit(held.service, held.id) == "cancelled"
    )
    if early and held.starts > now + 3600:
        return now + int((held.starts - now) * character.chance.share("says", held.id))
    return held.ends + AFTER_VISIT
