"""Windows: counted from a date that there is, open at some time, and with a source."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.language.checks.care import verb_of
from pathways.language.checks.names import unknown_element
from pathways.language.definition import Definition
from pathways.language.issues import Issue, Related

OWN_TIME = ("wait", "monitor")
"""Verbs that say themselves how long they run."""


def windows(definition: Definition) -> Iterator[Issue]:
    """A window is counted from a declared date, closes after it opens, and stands on a step that
    has no time of its own to start."""
    known = {name: definition.key("data", name) for name in definition.pathway.data}
    for found in definition.steps:
        window = found.step.window
        if window is None:
            continue
        place = definition.place(*found.path, "window", "of")
        element = definition.pathway.data.get(window.of)
        if element is None:
            yield unknown_element(window.of, place, known)
        elif element.type != "date":
            yield Issue(
                "window-not-by-date",
                f'A window is counted from a date; "{window.of}" is a {element.type}.',
                place,
                related=(Related(known[window.of], "It is declared here."),),
                hint="Use an element of type: date.",
            )
        yield from _empty(definition, found.step.id, (*found.path, "window"), window)
        problem = ""
        if verb_of(found.step) in OWN_TIME:
            problem = f"{verb_of(found.step)} says itself how long it runs"
        elif found.step.in_ is not None:
            problem = "in: says when it starts, too"
        elif window.at is not None and window.opens is None:
            problem = "at: needs opens:"
        if problem:
            yield Issue(
                "misplaced-window",
                f'The window of "{found.step.id}" cannot stand here: {problem}.',
                definition.key(*found.path, "window"),
                hint="Say one of the two.",
            )


def _empty(
    definition: Definition, step: str, path: tuple[str | int, ...], window: object
) -> Iterator[Issue]:
    opens, closes = getattr(window, "opens", None), getattr(window, "closes", None)
    if opens is None and closes is None:
        said = "neither opens nor closes"
    elif opens is not None and closes is not None and closes < opens:
        said = "closes before it opens"
    else:
        return
    yield Issue(
        "empty-window",
        f'The window of "{step}" {said}.',
        definition.key(*path),
        hint="Write {of: DATE, opens: 28 days before, closes: 7 days after}.",
    )


def sources(definition: Definition) -> Iterator[Issue]:
    """A window is a clinical threshold: its step, or the stage around it, names the source."""
    for found in definition.steps:
        if found.step.window is None or found.step.evidence or found.stage.evidence:
            continue
        yield Issue(
            "missing-source",
            f'The window of "{found.step.id}" has no source.',
            definition.key(*found.path, "window"),
            hint="Add evidence: ID to it, where ID is declared in evidence.",
        )
