"""Proofs about duties: whatever waits has somebody behind its owner, and every red flag reaches
a person in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pathways.compiled import HUMAN_VERBS, Rule, Step
from pathways.language.defaults import RESPONSE_DUE, URGENT
from pathways.language.issues import Issue, Related
from pathways.language.models import Rule as WrittenRule
from pathways.proving.patients import scenario_of
from pathways.proving.subject import Proof, Subject
from pathways.scenarios import Expectation, Happening, Moment, Scenario
from pathways.spans import Span

WATCHED = frozenset({*HUMAN_VERBS, "schedule", "monitor"})
"""Verbs with an owner who may be late."""
RED = frozenset({*URGENT, "RT-24H"})
"""Response classes of red flags: staff must act within a day, closed days or not."""
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366, "business-day": 2}
"""At most, for small numbers away from holidays."""
SATURDAY = Moment(day=5, seconds=3 * 3600)
"""A patient enrolled on a Monday reports at three in the night to Saturday."""


def escalations(subject: Subject) -> Iterator[Proof]:
    """Work that is not done comes to somebody besides its owner."""
    for path, deed in deeds(subject):
        if deed.verb not in WATCHED or _escalated(deed):
            continue
        place = subject.key(*path, "overdue")
        mine = any(line.action == "escalate" for line in deed.overdue)
        fact = (
            f'only "{deed.by}" hears of it'
            if mine
            else "nobody else hears of it until a week after its due time"
        )
        yield Proof(
            Issue(
                "no-escalation",
                f'When "{deed.by}" leaves "{deed.id}" undone, {fact}.',
                place,
                hint=f"Add {{at: 100 %, escalate: {_other(subject, deed.by)}}} to overdue.",
            ),
            _left_undone(subject, deed) if deed.id in subject.steps else None,
        )


def deeds(subject: Subject) -> Iterator[tuple[tuple[str | int, ...], Step]]:
    """What steps and rules do, with the place where it is written."""
    for step in subject.steps.values():
        yield subject.paths[step.id], step
    for rule in subject.pathway.rules:
        if rule.do is not None:
            yield subject.paths[rule.id], rule.do


def _escalated(deed: Step) -> bool:
    return any(line.action == "escalate" and line.to != deed.by for line in deed.overdue)


def _other(subject: Subject, owner: str) -> str:
    supervisor = subject.pathway.supervisor
    return supervisor if supervisor != owner else "program-manager"


def _left_undone(subject: Subject, step: Step) -> Scenario | None:
    """A patient for whom the step is left undone, until shortly after it was due."""
    first = subject.pathway.stages[0].id
    if step.window is not None or step.behind or step.delay is not None:
        return None
    if step.due is None or subject.home[step.id] != first:
        return None
    witness = None
    if step.when is not None:
        witness = subject.can_be("yes", step.when, subject.ground(first)).witness
    days = step.due.n * (
        1 if step.due.unit in ("minute", "hour", "same-day") else _DAYS[step.due.unit]
    )
    return scenario_of(
        subject.pathway,
        f"Somebody else hears that {step.title} is not done",
        witness,
        course=[Happening("until", until=Moment(day=days + 4))],
        expect=[
            Expectation("timeline", of="task-escalated", step=step.id, to=_other(subject, step.by))
        ],
    )


# --- red flags -----------------------------------------------------------------------------


def red_flags(subject: Subject) -> Iterator[Proof]:
    """Every red flag opens a task for a person, of whom another hears within its class."""
    for found, rule in zip(subject.definition.rules, subject.pathway.rules, strict=True):
        written = found.rule
        response = written.response
        if response is None or response not in RED:
            continue
        itself = rule.do is not None and rule.do.verb in HUMAN_VERBS
        answered = itself or any(
            _answers(subject, rule, written, theirs, other.rule)
            for other, theirs in zip(subject.definition.rules, subject.pathway.rules, strict=True)
        )
        place = subject.place(*found.path, "response")
        if not answered and subject.sure_of_rules:
            yield Proof(
                Issue(
                    "red-flag-unanswered",
                    f'Rule "{rule.id}" is a red flag ({response}), and no person is given a task.',
                    place,
                    hint="Add a task to it, or a rule with the same trigger that has one.",
                ),
                _flagged(subject, rule, Expectation("task", of=rule.id, urgency=response)),
            )
        if rule.do is not None and rule.do.verb in HUMAN_VERBS:
            yield from _too_late(subject, rule, response)
        if rule.on and rule.again is not None:
            yield from _silenced(subject, rule, response)


def _answers(
    subject: Subject, flag: Rule, written: WrittenRule, other: Rule, theirs: WrittenRule
) -> bool:
    """Whether ``other`` gives a person a task whenever ``flag`` fires, no less urgently."""
    if other.do is None or other.do.verb not in HUMAN_VERBS or other.on != flag.on:
        return False
    classes = list(RESPONSE_DUE)
    if theirs.response is None or written.response is None:
        return False
    if classes.index(theirs.response) > classes.index(written.response):
        return False
    if other.during and not (flag.during and set(flag.during) <= set(other.during)):
        return False
    if other.when is None or other.when == flag.when:
        return True
    if not set(other.reads) & set(flag.reads) and not flag.on:
        return False
    # Implied: no patient meets the flag's condition and not the other's.
    assumed = [["is-yes", flag.when]] if flag.when is not None else []
    missed: list[Any] = ["not", ["is-yes", other.when]]
    return not subject.can_be("yes", missed, subject.rule_ground(flag), assumed).possible


def _too_late(subject: Subject, rule: Rule, response: str) -> Iterator[Proof]:
    """The escalation comes when the class's time is over, at any hour; also when the flag
    becomes part of a task that is open already (``same``)."""
    do = rule.do
    if do is None:
        return
    due = RESPONSE_DUE[response]
    path = subject.paths[rule.id]
    if not _in_time(do):
        yield Proof(
            Issue(
                "red-flag-late",
                f'Rule "{rule.id}" is a red flag ({response}), but when "{do.by}" does not act '
                f"within {due}, nobody is told at once.",
                subject.key(*path, "overdue"),
                hint=f"Add {{at: 100 %, escalate: {_other(subject, do.by)}}}.",
            ),
            _flagged(
                subject,
                rule,
                Expectation("timeline", of="task-escalated", step=rule.id, by=_limit(due)),
            ),
        )
    for other_path, other in deeds(subject):
        shared = do.same and other.same == do.same and other.verb in HUMAN_VERBS
        if shared and other.id != rule.id and not _in_time(other):
            yield Proof(
                Issue(
                    "red-flag-late",
                    f'The red flag "{rule.id}" becomes part of "{other.id}" when that is open '
                    f'(same: {do.same}), and is then escalated as late as "{other.id}".',
                    subject.place(*path, "same"),
                    (Related(subject.key(*other_path, "overdue"), "Its escalations are here."),),
                    "Give the red flag a task of its own: remove same.",
                )
            )


def _limit(due: Span) -> Moment:
    """So long after the flag is raised, and a minute."""
    if due.unit == "same-day":
        return Moment(day=SATURDAY.day, seconds=20 * 3600 + 60)
    seconds = (SATURDAY.seconds or 0) + due.n * (60 if due.unit == "minute" else 3600) + 60
    return Moment(day=SATURDAY.day + seconds // 86_400, seconds=seconds % 86_400)


def _in_time(deed: Step) -> bool:
    return any(
        line.action == "escalate"
        and line.to != deed.by
        and line.after is None
        and line.percent <= 100
        for line in deed.overdue
    )


def _silenced(subject: Subject, rule: Rule, response: str) -> Iterator[Proof]:
    """What people report is news each time."""
    yield Proof(
        Issue(
            "red-flag-silenced",
            f'When "{rule.on}" is reported again within {rule.again}, rule "{rule.id}" '
            f"({response}) stays silent.",
            subject.key(*subject.paths[rule.id], "again"),
            hint="Remove again: while its task is open, a further report is added to it anyway.",
        ),
        _flagged(
            subject,
            rule,
            Expectation("rule", of=rule.id, times=2),
            more=[
                Happening("complete", of=rule.id, at=Moment(after=Span(5, "minute"))),
                Happening("event", of=rule.on, at=Moment(after=Span(10, "minute"))),
            ],
        ),
    )


def _flagged(
    subject: Subject,
    rule: Rule,
    expectation: Expectation,
    *,
    more: list[Happening] | None = None,
) -> Scenario:
    """A patient who raises the flag in the night to a Saturday."""
    witness = None
    if rule.when is not None:
        witness = subject.can_be("yes", rule.when, subject.rule_ground(rule)).witness
    told = not rule.on
    course = [] if told else [Happening("event", of=rule.on, at=SATURDAY)]
    return scenario_of(
        subject.pathway,
        f"A person is in time for the red flag {rule.id}, also in the night to Saturday",
        witness,
        course=[*course, *(more or []), Happening("until", until=Moment(day=7))],
        expect=[expectation],
        telling=told,
        told_at=SATURDAY,
    )
