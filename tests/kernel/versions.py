"""Other versions of generated pathways: everything that an author may have changed, at once."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from msgspec import convert, to_builtins
from msgspec.structs import replace

from pathways.compiled import CompiledPathway
from pathways.journey.versions.choices import Choices, Policy
from tests.kernel.generating import DUE, EVERY, OVERDUE, Draw, pathways

POLICIES = st.sampled_from(("", "", "keep", "recompute", "restart"))


@st.composite
def another_version(
    draw: Draw, first: CompiledPathway, version: str, *, shared: bool = False
) -> tuple[CompiledPathway, dict[str, str]]:
    """A version of ``first``, with the steps that have another name in it (old to new).

    Either the same with a few names, times and steps changed, or another pathway altogether that
    happens to have some names in common."""
    changed = first if draw(st.booleans()) else draw(pathways(first.pathway, shared=shared))
    if changed is first:
        changed = replace(first, stages=tuple(draw(touched(stage)) for stage in first.stages))
    ids = [step.id for stage in changed.stages for step in stage.steps]
    renamed = draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))
    table = {name: f"{name}-{version}" for name in renamed}
    known = [step.id for stage in first.stages for step in stage.steps]
    moves = {name: to for name, to in table.items() if name in known and draw(st.booleans())}
    return replace(with_names(changed, table), version=version), moves


@st.composite
def touched(draw: Draw, stage: Any) -> Any:
    """A stage with other times."""

    def step(one: Any) -> Any:
        changes: dict[str, Any] = {}
        if one.due is not None and draw(st.booleans()):
            changes["due"] = draw(DUE)
        if one.overdue and draw(st.booleans()):
            changes["overdue"] = draw(OVERDUE)
        if one.every is not None and draw(st.booleans()):
            changes["every"] = draw(EVERY)
        return replace(one, **changes)

    return replace(stage, steps=tuple(step(one) for one in stage.steps))


def with_names(pathway: CompiledPathway, table: dict[str, str]) -> CompiledPathway:
    """The pathway with other names for some steps, wherever they are named."""

    def named(value: Any) -> Any:
        if isinstance(value, str):
            return table.get(value, value)
        if isinstance(value, dict):
            return {key: named(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [named(inner) for inner in value]
        return value

    return convert(named(to_builtins(pathway)), CompiledPathway)


@st.composite
def choices(
    draw: Draw, old: CompiledPathway, new: CompiledPathway, moves: dict[str, str]
) -> Choices:
    """What somebody may have chosen: mostly sensible."""
    here, there = ([stage.id for stage in p.stages] for p in (old, new))
    gone = [name for name in here if name not in there]
    stages = {name: draw(st.sampled_from(there)) for name in gone if draw(st.booleans())}
    before = [s.id for stage in old.stages for s in stage.steps]
    after = [s.id for stage in new.stages for s in stage.steps]
    some = st.lists(st.sampled_from(after), max_size=2, unique=True)
    dues: dict[str, Policy] = {name: draw(POLICIES) or "restart" for name in draw(some)}
    return Choices(
        stages=stages,
        steps={name: to for name, to in moves.items() if name in before and to in after},
        due=draw(POLICIES),
        dues=dues,
        keep=tuple(draw(st.lists(st.sampled_from(before), max_size=2, unique=True))),
        skip=tuple(draw(some)),
        repeat=tuple(draw(some)),
    )
