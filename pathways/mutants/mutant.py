"""A mutant: one change of a compiled pathway, named and told in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Rule, Stage, Step

Operator = Literal[
    "threshold",
    "comparison",
    "condition",
    "delay",
    "branch",
    "order",
    "owner",
    "urgency",
    "dropped",
]


class Mutant(Struct, frozen=True):
    """``id`` is the same for the same change of the same pathway text, so that it can be
    declared equivalent; ``touches`` are the beginnings of the points (``scenarios.points``)
    that a scenario must have reached to be able to notice."""

    id: str
    operator: Operator
    of: str
    line: int
    sentence: str
    touches: tuple[str, ...]
    make: Callable[[], CompiledPathway]


class Change(Struct, frozen=True):
    """A change of one node, before the pathway around it is put together."""

    operator: Operator
    name: str
    """What is changed to what, for the id: ``due 2 hours -> 4 hours``."""
    sentence: str
    node: Step | Rule | Stage
    line: int = 0
    touches: tuple[str, ...] = ()


def other_role(role: str, pathway: CompiledPathway) -> str:
    """Another role of the pathway: the next that it lists."""
    roles = [name for name in pathway.roles if name != role]
    if not roles:
        return "nobody"
    later = pathway.roles.index(role) if role in pathway.roles else -1
    return roles[later % len(roles)]


def with_step(pathway: CompiledPathway, changed: Step) -> CompiledPathway:
    """The pathway with another step of the same id (in a stage)."""
    stages = tuple(
        replace(stage, steps=tuple(changed if s.id == changed.id else s for s in stage.steps))
        for stage in pathway.stages
    )
    return replace(pathway, stages=stages)


def with_rule(pathway: CompiledPathway, changed: Rule) -> CompiledPathway:
    """The pathway with another rule of the same id."""
    return replace(
        pathway, rules=tuple(changed if r.id == changed.id else r for r in pathway.rules)
    )


def with_stage(pathway: CompiledPathway, changed: Stage) -> CompiledPathway:
    """The pathway with another stage of the same id."""
    return replace(
        pathway, stages=tuple(changed if s.id == changed.id else s for s in pathway.stages)
    )


def without_step(pathway: CompiledPathway, step: str) -> CompiledPathway:
    """The pathway without a step: what came after it comes after nothing."""

    def freed(other: Step) -> Step:
        declined = replace(
            other.declined, start=tuple(s for s in other.declined.start if s != step)
        )
        after = tuple(s for s in other.after if s != step)
        unreachable = other.unreachable
        if step in unreachable.start:
            start = tuple(s for s in unreachable.start if s != step)
            unreachable = replace(unreachable, start=start)
        return replace(other, after=after, declined=declined, unreachable=unreachable)

    stages = tuple(
        replace(stage, steps=tuple(freed(s) for s in stage.steps if s.id != step))
        for stage in pathway.stages
    )
    rules = tuple(replace(r, start="") if r.start == step else r for r in pathway.rules)
    return replace(pathway, stages=stages, rules=rules)
