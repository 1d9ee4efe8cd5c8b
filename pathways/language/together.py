"""Checks across files: what no single definition can show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath

from pathways.compiled import CompiledPathway, Instrument
from pathways.language.issues import Issue, Place, Related, in_order, suggest


def check_together(
    pathways: Mapping[str, CompiledPathway],
    instruments: Mapping[str, Instrument],
    unread: Collection[str] = (),
) -> tuple[Issue, ...]:
    """What is wrong between definitions: both are given by file, as far as they can be read.
    ``unread``: the files of which nothing can be said but that they are there."""
    known = {pathway.pathway for pathway in pathways.values()}
    known |= {PurePath(file).stem for file in unread}
    return in_order(
        [
            *_names_of_files("pathway", {f: p.pathway for f, p in pathways.items()}),
            *_names_of_files("instrument", {f: i.id for f, i in instruments.items()}),
            *(
                issue
                for file, pathway in pathways.items()
                for issue in _unknown_pathways(pathway, file, known)
            ),
        ]
    )


def _names_of_files(kind: str, ids: Mapping[str, str]) -> Iterator[Issue]:
    """A file is called like what it defines, so that nothing is defined twice unseen."""
    first: dict[str, str] = {}
    for file, identity in sorted(ids.items()):
        if identity in first:
            yield Issue(
                "duplicate-id",
                f'The {kind} "{identity}" is defined in two files.',
                Place(file, 1, 1),
                related=(Related(Place(first[identity], 1, 1), "It is defined here first."),),
                hint="Remove one of the two.",
            )
        elif PurePath(file).stem != identity:
            yield Issue(
                "misnamed-file",
                f'This file defines the {kind} "{identity}".',
                Place(file, 1, 1),
                hint=f"Call it {identity}.yaml.",
            )
        first.setdefault(identity, file)


def _unknown_pathways(pathway: CompiledPathway, file: str, known: set[str]) -> Iterator[Issue]:
    """``on-pathway("x")`` about a pathway that is not here is never yes."""
    for line, name in _asked(pathway):
        if name not in known:
            yield Issue(
                "unknown-pathway",
                f'A condition asks whether the patient is on "{name}", which is not here.',
                Place(file, line, 1),
                hint=suggest(name, known),
                severity="warning",
            )


def _asked(pathway: CompiledPathway) -> Iterator[tuple[int, str]]:
    """The pathways that conditions ask about, with the line of the node that asks."""
    yield from _names(pathway.eligible, 1)
    for refusal in pathway.refusals:
        yield from _names(refusal.when, refusal.line)
    for stage in pathway.stages:
        yield from _names(stage.exit, stage.line)
        for branch in stage.next:
            yield from _names(branch.when, branch.line)
        for step in stage.steps:
            yield from _names([step.when, step.until, *(r.when for r in step.table)], step.line)
    for rule in pathway.rules:
        yield from _names(rule.when, rule.line)
    for goal in pathway.goals:
        yield from _names(goal.aim, goal.line)


def _names(expr: object, line: int) -> Iterator[tuple[int, str]]:
    if isinstance(expr, list):
        if len(expr) == 2 and expr[0] == "on-pathway":
            yield line, str(expr[1])
        for part in expr:
            yield from _names(part, line)
