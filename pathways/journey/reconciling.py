"""Reconciliation: what it finds line by line, who decides, and who is given the list then.

clinical.md 4.1: every line that is not as before needs a decision by a licensed person; a
reconciliation is done only when none is open; then one list with reasons is given to the patient,
primary care and the pharmacy.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from pathways.journey import medication, tasks
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.events import Complete
from pathways.journey.state import Journey, Source, Task
from pathways.medicines.reconciliation import (
    DECIDERS,
    INTENDED,
    Decision,
    Line,
    Reconciliation,
    Word,
    compare,
    decided,
    taken_after,
)
from pathways.medicines.rules import Medicine
from pathways.spans import Span

DECISION = "medicine-decision"
"""Kind of the task in which a licensed person decides."""
LIST = "medicine-list"
"""Kind of the task to give the list to whom it concerns."""
DECIDE_IN = Span(2, "business-day")
"""Time to decide, and the limit of a reconciliation at high risk (4.1, a product default)."""
GIVE_IN = Span(1, "business-day")


def check(draft: Draft, task: Task, event: Complete) -> None:
    """Raises ``Refused`` unless what is decided about lines can be, by who says it."""
    if task.kind == DECISION:
        _may_decide(draft, task, event.actor.role)
        left = {line.name for line in _open(draft)} - {one.name for one in event.decisions}
        if left:
            raise Refused("lines-undecided", f"Say what becomes of {', '.join(sorted(left))}.")
        lines: Sequence[Line] = _open(draft)
    elif not event.decisions:
        return
    elif task.kind != "reconcile" or event.medicines is None:
        raise Refused(
            "not-a-reconciliation",
            f"Task {task.id} has no list to decide about: decide with the list, or in the task "
            "that asks for it.",
        )
    else:
        _may_decide(draft, task, event.actor.role)
        lines = _found(draft, event.medicines)
    known = {line.name for line in lines if line.open}
    for one in event.decisions:
        if one.name not in known:
            raise Refused(
                "no-such-line",
                f"Nothing is open about {one.name}. Open: {', '.join(sorted(known)) or 'nothing'}.",
            )


def _may_decide(draft: Draft, task: Task, role: str) -> None:
    physician = tasks.physician(draft, draft.journey.enrollments[task.sources[0].pathway])
    if role not in (*DECIDERS, physician):
        raise Refused(
            "not-licensed",
            f"A prescriber or a pharmacist decides what a patient takes, not the {role}.",
        )


def _open(draft: Draft) -> list[Line]:
    latest = draft.journey.reconciliation
    return [line for line in latest.lines if line.open] if latest is not None else []


def as_found(journey: Journey, task: Task) -> tuple[Decision, ...]:
    """What ends a decision in the usual way: every open line is right as it was found."""
    latest = journey.reconciliation
    if task.kind != DECISION or latest is None:
        return ()
    return tuple(Decision(name, "accept") for name in _names(latest.lines))


def _names(lines: Sequence[Line]) -> tuple[str, ...]:
    """Of the lines that are open."""
    return tuple(dict.fromkeys(line.name for line in lines if line.open))


def _found(draft: Draft, found: Sequence[Medicine]) -> tuple[Line, ...]:
    """What the list says against the one before. What nobody has decided since is still open."""
    lines = compare(medication.taken(draft), found, medication.rules_of(draft))
    left = _open(draft)
    asked = {line.name: line for line in left if line.now is not None}
    kept = [
        replace(line, kind=before.kind, was=before.was)
        if line.kind == "continue" and (before := asked.get(line.name)) is not None
        else line
        for line in lines
    ]
    names = {line.name for line in lines}
    return (*kept, *(b for b in left if b.now is None and b.name not in names))


# -- the list is found ----------------------------------------------------------------------------


def reconciled(draft: Draft, event: Complete, closed: Task, done_at: int) -> None:
    """A reconciliation brought a list, or a licensed person has decided about one."""
    if closed.kind == DECISION:
        _decide(draft, event)
        return
    if event.medicines is None:
        return
    lines = _found(draft, event.medicines)
    role = event.actor.role
    if role in DECIDERS:
        lines = tuple(
            replace(one, word="accept", role=role, at=draft.now)
            if one.open and one.kind in INTENDED and not _is_named(event, one.name)
            else one
            for one in lines
        )
    medication.reconciled(draft, event, f"{role} {closed.id}")
    first = closed.sources[0]
    _tell(draft, first, lines, done_at)
    draft.journey.reconciliation = Reconciliation(
        at=draft.now,
        role=role,
        pathway=first.pathway,
        step=first.step,
        occurrence=first.occurrence,
        lines=lines,
        owner=closed.owner,
    )
    _drop(draft)
    if event.decisions:
        _take(draft, event)
    if _open(draft):
        _ask(draft, first)
    elif any(line.kind != "continue" for line in lines):
        _settle(draft, role, later=False)


def _is_named(event: Complete, name: str) -> bool:
    return any(one.name == name for one in event.decisions)


def _tell(draft: Draft, source: Source, lines: Sequence[Line], done_at: int) -> None:
    for line in lines:
        if line.kind != "continue":
            was = line.was.name if line.was is not None and line.was.name != line.name else None
            draft.say("medicine-line", name=line.name, found=line.kind, was=was)
    draft.say_of(
        source,
        "medicines-reconciled",
        lines=sum(line.now is not None for line in lines),
        changed=sum(line.kind != "continue" for line in lines),
        open=sum(line.open for line in lines) or None,
        done=None if done_at == draft.now else done_at,
    )


def _drop(draft: Draft) -> None:
    """What was asked about the list before is asked about this one."""
    for task in list(draft.journey.tasks.values()):
        if task.kind in (DECISION, LIST):
            tasks.close_task(draft, task.id, "cancelled", "superseded")


def _ask(draft: Draft, source: Source) -> None:
    enrollment = draft.journey.enrollments[source.pathway]
    tasks.open_task(
        draft,
        enrollment,
        Source(source.pathway, "", DECISION, draft.serial()),
        kind="medicine-decision",
        title="Medication list: decide what is not as before",
        owner=tasks.physician(draft, enrollment),
        due=DECIDE_IN,
        outcomes=("decided",),
        reasons=tuple(in_words(line) for line in _open(draft)),
        about="medicines",
    )


def in_words(line: Line) -> str:
    """A line as the worklist names it: ``metformin: omitted unexplained``."""
    other = f" (was {line.was.name})" if line.was and line.was.name != line.name else ""
    doses = (
        f" ({line.was.daily:g} to {line.now.daily:g})"
        if line.kind == "dose-changed" and line.was and line.now
        else ""
    )
    return f"{line.name}: {line.kind.replace('-', ' ')}{other}{doses}"


# -- a licensed person decides --------------------------------------------------------------------


def _decide(draft: Draft, event: Complete) -> None:
    _take(draft, event)
    _settle(draft, event.actor.role, later=True)


def _take(draft: Draft, event: Complete) -> None:
    """What is said of open lines; the list is as it was decided to be."""
    latest = draft.journey.reconciliation
    if latest is None:
        return
    before = {line.name for line in latest.lines if line.open}
    lines = decided(latest.lines, event.decisions, event.actor.role, draft.now)
    draft.journey.reconciliation = replace(latest, lines=lines)
    for line in lines:
        if line.name in before and not line.open:
            draft.say(
                "medicine-decided",
                actor=event.actor.role,
                name=line.name,
                found=line.kind,
                word=line.word,
                why=line.why or None,
            )
    changed = [line for line in lines if line.name in before and _changes(line.word)]
    if changed:
        _put(draft, changed)


def _changes(word: Word | str) -> bool:
    return word in ("before", "stop")


def _put(draft: Draft, changed: Sequence[Line]) -> None:
    now = draft.now
    lost = {(line.now.name, line.now.way, line.now.daily) for line in changed if line.now}
    taken = [m for m in medication.taken(draft) if (m.name, m.way, m.daily) not in lost]
    for line in changed:
        again = taken_after(line)
        if again is not None:
            taken.append(replace(again, stopped=0))
    back = {m.name for m in taken}
    kept = [m for m in draft.journey.medicines if m.stopped and m.name not in back]
    gone = [line.now for line in changed if line.now and line.now.name not in back]
    medication.keep(draft, taken, (*kept, *(replace(m, stopped=now) for m in gone)))


def _settle(draft: Draft, role: str, *, later: bool) -> None:
    """Nothing is open: the list can be given to whom it concerns."""
    latest = draft.journey.reconciliation
    if latest is None:
        return
    draft.journey.reconciliation = replace(latest, settled=draft.now)
    source = Source(latest.pathway, "", latest.step, latest.occurrence)
    draft.say_of(source, "medicines-settled", role, later=later or None)
    running = draft.running()
    if not running:
        return
    enrollment = next((e for e in running if e.pathway == latest.pathway), running[0])
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", LIST, draft.serial()),
        kind="medicine-list",
        title="Give the medication list, with its reasons, to the patient, primary care and the "
        "pharmacy",
        owner=latest.owner,
        due=GIVE_IN,
        outcomes=("given",),
        about="medicines",
    )
