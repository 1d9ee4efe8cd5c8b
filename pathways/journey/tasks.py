"""Tasks: work for people. Opened with an owner, a due time and an escalation; closed once (I3)."""

from __future__ import annotations

from pathways.calendar.table import deadline
from pathways.compiled import Step, contact_of
from pathways.journey import chasing
from pathways.journey.draft import Draft
from pathways.journey.effects import TaskRow, TaskStatus
from pathways.journey.orders import blocking, standing
from pathways.journey.state import Enrollment, Source, Task
from pathways.journey.team import shifts
from pathways.review.record import DUTIES
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH, Contact

OF_THE_PATIENT = (
    "verify-death",
    "consent",
    "physician-decision",
    "hold-review",
    "cover-patient",
    "cover-physician",
    "match",
    "joined",
    "medicine-decision",
)
"""Kinds of tasks that concern the patient whatever pathway they are on (X4, X6)."""
PHYSICIAN = "primary-care"
"""The role that is answerable for a patient who has left the program (X4)."""
SAFETY = "safety-critical"
_PACKET = "packet/"
RUNS_ON = (*OF_THE_PATIENT, "hold", "notice", *DUTIES)
"""Kinds of tasks whose clock no hold stops."""


def open_task(
    draft: Draft,
    enrollment: Enrollment,
    source: Source,
    *,
    kind: str,
    title: str,
    owner: str,
    due: Span,
    step: Step | None = None,
    outcomes: tuple[str, ...] = ("done",),
    reasons: tuple[str, ...] = (),
    about: str = "",
    urgency: str = "",
    collect: tuple[str, ...] = (),
    since: int | None = None,
    due_at: int | None = None,
    packet: tuple[str, ...] = (),
) -> Task:
    """Open a task, put it on the worklist and its first reminder on the agenda.

    ``since`` starts the clock earlier than now (a referral, a missed appointment); ``due_at``
    is the instant itself, where another calendar than the span decided it.
    """
    start = draft.now if since is None else since
    due_at = max(deadline(draft.calendar, start, due) if due_at is None else due_at, draft.now)
    pathway = draft.ready(enrollment).pathway
    contact = contact_of(step) if step is not None and kind == step.verb else ""
    task = Task(
        id=f"t{draft.serial()}",
        kind=kind,
        title=title,
        owner=owner or pathway.supervisor,
        opened=draft.now,
        due=due_at,
        sources=(source,),
        urgency=urgency or (step.response if step else ""),
        same=step.same if step else "",
        collect=step.collect if step else collect,
        instruments=step.instruments if step else (),
        outcomes=with_unable(outcomes, contact),
        reasons=reasons,
        supervisor=pathway.supervisor,
        about=about,
        contact=contact,
        flags=_flags((), step),
        packet=step.packet if step else packet,
    )
    draft.put_task(task)
    draft.say_of(
        source,
        "task-opened",
        task=task.id,
        title=title,
        owner=task.owner,
        due=due_at,
        reason=reasons[0] if reasons else None,
    )
    chasing.watch(draft, task)
    if task.urgency in chasing.URGENT:
        chasing.tell(draft, task, task.owner, "task-urgent", "urgent")
        shifts.opened(draft, task)
    show(draft, task)
    return task


def _flags(before: tuple[str, ...], step: Step | None) -> tuple[str, ...]:
    return (SAFETY,) if SAFETY in before or (step is not None and step.safety_critical) else before


def with_unable(outcomes: tuple[str, ...], contact: Contact) -> tuple[str, ...]:
    """The outcomes of a task: every contact may reach nobody."""
    if not contact or UNABLE_TO_REACH in outcomes:
        return outcomes
    return (*outcomes, UNABLE_TO_REACH)


