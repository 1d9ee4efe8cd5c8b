"""Beginning an enrollment, whoever or whatever brought it about."""

from __future__ import annotations

from pathways.calendar.table import deadline
from pathways.journey import death, life, medication, stages, tasks
from pathways.journey.draft import Draft
from pathways.journey.state import Enrollment


def begin(draft: Draft, enrollment: Enrollment) -> None:
    """Put the dates of its goals on the agenda and enter its first stage. Who was waited for is
    here; who is in hospital is suspended at once."""
    pathway = draft.ready(enrollment).pathway
    draft.drop("stay", "", pathway.pathway)
    for task in list(draft.journey.tasks.values()):
        if task.kind == "stay" and task.sources[0].pathway == pathway.pathway:
            tasks.close_task(draft, task.id, "cancelled", "here")
    for goal in pathway.goals:
        if goal.by is not None:
            moment = deadline(draft.calendar, draft.now, goal.by) + 1
            draft.at(moment, "goal", pathway.pathway, goal.id)
    death.see_that_death_is_verified(draft, enrollment)
    stages.enter(draft, enrollment, pathway.stages[0].id)
    medication.reckon(draft, whole=False)
    medication.judge(draft)
    if draft.journey.hospital:
        life.pause(draft, pathway.pathway, "admitted", None)


def counts_of(draft: Draft, pathway: str) -> dict[str, int]:
    """The instant of enrollment tells the keys of two enrollments apart; when it cannot, the
    numbers of the occurrences go on (I2)."""
    old = draft.journey.enrollments.get(pathway)
    return dict(old.counts) if old is not None and old.enrolled == draft.now else {}
