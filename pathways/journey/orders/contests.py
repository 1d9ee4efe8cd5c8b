"""Contests: two open orders contradict each other, so a physician decides (X8).

Until then nothing of either side reaches the patient, the staff's work for all but the least
intensive side is blocked, and what is blocked is not overdue. A life-safety red flag waits for
nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pathways.calendar.table import deadline
from pathways.compiled import HUMAN_VERBS, Step
from pathways.journey import appointments, chasing, messages, tasks
from pathways.journey.draft import Draft
from pathways.journey.keys import effect_key
from pathways.journey.orders import blocking, standing
from pathways.journey.state import Enrollment, Ruling, Source, Standing, Task
from pathways.orders import HOLDS, OTHER, RANKS, SPOKEN, Order, said
from pathways.spans import Span

DECISION = "physician-decision"
TREATMENT = Span(4, "hour")
"""RT-SD, by whoever is on call: within four hours (X8)."""
PARAMETER = Span(2, "business-day")
"""What does not touch the treatment (X8)."""
WORK = (*sorted(HUMAN_VERBS), "outreach", "booking")
"""Kinds of tasks that carry a step's or a rule's order."""


def place(
    draft: Draft, enrollment: Enrollment, step: Step, source: Source, reason: str = ""
) -> bool:
    """Take note of what a step or rule orders; whether it may be carried out now."""
    placed = standing.note(draft, step, source, reason)
    if placed is None:
        return True
    thing = placed.order.on
    ruling = draft.journey.rulings.get(thing)
    if ruling is None:
        sides = standing.on(draft, thing)
        if len({side.order.do for side in sides}) > 1:
            _contest(draft, enrollment, sides, placed)
    elif not ruling.chosen:
        _join(draft, ruling, placed)
    return not is_held(draft, placed)


def is_held(draft: Draft, side: Standing) -> bool:
    """Whether an order must wait: for the decision, or because the decision was to hold."""
    ruling = draft.journey.rulings.get(side.order.on)
    if ruling is None or side.order.rank == RANKS["life-safety"]:
        return False
    if ruling.chosen:
        alarm = not side.source.stage and not side.patientward
        return side.order.do not in HOLDS and not alarm
    return side.patientward or side.order.do != default(ruling.sides).do


def default(sides: Iterable[Standing]) -> Order:
    """The least intensive of the options: it applies until it is decided."""
    return min((side.order for side in sides), key=lambda o: (o.intensity, o.rank, o.do))


def hold_back(draft: Draft, side: Standing) -> None:
    """Nothing carries this order for now: tasks are blocked, messages and visits taken back."""
    if side.blocked or side.until == standing.WITH_THE_ENROLLMENT:
        return
    why = reason_of(draft, side.order.on)
    for task in list(draft.journey.tasks.values()):
        if task.kind in WORK and side.source in task.sources:
            _hold_back_task(draft, task, why)
            return
    told_before = _take_back_message(draft, side)
    _take_back_visit(draft, side.source)
    wait_with(draft, side)
    if told_before:
        standing.put(draft, replace(side, blocked=0))


def reason_of(draft: Draft, thing: str) -> str:
    """Why what concerns a thing has to wait, for people to read."""
    ruling = draft.journey.rulings[thing]
    if ruling.chosen:
        return f"{thing} is on {ruling.chosen} until a physician clears it ({ruling.task})"
    options = " or ".join(dict.fromkeys(s.order.do for s in ruling.sides))
    return f"{thing}: {options}? A physician decides ({ruling.task})"


def _hold_back_task(draft: Draft, task: Task, why: str) -> None:
    """The task is blocked, unless it also serves what need not wait; then it only says why not
    all of it may be done."""
    orders = draft.journey.orders
    served = [orders.get(standing.key_of(source)) for source in task.sources]
    if not all(one is not None and is_held(draft, one) for one in served):
        tasks.add_reason(draft, task.id, why)
        return
    blocking.block(draft, task.id, why)
    draft.say_of(task.sources[0], "task-blocked", task=task.id, title=task.title, why=why)
    tasks.show(draft, draft.task(task.id))
    for thing in {one.order.on: None for one in served if one is not None}:
        ruling = draft.journey.rulings[thing]
        if not ruling.chosen and task.urgency in chasing.URGENT:
            # Nobody else looks at the alarm meanwhile: the decision is due when it was.
            decision = draft.task(ruling.task)
            _bring_forward(draft, decision, max(task.due, draft.now))
            tasks.show(draft, decision)


def wait_with(draft: Draft, side: Standing) -> None:
    """What an order has to tell the patient is kept until it is decided."""
    standing.put(draft, replace(side, blocked=draft.now))
    why = reason_of(draft, side.order.on)
    draft.say_of(side.source, "order-blocked", order=said(side.order), why=why)


def _take_back_message(draft: Draft, side: Standing) -> bool:
    """A message that has not left is kept, also the material of a lesson, and what an earlier
    decision let go; whether one has left before this decision."""
    enrollment = draft.journey.enrollments[side.source.pathway]
    ready = draft.ready(enrollment)
    step = ready.steps[side.source.step]
    kind, to = "notify", step.to
    if step.verb == "educate":
        kind, to = "material", ready.listener(step)
    if not to or not step.message:
        return False
    number = side.source.occurrence
    keys = [
        effect_key(draft.journey.id, enrollment, step.id, number, one, to)
        for one in (kind, "released")
    ]
    put_off = [key for key in keys if key in draft.journey.unsent]
    for key in put_off:
        messages.forget_delayed(draft, key)
        draft.drop("message", enrollment.pathway, key)
    left = [messages.unsend(draft, key) for key in keys]
    return any(left) and not put_off


def _take_back_visit(draft: Draft, source: Source) -> None:
    for held in list(draft.journey.appointments.values()):
        if source not in held.sources:
            continue
        rest = tuple(s for s in held.sources if s != source)
        if rest:
            appointments.keep_for(draft, held.id, rest)
        else:
            appointments.give_back(draft, held.id, "on-hold", tell_patient=True)


# -- the physician's task --------------------------------------------------------------------------


def _contest(
    draft: Draft, enrollment: Enrollment, sides: tuple[Standing, ...], placed: Standing
) -> None:
    """Open the decision, then hold back what must wait for it."""
    thing = sides[0].order.on
    treatment = any(side.order.treatment for side in sides)
    task = tasks.open_task(
        draft,
        enrollment,
        _source_of(sides[-1]),
        kind="physician-decision",
        title=_title(sides),
        owner=decider(draft, enrollment, sides),
        due=TREATMENT if treatment else PARAMETER,
        outcomes=_outcomes(sides),
        reasons=_reasons(draft, sides),
        about="order",
        urgency="RT-SD" if treatment else "",
    )
    task.sources = tuple(dict.fromkeys(map(_source_of, reversed(sides))))
    ruling = Ruling(thing, task.id, sides)
    draft.journey.rulings = {**draft.journey.rulings, thing: ruling}
    least = default(sides)
    for side in sides:
        draft.say_of(
            side.source,
            "order-contested",
            order=said(side.order),
            rank=side.order.rank,
            basis=SPOKEN[side.order.rank],
            task=task.id,
            default=said(least),
        )
    _hold_back_others(draft, ruling, placed)


def _join(draft: Draft, ruling: Ruling, placed: Standing) -> None:
    """A further order about what is being decided."""
    sides = (*ruling.sides, placed)
    ruling = replace(ruling, sides=sides)
    draft.journey.rulings = {**draft.journey.rulings, ruling.on: ruling}
    task = draft.task(ruling.task)
    task.outcomes, task.title = _outcomes(sides), _title(sides)
    task.reasons = (*task.reasons, *_reasons(draft, (placed,)))
    task.sources = tuple(dict.fromkeys((*task.sources, _source_of(placed))))
    if placed.order.treatment and not task.urgency:
        task.urgency = "RT-SD"
        _bring_forward(draft, task, deadline(draft.calendar, draft.now, TREATMENT))
        chasing.tell(draft, task, task.owner, "task-urgent", "urgent-RT-SD")
    tasks.show(draft, task)
    _hold_back_others(draft, ruling, placed)


def _hold_back_others(draft: Draft, ruling: Ruling, placed: Standing) -> None:
    """Hold back what is under way and must wait; what was only now placed, who placed it does."""
    for side in list(draft.journey.orders.values()):
        if side.order.on == ruling.on and side != placed and is_held(draft, side):
            hold_back(draft, side)


def _bring_forward(draft: Draft, task: Task, due: int) -> None:
    if due < task.due:
        task.due = due
        chasing.watch(draft, task)


def decider(draft: Draft, enrollment: Enrollment, sides: Iterable[Standing]) -> str:
    """Who decides: the role that an order names, else the patient's physician."""
    named = next((side.order.by for side in sides if side.order.by), "")
    roles = [tasks.physician(draft, one) for one in draft.running()]
    return named or (
        tasks.PHYSICIAN if tasks.PHYSICIAN in roles else tasks.physician(draft, enrollment)
    )


def _source_of(side: Standing) -> Source:
    return replace(side.source, stage="")


def _title(sides: tuple[Standing, ...]) -> str:
    return f"Decide: {' or '.join(dict.fromkeys(said(side.order) for side in sides))}?"


def _outcomes(sides: tuple[Standing, ...]) -> tuple[str, ...]:
    """The options, the least intensive first, and another instruction."""
    ordered = sorted((side.order for side in sides), key=lambda o: (o.intensity, o.do))
    return (*dict.fromkeys(order.do for order in ordered), OTHER)


def _reasons(draft: Draft, sides: tuple[Standing, ...]) -> tuple[str, ...]:
    """Who asks for what, with its rank in the order of conflicts."""
    found = []
    for side in sides:
        enrollment = draft.journey.enrollments[side.source.pathway]
        step = draft.ready(enrollment).steps[side.source.step]
        cause = f", because of {side.reason}" if side.reason else ""
        told = ""
        if side.patientward and side.since < draft.now and not side.blocked:
            told = "; the patient may have been told"
        found.append(
            f"{said(side.order)}: {step.title} ({side.source.pathway}{cause}); "
            f"rank {side.order.rank}, {SPOKEN[side.order.rank]}{told}"
        )
    return tuple(dict.fromkeys(found))
