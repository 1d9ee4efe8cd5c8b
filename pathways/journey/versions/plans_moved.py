"""A care plan and its review (X9) through a migration: who judges a version judges it to the end,
or the review begins anew."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.compiled import Step
from pathways.journey.careplan import plans
from pathways.journey.draft import Draft
from pathways.journey.state import Enrollment
from pathways.journey.versions.migration import Migration, StepMove
from pathways.journey.versions.naming import Names


def same_review(names: Names, was: Step, now: Step) -> bool:
    """Whether an open step is judged on as it was begun: neither version approves with it, or both
    have the same approvers judge the same plan. Else verdicts of people who are not asked any more
    would count, or some would be missing."""
    if "approve" not in (was.verb, now.verb):
        return True
    asked = (was.verb, was.must, was.may, was.quorum, names.step(was.of))
    return asked == (now.verb, now.must, now.may, now.quorum, now.of)


def move(draft: Draft, mine: Enrollment, plan: Migration, names: Names) -> None:
    """What is kept of the plan stands under the new names; a version whose review is gone is a
    draft again. ``mine`` must be editable."""
    reviews = [m for m in plan.steps if m.status == "open" and _approves(names, m)]
    if any(m.how not in ("kept", "renamed") for m in reviews):
        plans.back_to_draft(draft, mine)
    mine.verdicts = tuple(
        replace(said, step=m.to, occurrence=m.number, without=_known(names, said.without))
        for m in reviews
        for said in mine.verdicts
        if (said.step, said.occurrence) == (m.step, m.occurrence) and m.how in ("kept", "renamed")
    )
    mine.revising = names.stage(mine.revising) if mine.revising else ""
    mine.disabled = _known(names, mine.disabled)
    mine.copies = tuple(replace(c, step=names.step(c.step) or c.step) for c in mine.copies)
    own = (mine.pathway, mine.enrolled)
    draft.journey.plans = tuple(
        replace(
            version,
            step=names.step(version.step) or version.step,
            judged=tuple(names.step(name) or name for name in version.judged),
        )
        if (version.pathway, version.enrolled) == own
        else version
        for version in draft.journey.plans
    )


def _known(names: Names, steps: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(to for name in steps if (to := names.step(name)))


def _approves(names: Names, move: StepMove) -> bool:
    return bool(move.step) and names.old.steps[move.step].verb == "approve"
