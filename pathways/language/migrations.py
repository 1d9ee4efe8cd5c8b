"""Declarations of migrations: what an author says of names and clocks between two versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Struct
from pydantic import Field

from pathways.compiled import CompiledPathway
from pathways.journey.versions.choices import Choices, Policy
from pathways.language.fields import Id, LanguageVersion, Model, Name, Names, Text
from pathways.language.issues import Issue, Place, has_errors, in_order, suggest
from pathways.language.opening import opened
from pathways.language.tree import Mapping, at

Clock = Literal["keep", "recompute", "restart"]


class MigrationFile(Model):
    """How patients go from one version of a pathway to another."""

    language: LanguageVersion
    migration: Annotated[Name, Field(description="The id of the pathway.")]
    from_: Annotated[Text, Field(description="The version that patients leave, in quotes.")]
    to: Annotated[Text, Field(description="The version that they go on with, in quotes.")]
    because: Annotated[Text, Field(description="Why; it stands in every patient's timeline.")]
    stages: Annotated[
        dict[Id, Id],
        Field(description="Old stage: new stage, where the names differ.", default_factory=dict),
    ]
    steps: Annotated[
        dict[Id, Id],
        Field(
            description="Old step or rule: new one, where the names differ.", default_factory=dict
        ),
    ]
    gone: Annotated[
        Names, Field(description="Old steps without a successor though the new has the name.")
    ] = ()
    due: Annotated[Clock | None, Field(description="What becomes of every running clock.")] = None
    dues: Annotated[
        dict[Id, Clock],
        Field(
            description="New step, rule, stage or goal: what becomes of its clock.",
            default_factory=dict,
        ),
    ]
    keep: Annotated[Names, Field(description="Old steps whose open task stays open.")] = ()
    skip: Annotated[
        Names, Field(description="New steps that do not start for who is in their stage.")
    ] = ()
    repeat: Annotated[
        Names, Field(description="New messages that are sent though they were sent before.")
    ] = ()


class Declared(Struct, frozen=True):
    """A declaration that can be read."""

    pathway: str
    version: str
    to: str
    because: str
    choices: Choices
    root: Mapping


def read_migration(text: str | bytes, file: str) -> tuple[Declared | None, tuple[Issue, ...]]:
    """A declaration, or ``None`` and what is wrong with it."""
    found, issues = opened(text, file, MigrationFile)
    if found is None or has_errors(issues):
        return None, in_order(issues)
    model = found.model
    dues: dict[str, Policy] = dict(model.dues)
    choices = Choices(
        stages=dict(model.stages),
        steps={**model.steps, **dict.fromkeys(model.gone, "")},
        due=model.due or "",
        dues=dues,
        keep=model.keep,
        skip=model.skip,
        repeat=model.repeat,
    )
    declared = Declared(model.migration, model.from_, model.to, model.because, choices, found.root)
    return declared, in_order(issues)


def misnamed(
    declared: Declared, old: CompiledPathway | None, new: CompiledPathway
) -> tuple[Issue, ...]:
    """Names that the versions do not have. ``old`` is ``None`` when it is not at hand."""
    return in_order(list(_misnamed(declared, old, new)))


def _misnamed(
    declared: Declared, old: CompiledPathway | None, new: CompiledPathway
) -> Iterator[Issue]:
    choices, root = declared.choices, declared.root
    for pathway, side in ((old, 0), (new, 1)):
        if pathway is None:
            continue
        stages = [stage.id for stage in pathway.stages]
        steps = [step.id for stage in pathway.stages for step in stage.steps]
        steps += [rule.id for rule in pathway.rules]
        for pair in choices.stages.items():
            place = at(root, ("stages", pair[0])).place
            yield from _unknown("unknown-stage", "stage", pair[side], stages, place, pathway)
        for pair in choices.steps.items():
            key = "steps" if pair[1] else "gone"
            place = at(root, (key, pair[0]) if pair[1] else (key,)).place
            if pair[side]:
                yield from _unknown("unknown-step", "step", pair[side], steps, place, pathway)
        lists = (("keep", choices.keep),) if side == 0 else (
            ("skip", choices.skip),
            ("repeat", choices.repeat),
        )  # fmt: skip
        for key, names in lists:
            for name in names:
                place = at(root, (key,)).place
                yield from _unknown("unknown-step", "step", name, steps, place, pathway)


def _unknown(
    code: str, what: str, name: str, known: list[str], place: Place, pathway: CompiledPathway
) -> Iterator[Issue]:
    if name not in known:
        message = f'Version {pathway.version} has no {what} "{name}".'
        yield Issue(code, message, place, hint=suggest(name, known))
