"""What a rule supersedes: other rules of its pathway, that have a task."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.language.definition import Definition, unknown
from pathways.language.issues import Issue, Related


def superseded_rules(definition: Definition) -> Iterator[Issue]:
    """Each exists, is another rule, and opens a task that can be cancelled."""
    known = {found.rule.id: definition.place(*found.path, "id") for found in definition.rules}
    with_task = {found.rule.id for found in definition.rules if found.rule.task is not None}
    for found in definition.rules:
        for i, name in enumerate(found.rule.supersedes):
            place = definition.place(*found.path, "supersedes", i)
            if name not in known:
                message = f'Rule "{found.rule.id}" supersedes "{name}", which is not a rule here.'
                yield unknown("unknown-rule", message, name, place, known)
            elif name == found.rule.id or name not in with_task:
                why = "which is itself" if name == found.rule.id else "which opens no task"
                yield Issue(
                    "supersedes-nothing",
                    f'Rule "{found.rule.id}" supersedes "{name}", {why}.',
                    place,
                    related=(Related(known[name], "The rule is here."),),
                    hint="Name another rule that has a task, or leave it out.",
                )
