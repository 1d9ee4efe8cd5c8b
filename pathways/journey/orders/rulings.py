"""Rulings: what a physician decides of orders that contradict each other, and holds (X8)."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import Step
from pathways.journey import appointments, chasing, messages, steps, tasks
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.events import Complete, Report
from pathways.journey.orders import blocking, contests, standing
from pathways.journey.state import Enrollment, Ruling, Source, Standing, Task
from pathways.orders import HOLDS, OTHER, WORDS, said
from pathways.spans import Span

REVIEW = "hold-review"
RESTART_CHECK = Span(48, "hour")
"""A hold is looked at again after one to two days (clinical.md, story S8)."""
STOP_CHECK = Span(30, "day")
"""What was stopped is looked at as seldom as any long hold (I9)."""
BY_A_PHYSICIAN = (contests.DECISION, REVIEW)
"""Kinds of tasks that only their owner may close."""
TELL = Span(4, "hour")
"""The patient hears of a decision on their treatment the same day (RT-SD)."""


def check(task: Task, event: Complete, outcome: str) -> None:
    """Raises ``Refused`` when this may not end a decision, or the task is blocked by one."""
    if task.blocked:
        raise Refused("blocked", f"Task {task.id} must wait. {task.blocked}.")
    if task.kind not in BY_A_PHYSICIAN:
        return
    if event.actor.role != task.owner:
        raise Refused(
            "not-yours", f"Task {task.id} is for the {task.owner} alone: nobody else may decide."
        )
    if outcome == OTHER and not event.note.strip():
        raise Refused(
            "instruction-missing", f"Say in a note what is to be done instead of {task.title!r}."
        )


def ended(draft: Draft, task: Task, event: Complete, outcome: str) -> None:
    """A decision or the review of a hold is closed: what follows from it."""
    ruling = next((r for r in draft.journey.rulings.values() if r.task == task.id), None)
    if ruling is None:
        return
    if task.kind == contests.DECISION:
        decide(draft, ruling, outcome, event.note, event.actor.role, task.owner)
    elif outcome == "cleared":
        clear(draft, ruling, event.actor.role)
    else:
        _hold(draft, ruling, task.owner)


def decide(draft: Draft, ruling: Ruling, chosen: str, note: str, actor: str, owner: str) -> None:
    """Only the order that was chosen goes on; nothing of the others reaches the patient."""
    thing = ruling.on
    draft.say("order-decided", actor=actor, thing=thing, chosen=chosen, text=note)
    _remove(draft, thing)
    if chosen in HOLDS:
        _hold(draft, replace(ruling, chosen=chosen), owner)
    reached = False
    for key, side in list(draft.journey.orders.items()):
        if side.order.on != thing or key not in draft.journey.orders:
            continue
        if side.order.do == chosen:
            reached = reached or (side.patientward and bool(side.blocked))
            release(draft, side)
        elif chosen in HOLDS and side.source.stage:
            contests.hold_back(draft, side)
        else:
            _drop(draft, side)
    if not reached:
        _tell_patient(draft, ruling, chosen, note)


def clear(draft: Draft, ruling: Ruling, actor: str) -> None:
    """A physician ends a hold: what it kept back goes on."""
    _remove(draft, ruling.on)
    draft.say("hold-cleared", actor=actor, thing=ruling.on)
    for side in list(draft.journey.orders.values()):
        if side.order.on == ruling.on:
            release(draft, side)


def release(draft: Draft, side: Standing) -> None:
    """What kept an order back is gone: its task goes on, its visit or message is asked for."""
    draft.unsettle(side.source.pathway)
    for task in list(draft.journey.tasks.values()):
        if task.blocked and side.source in task.sources:
            blocking.unblock(draft, task.id)
            draft.say_of(task.sources[0], "task-released", task=task.id, title=task.title)
            tasks.show(draft, draft.task(task.id))
    if not side.blocked:
        return
    enrollment = draft.enrollment(side.source.pathway)
    step = draft.ready(enrollment).steps[side.source.step]
    standing.put(draft, replace(side, blocked=0, since=draft.now))
    draft.say_of(side.source, "order-released", order=said(side.order))
    if step.verb == "schedule":
        within = step.due or steps.UNSET
        appointments.request(draft, enrollment, step, side.source, within)
    elif step.verb == "notify" or (step.verb == "educate" and step.message):
        _send(draft, enrollment, step, side.source)


def _send(draft: Draft, enrollment: Enrollment, step: Step, source: Source) -> None:
    """A message that was kept back, also the material of a lesson that was given; under another
    key where the step itself is over."""
    lesson = step.verb == "educate"
    run = steps.run_of(enrollment, step.id) if source.stage and not lesson else None
    waiting = run is not None and (
        (run.steps[step.id].status, run.steps[step.id].occurrence) == ("open", source.occurrence)
    )
    fate = messages.notify(
        draft,
        enrollment,
        step=step.id,
        occurrence=source.occurrence,
        to=draft.ready(enrollment).listener(step) if lesson else step.to,
        message=step.message,
        about=step,
        urgent=not source.stage and step.response in chasing.URGENT,
        kind="notify" if waiting else "released",
    )
    if waiting and fate != "delayed":
        steps.finish(draft, enrollment, step.id, source.occurrence, "done", fate)


def _drop(draft: Draft, side: Standing) -> None:
    """An order that was not chosen: what it kept waiting is not done. A staff member's alarm
    that could go on all the time still goes on."""
    source = side.source
    draft.unsettle(source.pathway)
    standing.forget(draft, standing.key_of(source))
    enrollment = draft.enrollment(source.pathway)
    for task in list(draft.journey.tasks.values()):
        if task.blocked and source in task.sources:
            rest = tuple(s for s in task.sources if s != source)
            if rest:
                chasing.leave_to(draft, draft.task(task.id), rest)
                tasks.show(draft, draft.task(task.id))
            else:
                tasks.close_task(draft, task.id, "cancelled", "not-ordered")
            _leave_out(draft, enrollment, source)
            return
    if side.blocked:
        draft.say_of(source, "order-dropped", order=said(side.order))
        _leave_out(draft, enrollment, source)


def _leave_out(draft: Draft, enrollment: Enrollment, source: Source) -> None:
    run = steps.run_of(enrollment, source.step) if source.stage else None
    if run is None:
        return
    state = run.steps[source.step]
    if (state.status, state.occurrence) == ("open", source.occurrence):
        steps.finish(draft, enrollment, source.step, source.occurrence, "skipped", "not-ordered")


def _remove(draft: Draft, thing: str) -> None:
    """The question is over; a stage that waited for nothing else goes on."""
    for enrollment in draft.running():
        draft.unsettle(enrollment.pathway)
    draft.journey.rulings = {k: r for k, r in draft.journey.rulings.items() if k != thing}


def _hold(draft: Draft, ruling: Ruling, owner: str) -> None:
    """A hold stays until a physician clears it: they are asked again and again (I9)."""
    running = draft.running()
    if not running:
        _remove(draft, ruling.on)
        return
    mine = {side.source.pathway for side in ruling.sides}
    enrollments = [e for e in running if e.pathway in mine] or running[:1]
    number = draft.serial()
    sources = tuple(Source(e.pathway, "", f"hold-{ruling.on}", number) for e in enrollments)
    task = tasks.open_task(
        draft,
        enrollments[0],
        sources[0],
        kind="hold-review",
        title=f"On {ruling.chosen}: {ruling.on}. May it be resumed?",
        owner=owner,
        due=STOP_CHECK if ruling.chosen == "stop" else RESTART_CHECK,
        outcomes=("keep", "cleared"),
        about="order",
    )
    task.sources = sources
    held = replace(ruling, task=task.id)
    draft.journey.rulings = {**draft.journey.rulings, ruling.on: held}
    why = contests.reason_of(draft, ruling.on)
    for other in list(draft.journey.tasks.values()):
        # What the hold blocks names the review that may clear it, which is a new task each time.
        things = (draft.journey.orders.get(standing.key_of(s)) for s in other.sources)
        if other.blocked and any(s is not None and s.order.on == ruling.on for s in things):
            blocking.block(draft, other.id, why)
            tasks.show(draft, draft.task(other.id))


def _tell_patient(draft: Draft, ruling: Ruling, chosen: str, note: str) -> None:
    """No message carries the decision: somebody tells the patient, and nothing else."""
    running = draft.running()
    if not running:
        return
    first = next((e for e in running if e.pathway == ruling.sides[0].source.pathway), running[0])
    treatment = any(side.order.treatment for side in ruling.sides)
    order = f"{chosen} {ruling.on}" if chosen in WORDS else f"{ruling.on} {chosen}"
    tasks.open_task(
        draft,
        first,
        Source(first.pathway, "", f"decision-{ruling.on}", draft.serial()),
        kind="instruct",
        title=f"Tell the patient what the physician decided: {note or order}",
        owner="case-manager",
        due=TELL if treatment else Span(1, "business-day"),
        outcomes=("told",),
        about="order",
        urgency="RT-SD" if treatment else "",
    )


# -- a physician's own order -------------------------------------------------------------------


def ordered(draft: Draft, event: Report) -> None:
    """A physician orders something for this patient, asked or not: ``on`` and ``do`` in the
    details. A hold stays until it is cleared; any other order on that thing clears it."""
    thing, do = event.details.get("on", ""), event.details.get("do", "")
    known = {
        step.order.on: step.order.by
        for e in draft.running()
        for step in draft.ready(e).steps.values()
        if step.order is not None
    }
    if thing not in known or not do:
        raise Refused(
            "unknown-order",
            f"No pathway of this patient orders anything of {thing or 'nothing'}: "
            f"say on which of {', '.join(sorted(known)) or 'none'}, and what to do.",
        )
    deciders = {tasks.physician(draft, e) for e in draft.running()} | {known[thing]}
    if event.actor.role not in deciders:
        raise Refused("not-yours", f"A {event.actor.role} cannot order this: a physician does.")
    note = event.details.get("note", "")
    ruling = draft.journey.rulings.get(thing)
    if ruling is not None and do == ruling.chosen:
        return
    if ruling is not None:
        tasks.close_task(draft, ruling.task, "done", do, event.actor.role)
    if ruling is not None and ruling.chosen and do not in HOLDS:
        clear(draft, ruling, event.actor.role)
        return
    sides = tuple(s for s in draft.journey.orders.values() if s.order.on == thing)
    given = ruling or Ruling(thing, "", sides)
    if not given.sides:
        running = draft.running()[0]
        draft.say("order-decided", actor=event.actor.role, thing=thing, chosen=do)
        if do in HOLDS:
            _hold(draft, replace(given, chosen=do), event.actor.role)
        draft.unsettle(running.pathway)
        return
    decide(draft, replace(given, chosen=""), do, note, event.actor.role, event.actor.role)


def left(draft: Draft, pathway: str) -> None:
    """An enrollment has ended: where only one side is left, nothing has to be decided."""
    standing.leave(draft, pathway)
    for thing, ruling in list(draft.journey.rulings.items()):
        if ruling.task not in draft.journey.tasks:
            _remove(draft, thing)
            continue
        sides = tuple(s for s in ruling.sides if s.source.pathway != pathway)
        if ruling.chosen or len({side.order.do for side in sides}) > 1:
            kept = {**draft.journey.rulings, thing: replace(ruling, sides=sides)}
            draft.journey.rulings = kept
            continue
        tasks.close_task(draft, ruling.task, "cancelled", "no-longer-needed")
        _remove(draft, thing)
        for side in list(draft.journey.orders.values()):
            if side.order.on == thing:
                release(draft, side)
