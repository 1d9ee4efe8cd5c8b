"""Groups of steps: all of them, any of them, or one that a person chooses.

A group is put together from what the language has: its members stand in the stage like other
steps, and what comes after the group comes after its members.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Annotated, Literal

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field, PlainValidator, WithJsonSchema

from pathways.language.fields import Condition, Id, LocalText, Model, Name, OneOrMore, SpanField
from pathways.language.issues import Issue
from pathways.language.shaping import shape
from pathways.language.tree import Entry, Node, Scalar, Sequence, at
from pathways.language.tree import Mapping as MappingNode

Kind = Literal["all", "any", "one"]
_STEP = Annotated[object, PlainValidator(lambda value: value), WithJsonSchema({"type": "object"})]


class GroupOfSteps(Model):
    """Steps that belong together; `after: ID` means what `of` says."""

    group: Annotated[Id, Field(description="Its id, unique among steps.")]
    of: Annotated[
        Kind,
        Field(description="all: of them; any: as soon as one is done; one: a person chooses."),
    ] = "all"
    title: Annotated[
        LocalText | None, Field(description="What is to be chosen; plain, or by language.")
    ] = None
    when: Annotated[Condition | None, Field(description="Only when this is yes.")] = None
    after: Annotated[OneOrMore, Field(description="Steps that must have ended.")] = ()
    by: Annotated[Name | None, Field(description="Who chooses, with `of: one`.")] = None
    due: Annotated[SpanField | None, Field(description="Time to choose, with `of: one`.")] = None
    evidence: Annotated[
        Name | None, Field(description="The source of its steps that name none.")
    ] = None
    steps: Annotated[tuple[_STEP, ...], Field(description="Its steps.", min_length=1)]


class Group(Struct, frozen=True):
    """What ``after: ID`` stands for: ``members`` by their ids."""

    of: Kind
    members: tuple[str, ...]


def opened(item: MappingNode) -> tuple[GroupOfSteps | None, tuple[Node, ...], list[Issue]]:
    """A group's model, its steps as they are written, and what is wrong with its shape."""
    shaped, issues = shape(item, GroupOfSteps)
    steps = item.get("steps")
    if shaped is None or not isinstance(steps, Sequence):
        return None, (), issues
    if shaped.of != "one":
        for name in ("by", "due", "title"):
            if item.get(name) is not None:
                message = f'"{name}" belongs to a group of which one is chosen.'
                place = item.key_place(name)
                issues.append(Issue("field-of-other-group", message, place, hint="Remove it."))
    return shaped, steps.items, issues


def members(shaped: GroupOfSteps, item: MappingNode, steps: Iterable[Node]) -> tuple[Node, ...]:
    """The steps of the group, with what the group says of all of them."""
    found = tuple(_sourced(step, item) for step in steps if isinstance(step, MappingNode))
    if shaped.of == "one":
        return tuple(_chosen(step, shaped, item) for step in found)
    return tuple(_joint(step, shaped, item) for step in found)


def _sourced(step: MappingNode, item: MappingNode) -> MappingNode:
    source = item.get("evidence")
    if source is None or step.get("evidence") is not None:
        return step
    return _put(step, "evidence", source)


def choice(shaped: GroupOfSteps, item: MappingNode, ids: tuple[str, ...]) -> MappingNode:
    """The task in which a person chooses one of the group."""
    place = item.place
    inner = [_entry(item, "by", item.get("by"))] if item.get("by") is not None else []
    outcomes = Sequence(place, tuple(Scalar(place, name, name) for name in ids))
    task = MappingNode(place, (*inner, _entry(item, "outcomes", outcomes)))
    entries = [_entry(item, "id", item.get("group")), _entry(item, "task", task)]
    for name in ("title", "when", "after", "due", "evidence"):
        if item.get(name) is not None:
            entries.append(_entry(item, name, item.get(name)))
    return MappingNode(place, tuple(entries))


def _entry(item: MappingNode, name: str, value: Node | None) -> Entry:
    place = item.key_place(name)
    return Entry(Scalar(place, name, name), value or Scalar(place, "", ""))


def _joint(step: MappingNode, shaped: GroupOfSteps, item: MappingNode) -> MappingNode:
    """A member of ``all`` or ``any``: the group's ``after`` and ``when`` are its own, too."""
    if shaped.after:
        step = _with_after(step, shaped.after, item)
    if shaped.when is not None:
        step = _with_when(step, shaped.when, at(item, ("when",)))
    return step


def _chosen(step: MappingNode, shaped: GroupOfSteps, item: MappingNode) -> MappingNode:
    """A member of ``one``: it comes after the choice, and only if it was chosen."""
    step = _with_after(step, (shaped.group,), item)
    chosen = f'outcome("{shaped.group}") = "{id_of(step)}"'
    step = _with_when(step, chosen, at(item, ("group",)))
    # Where there is nothing to choose, nothing is waited for, and no choice of last time counts.
    return step if shaped.when is None else _with_when(step, shaped.when, at(item, ("when",)))


def id_of(step: Node) -> str:
    """The id of a step, or ""."""
    found = step.get("id") if isinstance(step, MappingNode) else None
    return found.text if isinstance(found, Scalar) else ""


def _with_after(step: MappingNode, names: tuple[str, ...], item: MappingNode) -> MappingNode:
    place = item.place
    more = tuple(Scalar(place, name, name) for name in names)
    return _put(step, "after", Sequence(place, (*_listed(step.get("after")), *more)))


def _with_when(step: MappingNode, text: str, where: Node) -> MappingNode:
    own = step.get("when")
    if isinstance(own, Scalar):
        both = f"({text}) and ({own.text})"
        return _put(step, "when", replace(own, text=both, value=both, exact=False))
    return _put(step, "when", Scalar(where.place, text, text, exact=False))


def _listed(node: Node | None) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return node.items
    return () if node is None else (node,)


def _put(step: MappingNode, name: str, value: Node) -> MappingNode:
    key = Scalar(step.key_place(name), name, name)
    rest = tuple(entry for entry in step.entries if entry.key.text != name)
    return replace(step, entries=(*rest, Entry(key, value)))


def after_groups(
    step: Node, groups: Mapping[str, Group], own: Container[str]
) -> tuple[Node, tuple[tuple[str, ...], ...]]:
    """The step with the members of each group in its ``after``, and the ``any`` groups of it.
    ``own``: the groups that it is in, whose names then mean nothing else."""
    after = step.get("after") if isinstance(step, MappingNode) else None
    if after is None or not isinstance(step, MappingNode):
        return step, ()
    items: list[Node] = []
    awaited: list[tuple[str, ...]] = []
    for item in _listed(after):
        group = groups.get(item.text) if isinstance(item, Scalar) else None
        if group is None or (isinstance(item, Scalar) and item.text in own):
            items.append(item)
            continue
        items += [Scalar(item.place, name, name) for name in group.members]
        if group.of == "any":
            awaited.append(group.members)
    if tuple(items) == _listed(after):
        return step, ()
    return _put(step, "after", Sequence(after.place, tuple(items))), tuple(awaited)
