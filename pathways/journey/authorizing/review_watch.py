"""Watching an authorization: its units, its end, its notices, and care that goes on."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.calendar.table import instant, local_day
from pathways.journey.authorizing import review_notices
from pathways.journey.authorizing.review_duties import NEXT_DAY, SAME_DAY, open_duty
from pathways.journey.authorizing.reviews import arm, put, source_of
from pathways.journey.draft import Draft
from pathways.journey.state import Task
from pathways.review import clocks
from pathways.review.record import Approval, AvoidableDay, ReviewRun

OF_AN_AUTHORIZATION = (
    "review-units",
    "review-ending",
    "review-notice",
    "review-concurrent",
    "fast-appeal",
)
"""Kinds of tasks that go with an authorization."""


def granted(draft: Draft, run: ReviewRun) -> None:
    """Watch an authorization: 80 % of its units, five business days before its end, the last
    request that earns a 24-hour answer, and its end."""
    approval = run.approval
    if approval is None:
        return
    if approval.last:
        end = clocks.ends(draft.calendar, approval)
        arm(draft, run.id, "ahead", clocks.ahead(draft.calendar, approval))
        arm(draft, run.id, "last-call", clocks.last_call(draft.calendar, approval))
        arm(draft, run.id, "end", end + 1)
    used = clocks.mostly_used(draft.calendar, approval)
    if used:
        arm(draft, run.id, "units", used)
    review_notices.give(draft, run, approval)
    _watch_stay(draft, run, approval, approval.first)


def units_warning(draft: Draft, run: ReviewRun) -> None:
    """80 % of the units are used."""
    if run.approval is None or run.approval.warned:
        return
    run = put(draft, replace(run, approval=replace(run.approval, warned=True)))
    _alert(draft, run, "units")
    open_duty(
        draft,
        run,
        "review-units",
        "80 % of the authorized units are used: ask for more, or plan the end",
        run.owner,
        NEXT_DAY,
        ("asked", "enough"),
    )


def ending(draft: Draft, run: ReviewRun) -> None:
    """Five business days before the end: ask while it earns a 24-hour answer."""
    if run.approval is None:
        return
    _alert(draft, run, "ending")
    open_duty(
        draft,
        run,
        "review-ending",
        "The authorization ends: ask for an extension in time for a 24-hour answer",
        run.owner,
        max(clocks.last_call(draft.calendar, run.approval), draft.now),
        ("asked", "enough"),
    )


def last_call(draft: Draft, run: ReviewRun) -> None:
    """The latest request that earns the urgent extension clock must go now."""
    _alert(draft, run, "latest-request")


def _alert(draft: Draft, run: ReviewRun, what: str) -> None:
    approval = run.approval or Approval()
    draft.say_of(
        source_of(run),
        "review-alert",
        review=run.id,
        service=run.service,
        alert=what,
        ends=clocks.ends(draft.calendar, approval),
        latest=clocks.last_call(draft.calendar, approval),
    )


# -- care that goes on ---------------------------------------------------------------------------


def _watch_stay(draft: Draft, run: ReviewRun, approval: Approval, since: int) -> None:
    """The next concurrent review, as often as care of that level is looked at (5.5)."""
    moment = clocks.next_concurrent(draft.calendar, approval, run.level, since)
    if moment:
        arm(draft, run.id, "concurrent", moment)


def concurrent(draft: Draft, run: ReviewRun) -> None:
    """The payer wants to see how the patient is doing."""
    if run.approval is None:
        return
    if not any(t.kind == "review-concurrent" and t.about == run.id for t in _tasks(draft)):
        open_duty(
            draft,
            run,
            "review-concurrent",
            "Send the clinical update for the continued stay",
            run.owner,
            SAME_DAY,
            ("sent",),
        )
    _watch_stay(draft, run, run.approval, local_day(draft.calendar, draft.now))


def _tasks(draft: Draft) -> list[Task]:
    return list(draft.journey.tasks.values())


def avoidable(draft: Draft, run: ReviewRun, day: int, reason: str, actor: str) -> ReviewRun:
    """A day that was spent in care for no clinical reason; ``day`` is local."""
    run = put(draft, replace(run, avoidable=(*run.avoidable, AvoidableDay(day, reason, actor))))
    draft.say_of(
        source_of(run),
        "review-avoidable",
        actor,
        review=run.id,
        service=run.service,
        day=instant(draft.calendar, day + 1, 0) - 1,
        reason=reason,
    )
    return run
