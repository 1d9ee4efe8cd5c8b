"""Open tasks and appointments under another version of their pathway, as the plan says."""

from __future__ import annotations

from pathways.compiled import HUMAN_VERBS, Step, contact_of
from pathways.journey import appointments, chasing, tasks
from pathways.journey.draft import Draft
from pathways.journey.state import Source, Task
from pathways.journey.team import shifts
from pathways.journey.versions.migration import Migration, TaskMove
from pathways.journey.versions.naming import Names
from pathways.journey.versions.orphans import ON_A_STAGE, serves
from pathways.undone import UNABLE_TO_REACH, Overdue

WHY = "migration"

Chain = tuple[tuple[Overdue, ...], tuple[Overdue, ...], tuple[str, str], int, bool]
"""Of a task before: its chain, what of it has been told, owner and supervisor, due time, and
whether its clock runs."""


def chains(draft: Draft, pathway: str) -> dict[str, Chain]:
    """How each open task of the pathway is chased under the version that it leaves."""
    dated = {due.ref for due in draft.agenda() if due.kind == "task"}
    return {
        task.id: (
            chasing.rules_of(draft, task),
            chasing.told_so_far(draft, task),
            (task.owner, task.supervisor),
            task.due,
            task.id in dated,
        )
        for task in draft.journey.tasks.values()
        if any(source.pathway == pathway for source in task.sources)
    }


def take_back(draft: Draft, pathway: str, plan: Migration) -> None:
    """Appointments and tasks whose step is gone."""
    for move in plan.appointments:
        if move.how == "cancelled" and move.appointment in draft.journey.appointments:
            held = draft.journey.appointments[move.appointment]
            rest = tuple(s for s in held.sources if not _is(s, pathway, move.step))
            appointments.leave_to(draft, held.id, rest, WHY, tell_patient=True)
    for task in plan.tasks:
        if task.how != "cancelled" or task.task not in draft.journey.tasks:
            continue
        mine = draft.task(task.task)
        rest = tuple(s for s in mine.sources if not _is(s, pathway, task.step))
        if rest:
            mine.sources = rest
            tasks.show(draft, mine)
        else:
            tasks.close_task(draft, task.task, "cancelled", WHY)


def _is(source: Source, pathway: str, step: str) -> bool:
    return (source.pathway, source.step) == (pathway, step)


def keep(draft: Draft, pathway: str, plan: Migration, names: Names) -> None:
    """What stays: it serves the steps under their new names and terms."""
    for move in plan.appointments:
        if move.how == "renamed" and move.appointment in draft.journey.appointments:
            held = draft.appointment(move.appointment)
            held.sources = tuple(_moved(s, pathway, plan, names, move.to) for s in held.sources)
            appointments.show(draft, held, held.status if held.status != "cancelling" else "booked")
        elif move.how == "kept" and move.appointment in draft.journey.appointments:
            held = draft.appointment(move.appointment)
            held.sources = tuple(_moved(s, pathway, plan, names, move.step) for s in held.sources)
    for move_of in plan.tasks:
        if move_of.how != "cancelled":
            _keep_task(draft, pathway, plan, names, move_of)


def _moved(source: Source, pathway: str, plan: Migration, names: Names, to: str) -> Source:
    """The source under its new names; those of other pathways and other steps stay."""
    if source.pathway != pathway or (names.step(source.step) or source.step) != to:
        return source
    move = serves(plan.steps, source)
    stage = names.stage(source.stage) if source.stage else ""
    return Source(pathway, stage, to, move.number if move is not None else source.occurrence)


def _keep_task(draft: Draft, pathway: str, plan: Migration, names: Names, move: TaskMove) -> None:
    task = draft.task(move.task)
    if task.kind in ON_A_STAGE:
        task.sources = tuple(
            Source(pathway, move.to if s.stage else "", move.to, s.occurrence) for s in task.sources
        )
    elif move.how == "released":
        _release(task, pathway, move.step)
    else:
        task.sources = tuple(
            _moved(s, pathway, plan, names, move.to) if _is(s, pathway, move.step) else s
            for s in task.sources
        )
    if task.kind == "reoffer":
        task.about = move.to
    if move.how == "changed" or (move.how == "renamed" and _is_of_its_step(task)):
        _renew(draft, task, names, move)
    _ask_what_is_known(draft, task)
    if task.supervisor == names.old.pathway.supervisor:
        task.supervisor = names.new.pathway.supervisor
    tasks.show(draft, task)


def _is_of_its_step(task: Task) -> bool:
    return task.kind in HUMAN_VERBS and not task.about and len(task.sources) == 1


def _release(task: Task, pathway: str, step: str) -> None:
    """It stays open on its own: nobody can say any more whom its step was to reach."""
    task.sources = tuple(
        Source(s.pathway, "", s.step, s.occurrence) if _is(s, pathway, step) else s
        for s in task.sources
    )
    task.contact, task.attempts, task.again, task.seat = "", (), 0, ""
    rest = tuple(outcome for outcome in task.outcomes if outcome != UNABLE_TO_REACH)
    task.outcomes = rest or ("done",)


def _renew(draft: Draft, task: Task, names: Names, move: TaskMove) -> None:
    """The open task asks what the step asks now, of whom and until when."""
    was, step = names.old.steps[move.step], names.new.steps[move.to]
    usual, owner = was.by or names.old.pathway.supervisor, task.owner
    if task.owner == usual:
        task.owner = step.by or names.new.pathway.supervisor
    task.kind, task.title, task.same = step.verb, step.title, step.same
    task.due = move.after
    task.collect, task.instruments = step.collect, step.instruments
    _renew_contact(task, step)
    pressing = chasing.presses_more(step.response, task.urgency)
    if pressing:
        chasing.tell(draft, task, task.owner, "task-urgent", f"urgent-{step.response}-{task.era}")
    task.urgency = step.response
    if task.owner != owner and task.urgency in chasing.URGENT and not pressing:
        shifts.handed(draft, task.id)


def _renew_contact(task: Task, step: Step) -> None:
    """Attempts count on, as far as the new version counts the same way."""
    task.contact = contact_of(step)
    task.outcomes = tasks.with_unable(step.outcomes or ("done",), task.contact)
    same_way = (task.urgency in chasing.URGENT) == (step.response in chasing.URGENT)
    if not task.contact or not same_way:
        task.attempts, task.again = (), 0
    elif len(task.attempts) >= step.unreachable.attempts:
        fewer = step.unreachable.attempts - 1
        task.attempts = task.attempts[-fewer:] if fewer else ()
        task.again = task.again if task.attempts else 0


def _ask_what_is_known(draft: Draft, task: Task) -> None:
    """It may ask only what a pathway of the patient declares: nothing else could be answered."""
    paths = [draft.ready(e).pathway for e in draft.running()]
    task.collect = tuple(n for n in task.collect if any(n in p.data for p in paths))
    task.instruments = tuple(n for n in task.instruments if any(n in p.instruments for p in paths))


def chase_anew(draft: Draft, plan: Migration, before: dict[str, Chain]) -> None:
    """Tasks whose chain or due time is another one now."""
    for name, (rules, told, roles, due, dated) in before.items():
        held = draft.journey.tasks.get(name)
        if held is None or (chasing.rules_of(draft, held) == rules and held.due == due):
            continue
        task = draft.task(name)
        chasing.begin_anew(draft, task, told, roles)
        if dated:
            chasing.watch(draft, task)
