"""Approving: a version of the care plan is put before those who must, and those who may, judge it.

Also what runs while a rejected version is being revised (clinical.md X9).
"""

from __future__ import annotations

from pathways.compiled import Rule, Step
from pathways.journey import tasks
from pathways.journey.careplan import plans
from pathways.journey.careplan.composing import is_for_safety
from pathways.journey.careplan.planned import Verdict
from pathways.journey.draft import Draft
from pathways.journey.runs import StepRun
from pathways.journey.state import Enrollment, Source
from pathways.spans import Span


def begin(draft: Draft, enrollment: Enrollment, step: Step) -> bool:
    """Put the newest version of its plan step under review. False when there is none to judge:
    it was not made, or this step has judged it already and nothing new came of it."""
    if step.of not in draft.ready(enrollment).steps:
        return True
    version = plans.newest(draft, enrollment, step.of)
    if version is None or step.id in version.judged or version.status == "superseded":
        return False
    plans.change(draft, enrollment, version, "in-review")
    return True


def open_seats(draft: Draft, enrollment: Enrollment, step: Step, source: Source, due: Span) -> None:
    """Each approver gets a task of their own, with a clock of its own."""
    enrollment.verdicts = tuple(v for v in enrollment.verdicts if v.step != step.id)
    for role in step.approvers:
        task = tasks.open_task(
            draft,
            enrollment,
            source,
            kind=step.verb,
            title=step.title,
            owner=role,
            due=due,
            step=step,
            outcomes=step.outcomes or ("approved", "rejected"),
        )
        draft.task(task.id).seat = role


def leave_out(draft: Draft, enrollment: Enrollment, step: Step, state: StepRun, why: str) -> None:
    """A step is not begun: what it comes after was declined, or a rejection took it out of the
    plan (X9). What comes after it falls away too."""
    state.status, state.ended, state.outcome, state.armed = "skipped", draft.now, why, False
    enrollment.ends[step.id] = "skipped"
    enrollment.outcomes[step.id] = why
    draft.say("step-skipped", enrollment.pathway, step.id, title=step.title, why=why)
    draft.unsettle(enrollment.pathway)


def undecided(draft: Draft, enrollment: Enrollment, step: Step) -> None:
    """A step ends without what it is for: an approval leaves the version a draft."""
    if step.verb == "approve":
        plans.back_to_draft(draft, enrollment)


def tally(step: Step, verdicts: tuple[Verdict, ...], occurrence: int) -> str:
    """``approved``, ``rejected``, or empty while it is open.

    The first no of one who must approve rejects, and so does a quorum that cannot be reached any
    more. Approved is what all who must, and the quorum, have approved.
    """
    mine = [v for v in verdicts if (v.step, v.occurrence) == (step.id, occurrence)]
    said = {v.role: v.outcome for v in mine}
    approvals = sum(said.get(role) == "approved" for role in step.approvers)
    pending = [role for role in step.approvers if role not in said]
    needed = step.quorum or max(1, len(step.must))
    if any(said.get(role) == "rejected" for role in step.must):
        return "rejected"
    if approvals + len(pending) < needed:
        return "rejected"
    all_who_must = all(said.get(role) == "approved" for role in step.must)
    return "approved" if all_who_must and approvals >= needed else ""


def baseline(enrollment: Enrollment) -> bool:
    """Whether only what is for safety runs: a first version was rejected and is being revised, so
    that none is in force (X9)."""
    if enrollment.plan_in_force or not enrollment.revising:
        return False
    return any(run.stage == enrollment.revising for run in enrollment.active)


def holds_back(enrollment: Enrollment, step: Step) -> bool:
    """Whether a step waits for a plan to be approved: beyond plan and approval themselves, only
    what is for safety begins in the meantime."""
    if step.verb in ("plan", "approve") or not baseline(enrollment):
        return False
    return not is_for_safety(step)


def silences(enrollment: Enrollment, rule: Rule) -> bool:
    """Whether a rule does not act now: it was taken out of the plan; or, while only what is for
    safety runs, it would write to the patient, book for them or start a step of the plan. Work
    for staff goes on: that nobody looks is less safe."""
    if rule.id in enrollment.disabled:
        return True
    if not baseline(enrollment) or (rule.do is not None and is_for_safety(rule.do)):
        return False
    return bool(rule.start) or (rule.do is not None and rule.do.verb in ("notify", "schedule"))
