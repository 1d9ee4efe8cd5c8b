"""What of the patient bears on every task: the tier of risk, a crisis at home, an open denial.

The kernel decides it and the record keeps it with each decision; the worklist's score and a
worker's load are reckoned from it (clinical.md 7.1, 7.2).
"""

from __future__ import annotations

from pathways.journey.draft import Draft
from pathways.journey.events import Value
from pathways.journey.prepared import Prepared
from pathways.journey.state import Enrollment, Source
from pathways.review.machine import State
from pathways.tiers import RANKS, TIERS

CRISIS = "caregiver-crisis"
"""A yes-or-no value, or an event, of this name."""
DENIAL = "open-denial"
_RANK: dict[Value | None, int] = {word: RANKS.index(tier) for word, tier in TIERS.items()}
DISPUTED: tuple[State, ...] = ("denied", "p2p", "appeal-1", "appeal-2")


def tier(draft: Draft) -> str:
    """The highest tier that a running pathway has determined; empty: none has."""
    highest = 0
    for enrollment in draft.running():
        for name in draft.ready(enrollment).tiers:
            highest = max(highest, _RANK.get(draft.view(enrollment).value(name), 0))
    return RANKS[highest]


def flags(draft: Draft) -> tuple[str, ...]:
    """``caregiver-crisis``, while the value says so or the task of a rule on that event is open;
    ``open-denial``, while a payer's no is talked about or appealed."""
    crisis = any(_crisis(draft, enrollment) for enrollment in draft.running())
    denied = any(run.state in DISPUTED for run in draft.journey.reviews.values())
    return ((CRISIS,) if crisis else ()) + ((DENIAL,) if denied else ())


def _crisis(draft: Draft, enrollment: Enrollment) -> bool:
    ready = draft.ready(enrollment)
    if CRISIS in ready.pathway.data and draft.view(enrollment).value(CRISIS) is True:
        return True
    return CRISIS in ready.rules_on and any(
        _is_of_crisis(ready, source)
        for task in draft.journey.tasks.values()
        for source in task.sources
        if source.pathway == enrollment.pathway and not source.stage
    )


def _is_of_crisis(ready: Prepared, source: Source) -> bool:
    rule = ready.rules.get(source.step)
    return rule is not None and rule.on == CRISIS
