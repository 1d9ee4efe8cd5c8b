"""What people have to do about a review: the tasks of clinical.md 5.4, and when they come up."""

from __future__ import annotations

from pathways.journey import tasks
from pathways.journey.authorizing.reviews import (
    arm,
    due_of,
    end_of_parent,
    payer_of,
    source_of,
)
from pathways.journey.draft import Draft
from pathways.journey.effects import TaskStatus
from pathways.journey.state import Task
from pathways.review import clocks
from pathways.review.criteria import SUBSETS
from pathways.review.machine import ADVERSE, WITH_THE_PAYER
from pathways.review.payer import Pended
from pathways.review.record import ReviewRun
from pathways.spans import Span

NEXT_DAY = Span(1, "business-day")
SAME_DAY = Span(1, "same-day")
CASE_MANAGER = "case-manager"
"""Who talks to the patient and looks at the gap, whoever asked the payer."""
STAYS = ("review-physician", "review-patient", "bridge-plan", "gap-check")
"""Duties of a denial that only their being done ends, or that it is overturned."""
OF_A_DENIAL = (
    "review-physician",
    "review-patient",
    "peer-to-peer",
    "appeal",
    "bridge-plan",
    "gap-check",
    "services-go-on",
)


def open_duty(
    draft: Draft,
    run: ReviewRun,
    kind: str,
    title: str,
    owner: str,
    due: Span | int,
    outcomes: tuple[str, ...] = ("done",),
    reasons: tuple[str, ...] = (),
) -> Task:
    """Open a task about a review. ``due``: the time allowed, or the instant itself."""
    return tasks.open_task(
        draft,
        draft.journey.enrollments[run.pathway],
        source_of(run),
        kind=kind,
        title=f"{title} ({run.service})",
        owner=owner,
        due=due if isinstance(due, Span) else NEXT_DAY,
        due_at=due if isinstance(due, int) else None,
        outcomes=outcomes,
        reasons=reasons,
        about=run.id,
    )


def drop_duties(
    draft: Draft, run: ReviewRun, why: str, *kinds: str, status: TaskStatus = "cancelled"
) -> None:
    """Close the tasks of a review that are not needed any more; without kinds, all of them."""
    for task in list(draft.journey.tasks.values()):
        if task.about == run.id and (not kinds or task.kind in kinds):
            tasks.close_task(draft, task.id, status, why)


# -- while the payer decides -------------------------------------------------------------------


def ask_for_information(draft: Draft, run: ReviewRun, reason: str) -> None:
    """The payer lacks something: it must be there before the time it gives is over, and where
    its clock goes on, before that."""
    clock = due_of(draft, run)
    pended = _pended(draft, run)
    by = clocks.answer_by(draft.calendar, pended, run.pended, clock)
    goes_on = "the payer's clock stands still" if pended.tolls else "the payer's clock goes on"
    open_duty(
        draft,
        run,
        "review-information",
        f"The payer asks for information; {goes_on}",
        run.owner,
        by,
        ("sent",),
        (reason,) if reason else (),
    )


def _pended(draft: Draft, run: ReviewRun) -> Pended:
    clock = next((c for c in payer_of(draft, run).clocks if c.id == run.clock), None)
    return Pended() if clock is None else clock.pended


def overdue(draft: Draft, run: ReviewRun) -> None:
    """The payer let its time pass. Silence is never approval: somebody calls, then complains."""
    draft.say_of(
        source_of(run),
        "review-overdue",
        review=run.id,
        service=run.service,
        payer=run.payer,
        due=run.decide_by,
    )
    open_duty(
        draft,
        run,
        "payer-overdue",
        "The payer has not decided in time: call. Silence is not approval",
        run.owner,
        NEXT_DAY,
        ("called",),
    )


def complain(draft: Draft, run: ReviewRun) -> None:
    """The payer was called and has still not decided."""
    open_duty(
        draft,
        run,
        "payer-complaint",
        "Still no decision: complain to the regulator, or say why not",
        run.owner,
        NEXT_DAY,
        ("complaint-filed", "not-filed"),
    )


def after_call(draft: Draft) -> None:
    """Whoever called about a late decision has done so: the complaint comes up, unless the
    payer has decided meanwhile."""
    for row in list(draft.task_rows.values()):
        if row.kind == "payer-overdue" and row.status == "done":
            run = _of(draft, row.task)
            if run is not None and run.decide_by:
                complain(draft, run)


