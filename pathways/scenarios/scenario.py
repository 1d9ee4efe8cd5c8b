"""A scenario as a value: one patient, what happens to them, and what should come of it.

Made by ``pathways.language.scenarios`` from a file, or by a program; ``writing`` makes a file
of it. ``line`` is the source line of a node (1-based; 0: written nowhere).
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct, field

from pathways.journey.events import Value
from pathways.spans import Span

Deed = Literal[
    "complete",
    "decline",
    "vary",
    "assign",
    "attended",
    "missed",
    "cancelled",
    "record",
    "correct",
    "retract",
    "event",
    "hold",
    "resume",
    "withdraw",
    "close",
    "enroll",
    "refer",
    "match",
    "undelivered",
    "review",
    "slots",
    "until",
]
"""What a line of ``course`` may say. ``until``: time passes."""
Sex = Literal["female", "male", "other", "unknown"]
What = Literal[
    "task",
    "message",
    "appointment",
    "rule",
    "entered",
    "closed",
    "refused",
    "timeline",
    "stage",
    "step",
    "value",
    "goal",
    "review",
    "plan",
    "clock",
    "period",
]
"""What a line of ``expect`` or ``never`` is about."""
DEEDS: tuple[Deed, ...] = get_args(Deed)
WHATS: tuple[What, ...] = get_args(What)
STATES: frozenset[What] = frozenset({"stage", "step", "value", "goal", "review", "plan"})
"""How things stand at a moment; the others happen at one."""
ZONE = "America/New_York"


class Moment(Struct, frozen=True, omit_defaults=True):
    """A local time of the scenario: on day ``day`` (0 is the day of the enrollment), on a
    ``date`` (ISO), or ``after`` the line before by so much. ``seconds`` of the local day;
    ``None`` when no time was said: then it is the day's end, or noon for what people do."""

    day: int = 0
    date: str = ""
    after: Span | None = None
    seconds: int | None = None

    def __str__(self) -> str:
        if self.after is not None:
            return f"+{self.after}" if self.after.unit != "same-day" else "+same day"
        day = self.date or f"day {self.day}"
        if self.seconds is None:
            return day
        hours, rest = divmod(self.seconds, 3600)
        text = f"{day} {hours:02}:{rest // 60:02}"
        return f"{text}:{rest % 60:02}" if rest % 60 else text


class Patient(Struct, frozen=True, omit_defaults=True):
    """Who the patient is, as the record knows it at the enrollment (``events.PatientProfile``)."""

    born: str = "1960-01-01"
    """ISO date."""
    sex: Sex = "unknown"
    language: str = "en"
    zone: str = ZONE
    """IANA name."""
    conditions: tuple[str, ...] = ()
    """ICD-10-CM codes; none: the first that the pathways are for."""
    medications: tuple[str, ...] = ()
    consent: bool = True
    caregiver: bool = False
    access: str = "all"
    """What the patient lets the caregiver know; ``unasked``: nobody has asked."""
    deceased: bool = False
    payer: str = ""
    """Who pays: an id of ``definitions/payers``."""
    name: str = ""
    """Only for whom a referral may be of; so ``phone``."""
    phone: str = ""


class Happening(Struct, frozen=True, omit_defaults=True):
    """A line of ``course``. Fields that the deed does not use stay at their default."""

    deed: Deed
    of: str = ""
    """complete ... cancelled: the step (or rule); event: its name; hold, withdraw: the reason;
    close: the disposition; enroll, refer: the pathway; match: who it is; undelivered: the message;
    review: the step."""
    at: Moment | None = None
    """When; ``None``: at once after the line before (an appointment: when it ends)."""
    pathway: str = ""
    """Only when the patient is on several."""
    kind: str = ""
    """Of a task: ``outreach``, ``booking``, ``attendance``, ``reoffer``, ``inform`` ...;
    empty: the step's own first."""
    outcome: str = ""
    reason: str = ""
    by: str = ""
    """The role that acts; empty: the task's owner, else the case manager."""
    to: str = ""
    """assign: the role; event ``discharged``: where to."""
    values: dict[str, Value] = field(default_factory=dict)
    """record, correct: what is told. complete, attended, until: ``set``, what is found."""
    answers: dict[str, dict[str, int]] = field(default_factory=dict)
    """instrument -> item -> answer; an item that is not named takes its lowest answer."""
    observed: Moment | None = None
    """record, correct, retract: when it was measured, if earlier; event: when it happened."""
    verified: bool = True
    """event: of a death."""
    zone: str = ""
    """event ``moved``: the new time zone."""
    visit: str = ""
    """event of a stay: the visit number; ``into``: the one that it is merged into."""
    into: str = ""
    slots: dict[str, Span | None] = field(default_factory=dict)
    """service -> how long after it was asked for the next slot is free; ``None``: never."""
    until: Moment | None = None
    """until: the end of the time that passes; hold: its end."""
    all_done: bool = False
    """until: everybody does their part in time, and the patient keeps every appointment."""
    leaving: tuple[str, ...] = ()
    """until, ``except``: steps and rules that nobody does."""
    absent: tuple[str, ...] = ()
    """until: steps whose appointments the patient misses, each time; ``all``: every one."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """until: step, rule or kind of task -> how it ends, if not as usual."""
    results: dict[str, dict[str, Value]] = field(default_factory=dict)
    """until: service -> what its appointments find; adds to those of the scenario."""
    line: int = 0
    column: int = 0
    say: str = ""
    """review: what is said of the request of step ``of``."""
    details: dict[str, Value] = field(default_factory=dict)
    """review: what is said with it (``pathways.scenarios.reviewing.DETAILS``)"""
    note: str = ""
    """complete: what is written down, as a decision's instruction is."""
    told: dict[str, str] = field(default_factory=dict)
    """event: what is told with it, as with ``physician-order``; refer: of who is referred."""
    medicines: tuple[str, ...] | None = None
    """complete: the list that a reconciliation finds, like ``oxycodone 20 mg``."""
    without: tuple[str, ...] = ()
    """complete, of an approval: steps that its rejection takes out of the plan."""
    restore: tuple[str, ...] = ()
    """complete, of a plan: steps that are put back into it."""
    channel: str = ""
    """complete, of a contact: by which way it was tried (``reaching.CHANNELS``)."""
    packet: dict[str, str] = field(default_factory=dict)
    """complete, of a hand-over: sections that do not apply, and why; the others are there."""
    decisions: tuple[str, ...] = ()
    """complete: what is decided about lines of the medication list."""


