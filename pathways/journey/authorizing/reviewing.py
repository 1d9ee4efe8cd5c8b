"""The command ``review``: what is said of a request for authorization; and its clocks at work."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from pathways.journey import outcomes, tasks
from pathways.journey.answers import Refused
from pathways.journey.authorizing import (
    payer_changes,
    review_duties,
    review_notices,
    review_watch,
    reviews,
)
from pathways.journey.authorizing.review_moves import HANDLERS, file_by, used
from pathways.journey.authorizing.review_requests import MOVES, Told, extended, extension
from pathways.journey.authorizing.reviews import disarm, moved, payer_of, put
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Review
from pathways.journey.state import Due
from pathways.review import machine
from pathways.review.machine import ADVERSE, ENDED, GRANTED, PLAN, UNDECIDED, By
from pathways.review.record import ReviewRun

WORDS: tuple[str, ...] = (*MOVES, "extended", "extension", "used", "avoidable")
"""What may be said of a review. ``extended``: the payer takes its extension; ``extension``: more
of a running authorization is asked for; ``used``: so many units are used by now; ``avoidable``: a
day in care had no clinical reason."""
_ASIDE = ("used", "avoidable")
"""What moves nothing, so that it may lie before the last move."""
_BY: Mapping[str, str] = {"received": PLAN, "pended": PLAN, "nurse-review": PLAN, "md-review": PLAN}
"""Who moves it when nobody is named and it takes no reviewer."""


def review(draft: Draft, event: Review) -> Answer:
    """Apply what is said of a review, or refuse it."""
    if event.say not in WORDS:
        raise Refused("unknown-word", f"Of a review one may say {', '.join(WORDS)}.")
    run = _find(draft, event)
    at = _when(draft, run, event)
    by = By(
        event.role or _BY.get(event.say, event.actor.role),
        event.person,
        event.credential,
        event.reports_to,
    )
    told = Told(event, at, by)
    match event.say:
        case "extended":
            run = extended(draft, run, told)
        case "extension":
            run = extension(draft, run, told)
        case "used":
            run = used(draft, run, event)
        case word:
            run = HANDLERS[word](draft, run, told)
    if run.state in GRANTED:
        payer_changes.fit(draft)
    return Answer("applied", task=run.id)


def _find(draft: Draft, event: Review) -> ReviewRun:
    known = draft.journey.reviews
    if event.review:
        if event.review not in known:
            raise Refused("no-such-review", f"This journey has no review {event.review}.")
        return known[event.review]
    running = [run for run in known.values() if run.state not in ENDED]
    if len(running) != 1:
        ids = ", ".join(run.id for run in running) or "none"
        raise Refused("no-such-review", f"Say which review is meant; under way: {ids}.")
    return running[0]


def _when(draft: Draft, run: ReviewRun, event: Review) -> int:
    at = draft.now if event.at is None else event.at
    if at > draft.now:
        raise Refused("in-the-future", "What is said of a review has happened: check the time.")
    if event.say not in _ASIDE and run.history and at < run.history[-1].at:
        raise Refused("out-of-order", "The review was moved later than that: check the time.")
    return at


# -- time --------------------------------------------------------------------------------------


def due(draft: Draft, due: Due) -> None:
    """One of a review's clocks has come."""
    name, _, what = due.ref.partition("/")
    run = draft.journey.reviews.get(name)
    if run is None or run.state in ENDED:
        return
    match what:
        case "decide":
            _time_is_up(draft, run)
        case "appeal-half" | "appeal-ten" if run.state in (*ADVERSE, "p2p", "upheld"):
            review_duties.appeal_reminder(draft, run, last=what == "appeal-ten")
        case "units":
            review_watch.units_warning(draft, run)
        case "ahead":
            review_watch.ending(draft, run)
        case _ if review_notices.is_due(what):
            review_notices.due(draft, run, what)
        case "last-call":
            review_watch.last_call(draft, run)
        case "concurrent" if run.state in GRANTED:
            review_watch.concurrent(draft, run)
        case "end" if run.state in ("approved", "overturned"):
            why = payer_changes.WHY if run.approval and run.approval.cut else "ended"
            moved(draft, run, "expired", draft.now, By("careway"), reason=why)
            disarm(draft, run.id)
        case _:
            pass


def _time_is_up(draft: Draft, run: ReviewRun) -> None:
    """Silence is never approval, unless the payer's data say so (a few state laws do)."""
    if not review_duties.waits(run):
        return
    if payer_of(draft, run).silence == "approval" and run.state in UNDECIDED:
        by = By("careway")
        for state in machine.way(run.state, "approved"):
            run = moved(draft, run, state, draft.now, by, reason="deemed-approved", decide_by=0)
        if run.task in draft.journey.tasks:
            outcomes.end(draft, tasks.close_task(draft, run.task, "done", "approved"), "approved")
        return
    review_duties.overdue(draft, run)


def follow(draft: Draft) -> None:
    """After a decision: what closed tasks say of reviews, and what is to be done about it."""
    if not draft.task_rows:
        return
    for run, outcome in reviews.follow(draft):
        review_duties.drop_duties(draft, run, "decided")
        if outcome != "approved":
            noticed = replace(run, file_by=file_by(draft, run, 1, draft.now))
            review_duties.denied(draft, put(draft, noticed))
    review_duties.after_call(draft)
    review_notices.after_notice(draft)
    payer_changes.follow(draft)
    for run, owner in review_duties.after_talk(draft):
        moved(draft, run, "p2p", draft.now, By(owner))
