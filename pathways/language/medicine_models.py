"""Files of rules about medicines (``definitions/medicines``) as authors write them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pathways.language.fields import (
    Condition,
    Count,
    Flag,
    Id,
    LanguageVersion,
    Model,
    Name,
    Names,
    Number,
    OneOrMore,
    SpanField,
    Text,
)
from pathways.medicines.rules import Severity


class Range(Model):
    """When a value lies in a range; unknown is no."""

    from_: Annotated[Number | None, Field(description="This or more.")] = None
    below: Annotated[Number | None, Field(description="Less than this.")] = None


def _names(value: object) -> object:
    """``nsaid`` is a group; ``[metformin]`` lists ingredients."""
    return value if isinstance(value, list) else [value]


Group = Annotated[tuple[Name, ...], BeforeValidator(_names)]


class IngredientModel(Model):
    """What is known of an ingredient or of a product of several (``a/b``), named by its key."""

    atc: Annotated[OneOrMore, Field(description="Its ATC codes: M01AE01.")] = ()
    rxcui: Annotated[Text | None, Field(description="Its RxNorm code.")] = None
    code: Annotated[
        Literal["seen", "unverified"],
        Field(description="seen: the RxNorm code stands in a published table, too."),
    ] = "unverified"
    also: Annotated[OneOrMore, Field(description="Other names of it.")] = ()


class ValueModel(Model):
    """A value that rules read, as pathways declare it."""

    type: Annotated[Literal["quantity", "boolean", "date"], Field(description="Its type.")]
    unit: Annotated[Text | None, Field(description="The UCUM unit of a quantity.")] = None


class FactorsModel(Model):
    """A published table of morphine milligram equivalents."""

    version: Annotated[Text, Field(description="Whose table of which year.")]
    factors: dict[Name, Number] = Field(
        description="Of a milligram a day (of a patch: of a mcg/h), by ingredient."
    )


class GoneModel(Model):
    """Something that was stopped lately."""

    of: Annotated[Group, Field(description="A group, or a list of ingredients.")]
    within: Annotated[SpanField, Field(description="How long it still counts.")]


class DoseModel(Model):
    """The daily dose in mg; unknown is no."""

    above: Annotated[Number | None, Field(description="More than this.")] = None
    up_to: Annotated[Number | None, Field(description="This or less.")] = None


class AllowedModel(Model):
    """Two that may stand together."""

    pair: Annotated[
        tuple[Group, Group], Field(description="One of each: groups, or lists of ingredients.")
    ]
    only: Annotated[
        Literal["long-and-short", "stop-date"] | None,
        Field(description="Only if one is long-acting, the other not; if one has a planned end."),
    ] = None


class RuleModel(Model):
    """What must not stand on one list."""

    id: Annotated[Id, Field(description="Its id.")]
    row: Annotated[Text, Field(description="The clinical rule that it states, like M5.")]
    title: Annotated[Text, Field(description="How people see it.")]
    all_: Annotated[
        tuple[Group, ...],
        Field(description="One of each: a group, or a list of ingredients or ATC codes."),
    ] = ()
    least: Annotated[
        Count | None, Field(description="So many different ones of the first of all.")
    ] = None
    stopped: Annotated[
        GoneModel | None, Field(description="And one of these was stopped lately.")
    ] = None
    dose: Annotated[DoseModel | None, Field(description="Of the first of all: its dose.")] = None
    daily: Annotated[Flag, Field(description="Of the first of all: taken every day.")] = False
    new: Annotated[
        SpanField | None, Field(description="Of the first of all: begun less long ago.")
    ] = None
    taken: Annotated[
        SpanField | None, Field(description="Of the first of all: taken so long or longer.")
    ] = None
    unexplained: Annotated[
        Flag, Field(description="Of the first of all: the list does not say what it is for.")
    ] = False
    without: Annotated[
        Names, Field(description="Not when one of these (or of a group) is taken.")
    ] = ()
    duplicate: Annotated[Flag, Field(description="One ingredient twice by one route.")] = False
    same_class: Annotated[
        Flag, Field(description="Two ingredients of one ATC class (level 4) by one route.")
    ] = False
    allowed: Annotated[
        tuple[AllowedModel, ...], Field(description="Pairs that may stand together.")
    ] = ()
    mme: Annotated[
        Number | None, Field(description="From so many morphine milligram equivalents a day.")
    ] = None
    when: Annotated[
        Condition | None, Field(description="Only if this is yes, of age, codes and values.")
    ] = None
    value: dict[Name, Range] = Field(default_factory=dict, description="Only in these ranges.")
    any_: Annotated[Names, Field(description="Only if one of these is yes.")] = ()
    condition: Annotated[Names, Field(description="Only with one of these diagnoses.")] = ()
    unless: Annotated[Names, Field(description="Not with one of these diagnoses.")] = ()
    severity: Annotated[Severity, Field(description="low, medium, high or contraindicated.")]
    action: Annotated[Text, Field(description="What somebody should do.")]
    source: Annotated[Name, Field(description="One of sources, shown with every alert.")]


class MedicineFile(Model):
    """A file of rules about medicines."""

    language: LanguageVersion
    medicines: Annotated[Id, Field(description="Its id, which pathways name.")]
    title: Annotated[Text, Field(description="How people see it.")]
    sources: dict[Id, Text] = Field(description="Sources with their year.")
    ingredients: dict[Name, IngredientModel] = Field(
        default_factory=dict, description="What is known of ingredients: classes and codes."
    )
    mme: Annotated[
        FactorsModel | None, Field(description="The table that rules with mme: reckon by.")
    ] = None
    data: dict[Id, ValueModel] = Field(
        default_factory=dict, description="The values that rules read."
    )
    groups: dict[Id, Names] = Field(
        default_factory=dict,
        description="Ingredients, ATC codes and other groups that rules name together.",
    )
    rules: Annotated[tuple[RuleModel, ...], Field(description="The rules.", min_length=1)]
