"""Fragments: steps or stages that pathways share, each in a file of its own with a version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field

from pathways.language import models
from pathways.language.fields import Id, LanguageVersion, Model, Text
from pathways.language.issues import Issue, Place, in_order
from pathways.language.reading import read_yaml
from pathways.language.shaping import shape, verb_issues
from pathways.language.sharing.models import Parameter
from pathways.language.sharing.parameters import Values, declared, unused
from pathways.language.tree import Entry, Mapping, Node, Scalar, Sequence

SECTIONS = ("data", "terms", "messages", "evidence", "rules")
"""What joins the sections of the pathway, beside the steps or stages."""


class FragmentFile(Model):
    """Steps or stages that pathways share."""

    language: Annotated[LanguageVersion, Field(description="The version of this language.")]
    fragment: Annotated[Id, Field(description="Its id.")]
    version: Annotated[Text, Field(description="Its version, in quotes; pathways name it.")]
    title: Annotated[Text, Field(description="How people call it.")]
    parameters: dict[Id, Parameter] = Field(
        default_factory=dict, description="What a use may set, written ${name} where it counts."
    )
    evidence: Annotated[tuple[models.Evidence, ...], Field(description="Sources.")] = ()
    data: dict[Id, models.Element] = Field(
        default_factory=dict, description="Values about the patient, by name."
    )
    terms: dict[Id, models.TermField] = Field(
        default_factory=dict, description="Conditions with a name."
    )
    messages: models.MessageModels = Field(
        default_factory=dict, description="Message texts, by id and language."
    )
    steps: Annotated[tuple[models.Step, ...], Field(description="Put into a stage.")] = ()
    stages: Annotated[tuple[models.Stage, ...], Field(description="Or put among stages.")] = ()
    rules: Annotated[tuple[models.Rule, ...], Field(description="In force besides.")] = ()


class Fragment(Struct, frozen=True):
    """A fragment in order. ``root`` still has its ``${name}``."""

    id: str
    version: str
    title: str
    file: str
    text: str
    root: Mapping
    parameters: dict[str, Parameter]

    @property
    def part(self) -> str:
        """What it holds: ``steps`` or ``stages``."""
        return "stages" if self.root.get("stages") is not None else "steps"

    def place(self, name: str) -> Place:
        """Where a parameter is declared."""
        node = self.root.get("parameters")
        return node.key_place(name) if isinstance(node, Mapping) else self.root.place


def read_fragment(text: str, file: str) -> tuple[Fragment | None, tuple[Issue, ...]]:
    """A fragment, or ``None`` and what is wrong with its file.

    What it says about names outside it is only known where it is used; its shape is checked
    here, with the defaults of its parameters or values that may stand for them.
    """
    root, issues = read_yaml(text, file)
    if not isinstance(root, Mapping):
        if root is not None:
            issues += shape(root, FragmentFile)[1]
        return None, in_order(issues)
    parameters, wrong = declared(root)
    issues += wrong
    values = Values(
        {name: stand_in(one, root.place) for name, one in parameters.items()},
        _places(root, parameters),
    )
    whole = replace(root, entries=tuple(_filled(entry, values) for entry in root.entries))
    issues += values.issues
    issues += unused(values, parameters)
    model, wrong = shape(whole, FragmentFile)
    issues += wrong
    issues += _wrong_parts(whole)
    if model is None or any(issue.severity == "error" for issue in issues):
        return None, in_order(issues)
    found = Fragment(model.fragment, model.version, model.title, file, text, root, parameters)
    return found, in_order(issues)


def _filled(entry: Entry, values: Values) -> Entry:
    return entry if entry.key.text == "parameters" else Entry(entry.key, values.put(entry.value))


def _places(root: Mapping, parameters: dict[str, Parameter]) -> dict[str, Place]:
    node = root.get("parameters")
    return {name: node.key_place(name) for name in parameters if isinstance(node, Mapping)}


def stand_in(parameter: Parameter, place: Place) -> Scalar:
    """Some value that may be set, so that the shape can be seen."""
    text = parameter.default or (parameter.range or parameter.options or ("example",))[0]
    return scalar(text, place, number=parameter.type == "number")


def scalar(text: str, place: Place, *, number: bool) -> Scalar:
    """A value as a node. Only numbers are values of another type than text."""
    value: str | float = float(text) if number and re.fullmatch(r"[-+.\d]+", text) else text
    return Scalar(place, text, value, exact=False)


def _wrong_parts(root: Mapping) -> Iterator[Issue]:
    steps, stages = root.get("steps"), root.get("stages")
    if (steps is None) == (stages is None):
        fact = "steps and stages" if steps is not None else "neither steps nor stages"
        message = f"A fragment holds steps or stages; this one has {fact}."
        yield Issue("wrong-fragment", message, root.place, hint="Make two fragments of it.")
        return
    for node in (steps, stages):
        yield from _nested(node)
    if steps is not None:
        inside: Node = Mapping(root.place, (Entry(Scalar(root.place, "steps", "steps"), steps),))
        yield from verb_issues(_as_stage(root, inside))
    else:
        yield from verb_issues(root)


def _as_stage(root: Mapping, stage: Node) -> Mapping:
    """The steps as a stage of a pathway, beside the rules."""
    key = Scalar(root.place, "stages", "stages")
    rules = tuple(entry for entry in root.entries if entry.key.text == "rules")
    return Mapping(root.place, (Entry(key, Sequence(root.place, (stage,))), *rules))


def _nested(node: Node | None) -> Iterator[Issue]:
    for item in node.items if isinstance(node, Sequence) else ():
        if not isinstance(item, Mapping):
            continue
        if item.get("use") is not None:
            message = "A fragment may not use another one."
            yield Issue("nested-use", message, item.key_place("use"), hint="Use both in a pathway.")
        yield from _nested(item.get("steps"))
