"""Groups of steps."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.language.checks.flow import default_next, phase_of
from pathways.language.definition import Definition
from pathways.language.issues import Issue, Related


def repeated_any(definition: Definition) -> Iterator[Issue]:
    """What comes after *any* of a group asks whether one is done, and a step that was done stays
    done: in a stage that comes again, last time's would count. So such a stage comes once."""
    again = _stages_that_come_again(definition)
    for found in definition.steps:
        if found.step.id in definition.awaits and found.stage.stage in again:
            stage = definition.stage_places[found.stage.stage]
            yield Issue(
                "group-may-repeat",
                f'Stage "{found.stage.stage}" may come again, and "{found.step.id}" would then see '
                "that one of its group was done last time.",
                definition.place(*found.path, "id"),
                related=(Related(stage, "The stage stands here."),),
                hint='Wait for all of the group ("of: all"), or put it in a stage that comes once.',
            )


def _stages_that_come_again(definition: Definition) -> frozenset[str]:
    """Stages that lead back to themselves, and reevaluations."""
    pathway = definition.pathway
    phases = {stage.stage: phase_of(stage) for stage in pathway.stages}
    one_follow_up = list(phases.values()).count("follow-up") == 1
    leads: dict[str, set[str]] = {}
    for index, stage in enumerate(pathway.stages):
        targets = {branch.go for branch in stage.next} or {default_next(pathway, index)}
        if phases[stage.stage] == "reevaluation" and one_follow_up:
            # The follow-up that runs beside a reevaluation goes on; it is not entered anew.
            targets = {one for one in targets if phases.get(one) != "follow-up"}
        leads[stage.stage] = targets
    for name, phase in phases.items():
        if phase == "follow-up":
            leads[name] |= {other for other, kind in phases.items() if kind == "reevaluation"}
    return frozenset(
        name
        for name, phase in phases.items()
        if phase == "reevaluation" or name in _reached(name, leads)
    )


def _reached(start: str, leads: dict[str, set[str]]) -> set[str]:
    """The stages that may come after ``start``."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for target in sorted(leads.get(waiting.pop(), ())):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