def merge(draft: Draft, task_id: str, source: Source, step: Step, due: Span) -> None:
    """The same thing is due for another pathway too: one task, all questions, the earlier due
    time and the greater urgency, of which the owner is told at once (X8)."""
    _thaw(draft, task_id)
    task = draft.task(task_id)
    task.sources = (*task.sources, source)
    task.collect = (*task.collect, *(c for c in step.collect if c not in task.collect))
    task.instruments = (
        *task.instruments,
        *(i for i in step.instruments if i not in task.instruments),
    )
    task.packet = (*task.packet, *(name for name in step.packet if name not in task.packet))
    task.contact = task.contact or contact_of(step)
    task.flags = _flags(task.flags, step)
    task.outcomes = with_unable(task.outcomes, task.contact)
    earlier = deadline(draft.calendar, draft.now, due)
    if earlier < task.due:
        task.due = earlier
        chasing.watch(draft, task)
    if chasing.presses_more(step.response, task.urgency):
        task.urgency = step.response
        chasing.tell(draft, task, task.owner, "task-urgent", f"urgent-{step.response}")
        shifts.opened(draft, task)
    draft.say_of(
        source,
        "task-shared",
        task=task.id,
        title=task.title,
    )
    show(draft, task)


def add_reason(draft: Draft, task_id: str, reason: str) -> None:
    """The cause came up again while the task was open."""
    task = draft.task(task_id)
    if reason not in task.reasons:
        task.reasons = (*task.reasons, reason)
    first = task.sources[0]
    draft.say_of(first, "task-reason", task=task.id, reason=reason)
    show(draft, task)


def retitle(draft: Draft, task_id: str, prefix: str) -> None:
    """The worklist says first what has become of the task's cause."""
    task = draft.task(task_id)
    if not task.title.startswith(prefix):
        task.title = f"{prefix}: {task.title}"


def assign(draft: Draft, task_id: str, role: str) -> None:
    """Another role owns the task from now on; its clock is not touched."""
    task = draft.task(task_id)
    task.owner = role
    show(draft, task)


def hand_over(draft: Draft, task_id: str, heir: Enrollment) -> None:
    """The enrollment that a task of the patient stood under has ended: another takes it."""
    task = draft.task(task_id)
    task.sources = tuple(Source(heir.pathway, "", s.step, s.occurrence) for s in task.sources)
    show(draft, task)


def serve_instead(draft: Draft, task_id: str, source: Source) -> None:
    """What a task about something was asked for has ended, and something else still needs the
    answer: it goes on for that, with the time it had (I9)."""
    if draft.journey.enrollments[source.pathway].status != "held":
        _thaw(draft, task_id)
    task = draft.task(task_id)
    task.sources = (Source(source.pathway, "", source.step, source.occurrence),)
    show(draft, task)


def alarms(draft: Draft, pathway: str) -> tuple[str, ...]:
    """Open tasks that a rule of this pathway, and no other running one, opened for the
    patient's safety: they have a response class."""
    others = [e.pathway for e in draft.running() if e.pathway != pathway]
    return tuple(
        task.id
        for task in draft.journey.tasks.values()
        if task.urgency
        and task.kind not in OF_THE_PATIENT
        and any(s.pathway == pathway and not s.stage for s in task.sources)
        and not any(s.pathway in others for s in task.sources)
    )


def physician(draft: Draft, enrollment: Enrollment) -> str:
    """The role that answers for the patient outside the program, if the pathway has it; else
    its supervisor."""
    pathway = draft.ready(enrollment).pathway
    return PHYSICIAN if PHYSICIAN in pathway.roles else pathway.supervisor


def hand_to_physician(draft: Draft, task_id: str) -> None:
    """The patient has left: an open alarm is the physician's now, due when it was (X4)."""
    blocking.unblock(draft, task_id)
    _thaw(draft, task_id)
    task = draft.task(task_id)
    first = task.sources[0]
    role = physician(draft, draft.journey.enrollments[first.pathway])
    task.owner = role
    draft.say_of(first, "task-assigned", task=task.id, to=role)
    chasing.tell(draft, task, role, "task-urgent", "handed")
    show(draft, task)


def freeze(draft: Draft, pathway: str) -> None:
    """A hold stops the clock of the pathway's tasks, unless another running pathway shares
    them or they are the patient's rather than the pathway's."""
    for task in draft.journey.tasks.values():
        if task.kind in RUNS_ON or not _concerns(task, pathway):
            continue
        if all(draft.journey.enrollments[s.pathway].status == "held" for s in task.sources):
            draft.drop("task", ref=task.id)


