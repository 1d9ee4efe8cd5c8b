"""The ids of a fragment with a prefix, wherever the fragment itself refers to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from pathways.language.tree import Entry, Mapping, Node, Scalar, Sequence

_STEP_FACTS = re.compile(
    r"""\b(?P<fact>done|declined|missed|outcome)\(\s*(?P<quote>["'])(?P<step>[^"']*)(?P=quote)"""
)
_STEP_FIELDS = frozenset({"after", "start", "of"})
_STAGE_FIELDS = frozenset({"go", "during", "since"})
_CONDITIONS = frozenset({"when", "until", "exit", "aim"})


def own_ids(root: Mapping) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of steps and of stages that a fragment declares."""
    stages = tuple(_items(root.get("stages")))
    steps = [*_items(root.get("steps"))]
    steps += [step for stage in stages for step in _items(stage.get("steps"))]
    return frozenset(_ids(steps, "id")), frozenset(_ids(stages, "stage"))


def _items(node: Node | None) -> Iterator[Mapping]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            yield item


def _ids(nodes: list[Mapping] | tuple[Mapping, ...], key: str) -> Iterator[str]:
    for node in nodes:
        found = node.get(key)
        if isinstance(found, Scalar):
            yield found.text


def prefixed(
    node: Node, prefix: str, steps: frozenset[str], stages: frozenset[str], inside: str = ""
) -> Node:
    """The tree with its own ids prefixed. ``inside``: the key that ``node`` stands under."""

    def again(inner: Node, key: str) -> Node:
        return prefixed(inner, prefix, steps, stages, key)

    if isinstance(node, Mapping):
        return replace(node, entries=tuple(_entry(entry, again) for entry in node.entries))
    if isinstance(node, Sequence):
        return replace(node, items=tuple(again(item, inside) for item in node.items))
    if inside in ("id", "stage"):
        return _named(node, f"{prefix}-{node.text}")
    if (inside in _STEP_FIELDS and node.text in steps) or (
        inside in _STAGE_FIELDS and node.text in stages
    ):
        return _named(node, f"{prefix}-{node.text}")
    if inside in _CONDITIONS or inside == "terms":
        return _condition(node, prefix, steps)
    return node


def _entry(entry: Entry, again: Callable[[Node, str], Node]) -> Entry:
    return Entry(entry.key, again(entry.value, entry.key.text))


def _named(node: Scalar, text: str) -> Scalar:
    return replace(node, text=text, value=text, exact=False)


def _condition(node: Scalar, prefix: str, steps: frozenset[str]) -> Scalar:
    """``done("x")`` about one of its own steps."""

    def renamed(found: re.Match[str]) -> str:
        if found["step"] not in steps:
            return found[0]
        quote = found["quote"]
        return f"{found['fact']}({quote}{prefix}-{found['step']}{quote}"

    text = _STEP_FACTS.sub(renamed, node.text)
    return node if text == node.text else _named(node, text)
