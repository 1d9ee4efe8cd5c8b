"""What is said of a request while it is on its way: sent, received, pended, looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast, get_args

from msgspec.structs import replace

from pathways.journey.answers import Refused
from pathways.journey.authorizing import review_duties, reviews
from pathways.journey.authorizing.reviews import arm, disarm, moved, put
from pathways.journey.draft import Draft
from pathways.journey.events import Review
from pathways.review import clocks, machine
from pathways.review.cover import NOBODY
from pathways.review.levels import LEVELS
from pathways.review.machine import ADVERSE, GRANTED, UNDECIDED, By, State
from pathways.review.payer import Appeal, Benefit, Clock, Speed, Type
from pathways.review.record import ReviewRun

MOVES: Mapping[str, State] = {
    "submitted": "submitted",
    "received": "received",
    "pended": "pended-info",
    "nurse-review": "nurse-review",
    "md-review": "md-review",
    "approved": "approved",
    "partial": "approved-partial",
    "denied": "denied",
    "withdrawn": "withdrawn",
    "p2p": "p2p",
    "appeal": "appeal-1",
    "overturned": "overturned",
    "upheld": "upheld",
    "closed": "closed",
    "expired": "expired",
    "voided": "voided-duplicate",
}
"""What may be said that moves a review, and the state it then has."""


class Told(NamedTuple):
    """A command with what it means here."""

    event: Review
    at: int
    by: By


def move(
    draft: Draft, run: ReviewRun, to: State, told: Told, *, late: bool = False, **changes: Any
) -> ReviewRun:
    """The review in its next state, if it may be there. Raises ``Refused``."""
    event = told.event
    allow(run, to, told)
    return moved(
        draft,
        run,
        to,
        told.at,
        told.by,
        actor=event.actor.role,
        reason=event.reason,
        family=event.family if to in ADVERSE else "",
        criteria=event.criteria,
        letter=event.letter,
        late=late,
        **changes,
    )


def allow(run: ReviewRun, to: State, told: Told) -> None:
    """Raises ``Refused`` unless the move may be made."""
    fault = machine.fault_in(
        run.state,
        to,
        told.by,
        family=told.event.family,
        reason=told.event.reason,
        denier=run.denier,
    )
    if fault is not None:
        raise Refused(fault.code, fault.message)


def submitted(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The request goes to the payer: its clock begins."""
    allow(run, "submitted", told)
    run = _asked_for(draft, run, told)
    review_duties.drop_duties(draft, run, "asked", "review-anew", status="done")
    return move(draft, run, "submitted", told, decide_by=_armed(draft, run))


