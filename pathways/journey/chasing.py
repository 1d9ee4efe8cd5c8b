"""Chasing: when an open task's owner is reminded, and who hears of it after its due time."""

from __future__ import annotations

from pathways.calendar.table import deadline, stamp
from pathways.compiled import HUMAN_VERBS
from pathways.journey.draft import Draft
from pathways.journey.messages import notify
from pathways.journey.state import Source, Task
from pathways.undone import Overdue

URGENT = ("RT-911", "RT-ED", "RT-2H", "RT-SD")
"""Response classes whose owner is told at once, at any hour (clinical.md 0.4)."""
AGAIN = 7 * 86_400
"""An overdue task whose escalations are used up is escalated again every week: an open task
is never forgotten (I9)."""
BY_THEIR_STEP = (*sorted(HUMAN_VERBS), "monitor", "outreach", "booking")
"""Kinds of tasks that are reminded and escalated as their step or rule says."""
BY_HAND: tuple[Overdue, ...] = (
    Overdue("remind", "", percent=50),
    Overdue("remind", "", percent=80),
    Overdue("escalate", "", percent=100),
    Overdue("escalate", "program-manager", percent=150),
)
"""For the kernel's own tasks (X10): an empty role is the owner or the supervisor."""


def presses_more(response: str, than: str) -> bool:
    """Whether a response class is more urgent than another; the rest are all alike."""
    lesser = URGENT.index(than) if than in URGENT else len(URGENT)
    return response in URGENT[:lesser]


def rules_of(draft: Draft, task: Task) -> tuple[Overdue, ...]:
    """How the task is reminded and escalated: as its step says, or as the kernel's own are."""
    first = task.sources[0]
    enrollment = draft.journey.enrollments.get(first.pathway)
    if enrollment is None or task.kind not in BY_THEIR_STEP:
        return BY_HAND
    step = draft.ready(enrollment).steps.get(first.step)
    return step.overdue if step is not None and step.overdue else BY_HAND


def moments(draft: Draft, task: Task) -> list[tuple[int, int, Overdue]]:
    """(number, instant, what) of every reminder and escalation, in order."""
    found = []
    allowed = task.due - task.opened
    rules = rules_of(draft, task)
    for rule in rules:
        if rule.after is not None:
            moment = deadline(draft.calendar, task.due, rule.after)
        else:
            # An escalation at 100 % comes after the due second, never within it (I4).
            moment = task.opened + allowed * rule.percent // 100 + (rule.percent >= 100)
        found.append((moment, rule))
    found.sort(key=lambda pair: pair[0])
    numbered = [(n, moment, rule) for n, (moment, rule) in enumerate(found)]
    if task.overdue >= len(numbered):
        last = next((r for r in reversed(rules) if r.action == "escalate"), BY_HAND[-1])
        numbered.append((task.overdue, max(draft.now, task.due) + AGAIN, last))
    return numbered


def watch(draft: Draft, task: Task) -> None:
    """Put the task's next reminder or escalation on the agenda, in place of what stood there."""
    draft.drop("task", ref=task.id)
    if task.blocked:
        return
    upcoming = [m for n, m, _ in moments(draft, task) if n >= task.overdue]
    draft.at(max(upcoming[0], draft.now), "task", ref=task.id)


def act(draft: Draft, task: Task, rule: Overdue) -> None:
    """Remind or escalate; ``task`` must be editable."""
    first = task.sources[0]
    if rule.action == "remind":
        role = rule.to or task.owner
        draft.say_of(
            first,
            "task-reminded",
            task=task.id,
            title=task.title,
            to=role,
        )
        tell(draft, task, role, "task-reminder", f"remind{_number(task)}")
        return
    role = rule.to or task.supervisor
    task.level += 1
    if role not in task.escalated:
        task.escalated = (*task.escalated, role)
    draft.say_of(
        first,
        "task-escalated",
        task=task.id,
        title=task.title,
        to=role,
        level=task.level,
        due=task.due,
    )
    tell(draft, task, role, "task-escalation", f"escalate{_number(task)}")


def _number(task: Task) -> str:
    return f"{task.overdue}.{task.era}" if task.era else str(task.overdue)


def begin_anew(draft: Draft, task: Task, told: tuple[Overdue, ...], roles: tuple[str, str]) -> None:
    """The chain of ``task`` is another one now, or its due time is. What the old one has told
    (``told``, when owner and supervisor were ``roles``) is not told again; what else should have
    been told by now is due at once."""
    heard = {(rule.action, _to(rule, *roles)) for rule in told}
    task.era += 1
    task.overdue = 0
    for number, moment, rule in moments(draft, task):
        if moment > draft.now or (rule.action, _to(rule, task.owner, task.supervisor)) not in heard:
            break
        task.overdue = number + 1


def leave_to(draft: Draft, task: Task, rest: tuple[Source, ...]) -> None:
    """Some of what a task serves is over: it is chased as the first of the ``rest`` says. ``task``
    must be editable."""
    rules, told = rules_of(draft, task), told_so_far(draft, task)
    task.sources = rest
    if rules_of(draft, task) == rules:
        return
    begin_anew(draft, task, told, (task.owner, task.supervisor))
    if any((due.kind, due.ref) == ("task", task.id) for due in draft.agenda()):
        watch(draft, task)


def told_so_far(draft: Draft, task: Task) -> tuple[Overdue, ...]:
    """The lines of its chain that have been acted on."""
    rules = rules_of(draft, task)
    if task.overdue >= len(rules):
        return rules
    return tuple(rule for number, _, rule in moments(draft, task) if number < task.overdue)


def _to(rule: Overdue, owner: str, supervisor: str) -> str:
    return rule.to or (owner if rule.action == "remind" else supervisor)


def tell(draft: Draft, task: Task, role: str, message: str, kind: str) -> None:
    """Write to a role about the task; ``kind`` tells one message about it from another."""
    first = task.sources[0]
    enrollment = draft.journey.enrollments.get(first.pathway)
    if enrollment is None:
        return
    notify(
        draft,
        enrollment,
        step=f"{first.step}.{task.id}",
        occurrence=first.occurrence,
        to=role,
        message=message,
        params={
            "task.title": task.title,
            "task.id": f"{draft.journey.id}/{task.id}",
            "task.due": stamp(draft.calendar, task.due),
        },
        urgent=task.urgency in URGENT,
        kind=kind,
    )
