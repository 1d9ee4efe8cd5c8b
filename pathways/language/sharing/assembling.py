"""A definition made whole: parameters put in, fragments in their places.

It works on the tree, before anything is checked: so all that the checks say is said of the
whole, at the place where the text stands, be it in a fragment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from pathways.compiled import FragmentUse, ParameterValue
from pathways.language.definition import Path, Shelf
from pathways.language.issues import Issue, Place, Related
from pathways.language.reading import MAX_NODES
from pathways.language.sharing.fragments import SECTIONS, scalar, stand_in
from pathways.language.sharing.grouping import (
    Group,
    after_groups,
    choice,
    id_of,
    members,
    opened,
)
from pathways.language.sharing.models import Parameter
from pathways.language.sharing.parameters import Values, declared, unused
from pathways.language.sharing.site import SetValue, in_force
from pathways.language.sharing.splicing import Spliced, merged, splice
from pathways.language.tree import Entry, Node, Scalar, Sequence, at
from pathways.language.tree import Mapping as MappingNode


@dataclass
class Whole:
    """A definition with all that it uses. ``origins``: what came from a fragment, by its path,
    with the place of the use."""

    root: Node
    issues: list[Issue] = field(default_factory=list)
    origins: dict[Path, Place] = field(default_factory=dict)
    fragments: tuple[FragmentUse, ...] = ()
    parameters: dict[str, ParameterValue] = field(default_factory=dict)
    files: dict[str, list[Place]] = field(default_factory=dict)
    """The files of fragments, with the places where each is used."""
    awaits: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Steps that come after any of some others, by id."""

    def shown(self, issues: Iterable[Issue]) -> list[Issue]:
        """The issues; one inside a fragment also shows where that is used. Where a parameter is
        not known, nothing else can be said of the place."""
        found = list(issues)
        blind = {issue.place for issue in found if issue.code == "unknown-parameter"}
        return [
            self._shown(issue)
            for issue in found
            if issue.place not in blind or issue.code == "unknown-parameter"
        ]

    def _shown(self, issue: Issue) -> Issue:
        uses = self.files.get(issue.place.file, ())
        told = {related.place for related in issue.related}
        more = tuple(Related(place, "It is used here.") for place in uses if place not in told)
        return replace(issue, related=(*issue.related, *more)) if more else issue


def assembled(root: Node, shelf: Shelf) -> Whole:
    """``root`` with its parameters and fragments put in. A definition without any is unchanged."""
    if not isinstance(root, MappingNode):
        return Whole(root)
    parameters, issues = declared(root)
    whole = Whole(root, issues)
    filled = _with_parameters(root, parameters, shelf, whole)
    whole.root = _with_fragments(filled, shelf, whole)
    return whole


def _with_parameters(
    root: MappingNode, parameters: Mapping[str, Parameter], shelf: Shelf, whole: Whole
) -> MappingNode:
    node = root.get("parameters")
    places = {n: node.key_place(n) for n in parameters if isinstance(node, MappingNode)}
    set_here: dict[str, SetValue] = {}
    identity = root.get("pathway")
    if shelf.site is not None and isinstance(identity, Scalar):
        set_here, wrong = in_force(shelf.site, identity.text, parameters, places)
        whole.issues += wrong
    nodes: dict[str, Node] = {}
    for name, parameter in parameters.items():
        chosen = set_here.get(name)
        text = parameter.default if chosen is None else chosen.value
        if text is None:
            message = f'Parameter "{name}" has no default.'
            whole.issues.append(
                Issue("missing-parameter", message, places[name], hint='Add "default: ...".')
            )
            nodes[name] = stand_in(parameter, places[name])
            continue
        place = places[name] if chosen is None else chosen.place
        nodes[name] = scalar(text, place, number=parameter.type == "number")
        whole.parameters[name] = _recorded(parameter, text, chosen)
    values = Values(nodes, places)
    entries = tuple(
        entry if entry.key.text == "parameters" else Entry(entry.key, values.put(entry.value))
        for entry in root.entries
    )
    whole.issues += values.issues
    whole.issues += unused(values, parameters)
    return replace(root, entries=entries)


def _recorded(parameter: Parameter, value: str, chosen: SetValue | None) -> ParameterValue:
    if chosen is None:
        return ParameterValue(parameter.label, value, value)
    return ParameterValue(
        label=parameter.label,
        value=value,
        default=parameter.default or "",
        by=chosen.by,
        on=chosen.on,
        because=chosen.because,
        until=chosen.until,
    )


