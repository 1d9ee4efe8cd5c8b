"""What must hold of a program: one tuple of checks, each saying what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import BaseModel

from pathways.language.issues import Issue, Place, Related, suggest
from pathways.language.programs.models import EvidenceModel, ProgramFile, TriggerModel
from pathways.language.spans import minutes
from pathways.language.tree import Node, at
from pathways.programs.program import Proof

PROOFS: tuple[Proof, ...] = ("contact", "attempt", "work", "visit", "value", "event", "entered")
TRIGGERS = ("event", "enrolled", "value", "referred", "entered")


def has_bounds(model: EvidenceModel | TriggerModel) -> bool:
    """Whether a line speaks of numbers."""
    return model.at_least is not None or model.below is not None


def said(model: BaseModel, words: tuple[str, ...]) -> list[str]:
    """Which of the words are written; sound evidence has exactly one."""
    return [word for word in words if getattr(model, word) is not None]


def _says_something(model: ProgramFile, root: Node) -> Iterator[Issue]:
    if not model.clocks and model.minutes is None:
        message = f'Program "{model.program}" has neither clocks nor minutes.'
        yield Issue("empty-program", message, root.place, hint="Add clocks or minutes.")
    elif model.clocks and not model.starts:
        message = f'Nothing starts the clocks of "{model.program}".'
        place = at(root, ("clocks",)).place
        yield Issue("never-starts", message, place, hint="Add starts: [{event: discharged}].")


def _one_kind_each(model: ProgramFile, root: Node) -> Iterator[Issue]:
    hint = "Write exactly one of {} (another line for an alternative)."
    for index, trigger in enumerate(model.starts):
        if len(said(trigger, TRIGGERS)) != 1:
            place = at(root, ("starts", index)).place
            message = "It is not clear what starts the clocks here."
            yield Issue("evidence-kind", message, place, hint=hint.format(", ".join(TRIGGERS)))
        elif (trigger.only or trigger.unless) and trigger.event is None:
            place = at(root, ("starts", index)).place
            message = "Only a reported event has details."
            yield Issue("evidence-kind", message, place, hint="Remove only and unless.")
        elif has_bounds(trigger) and trigger.value is None:
            place = at(root, ("starts", index)).place
            message = "Only a value is a number."
            yield Issue("evidence-kind", message, place, hint="Remove at-least and below.")
    for index, clock in enumerate(model.clocks):
        for number, proof in enumerate(clock.met_by):
            place = at(root, ("clocks", index, "met-by", number)).place
            if len(said(proof, PROOFS)) != 1:
                message = f'It is not clear what meets "{clock.clock}" here.'
                yield Issue("evidence-kind", message, place, hint=hint.format(", ".join(PROOFS)))
            elif proof.is_ is not None and proof.value is None and proof.work is None:
                message = '"is" belongs to a value, or to work.'
                yield Issue("evidence-kind", message, place, hint="Remove it.")
            elif has_bounds(proof) and proof.value is None:
                message = "Only a value is a number."
                yield Issue("evidence-kind", message, place, hint="Remove at-least and below.")


def _ids_are_unique(model: ProgramFile, root: Node) -> Iterator[Issue]:
    seen: dict[str, Place] = {}
    for index, clock in enumerate(model.clocks):
        place = at(root, ("clocks", index, "clock")).place
        if clock.clock in seen:
            message = f'"{clock.clock}" is the id of two clocks of this program.'
            first = Related(seen[clock.clock], "It stands here first.")
            yield Issue("duplicate-id", message, place, (first,), "Rename one of them.")
        seen.setdefault(clock.clock, place)


def _names_are_known(model: ProgramFile, root: Node) -> Iterator[Issue]:
    ids = [clock.clock for clock in model.clocks]
    earlier: list[str] = []
    for index, clock in enumerate(model.clocks):
        name = clock.no_later_than
        if name is not None and name not in earlier:
            place = at(root, ("clocks", index, "no-later-than")).place
            message = f'"{name}" is no clock that stands before "{clock.clock}".'
            yield Issue("unknown-clock", message, place, hint=suggest(name, earlier))
        earlier.append(clock.clock)
    for index, claim in enumerate(model.claims):
        for number, name in enumerate(claim.needs):
            if name not in ids:
                place = at(root, ("claims", index, "needs", number)).place
                message = f'Code {claim.code} needs "{name}", which is no clock of this program.'
                yield Issue("unknown-clock", message, place, hint=suggest(name, ids))
    if model.claims and model.period is None:
        place = at(root, ("claims",)).place
        message = "A claim is made for a service period, and this program has none."
        yield Issue("missing-field", message, place, hint="Add period: 29 days.")


def _times_make_sense(model: ProgramFile, root: Node) -> Iterator[Issue]:
    for index, clock in enumerate(model.clocks):
        if clock.limit is not None and minutes(clock.limit) <= minutes(clock.within):
            place = at(root, ("clocks", index, "limit")).place
            message = f'The hard limit of "{clock.clock}" does not come after its due time.'
            hint = f"Let it be longer than {clock.within}, or leave it out."
            yield Issue("empty-range", message, place, hint=hint)
        if clock.first_day * 1_440 > minutes(clock.within):
            place = at(root, ("clocks", index, "first-day")).place
            message = f'The window of "{clock.clock}" ends before its first day.'
            yield Issue("empty-range", message, place, hint="Count days from the event: 0, 1, ...")
    if model.minutes is None:
        return
    before = 0
    for index, threshold in enumerate(model.minutes.thresholds):
        if threshold.minutes <= before:
            place = at(root, ("minutes", "thresholds", index)).place
            message = f"{threshold.minutes} minutes do not come after {before}."
            yield Issue("empty-range", message, place, hint="List thresholds from low to high.")
        before = threshold.minutes


CHECKS: tuple[Callable[[ProgramFile, Node], Iterator[Issue]], ...] = (
    _says_something,
    _one_kind_each,
    _ids_are_unique,
    _names_are_known,
    _times_make_sense,
)
