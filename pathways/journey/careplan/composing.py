"""Composing a version of the care plan: all enrolled pathways, the needs found, the own goals."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.calendar.table import deadline
from pathways.compiled import Rule, Score, Step
from pathways.journey.draft import Draft
from pathways.journey.state import Enrollment
from pathways.planning.content import Aim, CarePlan, Chapter, Intervention, Need

NO_INTERVENTION = ("plan", "approve", "decide", "milestone", "wait")
"""Verbs that only steer the course."""


def compose(draft: Draft, number: int, pathway: str) -> CarePlan:
    """The care plan as it would be now; ``pathway`` is the one whose plan step makes it."""
    running = draft.running()
    needs: dict[str, Need] = {}
    for enrollment in running:
        for need in _needs(draft, enrollment):
            needs.setdefault(need.name, need)
    goals = draft.journey.own_goals.values()
    return CarePlan(
        version=number,
        made=draft.now,
        pathway=pathway,
        chapters=tuple(_chapter(draft, enrollment) for enrollment in running),
        needs=tuple(needs.values()),
        own_goals=tuple(goal for goal in goals if goal.status == "active"),
        team=tuple(draft.journey.team.items()),
    )


def _chapter(draft: Draft, enrollment: Enrollment) -> Chapter:
    pathway = draft.ready(enrollment).pathway
    steps = list(_steps(draft, enrollment))
    out = enrollment.disabled
    rules = [rule for rule in pathway.rules if rule.do is not None and is_for_safety(rule.do)]
    every = {step.id: step for stage in pathway.stages for step in stage.steps}
    return Chapter(
        pathway=pathway.pathway,
        title=pathway.title,
        version=pathway.version,
        in_force=enrollment.plan_in_force,
        aims=tuple(_aims(draft, enrollment)),
        interventions=tuple(_of(step, enrollment) for step in steps if step.id not in out),
        safety=(
            *(_of_rule(rule) for rule in rules),
            *(_of(step, enrollment) for step in every.values() if is_for_safety(step)),
        ),
        left_out=tuple(_left_out(name, every, pathway.rules, enrollment) for name in out),
    )


def is_for_safety(step: Step) -> bool:
    """What belongs to the safety-only baseline (X9): a response class, or critical for safety."""
    return bool(step.response) or step.safety_critical


def _aims(draft: Draft, enrollment: Enrollment) -> Iterator[Aim]:
    for goal in draft.ready(enrollment).pathway.goals:
        by = 0 if goal.by is None else deadline(draft.calendar, enrollment.enrolled, goal.by)
        status = enrollment.goals.get(goal.id, "unknown")
        yield Aim(goal.id, goal.title, status, by)


def _steps(draft: Draft, enrollment: Enrollment) -> Iterator[Step]:
    """What is under way, then what the follow-up will do unless it is certainly not needed."""
    ready, view = draft.ready(enrollment), draft.view(enrollment)
    open_now = {
        name for run in enrollment.active for name, s in run.steps.items() if s.status == "open"
    }
    for stage in ready.pathway.stages:
        for step in stage.steps:
            if step.verb in NO_INTERVENTION:
                continue
            wanted = stage.phase == "follow-up" and ready.when[step.id](view) is not False
            if step.id in open_now or wanted:
                yield step


def _of(step: Step, enrollment: Enrollment) -> Intervention:
    state = next((r.steps[step.id] for r in enrollment.active if step.id in r.steps), None)
    return Intervention(
        step.id,
        step.title,
        step.verb,
        step.by or step.to,
        "" if step.every is None else str(step.every),
        step.response,
        state is not None and (state.status == "open" or state.armed),
    )


def _of_rule(rule: Rule) -> Intervention:
    do = rule.do
    if do is None:
        return Intervention(rule.id, rule.id)
    return Intervention(rule.id, do.title, do.verb, do.by or do.to, response=do.response)


def _left_out(
    name: str, steps: dict[str, Step], rules: tuple[Rule, ...], enrollment: Enrollment
) -> Intervention:
    if name in steps:
        return _of(steps[name], enrollment)
    return next((_of_rule(rule) for rule in rules if rule.id == name), Intervention(name, name))


def _needs(draft: Draft, enrollment: Enrollment) -> Iterator[Need]:
    """Positive findings of the instruments that the pathway uses: a yes of a screen, or a result
    outside the first of its bands, which is the unremarkable one."""
    ready, view = draft.ready(enrollment), draft.view(enrollment)
    for instrument in ready.pathway.instruments.values():
        for score in instrument.scores:
            name = f"{instrument.id}.{score.id}"
            value = view.value(name)
            if value is None or isinstance(value, str | bool) or not _positive(score, value):
                continue
            title = instrument.title if score.id == "score" else f"{instrument.title}: {score.id}"
            observed = view.readings(name)[0].observed
            band = _band(score, value)
            yield Need(name, title, float(value), band, observed, instrument.subject)


def _positive(score: Score, value: float) -> bool:
    if score.kind == "positive":
        return value > 0
    return bool(score.bands) and value > score.bands[0].high


def _band(score: Score, value: float) -> str:
    return next((b.name for b in score.bands if b.low <= value <= b.high), "")
