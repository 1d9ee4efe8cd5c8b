"""Rules about medicines as authors write them (``definitions/medicines``), for the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from pathways.language.fields import Flag, Id, LanguageVersion, Model, Name, Number, Text
from pathways.language.issues import Issue, has_errors, suggest
from pathways.language.opening import opened
from pathways.language.tree import Node, at
from pathways.medicines import MedicineRule, Severity


class Range(Model):
    """When a value lies in a range; unknown is no."""

    from_: Annotated[Number | None, Field(description="This or more.")] = None
    below: Annotated[Number | None, Field(description="Less than this.")] = None


def _names(value: object) -> object:
    """``nsaid`` is a group; ``[metformin]`` lists ingredients."""
    return value if isinstance(value, list) else [value]


Group = Annotated[tuple[Name, ...], BeforeValidator(_names)]


class RuleModel(Model):
    """What must not stand on one list."""

    id: Annotated[Id, Field(description="Its id.")]
    row: Annotated[Text, Field(description="The clinical rule that it states, like M5.")]
    title: Annotated[Text, Field(description="How people see it.")]
    all_: Annotated[
        tuple[Group, ...], Field(description="One of each: a group, or a list of ingredients.")
    ] = ()
    without: Annotated[tuple[Name, ...], Field(description="Not when one of these is taken.")] = ()
    duplicate: Annotated[Flag, Field(description="One ingredient twice by one route.")] = False
    mme: Annotated[
        Number | None, Field(description="From so many morphine milligram equivalents a day.")
    ] = None
    value: dict[Name, Range] = Field(default_factory=dict, description="Only in these ranges.")
    any_: Annotated[tuple[Name, ...], Field(description="Only if one of these is yes.")] = ()
    condition: Annotated[
        tuple[Name, ...], Field(description="Only with one of these diagnoses.")
    ] = ()
    severity: Annotated[Severity, Field(description="low, medium, high or contraindicated.")]
    action: Annotated[Text, Field(description="What somebody should do.")]
    source: Annotated[Name, Field(description="One of sources, shown with every alert.")]


class MedicineFile(Model):
    """A file of rules about medicines."""

    language: LanguageVersion
    medicines: Annotated[Id, Field(description="Its id, which pathways name.")]
    title: Annotated[Text, Field(description="How people see it.")]
    sources: dict[Id, Text] = Field(description="Sources with their year.")
    groups: dict[Id, tuple[Name, ...]] = Field(
        default_factory=dict, description="Ingredients that rules name together."
    )
    rules: Annotated[tuple[RuleModel, ...], Field(description="The rules.", min_length=1)]


def compile_medicines(
    text: str | bytes, file: str
) -> tuple[str, tuple[MedicineRule, ...], list[Issue]]:
    """The file's id, its rules, and what is wrong with it (then there are no rules)."""
    found, issues = opened(text, file, MedicineFile)
    if found is None:
        return "", (), issues
    model = found.model
    issues += _issues(model, found.root)
    rules = () if has_errors(issues) else tuple(_compiled(rule, model) for rule in model.rules)
    return model.medicines, rules, issues


def _issues(model: MedicineFile, root: Node) -> Iterator[Issue]:
    seen: set[str] = set()
    for i, rule in enumerate(model.rules):
        if rule.id in seen:
            place = at(root, ("rules", i, "id")).place
            yield Issue("duplicate-id", f'The id "{rule.id}" is given twice.', place)
        seen.add(rule.id)
        if rule.source not in model.sources:
            message = f'"{rule.source}" is not one of the sources.'
            place = at(root, ("rules", i, "source")).place
            yield Issue(
                "unknown-evidence", message, place, hint=suggest(rule.source, model.sources)
            )
        kinds = bool(rule.all_) + rule.duplicate + (rule.mme is not None)
        if kinds != 1:
            place = at(root, ("rules", i, "id")).place
            yield Issue(
                "bad-medicine-rule",
                f'"{rule.id}" says {"nothing" if not kinds else "too much"} of what is taken.',
                place,
                hint="Give one of all: [...], duplicate: true and mme: NUMBER.",
            )
        for j, group in enumerate(rule.all_):
            # Of a list every word is an ingredient; a word alone may be a group or one of them.
            if not group:
                place = at(root, ("rules", i, "all", j)).place
                yield Issue("empty-list", "This list is empty, so the rule never hits.", place)


def _compiled(rule: RuleModel, model: MedicineFile) -> MedicineRule:
    return MedicineRule(
        id=rule.id,
        row=rule.row,
        title=rule.title,
        severity=rule.severity,
        action=rule.action,
        source=model.sources[rule.source],
        groups=tuple(
            tuple(name for word in group for name in model.groups.get(word, (word,)))
            for group in rule.all_
        ),
        without=rule.without,
        when=_when(rule),
        duplicate=rule.duplicate,
        mme=rule.mme or 0.0,
    )


def _when(rule: RuleModel) -> list[Any] | None:
    """The lowered condition of a rule; ``None`` when it always holds."""
    parts: list[Any] = []
    for name, span in rule.value.items():
        if span.from_ is not None:
            parts.append([">=", ["value", name], span.from_])
        if span.below is not None:
            parts.append(["<", ["value", name], span.below])
    if rule.any_:
        parts.append(["or", *(["value", name] for name in rule.any_)])
    if rule.condition:
        parts.append(["or", *(["has-condition", code] for code in rule.condition)])
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else ["and", *parts]
