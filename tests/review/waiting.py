"""What must hold of requests for authorization, whatever is said of them (I9)."""

from __future__ import annotations

from itertools import pairwise

from pathways.journey.state import Journey
from pathways.review.machine import ENDED, MOVES, UNDECIDED, State


def waits_for_something(journey: Journey) -> None:
    """I9 for reviews: who is with the payer has a clock that runs or a task that is chased; who is
    over has neither; each history is a way through the chart."""
    armed = {d.ref.split("/")[0]: d.ref for d in journey.agenda if d.kind == "review"}
    about = {task.about for task in journey.tasks.values()}
    for run in journey.reviews.values():
        states: list[State] = ["draft", *(move.to for move in run.history)]
        for before, after in pairwise(states):
            assert after in MOVES[before], states
        if run.state in ENDED:
            assert run.id not in armed
        elif run.state in UNDECIDED[1:] and not run.decide_by:
            raise AssertionError(f"{run.id} is with the payer and has no clock")
        if run.state == "draft":
            to_ask = {t.about for t in journey.tasks.values() if t.kind == "review-anew"}
            assert run.task in journey.tasks or run.id in to_ask, f"nobody sends {run}"
        if run.id in about:
            assert run.state not in ("cancelled-deceased", "voided-duplicate")
