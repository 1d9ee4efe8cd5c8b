"""The tree of a YAML text: mappings, sequences and scalars that know their places."""

from __future__ import annotations

from collections.abc import Sequence as AbstractSequence

from msgspec import Struct

from pathways.language.issues import Place


class Scalar(Struct, frozen=True):
    """A single value. ``text`` is what the author wrote (without quotes), so ``1.10`` is
    not lost; ``value`` is what YAML 1.2's core types make of it."""

    place: Place
    text: str
    value: str | int | float | bool | None
    style: str = ""
    """``""`` for a plain scalar, otherwise its indicator: ``'``, ``"``, ``|`` or ``>``."""
    lines: int = 1
    """Source lines that the scalar stretches over."""
    exact: bool = True
    """Whether ``text`` stands in the file as it is; a parameter's value may have been put in."""

    @property
    def content(self) -> Place:
        """Where the first character of ``text`` stands (inside the quotes, if there are any)."""
        quoted = 1 if self.style in ("'", '"') else 0
        return Place(self.place.file, self.place.line, self.place.column + quoted)


class Entry(Struct, frozen=True):
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


class Mapping(Struct, frozen=True):
    """Entries in the author's order; keys are unique."""

    place: Place
    entries: tuple[Entry, ...]

    def get(self, key: str) -> Node | None:
        """The value of ``key``, or ``None``."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)

    def key_place(self, key: str) -> Place:
        """Where ``key`` stands; the mapping's own place when it has no such key."""
        return next((e.key.place for e in self.entries if e.key.text == key), self.place)

    def names(self) -> tuple[str, ...]:
        """The keys, in the author's order."""
        return tuple(entry.key.text for entry in self.entries)


class Sequence(Struct, frozen=True):
    """A list of nodes."""

    place: Place
    items: tuple[Node, ...]


Node = Scalar | Mapping | Sequence


class Numeral(str):
    """A plain scalar that looks like a number, kept as the author wrote it."""

    __slots__ = ()


Plain = str | bool | None | list["Plain"] | dict[str, "Plain"]


def plain(node: Node) -> Plain:
    """The tree as plain data for a data model. Numbers stay ``Numeral`` text, so that a
    model's text field gets ``1.10`` and its number field 1.1."""
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node.value, bool) or node.value is None:
        return node.value
    return node.text if isinstance(node.value, str) else Numeral(node.text)


def size(node: Node, most: int) -> int:
    """How many values the tree holds; counting ends a little above ``most``."""
    count, waiting = 0, [node]
    while waiting and count <= most:
        found = waiting.pop()
        count += 1
        if isinstance(found, Mapping):
            waiting += (entry.value for entry in found.entries)
        elif isinstance(found, Sequence):
            waiting += found.items
    return count


def at(node: Node, path: AbstractSequence[str | int]) -> Node:
    """The node that ``path`` (keys and indices) leads to, or the last one on the way to it."""
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str):
            inner = node.get(part)
            if inner is None:
                return node
            node = inner
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return node
    return node
