"""Scenario files: read with the places of everything in them, into ``pathways.scenarios``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Struct
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
from pathways.language.issues import Issue, Place, has_errors, in_order
from pathways.language.reading import read_yaml
from pathways.language.shaping import shape
from pathways.language.spans import SpanError, parse_span
from pathways.language.tree import Mapping, Node, Sequence
from pathways.scenarios.scenario import (
    DEEDS,
    WHATS,
    ZONE,
    Deed,
    Expectation,
    Happening,
    Moment,
    Patient,
    Scenario,
    What,
)
from pathways.spans import Span

_MOMENT = re.compile(
    r"(?:day (?P<day>-?\d{1,4})|(?P<date>\d{4}-\d{2}-\d{2}))"
    r"(?: (?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?)?"
)
_START = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
_MOMENTS = '"day 3", "day 3 10:30", "2026-03-05 10:30" or "+2 hours"'
UNKNOWN = "unknown"
"""``value: hba1c, is: unknown``."""


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
    import datetime as dt

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


class Excepted(Struct, frozen=True):
    """A mutant that no scenario can notice, or a point that none can reach, and why."""

    kind: Literal["equivalent", "unreachable"]
    name: str
    because: str
    place: Place


class ReadScenario(Struct, frozen=True):
    """A scenario, or ``None`` when an issue is an error."""

    scenario: Scenario | None
    issues: tuple[Issue, ...]


def read_scenario(text: str | bytes, file: str) -> ReadScenario:
    """Read one scenario file. Never raises for what an author may write."""
    root, issues = read_yaml(text, file)
    if root is None:
        return ReadScenario(None, in_order(issues))
    model, wrong = shape(root, ScenarioModel)
    issues += wrong
    if model is None or not isinstance(root, Mapping):
        return ReadScenario(None, in_order(issues))
    issues += _several(root)
    if has_errors(issues):
        return ReadScenario(None, in_order(issues))
    return ReadScenario(_Lowering(root, model, file).scenario(), in_order(issues))


def read_exceptions(text: str | bytes, file: str) -> tuple[list[Excepted], tuple[Issue, ...]]:
    """Read a file of exceptions. Never raises for what an author may write."""
    root, issues = read_yaml(text, file)
    if root is None:
        return [], in_order(issues)
    model, wrong = shape(root, ExceptionsModel)
    issues += wrong
    if model is None or not isinstance(root, Mapping):
        return [], in_order(issues)
    found = [
        Excepted("equivalent", one.mutant, one.because, node.place)
        for one, node in zip(model.equivalent, _items(root, "equivalent"), strict=True)
    ]
    found += [
        Excepted("unreachable", point.point, point.because, node.place)
        for point, node in zip(model.unreachable, _items(root, "unreachable"), strict=True)
    ]
    return found, in_order(issues)


def _several(root: Mapping) -> Iterator[Issue]:
    """A line says one thing; a scenario expects something."""
    for entry in _items(root, "course"):
        yield from _one_of(entry, DEEDS, "course")
    for name in ("expect", "never"):
        for entry in _items(root, name):
            yield from _one_of(entry, WHATS, name)
    if not _items(root, "expect") and not _items(root, "never"):
        message = "This scenario expects nothing, so it cannot fail."
        yield Issue("nothing-expected", message, root.place, hint='Add "expect" or "never".')


def _items(root: Mapping, key: str) -> tuple[Mapping, ...]:
    node: Node | None = root.get(key)
    found = node.items if isinstance(node, Sequence) else ()
    return tuple(item for item in found if isinstance(item, Mapping))


def _one_of(entry: Mapping, words: tuple[str, ...], section: str) -> Iterator[Issue]:
    said = [key for key in entry.keys() if key in words]  # noqa: SIM118
    # "hold: ..., until: ..." is one deed, and so is "timeline: ..., step: ...".
    for main, also in (("hold", "until"), ("timeline", "step")):
        if main in said and also in said:
            said.remove(also)
    if len(said) == 1:
        return
    place = entry.key_place(said[1]) if said else entry.place
    fact = f'"{said[0]}" and "{said[1]}" stand in one line' if said else "This line says nothing"
    hint = "Make two lines of it." if said else f"Known here: {', '.join(words)}."
    yield Issue("one-thing-a-line", f"{fact} of {section}.", place, hint=hint)


class _Lowering:
    def __init__(self, root: Mapping, model: ScenarioModel, file: str) -> None:
        self._root, self._model, self._file = root, model, file

    def scenario(self) -> Scenario:
        model = self._model
        return Scenario(
            scenario=model.scenario,
            pathways=model.pathway,
            start=model.start,
            course=tuple(
                self._happening(one, node)
                for one, node in zip(model.course, _items(self._root, "course"), strict=True)
            ),
            expect=self._expectations("expect", model.expect),
            never=self._expectations("never", model.never),
            patient=Patient(**model.patient.model_dump()),
            known=model.known,
            usual=model.usual,
            slots=model.slots,
            results=model.results,
            all_done=model.all_done,
            referred=model.referred,
            about=model.about,
            file=self._file,
            line=self._root.place.line,
        )

    def _happening(self, one: HappeningModel, node: Mapping) -> Happening:
        deed: Deed = next(
            d for d in DEEDS if (getattr(one, d) if d != "slots" else one.slots or None) is not None
        )
        named = getattr(one, deed)
        return Happening(
            deed=deed,
            of=named if isinstance(named, str) else "",
            at=one.at,
            pathway=one.pathway,
            kind=one.kind,
            outcome=one.outcome,
            reason=one.reason,
            by=one.by,
            to=one.to,
            values=one.record if one.record is not None else one.set_,
            answers={
                name: {item: int(answer) for item, answer in items.items()}
                for name, items in one.answers.items()
            },
            observed=one.observed,
            verified=one.verified,
            zone=one.zone,
            slots=one.slots,
            until=one.until,
            all_done=one.all_done,
            leaving=one.except_,
            absent=one.absent,
            outcomes=one.outcomes,
            results=one.results,
            line=node.place.line,
            column=node.place.column,
        )

    def _expectations(
        self, section: str, models: tuple[ExpectationModel, ...]
    ) -> tuple[Expectation, ...]:
        nodes = _items(self._root, section)
        return tuple(self._expectation(m, n) for m, n in zip(models, nodes, strict=True))

    def _expectation(self, one: ExpectationModel, node: Mapping) -> Expectation:
        what: What = next(w for w in WHATS if getattr(one, w) is not None)
        shared: dict[str, Any] = {
            name: getattr(one, name)
            for name in Expectation.__struct_fields__
            if name in ExpectationModel.model_fields and name not in ("step", "value")
        }
        return Expectation(
            what,
            getattr(one, what),
            **shared,
            step=one.step or "" if what == "timeline" else "",
            value=None if one.is_ == UNKNOWN else one.is_,
            line=node.place.line,
            column=node.place.column,
        )
