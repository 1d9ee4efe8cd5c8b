"""Strict replay in tests: what differs is a failure of the test."""

from __future__ import annotations

from temporalio.client import WorkflowHistory

from worker import replaying
from worker.replaying import Replayed


async def replay(history: WorkflowHistory) -> Replayed:
    """Replay with today's code; asserts that the history follows from it to the letter:
    arguments, lengths of timers, answers, search attributes and the state handed on."""
    replayed = await replaying.replay(history)
    assert replayed.differences == (), replayed.differences
    return replayed
