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
    return "start" if ready.when[step.id](view) else ""


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
    needed = ready.when[step_id](view)
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
