"""The past: what late, corrected and retracted readings change of it.

The past is judged again, never rewritten. A rule is judged at every reading since the one that
changed, with what was observed by then: once as the readings were known before, once as they
are known now. Where it holds only now, it is acted on: with an alarm when the observation is
recent, with a review task when it is old (T10). What it fired on before, or has fired for
since, it does not fire on again.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import Rule
from pathways.journey import rules
from pathways.journey.draft import Draft
from pathways.journey.lookback.late import Late
from pathways.journey.state import Enrollment, Fact
from pathways.journey.view import PatientView

Facts = dict[str, tuple[Fact, ...]]


def look_back(draft: Draft) -> None:
    """Judge again, in every running pathway, what the changes of the past concern."""
    late, draft.late = draft.late, {}
    if not late:
        return
    for enrollment in draft.running():
        if not rules.in_force(draft, enrollment):
            continue
        judged: dict[str, Rule] = {}
        for name in late:
            for rule in draft.ready(enrollment).rules_reading.get(name, ()):
                judged.setdefault(rule.id, rule)
        for rule in judged.values():
            mine = {
                name: one
                for name, one in late.items()
                if name in rule.reads and (one.struck or one.since >= enrollment.enrolled)
            }
            if mine:
                _judge_again(draft, enrollment.pathway, rule, mine)


def _judge_again(draft: Draft, pathway: str, rule: Rule, late: dict[str, Late]) -> None:
    enrollment = draft.journey.enrollments[pathway]
    if enrollment.status == "discharged":
        return
    if rule.during and not any(run.stage in rule.during for run in enrollment.active):
        return
    struck = all(one.struck for one in late.values())
    if rule.do is None and not struck:
        return  # it is judged by what is true now, as ever
    after = {name: draft.journey.readings(name) for name in rule.reads}
    before = after | {name: one.old for name, one in late.items()}
    last = enrollment.fired.get(rule.id, -1)
    points = (
        [draft.now] if rule.do is None else _points(after, min(one.since for one in late.values()))
    )
    found = [
        at
        for at in points
        if last < at
        and _held(draft, enrollment, rule, after, at)
        and not _held(draft, enrollment, rule, before, at)
    ]
    if not found:
        return
    ages = {at: draft.now - _told_of(at, late, struck=struck) for at in found}
    youngest = min(found, key=lambda at: (ages[at], -at))
    old = ages[youngest] > rules.alarm_age(draft, enrollment)
    reason = ", ".join(_as_it_was(draft, name, after, youngest) for name in late if name in after)
    rules.act(draft, pathway, rule, reason or rule.id, old=old)


def _points(facts: Facts, since: int) -> list[int]:
    """Every instant since then at which something that the rule reads was observed."""
    return sorted({f.observed for told in facts.values() for f in told if f.observed >= since})


def _told_of(at: int, late: dict[str, Late], *, struck: bool) -> int:
    """When that was observed of which we hear now: an old result stays old though newer ones of
    other values stand beside it. A reading that came in time and only now says something
    is as old as itself."""
    if struck:
        return at
    arrived = [seen for one in late.values() for seen in one.arrived if seen <= at]
    return max(arrived, default=at)


def _held(draft: Draft, enrollment: Enrollment, rule: Rule, facts: Facts, at: int) -> bool:
    """Whether the rule's condition was true at that instant, by these readings."""
    cut = {name: tuple(f for f in told if f.observed <= at) for name, told in facts.items()}
    ready = draft.ready(enrollment)
    then = PatientView(replace(draft.journey, facts=cut), enrollment, ready, at)
    return ready.rule_tests[rule.id](then) is True


def _as_it_was(draft: Draft, name: str, facts: Facts, at: int) -> str:
    told = next((f for f in facts[name] if f.observed <= at), None)
    if told is None:
        return name
    return f"{name} {rules.plain(told.value)}{rules.age_of(draft.now - told.observed)}"
