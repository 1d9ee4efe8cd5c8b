"""Stages, with their steps, and rules: what comes, goes, moves and changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from pathways import wording
from pathways.comparing.aspects import (
    ELSEWHERE,
    PLACE,
    Aspect,
    Named,
    Side,
    Table,
    condition,
    fields,
    role,
    rows,
    said,
    same,
    span,
    yes_or_no,
)
from pathways.comparing.difference import Change
from pathways.comparing.steps import changed_step
from pathways.compiled import Branch, CompiledPathway, Rule, Stage, Step
from pathways.explaining.stages import in_a_line


def _during(rule: Rule, pathway: CompiledPathway) -> str:
    titles = {stage.id: stage.title for stage in pathway.stages}
    names = [f'"{titles.get(one, one)}"' for one in rule.during]
    return wording.listed(names, "or") if names else "every stage"


def _supersedes(rule: Rule, pathway: CompiledPathway) -> str:
    return wording.listed(f'"{one}"' for one in rule.supersedes)


def _reads(rule: Rule, pathway: CompiledPathway) -> str:
    return wording.listed(wording.label(pathway, name) for name in rule.reads)


def _branch(branch: Branch, pathway: CompiledPathway) -> str:
    titles = {stage.id: stage.title for stage in pathway.stages}
    target = wording.target(branch.go, branch.disposition, titles)
    if branch.because:
        target = f"{target} (what is open is cancelled: {wording.role(branch.because)})"
    if branch.when is None:
        return f"otherwise: {target}"
    return f"if {wording.condition(branch.when, pathway)}: {target}"


BRANCH = Aspect("what follows", "course", _branch)

STAGE: Table = {
    "id": Aspect("id", "presence", said("id")),
    "phase": Aspect("phase", "course", said("phase")),
    "title": Aspect("title", "wording", said("title"), patient=False),
    "steps": ELSEWHERE,
    "next": ELSEWHERE,
    "deadline": Aspect("deadline", "deadline", span("deadline")),
    "every": Aspect("comes again every", "timing", span("every")),
    "exit": Aspect("complete only when", "condition", condition("exit"), expr=True),
    "by": Aspect("answerable", "owner", role("by")),
    "escalate": Aspect("told after its deadline", "escalation", role("escalate")),
    "line": PLACE,
    "since": Aspect("comes again counted from", "timing", said("since")),
}

RULE: Table = {
    "id": Aspect("id", "presence", said("id")),
    "do": ELSEWHERE,
    "when": Aspect("fires when", "condition", condition("when"), expr=True),
    "on": Aspect("fires on the event", "condition", role("on")),
    "reads": Aspect("judged when a value arrives of", "condition", _reads, unordered=True),
    "during": Aspect("in force during", "course", _during, unordered=True),
    "start": Aspect("starts the step", "course", said("start")),
    "go": Aspect("goes to", "course", said("go")),
    "disposition": Aspect("the enrollment ends as", "course", role("disposition")),
    "again": Aspect("quiet after a firing for", "timing", span("again")),
    "apply_to_running": Aspect(
        "offered to running patients", "course", yes_or_no("apply_to_running")
    ),
    "supersedes": Aspect("cancels open tasks of", "course", _supersedes, unordered=True),
    "line": PLACE,
}


def changed_stages(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Stages that came, went, changed, or stand in another order."""
    before = {stage.id: stage for stage in old.stages}
    after = {stage.id: stage for stage in new.stages}
    for stage in old.stages:
        if stage.id not in after:
            text = f"Gone ({stage.phase}, {_steps(stage)})."
            named = Named("stage", stage.id, stage.title)
            yield named.change("gone", "presence", "stage", text, lines=(0, stage.line))
    for stage in new.stages:
        named = Named("stage", stage.id, stage.title)
        was = before.get(stage.id)
        if was is None:
            text = f"New ({stage.phase}, {_steps(stage)})."
            yield named.change("added", "presence", "stage", text, lines=(stage.line, 0))
            continue
        yield from fields(STAGE, named, Side(old, was), Side(new, stage))
        yield from rows(named, BRANCH, (old, was.next), (new, stage.next))
    first, now_first = old.stages[:1], new.stages[:1]
    if first and now_first and first[0].id != now_first[0].id:
        named = Named("stage", now_first[0].id, now_first[0].title)
        text = f'The enrollment now begins here (was: "{first[0].title}").'
        yield named.change("changed", "course", "first stage", text)
    yield from reordered("stages", list(before), list(after))


