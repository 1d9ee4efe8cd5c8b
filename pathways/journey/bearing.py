"""What of the patient bears on every task: the tier of risk, and a crisis at home.

The kernel decides it and the record keeps it with each decision; the worklist's score and a
worker's load are reckoned from it (clinical.md 7.1, 7.2).
"""

from __future__ import annotations

from pathways.journey.draft import Draft
from pathways.tiers import RANKS, TIERS

CRISIS = "caregiver-crisis"
"""A yes-or-no value, or an event, of this name."""


def tier(draft: Draft) -> str:
    """The highest tier that a running pathway has determined; empty: none has."""
    found = [""]
    for enrollment in draft.running():
        view = draft.view(enrollment)
        for name in draft.ready(enrollment).tiers:
            found.append(TIERS.get(str(view.value(name)), ""))
    return max(found, key=RANKS.index)


def flags(draft: Draft) -> tuple[str, ...]:
    """``caregiver-crisis``: the value says so, or the task of a rule on that event is open."""
    for enrollment in draft.running():
        if draft.view(enrollment).value(CRISIS) is True:
            return (CRISIS,)
    for task in draft.journey.tasks.values():
        for source in task.sources:
            held = draft.journey.enrollments.get(source.pathway)
            if source.stage or held is None or held.status == "discharged":
                continue
            rule = draft.ready(held).rules.get(source.step)
            if rule is not None and rule.on == CRISIS:
                return (CRISIS,)
    return ()
