"""Rules: "when this becomes true or this event arrives, do that"."""

from __future__ import annotations

from collections.abc import Iterable

from pathways.compiled import HUMAN_VERBS, Rule, Step
from pathways.journey import (
    alarms,
    appointments,
    chasing,
    leaving,
    messages,
    notices,
    stages,
    steps,
    superseding,
    tasks,
)
from pathways.journey.careplan import approving
from pathways.journey.draft import Draft
from pathways.journey.lookback.lateness import ALARM_AGE, of_the_past
from pathways.journey.orders import contests, standing
from pathways.journey.prepared import nominal_seconds
from pathways.journey.runs import StepRun
from pathways.journey.state import Enrollment, Source
from pathways.journey.subjects import readings
from pathways.spans import Span

FAILURES = ("message", "effect")
"""Kinds of tasks about something of a rule that did not arrive: not what the rule asks for."""


def on_values(draft: Draft, names: Iterable[str]) -> None:
    """Values have arrived: judge every rule that reads one of them, once."""
    changed = tuple(names)
    for enrollment in draft.running():
        if not in_force(draft, enrollment):
            continue
        ready = draft.ready(enrollment)
        judged: dict[str, Rule] = {}
        for name in changed:
            for rule in ready.rules_reading.get(name, ()):
                judged.setdefault(rule.id, rule)
        for rule in judged.values():
            seen = tuple(n for n in changed if n in rule.reads)
            if not _for_the_past(draft, enrollment, rule, seen):
                _judge(draft, enrollment.pathway, rule, seen)


def _for_the_past(draft: Draft, enrollment: Enrollment, rule: Rule, seen: tuple[str, ...]) -> bool:
    """Whether it is judged in ``past``: alarms by late readings, all by those that were struck."""
    if not of_the_past(draft, enrollment.enrolled, seen):
        return False
    return rule.do is not None or all(draft.late[name].struck for name in seen)


def on_event(draft: Draft, event: str, only: str = "") -> None:
    """Something was reported: judge every rule (``only`` of one pathway) that listens to it."""
    for enrollment in draft.running():
        if not in_force(draft, enrollment) or only not in ("", enrollment.pathway):
            continue
        for rule in draft.ready(enrollment).rules_on.get(event, ()):
            _judge(draft, enrollment.pathway, rule, ())


def in_force(draft: Draft, enrollment: Enrollment) -> bool:
    """In hospital others watch over the patient; a hold for another reason stops the clocks,
    not the alarms."""
    return not draft.journey.hospital and draft.journey.status != "closed"


def _judge(draft: Draft, pathway: str, rule: Rule, seen: tuple[str, ...]) -> None:
    enrollment = draft.journey.enrollments[pathway]
    if enrollment.status == "discharged" or approving.silences(enrollment, rule):
        return
    if rule.during and not any(run.stage in rule.during for run in enrollment.active):
        return
    if not draft.ready(enrollment).rule_tests[rule.id](draft.view(enrollment)):
        return
    last = enrollment.fired.get(rule.id)
    if last is not None and _known(draft, seen, last):
        return
    old = _too_old(draft, enrollment, seen)
    act(draft, pathway, rule, _reason(draft, rule, seen, old), old=old)


def act(draft: Draft, pathway: str, rule: Rule, reason: str, *, old: bool) -> None:
    """Its condition holds: open its task (of an ``old`` observation: a review), unless that is
    open, when it has a further cause, or the rule keeps quiet."""
    enrollment = draft.journey.enrollments[pathway]
    last = enrollment.fired.get(rule.id)
    if rule.do is not None and _still_open(draft, pathway, rule, reason, old):
        return
    quiet = nominal_seconds(rule.again) if rule.again is not None else 0
    if last is not None and draft.now - last < quiet:
        return
    _fire(draft, draft.enrollment(pathway), rule, reason, old)


def _known(draft: Draft, seen: tuple[str, ...], last: int) -> bool:
    """Only older readings arrived, behind those that the rule has already fired on."""
    newest = [f[0].recorded for name in seen if (f := readings(draft.journey, name))]
    return bool(newest) and all(recorded <= last and recorded < draft.now for recorded in newest)


def _reason(draft: Draft, rule: Rule, seen: tuple[str, ...], old: bool) -> str:
    if not seen:
        return rule.on or rule.id
    told = [(name, f[0]) for name in seen if (f := readings(draft.journey, name))]
    return ", ".join(
        f"{name} {plain(fact.value)}{age_of(draft.now - fact.observed) if old else ''}"
        for name, fact in told
    )


def plain(value: float | str | bool) -> str:
    """A value as reasons write it."""
    return f"{value:g}" if isinstance(value, int | float) else value


def age_of(seconds: int) -> str:
    """`` (9 days old)``: a result that is looked at shows its age (T10), a recent one none."""
    days, hours = seconds // 86_400, seconds // 3600
    if days >= 2:
        return f" ({days} days old)"
    return f" ({hours} hours old)" if hours >= 2 else ""


