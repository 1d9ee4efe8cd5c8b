"""Leaving the faulty parts out of a definition's tree: as little as can be, and never what the
rest would be understood otherwise without.

A condition becomes an open one (``OPEN``: nobody knows what it says), a step a mere id, a branch,
rule or declaration goes. Where nothing sensible would be left, such as a stage without an id,
nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pathways.language.definition import Path
from pathways.language.doubts import Doubts
from pathways.language.fields import is_id
from pathways.language.issues import Issue, Place
from pathways.language.tree import Entry, Mapping, Node, Scalar, Sequence, at

OPEN = "?"
"""The style of a scalar that stands for a condition that cannot be read."""
_ASIDE = frozenset(
    {
        *("missing-source", "unknown-evidence", "bad-template", "unknown-variable"),
        *("long-subject", "exit-without-deadline", "unused-disposition"),
    }
)
"""Errors that may stay where they are: mending them changes nothing that is proven."""
_OF_WAYS = frozenset({"unreachable-stage", "no-discharge", "no-last-branch", "unreachable-branch"})
"""Errors about where stages lead: mending them leads elsewhere."""
_OF_THE_WHOLE = frozenset({"not-repeated", "rule-never-fires", "no-default-row", "unreachable-row"})
"""Errors at a condition that are not about what it says."""
_CONDITIONS: tuple[Path, ...] = (("when",), ("until",), ("wait", "until"))
_PLAIN_SECTIONS = ("conditions", "reviewed", "episodes", "alarm-age")


def left_out(root: Mapping, errors: Iterable[Issue]) -> tuple[Mapping, Doubts] | None:
    """``root`` without what the errors are about, and what is then in doubt; ``None`` when
    nothing sensible would be left."""
    places = _Places(root)
    edits: dict[Path, Node | None] = {}
    doubts = Doubts(errors=True)
    for error in errors:
        if error.code in _ASIDE:
            continue
        if error.code in _OF_WAYS:
            doubts = doubts.joined(Doubts(ways=True))
            continue
        paths = places.at(error.place)
        if not paths:
            return None
        for path in paths:
            found = _without(root, path, error)
            if found is None:
                return None
            where, node, more = found
            edits[where] = node
            doubts = doubts.joined(more)
    edited = _edited(root, edits, ())
    return (edited, doubts) if isinstance(edited, Mapping) else None


def opened(root: Mapping, paths: Iterable[Path]) -> Mapping:
    """``root`` with the conditions at ``paths`` open."""
    edited = _edited(root, {path: _open(at(root, path)) for path in paths}, ())
    return edited if isinstance(edited, Mapping) else root


def matters(error: Issue) -> bool:
    """Whether an error keeps the rest from being understood as it is."""
    return error.severity == "error" and error.code not in _ASIDE | _OF_WAYS


# --- what to leave out ----------------------------------------------------------------------

Edit = tuple[Path, Node | None, Doubts]


def _without(root: Mapping, path: Path, error: Issue) -> Edit | None:
    """Where to change the tree, to what, and what is then in doubt."""
    condition = None if error.code in _OF_THE_WHOLE else _condition(root, path)
    if condition is not None:
        return condition, _open(at(root, condition)), Doubts()
    match path:
        case ("stages", int(), "steps", int(), *_):
            whole = _any_span_of_step(root, path) if error.code == "bad-span" else None
            return whole or _mere_id(root, path[:4], error)
        case ("stages", int(), "next", int(), *_):
            return path[:4], None, Doubts(ways=True)
        case ("stages", int(), "deadline" | "every", *_):
            return _stand_in(root, path[:3])
        case ("rules", int(), *_):
            return path[:2], None, _named(root, path[:2], Doubts(rules=True))
        case ("goals", int(), *_):
            return path[:2], None, _named(root, path[:2], Doubts(goals=True))
        case ("evidence" | "refuse", int(), *_):
            return path[:2], None, _named(root, path[:2], Doubts())
        case ("data" | "terms", str(name), *_):
            names = frozenset({name})
            return path[:2], None, Doubts(names=names, words=names)
        case ("messages", str(name), *_):
            return path[:2], None, Doubts(messages=True, words=frozenset({name}))
        case (str(section), *_) if section in _PLAIN_SECTIONS:
            return path[:1], None, Doubts()
    return None


def _condition(root: Mapping, path: Path) -> Path | None:
    """The condition that ``path`` leads to or into; none when it is open already."""
    length = 0
    match path:
        case ("stages", int(), "steps", int(), *inner):
            length = next((4 + len(c) for c in _CONDITIONS if tuple(inner[: len(c)]) == c), 0)
            if inner[:2] == ["decide", "table"] and inner[3:4] == ["when"]:
                length = 8
        case ("stages", int(), "next", int(), "when", *_):
            length = 5
        case ("stages", int(), "exit", *_) | ("rules" | "refuse", int(), "when", *_):
            length = 3
        case ("goals", int(), "aim", *_):
            length = 3
        case ("eligible", *_):
            length = 1
    node = at(root, path[:length]) if length else None
    is_open = isinstance(node, Scalar) and node.style == OPEN
    return None if node is None or is_open else path[:length]


def _open(node: Node) -> Scalar:
    return Scalar(node.place, "true", "true", style=OPEN)


def _mere_id(root: Mapping, path: Path, error: Issue) -> Edit | None:
    """A step that is nothing but its id, so that others may still come after it."""
    step = at(root, path)
    node = step.get("id") if isinstance(step, Mapping) else None
    text = node.text if isinstance(node, Scalar) and is_id(node.text) else ""
    words = frozenset({text or "*"})
    if not text or error.code == "duplicate-id":
        text = f"left-out-{'-'.join(str(part) for part in path if isinstance(part, int))}"
    if isinstance(step, Mapping) and step.names() == ("id", "milestone") and step.get("id") == node:
        inner = step.get("milestone")
        if isinstance(inner, Mapping) and not inner.entries and error.code != "duplicate-id":
            return None  # nothing is left to be left out
    place = step.place
    key = [Scalar(place, name, name) for name in ("id", "milestone")]
    mere = Mapping(
        place,
        (Entry(key[0], Scalar(place, text, text)), Entry(key[1], Mapping(place, ()))),
    )
    return path, mere, Doubts(steps=frozenset({text}) | words, words=words)


def _stand_in(root: Mapping, path: Path) -> Edit | None:
    """A stage's span that cannot be read: any, and the stage in doubt."""
    stage, span = at(root, (*path[:2], "stage")), _any_span(at(root, path))
    if not isinstance(stage, Scalar) or span is None:
        return None
    return path, span, Doubts(stages=frozenset({stage.text}))


