"""The journey: explicit, serialisable state. Instants are whole seconds since the epoch, UTC.

Values of this module are never changed in place by anyone but ``draft``: ``decide``
copies what it touches, so an old journey stays valid (and equal) after a decision.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from pathways.calendar.table import CalendarTable
from pathways.journey.careplan.planned import (
    Absence,
    Caregiver,
    Copy,
    Fact,
    OwnGoal,
    PlanVersion,
    Verdict,
)
from pathways.journey.effects import Answer, Book, Cancel, Notify
from pathways.journey.events import PatientProfile, Value
from pathways.journey.lookback.past_state import Episode, Spent, Stay, Struck
from pathways.journey.runs import StageRun, StepRun
from pathways.journey.team.rota import Rota
from pathways.medicines.reconciliation import Reconciliation
from pathways.medicines.rules import Medicine
from pathways.orders import Order
from pathways.review.cover import Cover
from pathways.review.record import ReviewRun
from pathways.undone import Contact

FORMAT = 1

__all__ = [
    "FORMAT",
    "Appointment",
    "Due",
    "Enrollment",
    "Fact",
    "Journey",
    "Share",
    "Source",
    "Task",
]


class Due(Struct, frozen=True, array_like=True, order=True):
    """An agenda entry. Ordered by ``at``, then by the order in which it was made."""

    at: int
    seq: int
    kind: str
    """start, recur, task, stage, reminder, attendance, wait, monitor, reevaluate, hold, goal,
    message, review (a clock of a payer, of no pathway: no hold stops it)."""
    pathway: str = ""
    ref: str = ""
    """Step id, stage id, task id or appointment id, by kind."""
    n: int = 0


class Enrollment(Struct, omit_defaults=True):
    pathway: str
    version: str
    digest: str
    enrolled: int
    referred: int
    active: tuple[StageRun, ...] = ()
    """One stage, or a follow-up stage and the reevaluation beside it."""
    stages_entered: dict[str, int] = field(default_factory=dict)
    """stage -> how often entered."""
    counts: dict[str, int] = field(default_factory=dict)
    """step or rule -> occurrences ever, so that keys never repeat."""
    ends: dict[str, str] = field(default_factory=dict)
    """step -> how its last occurrence ended (done, declined ...), over all stages."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """step -> outcome reported for its last occurrence."""
    fired: dict[str, int] = field(default_factory=dict)
    """rule -> instant of its last firing."""
    goals: dict[str, str] = field(default_factory=dict)
    """goal -> met, not-met or unknown."""
    plan: int = 0
    """The newest version of the care plan made for it."""
    plan_status: Literal["", "draft", "in-review", "approved", "rejected", "superseded"] = ""
    """Of that version."""
    status: Literal["active", "held", "discharged"] = "active"
    held: int = 0
    held_for: str = ""
    paused: tuple[Due, ...] = ()
    """Agenda entries taken out by a hold."""
    disposition: str = ""
    ended: int = 0
    passage: Passage | None = None
    since: int = 0
    """The discharge that a new episode counts from: what must be asked anew and was observed
    before does not count."""
    plan_in_force: int = 0
    """The approved version that counts; 0: none, then only what is for safety runs (X9)."""
    rejections: int = 0
    """Versions rejected since one was last approved."""
    revising: str = ""
    """The stage in which a rejected version is being revised."""
    disabled: tuple[str, ...] = ()
    """Steps that a rejection took out of the plan (X9)."""
    verdicts: tuple[Verdict, ...] = ()
    """Of reviews by several approvers that are not decided yet."""
    copies: tuple[Copy, ...] = ()
    """Messages that told of versions of the plan, the recent ones."""
    referrer: str = ""
    """Who referred first, as the answer to them needs it."""
    left: dict[str, int] = field(default_factory=dict)
    """Stage id -> when it was last left, of those that a reevaluation counts from."""
    misses: dict[str, int] = field(default_factory=dict)
    """Rule -> appointments of it that were missed in a row; a step's are in its run."""


