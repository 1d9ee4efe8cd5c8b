"""Leaving: what a stage or an enrollment takes back when it ends."""

from __future__ import annotations

from pathways.journey import appointments, messages, tasks
from pathways.journey.authorizing import reviews
from pathways.journey.careplan import plans
from pathways.journey.draft import Draft
from pathways.journey.effects import EnrollmentRow
from pathways.journey.orders import rulings, standing
from pathways.journey.runs import StageRun
from pathways.journey.state import Enrollment, Source

AWAY = 30 * 86_400
"""Seconds after which somebody asks about a patient who is waited for."""
RETRACTED = "discharge-cancelled"
"""How an episode ends whose discharge was taken back: the next one begins it anew."""


def stop(draft: Draft, enrollment: Enrollment, run: StageRun, why: str) -> None:
    """Take back what a stage has under way."""
    pathway = enrollment.pathway
    for step_id, state in list(run.steps.items()):
        if state.armed:
            draft.drop("start", pathway, step_id)
            draft.drop("recur", pathway, step_id)
        if state.status != "open":
            continue
        draft.drop("monitor", pathway, step_id)
        draft.drop("wait", pathway, step_id)
        mine = draft.step_run(run, pathway, step_id)
        mine.status, mine.ended = "cancelled", draft.now
        if draft.ready(enrollment).steps[step_id].verb == "approve":
            plans.back_to_draft(draft, enrollment)
        enrollment.ends.setdefault(step_id, "cancelled")
    standing.stage_over(draft, pathway, run.stage)
    _take_back(draft, pathway, run.stage, why)


def _take_back(
    draft: Draft, pathway: str, stage: str | None, why: str, spare: tuple[str, ...] = ()
) -> None:
    """Cancel tasks and appointments of a stage (``None``: of the whole enrollment, with its
    rules' and the kernel's own tasks), but for the tasks to ``spare``."""

    def concerns(sources: tuple[Source, ...]) -> bool:
        return any(s.pathway == pathway and (stage is None or s.stage == stage) for s in sources)

    for task in list(draft.journey.tasks.values()):
        if task.id in spare or not concerns(task.sources):
            continue
        heir = next((e for e in draft.running() if e.pathway != pathway), None)
        if stage is None and task.kind in tasks.OF_THE_PATIENT and heir is not None:
            tasks.hand_over(draft, task.id, heir)
        else:
            tasks.leave_task(draft, task.id, pathway, stage, why)
    for appointment in list(draft.journey.appointments.values()):
        if concerns(appointment.sources):
            appointments.leave(
                draft,
                appointment.id,
                pathway,
                stage,
                why,
                tell_patient=why not in ("deceased", "withdrawn"),
            )


def discharge(draft: Draft, enrollment: Enrollment, disposition: str) -> None:
    """End an enrollment with its disposition; the last one closes the journey, unless people
    still have work for the patient."""
    pathway = enrollment.pathway
    retract = disposition in ("deceased", "withdrawn")
    alarms = tasks.alarms(draft, pathway) if disposition == "withdrawn" else ()
    ours = draft.ready(enrollment).pathway.episodes
    away = ours is not None and bool(ours.again) and disposition in (*ours.after, RETRACTED)
    for run in enrollment.active:
        stop(draft, enrollment, run, disposition)
    spared = _of_the_patient(draft, pathway, leaves_for_a_while=away)
    _take_back(draft, pathway, None, disposition, (*alarms, *spared))
    rulings.left(draft, pathway)
    messages.forget_pathway(draft, pathway, retract=retract)
    draft.drop_pathway(pathway)
    enrollment.active = ()
    enrollment.paused = ()
    enrollment.status = "discharged"
    enrollment.disposition = disposition
    enrollment.ended = draft.now
    draft.unsettled.pop(pathway, None)
    reviews.end_all(draft, enrollment)
    if away:
        ask_when_home(draft, pathway)
    draft.say("discharged", pathway, disposition=disposition)
    show(draft, enrollment)
    for task in alarms:
        # Last: what ends an enrollment retracts all that was still to be sent for it.
        tasks.hand_to_physician(draft, task)
    if not draft.running():
        draft.journey.status = "closing"
        if disposition not in ("withdrawn", "deceased"):  # then somebody is still to be told
            close_when_over(draft)


def _of_the_patient(draft: Draft, pathway: str, *, leaves_for_a_while: bool) -> tuple[str, ...]:
    """Tasks about a patient who is away and comes back, when no other pathway takes them: they
    stay (I9). Whether a referral is this patient's is always still to be said (X7)."""
    waited_for = leaves_for_a_while or any(due.kind == "stay" for due in draft.agenda())
    if any(e.pathway != pathway for e in draft.running()):
        return ()
    kinds = tasks.OF_THE_PATIENT if waited_for else ("match", "joined")
    return tuple(t.id for t in draft.journey.tasks.values() if t.kind in kinds)


def ask_when_home(draft: Draft, pathway: str) -> None:
    """Who left for the hospital, or a facility, is waited for; somebody asks now and then (I9)."""
    if not any(due.kind == "stay" and due.ref == pathway for due in draft.agenda()):
        draft.at(draft.now + AWAY, "stay", "", pathway)


def close_when_over(draft: Draft) -> None:
    """Close a journey that nobody is enrolled on once its last task is closed (X4)."""
    journey = draft.journey
    if journey.status != "closing" or any(due.kind == "stay" for due in draft.agenda()):
        return
    if not journey.tasks:
        last = max(journey.enrollments.values(), key=lambda e: e.ended)
        journey.status = "closed"
        draft.drop("own-goal")
        draft.drop("absence")
        draft.drop("coverage")
        draft.drop("shift")
        draft.drop("medicines")
        draft.say("journey-closed", disposition=last.disposition)


def show(draft: Draft, enrollment: Enrollment) -> None:
    """The enrollment's row of the record, as it is now."""
    draft.enrollment_rows[enrollment.pathway] = EnrollmentRow(
        pathway=enrollment.pathway,
        version=enrollment.version,
        digest=enrollment.digest,
        stage=" + ".join(run.stage for run in enrollment.active),
        status=enrollment.status,
        enrolled=enrollment.enrolled,
        disposition=enrollment.disposition,
        ended=enrollment.ended,
    )
