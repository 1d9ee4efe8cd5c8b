"""Flow: every stage can be reached and left, and every step can start."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.compiled import Phase
from pathways.language.checks.circles import circles
from pathways.language.definition import Definition
from pathways.language.issues import Issue, Related
from pathways.language.models import Pathway, Stage

PHASES: tuple[Phase, ...] = ("assessment", "planning", "follow-up", "reevaluation", "discharge")


def phase_of(stage: Stage) -> Phase | None:
    """The stage's phase: as written, or its id when that is a phase."""
    return stage.phase or next((phase for phase in PHASES if phase == stage.stage), None)


def default_next(pathway: Pathway, index: int) -> str:
    """Where the stage at ``index`` leads when it does not say: to the next stage in order
    (a reevaluation is entered by time, never by order), a reevaluation back to its
    follow-up, the last stage to discharge."""
    stages = pathway.stages
    if phase_of(stages[index]) == "reevaluation":
        before = [s.stage for s in stages[:index] if phase_of(s) == "follow-up"]
        return before[-1] if before else "discharge"
    later = (s.stage for s in stages[index + 1 :] if phase_of(s) != "reevaluation")
    return next(later, "discharge")


def targets(pathway: Pathway, index: int) -> tuple[str, ...]:
    """Where the stage at ``index`` can lead by its branches."""
    branches = pathway.stages[index].next
    return tuple(branch.go for branch in branches) or (default_next(pathway, index),)


def _edges(definition: Definition) -> dict[str, set[str]]:
    """Stage to stage, by branches, by the clock of reevaluation, and by rules."""
    pathway = definition.pathway
    edges: dict[str, set[str]] = {}
    reevaluations = {s.stage for s in pathway.stages if phase_of(s) == "reevaluation"}
    for index, stage in enumerate(pathway.stages):
        edges.setdefault(stage.stage, set()).update(targets(pathway, index))
        if phase_of(stage) == "follow-up":
            edges[stage.stage] |= reevaluations
    for found in definition.rules:
        if found.rule.go is not None:
            for name in found.rule.during or tuple(edges):
                edges.setdefault(name, set()).add(found.rule.go)
    return edges


