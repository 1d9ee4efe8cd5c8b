"""Standing orders: the journey's note of what is being asked of which thing (X8)."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import Step
from pathways.journey.draft import Draft
from pathways.journey.state import Source, Standing

TOLD = 48 * 3600
"""Seconds for which a patient acts on what they were told: as long as an observation is an
alarm (T10)."""
WITH_THE_ENROLLMENT = -1


def key_of(source: Source) -> str:
    """Names what carries an order: a rule has no stage."""
    return f"{source.pathway}/{source.stage}/{source.step}/{source.occurrence}"


def is_patientward(step: Step) -> bool:
    """Whether a step tells the patient or the caregiver something."""
    return step.verb == "educate" or (step.verb == "notify" and step.to in ("patient", "caregiver"))


def note(draft: Draft, step: Step, source: Source, reason: str) -> Standing | None:
    """Remember what a step or rule orders; ``None`` when it orders nothing."""
    if step.order is None:
        return None
    patientward = is_patientward(step)
    until = draft.now + TOLD if step.verb == "notify" and patientward else 0
    if step.verb == "milestone":
        until = WITH_THE_ENROLLMENT
    standing = Standing(step.order, source, draft.now, until, 0, patientward, reason)
    put(draft, standing)
    return standing


def put(draft: Draft, standing: Standing) -> None:
    """Add a standing order, or change what is known of it."""
    draft.journey.orders = {**draft.journey.orders, key_of(standing.source): standing}


def forget(draft: Draft, *keys: str) -> None:
    """These orders are not asked for any more."""
    if any(key in draft.journey.orders for key in keys):
        kept = {k: s for k, s in draft.journey.orders.items() if k not in keys}
        draft.journey.orders = kept


def on(draft: Draft, thing: str) -> tuple[Standing, ...]:
    """What is being asked of a thing now; what has lapsed is forgotten. What the patient has yet
    to be told has not lapsed, however long ago it was ordered."""
    for key, side in list(draft.journey.orders.items()):
        lapsed = 0 < side.until <= draft.now and not side.blocked
        if lapsed and not _is_put_off(draft, side.source):
            forget(draft, key)
    return tuple(s for s in draft.journey.orders.values() if s.order.on == thing)


def _is_put_off(draft: Draft, source: Source) -> bool:
    """Whether a message of this step or rule waits for contact hours or for room in the week."""
    return any(
        effect.step == source.step and f"/{source.pathway}~" in key
        for key, effect in draft.journey.unsent.items()
    )


def told(draft: Draft, pathway: str, step: str) -> None:
    """A message that was put off has left: the patient acts on it from now on."""
    for side in list(draft.journey.orders.values()):
        if (side.source.pathway, side.source.step) == (pathway, step) and side.until > 0:
            put(draft, replace(side, until=draft.now + TOLD))


def over(draft: Draft, source: Source, *, carried_out: bool) -> None:
    """What carried an order has ended. The patient acts for a while on what they were told."""
    key = key_of(source)
    standing = draft.journey.orders.get(key)
    if standing is None or standing.until == WITH_THE_ENROLLMENT:
        return
    if carried_out and standing.patientward:
        put(draft, replace(standing, until=draft.now + TOLD, blocked=0))
    else:
        forget(draft, key)


def stage_over(draft: Draft, pathway: str, stage: str) -> None:
    """A stage has ended, with all that it had under way."""
    orders = draft.journey.orders
    mine = [k for k, s in orders.items() if (s.source.pathway, s.source.stage) == (pathway, stage)]
    forget(draft, *(k for k in mine if orders[k].until == 0 or orders[k].blocked))


def leave(draft: Draft, pathway: str) -> None:
    """An enrollment has ended: it asks for nothing any more."""
    orders = draft.journey.orders
    forget(draft, *(key for key, s in orders.items() if s.source.pathway == pathway))
