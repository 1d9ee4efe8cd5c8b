"""Notices: what rules of several pathways write to the same person at once is written once (X8)."""

from __future__ import annotations

from pathways.compiled import Step
from pathways.journey.draft import Draft
from pathways.journey.state import Enrollment

TOLD = "told-already"
"""Why the second is not sent."""


def is_told(draft: Draft, enrollment: Enrollment, do: Step) -> bool:
    """Whether this decision has written the same to the same role of the team for another pathway:
    the same text, and in what it names nothing else."""
    pathway = draft.ready(enrollment).pathway
    text = pathway.messages.get(do.message, {}).get("en")
    if text is None:
        return False
    words = text.subject + text.body
    names = {"pathway.title": pathway.title, "step.title": do.title}
    return any(
        (sent.to, sent.text.subject + sent.text.body) == (do.to, words)
        and all(sent.params.get(name) == own for name, own in names.items() if name in words)
        for sent in draft.messages
        if sent.to not in ("patient", "caregiver")
    )
