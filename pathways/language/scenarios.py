"""Scenario files: read with the places of everything in them, into ``pathways.scenarios``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from pathways.language.issues import Issue, Place, has_errors, in_order
from pathways.language.opening import opened
from pathways.language.scenario_claims import claim_issues
from pathways.language.scenario_models import (
    BESIDE,
    ExceptionsModel,
    ExpectationModel,
    HappeningModel,
    ScenarioModel,
)
from pathways.language.tree import Mapping, Node, Sequence
from pathways.scenarios.scenario import (
    DEEDS,
    WHATS,
    Deed,
    Expectation,
    Happening,
    Patient,
    Scenario,
    What,
)

UNKNOWN = "unknown"
"""``value: hba1c, is: unknown``."""
_AS_WRITTEN = tuple(
    name
    for name in Expectation.__struct_fields__
    if name in ExpectationModel.model_fields and name not in ("step", "value", "misses")
)
"""Fields of an expectation that are taken over from its model."""


class Excepted(Struct, frozen=True):
    """A mutant that no scenario can notice, or a point that none can reach, and why."""

    kind: Literal["equivalent", "unreachable"]
    name: str
    because: str
    place: Place


class ReadScenario(Struct, frozen=True):
    """A scenario, or ``None`` when an issue is an error. ``root``: the tree that it was read
    from, with the places of everything in it."""

    scenario: Scenario | None
    issues: tuple[Issue, ...]
    root: Node | None = None


def read_scenario(text: str | bytes, file: str) -> ReadScenario:
    """Read one scenario file. Never raises for what an author may write."""
    found, issues = opened(text, file, ScenarioModel)
    if found is None:
        return ReadScenario(None, in_order(issues))
    model, root = found
    issues += [*_several(root), *claim_issues(model, root)]
    if has_errors(issues):
        return ReadScenario(None, in_order(issues))
    return ReadScenario(_Lowering(root, model, file).scenario(), in_order(issues), root)


def read_exceptions(text: str | bytes, file: str) -> tuple[list[Excepted], tuple[Issue, ...]]:
    """Read a file of exceptions. Never raises for what an author may write."""
    found, issues = opened(text, file, ExceptionsModel)
    if found is None:
        return [], in_order(issues)
    model, root = found
    excepted = [
        Excepted("equivalent", one.mutant, one.because, node.place)
        for one, node in zip(model.equivalent, _items(root, "equivalent"), strict=True)
    ]
    excepted += [
        Excepted("unreachable", point.point, point.because, node.place)
        for point, node in zip(model.unreachable, _items(root, "unreachable"), strict=True)
    ]
    return excepted, in_order(issues)


def _several(root: Mapping) -> Iterator[Issue]:
    """A line says one thing; a scenario expects something."""
    for entry in _items(root, "course"):
        yield from _one_of(entry, DEEDS, "course")
    for name in ("expect", "never"):
        for entry in _items(root, name):
            yield from _one_of(entry, WHATS, name)
    if not _items(root, "expect") and not _items(root, "never"):
        message = "This scenario expects nothing, so it cannot fail."
        yield Issue("nothing-expected", message, root.place, hint='Add "expect" or "never".')


def _items(root: Mapping, key: str) -> tuple[Mapping, ...]:
    node: Node | None = root.get(key)
    found = node.items if isinstance(node, Sequence) else ()
    return tuple(item for item in found if isinstance(item, Mapping))


def _one_of(entry: Mapping, words: tuple[str, ...], section: str) -> Iterator[Issue]:
    keys = entry.names()
    said = [key for key in keys if key in words]
    for main, also in BESIDE.items():
        if main in said and also in said:
            said.remove(also)
    if len(said) == 1:
        return
    place = entry.key_place(said[1]) if said else entry.place
    fact = f'"{said[0]}" and "{said[1]}" stand in one line' if said else "This line says nothing"
    hint = "Make two lines of it." if said else f"Known here: {', '.join(words)}."
    yield Issue("one-thing-a-line", f"{fact} of {section}.", place, hint=hint)


class _Lowering:
    def __init__(self, root: Mapping, model: ScenarioModel, file: str) -> None:
        self._root, self._model, self._file = root, model, file

    def scenario(self) -> Scenario:
        model = self._model
        return Scenario(
            scenario=model.scenario,
            pathways=model.pathway,
            start=model.start,
            course=tuple(
                self._happening(one, node)
                for one, node in zip(model.course, _items(self._root, "course"), strict=True)
            ),
            expect=self._expectations("expect", model.expect),
            never=self._expectations("never", model.never),
            patient=Patient(**model.patient.model_dump()),
            known=model.known,
            usual=model.usual,
            slots=model.slots,
            results=model.results,
            all_done=model.all_done,
            referred=model.referred,
            about=model.about,
            file=self._file,
            line=self._root.place.line,
            claims=model.claims,
            referrer=model.referrer,
        )

    def _happening(self, one: HappeningModel, node: Mapping) -> Happening:
        deed: Deed = next(
            d for d in DEEDS if (getattr(one, d) if d != "slots" else one.slots or None) is not None
        )
        named = getattr(one, deed)
        return Happening(
            deed=deed,
            of=named if isinstance(named, str) else "",
            at=one.at,
            pathway=one.pathway,
            kind=one.kind,
            outcome=one.outcome,
            reason=one.reason,
            without=one.without,
            restore=one.restore,
            channel=one.channel,
            by=one.by,
            to=one.to,
            values=one.record or one.correct or one.set_,
            answers={
                name: {item: int(answer) for item, answer in items.items()}
                for name, items in one.answers.items()
            },
            observed=one.observed,
            verified=one.verified,
            zone=one.zone,
            visit=one.visit,
            into=one.into,
            slots=one.slots,
            until=one.until,
            all_done=one.all_done,
            leaving=one.except_,
            absent=one.absent,
            outcomes=one.outcomes,
            results=one.results,
            line=node.place.line,
            column=node.place.column,
            say=one.say,
            details={str(name): value for name, value in one.details.items()},
            told=one.told,
            note=one.note,
            medicines=one.medicines,
            decisions=one.decisions,
            packet=dict(one.packet),
        )

    def _expectations(
        self, section: str, models: tuple[ExpectationModel, ...]
    ) -> tuple[Expectation, ...]:
        nodes = _items(self._root, section)
        return tuple(self._expectation(m, n) for m, n in zip(models, nodes, strict=True))

    def _expectation(self, one: ExpectationModel, node: Mapping) -> Expectation:
        what: What = next(w for w in WHATS if getattr(one, w) is not None)
        return Expectation(
            what,
            str(getattr(one, what)),
            **{name: getattr(one, name) for name in _AS_WRITTEN},
            step=one.step or "" if what == "timeline" else "",
            value=None if one.is_ == UNKNOWN else one.is_,
            misses=None if one.misses is None else int(one.misses),
            line=node.place.line,
            column=node.place.column,
        )
