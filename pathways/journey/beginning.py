"""Beginning an enrollment, whoever or whatever brought it about."""

from __future__ import annotations

from pathways.calendar.table import deadline
from pathways.journey import stages
from pathways.journey.draft import Draft
from pathways.journey.state import Enrollment


def begin(draft: Draft, enrollment: Enrollment) -> None:
    """Put the dates of its goals on the agenda and enter its first stage."""
    pathway = draft.ready(enrollment).pathway
    for goal in pathway.goals:
        if goal.by is not None:
            moment = deadline(draft.calendar, draft.now, goal.by) + 1
            draft.at(moment, "goal", pathway.pathway, goal.id)
    stages.enter(draft, enrollment, pathway.stages[0].id)


def counts_of(draft: Draft, pathway: str) -> dict[str, int]:
    """The instant of enrollment tells the keys of two enrollments apart; when it cannot, the
    numbers of the occurrences go on (I2)."""
    old = draft.journey.enrollments.get(pathway)
    return dict(old.counts) if old is not None and old.enrolled == draft.now else {}
