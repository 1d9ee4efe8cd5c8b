"""The definition of an instrument as data models: what may be written, not what it means."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pathways.compiled import Choice
from pathways.language.fields import (
    Count,
    Flag,
    Id,
    LanguageVersion,
    Model,
    Name,
    SpanField,
    Text,
    text_of,
)
from pathways.language.tree import Numeral

_INSTRUMENT_ID = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_LOINC = re.compile(r"\d{1,7}-\d")
ScoreKind = Literal["sum", "positive", "count", "total"]
KINDS: tuple[ScoreKind, ...] = ("sum", "positive", "count", "total")


def _instrument_id(value: object) -> str:
    text = text_of(value)
    if not _INSTRUMENT_ID.fullmatch(text) or len(text) > 64:
        message = '"{text}" is not an id: lower-case letters, digits and single hyphens.'
        raise PydanticCustomError("bad-id", message, {"text": text[:80]})
    return text


def _loinc(value: object) -> str:
    text = text_of(value)
    if not is_loinc(text):
        message = '"{text}" is not a LOINC code: its check digit does not fit.'
        raise PydanticCustomError("bad-loinc", message, {"text": text[:80]})
    return text


def is_loinc(code: str) -> bool:
    """Whether ``code`` has LOINC's form and its check digit (Luhn, mod 10) fits."""
    if not _LOINC.fullmatch(code):
        return False
    digits, check = code.split("-")
    total = 0
    for index, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if index % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return (10 - total % 10) % 10 == int(check)


def _whole(value: object) -> int:
    if isinstance(value, Numeral) and re.fullmatch(r"-?\d{1,4}", value):
        return int(value)
    raise PydanticCustomError("not-a-whole-number", "A whole number is needed here.")


def _answers(value: object) -> tuple[Choice, ...]:
    if not isinstance(value, dict) or not value:
        raise PydanticCustomError("wrong-shape", "A mapping of numbers to texts is needed here.")
    for key in value:
        if not re.fullmatch(r"-?\d{1,4}", str(key)):
            message = '"{key}" is not a number: write answers like {0: never, 1: often}.'
            raise PydanticCustomError("not-a-whole-number", message, {"key": str(key)[:40]})
    return tuple(Choice(int(key), text_of(text)) for key, text in value.items())


_ANSWERS_SCHEMA = {
    "type": "object",
    "patternProperties": {r"^-?\d{1,4}$": {"type": "string"}},
    "additionalProperties": False,
    "minProperties": 1,
}
InstrumentId = Annotated[
    str,
    PlainValidator(_instrument_id),
    WithJsonSchema({"type": "string", "pattern": f"^{_INSTRUMENT_ID.pattern}$"}),
]
Loinc = Annotated[
    str,
    PlainValidator(_loinc),
    WithJsonSchema({"type": "string", "pattern": f"^{_LOINC.pattern}$"}),
]
Whole = Annotated[int, PlainValidator(_whole), WithJsonSchema({"type": "integer"})]
Answers = Annotated[tuple[Choice, ...], PlainValidator(_answers), WithJsonSchema(_ANSWERS_SCHEMA)]


class ItemModel(Model):
    """One question. Its answers are listed (``answers``) or any number of a ``range``."""

    id: Id
    text: Text
    loinc: Loinc | None = None
    range: Annotated[tuple[Whole, Whole] | None, Field(description="[lowest, highest] answer.")] = (
        None
    )
    answers: Annotated[
        Answers | None, Field(description="Number and words of each possible answer.")
    ] = None
    required: Annotated[Flag, Field(description="false: a score does not need this answer.")] = True


class ScoreModel(Model):
    """One result: the ``sum`` of items, ``positive`` (1) when their sum reaches ``at-least``,
    the ``count`` of items that reach it, or the ``total`` of other scores."""

    id: Id
    sum: tuple[Name, ...] | None = None
    positive: tuple[Name, ...] | None = None
    count: tuple[Name, ...] | None = None
    total: tuple[Name, ...] | None = None
    at_least: Count | None = None
    loinc: Loinc | None = None
    bands: Annotated[
        dict[Id, tuple[Whole, Whole]],
        Field(default_factory=dict, description="Name of each band: [from, to]."),
    ]


class InstrumentModel(Model):
    """A scored questionnaire."""

    language: LanguageVersion
    instrument: InstrumentId
    version: Text
    title: Text
    licence: Annotated[Text, Field(description="Terms of use and the notice to be shown.")]
    source: Text
    loinc: Loinc | None = None
    subject: Annotated[
        Literal["caregiver"] | None, Field(description="Whose results they are, if not patient's.")
    ] = None
    fresh: Annotated[
        SpanField | None, Field(description="How long results count as known (default: for ever).")
    ] = None
    answers: Annotated[
        Answers | None, Field(description="Answers of every item that has none of its own.")
    ] = None
    items: Annotated[tuple[ItemModel, ...], Field(min_length=1, max_length=100)]
    scores: Annotated[tuple[ScoreModel, ...], Field(min_length=1, max_length=50)]


def kinds_of(score: ScoreModel) -> list[ScoreKind]:
    """The ways of scoring that are written; a sound score has exactly one."""
    return [kind for kind in KINDS if getattr(score, kind) is not None]


def parts_of(score: ScoreModel) -> tuple[str, ...]:
    """The items (or, for a total, the scores) that a score is made of."""
    return score.sum or score.positive or score.count or score.total or ()


def bounds_of(item: ItemModel, model: InstrumentModel) -> tuple[int, int]:
    """The lowest and the highest answer of an item."""
    if item.range:
        return item.range
    values = [choice.value for choice in item.answers or model.answers or ()]
    return (min(values), max(values)) if values else (0, 0)
