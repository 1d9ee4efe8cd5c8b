"""Versions of the care plan, and which messages may tell of them (clinical.md X9).

A version is made by a plan step, frozen from then on, judged by approve steps and followed by the
next. Nothing of a version that is not approved reaches the patient; the last approved one stays in
force until another is.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.canonical import canonical
from pathways.compiled import Step
from pathways.journey.careplan.composing import compose
from pathways.journey.careplan.planned import Copy, PlanStatus, PlanVersion
from pathways.journey.draft import Draft
from pathways.journey.effects import PlanRow
from pathways.journey.state import Enrollment

REMEMBERED = 24
"""Versions that the state keeps; the record keeps all."""
TELLING = ("notify", "material")
"""Kinds of messages that carry what a step has to say, not word of its appointments or tasks."""


def of(draft: Draft, enrollment: Enrollment) -> list[PlanVersion]:
    """The versions made for this enrollment, oldest first."""
    if not enrollment.plan:
        return []
    mine = (enrollment.pathway, enrollment.enrolled)
    return [v for v in draft.journey.plans if (v.pathway, v.enrolled) == mine]


def newest(draft: Draft, enrollment: Enrollment, step: str = "") -> PlanVersion | None:
    """The newest version made for this enrollment, or the newest that ``step`` made."""
    found = [v for v in of(draft, enrollment) if step in ("", v.step)]
    return found[-1] if found else None


def make(draft: Draft, enrollment: Enrollment, step: Step) -> PlanVersion:
    """The next version, as a draft; its content is frozen. Unfinished older ones are superseded."""
    for older in of(draft, enrollment):
        if older.status in ("draft", "in-review"):
            change(draft, enrollment, older, "superseded")
    plans = draft.journey.plans
    number = plans[-1].number + 1 if plans else 1
    made = PlanVersion(number, enrollment.pathway, enrollment.enrolled, step.id, "draft", draft.now)
    draft.journey.plans = (*plans, made)[-REMEMBERED:]
    enrollment.plan, enrollment.plan_status = number, "draft"
    content = canonical(compose(draft, number, enrollment.pathway)).decode()
    draft.plan_rows[number] = PlanRow(
        number, enrollment.pathway, "draft", draft.now, content=content
    )
    return made


def change(
    draft: Draft,
    enrollment: Enrollment,
    version: PlanVersion,
    status: PlanStatus,
    *,
    judge: str = "",
    reason: str = "",
) -> PlanVersion:
    """A version's status changes; ``judge`` is the approve step that decided it. ``enrollment``
    must be editable."""
    decided = draft.now if status in ("approved", "rejected") else version.decided
    judged = (*version.judged, judge) if judge else version.judged
    changed = replace(version, status=status, decided=decided, judged=judged)
    draft.journey.plans = tuple(
        changed if v.number == version.number else v for v in draft.journey.plans
    )
    if enrollment.plan == version.number:
        enrollment.plan_status = status
    before = draft.plan_rows.get(version.number)
    draft.plan_rows[version.number] = PlanRow(
        version.number,
        version.pathway,
        status,
        version.made,
        decided,
        reason or (before.reason if before else ""),
        before.content if before else "",
    )
    return changed


def back_to_draft(draft: Draft, enrollment: Enrollment) -> None:
    """A review has ended without a verdict: the version is what it was before."""
    version = newest(draft, enrollment)
    if version is not None and version.status == "in-review":
        change(draft, enrollment, version, "draft")


# -- what the patient may be told ---------------------------------------------------------------


def withheld(draft: Draft, enrollment: Enrollment, step: str, kind: str) -> str:
    """Why a step's message may not go to the patient or caregiver now; empty when it may. A step
    that comes after the plan, or its approval, within their stage tells of the newest version."""
    if kind not in TELLING or step not in draft.ready(enrollment).of_plan:
        return ""
    version = newest(draft, enrollment)
    if version is None:
        return ""
    if version.status != "approved":
        return "plan-not-approved"
    again = draft.ready(enrollment).steps[step].every is not None or kind != "notify"
    told = any((c.step, c.version) == (step, version.number) for c in enrollment.copies)
    return "already-sent" if told and not again else ""


def note(draft: Draft, pathway: str, step: str, kind: str, key: str) -> None:
    """A message leaves, or waits to, that tells of the newest version: remember of which."""
    enrollment = draft.journey.enrollments[pathway]
    if kind not in TELLING or step not in draft.ready(enrollment).of_plan:
        return
    version = newest(draft, enrollment)
    if version is None:
        return
    journey, mine = draft.journey, draft.enrollment(pathway)
    kept = [
        c
        for c in mine.copies
        if c.version == version.number or c.key in journey.sent or c.key in journey.unsent
    ]
    mine.copies = (*kept, Copy(key, step, version.number))
