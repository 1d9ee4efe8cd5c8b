"""All definitions of a program together: what ``careway check`` checks and a worker loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from pathways.compiled import CompiledPathway, Instrument
from pathways.language.compiling import compile_pathway
from pathways.language.definition import Shelf
from pathways.language.instruments import compile_instrument
from pathways.language.issues import Issue, Place, Related, in_order, suggest
from pathways.language.messages import Messages, read_messages

MESSAGES = "messages.yaml"
INSTRUMENTS = "instruments"
PATHWAYS = "pathways"


class Library(Struct, frozen=True):
    """What a folder of definitions holds. ``pathways`` has those without errors, by id."""

    pathways: dict[str, CompiledPathway]
    instruments: dict[str, Instrument]
    messages: Messages
    issues: tuple[Issue, ...]

    @property
    def shelf(self) -> Shelf:
        return Shelf(instruments=self.instruments, messages=self.messages)


def compile_library(files: Mapping[str, str | bytes]) -> Library:
    """Compile definitions, given as file name -> text.

    A file's folder says what it is: ``pathways/*.yaml``, ``instruments/*.yaml`` and
    ``messages.yaml``, below any common folder; other files are left alone.
    """
    issues: list[Issue] = []
    messages: Messages = {}
    for file in _named(files, MESSAGES):
        messages, found = read_messages(files[file], file)
        issues += found
    instruments: dict[str, Instrument] = {}
    homes: dict[str, str] = {}
    for file in _inside(files, INSTRUMENTS):
        instrument, wrong = compile_instrument(files[file], file)
        issues += wrong
        if instrument is not None:
            issues += _misnamed("instrument", instrument.id, file, homes)
            instruments.setdefault(instrument.id, instrument)
    pathways: dict[str, CompiledPathway] = {}
    shelf = Shelf(instruments=instruments, messages=messages)
    for file in _inside(files, PATHWAYS):
        compiled = compile_pathway(files[file], file, shelf)
        issues += compiled.issues
        if compiled.pathway is not None:
            identity = compiled.pathway.pathway
            issues += _misnamed("pathway", identity, file, homes)
            pathways.setdefault(identity, compiled.pathway)
    issues += _unknown_pathways(pathways)
    return Library(pathways, instruments, messages, in_order(issues))


def _named(files: Mapping[str, object], name: str) -> list[str]:
    return sorted(file for file in files if PurePosixPath(file).name == name)


def _inside(files: Mapping[str, object], folder: str) -> list[str]:
    paths = {file: PurePosixPath(file) for file in sorted(files)}
    return [f for f, path in paths.items() if path.suffix == ".yaml" and path.parent.name == folder]


def _misnamed(kind: str, identity: str, file: str, homes: dict[str, str]) -> Iterator[Issue]:
    """A file is called like what it defines, so that nothing is defined twice unseen."""
    first = homes.setdefault(f"{kind} {identity}", file)
    if first != file:
        yield Issue(
            "duplicate-id",
            f'The {kind} "{identity}" is defined in two files.',
            Place(file, 1, 1),
            related=(Related(Place(first, 1, 1), "It is defined here first."),),
            hint="Remove one of the two.",
        )
    elif PurePosixPath(file).stem != identity:
        yield Issue(
            "misnamed-file",
            f'This file defines the {kind} "{identity}".',
            Place(file, 1, 1),
            hint=f"Call it {identity}.yaml.",
            severity="warning",
        )


def _unknown_pathways(pathways: Mapping[str, CompiledPathway]) -> Iterator[Issue]:
    """``on-pathway("x")`` about a pathway that is not here is never yes."""
    for pathway in pathways.values():
        for line, name in _asked(pathway):
            if name not in pathways:
                yield Issue(
                    "unknown-pathway",
                    f'A condition asks whether the patient is on "{name}", which is not here.',
                    Place(pathway.source, line, 1),
                    hint=suggest(name, pathways),
                    severity="warning",
                )


def _asked(pathway: CompiledPathway) -> Iterator[tuple[int, str]]:
    """The pathways that conditions ask about, with the line of the node that asks."""
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


def _names(expr: object, line: int) -> Iterator[tuple[int, str]]:
    if isinstance(expr, list):
        if len(expr) == 2 and expr[0] == "on-pathway":
            yield line, str(expr[1])
        for part in expr:
            yield from _names(part, line)
