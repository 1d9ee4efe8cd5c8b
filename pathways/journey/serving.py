"""Serving: what a patient has told for one pathway is not asked again for another (X8).

An instrument or value serves another pathway's assessment while it is fresh; of an assessment
that is served in part, only the rest is asked. Within one pathway nothing is left out: its author
wrote the second question and meant it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pathways.compiled import Step
from pathways.journey.draft import Draft
from pathways.journey.prepared import nominal_seconds
from pathways.journey.state import Enrollment, Share, Task

WEEK = 7 * 86_400
"""Two pathways' contacts or tests of one week are one (X8); so long serves, too, a value of which
its pathway does not say how long it stays fresh."""


def already_shared(draft: Draft, enrollment: Enrollment, step: Step) -> bool:
    """Another pathway did the same thing recently enough to serve this one."""
    share = draft.journey.shared.get(step.same) if step.same else None
    if share is None or share.pathway == enrollment.pathway:
        return False
    if not _answered_already(draft, enrollment, step):
        return False
    half = nominal_seconds(step.every) // 2 if step.every is not None else 0
    return draft.now - share.at <= max(WEEK, half)


def _answered_already(draft: Draft, enrollment: Enrollment, step: Step) -> bool:
    """Whether all that this step would ask is known and fresh."""
    ready, view = draft.ready(enrollment), draft.view(enrollment)
    if any(view.value(name) is None for name in step.collect):
        return False
    for name in step.instruments:
        instrument = ready.pathway.instruments.get(name)
        scores = () if instrument is None else instrument.scores
        if not any(view.value(f"{name}.{score.id}") is not None for score in scores):
            return False
    return True


def given(draft: Draft, task: Task, told: Iterable[str], at: int) -> None:
    """A task has brought these values and instruments, for the first pathway that it serves."""
    pathway = task.sources[0].pathway
    shares = {f"given:{name}": Share(at, pathway) for name in told}
    if shares:
        draft.journey.shared = {**draft.journey.shared, **shares}


def unserved(draft: Draft, enrollment: Enrollment, step: Step) -> tuple[Step, dict[str, str]]:
    """The step with what is still to be asked, and which pathway served the rest, by name."""
    if step.verb != "assess":
        return step, {}
    served = {
        name: share.pathway
        for name in (*step.collect, *step.instruments)
        if (share := _share(draft, enrollment, step, name)) is not None
    }
    if not served:
        return step, {}
    asked = replace(
        step,
        collect=tuple(name for name in step.collect if name not in served),
        instruments=tuple(name for name in step.instruments if name not in served),
    )
    return asked, served


def _share(draft: Draft, enrollment: Enrollment, step: Step, name: str) -> Share | None:
    """By whom a value or instrument was given that this step need not ask for."""
    share = draft.journey.shared.get(f"given:{name}")
    if share is None or share.pathway == enrollment.pathway:
        return None
    ready, view = draft.ready(enrollment), draft.view(enrollment)
    instrument = ready.pathway.instruments.get(name) if name in step.instruments else None
    names = [f"{name}.{s.id}" for s in instrument.scores] if instrument is not None else [name]
    if not any(view.value(one) is not None for one in names):
        return None
    fresh = ready.fresh.get(names[0], WEEK)
    if step.every is not None:
        # What comes round is not put off by more than half of its time (decision 8).
        fresh = min(fresh, max(WEEK, nominal_seconds(step.every) // 2))
    return share if draft.now - share.at <= fresh else None
