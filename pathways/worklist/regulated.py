"""Which tasks are a regulated deadline by themselves: a law or a payer's contract sets their end.

clinical.md 7.1: a regulated deadline that is due today weighs 550. Deadlines of programs are found
by their clocks (``pathways.programs.serving``); these belong to a payer (clinical.md 5).
"""

from __future__ import annotations

from collections.abc import Mapping

from pathways.calendar.table import CalendarTable, local_day
from pathways.journey.effects import TaskRow

KINDS: Mapping[str, str] = {
    "review-information": "the payer's time for information",
    "review-ending": "last request for a 24-hour answer",
    "review-notice": "a notice that the patient must be given",
    "appeal": "the time to appeal",
    "fast-appeal": "the time to appeal",
    "services-go-on": "the time to ask that care goes on",
}
"""Kind of a task -> the deadline that its due time is."""


def deadline_today(task: TaskRow, calendar: CalendarTable, now: int) -> str:
    """The regulated deadline that the task is, when its last day on the patient's calendar is today
    or has passed; empty: it is none, or not yet."""
    words = KINDS.get(task.kind, "")
    due_today = local_day(calendar, task.due) <= local_day(calendar, now)
    return words if words and due_today else ""
