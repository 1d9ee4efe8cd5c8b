"""The form of scenario files: what may be written, as data models."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, PlainValidator
from pydantic_core import PydanticCustomError

from pathways.language.fields import (
    Count,
    Date,
    Flag,
    Icd10,
    LanguageTag,
    Model,
    Name,
    Names,
    Number,
    OneOrMore,
    Text,
    Value,
    text_of,
)
from pathways.language.spans import SpanError, parse_span
from pathways.scenarios.scenario import ZONE, Moment
from pathways.spans import Span

_MOMENT = re.compile(
    r"(?:day (?P<day>-?\d{1,4})|(?P<date>\d{4}-\d{2}-\d{2}))"
    r"(?: (?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?)?"
)
_START = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
_MOMENTS = '"day 3", "day 3 10:30", "2026-03-05 10:30" or "+2 hours"'


def _moment(value: object) -> Moment:
    text = text_of(value)
    if text.startswith("+"):
        try:
            return Moment(after=parse_span(text[1:]))
        except SpanError as error:
            raise PydanticCustomError("bad-moment", "{why}", {"why": str(error)}) from None
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise PydanticCustomError("bad-moment", f"A moment is needed here: {_MOMENTS}.")
    if found["date"]:
        _real_date(found["date"])
    seconds = None
    if found["h"] is not None:
        hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
        if hour > 23 or minute > 59 or second > 59:
            raise PydanticCustomError("bad-moment", "A day has no such time.")
        seconds = hour * 3600 + minute * 60 + second
    return Moment(day=int(found["day"] or 0), date=found["date"] or "", seconds=seconds)


def _real_date(text: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("bad-date", "A date is needed here, like 2026-11-01.") from None


def _start(value: object) -> str:
    text = text_of(value)
    if not _START.fullmatch(text) or int(text[11:13]) > 23 or int(text[14:]) > 59:
        raise PydanticCustomError("bad-moment", "A start is a local time like 2026-03-02 09:00.")
    _real_date(text[:10])
    return text


def _due(value: object) -> Span | Moment:
    text = text_of(value)
    return _moment(text) if _MOMENT.fullmatch(text) else _span(text)


def _span(text: str) -> Span:
    try:
        return parse_span(text)
    except SpanError as error:
        raise PydanticCustomError("bad-span", "{reason}", {"reason": str(error)}) from None


def _slot(value: object) -> Span | None:
    text = text_of(value)
    return None if text == "none" else _span(text)


MomentField = Annotated[Moment, PlainValidator(_moment)]
SlotField = Annotated[Span | None, PlainValidator(_slot)]


class PatientModel(Model):
    """Who the patient is."""

    born: Date = "1960-01-01"
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    language: LanguageTag = "en"
    zone: Text = ZONE
    conditions: tuple[Icd10, ...] = ()
    medications: Names = ()
    consent: Flag = True
    caregiver: Flag = False
    deceased: Flag = False


class HappeningModel(Model):
    """A line of ``course``: one deed, and what belongs to it."""

    at: MomentField | None = None
    complete: Name | None = None
    decline: Name | None = None
    vary: Name | None = None
    assign: Name | None = None
    attended: Name | None = None
    missed: Name | None = None
    cancelled: Name | None = None
    record: dict[Name, Value] | None = None
    event: Name | None = None
    hold: Text | None = None
    resume: Flag | None = None
    withdraw: Text | None = None
    close: Name | None = None
    enroll: Name | None = None
    undelivered: Name | None = None
    slots: dict[Name, SlotField] = Field(default_factory=dict)
    until: MomentField | None = None
    all_done: Flag = False
    except_: OneOrMore = ()
    absent: OneOrMore = ()
    pathway: Name = ""
    kind: Name = ""
    outcome: Name = ""
    reason: Text = ""
    by: Name = ""
    to: Name = ""
    set_: dict[Name, Value] = Field(default_factory=dict)
    answers: dict[Name, dict[Name, Number]] = Field(default_factory=dict)
    outcomes: dict[Name, Name] = Field(default_factory=dict)
    results: dict[Name, dict[Name, Value]] = Field(default_factory=dict)
    observed: MomentField | None = None
    verified: Flag = True
    zone: Text = ""


class ExpectationModel(Model):
    """A line of ``expect`` or ``never``."""

    task: Name | None = None
    message: Name | None = None
    appointment: Name | None = None
    rule: Name | None = None
    entered: Name | None = None
    closed: Name | None = None
    refused: Name | None = None
    timeline: Name | None = None
    stage: Name | None = None
    step: Name | None = None
    value: Name | None = None
    goal: Name | None = None
    at: MomentField | None = None
    on: MomentField | None = None
    by: MomentField | None = None
    after: MomentField | None = None
    pathway: Name = ""
    times: Count | None = None
    kind: Name = ""
    owner: Name = ""
    due: Annotated[Span | Moment, PlainValidator(_due)] | None = None
    urgency: Name = ""
    status: Name = ""
    outcome: Name = ""
    to: Name = ""
    within: Annotated[Span | Moment, PlainValidator(_due)] | None = None
    service: Name = ""
    minutes: Count | None = None
    is_: Value | None = None
    because: Text = ""


class ScenarioModel(Model):
    """A scenario file."""

    scenario: Text
    about: Text = ""
    pathway: OneOrMore
    start: Annotated[str, PlainValidator(_start)]
    referred: Date = ""
    patient: PatientModel = PatientModel()
    known: dict[Name, Value] = Field(default_factory=dict)
    usual: dict[Name, Value] = Field(default_factory=dict)
    slots: dict[Name, SlotField] = Field(default_factory=dict)
    results: dict[Name, dict[Name, Value]] = Field(default_factory=dict)
    all_done: Flag = False
    course: tuple[HappeningModel, ...] = ()
    expect: tuple[ExpectationModel, ...] = ()
    never: tuple[ExpectationModel, ...] = ()


class EquivalentModel(Model):
    """A mutant that changes nothing for any patient."""

    mutant: Text
    because: Text


class UnreachableModel(Model):
    """A point that no patient can reach."""

    point: Text
    because: Text


class ExceptionsModel(Model):
    """A file of exceptions."""

    equivalent: tuple[EquivalentModel, ...] = ()
    unreachable: tuple[UnreachableModel, ...] = ()
