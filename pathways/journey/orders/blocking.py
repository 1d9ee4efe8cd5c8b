"""Blocked tasks: open and owned, but not to be done until a physician has decided (X8).

Their clock stands still, so that they are blocked and never overdue.
"""

from __future__ import annotations

from pathways.journey import chasing
from pathways.journey.draft import Draft


def block(draft: Draft, task_id: str, why: str) -> None:
    """Stop a task's clock; ``why`` is shown with it. The caller shows the task."""
    task = draft.task(task_id)
    task.blocked_at = task.blocked_at or draft.now
    task.blocked = why
    draft.drop("task", ref=task_id)


def unblock(draft: Draft, task_id: str) -> None:
    """The task goes on with the time that it had left. The caller shows the task."""
    task = draft.task(task_id)
    if not task.blocked:
        return
    since, task.blocked, task.blocked_at = task.blocked_at, "", 0
    enrollments = [draft.journey.enrollments[s.pathway] for s in task.sources]
    held = max((e.held for e in enrollments), default=0)
    frozen = all(e.status == "held" for e in enrollments) and since < held
    # In a hold that began later the task is frozen: what is left is counted by the hold's end.
    waited = (held if frozen else draft.now) - since
    task.opened += waited
    task.due += waited
    if not frozen:
        chasing.watch(draft, task)
