"""The points of a pathway that its scenarios should reach: every step, and every way on.

Steps: each step has begun, each rule has fired. Branches:

- each ``when``, ``exit``, ``until`` and goal was judged yes, and was judged not yes;
- each ``refuse`` has turned a patient away, and ``eligible`` has let one in and turned one away;
- each row of each decision table applied, each branch of each ``next`` was taken;
- each stage has passed its deadline, each goal its date, each reevaluation came by its own time;
- each repeated step was repeated, each wait ended by time and, if it can, by its condition;
- each monitor missed a reading, each appointment was missed, each plan was rejected;
- each window was over before its step began, each date that windows are counted from moved;
- each ``declined`` that says what follows was declined, as was each ``safety-critical`` step, each
  ``unreachable`` that says it was
  out of reach, each line of each ``overdue`` happened;
- what is not the pathway's alone: see ``meetings``.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathways.compiled import CompiledPathway, Rule, Stage, Step
from pathways.conditions import say
from pathways.scenarios.meetings import meetings
from pathways.scenarios.point import Point
from pathways.undone import AS_USUAL, Declined, Overdue

PROGRAM_MANAGER = "program-manager"


def points(pathway: CompiledPathway) -> tuple[Point, ...]:
    """All points of a pathway, in the order of its source."""
    return tuple(_points(pathway))


def own_overdue(step: Step, supervisor: str) -> tuple[Overdue, ...]:
    """The reminders and escalations that the author wrote; none for the usual ones (X10)."""
    # Of several approvers each is reminded of their own task.
    owner = "" if step.approvers else step.by
    usual = (
        Overdue("remind", owner, percent=50),
        Overdue("remind", owner, percent=80),
        Overdue("escalate", supervisor, percent=100),
        Overdue("escalate", PROGRAM_MANAGER, percent=150),
    )
    return () if step.overdue in (usual, usual[2:]) else step.overdue


def _points(pathway: CompiledPathway) -> Iterator[Point]:
    if pathway.eligible is not None:
        yield from _verdicts("eligible", "eligible", 0, "the entry rule", pathway.eligible)
    for index, refusal in enumerate(pathway.refusals):
        key = f"refuse {index}"
        yield Point(f"{key} yes", key, refusal.line, f"Nobody was refused: {refusal.because}")
    for goal in pathway.goals:
        yield from _verdicts(f"goal {goal.id}", goal.id, goal.line, f'goal "{goal.id}"', goal.aim)
        if goal.by is not None:
            text = f'Goal "{goal.id}" never passed its date unmet.'
            yield Point(f"goal-date {goal.id}", goal.id, goal.line, text)
    for stage in pathway.stages:
        yield from _stage(stage, pathway)
    for rule in pathway.rules:
        yield from _rule(rule)
    yield from _dates(pathway)
    yield from meetings(pathway)


def _dates(pathway: CompiledPathway) -> Iterator[Point]:
    """Each date that windows are counted from was corrected, and moved one of them."""
    for name in dict.fromkeys(
        step.window.of for stage in pathway.stages for step in stage.steps if step.window
    ):
        line = pathway.data[name].line
        yield Point(f"moved {name}", name, line, f'The date "{name}" never moved a window.')


def _verdicts(key: str, of: str, line: int, what: str, condition: object) -> Iterator[Point]:
    text = f"{what} ({say(condition)})"
    yield Point(f"{key} yes", of, line, f"Never yes: {text}.")
    yield Point(f"{key} no", of, line, f"Never other than yes: {text}.")


def _stage(stage: Stage, pathway: CompiledPathway) -> Iterator[Point]:
    name = f'stage "{stage.id}"'
    if stage.exit is not None:
        yield from _verdicts(
            f"exit {stage.id}", stage.id, stage.line, f"the exit of {name}", stage.exit
        )
    if stage.deadline is not None:
        text = f'Stage "{stage.id}" never passed its deadline.'
        yield Point(f"deadline {stage.id}", stage.id, stage.line, text)
    if stage.every is not None:
        text = f'Stage "{stage.id}" never came round by its own time.'
        yield Point(f"reevaluation {stage.id}", stage.id, stage.line, text)
    for step in stage.steps:
        yield from _step(step, pathway)
    for index, branch in enumerate(stage.next):
        where = f" as {branch.disposition}" if branch.disposition else ""
        text = f'Stage "{stage.id}" never led to {branch.go}{where}.'
        yield Point(f"branch {stage.id} {index}", stage.id, branch.line or stage.line, text)


def _step(step: Step, pathway: CompiledPathway) -> Iterator[Point]:
    name = f'Step "{step.id}"'
    yield Point(f"step {step.id}", step.id, step.line, f"{name} never began.", is_step=True)
    for key, condition in (("when", step.when), ("until", step.until)):
        if condition is not None:
            what = f'{key} of step "{step.id}"'
            yield from _verdicts(f"{key} {step.id}", step.id, step.line, what, condition)
    for index, row in enumerate(step.table):
        text = f"Row {index + 1} of {name[0].lower()}{name[1:]} never applied."
        yield Point(f"row {step.id} {index}", step.id, row.line, text)
    for key, text in _fates(step, pathway):
        yield Point(f"{key} {step.id}", step.id, step.line, f"{name} {text}.")


def _fates(step: Step, pathway: CompiledPathway) -> Iterator[tuple[str, str]]:
    """What may become of a step besides being done."""
    if step.every is not None and step.verb != "monitor":
        yield "every", "was never repeated"
    if step.window is not None and step.window.closes is not None:
        yield "window-over", "was never left out because its window was over"
    if step.verb == "wait":
        yield "wait-time", "never ended by its time"
        if step.until is not None:
            yield "wait-condition", "never ended by its condition"
    if step.verb == "monitor":
        yield "missing", "never missed a reading"
    if step.verb == "schedule":
        yield "missed", "was never missed by the patient"
    if step.verb == "approve":
        yield "rejected", "never rejected a plan"
        for role in step.approvers:
            yield f"verdict-{role}", f"never had the verdict of the {role}"
    if step.declined != Declined() or step.safety_critical:
        yield "declined", "was never declined"
    if step.unreachable != AS_USUAL:
        yield "unreachable", "never ended with nobody reached"
    for index, line in enumerate(own_overdue(step, pathway.supervisor)):
        yield f"overdue-{index}", f"was never late enough to {line.action} the {line.to}"


def _rule(rule: Rule) -> Iterator[Point]:
    name = f'Rule "{rule.id}"'
    yield Point(f"rule {rule.id}", rule.id, rule.line, f"{name} never fired.", is_step=True)
    if rule.when is not None:
        what = f'when of rule "{rule.id}"'
        yield from _verdicts(f"judged {rule.id}", rule.id, rule.line, what, rule.when)
    if rule.do is not None and rule.do.unreachable != AS_USUAL:
        text = f"The task of rule {rule.id} never ended with nobody reached."
        yield Point(f"unreachable {rule.id}", rule.id, rule.line, text)
    if rule.do is not None and rule.do.verb == "schedule":
        text = f"The appointment of rule {rule.id} was never missed."
        yield Point(f"missed {rule.id}", rule.id, rule.line, text)
