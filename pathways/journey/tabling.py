"""Decision tables at work."""

from __future__ import annotations

from pathways.compiled import Step
from pathways.journey.draft import Draft
from pathways.journey.events import Reading
from pathways.journey.state import Enrollment, Source
from pathways.journey.values import take

DECIDED, NO_ROW = "decided", "no-row"


def decide(draft: Draft, enrollment: Enrollment, step: Step, source: Source) -> str:
    """Take the values of the first row that holds; ``DECIDED``, or ``NO_ROW`` when none does."""
    view = draft.view(enrollment)
    for test, row in draft.ready(enrollment).tables.get(step.id, ()):
        if test(view):
            take(
                draft,
                [Reading(name, value, draft.now) for name, value in sorted(row.set.items())],
                f"decision {step.id}",
            )
            draft.say_of(source, "decided", title=step.title, line=row.line)
            return DECIDED
    draft.say_of(source, "undecided", title=step.title)
    return NO_ROW