def received(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The payer has it: its clock counts from there, unless it had run out before."""
    allow(run, "received", told)
    if told.at > run.decide_by:
        return move(draft, run, "received", told, late=True)
    run = replace(run, received=told.at)
    return move(draft, run, "received", told, decide_by=_armed(draft, run))


def _asked_for(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The request as it is sent: for whom, how urgent, for what."""
    event = told.event
    payers = reviews.payers_of(draft, run.pathway)
    payer = event.payer or run.payer
    if payer == NOBODY:
        raise Refused(
            "no-cover", "Nobody pays now: report the new cover first, or say who decides this one."
        )
    if payer not in payers:
        raise Refused("unknown-payer", f"Known payers: {', '.join(sorted(payers))}.")
    asked = replace(
        run,
        payer=payer,
        type=cast(Type, _one_of(event.kind or run.type, get_args(Type))),
        speed=cast(Speed, _one_of(event.speed or run.speed, get_args(Speed))),
        benefit=cast(Benefit, _one_of(event.benefit or run.benefit, get_args(Benefit))),
        level=_one_of(event.level, tuple(LEVELS)) if event.level else run.level,
        received=told.at,
    )
    clock = reviews.clock_of(draft, asked)
    if clock is None:
        raise Refused(
            "no-clock",
            f"The data of {payer} say nothing about {asked.type} requests for {asked.benefit}.",
        )
    return replace(asked, clock=clock.id)


def _one_of(word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise Refused("unknown-word", f"{word} is none of {', '.join(known)}.")
    return word


def _armed(draft: Draft, run: ReviewRun) -> int:
    due = reviews.due_of(draft, run)
    arm(draft, run.id, "decide", due + 1)
    return due


def pended(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The payer lacks something: its clock stands still or goes on, as its data say."""
    allow(run, "pended-info", told)
    clock = reviews.clock_of(draft, run)
    if clock is None:
        raise Refused("no-clock", f"The data of {run.payer} have no clock for this request.")
    late = not clocks.told_in_time(draft.calendar, clock.pended, run.received, told.at)
    due = clocks.due_while_pended(draft.calendar, clock.pended, told.at, run.decide_by)
    arm(draft, run.id, "decide", due + 1)
    run = move(draft, run, "pended-info", told, late=late, decide_by=due, pended=told.at)
    review_duties.ask_for_information(draft, run, told.event.reason)
    return run


def nurse_review(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The review begins, or goes on now that the information is there."""
    allow(run, "nurse-review", told)
    due = run.decide_by
    clock = reviews.clock_of(draft, run)
    if run.state == "pended-info" and clock is not None:
        base = reviews.due_of(draft, run)
        due = clocks.due_after_answer(draft.calendar, clock.pended, run.pended, told.at, base)
        arm(draft, run.id, "decide", due + 1)
    run = move(draft, run, "nurse-review", told, decide_by=due)
    review_duties.drop_duties(draft, run, "sent", "review-information", status="done")
    return run


def md_review(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The request goes to a physician reviewer."""
    return move(draft, run, "md-review", told)


def _that_runs(draft: Draft, run: ReviewRun) -> Clock | Appeal | None:
    """The clock of the decision that is waited for: of the request, or of its appeal."""
    if run.state in ("appeal-1", "appeal-2") and run.decide_by:
        level = sum(t.to in ("appeal-1", "appeal-2") for t in run.history)
        return clocks.appeal_at(reviews.payer_of(draft, run), level)
    return reviews.clock_of(draft, run) if run.state in UNDECIDED[1:] else None


def extended(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The payer takes longer, as its data allow, once."""
    clock = _that_runs(draft, run)
    if clock is None or clock.extend is None or run.extended:
        raise Refused("no-extension", f"{run.payer} may not take longer here, or did so already.")
    due = clocks.extended(draft.calendar, clock, run.decide_by)
    run = put(draft, replace(run, extended=True, decide_by=due))
    arm(draft, run.id, "decide", due + 1)
    draft.say_of(
        reviews.source_of(run),
        "review-extended",
        told.event.actor.role,
        review=run.id,
        service=run.service,
        reason=told.event.reason,
        due=due,
    )
    return run


def extension(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """More of a running authorization is asked for: a review of its own (B19)."""
    if run.state not in GRANTED or run.approval is None or not run.approval.last:
        raise Refused("nothing-to-extend", f"Review {run.id} holds no authorization with an end.")
    if run.approval.cut:
        raise Refused("nothing-to-extend", f"Review {run.id} ends with the cover of {run.payer}.")
    more = ReviewRun(
        id=f"r{draft.journey.serial + 1}",
        pathway=run.pathway,
        step=run.step,
        occurrence=run.occurrence,
        service=run.service,
        payer=run.payer,
        opened=told.at,
        stage=run.stage,
        owner=run.owner,
        type="extension",
        speed="expedited",
        benefit=run.benefit,
        level=run.level,
        of=run.id,
    )
    event = replace(told.event, kind="extension", speed=told.event.speed or "expedited")
    more = submitted(draft, more, Told(event, told.at, told.by))
    draft.serial()
    review_duties.drop_duties(draft, run, "asked", "review-ending", "review-units", status="done")
    disarm(draft, run.id, "last-call", "ahead")
    return more
