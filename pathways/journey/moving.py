"""Moving to another time zone: what was due by the old clock is due by the new one."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import CalendarTable, contact_time, instant, local_day, local_seconds
from pathways.journey import chasing, retiming, tasks
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
    does so there, also what a hold keeps back. Elapsed hours (T3) and appointments stay as they
    are; messages that were put off wait for the contact hours there."""
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
    _move_held(draft, old, calendar)
    _move_tasks(draft, journey, old, calendar)
    for enrollment in draft.running():
        # A window opens and closes by the clock there, as it does after a hold by its date.
        retiming.after_hold(draft, draft.enrollment(enrollment.pathway))
        draft.unsettle(enrollment.pathway)


def _move_held(draft: Draft, old: CalendarTable, new: CalendarTable) -> None:
    """What a hold keeps back goes on when it ends, with the time that was left by then."""
    for enrollment in draft.running():
        if any(_is_local(draft, due) for due in enrollment.paused):
            mine = draft.enrollment(enrollment.pathway)
            mine.paused = tuple(
                replace(due, at=_there(old, new, due.at, 0)) if _is_local(draft, due) else due
                for due in mine.paused
            )


def _move_tasks(draft: Draft, journey: Journey, old: CalendarTable, new: CalendarTable) -> None:
    """What is overdue stays so; whoever is told of it by the day is told by the days there."""
    watched = {due.ref for due in draft.agenda() if due.kind == "task"}
    for task_id, held in list(journey.tasks.items()):
        running = task_id in watched
        moves = local_seconds(old, held.due) == LAST_SECOND and not (
            running and held.due < draft.now
        )
        chain = chasing.rules_of(draft, held)
        by_the_day = any(line.after is not None and not _elapses(line.after) for line in chain)
        if moves:
            task = draft.task(task_id)
            task.due = _there(old, new, task.due, draft.now if running else 0)
            tasks.show(draft, task)
        if running and (moves or (by_the_day and held.overdue < len(chain))):
            chasing.watch(draft, draft.task(task_id))
    draft.say("clock-moved", zone=new.zone)


def _elapses(span: Span) -> bool:
    return span.unit in ELAPSED


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
    return span is not None and not _elapses(span)
