"""Who has a task that is urgent, hour by hour: whoever fills the role, or who is on call for it.

A task keeps its owner, its due time and its reminders (X10). Only who holds it changes: with the
end of a shift it goes to who is on call, and with the next one back, and each is told once.
"""

from __future__ import annotations

from pathways.journey import chasing
from pathways.journey.draft import Draft
from pathways.journey.state import Task
from pathways.journey.team import rota
from pathways.journey.team.rota import Rota

KIND = "shift"
"""Of the agenda entry at which a shift begins or ends; only while something urgent is open."""


def watch(draft: Draft) -> None:
    """While something urgent is open, the next beginning or end of a shift is on the agenda."""
    plan, table = draft.journey.rota, draft.journey.calendar
    if plan is None or table is None or any(due.kind == KIND for due in draft.agenda()):
        return
    if not any(task.urgency in chasing.URGENT for task in draft.journey.tasks.values()):
        return
    change = rota.next_change(plan, plan.calendar or table, draft.now)
    if change:
        draft.at(change, KIND)


def opened(draft: Draft, task: Task) -> None:
    """An urgent task is new: whoever holds it was told; if nobody is there, the supervisor is."""
    if draft.journey.rota is None or task.urgency not in chasing.URGENT:
        return
    found = draft.holder(task.owner, urgent=True)
    task.holder = found.person if found.there else ""
    if not found.there:
        chasing.tell(draft, task, task.supervisor, "task-urgent", "off-duty")


def handed(draft: Draft, task_id: str) -> None:
    """Urgent work has come to somebody by a command: they, or who answers when nobody is there,
    hear of it at once (7.2: within ten minutes)."""
    task = draft.task(task_id)
    found = draft.holder(task.owner, urgent=True)
    if draft.journey.rota is not None:
        task.holder = found.person if found.there else ""
    task.handed += 1
    to = task.owner if found.there else task.supervisor
    chasing.tell(draft, task, to, "task-urgent", f"assigned{task.handed}")


def changed(draft: Draft) -> list[str]:
    """A shift may have begun or ended: whoever is new to an urgent task is told of it; when nobody
    is there, the supervisor. The tasks that changed hands."""
    moved = []
    for task_id in list(draft.journey.tasks):
        task = draft.journey.tasks[task_id]
        if task.urgency not in chasing.URGENT:
            continue
        found = draft.holder(task.owner, urgent=True)
        now = found.person if found.there else ""
        if now == task.holder:
            continue
        task = draft.task(task_id)
        task.holder = now
        moved.append(task_id)
        to = task.owner if found.there else task.supervisor
        chasing.tell(draft, task, to, "task-urgent", f"shift{draft.serial()}")
        draft.say_of(
            task.sources[0],
            "task-handed",
            task=task.id,
            title=task.title,
            owner=task.owner,
            covered=bool(found.behalf),
            nobody=not found.there,
        )
    watch(draft)
    return moved


def set_rota(draft: Draft, plan: Rota | None) -> list[str]:
    """The site's hours as they are from now on. The tasks that change hands by it."""
    for task_id, task in list(draft.journey.tasks.items()):
        if task.urgency in chasing.URGENT and draft.journey.rota is None:
            draft.task(task_id).holder = draft.holder(task.owner).person
    draft.journey.rota = plan
    draft.drop(KIND)
    return changed(draft)
