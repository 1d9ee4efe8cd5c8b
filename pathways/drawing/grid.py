"""Cells for the steps of a stage, so that a long stage is a block rather than a row or a ribbon."""

from __future__ import annotations

from collections.abc import Sequence

from pathways.compiled import Step

TALLEST = 6
"""Steps under one another before a stage gets one more column."""


def cells(steps: Sequence[Step], tallest: int = TALLEST) -> dict[str, tuple[int, int]]:
    """Step id -> (row, column). A step stands below everything that it comes after.

    Steps keep the order of the file as far as that allows; a step stands under what it comes
    after where that cell is free.
    """
    width = max(1, -(-len(steps) // tallest))
    placed: dict[str, tuple[int, int]] = {}
    rest = list(steps)
    here = {step.id for step in steps}
    row = 0
    while rest:
        ready = [s for s in rest if all(a in placed for a in s.behind if a in here)][:width]
        # Only a circle of steps leaves none ready, and the checker refuses those.
        for step, column in _columns(ready or rest[:1], placed, width):
            placed[step.id] = (row, column)
        rest = [step for step in rest if step.id not in placed]
        row += 1
    return placed


def _columns(
    chosen: Sequence[Step], placed: dict[str, tuple[int, int]], width: int
) -> list[tuple[Step, int]]:
    free = list(range(width))
    found: list[tuple[Step, int]] = []
    for step in chosen:
        wanted = next((placed[a][1] for a in step.behind if a in placed), free[0])
        column = wanted if wanted in free else free[0]
        free.remove(column)
        found.append((step, column))
    return sorted(found, key=lambda pair: pair[1])
