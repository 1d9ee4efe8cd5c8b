"""What of the patient bears on every task: the tier of risk, a crisis at home, an open denial.

The kernel decides it and the record keeps it with each decision; the worklist's score and a
worker's load are reckoned from it (clinical.md 7.1, 7.2).
"""

from __future__ import annotations

from pathways.journey.draft import Draft
from pathways.journey.state import Source
from pathways.review.machine import State
from pathways.tiers import RANKS, TIERS

CRISIS = "caregiver-crisis"
"""A yes-or-no value, or an event, of this name."""
DENIAL = "open-denial"
DISPUTED: tuple[State, ...] = ("denied", "p2p", "appeal-1", "appeal-2")


def tier(draft: Draft) -> str:
    """The highest tier that a running pathway has determined; empty: none has."""
    found = [""]
    for enrollment in draft.running():
        view = draft.view(enrollment)
        for name in draft.ready(enrollment).tiers:
            found.append(TIERS.get(str(view.value(name)), ""))
    return max(found, key=RANKS.index)


def flags(draft: Draft) -> tuple[str, ...]:
    """``caregiver-crisis``, while the value says so or the task of a rule on that event is open;
    ``open-denial``, while a payer's no is talked about or appealed."""
    denied = any(run.state in DISPUTED for run in draft.journey.reviews.values())
    return ((CRISIS,) if _crisis(draft) else ()) + ((DENIAL,) if denied else ())


def _crisis(draft: Draft) -> bool:
    if any(draft.view(e).value(CRISIS) is True for e in draft.running()):
        return True
    return any(
        _is_of_crisis(draft, source)
        for task in draft.journey.tasks.values()
        for source in task.sources
        if not source.stage
    )


def _is_of_crisis(draft: Draft, source: Source) -> bool:
    held = draft.journey.enrollments.get(source.pathway)
    if held is None or held.status == "discharged":
        return False
    rule = draft.ready(held).rules.get(source.step)
    return rule is not None and rule.on == CRISIS
