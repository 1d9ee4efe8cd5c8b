"""Consent to automated contact, withdrawn (clinical rule X4)."""

from __future__ import annotations

from pathways.journey import messages, tasks
from pathways.journey.draft import Draft
from pathways.journey.state import Source
from pathways.spans import Span


def withdrawn(draft: Draft) -> None:
    """Consent is withdrawn (X4): no automated contact; a person makes contact within a business
    day. What is open for the patient's safety stays open."""
    draft.journey.silent = True
    messages.silence(draft)
    running = draft.running()
    if not running:
        return
    tasks.open_task(
        draft,
        running[0],
        Source(running[0].pathway, "", "consent-withdrawn", draft.serial()),
        kind="consent",
        title="Consent to messages withdrawn: call the patient",
        owner="case-manager",
        due=Span(1, "business-day"),
        about="consent",
    )
    tasks.open_task(
        draft,
        running[0],
        Source(running[0].pathway, "", "consent-withdrawn", draft.serial()),
        kind="consent",
        title="Consent to messages withdrawn: take note",
        owner=tasks.physician(draft, running[0]),
        due=Span(1, "business-day"),
        outcomes=("noted",),
        about="consent-physician",
    )