def _reached(edges: dict[str, set[str]], start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for name in edges.get(waiting.pop(), ()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return reached


def unreachable_stages(definition: Definition) -> Iterator[Issue]:
    stages = definition.pathway.stages
    reached = _reached(_edges(definition), stages[0].stage)
    for stage in stages:
        if stage.stage not in reached:
            yield Issue(
                "unreachable-stage",
                f'No patient can ever come to stage "{stage.stage}".',
                definition.stage_places[stage.stage],
                related=(Related(definition.place("stages", 0, "stage"), "Patients enter here."),),
                hint=f'Lead to it with "go: {stage.stage}" in another stage\'s next, or remove it.',
            )


def no_discharge(definition: Definition) -> Iterator[Issue]:
    """From every stage there is a way to the enrollment's end (invariant I9)."""
    edges = _edges(definition)
    for stage in definition.pathway.stages:
        reached = _reached(edges, stage.stage)
        known = all(name in edges or name == "discharge" for name in reached)
        if known and "discharge" not in reached:
            yield Issue(
                "no-discharge",
                f'A patient in stage "{stage.stage}" can never be discharged.',
                definition.stage_places[stage.stage],
                hint="Add a branch with go: discharge to a stage that it leads to.",
            )


def branches(definition: Definition) -> Iterator[Issue]:
    """The last branch has no condition and no other branch lacks one."""
    for i, stage in enumerate(definition.pathway.stages):
        last = len(stage.next) - 1
        for j, branch in enumerate(stage.next):
            place = definition.place("stages", i, "next", j)
            if j == last and branch.when is not None:
                yield Issue(
                    "no-last-branch",
                    f'Stage "{stage.stage}" leads nowhere when no branch\'s condition is yes.',
                    place,
                    hint="End next with a branch that has no when.",
                )
            if j < last and branch.when is None:
                yield Issue(
                    "unreachable-branch",
                    "This branch is always taken, so those below it never are.",
                    place,
                    hint="Give it a when, or move it to the end.",
                )
            if branch.disposition is not None and branch.go != "discharge":
                if _leads_to_discharge_stage(definition, branch.go):
                    continue
                yield Issue(
                    "unused-disposition",
                    f'A disposition ends an enrollment; this branch leads to "{branch.go}".',
                    definition.key("stages", i, "next", j, "disposition"),
                    hint="Remove it, or write go: discharge.",
                )


def _leads_to_discharge_stage(definition: Definition, name: str) -> bool:
    stages = definition.pathway.stages
    return any(s.stage == name and phase_of(s) == "discharge" for s in stages)


MAX_STEPS = 500


def size(definition: Definition) -> Iterator[Issue]:
    if len(definition.steps) > MAX_STEPS:
        yield Issue(
            "too-many-steps",
            f"The pathway has {len(definition.steps)} steps; {MAX_STEPS} are allowed.",
            definition.place(*definition.steps[MAX_STEPS].path),
            hint="Split it in two.",
        )


def phases(definition: Definition) -> Iterator[Issue]:
    stages = definition.pathway.stages
    follow_up = any(phase_of(stage) == "follow-up" for stage in stages)
    for i, stage in enumerate(stages):
        place = definition.place("stages", i, "stage")
        phase = phase_of(stage)
        if phase is None:
            yield Issue(
                "missing-phase",
                f'Stage "{stage.stage}" does not say which phase it belongs to.',
                place,
                hint=f"Add phase: one of {', '.join(PHASES)}.",
            )
        elif phase != "reevaluation" and stage.every is not None:
            yield Issue(
                "every-outside-reevaluation",
                f'Stage "{stage.stage}" has an every, but only reevaluation is entered by time.',
                definition.key("stages", i, "every"),
                hint="Put every on its steps, or make it phase: reevaluation.",
            )
        elif phase == "reevaluation" and stage.every is None:
            yield Issue(
                "reevaluation-without-every",
                f'Stage "{stage.stage}" does not say how often patients are reevaluated.',
                place,
                hint="Add every: 3 months.",
            )
        counted = next((phase_of(s) for s in stages if s.stage == stage.since), "assessment")
        if stage.since is not None and (
            phase != "reevaluation" or counted not in ("assessment", "planning")
        ):
            yield Issue(
                "since-no-beginning",
                f'Stage "{stage.stage}" counts from "{stage.since}": only a reevaluation counts, '
                "and from a stage of assessment or planning.",
                definition.key("stages", i, "since"),
                hint="Name the stage whose end begins the rhythm, or remove since.",
            )
        if phase == "reevaluation" and not follow_up:
            yield Issue(
                "reevaluation-without-follow-up",
                f'Stage "{stage.stage}" has no follow-up stage to be entered beside.',
                place,
                hint="Add a stage with phase: follow-up.",
            )
    if phase_of(stages[0]) == "reevaluation":
        message = "Patients enter the first stage at enrollment; it cannot be a reevaluation."
        yield Issue("reevaluation-first", message, definition.place("stages", 0, "stage"))


def exits(definition: Definition) -> Iterator[Issue]:
    """A stage that waits for its exit has a deadline, which opens a task (invariant I9); a
    follow-up may have a reevaluation beside it instead, where somebody looks."""
    stages = definition.pathway.stages
    reevaluated = any(phase_of(stage) == "reevaluation" for stage in stages)
    for i, stage in enumerate(stages):
        if phase_of(stage) == "follow-up" and reevaluated:
            continue
        if stage.exit is not None and stage.deadline is None:
            yield Issue(
                "exit-without-deadline",
                f'Stage "{stage.stage}" may wait for its exit for ever, unseen.',
                definition.key("stages", i, "exit"),
                hint="Add deadline: 30 days; then somebody is told.",
            )


def step_order(definition: Definition) -> Iterator[Issue]:
    """``after`` names steps of the same stage, without a circle."""
    stage_of = {found.step.id: found.stage.stage for found in definition.steps}
    after = {found.step.id: found.step.after for found in definition.steps}
    circle_of = {name: circle for circle in circles(after) for name in circle}
    told: set[str] = set()
    for found in definition.steps:
        step = found.step
        for i, name in enumerate(step.after):
            if name in stage_of and stage_of[name] != found.stage.stage:
                yield Issue(
                    "after-other-stage",
                    f'Step "{step.id}" comes after "{name}", a step of stage "{stage_of[name]}".',
                    definition.place(*found.path, "after", i),
                    related=(Related(definition.step_places[name], f'"{name}" is here.'),),
                    hint=f'Stages follow each other already; or write when: done("{name}").',
                )
        circle = circle_of.get(step.id)
        if circle is not None and step.id not in told:
            told |= circle
            yield Issue(
                "after-cycle",
                f'Step "{step.id}" waits for itself.',
                definition.key(*found.path, "after"),
                related=tuple(
                    Related(definition.step_places[other.step.id], f'So does "{other.step.id}".')
                    for other in definition.steps
                    if other.step.id in circle and other.step.id != step.id
                ),
                hint="Remove one of the afters.",
            )


def rule_targets(definition: Definition) -> Iterator[Issue]:
    stages = {stage.stage: phase_of(stage) for stage in definition.pathway.stages}
    for found in definition.rules:
        rule, path = found.rule, found.path
        if rule.when is None and rule.on is None:
            yield Issue(
                "rule-never-fires",
                f'Rule "{rule.id}" has neither a when nor an on, so it never fires.',
                definition.place(*path, "id"),
                hint="Add when: CONDITION or on: EVENT.",
            )
        if rule.go in stages and stages[rule.go] != "reevaluation":
            yield Issue(
                "rule-goes-astray",
                f'Rule "{rule.id}" leads to "{rule.go}", which is not a reevaluation stage.',
                definition.place(*path, "go"),
                related=(Related(definition.stage_places[rule.go], "The stage is here."),),
                hint="A rule may go to a reevaluation stage or to discharge.",
            )
        if rule.same is not None and rule.notify is not None:
            yield Issue(
                "same-of-a-message",
                f'Rule "{rule.id}" shares a message by name, but messages of rules are one by '
                "their words: the same text to the same role of the team at once is sent once.",
                definition.key(*path, "same"),
                hint="Remove same; or let the rule start a step that sends it.",
            )
        if rule.disposition is not None and rule.go != "discharge":
            yield Issue(
                "unused-disposition",
                f'Rule "{rule.id}" has a disposition but does not discharge.',
                definition.key(*path, "disposition"),
                hint="Add go: discharge, or remove it.",
            )
