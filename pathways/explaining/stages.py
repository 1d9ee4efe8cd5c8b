"""A stage in plain English."""

from __future__ import annotations

from collections.abc import Iterator

from pathways import wording
from pathways.compiled import CompiledPathway, Stage, Step
from pathways.explaining.explanation import Explanation, capital, section


def explain_stage(pathway: CompiledPathway, stage: Stage) -> Explanation:
    """When it is entered, what is done in it, when it is complete, and what follows."""
    return Explanation(
        kind="stage",
        id=stage.id,
        title=stage.title,
        place=wording.place(pathway, stage.line),
        sections=(
            *section("When it begins", _begins(pathway, stage)),
            *section("What is done", (f"- {in_a_line(pathway, step)}" for step in stage.steps)),
            *section("Who", (f"{capital(wording.the(stage.by))} is answerable for it.",)),
            *section("Due", _due(stage)),
            *section("When it is complete", _complete(pathway, stage)),
            *section("What follows", follows(pathway, stage)),
            *section("Rules in force", _rules(pathway, stage)),
        ),
    )


def in_a_line(pathway: CompiledPathway, step: Step) -> str:
    """``Follow-up call (routine-call): task, case manager, within 3 business days``."""
    parts = [
        wording.VERBS[step.verb].lower(),
        wording.role(wording.owner_of(step)) or "by Careway",
        wording.due(step),
        wording.every(step.every) if step.every is not None and step.verb != "monitor" else "",
        f"if {wording.condition(step.when, pathway)}" if step.when is not None else "",
    ]
    return f"{step.title} ({step.id}): {', '.join(part for part in parts if part)}"


def _every(pathway: CompiledPathway, stage: Stage) -> str:
    if not stage.since:
        return f"{stage.every} after a follow-up stage was entered or last reevaluated"
    title = next((one.title for one in pathway.stages if one.id == stage.since), stage.since)
    return f'Every {stage.every} from the end of "{title}" while a follow-up stage runs'


def _begins(pathway: CompiledPathway, stage: Stage) -> Iterator[str]:
    if stage is pathway.stages[0]:
        yield "At enrollment: it is the first stage."
    if stage.phase == "reevaluation":
        if stage.every is not None:
            yield f"{_every(pathway, stage)}, beside that stage, which goes on."
        yield "What the patient has declined is then offered again, unless the step says not to."
    for other in pathway.stages:
        for branch in other.next:
            if branch.go == stage.id:
                words = "" if branch.when is None else wording.condition(branch.when, pathway)
                yield f'After "{other.title}"{f", if {words}" if words else ""}.'
    for rule in pathway.rules:
        if rule.go == stage.id:
            yield f'By the rule "{rule.id}": when {wording.trigger(rule, pathway)}.'


def _due(stage: Stage) -> Iterator[str]:
    if stage.deadline is None:
        yield "It has no deadline of its own."
        return
    since = "the referral" if stage.phase == "assessment" else "it was entered"
    yield (
        f"Within {stage.deadline} since {since}. After that the "
        f"{wording.role(stage.escalate)} is asked to look, within 3 business days."
    )


def _complete(pathway: CompiledPathway, stage: Stage) -> Iterator[str]:
    if stage.exit is not None:
        yield (
            "When all that was started has ended, other than what recurs, and "
            f"{wording.condition(stage.exit, pathway)}."
        )
        yield (
            f"When nothing is left to do but that does not hold, {wording.the(stage.by)} is asked."
        )
    else:
        yield "When all that was started has ended; a step that recurs keeps it open."


def follows(pathway: CompiledPathway, stage: Stage) -> Iterator[str]:
    """The branches, the first that holds counts."""
    titles = {one.id: one.title for one in pathway.stages}
    running = {one.id for one in pathway.stages if one.phase == "follow-up"}
    for branch in stage.next:
        target = wording.target(branch.go, branch.disposition, titles)
        if stage.phase == "reevaluation" and branch.go in running:
            target = f"{target} goes on"
        if branch.because:
            target = f"{target}; what is open is cancelled: {wording.role(branch.because)}"
        words = "" if branch.when is None else wording.condition(branch.when, pathway)
        lead = f"if {words}" if words else ("otherwise" if len(stage.next) > 1 else "then")
        yield f"- {lead}: {target} (line {branch.line})."


def _rules(pathway: CompiledPathway, stage: Stage) -> Iterator[str]:
    special = [rule.id for rule in pathway.rules if stage.id in rule.during]
    general = sum(not rule.during for rule in pathway.rules)
    if special:
        yield f"Only here or in a few stages: {wording.listed(special)}."
    if general:
        yield f"{general} of the whole pathway."
