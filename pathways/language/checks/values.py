"""Values: data elements make sense, and are only given values that they can have."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.language.definition import Definition
from pathways.language.issues import Issue, Related, suggest
from pathways.language.models import Element

_ONLY_FOR = {"unit": "quantity", "range": "quantity", "warn": "quantity", "options": "choice"}


def elements(definition: Definition) -> Iterator[Issue]:
    for name, element in definition.pathway.data.items():
        place = definition.key("data", name)
        if element.type == "quantity" and element.unit is None:
            message = f'The quantity "{name}" has no unit.'
            hint = 'Add unit: in UCUM, such as "%" or mg/dL; "1" for a plain count.'
            yield Issue("missing-unit", message, place, hint=hint)
        if element.type == "choice" and len(set(element.options)) < 2:
            message = f'The choice "{name}" has fewer than two options.'
            yield Issue("missing-options", message, place, hint="Add options: [...].")
        for i, option in enumerate(element.options):
            if option in element.options[:i]:
                message = f'The option "{option}" of "{name}" is given twice.'
                twice = definition.place("data", name, "options", i)
                yield Issue("duplicate-id", message, twice, hint="Remove one.")
        for field, owner in _ONLY_FOR.items():
            if getattr(element, field) and element.type != owner:
                message = f'"{name}" is a {element.type}, and only a {owner} has {field}.'
                field_place = definition.key("data", name, field)
                yield Issue("field-of-other-type", message, field_place, hint="Remove it.")


def ranges(definition: Definition) -> Iterator[Issue]:
    for name, element in definition.pathway.data.items():
        for field in ("range", "warn"):
            low, high = getattr(element, field) or (None, None)
            if low is not None and high is not None and low >= high:
                yield Issue(
                    "empty-range",
                    f'The {field} of "{name}" leaves no value: {low:g} is not below {high:g}.',
                    definition.place("data", name, field),
                    hint="Write [low, high].",
                )
        if element.range and element.warn and _reaches_out(element.range, element.warn):
            yield Issue(
                "warn-outside-range",
                f'"{name}" warns about values that its range refuses anyway.',
                definition.place("data", name, "warn"),
                related=(Related(definition.place("data", name, "range"), "The range is here."),),
                hint="Make warn narrower than range.",
                severity="warning",
            )


Bounds = tuple[float | None, float | None]


def _reaches_out(outer: Bounds, inner: Bounds) -> bool:
    low = outer[0] is not None and inner[0] is not None and inner[0] < outer[0]
    high = outer[1] is not None and inner[1] is not None and inner[1] > outer[1]
    return low or high


def tables(definition: Definition) -> Iterator[Issue]:
    """A decision table decides every case, and sets values that its elements can have."""
    for found in definition.steps:
        decide = found.step.decide
        if decide is None:
            continue
        path = (*found.path, "decide", "table")
        last = len(decide.table) - 1
        if decide.table[last].when is not None:
            yield Issue(
                "no-default-row",
                f'The table of step "{found.step.id}" decides nothing when no row matches.',
                definition.place(*path, last),
                hint="End it with a row that has only set.",
            )
        for i, row in enumerate(decide.table):
            if row.when is None and i < last:
                yield Issue(
                    "unreachable-row",
                    "This row always matches, so those below it never do.",
                    definition.place(*path, i),
                    hint="Give it a when, or move it to the end.",
                )
            for name, value in row.set_.items():
                element = definition.pathway.data.get(name)
                problem = value_problem(name, element, value) if element else ""
                if problem and element:
                    yield Issue(
                        "bad-value",
                        problem,
                        definition.place(*path, i, "set", name),
                        related=(Related(definition.key("data", name), f'"{name}" is here.'),),
                        hint=suggest(str(value), element.options) if element.options else "",
                    )


def value_problem(name: str, element: Element, value: float | str | bool) -> str:
    """Why ``element`` cannot have ``value``, or an empty string."""
    if element.type == "quantity":
        if isinstance(value, str | bool):
            return f'"{name}" is a quantity, and "{value}" is not a number.'
        low, high = element.range or (None, None)
        if (low is not None and value < low) or (high is not None and value > high):
            return f'{value:g} is outside the range of "{name}".'
    elif element.type == "boolean":
        if not isinstance(value, bool):
            return f'"{name}" is true or false, not "{value}".'
    elif not isinstance(value, str):
        return f'"{name}" is a {element.type}, not a number or true or false.'
    elif element.type == "choice" and value not in element.options:
        return f'"{value}" is not an option of "{name}".'
    return ""
