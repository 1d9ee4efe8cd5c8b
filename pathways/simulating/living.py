"""A panel's life on the kernel: the panel says what is put to whom, the kernel decides."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pathways.journey.decide import Decision, decide, new_journey
from pathways.journey.state import Journey
from pathways.simulating.panel import Panel
from pathways.simulating.plan import Lived, Move, Plan
from pathways.simulating.tally import Tally


class Decided(NamedTuple):
    """A move, the journey that it met, and what came of it."""

    move: Move
    before: Journey
    made: Decision


def decided(panel: Panel, kernel: Callable[..., Decision] = decide) -> Iterator[Decided]:
    """Live a panel to its end, one decision after the other, in order of time.

    ``kernel``: ``decide``, or ``decide`` with a stopwatch."""
    library = {course.digest: course.pathway for course in panel.plan.courses}
    journeys: dict[str, Journey] = {}
    life = panel.life()
    try:
        move = next(life)
        while True:
            before = journeys.get(move.journey) or new_journey(move.journey)
            made = kernel(before, move.event, move.at, library)
            journeys[move.journey] = made.journey
            yield Decided(move, before, made)
            move = life.send(Lived(made.journey, made.effects, made.record))
    except StopIteration:
        return


def simulate(plan: Plan, number: int) -> Tally:
    """Live one panel on the kernel, and count."""
    panel = Panel(plan, number)
    deque(decided(panel), maxlen=0)
    return panel.tally
