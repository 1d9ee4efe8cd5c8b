"""Alarms: what several rules raise for one person at about the same time is one task (X8, X10).

It lists all causes, has the most urgent class and the earliest due time. A red flag is never
hidden in anything slower: RT-911 and RT-ED join only each other.
"""

from __future__ import annotations

from pathways.compiled import HUMAN_VERBS, Response, Step, contact_of
from pathways.journey import chasing, tasks
from pathways.journey.draft import Draft
from pathways.journey.state import Source, Task
from pathways.spans import Span

GROUPS: tuple[tuple[Response, ...], ...] = (("RT-911", "RT-ED"), ("RT-2H", "RT-SD"))
"""Classes whose alarms may become one task. What is less urgent is ordinary work, due in days."""


def open_alarm(draft: Draft, do: Step) -> Task | None:
    """The alarm that one more cause may join: of the same owner and group of classes, and not
    taken up yet. Nobody has tried to reach anyone for it, and it is not late."""
    group = next((group for group in GROUPS if do.response in group), ())
    for task in draft.journey.tasks.values():
        if (
            task.urgency in group
            and task.owner == do.by
            and task.kind in HUMAN_VERBS
            and not task.about
            and not any(source.stage for source in task.sources)
            and not task.blocked
            and not task.attempts
            and draft.now <= task.due
            and len({task.contact, contact_of(do), ""}) <= 2
        ):
            return task
    return None


def join(draft: Draft, task_id: str, source: Source, do: Step, due: Span, cause: str) -> None:
    """One more cause: its owner hears of it unless they are only now told of the first."""
    task = draft.task(task_id)
    title, urgent = task.title, task.urgency
    if not any(reason.startswith(f"{title}: ") for reason in task.reasons):
        task.reasons = tuple(f"{title}: {reason}" for reason in task.reasons)
    task.outcomes = tuple(dict.fromkeys((*task.outcomes, *do.outcomes)))
    if chasing.presses_more(do.response, task.urgency):
        task.title = do.title
    tasks.merge(draft, task_id, source, do, due)
    tasks.add_reason(draft, task_id, f"{do.title}: {cause}")
    task = draft.task(task_id)
    if task.opened < draft.now and task.urgency == urgent:
        chasing.tell(draft, task, task.owner, "task-urgent", f"joined{draft.serial()}")
