"""Notices that the patient must be given, and the quick appeal that each tells of (5.3).

Medicare's notices say when care ends, and that an independent reviewer may be asked: until noon of
the day before (NOMNC), or midnight of the day of discharge (IM). When more is authorized, the
notice of the old end is void.
"""

from __future__ import annotations

from pathways.calendar.table import deadline, end_of_day, instant
from pathways.journey import tasks
from pathways.journey.authorizing.review_duties import CASE_MANAGER, open_duty
from pathways.journey.authorizing.reviews import arm, disarm, payer_of
from pathways.journey.draft import Draft
from pathways.review import clocks
from pathways.review.machine import GRANTED
from pathways.review.payer import Notice
from pathways.review.record import Approval, ReviewRun

KIND, FAST = "review-notice", "fast-appeal"
_ARM = "notice-"
_OF_THE_END = (FAST, "review-ending", "review-units")


def give(draft: Draft, run: ReviewRun, approval: Approval) -> None:
    """See that the patient is given what goes with an authorization. What is due so long after
    the start is given once, not with each extension; an extension voids the notice of the end."""
    parent = draft.journey.reviews.get(run.of)
    if parent is not None:
        _void(draft, parent)
    for notice in payer_of(draft, run).notices:
        if run.level not in notice.levels:
            continue
        if notice.after_start is not None:
            if approval.first and parent is None:
                start = instant(draft.calendar, approval.first, 0)
                _open(draft, run, notice, deadline(draft.calendar, start, notice.after_start))
        elif approval.last:
            _at_the_end(draft, run, notice, approval)


def _at_the_end(draft: Draft, run: ReviewRun, notice: Notice, approval: Approval) -> None:
    if notice.opens is None:
        _open(draft, run, notice, _due(draft, notice, approval))
    else:
        morning = draft.calendar.office_from
        moment = instant(draft.calendar, approval.last - notice.opens.n, morning)
        arm(draft, run.id, _ARM + notice.id, moment)


def _due(draft: Draft, notice: Notice, approval: Approval) -> int:
    days = notice.before_end.n if notice.before_end is not None else 0
    return end_of_day(draft.calendar, approval.last - days)


def _open(draft: Draft, run: ReviewRun, notice: Notice, due: int) -> None:
    open_duty(
        draft,
        run,
        "review-notice",
        notice.title,
        CASE_MANAGER,
        max(due, draft.now),
        ("given",),
        (notice.source,),
    )


def due(draft: Draft, run: ReviewRun, what: str) -> None:
    """The day has come from which a notice may be given."""
    notice = next((n for n in payer_of(draft, run).notices if _ARM + n.id == what), None)
    if notice is not None and run.approval is not None and run.state in GRANTED:
        _open(draft, run, notice, _due(draft, notice, run.approval))


def is_due(what: str) -> bool:
    """Whether this clock of a review is that of a notice."""
    return what.startswith(_ARM)


def _void(draft: Draft, run: ReviewRun) -> None:
    """Care goes on: what told of its end, or follows from that, is not needed any more."""
    ending = [n for n in payer_of(draft, run).notices if n.before_end is not None]
    disarm(draft, run.id, *(_ARM + n.id for n in ending))
    for task in list(draft.journey.tasks.values()):
        told = any(task.title.startswith(n.title) for n in ending)
        if task.about == run.id and (task.kind in _OF_THE_END or (task.kind == KIND and told)):
            tasks.close_task(draft, task.id, "cancelled", "extended")


def after_notice(draft: Draft) -> None:
    """After a decision: who was given a notice may appeal, and what was filed is decided."""
    for row in list(draft.task_rows.values()):
        before = draft.before.tasks.get(row.task)
        if row.status != "done" or before is None or row.kind not in (KIND, FAST):
            continue
        run = draft.journey.reviews.get(before.about)
        if run is None or run.approval is None or run.state not in GRANTED:
            continue
        notices = payer_of(draft, run).notices
        notice = next((n for n in notices if before.title.startswith(n.title)), None)
        if row.kind == KIND and notice is not None:
            _offer(draft, run, notice)
        elif row.kind == FAST and row.outcome == "filed":
            _await(draft, run)


def _offer(draft: Draft, run: ReviewRun, notice: Notice) -> None:
    fast, approval = notice.appeal, run.approval
    if fast is None or approval is None or not approval.last:
        return
    by = clocks.fast_appeal_by(draft.calendar, fast, approval.last)
    if by < draft.now:
        return
    open_duty(
        draft,
        run,
        "fast-appeal",
        f"Care is to end: does the patient appeal to the {fast.to}?",
        CASE_MANAGER,
        by,
        ("filed", "not-wanted"),
        (fast.source,),
    )


def _await(draft: Draft, run: ReviewRun) -> None:
    notices = payer_of(draft, run).notices
    fast = next((n.appeal for n in notices if n.appeal and run.level in n.levels), None)
    if fast is not None:
        open_duty(
            draft,
            run,
            "fast-appeal-decision",
            f"The {fast.to} decides: does care go on? No charge until noon of the day after",
            CASE_MANAGER,
            max(deadline(draft.calendar, draft.now, fast.decided), draft.now),
            ("goes-on", "ends"),
        )


def letter(draft: Draft, run: ReviewRun, said: str) -> None:
    """A decision that was only told (``said``: the letter's id) is to come in writing."""
    clock = next((c for c in payer_of(draft, run).clocks if c.id == run.clock), None)
    if clock is None or clock.written is None or said:
        return
    open_duty(
        draft,
        run,
        "review-letter",
        "The decision must come in writing: ask for the letter",
        run.owner,
        deadline(draft.calendar, draft.now, clock.written),
        ("received",),
    )
