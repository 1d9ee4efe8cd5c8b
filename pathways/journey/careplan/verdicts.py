"""Verdicts: what approvers say of a version of the care plan, and what follows (clinical.md X9)."""

from __future__ import annotations

from msgspec import Struct

from pathways.compiled import Step
from pathways.journey import steps, tasks
from pathways.journey.answers import Refused
from pathways.journey.careplan import approving, plans
from pathways.journey.careplan.composing import is_for_safety
from pathways.journey.careplan.planned import PlanVersion, Verdict
from pathways.journey.draft import Draft
from pathways.journey.events import Complete
from pathways.journey.state import Enrollment, Source, Task
from pathways.spans import Span

REVISION = Span(2, "business-day")
"""A rejected plan is revised within two business days (X9)."""
CONFERENCE = Span(5, "business-day")
"""Two rejections: a case conference within five business days (X9)."""
REJECTIONS = 2


class Said(Struct, frozen=True):
    """What was said with the outcome of a task."""

    reason: str = ""
    without: tuple[str, ...] = ()
    restore: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """Of several approvers, each who rejected."""


NOTHING = Said()


def check(draft: Draft, task: Task, outcome: str, event: Complete) -> None:
    """Raises ``Refused`` unless what the command says of the plan can be done."""
    if task.seat and event.actor.role != task.owner:
        raise Refused(
            "not-yours",
            f"Task {task.id} asks for the verdict of {task.owner}: "
            f"{event.actor.role} cannot give it.",
        )
    names = (*event.without, *event.restore)
    if not names:
        return
    enrollment = draft.journey.enrollments[task.sources[0].pathway]
    ready = draft.ready(enrollment)
    if event.without and (task.kind, outcome) != ("approve", "rejected"):
        raise Refused("no-rejection", "Only a rejection takes steps out of the plan.")
    if event.restore and task.kind != "plan":
        raise Refused("no-plan-task", "Only who makes the plan puts steps back into it.")
    for name in names:
        step = ready.steps.get(name)
        if step is None or step.verb in ("plan", "approve"):
            raise Refused("no-such-step", f"{name} is not a part of this pathway's plan.")
        if name in event.without and is_for_safety(step):
            raise Refused("for-safety", f"{name} is for the patient's safety: it stays.")
        if name in event.restore and name not in enrollment.disabled:
            raise Refused("no-such-step", f"{name} was not taken out of the plan.")


def give(draft: Draft, task: Task, outcome: str, said: Said) -> None:
    """One of several approvers has judged."""
    _record(draft, task, outcome, said)
    _conclude(draft, task)


def abstain(draft: Draft, task: Task) -> bool:
    """A seat's task was closed undone. Of one who may approve that is an abstention (True); of
    one who must it ends the review undecided, as a departure from the pathway."""
    enrollment = draft.enrollment(task.sources[0].pathway)
    step = draft.ready(enrollment).steps[task.sources[0].step]
    if task.seat in step.must:
        end_review(draft, task)
        return False
    _record(draft, task, "none", NOTHING)
    _conclude(draft, task)
    return True


def end_review(draft: Draft, task: Task) -> None:
    """A review ends without a verdict: the other approvers need not judge any more."""
    source = task.sources[0]
    enrollment = draft.enrollment(source.pathway)
    _close_seats(draft, source, "no-verdict")
    enrollment.verdicts = tuple(v for v in enrollment.verdicts if v.step != source.step)
    plans.back_to_draft(draft, enrollment)


def _record(draft: Draft, task: Task, outcome: str, said: Said) -> None:
    source = task.sources[0]
    enrollment = draft.enrollment(source.pathway)
    without = said.without if outcome == "rejected" else ()
    reason = said.reason if outcome == "rejected" else ""
    verdict = Verdict(source.step, source.occurrence, task.seat, outcome, reason, without)
    enrollment.verdicts = (*enrollment.verdicts, verdict)
    version = enrollment.plan
    draft.say_of(source, "plan-verdict", role=task.seat, outcome=outcome, plan=version)


def _objections(enrollment: Enrollment, step: Step) -> Said:
    """What those who rejected have said between them, whoever settled it."""
    mine = [v for v in enrollment.verdicts if v.step == step.id]
    reasons = tuple(dict.fromkeys(v.reason for v in mine if v.reason))
    without = tuple(dict.fromkeys(name for v in mine for name in v.without))
    return Said("; ".join(reasons), without, reasons=reasons)


def _conclude(draft: Draft, task: Task) -> None:
    source = task.sources[0]
    enrollment = draft.enrollment(source.pathway)
    step = draft.ready(enrollment).steps[source.step]
    decision = approving.tally(step, enrollment.verdicts, source.occurrence)
    if not decision:
        return
    said = _objections(enrollment, step)
    _close_seats(draft, source, decision)
    enrollment.verdicts = tuple(v for v in enrollment.verdicts if v.step != step.id)
    steps.finish(draft, enrollment, step.id, source.occurrence, "done", decision)
    judge(draft, enrollment, step, source, decision, said)


def _close_seats(draft: Draft, source: Source, why: str) -> None:
    for other in list(draft.journey.tasks.values()):
        if other.seat and other.sources[0] == source:
            tasks.close_task(draft, other.id, "cancelled", why)


def judge(
    draft: Draft, enrollment: Enrollment, step: Step, source: Source, outcome: str, said: Said
) -> None:
    """The version is approved, and in force; or rejected, and goes back for revision."""
    version = plans.newest(draft, enrollment, step.of)
    if outcome == "rejected":
        _reject(draft, enrollment, step, source, version, said)
    else:
        _approve(draft, enrollment, step, source, version)


