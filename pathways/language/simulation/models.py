"""Behaviour and staffing files as data models: what may be written, not what it means."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pathways.language.fields import (
    Count,
    Flag,
    Icd10,
    Id,
    LanguageTag,
    LanguageVersion,
    Model,
    Name,
    Number,
    SpanField,
    Text,
)
from pathways.language.simulation.kinds import (
    Clock,
    Day,
    FromZero,
    Quarters,
    Share,
    Shares,
    Source,
    Sources,
)

Response = Literal["RT-911", "RT-ED", "RT-2H", "RT-SD", "RT-24H", "RT-1BD", "RT-3BD"]


class Age(Model):
    """Ages: normal, between bounds."""

    youngest: Count
    oldest: Count
    mean: Number
    differ: FromZero


class People(Model):
    """Who the patients are."""

    age: Age
    female: Share
    languages: Annotated[dict[LanguageTag, Share], Field(min_length=1)]
    conditions: Annotated[
        dict[Icd10, Share],
        Field(default_factory=dict, description="Each has one of them; none: the pathway's own."),
    ]
    medications: Annotated[
        dict[Text, Share], Field(default_factory=dict, description="Each by its own share.")
    ]
    caregiver: Share = 0.0
    consent: Share = 1.0
    source: Source


class Arrivals(Model):
    """Referrals come evenly over the first span; who leaves is replaced so long after."""

    over: SpanField
    replaced_after: SpanField
    source: Source


class Attempts(Model):
    """Calls to the patient."""

    answered: Share
    again: SpanField
    most: Count
    besides: Annotated[
        tuple[Name, ...], Field(description="Steps that are themselves attempts to reach.")
    ] = ()
    source: Source


class ValueModel(Model):
    """What patients answer for one value: a level (from, to, over), words by share (one-of), words
    that follow one another (in-turn), or yes."""

    name: Name
    from_: Number | None = None
    to: Number | None = None
    over: SpanField | None = None
    differ: Annotated[FromZero, Field(description="Standard deviation between patients.")] = 0.0
    vary: Annotated[FromZero, Field(description="Standard deviation between measurements.")] = 0.0
    one_of: Shares | None = None
    yes: Share | None = None
    in_turn: Annotated[
        dict[Text, SpanField] | None, Field(description="word: how long; the last one stays.")
    ] = None
    anew: Annotated[Flag, Field(description="Drawn at each question, not once a patient.")] = False
    source: Source


class InstrumentModel(Model):
    """How a questionnaire is answered: near this total; ``items`` apart from it, by share."""

    instrument: Name
    from_: Number = 0.0
    to: Number | None = None
    over: SpanField | None = None
    differ: FromZero = 0.0
    vary: FromZero = 0.0
    items: Annotated[dict[Name, Share], Field(default_factory=dict)]
    source: Source


class OutcomesModel(Model):
    """How tasks of these steps end."""

    steps: Annotated[tuple[Name, ...], Field(min_length=1)]
    one_of: Shares
    source: Source


class DecliningModel(Model):
    """The share of offers that patients decline; without steps: of all others."""

    share: Share
    steps: tuple[Name, ...] = ()
    source: Source


class VisitingModel(Model):
    """The shares of visits that are missed or cancelled; without services: of all others."""

    missed: Share
    cancelled: Share = 0.0
    services: tuple[Name, ...] = ()
    source: Source


class ReadingModel(Model):
    """A device at home."""

    name: Name
    every: SpanField
    owned: Share = 1.0
    sent: Share = 1.0
    source: Source


class Follows(Model):
    """What follows an event, on average so long after."""

    event: Id
    after: SpanField


class EventModel(Model):
    """An event that happens so many times in a patient-year."""

    event: Id
    a_year: FromZero
    verified: Share = 1.0
    then: Follows | None = None
    source: Source


class DecidedModel(Model):
    """Shares of requests that are approved, granted in part, denied; together 100 %."""

    approved: Share
    partial: Share = 0.0
    denied: Share = 0.0


class PayingModel(Model):
    """What payers make of requests for authorization; without services: of all others."""

    one_of: DecidedModel
    pended: Annotated[Share, Field(description="More information is asked for first.")] = 0.0
    late: Annotated[Share, Field(description="Decided after the payer's time.")] = 0.0
    talk_granted: Annotated[
        Share, Field(description="Talks between physicians after which it is granted.")
    ] = 0.0
    appealed: Annotated[Share, Field(description="Denials that are appealed.")] = 0.0
    appeal_granted: Annotated[Share, Field(description="Appeals that are won.")] = 0.0
    services: tuple[Name, ...] = ()
    source: Source


class CoverModel(Model):
    """Who pays: ids of payers, by share."""

    one_of: Shares
    source: Source


class BehaviourFile(Model):
    """What synthetic patients are like and do."""

    language: LanguageVersion
    behaviour: Id
    title: Text
    sources: Sources
    patients: People
    arrivals: Arrivals
    attempts: Attempts
    values: tuple[ValueModel, ...] = ()
    instruments: tuple[InstrumentModel, ...] = ()
    outcomes: tuple[OutcomesModel, ...] = ()
    declines: tuple[DecliningModel, ...] = ()
    visits: tuple[VisitingModel, ...] = ()
    results: Annotated[
        dict[Name, tuple[Name, ...]],
        Field(default_factory=dict, description="service: values that a kept visit brings"),
    ]
    readings: tuple[ReadingModel, ...] = ()
    events: tuple[EventModel, ...] = ()
    payers: tuple[PayingModel, ...] = ()
    cover: CoverModel | None = None


class HoursModel(Model):
    """Working hours, and the share of them that goes into patients' tasks."""

    days: Annotated[tuple[Day, ...], Field(min_length=1)]
    opens: Clock
    closes: Clock
    at_work: Share
    source: Source


class RoleModel(Model):
    """People of one role, for one panel."""

    role: Name
    people: Quarters
    hours: HoursModel | None = None
    source: Source


class OtherRoles(Model):
    """People of every role that the pathways name and this file does not."""

    people: Quarters
    source: Source


class MinutesModel(Model):
    """How long tasks take: of steps and rules by id, or of whole kinds."""

    minutes: FromZero
    contact: Annotated[Flag, Field(description="The patient must be reached for it.")] = False
    steps: tuple[Name, ...] = ()
    kinds: tuple[Name, ...] = ()
    source: Source


class UrgentModel(Model):
    """Begun at any hour by whoever is on duty, on average so many minutes after it opens."""

    response: Response
    within_minutes: FromZero
    source: Source


class PanelModel(Model):
    """How many patients share these people, and what they bear."""

    patients: Count
    late_at_most: Annotated[Share, Field(description="Share of tasks that may be late.")]
    source: Source


class SmallWork(Model):
    """Minutes that an unanswered call, and an escalation, cost."""

    unanswered_call: FromZero
    escalation: FromZero
    source: Source


class StaffingFile(Model):
    """Who works on the tasks of one panel of patients, and when."""

    language: LanguageVersion
    staffing: Id
    title: Text
    sources: Sources
    zone: Text
    country: Text
    panel: PanelModel
    hours: HoursModel
    roles: Annotated[tuple[RoleModel, ...], Field(min_length=1)]
    others: OtherRoles
    minutes: Annotated[tuple[MinutesModel, ...], Field(min_length=1)]
    small: SmallWork
    urgent: tuple[UrgentModel, ...] = ()