class Passage(Struct, frozen=True, omit_defaults=True):
    """The latest migration of an enrollment: what going back needs."""

    migration: str
    at: int
    origin: str
    """Digest of the version that it was on."""
    stages: dict[str, str] = field(default_factory=dict)
    """New name -> old one, where they differ; so ``steps``."""
    steps: dict[str, str] = field(default_factory=dict)
    left: dict[str, StepRun] = field(default_factory=dict)
    """Runs of steps that the new version does not have there, but for the open ones; by old
    name."""
    dates: tuple[Due, ...] = ()
    """Their dates."""
    entered: tuple[int, ...] = ()
    """When the stages that were active had been entered: they are of use while those last."""


class Source(Struct, frozen=True, array_like=True):
    """Which step (or rule) of which enrollment a task or an appointment serves."""

    pathway: str
    stage: str
    """Empty for a rule's task or one of the journey itself."""
    step: str
    occurrence: int


class Task(Struct, omit_defaults=True):
    """An open task. Closed ones leave the state; the record keeps them."""

    id: str
    kind: str
    title: str
    owner: str
    opened: int
    due: int
    sources: tuple[Source, ...]
    """The first is what it was opened for; more were merged into it."""
    urgency: str = ""
    same: str = ""
    collect: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    supervisor: str = ""
    level: int = 0
    overdue: int = 0
    """Index of the next ``Overdue`` of the step that opened it."""
    escalated: tuple[str, ...] = ()
    """Roles it was escalated to; they may close it too."""
    about: str = ""
    """What it is about when not a step: an effect key, an appointment id, a step id."""
    contact: Contact = ""
    """Whom its step reaches; empty: nobody, or the task is the kernel's own."""
    attempts: tuple[int, ...] = ()
    """Instants of the attempts that reached nobody and count (X1), in order."""
    again: int = 0
    """When it should be tried again at the earliest; 0: at once."""
    era: int = 0
    """How often its chain of reminders began anew, by a migration: keys never repeat (I2)."""
    blocked: str = ""
    """Why it must wait for a physician's decision (its clock stands still); empty: it need not."""
    blocked_at: int = 0
    flags: tuple[str, ...] = ()
    """``safety-critical``: a step that it serves is."""
    seat: str = ""
    """The role whose verdict it asks for, when several approve a plan."""
    holder: str = ""
    """Urgent, with a rota: who was told of it last; empty: who is there without one."""
    channels: tuple[str, ...] = ()
    """By which way each of the ``attempts`` was made; empty: not said."""
    packet: tuple[str, ...] = ()
    """Sections that the packet must have (``pathways.packet``)."""
    handed: int = 0
    """How often somebody was told that this urgent work is theirs now: keys never repeat (I2)."""


class Appointment(Struct, omit_defaults=True):
    """A requested or booked appointment."""

    id: str
    service: str
    sources: tuple[Source, ...]
    requested: int
    status: Literal["requested", "booked", "cancelling"] = "requested"
    starts: int = 0
    ends: int = 0
    provider: str = ""
    same: str = ""


class Share(Struct, frozen=True, array_like=True):
    """When something that pathways share was last done, and for which pathway."""

    at: int
    pathway: str


class Standing(Struct, frozen=True, array_like=True):
    """An order that is open: its step or task is under way, or what was said still holds."""

    order: Order
    source: Source
    since: int
    until: int = 0
    """When it lapses; 0: with what carries it, -1: with the enrollment."""
    blocked: int = 0
    """Since when nothing carries it, because a physician has to decide; 0: it is carried."""
    patientward: bool = False
    """Whether it is told to the patient or the caregiver."""
    reason: str = ""


class Ruling(Struct, frozen=True, omit_defaults=True):
    """Orders that contradict each other: a physician's task, or the hold that they decided on."""

    on: str
    task: str
    sides: tuple[Standing, ...]
    """Whoever asked, until the enrollment ends, whether or not their work is still open."""
    chosen: str = ""
    """Empty: not decided yet. Else ``hold`` or ``stop``, in force until it is cleared."""


