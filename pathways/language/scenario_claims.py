"""What a story says, line by line, and the expectations that show each line to hold."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.language.issues import Issue, suggest
from pathways.language.scenario_models import ExpectationModel, ScenarioModel
from pathways.language.tree import Mapping, Node, Sequence, at


def claim_issues(model: ScenarioModel, root: Node) -> Iterator[Issue]:
    """Every claim that no line shows, and every line that shows a claim which nobody makes."""
    shown: set[str] = set()
    for section, lines in (("expect", model.expect), ("never", model.never)):
        for number, line in enumerate(lines):
            shown |= set(line.shows)
            yield from _unknown(model, line, at(root, (section, number, "shows")))
    claims = at(root, ("claims",))
    for name in model.claims:
        if name not in shown and isinstance(claims, Mapping):
            message = f'No line shows that "{name}" holds: {model.claims[name]}'
            hint = f'Expect it, and say so there: "shows: {name}".'
            yield Issue("unshown-claim", message, claims.key_place(name), hint=hint)


def _unknown(model: ScenarioModel, line: ExpectationModel, node: Node) -> Iterator[Issue]:
    for name in line.shows:
        if name not in model.claims:
            named = [item for item in _items(node) if getattr(item, "text", "") == name]
            place = named[0].place if named else node.place
            message = f'This line shows "{name}", which the scenario does not claim.'
            yield Issue("unknown-claim", message, place, hint=suggest(name, model.claims))


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,)
