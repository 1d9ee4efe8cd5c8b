"""What a change of payer does to requests and authorizations (clinical.md 5).

From the first day of the new payer, what the old one has not decided is withdrawn and asked anew,
with the new payer's clocks. An authorization of the old one ends with its cover, and somebody sees
to it that care goes on. What is about care that was given before goes on with who paid then.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import deadline, end_of_day, instant, local_day, previous_business_day
from pathways.journey import tasks
from pathways.journey.authorizing import reviews
from pathways.journey.authorizing.review_duties import (
    CASE_MANAGER,
    NEXT_DAY,
    STAYS,
    drop_duties,
    open_duty,
)
from pathways.journey.authorizing.reviews import disarm, moved, payers_of, put
from pathways.journey.draft import Draft
from pathways.review import clocks
from pathways.review.cover import NOBODY, last_day, payer_on
from pathways.review.machine import CONTESTED, ENDED, GRANTED, UNDECIDED, By, State
from pathways.review.payer import usual_payer
from pathways.review.record import DUTIES, Approval, ReviewRun

WHY = "coverage-changed"
CORRECTED = "coverage-corrected"
NEEDLESS = "not-needed"
BY_CAREWAY = By("careway")
_ONGOING = ("concurrent", "extension")


def addressed(draft: Draft, pathway: str, payer: str) -> str:
    """Who of the pathway's payers is asked when ``payer`` pays; ``NOBODY`` when nobody does."""
    payers = payers_of(draft, pathway)
    return payer if payer in payers or payer == NOBODY else usual_payer(payers)


def redirect(draft: Draft, was: str, now: str, since: int) -> tuple[str, ...]:
    """``now`` pays today, no longer ``was``: what is under way there is asked anew. Returns the
    services concerned."""
    touched = []
    for run in list(draft.journey.reviews.values()):
        if run.state in ENDED or run.payer != addressed(draft, run.pathway, was):
            continue
        to = addressed(draft, run.pathway, now)
        if to == run.payer or _of_care_before(draft, run, since):
            continue
        if run.state == "draft":
            put(draft, replace(run, payer=to))
            _say_anew(draft, draft.journey.reviews[run.id])
            if to == NOBODY:
                drop_duties(draft, run, WHY, "review-anew")
            elif was == NOBODY:
                _to_be_asked(draft, draft.journey.reviews[run.id], since)
            touched.append(run.service)
        elif run.state not in GRANTED:
            _leave(draft, run, since)
            _ask_anew(draft, run, to, since)
            touched.append(run.service)
    return tuple(touched)


def _of_care_before(draft: Draft, run: ReviewRun, since: int) -> bool:
    """Whether it is all about care that was given before that day: who paid then decides."""
    if run.type == "retrospective":
        return True
    end = run.approval.last if run.approval is not None else 0
    return run.state in GRANTED and 0 < end < since


def _leave(draft: Draft, run: ReviewRun, since: int) -> None:
    """The old payer is not asked any more. A dispute about care that was under way before goes
    on, for the days until then."""
    if run.state in UNDECIDED:
        _end(draft, run, "withdrawn")
        return
    began = local_day(draft.calendar, run.received or run.opened)
    if run.type in _ONGOING and began < since:
        return
    _end(draft, run, "withdrawn" if run.state in CONTESTED else "closed")


def _end(draft: Draft, run: ReviewRun, to: State, why: str = WHY) -> None:
    moved(draft, run, to, draft.now, BY_CAREWAY, reason=why, decide_by=0, task="")
    disarm(draft, run.id)
    drop_duties(draft, run, why, *(kind for kind in DUTIES if kind not in STAYS))


# -- asking anew -------------------------------------------------------------------------------


def _ask_anew(draft: Draft, run: ReviewRun, to: str, since: int) -> None:
    """A request in the place of ``run``, to another payer: to be sent by who asked before."""
    if any(r.instead == run.id and r.state not in ENDED for r in draft.journey.reviews.values()):
        return
    under_way = run.state in GRANTED or run.type in _ONGOING
    anew = ReviewRun(
        id=f"r{draft.serial()}",
        pathway=run.pathway,
        step=run.step,
        occurrence=run.occurrence,
        service=run.service,
        payer=to,
        opened=draft.now,
        stage=run.stage,
        task=run.task if run.state in UNDECIDED else "",
        owner=run.owner,
        type="concurrent" if under_way else run.type,
        speed=run.speed,
        benefit=run.benefit,
        level=run.level,
        instead=run.id,
    )
    put(draft, anew)
    _say_anew(draft, anew)
    late = since < local_day(draft.calendar, draft.now)
    if to != NOBODY:  # else there is nobody to ask, until somebody pays
        _to_be_asked(draft, anew, since, late=late and run.state in GRANTED)


def _to_be_asked(draft: Draft, run: ReviewRun, since: int, *, late: bool = False) -> None:
    open_duty(
        draft,
        run,
        "review-anew",
        f"Ask {run.payer} for it: careway review JOURNEY submitted --review {run.id}",
        run.owner or CASE_MANAGER,
        _before(draft, since),
        (NEEDLESS,),
        ("Care since the first day of the new cover is not authorized: ask for it too",)
        if late
        else (),
    )


