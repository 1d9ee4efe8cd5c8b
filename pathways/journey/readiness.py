"""Readiness: whether a waiting step may start, must wait, or falls away."""

from __future__ import annotations

from pathways.compiled import Step
from pathways.journey.prepared import Prepared
from pathways.journey.state import Enrollment
from pathways.journey.view import PatientView


def verdict_on(enrollment: Enrollment, ready: Prepared, view: PatientView, step: Step) -> str:
    """``start``, ``skip`` (it comes after something the patient declined) or empty: wait."""
    fates = [_fate(enrollment, ready, view, other) for other in step.after]
    if "declined" in fates:
        return "skip"
    if "wait" in fates:
        return ""
    return "start" if _needed(enrollment, ready, view, step) else ""


def _needed(enrollment: Enrollment, ready: Prepared, view: PatientView, step: Step) -> bool | None:
    """Whether its condition is yes and one is done of each group that it comes after; no when
    that cannot be any more, ``None`` as long as it is not known."""
    verdict = ready.when[step.id](view)
    for group in step.after_any:
        one = _one_done(enrollment, ready, view, group)
        if verdict is False or one is False:
            return False
        verdict = verdict and one
    return verdict


def _one_done(
    enrollment: Enrollment, ready: Prepared, view: PatientView, group: tuple[str, ...]
) -> bool | None:
    """Whether a step of the group was done while its stage lasts; no when all are over."""
    for run in enrollment.active:
        if any(name in run.steps and run.steps[name].done for name in group):
            return True
    waits = any(_fate(enrollment, ready, view, name) == "wait" for name in group)
    return None if waits else False


def _fate(enrollment: Enrollment, ready: Prepared, view: PatientView, step_id: str) -> str:
    """Of a step that others come after: ``wait``, ``over`` or ``declined``."""
    home = ready.stage_of[step_id]
    run = next((r for r in enrollment.active if r.stage == home), None)
    if run is None:
        entered = enrollment.stages_entered.get(home, 0) > 0
        how = enrollment.ends.get(step_id, "")
        if _was_declined(ready, step_id, how, enrollment.outcomes.get(step_id, "")):
            return "declined"
        return "over" if how or entered else "wait"
    state = run.steps.get(step_id)
    if state is not None and state.ended and state.status != "open":
        return "declined" if _was_declined(ready, step_id, state.status, state.outcome) else "over"
    if state is not None and (state.status == "open" or state.armed):
        return "wait"
    needed = _needed(enrollment, ready, view, ready.steps[step_id])
    if needed is False and all(
        _fate(enrollment, ready, view, earlier) != "wait" for earlier in ready.steps[step_id].after
    ):
        return "over"
    return "wait"


def _was_declined(ready: Prepared, step_id: str, how: str, outcome: str) -> bool:
    """Declined, or skipped because of something declined: what comes after falls away too."""
    if ready.steps[step_id].declined.go_on:
        return False
    return how == "declined" or (how == "skipped" and outcome == "declined")
