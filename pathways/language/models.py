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

    by: Annotated[Text, Field(description="Who signed it.")]
    on: Annotated[Date, Field(description="When, like 2026-11-01.")]


class Conditions(Model):
    """Diagnoses that the pathway is for, as prefixes of ICD-10-CM codes."""

    icd10: Annotated[
        tuple[Icd10, ...], Field(description="Codes, or how they begin: E11 fits E11.9.")
    ] = ()


class Evidence(Model):
    """A source of what the pathway asks for."""

    id: Annotated[Id, Field(description="What evidence: refers to.")]
    cite: Annotated[Text, Field(description="Title, year and section.")]


class Element(Model):
    """A value about the patient, named by its key."""

    type: Annotated[
        Literal["quantity", "choice", "boolean", "date", "text"],
        Field(description="What kind of value it is."),
    ]
    label: Annotated[
        Text | None, Field(description="How people see it (default: from the name).")
    ] = None
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
    loinc: Annotated[Text | None, Field(description="The LOINC code under which it arrives.")] = (
        None
    )
    fresh: Annotated[
        SpanField | None, Field(description="How long a value counts as known (default: for ever).")
    ] = None


class Term(Model):
    """A named condition. Written as text, or with the evidence for its thresholds."""

    when: Annotated[Condition, Field(description="The condition that the name stands for.")]
    evidence: Annotated[Name | None, Field(description="The source of its thresholds.")] = None


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

    when: Annotated[Condition, Field(description="When this is yes.")]
    because: Annotated[Text, Field(description="The reason, told to whoever enrolls.")]


class Goal(Model):
    """What the pathway aims at."""

    id: Annotated[Id, Field(description="Its id.")]
    title: Annotated[
        Text | None, Field(description="How people see it (default: from the id).")
    ] = None
    aim: Annotated[Condition, Field(description="Met when this is yes.")]
    by: Annotated[SpanField | None, Field(description="How long after enrollment.")] = None
    evidence: Annotated[Name | None, Field(description="The source of the aim.")] = None


class MessageText(Model):
    """A message in one language (Jinja2)."""

    subject: Annotated[Text, Field(description="One line.")]
    body: Annotated[
        Text, Field(description="Plain text; {{ recipient.name }} and the like are filled in.")
    ]


MessageModels = dict[Id, dict[LanguageTag, MessageText]]


class Overdue(Model):
    """What happens to a task that is not closed: at a share of its time, or after its due time."""

    at: Annotated[
        Percent | None, Field(description="At a share of the time allowed, like 50 %.")
    ] = None
    after: Annotated[SpanField | None, Field(description="Or so long after the due time.")] = None
    remind: Annotated[Name | None, Field(description="The role that is reminded.")] = None
    escalate: Annotated[Name | None, Field(description="Or the role that it goes to.")] = None


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

    id: Annotated[Id, Field(description="Its id, unique among steps and rules.")]
    title: Annotated[
        Text | None, Field(description="How people see it (default: from the id).")
    ] = None
    when: Annotated[Condition | None, Field(description="Only when this is yes.")] = None
    due: Annotated[SpanField | None, Field(description="Time allowed, from the start.")] = None
    overdue: Annotated[
        tuple[Overdue, ...] | None,
        Field(description="Reminders and escalations, instead of the usual ones."),
    ] = None
    declined: Annotated[Declined, Field(description="What a no leads to.")] = Declined()
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
    schedule: Annotated[verbs.Schedule | None, Field(description="Book an appointment.")] = None
    notify: Annotated[verbs.Notify | None, Field(description="Send a message.")] = None
    task: Annotated[verbs.HumanTask | None, Field(description="Any other human work.")] = None


