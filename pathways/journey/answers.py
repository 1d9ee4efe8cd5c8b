"""Answers to commands, and the memory of them: a command id seen before is answered with its
first answer, also after years (I6)."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import Literal

from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.state import Journey

RECENT = 64
"""Answers in the part that a decision copies."""
FULL = 512
"""Answers kept word for word; older ones keep their verdict in twelve characters."""
_WIDTH = 12


class Refused(Exception):  # a verdict on a command, not a failure
    """The command cannot be applied: nothing is changed, the refusal is recorded."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def answered_before(journey: Journey, command: str) -> Answer | None:
    """The first answer to this command id, if it was seen."""
    found = journey.applied.get(command) or journey.applied_before.get(command)
    if found is not None or not journey.applied_long_ago:
        return found
    token = _token(command)
    place = journey.applied_long_ago.find(token)
    while place >= 0:
        if place % _WIDTH == 0:
            verdict = journey.applied_long_ago[place + _WIDTH - 1]
            return Answer("applied" if verdict == "a" else "refused", code="answered-long-ago")
        place = journey.applied_long_ago.find(token, place + 1)
    return None


def remember(draft: Draft, command: str, answer: Answer) -> None:
    """Keep the answer; when the recent ones are many, move them over in bulk."""
    journey = draft.journey
    journey.applied = {**journey.applied, command: answer}
    if len(journey.applied) < RECENT:
        return
    older = {**journey.applied_before, **journey.applied}
    long_ago = []
    while len(older) > FULL:
        first = next(iter(older))
        verdict: Literal["a", "r"] = "a" if older.pop(first).status == "applied" else "r"
        long_ago.append(_token(first) + verdict)
    journey.applied = {}
    journey.applied_before = older
    journey.applied_long_ago += "".join(long_ago)


def _token(command: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(command.encode()).digest()).decode()[: _WIDTH - 1]
