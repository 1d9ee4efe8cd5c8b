"""Accepting a report: what cannot be right is refused, the rest goes on the timeline."""

from __future__ import annotations

from pathways.journey import subjects
from pathways.journey.answers import Refused
from pathways.journey.authorizing import coverage
from pathways.journey.draft import Draft
from pathways.journey.events import Report
from pathways.journey.values import AHEAD

OF_DEATH = ("deceased", "death-disproved", "death-corrected", "death-retracted")
"""What may be reported of somebody who has died."""


def accept(draft: Draft, event: Report) -> None:
    """Put a report on the timeline. Raises ``Refused`` when it cannot be right."""
    if event.at > draft.now + AHEAD:
        raise Refused("in-the-future", f"{event.event} lies in the future: check its date.")
    if event.event == coverage.EVENT:
        coverage.check(draft, event)
    if event.event == "caregiver-access":
        subjects.check_access(event)
    if event.event == "moved" and event.calendar is None:
        raise Refused("no-calendar", "Say where the patient moved: a time zone is needed.")
    patient = draft.journey.patient
    if patient is not None and patient.deceased and event.event not in OF_DEATH:
        raise Refused("deceased", "The patient is recorded as deceased.")
    draft.say(
        "reported",
        actor=event.actor.role,
        event=event.event,
        at=event.at,
        verified=event.verified,
        visit=event.visit or None,
        details=", ".join(f"{name}: {text}" for name, text in sorted(event.details.items())),
    )