class Step(Shared):
    """One thing to do: an id, exactly one verb, and common fields."""

    after: Annotated[OneOrMore, Field(description="Steps that must have ended.")] = ()
    in_: Annotated[SpanField | None, Field(description="Start this long after it could.")] = None
    every: Annotated[SpanField | None, Field(description="Do it again, this often.")] = None
    until: Annotated[Condition | None, Field(description="Stop repeating when this is yes.")] = None
    times: Annotated[Count | None, Field(description="Repeat at most so often.")] = None
    assess: Annotated[verbs.Assess | None, Field(description="Ask the patient.")] = None
    decide: Annotated[verbs.Decide | None, Field(description="Decide by a table.")] = None
    plan: Annotated[verbs.Plan | None, Field(description="Make the care plan.")] = None
    approve: Annotated[verbs.Approve | None, Field(description="Approve a care plan.")] = None
    educate: Annotated[verbs.Educate | None, Field(description="Teach.")] = None
    refer: Annotated[verbs.Refer | None, Field(description="Refer to a service.")] = None
    authorize: Annotated[verbs.Authorize | None, Field(description="Obtain an authorization.")] = (
        None
    )
    reconcile: Annotated[verbs.Reconcile | None, Field(description="Reconcile the medicines.")] = (
        None
    )
    monitor: Annotated[verbs.Monitor | None, Field(description="Expect readings.")] = None
    transition: Annotated[verbs.Transition | None, Field(description="Hand the patient over.")] = (
        None
    )
    wait: Annotated[verbs.Wait | None, Field(description="Wait.")] = None
    milestone: Annotated[verbs.Milestone | None, Field(description="Note that it is reached.")] = (
        None
    )


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
    when: Annotated[
        Condition | None,
        Field(description="The first branch that is yes is taken; the last has none."),
    ] = None
    disposition: Annotated[Id | None, Field(description="With `go: discharge`.")] = None


class Stage(Model):
    """A part of the pathway."""

    stage: Annotated[Id, Field(description="Its id.")]
    phase: Annotated[Phase | None, Field(description="Default: the id, if it is a phase.")] = None
    title: Annotated[
        Text | None, Field(description="How people see it (default: from the id).")
    ] = None
    by: Annotated[Name, Field(description="Who is answerable for it.")] = verbs.DEFAULT_OWNER
    deadline: Annotated[
        SpanField | None, Field(description="After it, the supervisor is asked to look.")
    ] = None
    every: Annotated[
        SpanField | None, Field(description="Reevaluation: how often during follow-up.")
    ] = None
    exit: Annotated[Condition | None, Field(description="A further condition for its end.")] = None
    evidence: Annotated[Name | None, Field(description="Source of the stage's thresholds.")] = None
    steps: Annotated[tuple[Step, ...], Field(description="What is done in it.")] = ()
    next: Annotated[tuple[Branch, ...], Field(description="First match wins.")] = ()


class Pathway(Model):
    """A care pathway."""

    language: Annotated[LanguageVersion, Field(description="The version of this language.")]
    pathway: Annotated[Id, Field(description="Its id.")]
    version: Annotated[Text, Field(description="The version of this pathway, in quotes.")]
    title: Annotated[Text, Field(description="How people call it.")]
    reviewed: Annotated[Reviewed | None, Field(description="Who reviewed this version.")] = None
    conditions: Annotated[Conditions, Field(description="Diagnoses that it is for.")] = Conditions()
    evidence: Annotated[tuple[Evidence, ...], Field(description="Sources.")] = ()
    roles: Annotated[tuple[Id, ...], Field(description="Who may own work.", min_length=1)]
    supervisor: Annotated[Name, Field(description="Second line of every escalation.")] = (
        "nurse-manager"
    )
    data: dict[Id, Element] = Field(
        default_factory=dict, description="Values about the patient, by name."
    )
    terms: dict[Id, TermField] = Field(
        default_factory=dict, description="Conditions with a name, usable in every condition."
    )
    eligible: Annotated[
        Condition | None, Field(description="Who may be enrolled: this must be yes.")
    ] = None
    refuse: Annotated[tuple[Refuse, ...], Field(description="Who is refused, and why.")] = ()
    goals: Annotated[tuple[Goal, ...], Field(description="What it aims at.")] = ()
    messages: MessageModels = Field(
        default_factory=dict, description="Message texts, by id and language; en is needed."
    )
    stages: Annotated[tuple[Stage, ...], Field(description="The course, in order.", min_length=1)]
    rules: Annotated[tuple[Rule, ...], Field(description="When this, do that.")] = ()


STEP_VERBS: tuple[str, ...] = get_args(Verb)
RULE_VERBS = ("task", "notify", "schedule")


class MessageFile(Model):
    """The messages that every pathway may use."""

    language: LanguageVersion
    messages: Annotated[MessageModels, Field(description="Texts by id and language.")]
