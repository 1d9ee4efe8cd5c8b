"""The working copy of one decision: copies what it touches, collects what comes out of it.

The journey that went in is never changed. Containers are copied at the first write, their
members at the first edit, so the price of a decision is the price of what it touches.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from copy import copy

from pathways.calendar.table import CalendarTable
from pathways.compiled import CompiledPathway
from pathways.journey.effects import (
    AppointmentRow,
    Book,
    Cancel,
    EnrollmentRow,
    Entry,
    Notify,
    PlanRow,
    TaskRow,
)
from pathways.journey.events import Value
from pathways.journey.lookback.late import Late
from pathways.journey.prepared import Prepared, prepared
from pathways.journey.runs import StageRun, StepRun
from pathways.journey.state import Appointment, Due, Enrollment, Fact, Journey, Source, Task
from pathways.journey.team.rota import Holder, holder_of_urgent, usual_holder
from pathways.journey.versions.migration import Migration
from pathways.journey.view import PatientView

RUNS_ON = ("hold", "reminder", "attendance", "message")
"""Kinds of agenda entries whose clock runs when they are made during a hold."""


class KernelError(RuntimeError):
    """The kernel met a state that it should never reach: a bug, never the user's fault."""


class Draft:
    """One decision under way."""

    def __init__(self, journey: Journey, now: int, library: Mapping[str, CompiledPathway]) -> None:
        self.before = journey
        self.journey: Journey = copy(journey)
        self.now = now
        self.library = library
        self.entries: list[Entry] = []
        self.effects: list[Book | Cancel] = []
        self.messages: list[Notify] = []
        self.retract: list[str] = []
        self.task_rows: dict[str, TaskRow] = {}
        self.appointment_rows: dict[str, AppointmentRow] = {}
        self.enrollment_rows: dict[str, EnrollmentRow] = {}
        self.plan_rows: dict[int, PlanRow] = {}
        self.changed: dict[str, None] = {}
        """Names of values that this decision brought, not yet acted on."""
        self.late: dict[str, Late] = {}
        """Names of values whose past this decision changed, not yet judged again."""
        self.unsettled: dict[str, None] = {}
        """Pathways whose stages may be able to go on."""
        self.touched = False
        """Something changed that leaves no line, row or effect."""
        self.migration: Migration | None = None
        self._ready: dict[str, Prepared] = {}
        self._owned: dict[str, bool] = {}
        self._running: list[Enrollment] | None = None
        """Stands until this decision edits an enrollment."""
        self._agenda: list[Due] | None = None

    # -- reading ---------------------------------------------------------------------

    @property
    def calendar(self) -> CalendarTable:
        calendar = self.journey.calendar
        if calendar is None:
            raise KernelError("A journey without a calendar was asked for a deadline.")
        return calendar

    def ready(self, enrollment: Enrollment) -> Prepared:
        """The enrollment's pathway, ready to run."""
        found = self._ready.get(enrollment.digest)
        if found is None:
            found = self._ready[enrollment.digest] = prepared(enrollment.digest, self.library)
        return found

    def view(self, enrollment: Enrollment) -> PatientView:
        """What conditions of this enrollment see now."""
        return PatientView(self.journey, enrollment, self.ready(enrollment), self.now)

    def running(self) -> list[Enrollment]:
        """Enrollments that are not discharged, in order of enrollment."""
        if self._running is not None and "enrollments" not in self._owned:
            return self._running
        found = [e for e in self.journey.enrollments.values() if e.status != "discharged"]
        self._running = found
        return found

    def holder(self, role: str, *, urgent: bool = False) -> Holder:
        """Who has a role's work now: its own person, or who stands in. What is urgent goes past
        who is not at work, to who is on call."""
        journey = self.journey
        team, absences, plan = journey.team, journey.absences, journey.rota
        if not urgent or plan is None or journey.calendar is None:
            return usual_holder(team, absences, role, self.now)
        table = plan.calendar or journey.calendar
        return holder_of_urgent(team, absences, plan, table, role, self.now)

    # -- writing: what these return may be edited in place ---------------------------------

    def _first(self, name: str) -> bool:
        if name in self._owned:
            return False
        self._owned[name] = True
        return True

    def tasks(self) -> dict[str, Task]:
        if self._first("tasks"):
            self.journey.tasks = dict(self.journey.tasks)
        return self.journey.tasks

    def task(self, task_id: str) -> Task:
        """The task, editable."""
        tasks = self.tasks()
        if self._first(f"task {task_id}"):
            tasks[task_id] = copy(tasks[task_id])
        return tasks[task_id]

    def put_task(self, task: Task) -> None:
        """Add a task made by this decision."""
        self.tasks()[task.id] = task
        self._owned[f"task {task.id}"] = True

    def appointments(self) -> dict[str, Appointment]:
        if self._first("appointments"):
            self.journey.appointments = dict(self.journey.appointments)
        return self.journey.appointments

    def appointment(self, appointment_id: str) -> Appointment:
        """The appointment, editable."""
        appointments = self.appointments()
        if self._first(f"appointment {appointment_id}"):
            appointments[appointment_id] = copy(appointments[appointment_id])
        return appointments[appointment_id]

    def put_appointment(self, appointment: Appointment) -> None:
        """Add an appointment made by this decision."""
        self.appointments()[appointment.id] = appointment
        self._owned[f"appointment {appointment.id}"] = True

    def facts(self) -> dict[str, tuple[Fact, ...]]:
        if self._first("facts"):
            self.journey.facts = dict(self.journey.facts)
        return self.journey.facts

    def enrollments(self) -> dict[str, Enrollment]:
        if self._first("enrollments"):
            self.journey.enrollments = dict(self.journey.enrollments)
        return self.journey.enrollments

    def enrollment(self, pathway: str) -> Enrollment:
        """The enrollment, editable, with its stage runs and all its tables."""
        enrollments = self.enrollments()
        if self._first(f"enrollment {pathway}"):
            mine = copy(enrollments[pathway])
            mine.active = tuple(
                StageRun(r.stage, r.occurrence, r.entered, dict(r.steps), r.late)
                for r in mine.active
            )
            mine.stages_entered = dict(mine.stages_entered)
            mine.counts = dict(mine.counts)
            mine.ends = dict(mine.ends)
            mine.outcomes = dict(mine.outcomes)
            mine.fired = dict(mine.fired)
            mine.goals = dict(mine.goals)
            mine.left = dict(mine.left)
            enrollments[pathway] = mine
        return enrollments[pathway]

    def put_enrollment(self, enrollment: Enrollment) -> None:
        """Add an enrollment made by this decision (or put it in an ended one's place)."""
        self.enrollments()[enrollment.pathway] = enrollment
        self._owned[f"enrollment {enrollment.pathway}"] = True

    def step_run(self, run: StageRun, pathway: str, step: str) -> StepRun:
        """The step's run, editable. ``run`` must belong to an editable enrollment."""
        held = run.steps.get(step)
        if held is None:
            held = run.steps[step] = StepRun()
            self._owned[f"step {pathway} {run.stage} {run.occurrence} {step}"] = True
        elif self._first(f"step {pathway} {run.stage} {run.occurrence} {step}"):
            held = run.steps[step] = copy(held)
        return held

    def serial(self) -> int:
        """The next number of this journey, for ids and the order of the agenda."""
        self.journey.serial += 1
        return self.journey.serial

    # -- the agenda -----------------------------------------------------------------------

    def agenda(self) -> list[Due]:
        if self._agenda is None:
            self._agenda = list(self.journey.agenda)
        return self._agenda

    def at(self, instant: int, kind: str, pathway: str = "", ref: str = "", n: int = 0) -> None:
        """Put something on the agenda. What a hold stops waits for its end, with all the time
        that it has left now."""
        enrollment = self.journey.enrollments.get(pathway)
        if enrollment is not None and enrollment.status == "held" and kind not in RUNS_ON:
            mine = self.enrollment(pathway)
            waited = self.now - mine.held
            mine.paused = (
                *mine.paused,
                Due(instant - waited, self.serial(), kind, pathway, ref, n),
            )
            return
        insort(self.agenda(), Due(instant, self.serial(), kind, pathway, ref, n))

    def set_agenda(self, dates: list[Due]) -> None:
        """Put ``dates``, in order, in the agenda's place."""
        self._agenda = dates

    def drop(self, kind: str, pathway: str = "", ref: str = "") -> None:
        """Take every such entry off the agenda (``ref`` empty: whatever its ref)."""
        self._agenda = [
            due
            for due in self.agenda()
            if due.kind != kind or due.pathway != pathway or (ref and due.ref != ref)
        ]
        enrollment = self.journey.enrollments.get(pathway)
        if enrollment is not None and enrollment.paused:
            self.enrollment(pathway).paused = tuple(
                due for due in enrollment.paused if due.kind != kind or (ref and due.ref != ref)
            )

    def drop_pathway(self, pathway: str) -> list[Due]:
        """Take everything of a pathway off the agenda and return it."""
        taken = [due for due in self.agenda() if due.pathway == pathway]
        self._agenda = [due for due in self.agenda() if due.pathway != pathway]
        return taken

    def next_due(self, until: int) -> Due | None:
        """Take the head of the agenda if it is due by ``until``."""
        agenda = self._agenda if self._agenda is not None else self.journey.agenda
        if not agenda or agenda[0].at > until:
            return None
        return self.agenda().pop(0)

    # -- what comes out ----------------------------------------------------------------------

    def say(
        self,
        kind: str,
        pathway: str = "",
        step: str = "",
        occurrence: int = 0,
        actor: str = "",
        **params: Value | int | None,
    ) -> None:
        """Add a line to the timeline. A parameter that is ``None`` is not said."""
        said = {name: value for name, value in params.items() if value is not None}
        self.entries.append(Entry(self.now, kind, pathway, step, occurrence, actor, said))

    def say_of(
        self, source: Source, kind: str, actor: str = "", **params: Value | int | None
    ) -> None:
        """Add a line about what stands in a pathway at ``source``."""
        self.say(kind, source.pathway, source.step, source.occurrence, actor, **params)

    def unsettle(self, pathway: str) -> None:
        """This pathway's stages may be able to go on."""
        self.unsettled[pathway] = None

    def produced(self) -> bool:
        """Whether anything came of this decision."""
        return bool(
            self.touched
            or self.entries
            or self.effects
            or self.messages
            or self.retract
            or self.task_rows
        )

    def close_agenda(self) -> None:
        """Put the working agenda back into the journey."""
        if self._agenda is not None:
            self.journey.agenda = tuple(self._agenda)