def thaw(draft: Draft, pathway: str) -> None:
    """Its hold ends: the tasks whose clock it stopped go on with the time they had left."""
    for task_id in [t.id for t in draft.journey.tasks.values() if _concerns(t, pathway)]:
        _thaw(draft, task_id)


def _concerns(task: Task, pathway: str) -> bool:
    return any(s.pathway == pathway for s in task.sources)


def _thaw(draft: Draft, task_id: str) -> None:
    """A task without a date on the agenda is frozen; one opened during the hold never was."""
    if any(due.kind == "task" and due.ref == task_id for due in draft.agenda()):
        return
    task = draft.task(task_id)
    if task.blocked:
        return
    seconds = draft.now - max(draft.journey.enrollments[s.pathway].held for s in task.sources)
    task.opened += seconds
    task.due += seconds
    chasing.watch(draft, task)
    show(draft, task)


def close_task(
    draft: Draft,
    task_id: str,
    status: TaskStatus,
    outcome: str,
    actor: str = "",
    done_at: int | None = None,
) -> Task:
    """Close a task: it leaves the state for the record. Its sources are the caller's to end.

    ``done_at``: when the work was done, if it is only now put on record."""
    task = draft.tasks().pop(task_id)
    draft.drop("task", ref=task_id)
    first = task.sources[0]
    for source in task.sources if not task.about else ():
        standing.over(draft, source, carried_out=status == "done")
    draft.say_of(
        first,
        f"task-{status}",
        actor,
        task=task.id,
        title=task.title,
        outcome=outcome,
        late=(draft.now if done_at is None else done_at) > task.due,
        done=None if done_at == draft.now else done_at,
    )
    show(draft, task, status, outcome)
    return task


def leave_task(draft: Draft, task_id: str, pathway: str, stage: str | None, why: str) -> None:
    """A stage of a pathway (``None``: the pathway) no longer needs a task: it is cancelled
    unless something else, perhaps an alarm, still does."""
    task = draft.task(task_id)
    rest = tuple(
        s for s in task.sources if s.pathway != pathway or (stage is not None and s.stage != stage)
    )
    if rest:
        chasing.leave_to(draft, task, rest)
        show(draft, task)
    else:
        close_task(draft, task_id, "cancelled", why)


def overdue(draft: Draft, task_id: str) -> None:
    """The time of a task's next reminder or escalation has come."""
    task = draft.task(task_id)
    moments = chasing.moments(draft, task)
    if task.overdue >= len(chasing.rules_of(draft, task)):
        # The chain is used up: this is the weekly call, armed for just now.
        chasing.act(draft, task, moments[-1][2])
        task.overdue += 1
    for number, moment, rule in moments:
        if number >= task.overdue and moment <= draft.now:
            chasing.act(draft, task, rule)
            task.overdue = number + 1
    chasing.watch(draft, task)
    show(draft, task)


def show(draft: Draft, task: Task, status: TaskStatus = "open", outcome: str = "") -> None:
    """The task's row of the worklist, as it is now."""
    first = task.sources[0]
    if status == "open" and task.urgency in chasing.URGENT:
        shifts.watch(draft)
    person, behalf, _ = draft.holder(task.owner, urgent=task.urgency in chasing.URGENT)
    draft.task_rows[task.id] = TaskRow(
        task=task.id,
        pathway=first.pathway,
        step=first.step,
        occurrence=first.occurrence,
        kind=task.kind,
        title=task.title,
        owner=task.owner,
        person=person,
        opened=task.opened,
        due=task.due,
        status=status,
        urgency=task.urgency,
        level=task.level,
        outcome=outcome,
        closed=0 if status == "open" else draft.now,
        reasons=task.reasons,
        collect=(*task.collect, *(f"{_PACKET}{name}" for name in task.packet)),
        instruments=task.instruments,
        outcomes=task.outcomes,
        attempts=len(task.attempts),
        again=task.again,
        blocked=task.blocked,
        flags=task.flags,
        behalf=behalf,
    )
