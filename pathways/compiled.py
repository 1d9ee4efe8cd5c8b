"""The compiled pathway: what the compiler makes and the kernel runs.

Everything here is immutable, has one canonical JSON form (``pathways.canonical``) and is
pinned by its SHA-256 digest. Defaults are filled by the compiler, never by the kernel: a
human step always has an owner, a due span and an escalation here.

``line`` is the source line of a node (1-based), so that every finding, task and timeline
entry can name the place in the YAML that it came from.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from pathways.spans import Span
from pathways.undone import AS_USUAL, Contact, Declined, Missed, Overdue, Unreachable

Expr = list[Any]
"""A lowered condition: ``[operator, argument...]``; grammar in ``pathways.conditions``."""

Phase = Literal["assessment", "planning", "follow-up", "reevaluation", "discharge"]
Verb = Literal[
    "assess",
    "decide",
    "plan",
    "approve",
    "schedule",
    "notify",
    "educate",
    "refer",
    "authorize",
    "reconcile",
    "monitor",
    "task",
    "transition",
    "wait",
    "milestone",
]
HUMAN_VERBS = frozenset(
    {
        "assess",
        "plan",
        "approve",
        "educate",
        "refer",
        "authorize",
        "reconcile",
        "task",
        "transition",
    }
)
"""Verbs whose step opens a task for a person."""
CONTACTS = frozenset({"assess", "educate"})
"""Verbs whose work is done with the patient or the caregiver; a ``task`` may say so."""

Response = Literal["RT-911", "RT-ED", "RT-2H", "RT-SD", "RT-24H", "RT-1BD", "RT-3BD", "RT-NV", ""]


class _Frozen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class DataElement(_Frozen, frozen=True):
    """A named, typed value about the patient. ``low``/``high`` reject entry errors."""

    name: str
    type: Literal["quantity", "choice", "boolean", "date", "text"]
    label: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    warn_low: float | None = None
    warn_high: float | None = None
    options: tuple[str, ...] = ()
    loinc: str = ""
    fresh: Span | None = None
    """How long an observation counts as known; ``None``: for ever."""
    keep: int = 2
    """Readings kept in the journey (the compiler raises it for window functions)."""
    line: int = 0


class Choice(_Frozen, frozen=True):
    """One possible answer to a question: its number and what it says."""

    value: int
    text: str


class Item(_Frozen, frozen=True):
    """One question of an instrument. ``low``/``high`` bound its numeric answer; when there are
    ``choices``, it must be one of theirs."""

    id: str
    text: str
    low: int = 0
    high: int = 3
    loinc: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()


class Band(_Frozen, frozen=True):
    """``low <= score <= high`` is called ``name``."""

    name: str
    low: int
    high: int


class Score(_Frozen, frozen=True):
    """One result of an instrument, named ``<instrument>.<id>`` in conditions.

    ``sum`` adds the items; ``positive`` is 1 when the sum of the items reaches
    ``at_least``, else 0; ``count`` counts items that reach ``at_least``; ``total`` adds
    other scores (``items`` are then ids of earlier scores). A score with a missing required
    item is *unknown*, never 0 (clinical rule X13).
    """

    id: str
    kind: Literal["sum", "positive", "count", "total"]
    items: tuple[str, ...]
    at_least: int = 1
    bands: tuple[Band, ...] = ()
    loinc: str = ""


class Instrument(_Frozen, frozen=True):
    id: str
    version: str
    title: str
    licence: str
    items: tuple[Item, ...]
    scores: tuple[Score, ...]
    loinc: str = ""
    source: str = ""
    fresh: Span | None = None


class Row(_Frozen, frozen=True):
    """A decision-table row: when ``when`` is yes, ``set`` holds."""

    when: Expr | None
    set: dict[str, float | str | bool]
    line: int = 0


class Step(_Frozen, frozen=True):
    """One thing to do. Fields that a verb does not use stay at their default."""

    id: str
    verb: Verb
    title: str
    line: int = 0
    by: str = ""
    """Owner's role (human verbs; ``schedule``: who takes over when booking fails)."""
    when: Expr | None = None
    after: tuple[str, ...] = ()
    delay: Span | None = None
    """Start this long after the step became ready (YAML ``in:``)."""
    due: Span | None = None
    """Allowed time from the start of the occurrence. wait: how long (``for``, ``at-most``)."""
    every: Span | None = None
    until: Expr | None = None
    times: int = 0
    """Upper bound of occurrences within one stage occurrence; 0: no bound."""
    overdue: tuple[Overdue, ...] = ()
    declined: Declined = Declined()
    unreachable: Unreachable = AS_USUAL
    missed: Missed | None = None
    response: Response = ""
    safety_critical: bool = False
    evidence: str = ""
    same: str = ""
    """What this is, across pathways: steps of one patient with the same value and
    overlapping windows are done once (X8)."""

    collect: tuple[str, ...] = ()
    """assess, task: data elements asked for."""
    instruments: tuple[str, ...] = ()
    table: tuple[Row, ...] = ()
    """decide: rows, first match wins."""
    of: str = ""
    """approve: the plan step that is approved."""
    service: str = ""
    """schedule, refer, authorize: the service."""
    minutes: int = 30
    """schedule: length of the appointment."""
    to: str = ""
    """notify: patient, caregiver or a role. transition: the receiving setting."""
    message: str = ""
    """notify, educate: message id."""
    topic: str = ""
    """educate."""
    element: str = ""
    """monitor: the data element that is expected in every window ``every``."""
    outcomes: tuple[str, ...] = ()
    """Outcomes a person may report besides declined; the first is the normal one."""
    contact: Contact = ""
    """assess, educate, task: who is to be reached, where the verb does not say: ``contact_of``."""


