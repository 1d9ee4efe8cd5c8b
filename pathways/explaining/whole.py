"""A whole pathway in plain English."""

from __future__ import annotations

from collections.abc import Iterator

from pathways import wording
from pathways.compiled import CompiledPathway
from pathways.explaining import duties
from pathways.explaining.explanation import Explanation, section
from pathways.explaining.stages import follows, in_a_line


def explain_pathway(pathway: CompiledPathway) -> Explanation:
    """Who it is for, its goals, its stages with their steps, and its rules."""
    stages = tuple(
        one
        for number, stage in enumerate(pathway.stages, start=1)
        for one in section(
            f"Stage {number}: {stage.title} ({stage.phase}, "
            f"{wording.within(stage.deadline) if stage.deadline else 'no deadline'}, "
            f"{wording.role(stage.by)})",
            (
                *(f"- {in_a_line(pathway, step)}" for step in stage.steps),
                "What follows:",
                *(f"  {line}" for line in follows(pathway, stage)),
            ),
        )
    )
    return Explanation(
        kind="pathway",
        id=pathway.pathway,
        title=f"{pathway.title}, version {pathway.version}",
        place=wording.place(pathway, 1),
        sections=(
            *section("For whom", _for_whom(pathway)),
            *section("Goals", _goals(pathway)),
            *stages,
            *section("Rules", _rules(pathway)),
            *section("Hospital stays", (f"- {line}" for line in wording.episodes(pathway))),
            *section("Parameters", _parameters(pathway)),
            *section("Shared with other pathways", _fragments(pathway)),
            *section("In other languages", duties.translated(pathway.titles)),
            *section("Sources", (f"- {cite}" for cite in pathway.evidence.values())),
        ),
    )


def _for_whom(pathway: CompiledPathway) -> Iterator[str]:
    if pathway.icd10:
        codes = wording.listed(pathway.icd10, "or")
        yield f"Patients with an active condition whose code begins with {codes}."
    if pathway.eligible is not None:
        yield f"Only if {wording.condition(pathway.eligible, pathway)}."
    for refusal in pathway.refusals:
        yield f"Not if {wording.condition(refusal.when, pathway)}: {refusal.because}"


def _goals(pathway: CompiledPathway) -> Iterator[str]:
    for goal in pathway.goals:
        by = f", by {goal.by} after enrollment" if goal.by is not None else ""
        yield f"- {goal.title}: {wording.condition(goal.aim, pathway)}{by}."


def _parameters(pathway: CompiledPathway) -> Iterator[str]:
    for name, one in pathway.parameters.items():
        if not one.by:
            yield f"- {one.label} ({name}): {one.value}, the default."
            continue
        until = f" until {one.until}" if one.until else ""
        yield (
            f"- {one.label} ({name}): {one.value} (default: {one.default}), set by {one.by} "
            f"on {one.on}{until}: {one.because}"
        )


def _fragments(pathway: CompiledPathway) -> Iterator[str]:
    for one in pathway.fragments:
        under = f", its ids beginning with {one.prefix}-" if one.prefix else ""
        yield f"- The fragment {one.fragment}, version {one.version}{under}."


def _rules(pathway: CompiledPathway) -> Iterator[str]:
    for rule in pathway.rules:
        title = rule.do.title if rule.do is not None else wording.role(rule.id).capitalize()
        owner = wording.owner_of(rule.do) if rule.do is not None else ""
        due = wording.due(rule.do) if rule.do is not None else ""
        who = ", ".join(part for part in (wording.role(owner), due) if part)
        yield (
            f"- {rule.id}: when {wording.trigger(rule, pathway)}: {title}"
            f"{f' ({who})' if who else ''}."
        )
