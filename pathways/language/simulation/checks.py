"""What shape cannot tell of behaviour and staffing files; and whether they fit the pathways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pathways.compiled import CompiledPathway, DataElement
from pathways.language.issues import Issue, Place, suggest
from pathways.language.simulation import models
from pathways.language.tree import Mapping as MappingNode
from pathways.language.tree import Node, Scalar, Sequence, at

KERNEL_EVENTS = (
    "admitted",
    "caregiver-changed",
    "consent-given",
    "consent-withdrawn",
    "deceased",
    "discharged",
    "ed-visit",
    "fall",
    "reached",
)
"""Events that mean something on every pathway."""


def behaviour_issues(model: models.BehaviourFile, root: Node) -> list[Issue]:
    """What is wrong with a behaviour file in itself."""
    return [
        *_sources(root, model.sources),
        *_one_way_to_say(model, root),
        *_twice(root, "values", "name"),
        *_twice(root, "instruments", "instrument"),
        *_twice(root, "readings", "name"),
        *_twice(root, "events", "event"),
        *_ages(model, root),
        *_shares(model, root),
    ]


def staffing_issues(model: models.StaffingFile, root: Node) -> list[Issue]:
    """What is wrong with a staffing file in itself."""
    return [
        *_sources(root, model.sources),
        *_twice(root, "roles", "role"),
        *_twice(root, "urgent", "response"),
        *_opening_hours(model, root),
        *_minutes_of_something(model, root),
    ]


def _sources(root: Node, declared: Mapping[str, str]) -> Iterator[Issue]:
    """Every figure names a source that the file declares."""
    for node in _every(root):
        source = node.get("source")
        if isinstance(source, Scalar) and source.text not in declared:
            yield Issue(
                "unknown-source",
                f'This file declares no source "{source.text}".',
                source.place,
                hint=suggest(source.text, declared) or "Declare it under sources.",
            )


def _every(node: Node) -> Iterator[MappingNode]:
    if isinstance(node, MappingNode):
        yield node
        for entry in node.entries:
            yield from _every(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _every(item)


def _one_way_to_say(model: models.BehaviourFile, root: Node) -> Iterator[Issue]:
    for number, value in enumerate(model.values):
        ways = (value.from_, value.one_of, value.yes, value.in_turn)
        if sum(way is not None for way in ways) != 1:
            yield Issue(
                "unclear-value",
                f'"{value.name}" needs one of: from (a level), one-of, in-turn (words), yes.',
                at(root, ("values", number)).place,
            )
        elif value.from_ is None and (value.to is not None or value.over is not None):
            yield Issue(
                "unclear-value",
                f'"{value.name}" has an end ("to") but no beginning ("from").',
                at(root, ("values", number)).place,
            )


def _twice(root: Node, part: str, key: str) -> Iterator[Issue]:
    known: dict[str, Place] = {}
    for item in _items(root, part):
        named = item.get(key)
        if not isinstance(named, Scalar):
            continue
        if named.text in known:
            yield Issue(
                "duplicate-id",
                f'"{named.text}" stands in {part} for the second time '
                f"(first in line {known[named.text].line}).",
                named.place,
                hint="Keep one of the two.",
            )
        known.setdefault(named.text, named.place)


def _ages(model: models.BehaviourFile, root: Node) -> Iterator[Issue]:
    age = model.patients.age
    if age.oldest < age.youngest:
        place = at(root, ("patients", "age", "oldest")).place
        yield Issue("empty-range", "The oldest patient is younger than the youngest.", place)


def _shares(model: models.BehaviourFile, root: Node) -> Iterator[Issue]:
    """Words that exclude each other have shares that add up to the whole."""
    listed: list[tuple[tuple[str | int, ...], Iterable[float]]] = [
        (("values", n, "one-of"), value.one_of.values())
        for n, value in enumerate(model.values)
        if value.one_of is not None
    ]
    listed += [
        (("outcomes", n, "one-of"), outcome.one_of.values())
        for n, outcome in enumerate(model.outcomes)
    ]
    listed += [
        (("payers", n, "one-of"), (one.one_of.approved, one.one_of.partial, one.one_of.denied))
        for n, one in enumerate(model.payers)
    ]
    if model.cover is not None:
        listed.append((("cover", "one-of"), model.cover.one_of.values()))
    listed.append((("patients", "languages"), model.patients.languages.values()))
    if model.patients.conditions:
        listed.append((("patients", "conditions"), model.patients.conditions.values()))
    for path, shares in listed:
        total = sum(shares)
        if abs(total - 1) > 0.0005:
            yield Issue(
                "shares-not-whole",
                f"These shares add up to {100 * total:g} %, not to 100 %.",
                at(root, path).place,
            )


def _opening_hours(model: models.StaffingFile, root: Node) -> Iterator[Issue]:
    hours: list[tuple[tuple[str | int, ...], models.HoursModel]] = [(("hours",), model.hours)]
    for number, role in enumerate(model.roles):
        if role.hours is not None:
            hours.append((("roles", number, "hours"), role.hours))
    for path, line in hours:
        if line.closes <= line.opens:
            place = at(root, (*path, "closes")).place
            yield Issue("empty-range", "Work ends before it begins.", place)
        if line.at_work <= 0:
            place = at(root, (*path, "at-work")).place
            yield Issue("bad-share", "Somebody who is never at work does no task.", place)


def _minutes_of_something(model: models.StaffingFile, root: Node) -> Iterator[Issue]:
    for number, line in enumerate(model.minutes):
        if not line.steps and not line.kinds:
            yield Issue(
                "empty-list",
                "These minutes are of no steps and of no kinds.",
                at(root, ("minutes", number)).place,
            )


# -- do they fit the pathways? -----------------------------------------------------------------


def fitting(root: Node, pathways: Iterable[CompiledPathway]) -> list[Issue]:
    """Names in a behaviour file that none of its pathways knows: nothing would come of them."""
    known = _Known(list(pathways))
    issues: list[Issue] = []
    for path, names, code in (
        (("values", "name"), known.values, "unknown-data"),
        (("readings", "name"), known.values, "unknown-data"),
        (("instruments", "instrument"), known.instruments, "unknown-instrument"),
        (("events", "event"), known.events, "unknown-event"),
        (("declines", "steps"), known.steps, "unknown-step"),
        (("outcomes", "steps"), known.steps, "unknown-step"),
        (("visits", "services"), known.services, "unknown-service"),
        (("payers", "services"), known.authorized, "unknown-service"),
    ):
        for item in _items(root, path[0]):
            issues += _unknown(item.get(path[1]), names, code)
    issues += _words_of_elements(root, known.elements)
    cover = _part(root, "cover")
    shares = cover.get("one-of") if isinstance(cover, MappingNode) else None
    for entry in shares.entries if isinstance(shares, MappingNode) else ():
        issues += _unknown(entry.key, known.payers, "unknown-payer")
    attempts = _part(root, "attempts")
    if isinstance(attempts, MappingNode):
        issues += _unknown(attempts.get("besides"), known.steps, "unknown-step")
    results = _part(root, "results")
    for entry in results.entries if isinstance(results, MappingNode) else ():
        issues += _unknown(entry.key, known.services, "unknown-service")
        issues += _unknown(entry.value, known.values, "unknown-data")
    return issues


def _words_of_elements(root: Node, elements: Mapping[str, DataElement]) -> Iterator[Issue]:
    """What is said of a value must be something that the value can be."""
    for item in _items(root, "values"):
        name = item.get("name")
        element = elements.get(name.text) if isinstance(name, Scalar) else None
        if element is None:
            continue
        if item.get("from") is not None and element.type not in ("quantity", "date"):
            yield _not_of_type(item.key_place("from"), element, "a level")
        if item.get("yes") is not None and element.type != "boolean":
            yield _not_of_type(item.key_place("yes"), element, "yes or no")
        for part in ("one-of", "in-turn"):
            words = item.get(part)
            for entry in words.entries if isinstance(words, MappingNode) else ():
                if not _can_be(element, entry.key.text):
                    yield _not_of_type(entry.key.place, element, f'"{entry.key.text}"')


def _can_be(element: DataElement, word: str) -> bool:
    if element.type == "quantity":
        try:
            number = float(word)
        except ValueError:
            return False
        low, high = element.low, element.high
        return (low is None or number >= low) and (high is None or number <= high)
    if element.type == "choice":
        return word in element.options
    return element.type in ("text", "date")


def _not_of_type(place: Place, element: DataElement, what: str) -> Issue:
    options = f" ({', '.join(element.options)})" if element.options else ""
    message = f'"{element.name}" is of type {element.type}{options} and cannot be {what}.'
    return Issue("bad-value", message, place)


class _Known:
    def __init__(self, pathways: list[CompiledPathway]) -> None:
        steps = [step for p in pathways for stage in p.stages for step in stage.steps]
        does = [rule.do for p in pathways for rule in p.rules if rule.do is not None]
        self.elements = {name: element for p in pathways for name, element in p.data.items()}
        self.values = set(self.elements)
        self.instruments = {name for p in pathways for name in p.instruments}
        self.steps = {step.id for step in [*steps, *does]}
        self.services = {step.service for step in [*steps, *does] if step.service}
        self.authorized = {step.service for step in steps if step.verb == "authorize"}
        self.payers = {name for p in pathways for name in p.payers}
        heard = {rule.on for p in pathways for rule in p.rules if rule.on}
        self.events = {*KERNEL_EVENTS, *heard}


_WORDS = {
    "unknown-data": "value",
    "unknown-event": "event",
    "unknown-instrument": "instrument",
    "unknown-payer": "payer",
    "unknown-service": "service",
    "unknown-step": "step",
}


def _part(root: Node, name: str) -> Node | None:
    return root.get(name) if isinstance(root, MappingNode) else None


def _items(root: Node, part: str) -> list[MappingNode]:
    """The mappings that a list of the file holds."""
    items = _part(root, part)
    found = items.items if isinstance(items, Sequence) else ()
    return [item for item in found if isinstance(item, MappingNode)]


def _unknown(node: Node | None, names: Iterable[str], code: str) -> Iterator[Issue]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar) and item.text not in names:
            yield Issue(
                code,
                f'No pathway of these patients knows a {_WORDS[code]} "{item.text}".',
                item.place,
                hint=suggest(item.text, names),
            )
