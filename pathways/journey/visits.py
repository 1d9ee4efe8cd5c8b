"""Visits: who was seen for one pathway, and told all that the planned call of another asks, is not
called for it in that week as well (X8).
"""

from __future__ import annotations

from collections.abc import Collection

from pathways.compiled import Step
from pathways.journey import gathering, steps, tasks
from pathways.journey.draft import Draft
from pathways.journey.state import Source, Task


def serve(draft: Draft, sources: tuple[Source, ...], told: Collection[str]) -> None:
    """An appointment of ``sources`` was kept and brought the values ``told``: open planned calls
    of other pathways that ask nothing else are done. What is asked in part stays a call."""
    mine = {source.pathway for source in sources}
    if not told:
        return
    for task in list(draft.journey.tasks.values()):
        served = tuple(s for s in task.sources if _is_served(draft, task, s, mine, told))
        if not served:
            continue
        by = sources[0].pathway
        for source in served:
            enrollment = draft.enrollment(source.pathway)
            step = draft.ready(enrollment).steps[source.step]
            draft.say_of(source, "step-served", names=", ".join(step.collect), by=by)
            steps.finish(draft, enrollment, step.id, source.occurrence, "done", "shared")
        rest = tuple(s for s in task.sources if s not in served)
        if rest:
            mended = draft.task(task.id)
            mended.sources = rest
            tasks.show(draft, mended)
        else:
            tasks.close_task(draft, task.id, "done", "shared")


def _is_served(
    draft: Draft, task: Task, source: Source, mine: set[str], told: Collection[str]
) -> bool:
    if source.pathway in mine or not source.stage or task.kind != gathering.CALL or task.about:
        return False
    enrollment = draft.journey.enrollments[source.pathway]
    step: Step | None = draft.ready(enrollment).steps.get(source.step)
    return (
        step is not None
        and gathering.is_call(step)
        and (step.outcomes or ("done",)) == ("done",)
        and bool(step.collect)
        and not step.instruments
        and all(name in told for name in step.collect)
    )
