"""Steps and rules as data models: what is done, by one verb each, with common fields."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from pathways.compiled import Verb
from pathways.disclosing import Scope
from pathways.language import verbs
from pathways.language.fields import (
    Condition,
    Count,
    Flag,
    Id,
    LocalText,
    Model,
    Name,
    OneOrMore,
    Percent,
    SpanField,
    Text,
)
from pathways.language.windows import Window
from pathways.orders import Basis

ResponseClass = Literal["RT-911", "RT-ED", "RT-2H", "RT-SD", "RT-24H", "RT-1BD", "RT-3BD", "RT-NV"]


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


class Unreachable(Model):
    """What follows when nobody answers, after so many attempts on as many days."""

    attempts: Annotated[Count, Field(description="Attempts, each on another day.")] = 3
    again: Annotated[
        SpanField | None,
        Field(description="The next attempt not before this (default: 2 business days)."),
    ] = None
    message: Annotated[
        Name | None,
        Field(description="The letter after the last (default: unable-to-reach), or none."),
    ] = None
    start: Annotated[OneOrMore, Field(description="Steps to start after the last.")] = ()
    inform: Annotated[
        Name | None, Field(description="The role that is told (default: the supervisor).")
    ] = None


class Ordered(Model):
    """What a step or rule asks of a thing, where another may ask the opposite."""

    on: Annotated[Id, Field(description="The thing: a treatment, or a target.")]
    do: Annotated[
        Text,
        Field(
            description="stop, hold, decrease, continue, start or increase; "
            "or the value of a parameter, with its intensity."
        ),
    ]
    intensity: Annotated[
        Count | None,
        Field(description="Of a parameter's value: the higher, the more intensive."),
    ] = None
    basis: Annotated[
        Basis | None,
        Field(
            description="What it rests on (default: life-safety with RT-911 or RT-ED, "
            "contraindication for stop and hold, else pathway-default)."
        ),
    ] = None
    treatment: Annotated[
        Flag | None,
        Field(description="Whether it touches the treatment (default: not of a parameter)."),
    ] = None
    by: Annotated[
        Name | None,
        Field(description="The role that decides (default: the patient's physician)."),
    ] = None


class Shared(Model):
    """What steps and rules have in common."""

    id: Annotated[Id, Field(description="Its id, unique among steps and rules.")]
    title: Annotated[
        LocalText | None,
        Field(description="How people see it (default: from the id); plain, or by language."),
    ] = None
    when: Annotated[Condition | None, Field(description="Only when this is yes.")] = None
    due: Annotated[SpanField | None, Field(description="Time allowed, from the start.")] = None
    overdue: Annotated[
        tuple[Overdue, ...] | None,
        Field(description="Reminders and escalations, instead of the usual ones."),
    ] = None
    declined: Annotated[Declined, Field(description="What a no leads to.")] = Declined()
    unreachable: Annotated[
        Unreachable | None, Field(description="What follows when nobody answers.")
    ] = None
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
    order: Annotated[
        Ordered | None,
        Field(description="What it asks of a thing; a physician decides between opposites."),
    ] = None
    shares: Annotated[
        tuple[Scope, ...],
        Field(
            max_length=3,
            description="What of the patient a message to the caregiver tells: health, plan, "
            "safety. Only within the patient's consent.",
        ),
    ] = ()
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
    window: Annotated[
        Window | None, Field(description="When it may be done, counted from a date.")
    ] = None
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
    supersedes: Annotated[
        OneOrMore, Field(description="Rules whose open tasks are needless once this one fires.")
    ] = ()


STEP_VERBS: tuple[str, ...] = get_args(Verb)
RULE_VERBS = ("task", "notify", "schedule")