def _with_fragments(root: MappingNode, shelf: Shelf, whole: Whole) -> MappingNode:
    stages = root.get("stages")
    if not isinstance(stages, Sequence):
        return root
    parts = _Parts(shelf, whole)
    items: list[Node] = []
    for item in stages.items:
        if _has(item, "use"):
            for node in parts.spliced(item, "stages"):
                whole.origins["stages", len(items)] = item.place
                items.append(node)
        else:
            items.append(_stage(item, len(items), parts))
    if tuple(items) == stages.items and not parts.used:
        return root
    listed = replace(stages, items=tuple(_ordered(stage, parts) for stage in items))
    whole.fragments = tuple(one.use for one in parts.used)
    return _joined(_replaced(root, "stages", listed), parts.used, whole)


def _has(item: Node, name: str) -> bool:
    return isinstance(item, MappingNode) and item.get(name) is not None


def _replaced(node: MappingNode, name: str, value: Node) -> MappingNode:
    entries = (
        Entry(entry.key, value) if entry.key.text == name else entry for entry in node.entries
    )
    return replace(node, entries=tuple(entries))


class _Parts:
    """The fragments that are used, and the groups that ``after`` may name."""

    def __init__(self, shelf: Shelf, whole: Whole) -> None:
        self.whole = whole
        self.used: list[Spliced] = []
        self.groups: dict[str, Group] = {}
        self._fragments = shelf.fragments
        self._room = MAX_NODES

    def spliced(self, item: Node, part: str) -> tuple[Node, ...]:
        """What a use stands for; nothing when it cannot be used, which is then an issue."""
        found, issues = splice(item, part, self._fragments, self._room)
        self.whole.issues += issues
        if found is None:
            return ()
        self._room -= found.size
        self.used.append(found)
        self.whole.files.setdefault(found.file, []).append(item.place)
        if found.use.prefix and part == "steps":
            ids = tuple(id_of(step) for step in found.items)
            self.groups.setdefault(found.use.prefix, Group("all", ids))
        return found.items


def _stage(stage: Node, index: int, parts: _Parts) -> Node:
    """The stage with the steps of its fragments and groups in a row."""
    steps = stage.get("steps") if isinstance(stage, MappingNode) else None
    if not isinstance(stage, MappingNode) or not isinstance(steps, Sequence):
        return stage
    items: list[Node] = []
    for item in steps.items:
        _add(item, index, items, parts)
    if tuple(items) == steps.items:
        return stage
    return _replaced(stage, "steps", replace(steps, items=tuple(items)))


def _add(item: Node, index: int, items: list[Node], parts: _Parts) -> None:
    """A step, the steps of a fragment, or those of a group, at the end of ``items``."""
    if isinstance(item, MappingNode) and _has(item, "group"):
        _add_group(item, index, items, parts)
    elif _has(item, "use"):
        for node in parts.spliced(item, "steps"):
            parts.whole.origins["stages", index, "steps", len(items)] = item.place
            items.append(node)
    else:
        items.append(item)


def _add_group(item: MappingNode, index: int, items: list[Node], parts: _Parts) -> None:
    shaped, steps, issues = opened(item)
    parts.whole.issues += issues
    if shaped is None:
        return
    inside: list[Node] = []
    for step in steps:
        if _has(step, "group"):
            message = "A group may not hold another one."
            place = at(step, ("group",)).place
            parts.whole.issues.append(Issue("nested-group", message, place, hint="Take it out."))
            continue
        start = len(items) + len(inside) + (shaped.of == "one")
        if _has(step, "use"):
            for offset, node in enumerate(parts.spliced(step, "steps")):
                parts.whole.origins["stages", index, "steps", start + offset] = step.place
                inside.append(node)
        else:
            inside.append(step)
    ids = tuple(id_of(step) for step in inside)
    if shaped.of == "one":
        items.append(choice(shaped, item, ids))
        ids = (shaped.group, *ids)
    parts.groups.setdefault(shaped.group, Group(shaped.of, ids))
    items += members(shaped, item, inside)


def _ordered(stage: Node, parts: _Parts) -> Node:
    """The stage with groups replaced by their members wherever a step comes after one."""
    steps = stage.get("steps") if isinstance(stage, MappingNode) else None
    if not parts.groups or not isinstance(steps, Sequence) or not isinstance(stage, MappingNode):
        return stage
    items: list[Node] = []
    own: dict[str, set[str]] = {}
    for name, group in parts.groups.items():
        for member in group.members:
            own.setdefault(member, set()).add(name)
    for step in steps.items:
        ordered, awaited = after_groups(step, parts.groups, own.get(id_of(step), ()))
        items.append(ordered)
        if awaited:
            parts.whole.awaits[id_of(step)] = awaited
    return _replaced(stage, "steps", replace(steps, items=tuple(items)))


def _joined(root: MappingNode, used: list[Spliced], whole: Whole) -> MappingNode:
    """The sections of the fragments, joined to those of the pathway."""
    for section in SECTIONS:
        for one in used:
            addition = one.sections.get(section)
            if addition is not None:
                root, issues, paths = merged(root, section, addition, one.place)
                whole.issues += issues
                whole.origins.update(dict.fromkeys(paths, one.place))
    return root
