"""The compiled pathway: what the compiler makes and the kernel runs.

Everything here is immutable, has one canonical JSON form (``pathways.canonical``) and is
pinned by its SHA-256 digest. Defaults are filled by the compiler, never by the kernel: a
human step always has an owner, a due span and an escalation here.

``line`` is the source line of a node (1-based), so that every finding, task and timeline
entry can name the place in the YAML that it came from.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import field

from pathways.episodes import Episodes
from pathways.frozen import Frozen
from pathways.instruments import Band, Choice, Instrument, Item, Score
from pathways.medicines.rules import MedicineRule
from pathways.orders import Order
from pathways.origins import FragmentUse, ParameterValue, Rider
from pathways.review.payer import Payer
from pathways.spans import Span
from pathways.undone import AS_USUAL, Contact, Declined, Missed, Overdue, Unreachable
from pathways.windows import Window

__all__ = [
    "HUMAN_VERBS",
    "Band",
    "Branch",
    "Choice",
    "CompiledPathway",
    "DataElement",
    "Declined",
    "Episodes",
    "Expr",
    "FragmentUse",
    "Goal",
    "Hit",
    "Instrument",
    "Item",
    "MessageText",
    "Missed",
    "Order",
    "Overdue",
    "ParameterValue",
    "Phase",
    "Refusal",
    "Response",
    "Rider",
    "Row",
    "Rule",
    "Score",
    "Stage",
    "Step",
    "Verb",
    "Window",
]

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

Hit = Literal["first", "unique", "any"]
"""Which row of a decision table counts (DMN's hit policy)."""

Response = Literal["RT-911", "RT-ED", "RT-2H", "RT-SD", "RT-24H", "RT-1BD", "RT-3BD", "RT-NV", ""]


class DataElement(Frozen, frozen=True):
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
    subject: Literal["", "caregiver"] = ""
    """Whose value it is; empty: the patient's."""
    reckoned: Literal["", "mme"] = ""
    """What the medication list tells by itself: morphine milligram equivalents a day."""


class Row(Frozen, frozen=True):
    """A decision-table row: when ``when`` is yes, ``set`` holds."""

    when: Expr | None
    set: dict[str, float | str | bool]
    line: int = 0


class Step(Frozen, frozen=True):
    """One thing to do. Fields that a verb does not use stay at their default."""

    id: str
    verb: Verb
    title: str
    line: int = 0
    by: str = ""
    """Owner's role (human verbs; ``schedule``: who takes over when booking fails)."""
    when: Expr | None = None
    after: tuple[str, ...] = ()
    after_any: tuple[tuple[str, ...], ...] = ()
    """Groups of which any one must have been done while the stage lasts; when none can be any
    more, the step is not needed."""
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
    """decide: rows; the first that is yes decides."""
    hit: Hit = "first"
    """decide: ``unique``: no two rows can be yes at once; ``any``: those that can set the same.
    Both are proven of the table, so that the first yes is right whatever the order."""
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
    titles: dict[str, str] = field(default_factory=dict)
    """The title in other languages than English, for patients; so ``topics``."""
    topics: dict[str, str] = field(default_factory=dict)
    element: str = ""
    """monitor: the data element that is expected in every window ``every``."""
    outcomes: tuple[str, ...] = ()
    """Outcomes a person may report besides declined; the first is the normal one."""
    contact: Contact = ""
    """assess, educate, task: who is to be reached, where the verb does not say: ``contact_of``."""
    window: Window | None = None
    """When it may be done, counted from a date of the patient."""
    order: Order | None = None
    """What it asks of a thing, where another may ask the opposite."""
    must: tuple[str, ...] = ()
    """approve: roles of whom each must approve; then ``by`` is the first of all approvers."""
    may: tuple[str, ...] = ()
    """approve: roles who are asked too."""
    quorum: int = 0
    """approve: how many of both must approve; 0: those who must, or one of those who may."""
    shares: tuple[str, ...] = ()
    """What of the patient a message to the caregiver tells (``pathways.disclosing.Scope``)."""
    packet: tuple[str, ...] = ()
    """transition: sections of the packet (``pathways.packet``)."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """Whose verdict is asked for by a task each; empty when one approver is enough."""
        return (*self.must, *self.may)

    @property
    def behind(self) -> tuple[str, ...]:
        """All steps that it may come after."""
        return (*self.after, *(name for group in self.after_any for name in group))


def contact_of(step: Step) -> Contact:
    """Whom a step reaches: the patient, the caregiver, or (empty) nobody."""
    return step.contact or ("patient" if step.verb in CONTACTS else "")


class Branch(Frozen, frozen=True):
    """Where a finished stage leads: a stage id or ``discharge`` with a disposition."""

    go: str
    when: Expr | None = None
    disposition: str = ""
    line: int = 0
    because: str = ""
    """Why what is still under way is cancelled (empty: the stage is over)."""


class Stage(Frozen, frozen=True):
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
    since: str = ""
    """``every`` counts from when this stage was last left, in a fixed rhythm: what else brings a
    reevaluation forward does not put off the next. Empty: from follow-up, or the last of them."""


class Rule(Frozen, frozen=True):
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
    supersedes: tuple[str, ...] = ()
    """Rules of this pathway whose open tasks are needless once this one fires."""


class Goal(Frozen, frozen=True):
    id: str
    title: str
    aim: Expr
    by: Span | None = None
    line: int = 0


class Refusal(Frozen, frozen=True):
    """Enrollment is refused when ``when`` is yes, ``because``."""

    when: Expr
    because: str
    line: int = 0


class MessageText(Frozen, frozen=True):
    """A message in one language: Jinja2 source, rendered at the moment of sending."""

    subject: str
    body: str


class CompiledPathway(Frozen, frozen=True):
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
    titles: dict[str, str] = field(default_factory=dict)
    """The title in other languages than English."""
    payers: dict[str, Payer] = field(default_factory=dict)
    """Where a step asks for an authorization: what each payer may take how long for."""
    riders: tuple[Rider, ...] = ()
    """Rules that did not come with this version."""
    alarm_age: Span | None = None
    """An older observation is reviewed, not alarmed (T10); ``None``: 48 hours."""
    episodes: Episodes | None = None
    contacts_a_week: int = 0
    """Contacts that a patient on it may have in seven days; 0: the usual number."""
    medicine_rules: tuple[MedicineRule, ...] = ()
    """What must not stand on the patient's medication list together."""
