"""What a migration would do, in words: one sentence a line, the weightiest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pathways.calendar.table import CalendarTable
from pathways.journey.effects import Entry
from pathways.journey.versions.migration import DueMove, Migration, TaskMove
from pathways.narrative import day_and_time, tell

CLOCKS: Mapping[str, str] = {
    "start": "the start of",
    "recur": "the next time of",
    "monitor": "the next reading of",
    "wait": "the wait",
    "stage": "the deadline of",
    "reevaluate": "the next",
    "goal": "the date of goal",
    "task": "the due time of",
}
STEPS: Mapping[str, str] = {
    "dropped": "is not part of the new version",
    "moved": "belongs to another stage now",
    "replaced": "is done in another way now: what is open of it is taken back",
    "ended": "is not repeated any more",
    "skipped": "does not start, as chosen",
    "restored": "is taken up again as it was left",
    "new": "is new",
}
MESSAGES: Mapping[str, str] = {
    "forgotten": "waits for its hour and is not sent any more",
    "not-repeated": "is not sent: the patient has had it",
    "repeated": "is sent again, as chosen",
    "later": "would be sent again in a stage to come",
}
_SAID_BY_THE_PLAN = (
    "migrated",
    "stage-renamed",
    "step-renamed",
    "step-left",
    "due-moved",
    "message-not-repeated",
    "message-forgotten",
)


def foretold(
    plan: Migration, calendar: CalendarTable | None, titles: Mapping[str, str]
) -> tuple[str, ...]:
    """The plan's lines that say more than "as before"; dates are local to ``calendar``."""

    def called(name: str) -> str:
        return titles.get(f"{plan.pathway}/{name}", name)

    def when(instant: int) -> str:
        return day_and_time(calendar, instant)

    lines = [f"Cannot be moved: {one.message}" for one in plan.obstacles]
    lines += [f"To be known: {one.message}" for one in plan.warnings]
    lines += [f"Stage {called(m.stage)} goes on as {called(m.to)}." for m in plan.stages
              if m.stage != m.to]  # fmt: skip
    for task in plan.tasks:
        lines += _task(task, when)
    for held in plan.appointments:
        if held.how == "cancelled":
            at = f" on {when(held.starts)}" if held.starts else ""
            lines.append(f"Appointment {held.appointment}{at} is cancelled: its step is gone.")
    for due in plan.dues:
        lines += _clock(due, called, when)
    for step in plan.steps:
        if step.how in STEPS:
            lines.append(f"Step {called(step.step or step.to)} {STEPS[step.how]}.")
        elif step.how == "renamed":
            lines.append(f"Step {called(step.step)} goes on as {called(step.to)}.")
    for message in plan.messages:
        if message.how in MESSAGES:
            lines.append(f"Message {called(message.step)} {MESSAGES[message.how]}.")
    for what, names in (("Rule", plan.rules), ("Goal", plan.goals)):
        for one in names:
            if one.how != "kept":
                lines.append(f"{what} {called(one.name or one.to)}: {one.how}.")
    return tuple(lines)


def following(
    entries: Iterable[Entry], calendar: CalendarTable | None, titles: Mapping[str, str]
) -> tuple[str, ...]:
    """What would happen at once under the new version: the sentences after the move itself."""
    lines: list[str] = []
    moved = False
    for entry in entries:
        if moved and entry.kind not in _SAID_BY_THE_PLAN:
            lines.append(tell(entry, calendar, titles))
        moved = moved or entry.kind == "migrated"
    return tuple(lines)


def _task(task: TaskMove, when: Callable[[int], str]) -> list[str]:
    name = f"Task {task.task} ({task.title})"
    match task.how:
        case "cancelled":
            return [f"{name} is cancelled: its step is gone."]
        case "released":
            return [f"{name} stays open, though its step is gone."]
        case "changed" if task.before != task.after:
            return [
                f"{name} is due {when(task.after)} ({task.clock}), and was {when(task.before)}."
            ]
        case "changed":
            return [f"{name} is done on the new version's terms; due as before."]
    return []


def _clock(due: DueMove, called: Callable[[str], str], when: Callable[[int], str]) -> list[str]:
    if due.before == due.after or due.kind not in CLOCKS:
        return []
    what = f"{CLOCKS[due.kind]} {called(due.to or due.ref)}"
    what = what[:1].upper() + what[1:]
    if due.how == "dropped":
        return [f"{what} falls away (it was {when(due.before)})."]
    was = f", and was {when(due.before)}" if due.before else ""
    return [f"{what} is {when(due.after)} ({due.how}){was}."]
