"""Program files as data models: what may be written, not what it means."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pathways.language.fields import (
    Count,
    Flag,
    Id,
    LanguageVersion,
    Model,
    Name,
    Number,
    OneOrMore,
    SpanField,
    Text,
)
from pathways.language.tree import Numeral

_MOST_DAYS = 400


def _day(value: object) -> int:
    if isinstance(value, Numeral) and re.fullmatch(r"\d{1,3}", value) and int(value) <= _MOST_DAYS:
        return int(value)
    raise PydanticCustomError("not-a-day", "A day is needed here: 0 is the day of the event.")


Day = Annotated[
    int,
    PlainValidator(_day),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": _MOST_DAYS}),
]
AtLeast = Annotated[Number | None, Field(description="Of a value: numbers from this on.")]
Below = Annotated[Number | None, Field(description="Of a value: numbers below this.")]
Details = Annotated[dict[Id, OneOrMore], Field(default_factory=dict)]


class EvidenceModel(Model):
    """What meets a clock: exactly one of contact, attempt, work, visit, value, event, entered."""

    contact: OneOrMore | None = None
    attempt: OneOrMore | None = None
    work: OneOrMore | None = None
    visit: OneOrMore | None = None
    value: OneOrMore | None = None
    event: OneOrMore | None = None
    by: Annotated[
        tuple[Name, ...], Field(description="Roles whose work counts; without it: any.")
    ] = ()
    is_: Annotated[
        OneOrMore | None,
        Field(alias="is", description="Values, or outcomes of work, that count; without it: any."),
    ] = None
    times: Annotated[Count, Field(description="So many are needed.")] = 1
    entered: Annotated[
        OneOrMore | None, Field(description="Phases, or ids of stages, that were entered.")
    ] = None
    at_least: AtLeast = None
    below: Below = None


class TriggerModel(Model):
    """What starts the clocks: exactly one of event, enrolled, referred, entered and value (a date,
    or with at-least or below a number)."""

    event: OneOrMore | None = None
    enrolled: OneOrMore | None = None
    value: OneOrMore | None = None
    only: Annotated[Details, Field(description="Details that the event must have.")]
    unless: Annotated[Details, Field(description="Details with which nothing starts.")]
    referred: Annotated[
        OneOrMore | None,
        Field(description="A referral to these pathways, or their closed case is opened again."),
    ] = None
    entered: Annotated[
        OneOrMore | None, Field(description="A stage of these phases is entered.")
    ] = None
    at_least: AtLeast = None
    below: Below = None


class ClockModel(Model):
    """One clock."""

    clock: Id
    title: Text
    within: SpanField
    limit: Annotated[SpanField | None, Field(description="The hard limit, after a grace.")] = None
    first_day: Annotated[Day, Field(description="The first day that counts; 0: the event's.")] = 0
    no_later_than: Annotated[
        Name | None, Field(description="The clock whose day, once it is met, is the last day.")
    ] = None
    again: Annotated[Flag, Field(description="Starts anew whenever it is met.")] = False
    met_by: Annotated[tuple[EvidenceModel, ...], Field(min_length=1)]


class ClaimModel(Model):
    """A code (its number only) and the clocks that must be met for it."""

    code: Text
    needs: Annotated[tuple[Name, ...], Field(min_length=1)]
    says: Text | None = None


class ThresholdModel(Model):
    """From so many minutes in a calendar month, this code (its number only)."""

    minutes: Count
    code: Text


class MinutesModel(Model):
    """Time of care management by calendar month."""

    thresholds: Annotated[tuple[ThresholdModel, ...], Field(min_length=1)]
    by: tuple[Name, ...] = ()
    not_with: tuple[Name, ...] = ()


class OnModel(Model):
    """Only for patients on some of these pathways."""

    any_of: Annotated[tuple[Name, ...], Field(min_length=1)]
    at_least: Count = 1


class ProgramFile(Model):
    """A care-management program, or an internal indicator, of one year."""

    language: LanguageVersion
    program: Id
    version: Text
    title: Text
    kind: Literal["billing", "indicator"]
    tag: Annotated[
        Literal["looked-up", "well-known", "to-check", "default"],
        Field(description="How sure we are of the numbers."),
    ]
    source: Text
    whom: Text | None = None
    on: OnModel | None = None
    starts: tuple[TriggerModel, ...] = ()
    drops: Annotated[
        tuple[Name, ...],
        Field(description="Events or dispositions after which what is open is dropped."),
    ] = ()
    period: Annotated[
        SpanField | None, Field(description="Ends on the event's date plus this (day 1 is it).")
    ] = None
    clocks: tuple[ClockModel, ...] = ()
    claims: tuple[ClaimModel, ...] = ()
    minutes: MinutesModel | None = None
