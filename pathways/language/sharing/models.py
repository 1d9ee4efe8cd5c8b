"""Parameters, the use of a fragment, and a site's settings as data models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from pathways.language.fields import (
    Date,
    Id,
    LanguageVersion,
    Model,
    Name,
    Names,
    OneOrMore,
    Text,
    kind,
    text_of,
)
from pathways.language.tree import Numeral


def _written(value: object) -> str:
    """A single value as the author wrote it."""
    return str(value) if isinstance(value, Numeral) else text_of(value)


def _given(value: object) -> object:
    """What a use gives a parameter: one value, or a list of them."""
    if isinstance(value, dict):
        from pydantic_core import PydanticCustomError

        raise PydanticCustomError(
            "wrong-shape", "A value or a list is needed here, not {kind}.", {"kind": kind(value)}
        )
    return value


_VALUE = {"type": ["string", "number"]}
Written = Annotated[str, PlainValidator(_written), WithJsonSchema(_VALUE)]
Given = Annotated[
    object,
    PlainValidator(_given),
    WithJsonSchema({"type": ["string", "number", "array"], "items": {"type": "string"}}),
]


class Parameter(Model):
    """A value that may be set without touching the file, within bounds that the file gives."""

    label: Annotated[Text, Field(description="How people see it, with its unit.")]
    type: Annotated[
        Literal["number", "span", "text"], Field(description="What kind of value it is.")
    ] = "number"
    default: Annotated[Written | None, Field(description="Its value unless one is set.")] = None
    range: Annotated[
        tuple[Written, Written] | None,
        Field(description="[lowest, highest] that may be set, of a number or span."),
    ] = None
    options: Annotated[Names, Field(description="What may be set, of a text.")] = ()


class Use(Model):
    """Steps or stages of a fragment, put in here."""

    fragment: Annotated[Name, Field(description="Its id.")]
    version: Annotated[Text, Field(description="Its version, in quotes: exactly this one.")]
    as_: Annotated[Id | None, Field(description="Put before every id of it, with a hyphen.")] = None
    with_: Annotated[dict[Id, Given], Field(description="Its parameters.", default_factory=dict)]
    after: Annotated[
        OneOrMore, Field(description="Steps that must have ended before its first ones.")
    ] = ()


class Used(Model):
    """The use of a fragment, where a step or stage might stand."""

    use: Annotated[Use, Field(description="Steps or stages of a fragment, put in here.")]


class Declarations(Model):
    """The parameters of a pathway or fragment."""

    parameters: dict[Id, Parameter] = Field(default_factory=dict)


class Setting(Model):
    """A parameter of a pathway, set by this site."""

    pathway: Annotated[Name, Field(description="The id of the pathway.")]
    parameter: Annotated[Name, Field(description="One of its parameters.")]
    value: Annotated[Written, Field(description="Within the range that the pathway gives.")]
    by: Annotated[Text, Field(description="Who signed it.")]
    on: Annotated[Date, Field(description="When it was signed; in force from that day.")]
    because: Annotated[Text, Field(description="Why this site departs from the default.")]
    until: Annotated[
        Date | None, Field(description="The last day; after it the default counts again.")
    ] = None


class SiteFile(Model):
    """What a site sets in pathways that it uses, signed and dated."""

    language: LanguageVersion
    site: Annotated[Id, Field(description="The id of the site.")]
    settings: Annotated[tuple[Setting, ...], Field(description="What it sets.")] = ()