def after_talk(draft: Draft) -> list[tuple[ReviewRun, str]]:
    """Reviews whose peer-to-peer talk somebody says was held, and that do not know it yet; with
    the role that held it."""
    held = [
        (_of(draft, row.task), row.owner)
        for row in draft.task_rows.values()
        if row.kind == "peer-to-peer" and row.status == "done" and row.outcome == "held"
    ]
    return [(run, role) for run, role in held if run is not None and run.state in ADVERSE]


def _of(draft: Draft, task: str) -> ReviewRun | None:
    """The review that a task which this decision closed was about."""
    before = draft.before.tasks.get(task)
    return draft.journey.reviews.get(before.about) if before is not None else None


# -- a denial ----------------------------------------------------------------------------------


def denied(draft: Draft, run: ReviewRun) -> None:
    """All or part is refused: the six duties of 5.4, and the appeal's reminders."""
    enrollment = draft.journey.enrollments[run.pathway]
    doctor = tasks.physician(draft, enrollment)
    what = "refused" if run.state == "denied" else "granted in part only"
    last = run.history[-1].reason
    reasons = (last,) if last else ()
    open_duty(
        draft,
        run,
        "review-physician",
        f"Authorization {what}",
        doctor,
        SAME_DAY,
        ("noted",),
        reasons,
    )
    open_duty(
        draft,
        run,
        "review-patient",
        f"Tell the patient in plain words: authorization {what}",
        CASE_MANAGER,
        NEXT_DAY,
        ("told",),
    )
    window = payer_of(draft, run).peer_to_peer
    if window is not None:
        open_duty(
            draft,
            run,
            "peer-to-peer",
            "Talk to the payer's physician; it stops no appeal clock",
            doctor,
            clocks.peer_to_peer_by(draft.calendar, window, run.notice, run.level),
            ("held", "not-wanted"),
            (*reasons, *_criteria(run.level)),
        )
    open_duty(
        draft,
        run,
        "bridge-plan",
        "Bridge the gap: samples, an alternative that is covered, an estimate for self-pay",
        run.owner,
        NEXT_DAY,
        ("samples", "alternative", "self-pay", "not-needed"),
    )
    open_duty(
        draft,
        run,
        "gap-check",
        "Is the gap in treatment safe?",
        CASE_MANAGER,
        SAME_DAY,
        ("safe", "unsafe"),
    )
    watch_appeal(draft, run)
    keep_services(draft, run, 1)


def keep_services(draft: Draft, run: ReviewRun, level: int) -> None:
    """Care that is under way goes on while an appeal is decided, if that is asked for in time."""
    appeal = clocks.appeal_at(payer_of(draft, run), level)
    if appeal is None or run.type not in ("concurrent", "extension"):
        return
    by = clocks.services_go_on_by(draft.calendar, appeal, run.notice, end_of_parent(draft, run))
    if by > draft.now:
        open_duty(
            draft,
            run,
            "services-go-on",
            "Ask that care goes on while the appeal is decided",
            CASE_MANAGER,
            by,
            ("asked", "not-wanted"),
            (appeal.source,),
        )


def _criteria(level: str) -> tuple[str, ...]:
    """The public rule for the level of care asked for, to have at hand."""
    subset = SUBSETS.get(level)
    return () if subset is None else tuple(f"{subset.version}: {c.says}" for c in subset.criteria)


def watch_appeal(draft: Draft, run: ReviewRun) -> None:
    """Reminders at half of the time to appeal and ten days before its end."""
    if run.file_by:
        half, ten = clocks.appeal_reminders(draft.calendar, run.notice, run.file_by)
        arm(draft, run.id, "appeal-half", half)
        arm(draft, run.id, "appeal-ten", ten)


def appeal_reminder(draft: Draft, run: ReviewRun, *, last: bool) -> None:
    """The time to appeal runs out."""
    title = "Last days to appeal" if last else "Half of the time to appeal is over: appeal or not"
    open_duty(draft, run, "appeal", title, run.owner, run.file_by, ("filed", "not-wanted"))


def waits(run: ReviewRun) -> bool:
    """Whether the payer (or who decides an appeal) still owes a decision."""
    return run.state in (*WITH_THE_PAYER, "appeal-1", "appeal-2")