def _any_span_of_step(root: Mapping, path: Path) -> Edit | None:
    """A span within a step that cannot be read: any, and the times of the step in doubt. All
    else that the step says can be checked."""
    step, span = at(root, path[:4]), _any_span(at(root, path))
    identity = step.get("id") if isinstance(step, Mapping) else None
    if not isinstance(identity, Scalar) or not is_id(identity.text) or span is None:
        return None
    return path, span, Doubts(steps=frozenset({identity.text}))


def _any_span(node: Node) -> Scalar | None:
    """A span in the place of one that cannot be read; ``None`` when it is one already."""
    if not isinstance(node, Scalar) or node.style == OPEN:
        return None
    return Scalar(node.place, "30 days", "30 days", style=OPEN)


def _named(root: Mapping, path: Path, doubts: Doubts) -> Doubts:
    """The doubts with the id of what stands at ``path``."""
    node = at(root, path)
    identity = node.get("id") if isinstance(node, Mapping) else None
    word = identity.text if isinstance(identity, Scalar) else "*"
    return replace(doubts, words=frozenset({word}))


# --- the tree -------------------------------------------------------------------------------


class _Places:
    """The paths of a tree by the places where they stand."""

    def __init__(self, root: Node) -> None:
        self._exact: dict[Place, list[Path]] = {}
        self._lines: dict[tuple[str, int], list[tuple[int, Path]]] = {}
        waiting: list[tuple[Node, Path]] = [(root, ())]
        while waiting:
            node, path = waiting.pop()
            self._add(node.place, path)
            if isinstance(node, Mapping):
                for entry in node.entries:
                    inner = (*path, entry.key.text)
                    self._add(entry.key.place, inner)
                    waiting.append((entry.value, inner))
            elif isinstance(node, Sequence):
                waiting += [(item, (*path, i)) for i, item in enumerate(node.items)]

    def _add(self, place: Place, path: Path) -> None:
        self._exact.setdefault(place, []).append(path)
        self._lines.setdefault((place.file, place.line), []).append((place.column, path))

    def at(self, place: Place) -> list[Path]:
        """The innermost paths that stand at ``place``, or begin before it in its line."""
        found = self._exact.get(place)
        if found is None:
            line = self._lines.get((place.file, place.line), [])
            nearest = max((column for column, _ in line if column <= place.column), default=0)
            found = [path for column, path in line if column == nearest]
        unique = list(dict.fromkeys(found))
        return [
            path
            for path in unique
            if not any(other != path and other[: len(path)] == path for other in unique)
        ]


def _edited(node: Node, edits: dict[Path, Node | None], path: Path) -> Node | None:
    """The tree with other nodes at some paths; ``None`` takes one away."""
    if path in edits:
        return edits[path]
    if isinstance(node, Mapping):
        values = [(e, _edited(e.value, edits, (*path, e.key.text))) for e in node.entries]
        return replace(node, entries=tuple(Entry(e.key, v) for e, v in values if v is not None))
    if isinstance(node, Sequence):
        items = [_edited(item, edits, (*path, i)) for i, item in enumerate(node.items)]
        return replace(node, items=tuple(item for item in items if item is not None))
    return node


__all__ = ["OPEN", "left_out", "matters", "opened"]
