"""The definition of a pathway as data models: what may be written, not what it means.

Meaning is checked by ``checks``; the JSON Schema for editors is made from these models by
``schema``. Docstrings and descriptions are what an editor shows.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from pathways.compiled import Phase, Verb
from pathways.language import verbs
from pathways.language.fields import (
    Condition,
    Count,
    Date,
    Flag,
    Icd10,
    Id,
    LanguageTag,
    LanguageVersion,
    Model,
    Name,
    Names,
    Number,
    OneOrMore,
    Percent,
    SpanField,
    Text,
)

ResponseClass = Literal["RT-911", "RT-ED", "RT-2H", "RT-SD", "RT-24H", "RT-1BD", "RT-3BD", "RT-NV"]


class Reviewed(Model):
    """Who reviewed this version, and when."""

    by: Text
    on: Date


class Conditions(Model):
    """Diagnoses that the pathway is for, as prefixes of ICD-10-CM codes."""

    icd10: tuple[Icd10, ...] = ()


class Evidence(Model):
    """A source of what the pathway asks for."""

    id: Id
    cite: Text


class Element(Model):
    """A value about the patient, named by its key."""

    type: Literal["quantity", "choice", "boolean", "date", "text"]
    label: Text | None = None
    unit: Annotated[Text | None, Field(description="UCUM unit of a quantity.")] = None
    range: Annotated[
        tuple[Number | None, Number | None] | None,
        Field(description="[low, high]: anything outside is an entry error."),
    ] = None
    warn: Annotated[
        tuple[Number | None, Number | None] | None,
        Field(description="[low, high]: anything outside is asked about."),
    ] = None
    options: Annotated[Names, Field(description="The values of a choice.")] = ()
    loinc: Text | None = None
    fresh: Annotated[
        SpanField | None, Field(description="How long a value counts as known (default: for ever).")
    ] = None


class Term(Model):
    """A named condition. Written as text, or with the evidence for its thresholds."""

    when: Condition
    evidence: Name | None = None


def _term(value: object) -> object:
    return value if isinstance(value, dict) else {"when": value}


_TERM_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {"when": {"type": "string"}, "evidence": {"type": "string"}},
            "required": ["when"],
            "additionalProperties": False,
        },
    ]
}
TermField = Annotated[Term, BeforeValidator(_term), WithJsonSchema(_TERM_SCHEMA)]


class Refuse(Model):
    """Enrollment is refused when the condition is yes."""

    when: Condition
    because: Text


class Goal(Model):
    """What the pathway aims at."""

    id: Id
    title: Text | None = None
    aim: Condition
    by: Annotated[SpanField | None, Field(description="How long after enrollment.")] = None
    evidence: Name | None = None


class MessageText(Model):
    """A message in one language (Jinja2)."""

    subject: Text
    body: Text


MessageModels = dict[Id, dict[LanguageTag, MessageText]]


class Overdue(Model):
    """What happens to a task that is not closed: at a share of its time, or after its due time."""

    at: Percent | None = None
    after: SpanField | None = None
    remind: Name | None = None
    escalate: Name | None = None


class Declined(Model):
    """What a "no" leads to."""

    inform: Annotated[Name | None, Field(description="The role that is told.")] = None
    start: Annotated[OneOrMore, Field(description="Steps to start instead.")] = ()
    reoffer: Annotated[Flag, Field(description="Offer it again at the next reevaluation.")] = True
    continue_: Annotated[
        Flag, Field(description="Steps after this one go on, as if it were done.")
    ] = False


class Shared(Model):
    """What steps and rules have in common."""

    id: Id
    title: Text | None = None
    when: Annotated[Condition | None, Field(description="Only when this is yes.")] = None
    due: Annotated[SpanField | None, Field(description="Time allowed, from the start.")] = None
    overdue: Annotated[
        tuple[Overdue, ...] | None,
        Field(description="Reminders and escalations, instead of the usual ones."),
    ] = None
    declined: Declined = Declined()
    evidence: Annotated[Name | None, Field(description="The source of this.")] = None
    response: Annotated[
        ResponseClass | None, Field(description="A response-time class instead of `due`.")
    ] = None
    safety_critical: Annotated[
        Flag, Field(description="A decline is told to the responsible physician.")
    ] = False
    same: Annotated[
        Text | None, Field(description="The same thing in two pathways is done once.")
    ] = None
    schedule: verbs.Schedule | None = None
    notify: verbs.Notify | None = None
    task: verbs.HumanTask | None = None


class Step(Shared):
    """One thing to do: an id, exactly one verb, and common fields."""

    after: Annotated[OneOrMore, Field(description="Steps that must have ended.")] = ()
    in_: Annotated[SpanField | None, Field(description="Start this long after it could.")] = None
    every: Annotated[SpanField | None, Field(description="Do it again, this often.")] = None
    until: Annotated[Condition | None, Field(description="Stop repeating when this is yes.")] = None
    times: Annotated[Count | None, Field(description="Repeat at most so often.")] = None
    assess: verbs.Assess | None = None
    decide: verbs.Decide | None = None
    plan: verbs.Plan | None = None
    approve: verbs.Approve | None = None
    educate: verbs.Educate | None = None
    refer: verbs.Refer | None = None
    authorize: verbs.Authorize | None = None
    reconcile: verbs.Reconcile | None = None
    monitor: verbs.Monitor | None = None
    transition: verbs.Transition | None = None
    wait: verbs.Wait | None = None
    milestone: verbs.Milestone | None = None


class Rule(Shared):
    """When this becomes true or this event arrives, do that."""

    on: Annotated[Id | None, Field(description="An event that people or systems report.")] = None
    during: Annotated[OneOrMore, Field(description="Stages (default: the whole pathway).")] = ()
    start: Annotated[Name | None, Field(description="A step of an active stage to start.")] = None
    go: Annotated[
        Name | None, Field(description="A reevaluation stage to enter, or `discharge`.")
    ] = None
    disposition: Annotated[Id | None, Field(description="With `go: discharge`.")] = None
    again: Annotated[SpanField | None, Field(description="Quiet time after a firing.")] = None
    apply_to_running: Annotated[
        Flag, Field(description="A safety rule: offered to patients on older versions.")
    ] = False


class Branch(Model):
    """Where a finished stage leads."""

    go: Annotated[Name, Field(description="A stage, or `discharge`.")]
    when: Condition | None = None
    disposition: Annotated[Id | None, Field(description="With `go: discharge`.")] = None


class Stage(Model):
    """A part of the pathway."""

    stage: Annotated[Id, Field(description="Its id.")]
    phase: Annotated[Phase | None, Field(description="Default: the id, if it is a phase.")] = None
    title: Text | None = None
    by: Annotated[Name, Field(description="Who is answerable for it.")] = verbs.DEFAULT_OWNER
    deadline: SpanField | None = None
    every: Annotated[
        SpanField | None, Field(description="Reevaluation: how often during follow-up.")
    ] = None
    exit: Annotated[Condition | None, Field(description="A further condition for its end.")] = None
    evidence: Annotated[Name | None, Field(description="Source of the stage's thresholds.")] = None
    steps: tuple[Step, ...] = ()
    next: Annotated[tuple[Branch, ...], Field(description="First match wins.")] = ()


class Pathway(Model):
    """A care pathway."""

    language: LanguageVersion
    pathway: Annotated[Id, Field(description="Its id.")]
    version: Text
    title: Text
    reviewed: Reviewed | None = None
    conditions: Conditions = Conditions()
    evidence: tuple[Evidence, ...] = ()
    roles: Annotated[tuple[Id, ...], Field(min_length=1)]
    supervisor: Annotated[Name, Field(description="Second line of every escalation.")] = (
        "nurse-manager"
    )
    data: dict[Id, Element] = Field(default_factory=dict)
    terms: dict[Id, TermField] = Field(default_factory=dict)
    eligible: Condition | None = None
    refuse: tuple[Refuse, ...] = ()
    goals: tuple[Goal, ...] = ()
    messages: MessageModels = Field(default_factory=dict)
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    rules: tuple[Rule, ...] = ()


STEP_VERBS: tuple[str, ...] = get_args(Verb)
RULE_VERBS = ("task", "notify", "schedule")


class MessageFile(Model):
    """The messages that every pathway may use."""

    language: LanguageVersion
    messages: MessageModels