class Journey(Struct, omit_defaults=True):
    """One patient's whole course."""

    id: str
    format: int = FORMAT
    revision: int = 0
    now: int = 0
    """The latest instant decided at; time never runs backwards in a journey."""
    status: Literal["new", "active", "held", "closing", "closed"] = "new"
    patient: PatientProfile | None = None
    calendar: CalendarTable | None = None
    team: dict[str, str] = field(default_factory=dict)
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    """element -> readings, newest observation first, at most ``keep``."""
    enrollments: dict[str, Enrollment] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    agenda: tuple[Due, ...] = ()
    """Sorted; the head is what the shell's one timer waits for."""
    outstanding: dict[str, Book | Cancel] = field(default_factory=dict)
    """Effects asked for and not yet answered, in order."""
    sent: dict[str, str] = field(default_factory=dict)
    """Key -> recipient of the recent messages, so that ``stands`` can vouch for them."""
    unsent: dict[str, Notify] = field(default_factory=dict)
    """Messages that wait for contact hours."""
    contacts: dict[str, int] = field(default_factory=dict)
    """local day number -> automated contacts with the patient that day (recent days)."""
    shared: dict[str, Share] = field(default_factory=dict)
    """``same`` -> when it was last done."""
    serial: int = 0
    """Source of task, appointment and agenda numbers."""
    hospital: int = 0
    """Instant of the admission, while the patient is in hospital."""
    frozen: bool = False
    """Death is reported and not yet verified: nothing goes to the patient (X6)."""
    silent: bool = False
    """Consent to automated contact is withdrawn (X4)."""
    unanswered: tuple[str, ...] = ()
    """``recipient/message`` of the letters to who could not be reached, since they last were."""
    held: int = 0
    applied: dict[str, Answer] = field(default_factory=dict)
    """Command id -> first answer, the recent ones."""
    applied_before: dict[str, Answer] = field(default_factory=dict)
    """Older ones; moved over in bulk so that a decision copies only the recent."""
    applied_long_ago: str = ""
    """The oldest, 12 characters each: 11 of the id's hash, then ``a`` or ``r``."""
    orders: dict[str, Standing] = field(default_factory=dict)
    """``pathway/stage/step/occurrence`` -> what it orders."""
    rulings: dict[str, Ruling] = field(default_factory=dict)
    """Thing -> what a physician has to decide about it, or has held."""
    written: dict[str, int] = field(default_factory=dict)
    """local day number -> messages of that day that the contact budget counts."""
    spoken: tuple[int, ...] = ()
    """Local day numbers on which a person spoke with the patient or caregiver."""
    medicines: tuple[Medicine, ...] = ()
    """The one medication list of all pathways: what is taken, and what was stopped lately."""
    medicine_alerts: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Rule and medicines -> when they were last alerted of, and at which doses."""
    minutes: dict[str, Spent] = field(default_factory=dict)
    """Entry id -> minutes of care management, of the recent months."""
    reviews: dict[str, ReviewRun] = field(default_factory=dict)
    """Requests for authorization, in the order in which they were opened."""
    struck: dict[str, tuple[Struck, ...]] = field(default_factory=dict)
    """element -> readings that were corrected or retracted, latest first (``striking.KEPT``)."""
    stays: tuple[Stay, ...] = ()
    """Hospital stays, in order of time (``stays.KEPT``)."""
    episodes: tuple[Episode, ...] = ()
    """Of the pathways that declare them, in order (``episodes.KEPT``)."""
    plans: tuple[PlanVersion, ...] = ()
    """Versions of the care plan, oldest first, the recent ones."""
    own_goals: dict[str, OwnGoal] = field(default_factory=dict)
    """The patient's own goals, by id."""
    caregiver: Caregiver | None = None
    """The second subject, with consent and facts of her own."""
    absences: tuple[Absence, ...] = ()
    """Of people of the care team, that have begun or will; one a person."""
    died: int = 0
    """Instant of the death that is verified or reported."""
    covers: tuple[Cover, ...] = ()
    """Who pays from when on, in order; none: nothing but ``patient.payer`` was ever said."""
    rota: Rota | None = None
    """When people work, and who is on call; none: everybody is taken to be there."""
    medicine_values: dict[str, tuple[tuple[str, Value], ...]] = field(default_factory=dict)
    """Rule and medicines -> the values that were known when they were last alerted of."""

    reconciliation: Reconciliation | None = None
    """The latest one that came with a list: each line, and what was decided about it."""

    def readings(self, name: str) -> tuple[Fact, ...]:
        """What is kept of a value, newest first, whosever it is."""
        hers = () if self.caregiver is None else self.caregiver.facts.get(name, ())
        return self.facts.get(name) or hers