def _too_old(draft: Draft, enrollment: Enrollment, seen: tuple[str, ...]) -> bool:
    found = (readings(draft.journey, name) for name in seen)
    ages = [draft.now - facts[0].observed for facts in found if facts]
    return bool(ages) and min(ages) > alarm_age(draft, enrollment)


def alarm_age(draft: Draft, enrollment: Enrollment) -> int:
    """Seconds after which an observation of this pathway is no alarm any more (T10)."""
    span = draft.ready(enrollment).pathway.alarm_age
    return ALARM_AGE if span is None else nominal_seconds(span)


def _still_open(draft: Draft, pathway: str, rule: Rule, reason: str, old: bool) -> bool:
    """The rule's task, or the same thing for another pathway, is open: note the cause there.
    An alarm is not answered by somebody's look at an older result."""
    for task in draft.journey.tasks.values():
        mine = any(s.pathway == pathway and s.step == rule.id for s in task.sources)
        if mine and task.kind not in FAILURES and (old or task.kind != "review"):
            tasks.add_reason(draft, task.id, reason)
            return True
    return False


def _fire(draft: Draft, enrollment: Enrollment, rule: Rule, reason: str, old: bool) -> None:
    number = enrollment.counts.get(rule.id, 0) + 1
    enrollment.counts[rule.id] = number
    if rule.do is None or not old:
        # A look at an older result is no alarm: it does not keep one quiet.
        enrollment.fired[rule.id] = draft.now
    title = rule.do.title if rule.do is not None else rule.id
    draft.say("rule-fired", enrollment.pathway, rule.id, number, title=title, reason=reason)
    if rule.do is not None:
        source = Source(enrollment.pathway, "", rule.id, number)
        if old:
            _review(draft, enrollment, rule.do, source, reason)
        else:
            free = contests.place(draft, enrollment, rule.do, source, reason)
            if free or rule.do.verb in HUMAN_VERBS:
                _do(draft, enrollment, rule.do, source, reason, alone=not free)
            if not free:
                contests.hold_back(draft, draft.journey.orders[standing.key_of(source)])
            else:
                superseding.supersede(draft, enrollment.pathway, rule)
    else:
        superseding.supersede(draft, enrollment.pathway, rule)
    if rule.start:
        _start_step(draft, enrollment, rule.start)
    if rule.go == "discharge":
        leaving.discharge(draft, enrollment, rule.disposition or "completed")
    elif rule.go:
        stages.reevaluate(draft, enrollment, rule.go, rule.id)


def _review(draft: Draft, enrollment: Enrollment, do: Step, source: Source, reason: str) -> None:
    tasks.open_task(
        draft,
        enrollment,
        source,
        kind="review",
        title=f"Review an older result: {do.title}",
        owner=do.by,
        due=Span(1, "same-day"),
        outcomes=("reviewed",),
        reasons=(reason,),
        about="review",
    )


def _do(
    draft: Draft, enrollment: Enrollment, do: Step, source: Source, reason: str, *, alone: bool
) -> None:
    """``alone``: its task must wait for a decision, so no other work joins it or is joined."""
    due = do.due or Span(1, "business-day")
    if do.verb in HUMAN_VERBS:
        for task in list(draft.journey.tasks.values()):
            if do.same and task.same == do.same and not task.blocked and not alone:
                if task.urgency and not any(s.stage for s in task.sources):
                    alarms.join(draft, task.id, source, do, due, reason)
                    return
                tasks.merge(draft, task.id, source, do, due)
                tasks.add_reason(draft, task.id, reason)
                return
        alarm = None if alone else alarms.open_alarm(draft, do)
        if alarm is not None:
            alarms.join(draft, alarm.id, source, do, due, reason)
            return
        tasks.open_task(
            draft,
            enrollment,
            source,
            kind=do.verb,
            title=do.title,
            owner=do.by,
            due=due,
            step=do,
            outcomes=do.outcomes or ("done",),
            reasons=(reason,),
        )
    elif do.verb == "notify" and notices.is_told(draft, enrollment, do):
        draft.say_of(source, "message-withheld", to=do.to, message=do.message, why=notices.TOLD)
    elif do.verb == "notify":
        messages.notify(
            draft,
            enrollment,
            step=do.id,
            occurrence=source.occurrence,
            to=do.to,
            message=do.message,
            about=do,
            urgent=do.response in chasing.URGENT,
        )
    elif do.verb == "schedule":
        appointments.request(draft, enrollment, do, source, due)


def _start_step(draft: Draft, enrollment: Enrollment, step_id: str) -> None:
    ready = draft.ready(enrollment)
    home = ready.stage_of.get(step_id)
    run = next((r for r in enrollment.active if r.stage == home), None)
    if run is None or run.steps.get(step_id, StepRun()).status == "open":
        return
    steps.start(draft, enrollment, run, ready.steps[step_id])
