"""One use of a fragment: what it stands for, and joining its sections to the pathway's."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from pathways.compiled import FragmentUse
from pathways.language.definition import Path
from pathways.language.issues import Issue, Place, Related, has_errors, suggest
from pathways.language.reading import MAX_NODES
from pathways.language.shaping import shape
from pathways.language.sharing.fragments import SECTIONS, Fragment, scalar
from pathways.language.sharing.models import Use, Used
from pathways.language.sharing.parameters import Values, misfit, out_of_range
from pathways.language.sharing.renaming import own_ids, prefixed
from pathways.language.tree import Entry, Node, Scalar, Sequence, at, plain, size
from pathways.language.tree import Mapping as MappingNode

Fragments = Mapping[tuple[str, str], Fragment]
"""By id and version."""


class Spliced(Struct, frozen=True):
    """What a use stands for: steps or stages, and sections that join those of the pathway."""

    items: tuple[Node, ...]
    sections: dict[str, Node]
    use: FragmentUse
    file: str
    place: Place
    size: int
    """How many values it brings."""


def splice(
    item: Node, part: str, shelf: Fragments, room: int
) -> tuple[Spliced | None, list[Issue]]:
    """The use ``item``, in a list of ``part`` (steps or stages). ``room``: how many values it may
    bring, so that a few lines cannot stand for more than a file may hold."""
    shaped, issues = shape(item, Used)
    if shaped is None:
        return None, issues
    use = shaped.use
    found = shelf.get((use.fragment, use.version))
    if found is None:
        return None, [_unknown(use, item, shelf)]
    if found.part != part:
        message = f'The fragment "{found.id}" holds {found.part}, and this is a list of {part}.'
        hint = f"Use it in a list of {found.part}."
        return None, [
            Issue("misplaced-use", message, at(item, ("use", "fragment")).place, hint=hint)
        ]
    values, issues = _given(use, item, found)
    if has_errors(issues):
        return None, issues
    body = replace(
        found.root,
        entries=tuple(
            Entry(entry.key, values.put(entry.value))
            for entry in found.root.entries
            if entry.key.text in (*SECTIONS, part)
        ),
    )
    brought = size(body, room)
    if brought > room:
        message = f"With this, the pathway has more than {MAX_NODES:,} values."
        hint = "Split the pathway in two."
        return None, [Issue("too-many-nodes", message, item.place, hint=hint)]
    if use.as_:
        body = _prefixed(body, use.as_)
    return _parts(body, part, use, found, item.place, brought), values.issues


def _unknown(use: Use, item: Node, shelf: Fragments) -> Issue:
    versions = sorted(version for name, version in shelf if name == use.fragment)
    if not versions:
        names = {name for name, _ in shelf}
        message = f'There is no fragment "{use.fragment}".'
        hint = suggest(use.fragment, names) or "There are none in order in fragments/."
        place = at(item, ("use", "fragment")).place
        return Issue("unknown-fragment", message, place, hint=hint)
    message = f'There is no version "{use.version}" of the fragment "{use.fragment}".'
    place = at(item, ("use", "version")).place
    return Issue("unknown-version", message, place, hint=suggest(use.version, versions))


def _given(use: Use, item: Node, found: Fragment) -> tuple[Values, list[Issue]]:
    """What stands for each parameter of the fragment here."""
    issues: list[Issue] = []
    nodes: dict[str, Node] = {}
    for name in use.with_:
        if name not in found.parameters:
            message = f'The fragment "{found.id}" has no parameter "{name}".'
            hint = suggest(name, found.parameters) or "It has none."
            place = _key(at(item, ("use", "with")), name)
            issues.append(Issue("unknown-parameter", message, place, hint=hint))
    for name, parameter in found.parameters.items():
        node = at(item, ("use", "with", name)) if name in use.with_ else None
        if node is None and parameter.default is None:
            message = f'The fragment "{found.id}" needs its parameter "{name}".'
            place = at(item, ("use", "fragment")).place
            related = (Related(found.place(name), "It is declared here."),)
            hint = f"Add with: {{{name}: ...}}."
            issues.append(Issue("missing-parameter", message, place, related=related, hint=hint))
        elif node is None:
            number = parameter.type == "number"
            nodes[name] = scalar(parameter.default or "", found.place(name), number=number)
        else:
            problem = misfit(parameter, node.text) if isinstance(node, Scalar) else ""
            if problem:
                issues.append(out_of_range(name, problem, node.place, found.place(name)))
            nodes[name] = node
    return Values(nodes, {name: found.place(name) for name in found.parameters}), issues


def _key(node: Node, name: str) -> Place:
    return node.key_place(name) if isinstance(node, MappingNode) else node.place


def _prefixed(body: MappingNode, prefix: str) -> MappingNode:
    """Steps, stages and rules with the prefix; data, terms, messages and evidence keep their
    names, because they are the patient's and the pathway's, but terms may speak of steps."""
    steps, stages = own_ids(body)

    def again(entry: Entry) -> Entry:
        value = entry.value
        if entry.key.text in ("steps", "stages", "rules"):
            return Entry(entry.key, prefixed(value, prefix, steps, stages))
        if entry.key.text == "terms" and isinstance(value, MappingNode):
            terms = (
                Entry(one.key, prefixed(one.value, prefix, steps, stages, "terms"))
                for one in value.entries
            )
            return Entry(entry.key, replace(value, entries=tuple(terms)))
        return entry

    return replace(body, entries=tuple(again(entry) for entry in body.entries))


def _parts(
    body: MappingNode, part: str, use: Use, found: Fragment, place: Place, brought: int
) -> Spliced:
    listed = body.get(part)
    items = listed.items if isinstance(listed, Sequence) else ()
    if use.after and part == "steps":
        items = tuple(_after(item, use.after, place) for item in items)
    return Spliced(
        items=items,
        sections={name: node for name in SECTIONS if (node := body.get(name)) is not None},
        use=FragmentUse(found.id, found.version, use.as_ or ""),
        file=found.file,
        place=place,
        size=brought,
    )


def _after(item: Node, after: tuple[str, ...], place: Place) -> Node:
    """A step of the fragment that comes after none of it comes after ``after``."""
    if not isinstance(item, MappingNode) or item.get("after") is not None:
        return item
    names = Sequence(place, tuple(Scalar(place, name, name) for name in after))
    key = Scalar(place, "after", "after")
    return replace(item, entries=(*item.entries, Entry(key, names)))


def merged(
    root: MappingNode, section: str, addition: Node, use: Place
) -> tuple[MappingNode, list[Issue], list[Path]]:
    """``root`` with a section of a fragment joined, what is in conflict, and the new paths."""
    own = root.get(section)
    issues: list[Issue] = []
    paths: list[Path] = []
    joined: Node = addition
    if isinstance(addition, MappingNode):
        entries = list(own.entries) if isinstance(own, MappingNode) else []
        known = {entry.key.text: entry for entry in entries}
        for entry in addition.entries:
            name = entry.key.text
            if name not in known:
                entries.append(entry)
                paths.append((section, name))
            elif plain(known[name].value) != plain(entry.value):
                issues.append(_conflict(name, section, entry.key.place, known[name].key.place, use))
        joined = MappingNode(own.place if own is not None else addition.place, tuple(entries))
    elif isinstance(addition, Sequence):
        items = list(own.items) if isinstance(own, Sequence) else []
        known_ids = {} if section == "rules" else {_id(item): item for item in items}
        for item in addition.items:
            before = known_ids.get(_id(item))
            if before is None:
                paths.append((section, len(items)))
                items.append(item)
            elif plain(before) != plain(item):
                issues.append(_conflict(_id(item), section, item.place, before.place, use))
        joined = Sequence(own.place if own is not None else addition.place, tuple(items))
    key = Scalar(addition.place, section, section)
    if own is None:
        return replace(root, entries=(*root.entries, Entry(key, joined))), issues, paths
    new = tuple(
        Entry(entry.key, joined) if entry.key.text == section else entry for entry in root.entries
    )
    return replace(root, entries=new), issues, paths


def _id(item: Node) -> str:
    found = item.get("id") if isinstance(item, MappingNode) else None
    return found.text if isinstance(found, Scalar) else ""


def _conflict(name: str, section: str, place: Place, own: Place, use: Place) -> Issue:
    return Issue(
        "fragment-conflict",
        f'The fragment says "{name}" of {section} otherwise than what stands here already.',
        place,
        related=(Related(own, "It stands here."), Related(use, "It is used here.")),
        hint="Make them the same, or give one another name.",
    )
