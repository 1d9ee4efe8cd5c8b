"""The form of scenario files: what may be written, as data models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pathways.language.fields import (
    Count,
    Date,
    DecisionText,
    Flag,
    Icd10,
    LanguageTag,
    MedicineText,
    Model,
    Name,
    Names,
    Number,
    OneOrMore,
    Text,
    Value,
)
from pathways.language.moments import DueField, MomentField, SlotField, StartField
from pathways.scenarios.reviewing import Detail
from pathways.scenarios.scenario import ZONE

BESIDE = {"hold": "until", "timeline": "step"}
"""One deed although two words: "hold: ..., until: ..." and "timeline: ..., step: ..."."""


class PatientModel(Model):
    """Who the patient is."""

    born: Annotated[Date, Field(description="Date of birth, like 1958-03-02.")] = "1960-01-01"
    sex: Annotated[
        Literal["female", "male", "other", "unknown"], Field(description="Sex on the record.")
    ] = "unknown"
    language: Annotated[LanguageTag, Field(description="Language that messages go out in.")] = "en"
    zone: Annotated[Text, Field(description="Time zone, like America/Chicago.")] = ZONE
    conditions: Annotated[
        tuple[Icd10, ...],
        Field(description="ICD-10-CM codes (default: the first that the pathway is for)."),
    ] = ()
    medications: Annotated[Names, Field(description="Medicines, by ingredient.")] = ()
    consent: Annotated[Flag, Field(description="Whether messages may be sent.")] = True
    caregiver: Annotated[Flag, Field(description="Whether there is a caregiver.")] = False
    access: Annotated[
        Literal["all", "none", "unasked", "health", "plan", "safety"],
        Field(description="What the patient lets the caregiver know (default: all)."),
    ] = "all"
    deceased: Annotated[
        Flag, Field(description="Whether the record says that the patient has died.")
    ] = False
    payer: Annotated[Name, Field(description="Who pays, by the id of the payer.")] = ""
    name: Annotated[
        Text, Field(description="The name, where a referral may be of the patient.")
    ] = ""
    phone: Annotated[
        Text, Field(description="The telephone, where a referral may be of the patient.")
    ] = ""


class HappeningModel(Model):
    """A line of ``course``: one deed, and what belongs to it."""

    at: Annotated[
        MomentField | None, Field(description="When (default: at once after the line before).")
    ] = None
    complete: Annotated[
        Name | None, Field(description="The task of this step or rule is done.")
    ] = None
    decline: Annotated[Name | None, Field(description="The patient says no to this step.")] = None
    vary: Annotated[Name | None, Field(description="The task of this step is closed undone.")] = (
        None
    )
    assign: Annotated[
        Name | None, Field(description="The task of this step is handed to somebody else.")
    ] = None
    attended: Annotated[
        Name | None, Field(description="The appointment of this step was kept.")
    ] = None
    missed: Annotated[
        Name | None, Field(description="The patient did not come to this step's appointment.")
    ] = None
    cancelled: Annotated[
        Name | None, Field(description="The appointment of this step was cancelled.")
    ] = None
    record: Annotated[
        dict[Name, Value] | None, Field(description="A reading from outside a task.")
    ] = None
    correct: Annotated[
        dict[Name, Value] | None, Field(description="An earlier reading was wrong: what it was.")
    ] = None
    retract: Annotated[Name | None, Field(description="A reading of this value was wrong.")] = None
    event: Annotated[Name | None, Field(description="A report, like admitted.")] = None
    hold: Annotated[Text | None, Field(description="A pause, with its reason.")] = None
    resume: Annotated[Flag | None, Field(description="The pause ends.")] = None
    withdraw: Annotated[Text | None, Field(description="The patient leaves, with the reason.")] = (
        None
    )
    close: Annotated[
        Name | None, Field(description="The enrollment ends with this disposition.")
    ] = None
    enroll: Annotated[Name | None, Field(description="A further enrollment, on this pathway.")] = (
        None
    )
    refer: Annotated[
        Name | None,
        Field(description="Somebody who may be the patient is referred to this pathway."),
    ] = None
    match: Annotated[
        Literal["same-person", "other-person"] | None,
        Field(description="A person says who was referred."),
    ] = None
    undelivered: Annotated[Name | None, Field(description="This message did not arrive.")] = None
    review: Annotated[Name | None, Field(description="Something is said of this request.")] = None
    say: Annotated[Name, Field(description="review: what, as careway review has it.")] = ""
    details: dict[Detail, Value] = Field(default_factory=dict, description="review: what else.")
    slots: dict[Name, SlotField] = Field(
        default_factory=dict,
        description="From now on, how soon the next slot of a service is free; or none.",
    )
    until: Annotated[
        MomentField | None, Field(description="Time passes until then; of a hold: its end.")
    ] = None
    all_done: Annotated[Flag, Field(description="Everybody does their part in time.")] = False
    except_: Annotated[
        OneOrMore, Field(description="Steps, rules or kinds of task that nobody does.")
    ] = ()
    absent: Annotated[
        OneOrMore, Field(description="Steps whose appointments the patient misses; or all.")
    ] = ()
    pathway: Annotated[Name, Field(description="Which pathway is meant, of several.")] = ""
    kind: Annotated[Name, Field(description="Kind of task, if not the step's own.")] = ""
    outcome: Annotated[Name, Field(description="How the task ends.")] = ""
    reason: Annotated[Text, Field(description="Why.")] = ""
    without: Annotated[
        OneOrMore, Field(description="complete: steps that a rejection takes out of the plan.")
    ] = ()
    restore: Annotated[
        OneOrMore, Field(description="complete: steps that a plan task puts back into the plan.")
    ] = ()
    channel: Annotated[
        Name, Field(description="complete: by which way a contact was tried: phone, portal ...")
    ] = ""
    by: Annotated[Name, Field(description="The role that acts.")] = ""
    to: Annotated[
        Name, Field(description="The role that the task is handed to; where a patient went.")
    ] = ""
    set_: dict[Name, Value] = Field(
        default_factory=dict, description="What is found when somebody asks."
    )
    answers: dict[Name, dict[Name, Number]] = Field(
        default_factory=dict, description="Answers by instrument and item."
    )
    outcomes: dict[Name, Name] = Field(
        default_factory=dict, description="How tasks end, by step or kind."
    )
    results: dict[Name, dict[Name, Value]] = Field(
        default_factory=dict, description="What appointments find, by service."
    )
    observed: Annotated[
        MomentField | None, Field(description="When it was measured, or happened, if earlier.")
    ] = None
    verified: Annotated[Flag, Field(description="Of a death: whether it is verified.")] = True
    zone: Annotated[Text, Field(description="With moved: the new time zone.")] = ""
    visit: Annotated[Text, Field(description="Of messages of a hospital: the visit number.")] = ""
    into: Annotated[Text, Field(description="With visit-merged: the visit that stays.")] = ""
    note: Annotated[Text, Field(description="What is written down with it.")] = ""
    medicines: Annotated[
        tuple[MedicineText, ...] | None,
        Field(description="What a reconciliation finds: the whole list, like oxycodone 20 mg."),
    ] = None
    packet: dict[Name, Text] = Field(
        default_factory=dict,
        description="Of a hand-over: sections of the packet that do not apply, and why.",
    )
    decisions: Annotated[
        tuple[DecisionText, ...],
        Field(description='What is decided about lines of the list, like "metformin: stop, eGFR".'),
    ] = ()
    told: dict[Name, Text] = Field(
        default_factory=dict,
        description="What is told with an event, like on and do of an order; of who is referred.",
    )


class ExpectationModel(Model):
    """A line of ``expect`` or ``never``."""

    task: Annotated[Name | None, Field(description="A task of this step or rule was opened.")] = (
        None
    )
    message: Annotated[Name | None, Field(description="This message was sent.")] = None
    appointment: Annotated[
        Name | None, Field(description="An appointment of this step was booked.")
    ] = None
    rule: Annotated[Name | None, Field(description="This rule fired.")] = None
    entered: Annotated[Name | None, Field(description="This stage was entered.")] = None
    closed: Annotated[
        Name | None, Field(description="The enrollment ended with this disposition.")
    ] = None
    refused: Annotated[Name | None, Field(description="A command was refused with this code.")] = (
        None
    )
    timeline: Annotated[
        Name | None, Field(description="The timeline has an entry of this kind.")
    ] = None
    stage: Annotated[Name | None, Field(description="How this stage stands.")] = None
    step: Annotated[
        Name | None, Field(description="How this step stands; with timeline: whose entry.")
    ] = None
    value: Annotated[Name | None, Field(description="What this data element is.")] = None
    goal: Annotated[Name | None, Field(description="How this goal stands.")] = None
    review: Annotated[Name | None, Field(description="How this request stands.")] = None
    plan: Annotated[
        Count | None,
        Field(description="How this version of the care plan stands, by its number."),
    ] = None
    clock: Annotated[
        Name | None, Field(description="A clock of a program was started: PROGRAM.CLOCK.")
    ] = None
    period: Annotated[
        Name | None, Field(description="A service period of this program began; due: its end.")
    ] = None
    at: Annotated[
        MomentField | None,
        Field(description="At that very minute; of a state: how it stands then."),
    ] = None
    on: Annotated[MomentField | None, Field(description="On that local day.")] = None
    by: Annotated[MomentField | None, Field(description="Not later than this.")] = None
    after: Annotated[MomentField | None, Field(description="Later than this.")] = None
    pathway: Annotated[Name, Field(description="Which pathway is meant, of several.")] = ""
    times: Annotated[
        Count | None, Field(description="Exactly so often (default: at least once).")
    ] = None
    kind: Annotated[Name, Field(description="Kind of the task.")] = ""
    owner: Annotated[Name, Field(description="The role that owns it.")] = ""
    due: Annotated[DueField | None, Field(description="Time allowed, or the moment it is due.")] = (
        None
    )
    urgency: Annotated[Name, Field(description="Its response class.")] = ""
    status: Annotated[Name, Field(description="How it stands, or ended.")] = ""
    outcome: Annotated[Name, Field(description="How the task ended.")] = ""
    to: Annotated[Name, Field(description="Whom it goes to.")] = ""
    within: Annotated[DueField | None, Field(description="How soon a slot was asked for.")] = None
    service: Annotated[Name, Field(description="What the appointment is for.")] = ""
    minutes: Annotated[Count | None, Field(description="How long the appointment is.")] = None
    is_: Annotated[
        Value | None, Field(description="What the value is; unknown if it is missing or stale.")
    ] = None
    because: Annotated[
        Text, Field(description="Part of a reason: of a refusal, a task, the timeline.")
    ] = ""
    says: Annotated[
        Text,
        Field(description="Part of a task's title, a message's text or the timeline's sentence."),
    ] = ""
    late: Annotated[
        Flag | None, Field(description="Whether the task was done, or left, later than due.")
    ] = None
    misses: Annotated[
        Number | None, Field(description="How many appointments of the step were missed in a row.")
    ] = None
    shows: Annotated[
        OneOrMore, Field(description="Which claims of the story this line shows to hold.")
    ] = ()


class ScenarioModel(Model):
    """A scenario file."""

    scenario: Annotated[Text, Field(description="What should hold, in one sentence.")]
    about: Annotated[Text, Field(description="A note for the reader.")] = ""
    pathway: Annotated[
        OneOrMore,
        Field(description="The pathway, or several that the patient is enrolled on together."),
    ]
    start: Annotated[
        StartField,
        Field(description="When the patient is enrolled: a local time like 2026-03-02 09:00."),
    ]
    claims: dict[Name, Text] = Field(
        default_factory=dict,
        description="What the story says, line by line; each is shown by a line that expects it.",
    )
    referred: Annotated[Date, Field(description="Date of the referral, if earlier.")] = ""
    referrer: Annotated[Text, Field(description="Who referred the patient.")] = ""
    patient: Annotated[PatientModel, Field(description="Who the patient is.")] = PatientModel()
    known: dict[Name, Value] = Field(
        default_factory=dict, description="Readings at the enrollment."
    )
    usual: dict[Name, Value] = Field(
        default_factory=dict, description="What is found when a task asks and no line says."
    )
    slots: dict[Name, SlotField] = Field(
        default_factory=dict,
        description="How soon the next slot of a service is free, from the start; or none.",
    )
    results: dict[Name, dict[Name, Value]] = Field(
        default_factory=dict, description="What appointments find, by service."
    )
    all_done: Annotated[
        Flag, Field(description="Whenever time passes, everybody does their part.")
    ] = False
    course: Annotated[
        tuple[HappeningModel, ...], Field(description="What happens, one thing a line.")
    ] = ()
    expect: Annotated[
        tuple[ExpectationModel, ...], Field(description="What should come of it.")
    ] = ()
    never: Annotated[tuple[ExpectationModel, ...], Field(description="What must not.")] = ()


class EquivalentModel(Model):
    """A mutant that changes nothing for any patient."""

    mutant: Annotated[Text, Field(description="The change, as careway test --mutate names it.")]
    because: Annotated[Text, Field(description="Why no patient shows it.")]


class UnreachableModel(Model):
    """A point that no patient can reach."""

    point: Annotated[Text, Field(description="The point, as careway test names it.")]
    because: Annotated[Text, Field(description="Why no patient comes there.")]


class ExceptionsModel(Model):
    """A file of exceptions."""

    equivalent: Annotated[
        tuple[EquivalentModel, ...],
        Field(description="Changes that make no difference to any patient."),
    ] = ()
    unreachable: Annotated[
        tuple[UnreachableModel, ...], Field(description="Points that no patient can reach.")
    ] = ()
