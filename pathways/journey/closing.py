"""Closing: the patient hears once that the program ends, when the last enrollment does.

A message to the patient in a closing stage waits for nobody, but it is left to the pathways that
go on; of pathways that close in the same week the first one says it for all.
"""

from __future__ import annotations

from pathways.compiled import Step
from pathways.journey.draft import Draft
from pathways.journey.runs import StageRun
from pathways.journey.state import Enrollment, Share

WEEK = 7 * 86_400


def left_to_another(draft: Draft, enrollment: Enrollment, run: StageRun, step: Step) -> str:
    """The pathway that says goodbye instead of this step; empty when this one does."""
    if step.verb != "notify" or step.to not in ("patient", "caregiver"):
        return ""
    if draft.ready(enrollment).stages[run.stage].phase != "discharge":
        return ""
    for other in draft.running():
        if other.pathway != enrollment.pathway and not _closes(draft, other):
            return other.pathway
    key = f"closing:{step.to}"
    said = draft.journey.shared.get(key)
    if said is not None and said.pathway != enrollment.pathway and draft.now - said.at <= WEEK:
        return said.pathway
    share = Share(draft.now, enrollment.pathway)
    draft.journey.shared = {**draft.journey.shared, key: share}
    return ""


def _closes(draft: Draft, enrollment: Enrollment) -> bool:
    """Whether an enrollment has come to its closing stage."""
    stages = draft.ready(enrollment).stages
    return any(stages[run.stage].phase == "discharge" for run in enrollment.active)