def _say_anew(draft: Draft, run: ReviewRun) -> None:
    draft.say_of(
        reviews.source_of(run),
        "review-anew",
        review=run.id,
        service=run.service,
        payer=run.payer,
        instead=run.instead,
    )


def _before(draft: Draft, since: int) -> int:
    """By when: the last business day before the new cover begins, a business day at least."""
    calendar = draft.calendar
    ahead = end_of_day(calendar, previous_business_day(calendar, since - 1))
    return max(deadline(calendar, draft.now, NEXT_DAY), ahead)


def follow(draft: Draft) -> None:
    """After a decision: a request that somebody says is not needed, or sets aside with a reason, is
    withdrawn; what was asked, or has ended, need not be asked any more."""
    for row in list(draft.task_rows.values()):
        needless = row.status == "varied" or (row.status, row.outcome) == ("done", NEEDLESS)
        if row.kind != "review-anew" or not needless:
            continue
        before = draft.before.tasks.get(row.task)
        run = draft.journey.reviews.get(before.about) if before is not None else None
        if run is not None and run.state == "draft" and run.task not in draft.journey.tasks:
            _end(draft, run, "withdrawn", row.outcome)
    for task in list(draft.journey.tasks.values()):
        if task.kind == "review-anew" and draft.journey.reviews[task.about].state != "draft":
            tasks.close_task(draft, task.id, "done", "asked")


# -- authorizations ----------------------------------------------------------------------------


def fit(draft: Draft) -> tuple[str, ...]:
    """Every authorization ends with the cover that it belongs to, as that is known now: cut, or
    as it was granted again. Returns the services that need another."""
    covers, touched = draft.journey.covers, []
    if not covers:
        return ()
    for run in list(draft.journey.reviews.values()):
        if run.state not in GRANTED:
            continue
        end = _cover_ends(draft, run)
        approval = run.approval or Approval()
        granted = approval.granted if approval.cut else approval.last
        if end and (not granted or granted > end):
            if not (approval.cut and approval.last == end):
                _cut(draft, run, replace(approval, cut=True, granted=granted, last=end))
                touched.append(run.service)
        elif approval.cut:
            _restore(draft, run, replace(approval, cut=False, granted=0, last=granted))
    return tuple(touched)


def _cover_ends(draft: Draft, run: ReviewRun) -> int:
    asked = local_day(draft.calendar, run.received or run.opened)
    named = [(c, addressed(draft, run.pathway, c.payer)) for c in draft.journey.covers]
    return last_day(tuple(replace(c, payer=to) for c, to in named), run.payer, asked)


def _cut(draft: Draft, run: ReviewRun, approval: Approval) -> None:
    run = put(draft, replace(run, approval=approval))
    calendar, since = draft.calendar, approval.last + 1
    disarm(draft, run.id, "ahead", "last-call", "units", "end")
    drop_duties(draft, run, WHY, "review-ending", "review-units", "cover-ends", "fast-appeal")
    reviews.arm(draft, run.id, "end", instant(calendar, since, 0))
    draft.say_of(
        reviews.source_of(run),
        "review-cut",
        review=run.id,
        service=run.service,
        payer=run.payer,
        ends=clocks.ends(calendar, approval),
        granted=end_of_day(calendar, approval.granted) if approval.granted else 0,
    )
    to = addressed(draft, run.pathway, payer_on(draft.journey.covers, since))
    _see_that_care_goes_on(draft, run, to, since)
    _ask_anew(draft, run, to, since)


def _see_that_care_goes_on(draft: Draft, run: ReviewRun, to: str, since: int) -> None:
    payer = payers_of(draft, run.pathway).get(to)
    rule = payer.continuity if payer is not None else None
    known: tuple[str, ...] = (
        (f"{to} lets treatment that is under way go on for {rule.honours}: {rule.source}",)
        if rule is not None
        else (f"The data of {to} promise nothing for treatment that is under way: ask",)
    )
    if to == NOBODY:
        known = ("Nobody pays from then on: bridge it, or find who does",)
    open_duty(
        draft,
        run,
        "cover-ends",
        "The authorization ends with the old cover: see that care goes on without a gap",
        CASE_MANAGER,
        _before(draft, since),
        ("goes-on", "bridged", "gap"),
        known,
    )


def _restore(draft: Draft, run: ReviewRun, approval: Approval) -> None:
    """Its cover goes on after all, or longer than its time: it holds as it was granted."""
    run = put(draft, replace(run, approval=approval))
    disarm(draft, run.id, "end")
    drop_duties(draft, run, CORRECTED, "cover-ends")
    if approval.last:
        reviews.arm(draft, run.id, "end", clocks.ends(draft.calendar, approval) + 1)
        reviews.arm(draft, run.id, "ahead", clocks.ahead(draft.calendar, approval))
        reviews.arm(draft, run.id, "last-call", clocks.last_call(draft.calendar, approval))
    draft.say_of(
        reviews.source_of(run),
        "review-restored",
        review=run.id,
        service=run.service,
        payer=run.payer,
        ends=clocks.ends(draft.calendar, approval),
    )
    for other in list(draft.journey.reviews.values()):
        if other.instead == run.id and other.state == "draft":
            _end(draft, other, "withdrawn", CORRECTED)
