"""What a list of tasks says of attempts in vain, of what must wait and of who has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathways.journey.effects import TaskRow


def attempted(task: TaskRow, moment: Callable[[int], str]) -> str:
    """`` [1 attempt, again from Mon 30 Nov 2026 08:00]``; empty when nobody has tried in vain."""
    if not task.attempts:
        return ""
    times = "1 attempt" if task.attempts == 1 else f"{task.attempts} attempts"
    return f" [{times}, again {f'from {moment(task.again)}' if task.again else 'at once'}]"


def waiting(task: TaskRow) -> str:
    """Why a task is blocked, in brackets; empty when it can be done."""
    return f" [{task.blocked}]" if task.blocked else ""


def is_overdue(task: TaskRow, now: int) -> bool:
    """Past its due time; never while it is blocked (X8)."""
    return task.due < now and not task.blocked


def held(task: TaskRow) -> str:
    """The owner; and who holds it now, when that is somebody else."""
    if not task.behalf:
        return task.owner
    return f"{task.owner} ({task.person or 'nobody'} for {task.behalf})"
