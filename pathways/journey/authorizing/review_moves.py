"""Decisions of a payer and what follows from them: authorizations, denials, appeals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from pathways.calendar.table import day_number, local_day
from pathways.journey import outcomes, steps, tasks
from pathways.journey.answers import Refused
from pathways.journey.authorizing import (
    review_duties,
    review_notices,
    review_watch,
    reviews,
)
from pathways.journey.authorizing.review_duties import OF_A_DENIAL
from pathways.journey.authorizing.review_requests import (
    MOVES,
    Told,
    md_review,
    move,
    nurse_review,
    pended,
    received,
    submitted,
)
from pathways.journey.authorizing.review_watch import OF_AN_AUTHORIZATION
from pathways.journey.authorizing.reviews import arm, disarm, payer_of, put
from pathways.journey.draft import Draft
from pathways.journey.events import Review
from pathways.review import clocks
from pathways.review.levels import AVOIDABLE
from pathways.review.machine import GRANTED, PLAN, UNDECIDED, By, State
from pathways.review.record import DUTIES, Approval, ReviewRun


def _is_late(run: ReviewRun, told: Told) -> bool:
    return 0 < run.decide_by < told.at


def _decided(draft: Draft, run: ReviewRun, to: State, told: Told, **changes: Any) -> ReviewRun:
    """The payer has decided: its clock stops, and the step that waits for it ends."""
    run = move(draft, run, to, told, late=_is_late(run, told), decide_by=0, **changes)
    disarm(draft, run.id, "decide")
    review_duties.drop_duties(draft, run, "decided", "payer-overdue", "payer-complaint")
    if to in reviews.OUTCOMES.values():
        review_notices.letter(draft, run, told.event.letter)
    outcome = next((name for name, state in reviews.OUTCOMES.items() if state == to), "")
    if outcome and run.task in draft.journey.tasks:
        closed = tasks.close_task(draft, run.task, "done", outcome, told.event.actor.role)
        outcomes.end(draft, closed, outcome)
    return run


def _approved(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    run = _decided(draft, run, "approved", told, approval=_approval(run, told.event))
    review_watch.granted(draft, run)
    return run


def _partial(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    run = _denied(draft, run, told, "approved-partial", _approval(run, told.event))
    review_watch.granted(draft, run)
    return run


def _denied(
    draft: Draft,
    run: ReviewRun,
    told: Told,
    to: State = "denied",
    approval: Approval | None = None,
) -> ReviewRun:
    run = _decided(
        draft,
        run,
        to,
        told,
        approval=approval,
        denier=told.by.person,
        notice=told.at,
        file_by=file_by(draft, run, 1, told.at),
    )
    review_duties.denied(draft, run)
    return run


def file_by(draft: Draft, run: ReviewRun, level: int, notice: int) -> int:
    """Until when an appeal at that level may be filed; 0: there is none."""
    appeal = clocks.appeal_at(payer_of(draft, run), level)
    return 0 if appeal is None else clocks.file_by(draft.calendar, appeal, notice)


def _approval(run: ReviewRun, event: Review) -> Approval | None:
    """What is authorized; nothing when nothing of it was said."""
    first, last = _day(event.first), _day(event.last)
    if first and last and last < first:
        raise Refused("out-of-order", "The authorization would end before it begins.")
    if not (first or last or event.units or event.codes or event.facility):
        return None
    days = last - first + 1 if first and last else 0
    unit = event.unit or ("visits" if event.units and event.units != days else "days")
    units = event.units or (days if unit == "days" else 0)
    return Approval(first, last, units, unit, 0, event.codes, event.facility)


def _day(text: str) -> int:
    if not text:
        return 0
    try:
        year, month, of_month = (int(part) for part in text.split("-"))
        return day_number(year, month, of_month)
    except ValueError:
        raise Refused("wrong-type", f"{text} is not a day, like 2026-09-14.") from None


# -- after a denial ------------------------------------------------------------------------------


def _p2p(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    run = move(draft, run, "p2p", told)
    review_duties.drop_duties(draft, run, "held", "peer-to-peer", status="done")
    return run


def _appeal(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """An appeal is filed, at the level that comes next."""
    level = 1 + sum(t.to in ("appeal-1", "appeal-2") for t in run.history)
    appeal = clocks.appeal_at(payer_of(draft, run), level)
    if level > 2 or appeal is None:
        raise Refused("no-appeal", f"The data of {run.payer} have no appeal of level {level}.")
    due = clocks.appeal_decided_by(
        draft.calendar,
        appeal,
        told.at,
        expedited=(told.event.speed or run.speed) == "expedited",
        drug=run.benefit != "medical",
        after=run.type == "retrospective",
    )
    to: State = "appeal-1" if level == 1 else "appeal-2"
    late = 0 < run.file_by < told.at
    run = move(draft, run, to, told, late=late, decide_by=due, clock=appeal.id, extended=False)
    disarm(draft, run.id, "appeal-half", "appeal-ten")
    review_duties.drop_duties(draft, run, "filed", "appeal", status="done")
    if due:
        arm(draft, run.id, "decide", due + 1)
    return run


def _overturned(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """What was refused is granted after all: the step's outcome is approved now."""
    approval = _approval(run, told.event) or run.approval
    run = _decided(draft, run, "overturned", told, approval=approval)
    disarm(draft, run.id)
    review_duties.drop_duties(draft, run, "overturned", *OF_A_DENIAL, *OF_AN_AUTHORIZATION)
    if not run.of:
        enrollment = draft.enrollment(run.pathway)
        enrollment.outcomes[run.step] = "approved"
        draft.unsettle(run.pathway)
    review_watch.granted(draft, run)
    return run


