"""Events: everything that can reach a journey. Instants are whole seconds since the epoch, UTC.

Commands carry the id their sender chose (``command``); a command id seen before is
answered with its first answer and changes nothing (I6).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from pathways.calendar.table import CalendarTable
from pathways.journey.choices import Choices
from pathways.medicines import Medicine
from pathways.spans import Span

Value = float | str | bool
"""A quantity (in the element's own unit), a choice or text, or yes/no. Dates are ISO text."""


class _Event(Struct, frozen=True, omit_defaults=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Reading(Struct, frozen=True, omit_defaults=True):
    """A value with its unit, the instant it was observed and where it came from."""

    name: str
    value: Value
    observed: int
    unit: str = ""
    source: str = ""


class Actor(Struct, frozen=True, omit_defaults=True):
    """Who asks: an opaque person id and the role they act in."""

    person: str
    role: str


class PatientProfile(Struct, frozen=True, omit_defaults=True):
    """What the kernel must know of the patient. No name, no address, no phone number."""

    born: str
    """ISO date."""
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    language: str = "en"
    deceased: bool = False
    conditions: tuple[str, ...] = ()
    """ICD-10-CM codes of active conditions."""
    medications: tuple[str, ...] = ()
    """Ingredient names, lower case, of active medicines."""
    consent: bool = True
    """Consent to automated contact (messages)."""
    caregiver: bool = False
    """A caregiver is on record and consented to being contacted."""
    payer: str = ""
    """Who pays, as an id of ``definitions/payers``; empty: not known."""


class Enroll(_Event, frozen=True, tag="enroll"):
    """Start an enrollment. ``referred`` sets the clocks (X7: the earliest referral)."""

    command: str
    actor: Actor
    pathway: str
    digest: str
    patient: PatientProfile
    calendar: CalendarTable
    referred: int
    readings: tuple[Reading, ...] = ()
    team: dict[str, str] = field(default_factory=dict)
    """role -> opaque person id."""


class Complete(_Event, frozen=True, tag="complete"):
    """Close a task with an outcome; ``values`` and ``answers`` are what was collected."""

    command: str
    actor: Actor
    task: str
    outcome: str = ""
    """Empty: the task's normal outcome."""
    values: tuple[Reading, ...] = ()
    answers: dict[str, dict[str, int]] = field(default_factory=dict)
    """instrument -> item -> answer."""
    note: str = ""
    at: int | None = None
    """When it was done, if earlier than now."""
    medicines: tuple[Medicine, ...] | None = None
    """What a reconciliation found: the whole list of what is taken. ``None``: not said."""
    without: tuple[str, ...] = ()
    """With ``rejected``: steps that the next version of the plan does without (X9)."""
    restore: tuple[str, ...] = ()
    """Of a plan task: steps that a rejection had taken out and that this version has again."""


class Decline(_Event, frozen=True, tag="decline"):
    """The patient declines what a task (or an appointment's step) offers (X3)."""

    command: str
    actor: Actor
    task: str
    reason: str
    risk_explained: bool = False


class Vary(_Event, frozen=True, tag="vary"):
    """A recorded departure from the pathway: close a task as not done, with a reason."""

    command: str
    actor: Actor
    task: str
    reason: str


class Assign(_Event, frozen=True, tag="assign"):
    """Give a task to another role, or change who fills a role in the care team."""

    command: str
    actor: Actor
    role: str
    task: str = ""
    person: str = ""


class Record(_Event, frozen=True, tag="record"):
    """Values from a person or a system, outside any task."""

    command: str
    actor: Actor
    readings: tuple[Reading, ...]


class Attend(_Event, frozen=True, tag="attend"):
    """How an appointment ended."""

    command: str
    actor: Actor
    appointment: str
    outcome: Literal["attended", "missed", "cancelled"]
    values: tuple[Reading, ...] = ()


class Report(_Event, frozen=True, tag="report"):
    """Something happened to the patient.

    ``admitted``, ``discharged`` (from hospital; ``details`` may say where ``to``) and what corrects
    them (``stays.MESSAGES``), ``ed-visit``, ``fall``, ``deceased``
    (``verified`` or only reported), ``death-disproved``, ``moved`` (new ``calendar``),
    ``caregiver-changed``, ``caregiver-consent-given`` (``details``: her language),
    ``caregiver-consent-withdrawn``, ``consent-withdrawn``, ``consent-given``, ``reached``, or any
    event that a rule of a pathway listens to.
    """

    command: str
    actor: Actor
    event: str
    at: int
    verified: bool = True
    calendar: CalendarTable | None = None
    details: dict[str, str] = field(default_factory=dict)
    visit: str = ""
    """The hospital's number of the visit, of messages about a stay (``stays.MESSAGES``)."""


class Hold(_Event, frozen=True, tag="hold"):
    """Pause an enrollment (or, with no ``pathway``, the journey): due times wait."""

    command: str
    actor: Actor
    reason: str
    pathway: str = ""
    until: int | None = None


class Resume(_Event, frozen=True, tag="resume"):
    """End a hold; every due time moves by the length of the hold."""

    command: str
    actor: Actor
    pathway: str = ""


class Withdraw(_Event, frozen=True, tag="withdraw"):
    """The patient leaves a pathway (or, with no ``pathway``, the program)."""

    command: str
    actor: Actor
    reason: str
    pathway: str = ""


class Close(_Event, frozen=True, tag="close"):
    """Discharge an enrollment by hand with a disposition (moved, hospice, long-term care)."""

    command: str
    actor: Actor
    pathway: str
    disposition: str
    reason: str = ""


class Spend(_Event, frozen=True, tag="spend"):
    """Minutes of care management for a program, on a local date; each counts once (T7)."""

    command: str
    actor: Actor
    program: str
    minutes: int
    on: str
    """ISO date, in the patient's time zone."""
    starts: int = 0
    """The instant at which they began; 0: not known, then nothing can be compared with it."""
    corrects: str = ""
    """An earlier entry, which this one takes the place of; 0 minutes strike it out."""


class Review(_Event, frozen=True, tag="review"):
    """What is said of a request for authorization (``pathways.journey.reviewing.WORDS``): who
    sent it, what the payer did, what came of an appeal. Days are ISO dates, local."""

    command: str
    actor: Actor
    say: str
    review: str = ""
    """Empty: the one that is under way."""
    at: int | None = None
    """When it happened, if earlier than now."""
    role: str = ""
    """Who made the move, where that is not who tells of it: ``physician-reviewer`` ..."""
    person: str = ""
    """Their opaque id."""
    credential: str = ""
    reports_to: str = ""
    reason: str = ""
    family: str = ""
    """Of a denial: ``medical-necessity`` or ``administrative``."""
    criteria: str = ""
    """Id and version of the criteria used."""
    letter: str = ""
    payer: str = ""
    """submitted, extension: for this request, another payer than the patient's."""
    kind: str = ""
    """submitted: prior (unless said), concurrent, retrospective."""
    speed: str = ""
    benefit: str = ""
    level: str = ""
    """Level of care asked for."""
    first: str = ""
    last: str = ""
    units: int = 0
    unit: str = ""
    codes: tuple[str, ...] = ()
    facility: str = ""


class Migrate(_Event, frozen=True, tag="migrate"):
    """Move an enrollment to another version of its pathway (X12)."""

    command: str
    actor: Actor
    pathway: str
    digest: str
    """Of the version to move to."""
    migration: str
    """The id of the migration that this is part of, for audits and for going back."""
    reason: str = ""
    origin: str = ""
    """Digest of the version that it must be on; empty: any."""
    choices: Choices = Choices()
    back: str = ""
    """The migration that is taken back."""


class Correct(_Event, frozen=True, tag="correct"):
    """An earlier reading was wrong. With a ``value`` it is corrected to that; without, it is
    retracted. The old one stays on record and never counts again."""

    command: str
    actor: Actor
    name: str
    observed: int
    """Of the wrong reading, to the minute; 0: the newest."""
    value: Value | None = None
    reason: str = ""


class StateGoal(_Event, frozen=True, tag="state-goal"):
    """A goal of the patient's own, in the patient's words; with ``goal``, what is said of one
    that was stated before (empty fields leave it as it is)."""

    command: str
    actor: Actor
    words: str = ""
    measure: str = ""
    target: str = ""
    due: int = 0
    barrier: str = ""
    goal: str = ""
    status: Literal["", "active", "met", "dropped"] = ""


class Absent(_Event, frozen=True, tag="absent"):
    """A person of the care team is away from ``start`` until ``until``; ``cover`` stands in."""

    command: str
    actor: Actor
    person: str
    start: int
    until: int
    cover: str = ""


class HandOver(_Event, frozen=True, tag="hand-over"):
    """A person leaves the care team; ``to`` fills every role that was theirs."""

    command: str
    actor: Actor
    person: str
    to: str


class Device(_Event, frozen=True, tag="device"):
    """Readings of a device feed (a signal): no answer; implausible ones are recorded as refused.
    ``command`` may be empty; then every delivery counts."""

    readings: tuple[Reading, ...]
    command: str = ""


class Tick(_Event, frozen=True, tag="tick"):
    """Time has come to ``now``: everything due by then happens, in due order."""


class Done(_Event, frozen=True, tag="done"):
    """An effect succeeded. ``result`` by kind: see ``effects``."""

    key: str
    result: dict[str, str | int] = field(default_factory=dict)


class Failed(_Event, frozen=True, tag="failed"):
    """An effect's budget is used up, or (``unknown``) it may or may not have happened."""

    key: str
    reason: str
    unknown: bool = False


Command = (
    Enroll
    | Complete
    | Decline
    | Vary
    | Assign
    | Record
    | Attend
    | Report
    | Hold
    | Resume
    | Withdraw
    | Close
    | Spend
    | Review
    | Migrate
    | Correct
    | StateGoal
    | Absent
    | HandOver
)
Event = Command | Device | Tick | Done | Failed

__all__ = [
    "Absent",
    "Actor",
    "Assign",
    "Attend",
    "Close",
    "Command",
    "Complete",
    "Correct",
    "Decline",
    "Device",
    "Done",
    "Enroll",
    "Event",
    "Failed",
    "HandOver",
    "Hold",
    "Migrate",
    "PatientProfile",
    "Reading",
    "Record",
    "Report",
    "Resume",
    "Review",
    "Span",
    "Spend",
    "StateGoal",
    "Tick",
    "Value",
    "Vary",
    "Withdraw",
]
