"""A rule in plain English."""

from __future__ import annotations

from collections.abc import Iterator

from pathways import wording
from pathways.compiled import CompiledPathway, Rule
from pathways.explaining import duties
from pathways.explaining.explanation import Explanation, section


def explain_rule(pathway: CompiledPathway, rule: Rule) -> Explanation:
    """When it fires, what it does, who, and how soon."""
    do = rule.do
    return Explanation(
        kind="rule",
        id=rule.id,
        title=do.title if do is not None else wording.role(rule.id).capitalize(),
        place=wording.place(pathway, rule.line),
        sections=(
            *section("When it fires", _fires(pathway, rule)),
            *section("What happens", _happens(pathway, rule)),
            *section("What it asks for", duties.needs(do, pathway) if do else ()),
            *section("Who", duties.who(do, pathway) if do else _nobody()),
            *section("Due", duties.due(do) if do else _at_once()),
            *section("If it is overdue", duties.overdue(do) if do else ()),
            *section("If nobody is reached", duties.reaching(do, pathway) if do else ()),
            *section("Again", _again(rule)),
            *section("If it contradicts another order", duties.contested(do) if do else ()),
            *section("In other languages", duties.in_other_languages(do) if do else ()),
            *section("Source", duties.source(do, pathway) if do else ()),
        ),
    )


def _fires(pathway: CompiledPathway, rule: Rule) -> Iterator[str]:
    yield f"When {wording.trigger(rule, pathway)}."
    if rule.reads and not rule.on:
        reads = wording.listed((wording.label(pathway, name) for name in rule.reads), "or")
        yield f"It is judged each time a value of {reads} arrives. Unknown never fires it."
        if rule.do is not None:
            yield "A value older than 48 hours leads to a review the same day, not to an alarm."
    elif rule.on and rule.when is not None:
        yield "It is judged at that moment. Unknown never fires it."
    stages = {stage.id: stage.title for stage in pathway.stages}
    if rule.during:
        during = wording.listed((f'"{stages.get(one, one)}"' for one in rule.during), "or")
        yield f"Only while the stage {during} is running."
    else:
        yield "In every stage."
    yield "Not while the patient is in hospital: others watch over them there."


def _happens(pathway: CompiledPathway, rule: Rule) -> Iterator[str]:
    if rule.do is not None:
        yield from duties.what(rule.do, pathway)
    titles = {step.id: step.title for stage in pathway.stages for step in stage.steps}
    if rule.start:
        yield f'The step "{titles.get(rule.start, rule.start)}" starts at once, if its stage runs.'
    stages = {stage.id: stage.title for stage in pathway.stages}
    if rule.go == "discharge":
        yield f"The enrollment ends: {wording.role(rule.disposition)}."
    elif rule.go:
        yield f'The stage "{stages.get(rule.go, rule.go)}" begins beside the running follow-up.'
    if rule.supersedes:
        yield f"Open tasks of {_named(pathway, rule.supersedes)} are cancelled: superseded."


def _named(pathway: CompiledPathway, rules: tuple[str, ...]) -> str:
    deeds = {rule.id: rule.do for rule in pathway.rules}
    found = ((one, deeds.get(one)) for one in rules)
    return wording.listed(f'"{do.title if do is not None else one}"' for one, do in found)


def _nobody() -> Iterator[str]:
    yield "Careway does it by itself; no person owns it."


def _at_once() -> Iterator[str]:
    yield "It happens at once, so it has no due time."


def _again(rule: Rule) -> Iterator[str]:
    if rule.do is not None and wording.owner_of(rule.do):
        yield "While its task is open, a further cause is added to that task."
    if rule.again is not None:
        yield f"It is quiet for {rule.again} after it has fired."
