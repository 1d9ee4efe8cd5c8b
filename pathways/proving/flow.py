"""Proofs about the way through: every stage and step can be reached, every stage can be left."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.compiled import HUMAN_VERBS, Expr, Stage, Step
from pathways.language.issues import Issue, Related
from pathways.proving.duties import deeds
from pathways.proving.evaluating import decoded, leaves
from pathways.proving.ground import Ground
from pathways.proving.patients import later, scenario_of
from pathways.proving.subject import END, Proof, Subject, reached
from pathways.scenarios import Expectation, Happening, Moment, Scenario

_OVER = ["done", "missed", "failed", "cancelled"]


def open_edges(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Where each stage can lead some patient: only branches that can be taken, only rules that
    can fire."""
    beside = tuple(s.id for s in subject.pathway.stages if s.phase == "reevaluation")
    edges: dict[str, dict[str, None]] = {}
    for stage in subject.pathway.stages:
        targets = {branch.go: None for _, branch in subject.open_branches(stage)}
        if stage.phase == "follow-up":
            targets |= dict.fromkeys(beside)
        edges[stage.id] = targets
    for rule in subject.pathway.rules:
        if rule.go == END and _fires(subject, rule.when, subject.rule_ground(rule)):
            for name in rule.during or tuple(edges):
                edges[name][END] = None
    return {name: tuple(targets) for name, targets in edges.items()}


def _fires(subject: Subject, when: Expr | None, ground: Ground) -> bool:
    return when is None or not subject.sure(when) or subject.can_be("yes", when, ground).possible


def stages(subject: Subject) -> Iterator[Proof]:
    """Every stage is reached by some patient, and discharge from each, by ways that are open."""
    if not subject.sure_of_ways:
        return
    edges = open_edges(subject)
    first = subject.pathway.stages[0].id
    come = reached(edges, first) | {first}
    for stage in subject.pathway.stages:
        place = subject.definition.stage_places[stage.id]
        if stage.id not in come:
            yield Proof(
                Issue(
                    "unreachable-stage",
                    f'No patient can ever come to stage "{stage.id}": no branch that leads there '
                    "can be taken.",
                    place,
                    hint="See the branches that name it.",
                ),
                _through_all(subject, stage, Expectation("entered", of=stage.id)),
            )
        elif END not in reached(edges, stage.id):
            yield Proof(
                Issue(
                    "no-discharge",
                    f'A patient in stage "{stage.id}" can never be discharged: no branch that '
                    "leads there can be taken.",
                    place,
                    hint="See the conditions of the branches behind it.",
                ),
                _through_all(subject, stage, Expectation("timeline", of="discharged")),
            )


def _through_all(subject: Subject, stage: Stage, expectation: Expectation) -> Scenario:
    """A patient who does everything for five years."""
    return scenario_of(
        subject.pathway,
        f"A patient who does all that is asked gets through stage {stage.title}",
        None,
        course=[later(1825)],
        expect=[expectation],
    )


def endings(subject: Subject) -> Iterator[Proof]:
    """A stage with a series that never ends needs another way out."""
    for stage in subject.pathway.stages:
        series = [step for step in stage.steps if _endless(subject, stage, step)]
        if not (subject.sure_of_ways and subject.sure_of_stage(stage)):
            continue
        if not all(subject.sure(step.until) for step in stage.steps):
            continue
        if stage.exit is not None or not series or _left_otherwise(subject, stage):
            continue
        step = series[0]
        declined = step.verb in HUMAN_VERBS or step.verb == "schedule"
        message = (
            f'Stage "{stage.id}" never ends once "{step.id}" has begun'
            f"{', unless the patient declines it' if declined else ''}."
        )
        issue = Issue(
            "endless-stage",
            message,
            subject.definition.stage_places[stage.id],
            (Related(subject.step_place(step.id), "It repeats without an end."),),
            "Give the step times or until, the stage an exit, or the pathway a reevaluation.",
        )
        yield Proof(issue, _staying(subject, stage, step))


def _endless(subject: Subject, stage: Stage, step: Step) -> bool:
    """Whether nothing ever ends this series."""
    if step.every is None or step.times:
        return False
    if step.window is not None and step.window.closes is not None:
        return False
    until = step.until
    return until is None or not subject.can_be("yes", until, subject.ground(stage.id)).possible