def _steps(stage: Stage) -> str:
    return f"{len(stage.steps)} step{'' if len(stage.steps) == 1 else 's'}"


def reordered(which: str, was: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
    """Whether what both have stands in another order; that has no effect."""
    both = set(was) & set(now)
    if [one for one in was if one in both] != [one for one in now if one in both]:
        text = f"The {which} stand in another order, which has no effect."
        yield Named("pathway", "", "Order").change("changed", "order", which, text, patient=False)


def changed_steps(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Steps that came, went, moved to another stage or changed."""
    before = {step.id: (stage, step) for stage in old.stages for step in stage.steps}
    after = {step.id: (stage, step) for stage in new.stages for step in stage.steps}
    renamed = dict(_renamed(before, after))
    for stage, step in before.values():
        if step.id not in after:
            named = Named("step", step.id, step.title)
            other = renamed.get(step.id)
            text = f'No longer in "{stage.title}": {in_a_line(old, step)}.'
            text += f' The same is now "{other}".' if other else ""
            yield named.change("gone", "presence", "step", text, lines=(0, step.line))
    for stage, step in after.values():
        named = Named("step", step.id, step.title)
        if step.id not in before:
            text = f'New in "{stage.title}": {in_a_line(new, step)}.'
            yield named.change("added", "presence", "step", text, lines=(step.line, 0))
            continue
        old_stage, was = before[step.id]
        if old_stage.id != stage.id:
            text = f'Moved to "{stage.title}" (was in "{old_stage.title}").'
            lines = (step.line, was.line)
            yield named.change(
                "moved", "presence", "stage", text, now=stage.id, was=old_stage.id, lines=lines
            )
        yield from changed_step(named, Side(old, was), Side(new, step))
    for stage in new.stages:
        older = next((one for one in old.stages if one.id == stage.id), None)
        if older is not None:
            ids = [s.id for s in older.steps], [s.id for s in stage.steps]
            yield from reordered(f'steps of "{stage.title}"', *ids)


def _renamed(
    before: dict[str, tuple[Stage, Step]], after: dict[str, tuple[Stage, Step]]
) -> Iterator[tuple[str, str]]:
    """Steps that went and came again, word for word, under another id."""
    came = [step for name, (_, step) in after.items() if name not in before]
    for name, (_, step) in before.items():
        if name not in after:
            twin = next((one for one in came if same(_nameless(one), _nameless(step))), None)
            if twin is not None:
                yield name, twin.id


def _nameless(step: Step) -> Step:
    bare = tuple(replace(row, line=0) for row in step.table)
    return replace(step, id="", title="", line=0, table=bare)


def changed_rules(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Rules that came, went or changed."""
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    for rule in old.rules:
        if rule.id not in after:
            text = f"Gone: when {wording.trigger(rule, old)}."
            yield _rule(rule).change("gone", "presence", "rule", text, lines=(0, rule.line))
    for rule in new.rules:
        was = before.get(rule.id)
        if was is None:
            text = f"New: when {wording.trigger(rule, new)}{_does(rule, new)}."
            yield _rule(rule).change("added", "presence", "rule", text, lines=(rule.line, 0))
        else:
            yield from fields(RULE, _rule(rule), Side(old, was), Side(new, rule))
            yield from _deeds(_rule(rule), old, was, new, rule)
    yield from reordered("rules", list(before), list(after))


def _rule(rule: Rule) -> Named:
    title = rule.do.title if rule.do is not None else wording.role(rule.id).capitalize()
    return Named("rule", rule.id, title)


def _does(rule: Rule, pathway: CompiledPathway) -> str:
    if rule.do is None:
        return ""
    parts = (wording.role(wording.owner_of(rule.do)), wording.due(rule.do))
    who = ", ".join(part for part in parts if part)
    return f", {wording.deed(rule.do, pathway)}{f' ({who})' if who else ''}"


def _deeds(
    named: Named, old: CompiledPathway, was: Rule, new: CompiledPathway, rule: Rule
) -> Iterator[Change]:
    """What a rule does. A rule without a deed only starts or goes."""
    if was.do is not None and rule.do is not None:
        yield from changed_step(named, Side(old, was.do), Side(new, rule.do))
    elif was.do is not None or rule.do is not None:
        does = "" if rule.do is None else wording.deed(rule.do, new)
        did = "" if was.do is None else wording.deed(was.do, old)
        text = f"Does: {does or 'nothing of its own'} (was: {did or 'nothing of its own'})."
        lines = (rule.line, was.line)
        yield named.change(
            "changed", "content", "what it does", text, now=does, was=did, lines=lines
        )
