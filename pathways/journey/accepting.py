"""Accepting a report: what cannot be right is refused, the rest goes on the timeline."""

from __future__ import annotations

from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.events import Report
from pathways.journey.values import AHEAD


def accept(draft: Draft, event: Report) -> None:
    """Put a report on the timeline. Raises ``Refused`` when it cannot be right."""
    if event.at > draft.now + AHEAD:
        raise Refused("in-the-future", f"{event.event} lies in the future: check its date.")
    if event.event == "moved" and event.calendar is None:
        raise Refused("no-calendar", "Say where the patient moved: a time zone is needed.")
    draft.say(
        "reported",
        actor=event.actor.role,
        event=event.event,
        at=event.at,
        verified=event.verified,
        visit=event.visit or None,
        details=", ".join(f"{name}: {text}" for name, text in sorted(event.details.items())),
    )
