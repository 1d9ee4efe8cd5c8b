"""Events: everything that can reach a journey. Instants are whole seconds since the epoch, UTC.

Commands carry the id their sender chose (``command``); a command id seen before is
answered with its first answer and changes nothing (I6).
"""

from __future__ import annotations

from typing import Literal

from msgspec import field

from pathways.calendar.table import CalendarTable
from pathways.journey.given import Actor, BaseEvent, PatientProfile, Reading, Value
from pathways.journey.office import Absent, HandOver, KeepRota, Match, Migrate, Review, Spend
from pathways.journey.team.rota import Rota
from pathways.medicines.reconciliation import Decision
from pathways.medicines.rules import Medicine
from pathways.spans import Span


class Enroll(BaseEvent, frozen=True, tag="enroll"):
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
    referrer: str = ""
    """Who referred, as the answer to them needs it: a clinic or a plan, never a patient's name."""
    match: str = ""
    """A person has confirmed that the referral is this patient's: the id of that question."""
    rota: Rota | None = None
    """When people work; ``None``: as known before."""


class Complete(BaseEvent, frozen=True, tag="complete"):
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
    channel: str = ""
    """Of a contact: by which way it was tried or made (``reaching.CHANNELS``)."""
    decisions: tuple[Decision, ...] = ()
    """What a licensed person decides about lines of the medication list that are not as before."""
    packet: dict[str, str] = field(default_factory=dict)
    """Sections of the packet that is sent -> why one does not apply; empty: it is there."""


class Decline(BaseEvent, frozen=True, tag="decline"):
    """The patient declines what a task (or an appointment's step) offers (X3)."""

    command: str
    actor: Actor
    task: str
    reason: str
    risk_explained: bool = False


class Vary(BaseEvent, frozen=True, tag="vary"):
    """A recorded departure from the pathway: close a task as not done, with a reason."""

    command: str
    actor: Actor
    task: str
    reason: str


class Assign(BaseEvent, frozen=True, tag="assign"):
    """Give a task to another role, or change who fills a role in the care team."""

    command: str
    actor: Actor
    role: str
    task: str = ""
    person: str = ""


class Record(BaseEvent, frozen=True, tag="record"):
    """Values from a person or a system, outside any task."""

    command: str
    actor: Actor
    readings: tuple[Reading, ...]


class Attend(BaseEvent, frozen=True, tag="attend"):
    """How an appointment ended."""

    command: str
    actor: Actor
    appointment: str
    outcome: Literal["attended", "missed", "cancelled"]
    values: tuple[Reading, ...] = ()


class Report(BaseEvent, frozen=True, tag="report"):
    """Something happened to the patient.

    ``admitted``, ``discharged`` (from hospital; ``details`` may say where ``to``) and what corrects
    them (``stays.MESSAGES``), ``ed-visit``, ``fall``, ``deceased``
    (``verified`` or only reported), ``death-disproved``, ``moved`` (new ``calendar``),
    ``coverage-changed`` (``details``: ``payer``, and ``from``, the first day),
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
    dated: bool = True
    """Whether it was said when; otherwise ``at`` is the instant at which it was told."""


class Hold(BaseEvent, frozen=True, tag="hold"):
    """Pause an enrollment (or, with no ``pathway``, the journey): due times wait."""

    command: str
    actor: Actor
    reason: str
    pathway: str = ""
    until: int | None = None


class Resume(BaseEvent, frozen=True, tag="resume"):
    """End a hold; every due time moves by the length of the hold."""

    command: str
    actor: Actor
    pathway: str = ""


class Withdraw(BaseEvent, frozen=True, tag="withdraw"):
    """The patient leaves a pathway (or, with no ``pathway``, the program)."""

    command: str
    actor: Actor
    reason: str
    pathway: str = ""


class Close(BaseEvent, frozen=True, tag="close"):
    """Discharge an enrollment by hand with a disposition (moved, hospice, long-term care)."""

    command: str
    actor: Actor
    pathway: str
    disposition: str
    reason: str = ""


class Correct(BaseEvent, frozen=True, tag="correct"):
    """An earlier reading was wrong. With a ``value`` it is corrected to that; without, it is
    retracted. The old one stays on record and never counts again."""

    command: str
    actor: Actor
    name: str
    observed: int
    """Of the wrong reading, to the minute; 0: the newest."""
    value: Value | None = None
    reason: str = ""


class StateGoal(BaseEvent, frozen=True, tag="state-goal"):
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


class Device(BaseEvent, frozen=True, tag="device"):
    """Readings of a device feed (a signal): no answer; implausible ones are recorded as refused.
    ``command`` may be empty; then every delivery counts."""

    readings: tuple[Reading, ...]
    command: str = ""


class Tick(BaseEvent, frozen=True, tag="tick"):
    """Time has come to ``now``: everything due by then happens, in due order."""


class Done(BaseEvent, frozen=True, tag="done"):
    """An effect succeeded. ``result`` by kind: see ``effects``."""

    key: str
    result: dict[str, str | int] = field(default_factory=dict)


class Failed(BaseEvent, frozen=True, tag="failed"):
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
    | Match
    | KeepRota
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
    "KeepRota",
    "Match",
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
