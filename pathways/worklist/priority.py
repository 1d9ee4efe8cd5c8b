"""What to do first: the worklist's score, its parts and its reason in words (clinical.md 7.1).

``score = base + urgency + risk``. The numbers are a product default, not an external rule. What
stands still (class, opened, due, tier, flags) is on record; what passes (elapsed time) is reckoned
here, when the worklist is read, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pathways.journey.effects import TaskRow

DAY = 86_400
BASES: Mapping[str, int] = {
    "RT-911": 2000,
    "RT-ED": 1500,
    "RT-2H": 1000,
    "RT-SD": 600,
    "RT-24H": 500,
    "RT-1BD": 300,
    "RT-3BD": 150,
    "RT-NV": 50,
}
REGULATED = 550
"""A program's deadline is due today (or has passed) and this task would meet it."""
ROUTINE = BASES["RT-3BD"]
"""Work without a response class: 7.1 has no row for it; 0.4 calls three business days routine."""
TIERS: Mapping[str, int] = {"complex": 60, "high": 40, "rising": 20, "low": 0}
FLAGS: Mapping[str, int] = {"safety-critical": 30, "caregiver-crisis": 30}
ELAPSED_MOST, OVERDUE_MOST, OVERDUE_A_DAY = 200, 100, 20

_CLASSES: Mapping[str, str] = {
    "RT-911": "911 now",
    "RT-ED": "emergency department now",
    "RT-2H": "within 2 hours",
    "RT-SD": "same day",
    "RT-24H": "within 24 hours",
    "RT-1BD": "1 business day",
    "RT-3BD": "3 business days",
    "RT-NV": "next visit",
    "": "routine",
}


class Priority(Struct, frozen=True):
    """The parts of a score, and why in words."""

    score: int
    base: int
    urgency: int
    risk: int
    reason: str


def priority(
    task: TaskRow, now: int, *, tier: str = "", flags: tuple[str, ...] = (), regulated: str = ""
) -> Priority:
    """How much a task presses at ``now``.

    ``tier``: low, rising, high, complex, or empty while no pathway has determined it. ``flags``:
    of the patient; the task's own are added. ``regulated``: the name of a program's clock whose
    last day is today or has passed, and which this task would meet; empty: there is none.
    """
    own = BASES.get(task.urgency, ROUTINE)
    base = max(own, REGULATED) if regulated else own
    marks = [flag for flag in FLAGS if flag in flags or flag in task.flags]
    # The clock of what waits for a physician's decision stands still.
    gone = 0 if task.blocked else elapsed(task, now)
    late = 0 if task.blocked else max(0, now - task.due) // DAY
    urgency = min(ELAPSED_MOST, gone * ELAPSED_MOST // 100) + min(
        OVERDUE_MOST, OVERDUE_A_DAY * late
    )
    risk = TIERS.get(tier, 0) + sum(FLAGS[flag] for flag in marks)
    words = [
        _CLASSES.get(task.urgency, _CLASSES[""]),
        *([f"deadline today: {regulated}"] if regulated else []),
        _time(task, now, gone, late),
        *([f"{tier} risk" if tier != "complex" else "complex patient"] if tier else []),
        *(flag if flag == "safety-critical" else flag.replace("-", " ") for flag in marks),
    ]
    return Priority(base + urgency + risk, base, urgency, risk, "; ".join(words))


def elapsed(task: TaskRow, now: int) -> int:
    """Whole percent of the allowed time that is gone, 0 to 100."""
    allowed = task.due - task.opened
    if allowed <= 0:
        return 100 if now >= task.due else 0
    return max(0, min(100, (now - task.opened) * 100 // allowed))


def place(task: TaskRow, judged: Priority) -> tuple[int, int, int, str]:
    """Sorts a worklist: the highest score first, then the earliest due, then the oldest."""
    return -judged.score, task.due, task.opened, task.task


def _time(task: TaskRow, now: int, gone: int, late: int) -> str:
    if task.blocked:
        return "blocked"
    if now <= task.due:
        return f"{gone} % of its time gone"
    if late == 0:
        return "overdue"
    return f"{late} {'day' if late == 1 else 'days'} overdue"
