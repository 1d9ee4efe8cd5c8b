"""Programs as authors write them: read, checked, and made ready to be evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from pathways.language.issues import Issue, Place, has_errors, in_order, suggest
from pathways.language.opening import opened
from pathways.language.programs.checks import CHECKS, PROOFS, TRIGGERS, has_bounds, said
from pathways.language.programs.models import (
    ClockModel,
    EvidenceModel,
    MinutesModel,
    ProgramFile,
    TriggerModel,
)
from pathways.language.schema import URI
from pathways.programs.program import (
    Bounds,
    Claim,
    ClockRule,
    Evidence,
    MinutesRule,
    Program,
    Threshold,
    Trigger,
)

__all__ = ["program_names", "program_schema", "read_program"]


def read_program(text: str | bytes, file: str) -> tuple[Program | None, tuple[Issue, ...]]:
    """The program that ``text`` defines, or ``None`` and everything that is wrong with it."""
    found, issues = opened(text, file, ProgramFile)
    if found is None:
        return None, in_order(issues)
    issues += [issue for check in CHECKS for issue in check(found.model, found.root)]
    return (None if has_errors(issues) else _program(found.model)), in_order(issues)


def program_names(program: Program, file: str, known: Iterable[str]) -> list[Issue]:
    """Programs that a file names and that are not there, and a file that is named otherwise."""
    rule = program.minutes
    names = list(known)
    misnamed = Issue(
        "misnamed-file",
        f'This file defines the program "{program.program}", but is named otherwise.',
        Place(file, 1, 1),
        hint=f"Rename it to {program.program}.yaml.",
    )
    return [misnamed] * (PurePath(file).stem != program.program) + [
        Issue(
            "unknown-program",
            f'Program "{program.program}" excludes "{name}", which is no program here.',
            Place(file, 1, 1),
            hint=suggest(name, names),
        )
        for name in (() if rule is None else rule.not_with)
        if name not in names
    ]


def program_schema() -> dict[str, Any]:
    """The JSON Schema of ``definitions/programs/*.yaml``, for editors."""
    schema = ProgramFile.model_json_schema(by_alias=True, mode="validation")
    for name, words in (("EvidenceModel", PROOFS), ("TriggerModel", TRIGGERS)):
        schema["$defs"][name]["oneOf"] = [{"required": [word]} for word in words]
    return {"$schema": URI, **schema}


def _program(model: ProgramFile) -> Program:
    return Program(
        program=model.program,
        version=model.version,
        title=model.title,
        kind=model.kind,
        tag=model.tag,
        source=" ".join(model.source.split()),
        whom=model.whom or "",
        starts=tuple(_trigger(one) for one in model.starts),
        clocks=tuple(_clock(one) for one in model.clocks),
        on=() if model.on is None else model.on.any_of,
        on_at_least=1 if model.on is None else model.on.at_least,
        drops=model.drops,
        period=model.period,
        claims=tuple(Claim(c.code, c.needs, c.says or "") for c in model.claims),
        minutes=None if model.minutes is None else _minutes(model.minutes),
    )


def _trigger(model: TriggerModel) -> Trigger:
    (kind,) = said(model, TRIGGERS)
    names: tuple[str, ...] = getattr(model, kind)
    match kind:
        case "event":
            return Trigger("event", names, dict(model.only), dict(model.unless))
        case "enrolled":
            return Trigger("enrolled", names)
        case "referred":
            return Trigger("referred", names)
        case "entered":
            return Trigger("entered", names)
        case _:
            return Trigger("value", names, bounds=_bounds(model))


def _clock(model: ClockModel) -> ClockRule:
    return ClockRule(
        id=model.clock,
        title=model.title,
        within=model.within,
        met_by=tuple(_evidence(one) for one in model.met_by),
        first_day=model.first_day,
        limit=model.limit,
        no_later_than=model.no_later_than or "",
        again=model.again,
    )


def _evidence(model: EvidenceModel) -> Evidence:
    kind = next(kind for kind in PROOFS if getattr(model, kind) is not None)
    names: tuple[str, ...] = getattr(model, kind)
    return Evidence(kind, names, model.by, model.is_ or (), model.times, _bounds(model))


def _bounds(model: EvidenceModel | TriggerModel) -> Bounds | None:
    return Bounds(model.at_least, model.below) if has_bounds(model) else None


def _minutes(model: MinutesModel) -> MinutesRule:
    thresholds = tuple(Threshold(t.minutes, t.code) for t in model.thresholds)
    return MinutesRule(thresholds, model.by, model.not_with)
