"""From a compiled pathway to what its drawing shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pathways import wording
from pathways.compiled import CompiledPathway, Rule, Stage, Step
from pathways.drawing.colours import owner_colours
from pathways.drawing.course import Course
from pathways.drawing.description import Drawing, Exit, Group, Link, Node, RuleLine
from pathways.drawing.grid import TALLEST, cells
from pathways.explaining import duties
from pathways.undone import AS_USUAL, Overdue
from pathways.windows import in_words


def describe(
    pathway: CompiledPathway, *, stage: str = "", course: Course | None = None, of: str = ""
) -> Drawing:
    """The drawing of a pathway, or of one stage with the rules that are in force there only.

    ``course`` puts one patient's course on it; ``of`` names it. Raises ``KeyError`` when there
    is no such stage.
    """
    stages = [one for one in pathway.stages if not stage or one.id == stage]
    if not stages:
        raise KeyError(stage)
    rules = [r for r in pathway.rules if not stage or stage in r.during]
    describer = _Describer(pathway, course, _usual_escalation(pathway))
    groups = tuple(describer.group(one, alone=bool(stage)) for one in stages)
    lines = tuple(describer.rule(one) for one in rules)
    drawn = [node.owner for group in groups for node in group.nodes]
    drawn += [line.owner for line in lines]
    return Drawing(
        pathway=pathway.pathway,
        version=pathway.version,
        title=pathway.title,
        file=pathway.source,
        groups=groups,
        rules=lines,
        owners={role: fill for role, fill in _colours(pathway).items() if role in drawn},
        late=wording.escalations(describer.usual),
        course=f"{of}: {course.status}" if course is not None else "",
    )


def _deeds(pathway: CompiledPathway) -> Iterator[Step]:
    for stage in pathway.stages:
        yield from stage.steps


def _colours(pathway: CompiledPathway) -> dict[str, str]:
    """A role has the same colour on the drawing of each stage and on that of all."""
    deeds = [*_deeds(pathway), *(rule.do for rule in pathway.rules if rule.do is not None)]
    owners = {wording.owner_of(deed): deed for deed in deeds}
    return owner_colours(
        [*(r for r in pathway.roles if r in owners), *(owner for owner in owners if owner)]
    )


def _usual_escalation(pathway: CompiledPathway) -> tuple[Overdue, ...]:
    """The escalation that most steps have, to be said once; the first of equals."""
    chains = Counter(_chain(step) for step in _deeds(pathway) if _chain(step))
    return chains.most_common(1)[0][0] if chains else ()


def _chain(step: Step) -> tuple[Overdue, ...]:
    return tuple(line for line in step.overdue if line.action == "escalate")


class _Describer:
    def __init__(
        self, pathway: CompiledPathway, course: Course | None, usual: tuple[Overdue, ...]
    ) -> None:
        self._pathway = pathway
        self._course = course
        self._titles = {stage.id: stage.title for stage in pathway.stages}
        self._following = [s for s in pathway.stages if s.phase == "follow-up"]
        self.usual = usual

    # -- stages ------------------------------------------------------------------------

    def group(self, stage: Stage, *, alone: bool) -> Group:
        cell = cells(stage.steps, 4 if alone else TALLEST)
        deadline = [wording.within(stage.deadline)] if stage.deadline is not None else []
        every, beside = self._reevaluation(stage)
        return Group(
            id=stage.id,
            phase=stage.phase,
            title=stage.title,
            heading=", ".join([stage.phase, *deadline, wording.role(stage.by)]).strip(", "),
            every=every,
            beside=beside,
            complete="" if stage.exit is None else self._words(stage.exit),
            nodes=tuple(self._node(step, *cell[step.id]) for step in stage.steps),
            links=tuple(self._links(stage)),
            exits=tuple(self._exits(stage)),
            place=self._place(stage.line),
            line=stage.line,
            mark=self._course.stages.get(stage.id) if self._course else None,
        )

    def _reevaluation(self, stage: Stage) -> tuple[str, tuple[str, ...]]:
        if stage.phase != "reevaluation":
            return "", ()
        titles = wording.listed((s.title for s in self._following), "or")
        how = wording.every(stage.every) if stage.every is not None else "when a rule asks for it"
        if stage.since:
            how = f"{how} from the end of {self._titles.get(stage.since, stage.since)}"
        return f"{how}, beside {titles}", tuple(s.id for s in self._following)

    def _exits(self, stage: Stage) -> Iterator[Exit]:
        running = {one.id for one in self._following} if stage.phase == "reevaluation" else set()
        for branch in stage.next:
            target = wording.target(branch.go, branch.disposition, self._titles)
            if branch.go in running:
                target = f"{target} goes on"
            words = "" if branch.when is None else self._words(branch.when)
            yield Exit(branch.go, target, words, branch.disposition, branch.line)

    def _links(self, stage: Stage) -> Iterator[Link]:
        here = {step.id for step in stage.steps}
        for step in stage.steps:
            yield from (Link(other, step.id, "after") for other in step.after if other in here)
            for group in step.after_any:
                yield from (Link(other, step.id, "any") for other in group if other in here)
            for other in step.declined.start:
                if other in here:
                    yield Link(step.id, other, "declined")
            for other in step.unreachable.start:
                if other in here:
                    yield Link(step.id, other, "unreachable")
            if step.verb == "approve" and step.of in here:
                yield Link(step.id, step.of, "rejected")

    # -- steps -------------------------------------------------------------------------

    def _node(self, step: Step, row: int, column: int) -> Node:
        owner = wording.owner_of(step)
        to = wording.role(step.to) if step.verb == "notify" else ""
        parts = [wording.VERBS[step.verb], to and f"to {to}", wording.owners(step)]
        chain = _chain(step)
        return Node(
            id=step.id,
            verb=step.verb,
            title=step.title,
            owner=owner,
            summary=", ".join(part for part in (*parts, wording.due(step)) if part),
            timing=_timing(step, self._pathway),
            condition="" if step.when is None else f"if {self._words(step.when)}",
            late=f"late: {wording.escalations(chain)}" if chain and chain != self.usual else "",
            place=self._place(step.line),
            line=step.line,
            notes=tuple(self._notes(step, chain)),
            row=row,
            column=column,
            mark=self._course.steps.get(step.id) if self._course else None,
        )

    def _notes(self, step: Step, chain: tuple[Overdue, ...]) -> Iterator[str]:
        yield wording.deed(step, self._pathway)
        asked = [wording.label(self._pathway, name) for name in step.collect]
        asked += [self._instrument(name) for name in step.instruments]
        if asked:
            yield f"asks for {wording.listed(asked)}"
        for row in step.table:
            sets = wording.listed(self._set(name, value) for name, value in row.set.items())
            yield f"{'otherwise' if row.when is None else f'if {self._words(row.when)}'}: {sets}"
        if step.until is not None:
            yield f"until {self._words(step.until)}"
        if chain:
            yield f"late: {wording.escalations(chain)}"
        if step.declined.inform:
            yield f"declined: tell the {wording.role(step.declined.inform)}"
        if step.unreachable != AS_USUAL:
            yield f"nobody reached: {'; '.join(duties.unreachable(step, self._pathway))}"
        if step.order is not None:
            yield f"orders: {duties.order(step)}"
        if step.missed is not None:
            call = wording.within(step.missed.outreach)
            again = wording.within(step.missed.rebook)
            yield f"missed: {wording.role(step.missed.by)} calls {call}, rebooked {again}"
        if step.evidence:
            yield self._pathway.evidence.get(step.evidence, step.evidence)

    def _set(self, name: str, value: object) -> str:
        return f"{wording.label(self._pathway, name)} is {wording.constant(value)}"

    def _instrument(self, name: str) -> str:
        found = self._pathway.instruments.get(name)
        return found.title if found is not None else name

    # -- rules -------------------------------------------------------------------------

    def rule(self, rule: Rule) -> RuleLine:
        actions = []
        owner = response = ""
        if rule.do is not None:
            owner = wording.owner_of(rule.do)
            actions.append(self._action(rule.do))
            due = wording.within(rule.do.due) if owner and rule.do.due is not None else ""
            response = " ".join(part for part in (rule.do.response, due) if part)
        if rule.start:
            actions.append(f'start "{self._step_title(rule.start)}"')
        if rule.go:
            goal = wording.target(rule.go, rule.disposition, self._titles)
            actions.append(goal if rule.go == "discharge" else f"begin {goal}")
        if rule.supersedes:
            actions.append(f"supersede {wording.listed(rule.supersedes)}")
        return RuleLine(
            id=rule.id,
            trigger=wording.trigger(rule, self._pathway),
            during=wording.listed(self._titles.get(stage, stage) for stage in rule.during),
            action="; ".join(actions),
            owner=owner,
            response=response,
            place=self._place(rule.line),
            line=rule.line,
            mark=self._course.steps.get(rule.id) if self._course else None,
        )

    def _action(self, do: Step) -> str:
        return wording.deed(do, self._pathway) if do.verb in ("notify", "schedule") else do.title

    def _step_title(self, step: str) -> str:
        return next((s.title for s in _deeds(self._pathway) if s.id == step), step)

    def _words(self, expr: list[object]) -> str:
        return wording.condition(expr, self._pathway)

    def _place(self, line: int) -> str:
        return wording.place(self._pathway, line)


def _timing(step: Step, pathway: CompiledPathway) -> str:
    parts: list[str] = []
    if step.delay is not None:
        parts.append(f"after {step.delay}")
    if step.window is not None:
        parts.append(in_words(step.window, wording.label(pathway, step.window.of)))
    if step.every is not None and step.verb != "monitor":
        parts.append(wording.every(step.every))
    if step.times:
        parts.append(f"{step.times} times")
    return ", ".join(parts)