def contact_of(step: Step) -> Contact:
    """Whom a step reaches: the patient, the caregiver, or (empty) nobody."""
    return step.contact or ("patient" if step.verb in CONTACTS else "")


class Branch(_Frozen, frozen=True):
    """Where a finished stage leads: a stage id or ``discharge`` with a disposition."""

    go: str
    when: Expr | None = None
    disposition: str = ""
    line: int = 0


class Stage(_Frozen, frozen=True):
    """``every`` (reevaluation only): entered this long after a follow-up stage was
    entered or last reevaluated, beside that stage, which goes on."""

    id: str
    phase: Phase
    title: str
    steps: tuple[Step, ...]
    next: tuple[Branch, ...]
    """Never empty; the last branch is unconditional."""
    deadline: Span | None = None
    every: Span | None = None
    exit: Expr | None = None
    by: str = ""
    """Who is answerable for the stage (owner of its deadline task)."""
    escalate: str = ""
    line: int = 0


class Rule(_Frozen, frozen=True):
    """In force over ``during`` (stage ids; empty: the whole pathway).

    ``when`` is judged when a value it depends on arrives (``reads``), or when the
    reported event ``on`` arrives. It fires on each yes, except while its last task is
    open (the reason is added to that task) or within ``again`` of its last firing.
    """

    id: str
    do: Step | None
    """The task, notify or schedule to perform; its id is the rule's id."""
    when: Expr | None = None
    on: str = ""
    reads: tuple[str, ...] = ()
    during: tuple[str, ...] = ()
    start: str = ""
    """A step of an active stage to start at once."""
    go: str = ""
    """A stage to enter: a reevaluation stage, or ``discharge``."""
    disposition: str = ""
    """With ``go: discharge``."""
    again: Span | None = None
    apply_to_running: bool = False
    line: int = 0


class Goal(_Frozen, frozen=True):
    id: str
    title: str
    aim: Expr
    by: Span | None = None
    line: int = 0


class Refusal(_Frozen, frozen=True):
    """Enrollment is refused when ``when`` is yes, ``because``."""

    when: Expr
    because: str
    line: int = 0


class MessageText(_Frozen, frozen=True):
    """A message in one language: Jinja2 source, rendered at the moment of sending."""

    subject: str
    body: str


class FragmentUse(_Frozen, frozen=True):
    """A fragment that the pathway was put together from."""

    fragment: str
    version: str
    prefix: str = ""


class ParameterValue(_Frozen, frozen=True):
    """A parameter with the value that counts here. The rest is there when a site has set it;
    ``on`` and ``until`` are dates."""

    label: str
    value: str
    default: str
    by: str = ""
    on: str = ""
    because: str = ""
    until: str = ""


class CompiledPathway(_Frozen, frozen=True):
    pathway: str
    version: str
    title: str
    stages: tuple[Stage, ...]
    rules: tuple[Rule, ...]
    icd10: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    data: dict[str, DataElement] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)
    goals: tuple[Goal, ...] = ()
    eligible: Expr | None = None
    refusals: tuple[Refusal, ...] = ()
    messages: dict[str, dict[str, MessageText]] = field(default_factory=dict)
    """message id -> language -> text; always holds ``en``."""
    evidence: dict[str, str] = field(default_factory=dict)
    supervisor: str = "nurse-manager"
    """Takes over what has no other owner (failed effects, orphaned work)."""
    source: str = ""
    """File name the lines refer to."""
    language: int = 1
    fragments: tuple[FragmentUse, ...] = ()  # what was used, for audits; not for the kernel
    parameters: dict[str, ParameterValue] = field(default_factory=dict)
