"""Superseding: a greater alarm makes the work of lesser ones of its pathway needless."""

from __future__ import annotations

from pathways.compiled import Rule
from pathways.journey import chasing, tasks
from pathways.journey.draft import Draft
from pathways.journey.orders import standing
from pathways.journey.state import Source, Task

SUPERSEDED = "superseded"
"""How such a task ends; the entry of the timeline is of the same name."""
NOT_ASKED_FOR = ("message", "effect", "review")
"""Kinds of tasks of a rule that are not what it asks for: something did not arrive, or an older
result has to be looked at. They stay."""


def supersede(draft: Draft, pathway: str, rule: Rule) -> None:
    """``rule`` has fired: what the rules that it ``supersedes`` asked for, in the same pathway, is
    cancelled. A task that something else needs too stays, without the superseded cause."""
    if not rule.supersedes:
        return
    by = rule.do.title if rule.do is not None else rule.id
    for task in list(draft.journey.tasks.values()):
        over = tuple(source for source in task.sources if _lesser(source, pathway, rule))
        if over and task.kind not in NOT_ASKED_FOR:
            _end(draft, task, over, by)


def _lesser(source: Source, pathway: str, rule: Rule) -> bool:
    return source.pathway == pathway and not source.stage and source.step in rule.supersedes


def _end(draft: Draft, task: Task, over: tuple[Source, ...], by: str) -> None:
    draft.say_of(over[0], "superseded", task=task.id, title=task.title, by=by)
    rest = tuple(source for source in task.sources if source not in over)
    if not rest:
        tasks.close_task(draft, task.id, "cancelled", SUPERSEDED)
        return
    for source in over:
        standing.over(draft, source, carried_out=False)
    chasing.leave_to(draft, draft.task(task.id), rest)
    tasks.show(draft, draft.task(task.id))
