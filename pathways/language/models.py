"""The definition of a pathway as data models: what may be written, not what it means.

Meaning is checked by ``checks``; the JSON Schema for editors is made from these models by
``schema``. Docstrings and descriptions are what an editor shows.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from pathways.compiled import Phase
from pathways.language import verbs
from pathways.language.deeds import (
    RULE_VERBS,
    STEP_VERBS,
    Declined,
    Overdue,
    ResponseClass,
    Rule,
    Shared,
    Step,
)
from pathways.language.fields import (
    Condition,
    Count,
    Date,
    Icd10,
    Id,
    LanguageTag,
    LanguageVersion,
    LocalText,
    Model,
    Name,
    Names,
    Number,
    SpanField,
    Text,
)
from pathways.language.sharing.models import Parameter

__all__ = [
    "RULE_VERBS",
    "STEP_VERBS",
    "Branch",
    "Conditions",
    "Declined",
    "Element",
    "Evidence",
    "Goal",
    "MessageFile",
    "MessageModels",
    "MessageText",
    "Overdue",
    "Pathway",
    "Refuse",
    "ResponseClass",
    "Reviewed",
    "Rule",
    "Shared",
    "Stage",
    "Step",
    "Term",
    "TermField",
]


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
    subject: Annotated[
        Literal["caregiver"] | None, Field(description="Whose value it is, if not the patient's.")
    ] = None
    from_: Annotated[
        Literal["mme"] | None,
        Field(description="The medication list tells it: morphine milligram equivalents a day."),
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


class Branch(Model):
    """Where a finished stage leads."""

    go: Annotated[Name, Field(description="A stage, or `discharge`.")]
    when: Annotated[
        Condition | None,
        Field(description="The first branch that is yes is taken; the last has none."),
    ] = None
    disposition: Annotated[Id | None, Field(description="With `go: discharge`.")] = None
    because: Annotated[
        Id | None, Field(description="Why what is still under way is cancelled, like `delivered`.")
    ] = None


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
        SpanField | None,
        Field(description="Reevaluation: how often during follow-up; on open days."),
    ] = None
    since: Annotated[
        Name | None,
        Field(description="Reevaluation: every counts from when this stage was left last."),
    ] = None
    exit: Annotated[Condition | None, Field(description="A further condition for its end.")] = None
    evidence: Annotated[Name | None, Field(description="Source of the stage's thresholds.")] = None
    steps: Annotated[tuple[Step, ...], Field(description="What is done in it.")] = ()
    next: Annotated[tuple[Branch, ...], Field(description="First match wins.")] = ()


class Episodes(Model):
    """What hospital stays do to the pathway."""

    again: Annotated[
        Name | None, Field(description="The event that begins a new episode: `discharged`.")
    ] = None
    after: Annotated[tuple[Id, ...], Field(description="Dispositions of who it brings back.")] = ()
    date: Annotated[
        Name | None, Field(description="The date that takes the day of the discharge.")
    ] = None
    readmission: Annotated[
        Name | None,
        Field(description="Yes, when the stay began up to 30 days after the discharge before."),
    ] = None
    waits: Annotated[
        tuple[Name, ...], Field(description="Where to a patient goes and the episode waits.")
    ] = ()
    packet: Annotated[Name | None, Field(description="The role that sends the packet there.")] = (
        None
    )
    anew: Annotated[
        tuple[Name, ...], Field(description="Values and instruments that are asked anew.")
    ] = ()
    cancels: Annotated[
        tuple[Name, ...],
        Field(description="Steps and rules whose open work an admission cancels."),
    ] = ()
    notice: Annotated[
        Name | None, Field(description="The role that puts word of an admission into the chart.")
    ] = None


class Pathway(Model):
    """A care pathway."""

    language: Annotated[LanguageVersion, Field(description="The version of this language.")]
    pathway: Annotated[Id, Field(description="Its id.")]
    version: Annotated[Text, Field(description="The version of this pathway, in quotes.")]
    title: Annotated[LocalText, Field(description="How people call it; plain, or by language.")]
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
    parameters: dict[Id, Parameter] = Field(
        default_factory=dict, description="Values that a site may set, written ${name} where used."
    )
    contacts_a_week: Annotated[
        Count | None,
        Field(
            description="Calls and messages that a patient may have in seven days (default: 7); "
            "then messages that are not urgent wait."
        ),
    ] = None
    medicines: Annotated[
        Names, Field(description="Files of rules that judge the patient's medication list.")
    ] = ()
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
    episodes: Annotated[
        Episodes | None, Field(description="What hospital stays do to the pathway.")
    ] = None
    alarm_age: Annotated[
        SpanField | None,
        Field(description="An older observation is reviewed, not alarmed (default: 48 hours)."),
    ] = None


class MessageFile(Model):
    """The messages that every pathway may use."""

    language: LanguageVersion
    messages: Annotated[MessageModels, Field(description="Texts by id and language.")]
