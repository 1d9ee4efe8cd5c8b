"""What a name means in a pathway: the pathway itself, a stage, a step or a rule."""

from __future__ import annotations

from pathways.compiled import CompiledPathway
from pathways.explaining.explanation import Explanation
from pathways.explaining.rules import explain_rule
from pathways.explaining.stages import explain_stage
from pathways.explaining.steps import explain_step


def names(pathway: CompiledPathway) -> tuple[str, ...]:
    """Everything that can be explained by its id, in the order of the file."""
    steps = (one for stage in pathway.stages for one in (stage.id, *(s.id for s in stage.steps)))
    return (*steps, *(rule.id for rule in pathway.rules))


def explain_named(pathway: CompiledPathway, name: str) -> tuple[Explanation, ...]:
    """What ``name`` is; more than one when a stage and a step share it, none when unknown."""
    found: list[Explanation] = []
    for stage in pathway.stages:
        if stage.id == name:
            found.append(explain_stage(pathway, stage))
        found += [explain_step(pathway, stage, s) for s in stage.steps if s.id == name]
    found += [explain_rule(pathway, rule) for rule in pathway.rules if rule.id == name]
    return tuple(found)