def _left_otherwise(subject: Subject, stage: Stage) -> bool:
    """Whether a reevaluation beside it, or a rule, leads out of the stage."""
    for rule in subject.pathway.rules:
        inside = not rule.during or stage.id in rule.during
        if rule.go == END and inside and _fires(subject, rule.when, subject.rule_ground(rule)):
            return True
    if stage.phase != "follow-up":
        return False
    return any(
        branch.go != stage.id
        for other in subject.pathway.stages
        if other.phase == "reevaluation"
        for _, branch in subject.open_branches(other)
    )


def _staying(subject: Subject, stage: Stage, step: Step) -> Scenario:
    """A patient who does all that is asked, and is still there after three years."""
    witness = subject.can_be("yes", step.when, subject.ground(stage.id)).witness
    return scenario_of(
        subject.pathway,
        f"Who does all that stage {stage.title} asks comes to its end",
        witness if step.when is not None else None,
        course=[Happening("until", until=Moment(day=1095), all_done=True)],
        never=[Expectation("stage", of=stage.id)],
    )


# --- steps ---------------------------------------------------------------------------------


def steps(subject: Subject) -> Iterator[Proof]:
    """Every step starts for some patient: its condition fits what must have come before it."""
    if subject.doubts.steps or not subject.sure_of_ways:
        return  # who knows what starts them, and where they are come to
    started = {rule.start for rule in subject.pathway.rules if rule.start}
    started |= {name for step in subject.steps.values() for name in step.declined.start}
    started |= {name for _, deed in deeds(subject) for name in deed.unreachable.start}
    edges = open_edges(subject)
    first = subject.pathway.stages[0].id
    come = reached(edges, first) | {first}
    for stage in subject.pathway.stages:
        ground = subject.ground(stage.id)
        for step in stage.steps:
            if step.id in started or step.when is None or stage.id not in come:
                continue
            behind, when = _behind_it(subject, step), step.when
            if not behind or not subject.can_be("yes", when, ground).possible:
                continue
            if not subject.sure(["and", when, *behind]):
                continue
            if subject.can_be("yes", when, ground, behind).possible:
                continue
            earlier = step.behind[0]
            yield Proof(
                Issue(
                    "unreachable-step",
                    f'Step "{step.id}" never starts: what it asks for cannot be so behind '
                    f'"{earlier}".',
                    subject.place(*subject.paths[step.id], "when"),
                    (Related(subject.step_place(earlier), f'"{earlier}" is here.'),),
                    f"What comes after a declined step is skipped. Give {earlier} "
                    f"declined: {{start: [{step.id}]}}, or {{continue: true}}."
                    if _asks_declined(step.when, step.after)
                    else "Correct the condition, or remove the after.",
                ),
                _behind(subject, step, when, ground),
            )


def _behind_it(subject: Subject, step: Step) -> list[Expr]:
    """What must be so of the steps that it comes after and also asks about. All others may be
    done, which lets it start whatever else is so."""
    asked = {about[1] for about in map(decoded, leaves(step.when)) if about[0] == "end"}
    return [
        *(_over(subject, name) for name in step.after if name in asked),
        *(
            ["or", *(["=", ["end", name], "done"] for name in group)]
            for group in step.after_any
            if asked.issuperset(group)
        ),
    ]


def _behind(subject: Subject, step: Step, when: Expr, ground: Ground) -> Scenario:
    """A patient who meets the step's condition: declines what it wants declined."""
    refusals = [
        Happening("decline", of=name) for name in step.after if _asks_declined(when, (name,))
    ]
    return scenario_of(
        subject.pathway,
        f"{step.title} is done for a patient who meets its condition",
        subject.can_be("yes", when, ground).witness,
        course=[*refusals, later(365)],
        expect=[Expectation("step", of=step.id, status="done")],
    )


def _over(subject: Subject, name: str) -> Expr:
    """That step ``name`` lets what comes after it start: it has ended well enough, or it
    certainly falls away."""
    step = subject.steps[name]
    ends = [*_OVER, *(["declined", "skipped"] if step.declined.go_on else [])]
    ended: Expr = ["in", ["end", name], ends]
    return ended if step.when is None else ["or", ended, ["is-no", step.when]]


def _asks_declined(expr: object, names: tuple[str, ...]) -> bool:
    if not isinstance(expr, list):
        return False
    if expr[0] == "declined" and expr[1] in names:
        return True
    return any(_asks_declined(part, names) for part in expr[1:])