def _approve(
    draft: Draft, enrollment: Enrollment, step: Step, source: Source, version: PlanVersion | None
) -> None:
    draft.say_of(source, "plan-approved", plan=enrollment.plan)
    enrollment.rejections, enrollment.revising = 0, ""
    enrollment.plan_status = "approved"
    if version is None:
        return
    for older in plans.of(draft, enrollment):
        if older.number < version.number and older.status in ("draft", "in-review", "approved"):
            plans.change(draft, enrollment, older, "superseded")
    plans.change(draft, enrollment, version, "approved", judge=step.id)
    enrollment.plan_in_force = version.number
    _take_back(draft, enrollment, 1, version.number - 1)


def _reject(
    draft: Draft,
    enrollment: Enrollment,
    step: Step,
    source: Source,
    version: PlanVersion | None,
    said: Said,
) -> None:
    reason = {"reason": said.reason} if said.reason else {}
    draft.say_of(source, "plan-rejected", plan=enrollment.plan, **reason)
    enrollment.plan_status = "rejected"
    if version is not None:
        plans.change(draft, enrollment, version, "rejected", judge=step.id, reason=said.reason)
        _fall_back(draft, enrollment, version)
        _take_back(draft, enrollment, version.number, version.number)
    for name in said.without:
        if name not in enrollment.disabled:
            enrollment.disabled = (*enrollment.disabled, name)
            title = draft.ready(enrollment).steps[name].title
            draft.say("plan-without", enrollment.pathway, name, title=title, plan=enrollment.plan)
    if not source.stage:
        return
    run = next((r for r in enrollment.active if r.stage == source.stage), None)
    plan = draft.ready(enrollment).steps.get(step.of)
    if run is None or plan is None:
        return
    enrollment.rejections += 1
    enrollment.revising = run.stage
    waiting = draft.step_run(run, enrollment.pathway, step.id)
    waiting.status, waiting.ended = "waiting", 0
    making = run.steps.get(plan.id)
    if making is None or making.status != "open":  # a migration may have begun it already
        steps.start(draft, enrollment, run, plan, REVISION)
    for why in said.reasons or (said.reason,):
        if why:
            _tell_why(draft, enrollment, plan, why)
    if enrollment.rejections >= REJECTIONS:
        _confer(draft, enrollment, plan, said)


def _fall_back(draft: Draft, enrollment: Enrollment, version: PlanVersion) -> None:
    """A version that had been in force is rejected by a later approver: the one before it is in
    force again."""
    if enrollment.plan_in_force != version.number:
        return
    enrollment.plan_in_force = 0
    for older in reversed(plans.of(draft, enrollment)):
        if older.number < version.number and older.status == "superseded" and older.decided:
            plans.change(draft, enrollment, older, "approved")
            enrollment.plan_in_force = older.number
            return


def _take_back(draft: Draft, enrollment: Enrollment, first: int, last: int) -> None:
    """What tells of these versions and has not left yet is not sent any more, also what waits for
    contact hours. A rejection leaves what tells of the version that is in force."""
    journey = draft.journey
    for copy in [c for c in enrollment.copies if first <= c.version <= last]:
        if copy.key in journey.sent:
            draft.retract.append(copy.key)
            journey.sent = {k: to for k, to in journey.sent.items() if k != copy.key}
        waiting = journey.unsent.get(copy.key)
        if waiting is None:
            continue
        journey.unsent = {k: e for k, e in journey.unsent.items() if k != copy.key}
        draft.drop("message", enrollment.pathway, copy.key)
        draft.say(
            "message-withheld",
            enrollment.pathway,
            copy.step,
            to=waiting.to,
            message=waiting.message,
            why="plan-superseded",
        )
        run = steps.run_of(enrollment, copy.step)
        if run is not None and run.steps[copy.step].status == "open":
            number = run.steps[copy.step].occurrence
            verb = draft.ready(enrollment).steps[copy.step].verb
            if verb == "notify" and "/notify/" in copy.key:  # under a name of its own, perhaps
                steps.finish(draft, enrollment, copy.step, number, "done", "withheld")
    rest = (c for c in enrollment.copies if not first <= c.version <= last)
    enrollment.copies = tuple(rest)


def _tell_why(draft: Draft, enrollment: Enrollment, plan: Step, reason: str) -> None:
    for task in list(draft.journey.tasks.values()):
        first = task.sources[0]
        if task.kind == "plan" and (first.pathway, first.step) == (enrollment.pathway, plan.id):
            tasks.add_reason(draft, task.id, reason)


def _confer(draft: Draft, enrollment: Enrollment, plan: Step, said: Said) -> None:
    """Those who cannot agree meet; the revision goes on meanwhile."""
    for task in draft.journey.tasks.values():
        if task.kind == "conference" and task.sources[0].pathway == enrollment.pathway:
            return
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "conference", _next_number(enrollment)),
        kind="conference",
        title="Case conference: the care plan was rejected again",
        owner=plan.by,
        due=CONFERENCE,
        outcomes=("held",),
        reasons=said.reasons or ((said.reason,) if said.reason else ()),
        about="conference",
    )


def _next_number(enrollment: Enrollment) -> int:
    number = enrollment.counts.get("plan.conference", 0) + 1
    enrollment.counts["plan.conference"] = number
    return number
