"""All mutants of a pathway, in the order of its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from pathways.compiled import Branch, CompiledPathway, Goal, Refusal, Rule, Stage, Step
from pathways.conditions import say
from pathways.mutants import conditions, spans, steps, whole
from pathways.mutants.mutant import (
    Change,
    Mutant,
    Operator,
    other_role,
    with_rule,
    with_stage,
    with_step,
    without_step,
)

EVERYWHERE = ("",)
"""Touches every scenario of the pathway."""


def mutants(pathway: CompiledPathway) -> tuple[Mutant, ...]:
    """Every mutant of the pathway. Each ``make`` gives a pathway of its own."""
    found = (
        *_of_enrollment(pathway),
        *_of_goals(pathway),
        *_of_stages(pathway),
        *_of_rules(pathway),
    )
    return tuple(sorted(found, key=lambda mutant: mutant.line))


def _mutant(
    change: Change,
    of: str,
    kind: str,
    line: int,
    make: Callable[[], CompiledPathway],
    touches: tuple[str, ...],
) -> Mutant:
    return Mutant(
        id=f"{of}: {change.name}",
        operator=change.operator,
        of=of,
        line=change.line or line,
        sentence=f'{kind} "{of}" {change.sentence}.',
        touches=change.touches or touches,
        make=make,
    )


# -- who may enroll, what is aimed at ------------------------------------------------------------


def _of_enrollment(pathway: CompiledPathway) -> Iterator[Mutant]:
    if pathway.eligible is not None:
        for other in conditions.others(pathway.eligible, pathway):
            changed = replace(pathway, eligible=other.expr)
            yield _plain(other.operator, "eligible", other.name, other.sentence, 0, changed)
    for index, refusal in enumerate(pathway.refusals):
        yield from _of_refusal(index, refusal, pathway)
    role = other_role(pathway.supervisor, pathway)
    text = f"the supervisor is the {role} instead of the {pathway.supervisor}"
    name = f"supervisor {pathway.supervisor} -> {role}"
    yield _plain("owner", "supervisor", name, text, 0, _supervised(pathway, role))
    for one in whole.others(pathway):
        yield _plain(one.operator, one.of, one.name, one.sentence, one.line, one.pathway)


def _plain(
    operator: Operator, of: str, name: str, sentence: str, line: int, changed: CompiledPathway
) -> Mutant:
    text = f"{sentence[:1].upper()}{sentence[1:]}."
    return Mutant(f"{of}: {name}", operator, of, line, text, EVERYWHERE, lambda: changed)


def _of_refusal(index: int, refusal: Refusal, pathway: CompiledPathway) -> Iterator[Mutant]:
    of = f"refuse {index + 1}"

    def made(*refusals: Refusal) -> CompiledPathway:
        rest = pathway.refusals
        return replace(pathway, refusals=(*rest[:index], *refusals, *rest[index + 1 :]))

    for other in conditions.others(refusal.when, pathway):
        changed = made(replace(refusal, when=other.expr))
        text = f"a patient is refused when {other.sentence}"
        yield _plain(other.operator, of, other.name, text, refusal.line, changed)
    text = f"nobody is refused any more: {refusal.because.rstrip('.')}"
    yield _plain("dropped", of, "dropped", text, refusal.line, made())


def _supervised(pathway: CompiledPathway, role: str) -> CompiledPathway:
    old = pathway.supervisor

    def chain(step: Step) -> Step:
        overdue = tuple(replace(o, to=role) if o.to == old else o for o in step.overdue)
        return replace(step, overdue=overdue)

    stages = tuple(
        replace(
            stage,
            escalate=role if stage.escalate == old else stage.escalate,
            steps=tuple(chain(s) for s in stage.steps),
        )
        for stage in pathway.stages
    )
    rules = tuple(r if r.do is None else replace(r, do=chain(r.do)) for r in pathway.rules)
    return replace(pathway, supervisor=role, stages=stages, rules=rules)


def _of_goals(pathway: CompiledPathway) -> Iterator[Mutant]:
    for index, goal in enumerate(pathway.goals):
        yield from _of_goal(index, goal, pathway)


def _of_goal(index: int, goal: Goal, pathway: CompiledPathway) -> Iterator[Mutant]:
    def made(changed: Goal) -> CompiledPathway:
        goals = pathway.goals
        return replace(pathway, goals=(*goals[:index], changed, *goals[index + 1 :]))

    for other in conditions.others(goal.aim, pathway):
        text = f'goal "{goal.id}" aims at {other.sentence}'
        changed = made(replace(goal, aim=other.expr))
        yield _plain(other.operator, f"goal {goal.id}", other.name, text, goal.line, changed)
    if goal.by is None:
        return
    for span in spans.others(goal.by):
        text = f'goal "{goal.id}" is due after {span} instead of {goal.by}'
        name = f"by {goal.by} -> {span}"
        changed = made(replace(goal, by=span))
        yield _plain("delay", f"goal {goal.id}", name, text, goal.line, changed)


# -- stages and their steps -----------------------------------------------------------------------


def _of_stages(pathway: CompiledPathway) -> Iterator[Mutant]:
    for stage in pathway.stages:
        for change in _stage_changes(stage, pathway):
            changed = change.node
            assert isinstance(changed, Stage)
            make = _made(with_stage, pathway, changed)
            yield _mutant(change, stage.id, "Stage", stage.line, make, EVERYWHERE)
        for step in stage.steps:
            yield from _of_step(step, pathway)


def _made(how: Callable[..., CompiledPathway], *what: object) -> Callable[[], CompiledPathway]:
    return lambda: how(*what)


def _of_step(step: Step, pathway: CompiledPathway) -> Iterator[Mutant]:
    began = (f"step {step.id}",)
    for change in steps.changes(step, pathway):
        make = _made(with_step, pathway, change.node)
        yield _mutant(change, step.id, "Step", step.line, make, began)
    lost = Change("dropped", "dropped", "is missing", step)
    yield _mutant(lost, step.id, "Step", step.line, _made(without_step, pathway, step.id), began)


def _stage_changes(stage: Stage, pathway: CompiledPathway) -> Iterator[Change]:
    if stage.exit is not None:
        for other in conditions.others(stage.exit, pathway):
            changed = replace(stage, exit=other.expr)
            yield Change(
                other.operator, f"exit {other.name}", f"ends when {other.sentence}", changed
            )
        text = "ends without its exit condition"
        yield Change("condition", "exit dropped", text, replace(stage, exit=None))
        # Only a stage with an exit can come to a stop, and needs someone to look at it.
        role = other_role(stage.by, pathway)
        text = f"belongs to the {role} instead of the {stage.by}"
        yield Change("owner", f"by {stage.by} -> {role}", text, replace(stage, by=role))
    for field, word in (("deadline", "has to end within"), ("every", "comes round after")):
        span = getattr(stage, field)
        for other_span in spans.others(span) if span is not None else ():
            text = f"{word} {other_span} instead of {span}"
            changed = replace(stage, **{field: other_span})
            yield Change("delay", f"{field} {span} -> {other_span}", text, changed)
    if stage.since:
        text = f"counts from follow-up instead of the end of {stage.since}"
        yield Change("dropped", "since dropped", text, replace(stage, since=""))
    for index, branch in enumerate(stage.next):
        yield from _branch(stage, index, branch, pathway)


def _branch(stage: Stage, index: int, branch: Branch, pathway: CompiledPathway) -> Iterator[Change]:
    name, line = f"branch {index + 1}", branch.line or stage.line

    def made(*branches: Branch) -> Stage:
        return replace(stage, next=(*stage.next[:index], *branches, *stage.next[index + 1 :]))

    if branch.when is not None:
        for other in conditions.others(branch.when, pathway):
            text = f"leads to {branch.go} when {other.sentence}"
            changed = made(replace(branch, when=other.expr))
            yield Change(other.operator, f"{name} {other.name}", text, changed, line)
        text = f"does not lead to {branch.go} any more"
        yield Change("dropped", f"{name} dropped", text, made(), line)
    target = _other_target(stage, branch, pathway)
    if target:
        text = f"leads to {target} instead of {branch.go}"
        changed = made(replace(branch, go=target))
        yield Change("branch", f"{name} {branch.go} -> {target}", text, changed, line)
    if branch.because:
        text = f'does not say that what is open is cancelled because of "{branch.because}"'
        changed = made(replace(branch, because=""))
        yield Change("branch", f"{name} {branch.because} dropped", text, changed, line)
    if branch.disposition:
        text = f'ends as "other" instead of "{branch.disposition}"'
        changed = made(replace(branch, disposition="other"))
        yield Change("branch", f"{name} {branch.disposition} -> other", text, changed, line)


def _other_target(stage: Stage, branch: Branch, pathway: CompiledPathway) -> str:
    """Another stage to go to, or discharge; never a reevaluation, which stands beside others.
    Empty for the only way out of the only stage."""
    targets = [s.id for s in pathway.stages if s.phase != "reevaluation" and s.id != stage.id]
    others = [name for name in (*targets, "discharge") if name != branch.go]
    if not others:
        return ""
    return others[-1] if branch.go != "discharge" else others[0]


# -- rules -----------------------------------------------------------------------------------------


def _of_rules(pathway: CompiledPathway) -> Iterator[Mutant]:
    for rule in pathway.rules:
        fired = (f"rule {rule.id}",)
        for change in _rule_changes(rule, pathway):
            make = _made(with_rule, pathway, change.node)
            yield _mutant(change, rule.id, "Rule", rule.line, make, fired)
        rest = replace(pathway, rules=tuple(r for r in pathway.rules if r.id != rule.id))
        lost = Change("dropped", "dropped", "is missing", rule)
        yield _mutant(lost, rule.id, "Rule", rule.line, _made(_same, rest), fired)


def _same(pathway: CompiledPathway) -> CompiledPathway:
    return pathway


def _rule_changes(rule: Rule, pathway: CompiledPathway) -> Iterator[Change]:
    judged = (f"judged {rule.id}",)
    if rule.when is not None:
        for other in conditions.others(rule.when, pathway):
            changed = replace(rule, when=other.expr)
            text = f"fires when {other.sentence}"
            yield Change(other.operator, f"when {other.name}", text, changed, touches=judged)
    if rule.when is not None and rule.on:
        text = f'fires at every "{rule.on}", whether or not "{say(rule.when)}"'
        lost = replace(rule, when=None, reads=())
        yield Change("condition", "when dropped", text, lost, touches=judged)
        text = f'does not listen to "{rule.on}"'
        yield Change("dropped", "on dropped", text, replace(rule, on=""), touches=judged)
    for name in rule.supersedes:
        text = f"leaves the work of {name} open"
        rest = tuple(one for one in rule.supersedes if one != name)
        changed = replace(rule, supersedes=rest)
        yield Change("dropped", f"supersedes {name} dropped", text, changed)
    if rule.again is not None:
        for span in spans.others(rule.again):
            text = f"is quiet for {span} instead of {rule.again}"
            name = f"again {rule.again} -> {span}"
            yield Change("delay", name, text, replace(rule, again=span))
    if rule.during:
        text = f"is in force always, not only during {' and '.join(rule.during)}"
        yield Change("branch", "during dropped", text, replace(rule, during=()), touches=EVERYWHERE)
    for field, text in (("start", "does not start"), ("go", "does not lead to")):
        target = getattr(rule, field)
        if target and (rule.do is not None or (rule.start and rule.go)):
            lost = replace(rule, **{field: ""})
            yield Change("branch", f"{field} dropped", f"{text} {target}", lost)
    if rule.disposition:
        text = f'ends as "other" instead of "{rule.disposition}"'
        name = f"{rule.disposition} -> other"
        yield Change("branch", name, text, replace(rule, disposition="other"))
    if rule.do is not None:
        for change in steps.deed_changes(rule.do, pathway):
            deed = change.node
            assert isinstance(deed, Step)
            yield replace(change, node=replace(rule, do=deed))
