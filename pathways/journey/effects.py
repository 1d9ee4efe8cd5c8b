"""Effects: what the kernel wants done outside, and what it wants remembered.

Every effect has a key, ``journey/pathway/step/occurrence/kind/recipient``, which is the
same however often the decision is computed or the effect attempted (I2).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from pathways.compiled import MessageText


class _Effect(Struct, frozen=True, omit_defaults=True, tag_field="type"):
    pass


class Notify(_Effect, frozen=True, tag="notify"):
    """Send a message. ``to`` is ``patient``, ``caregiver`` or a role; ``person`` the opaque id of
    who fills the role. The address, the consent and the words are resolved at the moment
    of sending: ``text`` is Jinja2, given ``params`` and what the records know of the recipient.
    ``appointment`` attaches that appointment as a calendar file.

    The kernel is told only of failure (``Failed``): the record of success is the ledger's."""

    key: str
    step: str
    to: str
    message: str
    text: MessageText
    person: str = ""
    params: dict[str, str] = field(default_factory=dict)
    appointment: str = ""
    urgent: bool = False
    give_up: int = 0
    """Instant after which the message is worthless: then it has failed."""


class Book(_Effect, frozen=True, tag="book"):
    """Book the earliest free slot of ``service`` in ``[earliest, latest]``.

    ``Done.result``: ``appointment`` (id), ``starts``, ``ends`` (instants), ``provider``.
    ``Failed`` when no slot is free."""

    key: str
    step: str
    appointment: str
    service: str
    earliest: int
    latest: int
    minutes: int
    preferred: int = 0
    """Choose the slot nearest to this instant, if given."""


class Cancel(_Effect, frozen=True, tag="cancel"):
    """Cancel a booking and free its slot. ``Done.result`` is empty."""

    key: str
    step: str
    appointment: str


Effect = Notify | Book | Cancel

TaskStatus = Literal["open", "done", "declined", "varied", "cancelled"]
AppointmentStatus = Literal["requested", "booked", "attended", "missed", "cancelled", "failed"]
EnrollmentStatus = Literal["active", "held", "discharged"]


class Entry(Struct, frozen=True, omit_defaults=True):
    """A line of the timeline: a code with its facts, not prose (``pathways.narrative`` says it).

    ``kind`` is one of ``narrative.KINDS``."""

    at: int
    kind: str
    pathway: str = ""
    step: str = ""
    occurrence: int = 0
    actor: str = ""
    params: dict[str, str | int | float | bool] = field(default_factory=dict)


class TaskRow(Struct, frozen=True, omit_defaults=True):
    """A task as the worklist shows it."""

    task: str
    pathway: str
    step: str
    occurrence: int
    kind: str
    title: str
    owner: str
    person: str
    opened: int
    due: int
    status: TaskStatus
    urgency: str = ""
    level: int = 0
    """0: with its owner; n: escalated n times."""
    outcome: str = ""
    closed: int = 0
    reasons: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    attempts: int = 0
    """How often nobody was reached."""
    again: int = 0
    """When it should be tried again at the earliest; 0: at once."""
    blocked: str = ""
    """Why it waits for a physician's decision: it is not overdue meanwhile."""
    flags: tuple[str, ...] = ()
    """``safety-critical``: a step that it serves is."""
    behalf: str = ""
    """The absent person for whom ``person`` stands in."""


class AppointmentRow(Struct, frozen=True, omit_defaults=True):
    """An appointment as the kernel knows it."""

    appointment: str
    pathway: str
    step: str
    service: str
    status: AppointmentStatus
    starts: int = 0
    ends: int = 0
    provider: str = ""


class EnrollmentRow(Struct, frozen=True, omit_defaults=True):
    pathway: str
    version: str
    digest: str
    stage: str
    status: EnrollmentStatus
    enrolled: int
    disposition: str = ""
    ended: int = 0


class PlanRow(Struct, frozen=True, omit_defaults=True):
    """A version of the care plan. ``content`` (canonical JSON of ``pathways.planning``) comes with
    the row that makes the version and never again: it is frozen."""

    version: int
    pathway: str
    status: Literal["draft", "in-review", "approved", "rejected", "superseded"]
    made: int
    decided: int = 0
    reason: str = ""
    content: str = ""


class RecordBatch(Struct, frozen=True, omit_defaults=True):
    """All that one decision wants remembered, written in one transaction, with the
    messages it wants sent (the outbox).

    ``revision`` counts the journey's decisions. A batch written again for the same
    revision *replaces* the first (its worker died before the decision became durable)."""

    journey: str
    revision: int
    at: int
    status: str
    entries: tuple[Entry, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    appointments: tuple[AppointmentRow, ...] = ()
    enrollments: tuple[EnrollmentRow, ...] = ()
    messages: tuple[Notify, ...] = ()
    retract: tuple[str, ...] = ()
    """Keys of messages that must not be sent any more, if they have not been."""
    tier: str = ""
    """The patient's tier of risk as of now: low, rising, high, complex; empty: not determined."""
    flags: tuple[str, ...] = ()
    """``caregiver-crisis``, ``open-denial``."""
    plans: tuple[PlanRow, ...] = ()


class Answer(Struct, frozen=True, omit_defaults=True):
    """What a command's sender is told."""

    status: Literal["applied", "refused"]
    code: str = ""
    """Why refused: a stable code, e.g. ``task-closed``; or what came of it otherwise than usual,
    e.g. ``attempt-recorded``."""
    message: str = ""
    task: str = ""
    """Ids that the command made or closed."""
