"""Moving to another time zone: what was due by the old clock is due by the new one."""

from __future__ import annotations

from pathways.calendar.table import CalendarTable, contact_time, instant, local_day, local_seconds
from pathways.journey import chasing, tasks
from pathways.journey.draft import Draft
from pathways.journey.state import Due, Journey
from pathways.spans import Span

LAST_SECOND = 86_399
BY_THE_DAY = ("stage", "goal", "reevaluate", "coverage")
"""Kinds of agenda entries that are always counted in local days or months."""
BY_THEIR_STEP = ("start", "recur", "wait", "monitor")
"""Kinds that are counted as their step says."""
ELAPSED = ("minute", "hour")


def move(draft: Draft, calendar: CalendarTable | None) -> None:
    """The patient lives by another clock: what ends with a local day, or comes at a local time,
    does so there. Elapsed hours (T3) and appointments stay as they are; messages that were put
    off wait for the contact hours there."""
    old, journey = draft.journey.calendar, draft.journey
    journey.calendar = calendar
    if old is None or calendar is None or old.zone == calendar.zone:
        return
    moved = [due for due in draft.agenda() if _is_local(draft, due)]
    for due in moved:
        draft.agenda().remove(due)
        draft.at(_there(old, calendar, due.at, draft.now), due.kind, due.pathway, due.ref, due.n)
    for due in [due for due in draft.agenda() if due.kind == "message"]:
        draft.agenda().remove(due)
        draft.at(contact_time(calendar, due.at), due.kind, due.pathway, due.ref, due.n)
    _move_tasks(draft, journey, old, calendar)


def _move_tasks(draft: Draft, journey: Journey, old: CalendarTable, new: CalendarTable) -> None:
    for task_id in list(journey.tasks):
        if local_seconds(old, journey.tasks[task_id].due) != LAST_SECOND:
            continue
        watched = any(due.kind == "task" and due.ref == task_id for due in draft.agenda())
        task = draft.task(task_id)
        task.due = _there(old, new, task.due, draft.now)
        if watched:
            chasing.watch(draft, task)
        tasks.show(draft, task)
    draft.say("clock-moved", zone=new.zone)


def _there(old: CalendarTable, new: CalendarTable, at: int, now: int) -> int:
    """When the new clock shows what the old one shows at ``at``; not before now."""
    return max(instant(new, local_day(old, at), local_seconds(old, at)), now)


def _is_local(draft: Draft, due: Due) -> bool:
    if due.kind in BY_THE_DAY:
        return True
    enrollment = draft.journey.enrollments.get(due.pathway)
    if due.kind not in BY_THEIR_STEP or enrollment is None:
        return False
    step = draft.ready(enrollment).steps[due.ref]
    span: Span | None = {
        "start": step.delay,
        "recur": step.every,
        "wait": step.due,
        "monitor": step.every,
    }[due.kind]
    return span is not None and span.unit not in ELAPSED