class Expectation(Struct, frozen=True, omit_defaults=True):
    """A line of ``expect``, or of ``never``. Empty fields are not looked at."""

    what: What
    of: str = ""
    """task, appointment, step: the step or rule; message, rule, goal, value: its id; entered,
    stage: the stage; closed: the disposition; refused: the code; timeline: the kind of entry."""
    at: Moment | None = None
    """At that very minute; a state: how it stands then (without: at the end)."""
    on: Moment | None = None
    """On that local day."""
    by: Moment | None = None
    """Not later."""
    after: Moment | None = None
    """Later."""
    pathway: str = ""
    times: int | None = None
    """Exactly so often (without: at least once)."""
    kind: str = ""
    """Of a task."""
    owner: str = ""
    due: Span | Moment | None = None
    """A task's time allowed, or the moment it is due."""
    urgency: str = ""
    status: str = ""
    """task, clock, period: how it stands at the end; appointment: how it ended; step, goal: the
    state."""
    outcome: str = ""
    to: str = ""
    """message: whom; timeline: the role or the target it names."""
    within: Span | Moment | None = None
    """appointment: how soon a slot was asked for, or the moment by which."""
    service: str = ""
    minutes: int | None = None
    value: Value | None = None
    """value: what it is; ``None``: not known."""
    because: str = ""
    """refused: the reason given; task: part of one of its reasons."""
    step: str = ""
    """timeline: whose entry."""
    line: int = 0
    column: int = 0
    shows: tuple[str, ...] = ()
    """The claims of the scenario that this line shows to hold."""
    says: str = ""
    """task: part of its title; message: of its text; timeline: of the sentence."""
    late: bool | None = None
    """task: whether it ended, or still was open at the end, after it was due."""
    misses: int | None = None
    """step: how many appointments in a row were missed."""


class Scenario(Struct, frozen=True, omit_defaults=True):
    """One patient's story on one or more pathways."""

    scenario: str
    """Its title: one sentence that says what should hold."""
    pathways: tuple[str, ...]
    start: str
    """``YYYY-MM-DD HH:MM``, local: when the patient is enrolled on all of them."""
    course: tuple[Happening, ...] = ()
    expect: tuple[Expectation, ...] = ()
    never: tuple[Expectation, ...] = ()
    patient: Patient = Patient()
    known: dict[str, Value] = field(default_factory=dict)
    """Readings at the enrollment."""
    usual: dict[str, Value] = field(default_factory=dict)
    """What is found when a task asks for it and the line that completes it does not say."""
    slots: dict[str, Span | None] = field(default_factory=dict)
    """As ``Happening.slots``, from the start."""
    results: dict[str, dict[str, Value]] = field(default_factory=dict)
    """service -> what its appointments find (``hba1c-lab: {hba1c: 7.4}``)."""
    all_done: bool = False
    """Whenever time passes, everybody does their part (as ``Happening.all_done``)."""
    referred: str = ""
    """ISO date of the referral, if earlier than the enrollment."""
    about: str = ""
    """A note for the reader."""
    file: str = ""
    line: int = 0
    claims: dict[str, str] = field(default_factory=dict)
    """What the story says, line by line: id -> words. Each is shown by some expectation."""
    referrer: str = ""
    """Who referred the patient."""
