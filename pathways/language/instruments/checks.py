"""What must hold of an instrument: one tuple of checks, each saying what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathways.language.instruments.models import (
    KINDS,
    InstrumentModel,
    ScoreModel,
    bounds_of,
    kinds_of,
    parts_of,
)
from pathways.language.issues import Issue, Place, Related, suggest
from pathways.language.tree import Mapping, Node, at


def _ids_are_unique(model: InstrumentModel, root: Node) -> Iterator[Issue]:
    """Items, scores and bands share one space of names in conditions."""
    seen: dict[str, Place] = {}
    named = [(item.id, ("items", index, "id")) for index, item in enumerate(model.items)]
    for index, score in enumerate(model.scores):
        named.append((score.id, ("scores", index, "id")))
        if score.bands:
            named.append((f"{score.id}-band", ("scores", index, "id")))
    for name, path in named:
        place = at(root, path).place
        if name in seen:
            message = f'"{name}" is the name of two results of this instrument.'
            first = Related(seen[name], "It stands here first.")
            yield Issue("duplicate-id", message, place, (first,), "Rename one of them.")
        seen.setdefault(name, place)


def _items_can_be_answered(model: InstrumentModel, root: Node) -> Iterator[Issue]:
    for index, item in enumerate(model.items):
        place = at(root, ("items", index)).place
        if item.range and item.answers:
            message = f'Item "{item.id}" has both a range and answers.'
            yield Issue("two-answers", message, place, hint="Keep one of them.")
        elif item.range and item.range[0] >= item.range[1]:
            message = f'The range of item "{item.id}" is empty: {list(item.range)}.'
            range_place = at(root, ("items", index, "range")).place
            yield Issue("empty-range", message, range_place, hint="Write [lowest, highest].")
        elif not item.range and not item.answers and not model.answers:
            message = f'Item "{item.id}" does not say how it may be answered.'
            hint = "Add answers: {0: ..., 1: ...} or range: [lowest, highest]."
            yield Issue("no-answers", message, place, hint=hint)


def _scores_have_one_kind(model: InstrumentModel, root: Node) -> Iterator[Issue]:
    for index, score in enumerate(model.scores):
        place = at(root, ("scores", index)).place
        kinds = kinds_of(score)
        if len(kinds) != 1 or not parts_of(score):
            message = f'Score "{score.id}" must say exactly once what it is made of.'
            hint = f"Give it one of {', '.join(KINDS)} with a list of names."
            yield Issue("score-kind", message, place, hint=hint)
        elif score.at_least is not None and kinds[0] in ("sum", "total"):
            message = f'Score "{score.id}" is a {kinds[0]}; "at-least" means nothing for it.'
            yield Issue("score-kind", message, place, hint="Use positive or count, or remove it.")


def _parts_exist(model: InstrumentModel, root: Node) -> Iterator[Issue]:
    items = [item.id for item in model.items]
    earlier: list[str] = []
    for index, score in enumerate(model.scores):
        kind = next(iter(kinds_of(score)), "sum")
        known, noun = (earlier, "earlier score") if kind == "total" else (items, "item")
        parts = parts_of(score)
        for position, name in enumerate(parts):
            place = at(root, ("scores", index, kind, position)).place
            if name not in known:
                message = f'Score "{score.id}" uses "{name}", which is no {noun}.'
                yield Issue("unknown-item", message, place, hint=suggest(name, known))
            elif name in parts[:position]:
                message = f'Score "{score.id}" counts "{name}" twice.'
                yield Issue("duplicate-item", message, place, hint="Remove one of them.")
        earlier.append(score.id)


def bands_cover_the_range(model: InstrumentModel, root: Node) -> Iterator[Issue]:
    """Every possible score is in exactly one band."""
    ranges = {item.id: bounds_of(item, model) for item in model.items}
    for index, score in enumerate(model.scores):
        low, high = ranges[score.id] = _possible(score, ranges)
        if score.at_least is not None and score.positive:
            top = sum(ranges.get(name, (0, 0))[1] for name in score.positive)
            if score.at_least > top:
                place = at(root, ("scores", index, "at-least")).place
                message = f'Score "{score.id}" is never positive: its items reach {top} at most.'
                yield Issue("out-of-range", message, place)
        if not score.bands:
            continue
        node = at(root, ("scores", index, "bands"))
        expected, last = low, ""
        for name, (first, end) in sorted(score.bands.items(), key=lambda band: band[1]):
            place = node.key_place(name) if isinstance(node, Mapping) else node.place
            if first > end:
                message = f'Band "{name}" is empty: [{first}, {end}].'
                yield Issue("empty-range", message, place, hint="Write [from, to].")
            elif first > expected:
                missing = _numbers(expected, first - 1)
                message = f'A score of {missing} is in no band of "{score.id}".'
                yield Issue("band-gap", message, place, hint=f"Let a band begin at {expected}.")
            elif first < low or end > high:
                message = f'Band "{name}" holds scores that "{score.id}" never has.'
                hint = f'"{score.id}" runs from {low} to {high}.'
                yield Issue("out-of-range", message, place, hint=hint)
            elif first < expected:
                both = _numbers(first, min(end, expected - 1))
                message = f'A score of {both} is in two bands, "{last}" and "{name}".'
                yield Issue("band-overlap", message, place, hint=f"Let it begin at {expected}.")
            expected, last = max(expected, end + 1), name
        if expected <= high:
            message = f'A score of {_numbers(expected, high)} is in no band of "{score.id}".'
            yield Issue("band-gap", message, node.place, hint=f"Let the last band end at {high}.")


def _possible(score: ScoreModel, ranges: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """The lowest and the highest value of a score."""
    if score.positive:
        return 0, 1
    if score.count:
        return 0, len(score.count)
    parts = [ranges.get(name, (0, 0)) for name in parts_of(score)]
    return sum(low for low, _ in parts), sum(high for _, high in parts)


def _numbers(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


CHECKS: tuple[Callable[[InstrumentModel, Node], Iterator[Issue]], ...] = (
    _ids_are_unique,
    _items_can_be_answered,
    _scores_have_one_kind,
    _parts_exist,
)
