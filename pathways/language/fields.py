"""The kinds of values that fields of a definition hold, with their messages and their
JSON Schema. Each refuses with ``PydanticCustomError(code, message)``: the code becomes
the issue's code.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pathways.language.spans import EXAMPLES, PATTERN, SpanError, parse_span
from pathways.language.tags import PATTERN as TAG_PATTERN
from pathways.language.tags import is_language
from pathways.language.tree import Numeral
from pathways.medicines.lines import medicine_of
from pathways.medicines.reconciliation import decision_of
from pathways.spans import Span

ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_ID = re.compile(ID_PATTERN[1:-1])
_PERCENT = re.compile(r"(\d{1,4})\s*%")
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{0,4})?")
MAX_ID = 64


class Model(BaseModel):
    """A mapping in a definition: unknown keys are refused, names have hyphens."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
    )


def text_of(value: object) -> str:
    """A text as the author wrote it."""
    if isinstance(value, bool):
        word = "true" if value else "false"
        raise PydanticCustomError(
            "not-text", f'A text is needed here; for the word, write "{word}" in quotes.'
        )
    if not isinstance(value, str):
        raise PydanticCustomError(
            "not-text", "A text is needed here, not {kind}.", {"kind": kind(value)}
        )
    if not value.strip():
        raise PydanticCustomError("empty-text", "This text is empty.")
    return str(value)


def kind(value: object) -> str:
    """What a value is, in an author's words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a single value"


def is_id(text: str) -> bool:
    """Whether ``text`` may be an id."""
    return _ID.fullmatch(text) is not None and len(text) <= MAX_ID


def _id(value: object) -> str:
    text = text_of(value)
    if not is_id(text):
        raise PydanticCustomError(
            "bad-id",
            '"{text}" is not an id: lower-case letters, digits and single hyphens, a letter'
            " first, at most 64 characters.",
            {"text": text[:80]},
        )
    return text


def _icd10(value: object) -> str:
    text = text_of(value)
    if not _ICD10.fullmatch(text):
        raise PydanticCustomError(
            "bad-code",
            '"{text}" is not an ICD-10-CM code such as E11 or I50.9.',
            {"text": text[:80]},
        )
    return text


def _language_tag(value: object) -> str:
    text = text_of(value)
    if not is_language(text):
        raise PydanticCustomError(
            "bad-language",
            '"{text}" is not a language such as en, es or zh-Hant.',
            {"text": text[:80]},
        )
    return text


def _span(value: object) -> Span:
    if isinstance(value, Span):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("bad-span", f"A span of time is needed here, like {EXAMPLES}.")
    try:
        return parse_span(value)
    except SpanError as error:
        raise PydanticCustomError("bad-span", "{reason}", {"reason": str(error)}) from None


def _condition(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else text_of(value)


def _number(value: object) -> float:
    if isinstance(value, Numeral):
        try:
            number = float(int(value, 0)) if value[1:2] in ("x", "o") else float(value)
        except (ValueError, OverflowError):
            number = math.inf
        if math.isfinite(number):
            return number
    raise PydanticCustomError("not-a-number", "A number is needed here.")


def _count(value: object) -> int:
    number = _number(value)
    if number != int(number) or not 1 <= number <= 10_000:
        raise PydanticCustomError("not-a-count", "A whole number from 1 to 10,000 is needed here.")
    return int(number)


def _percent(value: object) -> int:
    written = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if written is None or not 1 <= int(written[1]) <= 1000:
        raise PydanticCustomError(
            "bad-percent", "A share of the time allowed is needed here, like 50 %."
        )
    return int(written[1])


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise PydanticCustomError("not-yes-or-no", "true or false is needed here.")
    return value


def _date(value: object) -> str:
    try:
        return dt.date.fromisoformat(text_of(value)).isoformat()
    except ValueError:
        raise PydanticCustomError("bad-date", "A date is needed here, like 2026-11-01.") from None


def _value(value: object) -> float | str | bool:
    if isinstance(value, bool):
        return value
    return _number(value) if isinstance(value, Numeral) else text_of(value)


def _medicine(value: object) -> str:
    text = text_of(value)
    if medicine_of(text) is None:
        raise PydanticCustomError(
            "bad-medicine", 'A medicine is needed here: "ibuprofen", or "oxycodone 20 mg by mouth".'
        )
    return text


def _decision(value: object) -> str:
    text = text_of(value)
    if decision_of(text) is None:
        raise PydanticCustomError(
            "bad-decision",
            'A medicine and what becomes of it is needed here: "metformin: stop, eGFR 25" (accept, '
            "before or stop).",
        )
    return text


def _language(value: object) -> int:
    if value != "1":
        raise PydanticCustomError("unknown-language", "This version of Careway reads language: 1.")
    return 1


def _listed(value: object) -> object:
    """``after: x`` means ``after: [x]``."""
    return value if isinstance(value, list) else [value]


def _by_language(value: object) -> object:
    """``title: x`` means ``title: {en: x}``."""
    return value if isinstance(value, dict) else {"en": value}


def _field(check: Any, schema: dict[str, Any]) -> tuple[Any, Any]:
    return PlainValidator(check), WithJsonSchema(schema)


_TEXT = {"type": "string", "minLength": 1}
_ID_SCHEMA = {"type": "string", "pattern": ID_PATTERN, "maxLength": MAX_ID}

Text = Annotated[str, *_field(text_of, _TEXT)]
Id = Annotated[str, *_field(_id, _ID_SCHEMA)]
"""An id that is declared here."""
Name = Annotated[str, *_field(text_of, _TEXT)]
"""The id of something that is declared elsewhere."""
Names = Annotated[tuple[Name, ...], Field(max_length=100)]
OneOrMore = Annotated[
    tuple[Name, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}),
]
Condition = Annotated[str, *_field(_condition, {"type": ["string", "boolean"], "minLength": 1})]
SpanField = Annotated[Span, *_field(_span, {"type": "string", "pattern": PATTERN})]
Number = Annotated[float, *_field(_number, {"type": "number"})]
Count = Annotated[int, *_field(_count, {"type": "integer", "minimum": 1, "maximum": 10_000})]
Percent = Annotated[
    int, *_field(_percent, {"type": "string", "pattern": r"^\s*[1-9][0-9]{0,3}\s*%\s*$"})
]
Flag = Annotated[bool, *_field(_flag, {"type": "boolean"})]
Date = Annotated[str, *_field(_date, {"type": "string", "format": "date"})]
Value = Annotated[float | str | bool, *_field(_value, {"type": ["number", "string", "boolean"]})]
Icd10 = Annotated[str, *_field(_icd10, {"type": "string", "pattern": f"^{_ICD10.pattern}$"})]
MedicineText = Annotated[str, *_field(_medicine, _TEXT)]
DecisionText = Annotated[str, *_field(_decision, _TEXT)]
LanguageTag = Annotated[
    str, *_field(_language_tag, {"type": "string", "pattern": f"^{TAG_PATTERN}$"})
]
LocalText = Annotated[
    dict[LanguageTag, Text],
    BeforeValidator(_by_language),
    WithJsonSchema(
        {
            "anyOf": [
                _TEXT,
                {
                    "type": "object",
                    "patternProperties": {f"^{TAG_PATTERN}$": _TEXT},
                    "additionalProperties": False,
                    "required": ["en"],
                },
            ]
        }
    ),
]
"""A text that patients read: plain (English), or by language. That ``en`` is there is checked
by ``checks.texts``."""
LanguageVersion = Annotated[int, *_field(_language, {"const": 1})]
