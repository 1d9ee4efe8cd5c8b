"""I4, the other half: no escalation is late. Reckoned from the pathways, not from the agenda."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathways.calendar.table import deadline
from pathways.compiled import HUMAN_VERBS, CompiledPathway
from pathways.journey.state import Journey, Task
from pathways.undone import Overdue
from tests.kernel.kept_apart import step_behind

Library = Mapping[str, CompiledPathway]
AS_ITS_STEP = (*sorted(HUMAN_VERBS), "monitor", "outreach", "booking")
USUAL = (Overdue("escalate", "", percent=100), Overdue("escalate", "program-manager", percent=150))


def nothing_is_late(library: Library, journey: Journey) -> None:
    """Who should have heard of a task by now has, unless its clock stands still, or it is the very
    next thing to happen."""
    watched = {due.ref: due.at for due in journey.agenda if due.kind == "task"}
    for task in journey.tasks.values():
        if watched.get(task.id, 0) <= journey.now:
            continue
        for moment, role in _escalations(library, journey, task):
            late = moment < journey.now and role not in task.escalated
            assert not late, f"{role} should have heard of {task} at {moment}"


def _escalations(library: Library, journey: Journey, task: Task) -> Iterator[tuple[int, str]]:
    step = step_behind(library, journey, task.sources[0])
    chain = step.overdue if step is not None and task.kind in AS_ITS_STEP else ()
    assert journey.calendar is not None
    for line in chain or USUAL:
        if line.action != "escalate":
            continue
        moment = task.opened + (task.due - task.opened) * line.percent // 100
        if line.after is not None:
            moment = deadline(journey.calendar, task.due, line.after)
        yield moment, line.to or task.supervisor
