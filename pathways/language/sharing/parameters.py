"""Parameters: what may be set, and putting the values where ``${name}`` stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from pathways.language.issues import Issue, Place, Related, suggest
from pathways.language.reading import MAX_SCALAR
from pathways.language.shaping import shape
from pathways.language.sharing.models import Declarations, Parameter
from pathways.language.spans import SpanError, minutes, parse_span
from pathways.language.tags import is_language
from pathways.language.tree import Entry, Node, Scalar, Sequence
from pathways.language.tree import Mapping as MappingNode

_MARK = re.compile(r"\$(\$?)\{([^{}\n]*)\}")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")


def declared(root: MappingNode) -> tuple[dict[str, Parameter], list[Issue]]:
    """The parameters that a definition declares, and what is wrong with them."""
    node = root.get("parameters")
    if node is None:
        return {}, []
    entries = tuple(entry for entry in root.entries if entry.key.text == "parameters")
    found, issues = shape(MappingNode(root.place, entries), Declarations)
    if found is None or not isinstance(node, MappingNode):
        return {}, issues
    issues += _wrong_declarations(node, found.parameters)
    return found.parameters, issues


def _wrong_declarations(node: MappingNode, known: Mapping[str, Parameter]) -> Iterator[Issue]:
    for name, parameter in known.items():
        place = node.key_place(name)
        problem = _wrong_bounds(parameter)
        if problem:
            yield Issue("bad-parameter", f'Parameter "{name}" {problem}.', place)
        elif parameter.default is not None:
            problem = misfit(parameter, parameter.default)
            if problem:
                message = f'The default of parameter "{name}" {problem}.'
                yield Issue("parameter-out-of-range", message, place)


def _wrong_bounds(parameter: Parameter) -> str:
    if parameter.type == "text":
        return "is a text and has a range; give it options" if parameter.range else ""
    if parameter.options:
        return "has options, which only a text has"
    if parameter.range is None:
        return "has no range: say what may be set"
    low, high = (_measure(parameter, end) for end in parameter.range)
    if low is None or high is None:
        return f"has a range that is not of the type {parameter.type}"
    return "has a range that ends before it begins" if low > high else ""


def misfit(parameter: Parameter, value: str) -> str:
    """What keeps ``value`` from being set, as the end of a sentence; "" when nothing does."""
    if parameter.type == "text":
        if parameter.options and value not in parameter.options:
            return f'is "{value}", which is none of {", ".join(parameter.options)}'
        return ""
    found = _measure(parameter, value)
    if found is None:
        return f'is "{value}", which is not a {parameter.type}'
    low, high = (_measure(parameter, end) for end in parameter.range or (value, value))
    if low is None or high is None or low <= found <= high:
        return ""
    ends = " to ".join(parameter.range or ())
    return f"is {value}, which is outside {ends}"


def _measure(parameter: Parameter, value: str) -> float | None:
    """A number, or the length of a span, for comparing."""
    text = value.strip()
    if parameter.type == "number":
        return float(text) if _NUMBER.fullmatch(text) else None
    try:
        return float(minutes(parse_span(text)))
    except SpanError:
        return None


@dataclass
class Values:
    """What stands for each parameter. ``places``: where each is declared."""

    nodes: Mapping[str, Node]
    places: Mapping[str, Place]
    used: set[str] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)

    def put(self, node: Node) -> Node:
        """The tree with every ``${name}`` replaced; keys stay as they are.

        A scalar that is nothing but ``${name}`` becomes the value itself, where that is written;
        inside a text, the value's text is put in.
        """
        if isinstance(node, MappingNode):
            self.issues += _left_out(node)
            entries = tuple(Entry(entry.key, self.put(entry.value)) for entry in node.entries)
            return node if entries == node.entries else replace(node, entries=entries)
        if isinstance(node, Sequence):
            items = tuple(self.put(item) for item in node.items)
            return node if items == node.items else replace(node, items=items)
        return self._scalar(node) if "${" in node.text else node

    def _scalar(self, node: Scalar) -> Node:
        alone = _MARK.fullmatch(node.text.strip())
        if alone is not None and not alone[1]:
            return self._value(alone[2], node) or node
        text = _MARK.sub(lambda found: self._text(found, node), node.text)
        if len(text) > MAX_SCALAR:
            message = f"With its parameters, this text has more than {MAX_SCALAR:,} characters."
            self.issues.append(Issue("scalar-too-long", message, node.place, hint="Shorten it."))
            return node
        return replace(node, text=text, value=text, exact=False)

    def _text(self, found: re.Match[str], node: Scalar) -> str:
        if found[1]:
            return f"${{{found[2]}}}"
        value = self._value(found[2], node)
        if value is not None and not isinstance(value, Scalar):
            message = f'"${{{found[2]}}}" is a list here, and cannot stand inside a text.'
            self.issues.append(Issue("wrong-shape", message, node.place, hint="Give one value."))
        return value.text if isinstance(value, Scalar) else found[0]

    def _value(self, name: str, node: Scalar) -> Node | None:
        name = name.strip()
        value = self.nodes.get(name)
        if value is not None:
            self.used.add(name)
            return value
        if name not in self.places:  # one without a value was told of already
            self.issues.append(
                Issue(
                    "unknown-parameter",
                    f'"${{{name}}}" stands for a parameter that is not declared here.',
                    node.place,
                    hint=suggest(name, self.places) or "Write $${ for the characters themselves.",
                )
            )
        return None


def _left_out(node: MappingNode) -> Iterator[Issue]:
    """Of texts by language, those that leave out a parameter which the English one has."""
    english = node.get("en")
    if english is None or not all(is_language(entry.key.text) for entry in node.entries):
        return
    wanted = _marks(english)
    for entry in node.entries:
        for name in sorted(wanted - _marks(entry.value)):
            yield Issue(
                "missing-placeholder",
                f'The text in "{entry.key.text}" leaves out "${{{name}}}", which the English one '
                "has.",
                entry.key.place,
                (Related(node.key_place("en"), "The English text is here."),),
                f"Write ${{{name}}} where it belongs.",
                "warning",
            )


def _marks(node: Node) -> set[str]:
    """The parameters that a node names, as deep as it goes."""
    if isinstance(node, MappingNode):
        return set().union(*(_marks(entry.value) for entry in node.entries))
    if isinstance(node, Sequence):
        return set().union(*(_marks(item) for item in node.items))
    return {found[2].strip() for found in _MARK.finditer(node.text) if not found[1]}


def unused(values: Values, known: Iterable[str]) -> Iterator[Issue]:
    """A parameter that nothing refers to."""
    for name in known:
        if name not in values.used:
            yield Issue(
                "unused",
                f'Nothing refers to the parameter "{name}".',
                values.places[name],
                hint=f"Write ${{{name}}} where it should count, or remove it.",
                severity="warning",
            )


def out_of_range(name: str, problem: str, place: Place, declaration: Place) -> Issue:
    """A value that may not be set."""
    return Issue(
        "parameter-out-of-range",
        f'Parameter "{name}" {problem}.',
        place,
        related=(Related(declaration, "It is declared here."),),
    )