def _upheld(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """The denial stands. It goes to the next level by itself where the payer's data say so;
    else the window for the next level opens."""
    level = sum(t.to in ("appeal-1", "appeal-2") for t in run.history)
    before = clocks.appeal_at(payer_of(draft, run), level)
    changes: dict[str, Any] = {}
    if level:
        # A talk stops no appeal clock; the decision of an appeal opens the next one's window.
        changes = {"notice": told.at, "file_by": file_by(draft, run, level + 1, told.at)}
    run = _decided(draft, run, "upheld", told, **changes)
    if before is not None and before.forward:
        forwarded = replace(told.event, reason="forwarded", criteria="", letter="")
        return _appeal(draft, run, Told(forwarded, told.at, By(PLAN)))
    if level and run.file_by:
        review_duties.watch_appeal(draft, run)
        review_duties.keep_services(draft, run, level + 1)
    return run


def _over(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """Nothing more is waited for."""
    undecided = run.state in UNDECIDED
    run = move(draft, run, MOVES[told.event.say], told, decide_by=0)
    disarm(draft, run.id)
    # Whoever must be told of a denial, and the gap that it leaves, are not settled by that.
    rest = tuple(kind for kind in DUTIES if kind not in review_duties.STAYS)
    review_duties.drop_duties(draft, run, run.state, *rest)
    if undecided and run.task in draft.journey.tasks:
        closed = tasks.close_task(draft, run.task, "cancelled", run.state, told.event.actor.role)
        for source in closed.sources:
            if source.stage:
                mine = draft.enrollment(source.pathway)
                steps.finish(draft, mine, source.step, source.occurrence, "skipped", run.state)
    return run


def used(draft: Draft, run: ReviewRun, event: Review) -> ReviewRun:
    """So many units are used by now."""
    if run.state not in GRANTED or run.approval is None:
        raise Refused("nothing-to-extend", f"Review {run.id} holds no authorization.")
    run = put(draft, replace(run, approval=replace(run.approval, used=event.units)))
    draft.say_of(
        reviews.source_of(run),
        "review-used",
        event.actor.role,
        review=run.id,
        service=run.service,
        used=event.units,
        units=run.approval.units if run.approval else 0,
    )
    if run.approval is not None and clocks.units_mostly_used(run.approval):
        review_watch.units_warning(draft, run)
    return run


def avoidable(draft: Draft, run: ReviewRun, told: Told) -> ReviewRun:
    """A day was spent in care for no clinical reason: by default that of the command."""
    reason = told.event.reason
    if reason not in AVOIDABLE:
        raise Refused("unknown-word", f"Reasons of avoidable days: {', '.join(AVOIDABLE)}.")
    day = _day(told.event.first) or local_day(draft.calendar, told.at)
    return review_watch.avoidable(draft, run, day, reason, told.by.role)


HANDLERS: Mapping[str, Callable[[Draft, ReviewRun, Told], ReviewRun]] = {
    "submitted": submitted,
    "received": received,
    "pended": pended,
    "nurse-review": nurse_review,
    "md-review": md_review,
    "approved": _approved,
    "partial": _partial,
    "denied": _denied,
    "withdrawn": _over,
    "p2p": _p2p,
    "appeal": _appeal,
    "overturned": _overturned,
    "upheld": _upheld,
    "closed": _over,
    "expired": _over,
    "voided": _over,
    "avoidable": avoidable,
}
