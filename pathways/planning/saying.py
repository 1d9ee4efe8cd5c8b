"""A version of the care plan in plain English, and what is different from another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pathways.planning.content import CarePlan, Chapter, Intervention
from pathways.wording import listed, role

Moment = Callable[[int], str]
"""How an instant is written."""


def said(plan: CarePlan, moment: Moment) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(heading, lines) of every part that has something to say."""
    yield "The patient's own goals", tuple(_own_goals(plan, moment))
    yield "Needs found", tuple(_needs(plan, moment))
    for chapter in plan.chapters:
        yield from _chapter(chapter, moment)
    yield "Care team", tuple(f"{role(name)}: {person}" for name, person in plan.team)


def _own_goals(plan: CarePlan, moment: Moment) -> Iterator[str]:
    for goal in plan.own_goals:
        facts = (
            f"measured by {goal.measure}" if goal.measure else "",
            f"target {goal.target}" if goal.target else "",
            f"by {moment(goal.due)}" if goal.due else "",
            f"in the way: {goal.barrier}" if goal.barrier else "",
        )
        more = ", ".join(fact for fact in facts if fact)
        yield f'"{goal.words}" ({more or "no measure or date yet"})'


def _needs(plan: CarePlan, moment: Moment) -> Iterator[str]:
    for need in plan.needs:
        band = f", {role(need.band)}" if need.band else ""
        whose = f" of the {role(need.subject)}" if need.subject else ""
        value = f" {need.value:g}" if need.band else ""
        yield f"{need.title}{whose}{value}{band}, {moment(need.observed)}"


def _chapter(chapter: Chapter, moment: Moment) -> Iterator[tuple[str, tuple[str, ...]]]:
    name = chapter.title
    goals = [
        f"{aim.title}: {aim.status.replace('-', ' ')}"
        + (f", by {moment(aim.due)}" if aim.due else "")
        for aim in chapter.aims
    ]
    yield f"{name}: goals", tuple(goals)
    yield f"{name}: what is done", tuple(map(_intervention, chapter.interventions))
    yield f"{name}: what always watches over the patient", tuple(map(_intervention, chapter.safety))
    yield f"{name}: taken out of the plan", tuple(one.title for one in chapter.left_out)


def _intervention(one: Intervention) -> str:
    facts = (
        role(one.owner) if one.owner else "",
        f"every {one.every}" if one.every else "",
        one.response,
        "under way" if one.running else "",
    )
    more = ", ".join(fact for fact in facts if fact)
    return f"{one.title} ({more})" if more else one.title


def difference(old: CarePlan, new: CarePlan) -> tuple[str, ...]:
    """What the newer version has, lacks or says otherwise, a sentence each; empty: nothing."""
    lines: list[str] = []
    goals_then = {goal.id: goal.words for goal in old.own_goals}
    goals_now = {goal.id: goal.words for goal in new.own_goals}
    lines += _changes("The patient's own goal", goals_then, goals_now)
    needs_then = {need.name: f"{need.title} ({need.value:g})" for need in old.needs}
    needs_now = {need.name: f"{need.title} ({need.value:g})" for need in new.needs}
    lines += _changes("The need", needs_then, needs_now)
    before = {chapter.pathway: chapter for chapter in old.chapters}
    after = {chapter.pathway: chapter for chapter in new.chapters}
    lines += _changes(
        "The part", *({k: c.title for k, c in one.items()} for one in (before, after))
    )
    for pathway, chapter in after.items():
        if pathway in before:
            lines += _of_chapter(before[pathway], chapter)
    if dict(old.team) != dict(new.team):
        team = old.team, new.team
        lines += _changes("On the care team", *({r: f"{role(r)} {p}" for r, p in t} for t in team))
    return tuple(lines)


def _of_chapter(old: Chapter, new: Chapter) -> Iterator[str]:
    if old.version != new.version:
        yield f"{new.title} is now version {new.version} instead of {old.version}."
    then, now = ({aim.id: aim for aim in one.aims} for one in (old, new))
    for name in now:
        if name in then and then[name].status != now[name].status:
            words = [one[name].status.replace("-", " ") for one in (then, now)]
            yield f'The goal "{now[name].title}" is {words[1]} instead of {words[0]}.'
    yield from _changes("The goal", _titles(old.aims), _titles(new.aims))
    yield from _changes("The step", _titles(old.interventions), _titles(new.interventions))
    out = [one.title for one in new.left_out if one not in old.left_out]
    if out:
        yield f"Taken out after a rejection: {listed(out)}."


def _titles(things: Iterable[object]) -> dict[str, str]:
    return {str(getattr(one, "id", "")): str(getattr(one, "title", "")) for one in things}


def _changes(what: str, old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    for name, text in new.items():
        if name not in old:
            yield f'{what} "{text}" is new.'
        elif old[name] != text:
            yield f'{what} "{old[name]}" is now "{text}".'
    for name, text in old.items():
        if name not in new:
            yield f'{what} "{text}" is gone.'
