"""Correcting and retracting an earlier reading: what it led to says so, and nothing vanishes."""

from __future__ import annotations

from pathways.calendar.table import stamp
from pathways.journey import messages, rules, tasks, values
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Correct, Reading, Value
from pathways.journey.lookback import striking
from pathways.journey.state import Fact, Task


def correct(draft: Draft, event: Correct) -> Answer:
    """Correct a reading, or (without a value) retract it. Raises ``Refused`` when no such reading
    counts, or the new value is not plausible."""
    fact = striking.find(draft, event.name, event.observed)
    if fact is None:
        return _restore(draft, event)
    if event.value is not None:
        fault = values.fault_in(draft, Reading(event.name, event.value, fact.observed))
        if fault is not None and fault.code != "retracted-value":
            raise Refused(fault.code, fault.message)
        if event.value == fact.value:
            raise Refused("no-change", f"{event.name} is {rules.plain(fact.value)} already.")
    _say(draft, event, fact)
    for name, value in _with_bands(draft, event):
        found = striking.find(draft, name, fact.observed)
        if found is not None:
            striking.strike(draft, name, found, value, event.actor.role)
    _tell_work(draft, event, fact)
    what = "retracted" if event.value is None else "corrected"
    when = stamp(draft.calendar, fact.observed)
    text = f"{event.name} {rules.plain(fact.value)} of {when} is {what}."
    return Answer("applied", f"value-{what}", text)


def _restore(draft: Draft, event: Correct) -> Answer:
    one = striking.find_struck(draft, event.name, event.observed)
    if event.value is None or one is None:
        known = [stamp(draft.calendar, f.observed) for f in draft.journey.readings(event.name)]
        told = f"It has readings of {', '.join(known)}." if known else "It has none that counts."
        raise Refused("no-such-reading", f"No reading of {event.name} was observed then. {told}")
    fault = values.fault_in(draft, Reading(event.name, event.value, one.observed))
    if fault is not None and fault.code != "retracted-value":
        raise Refused(fault.code, fault.message)
    fact = Fact(one.value, one.observed, one.recorded)
    _say(draft, event, fact)
    for name, value in _with_bands(draft, event):
        found = striking.find_struck(draft, name, one.observed)
        if found is not None and value is not None:
            striking.restore(draft, name, found, value, event.actor.role)
    return Answer("applied", "value-corrected")


def _with_bands(draft: Draft, event: Correct) -> tuple[tuple[str, Value | None], ...]:
    """The value itself, and the band of a score that was entered as a result."""
    own = (event.name, event.value)
    if "." not in event.name:
        return (own,)
    band = None if event.value is None else values.band_of(draft, event.name, event.value)
    return (own, (f"{event.name}-band", band))


def _say(draft: Draft, event: Correct, fact: Fact) -> None:
    element = values.element_of(draft, event.name)
    draft.say(
        "value-retracted" if event.value is None else "value-corrected",
        actor=event.actor.role,
        name=event.name,
        was=fact.value,
        unit=element.unit if element else "",
        observed=fact.observed,
        value=event.value,
        reason=event.reason or None,
    )


def _tell_work(draft: Draft, event: Correct, fact: Fact) -> None:
    """Open work that the wrong value led to says so; a letter about it that has not left, and
    that nothing asks for any more, stays here."""
    was = f"{event.name} {rules.plain(fact.value)}"
    if event.value is None:
        reason, title = f"{was} was retracted", "A value was retracted"
    else:
        reason = f"{was} was corrected to {rules.plain(event.value)}"
        title = "A value was corrected"
    for task in list(draft.journey.tasks.values()):
        if _led_to(draft, task, event.name, was, fact):
            tasks.retitle(draft, task.id, title)
            tasks.add_reason(draft, task.id, reason)
    for enrollment in draft.running():
        ready = draft.ready(enrollment)
        for rule in ready.rules_reading.get(event.name, ()):
            if ready.rule_tests[rule.id](draft.view(enrollment)) is not True:
                messages.take_back(draft, enrollment.pathway, rule.id, "value-struck")


def _led_to(draft: Draft, task: Task, name: str, was: str, fact: Fact) -> bool:
    """Whether a rule that reads the value opened the task because of this reading, or since."""
    for source in task.sources:
        enrollment = draft.journey.enrollments.get(source.pathway)
        if source.stage or enrollment is None or task.kind in rules.FAILURES:
            continue
        rule = draft.ready(enrollment).rules.get(source.step)
        if rule is not None and name in rule.reads:
            told = any(was in reason for reason in task.reasons)
            return told or task.opened >= fact.recorded
    return False
