"""The search for a patient: values under which a condition is yes, or the proof that none are.

The range of every value is cut at the constants it is compared with; within a piece nothing
changes. Pieces are tried in turn, and a branch is left as soon as interval reasoning shows that
it cannot lead to yes. When every branch is left, no patient exists: that is the proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import ceil, floor, inf, isfinite
from typing import Any

from pathways.proving.evaluating import Forecast, Leaf, forecast, leaves, limits
from pathways.proving.ground import Ground, laws
from pathways.proving.possible import NO, UNKNOWN, YES, Possible, constant, numbers

OTHER = "another"
BUDGET = 20_000
"""How much one search may look at, in values of worlds; beyond it nothing is claimed."""

Value = float | str | bool | None


class Found:
    """What a search came to. ``possible``: ``False`` is a proof; ``True`` may rest on a search
    that was given up (``searched`` is then ``False``)."""

    def __init__(
        self,
        possible: bool,
        question: Question | None = None,
        world: Mapping[Leaf, Possible] | None = None,
    ) -> None:
        self.possible = possible
        self.searched = not possible or world is not None
        self._question = question
        self._world = dict(world or {})

    @cached_property
    def witness(self) -> dict[Leaf, Value] | None:
        """One patient's values by leaf, checked against the condition; ``None``: none was hit."""
        if self._question is None or not self.searched or not self.possible:
            return None
        return self._question.sample(self._world)


class Question:
    """Whether ``expr`` can be yes on a ground. ``assume``: further conditions that hold."""

    def __init__(
        self,
        expr: list[Any],
        ground: Ground,
        assume: Sequence[list[Any]] = (),
    ) -> None:
        whole: list[Any] = ["and", *assume, ["is-yes", expr]]
        self.leaves = leaves(whole)
        goal: list[Any] = [
            "and",
            *(["not", ["is-no", law]] for law in laws(self.leaves, ground.pathway)),
            *whole[1:],
        ]
        self.goal = goal
        self.test: Forecast = forecast(goal)
        self._ground = ground
        self.looks = 0

    @cached_property
    def cells(self) -> dict[Leaf, tuple[Possible, ...]]:
        """The pieces of each leaf."""
        cuts = limits(self.goal)
        return {leaf: pieces(*self._ground.of(leaf), cuts.get(leaf, ())) for leaf in self.leaves}

    def answer(self) -> Found:
        world = {leaf: self._ground.of(leaf)[0] for leaf in self.leaves}
        first = self.test(world)
        if not first.truth & YES:
            return Found(False)
        return self._search(world, 0) or Found(False)

    def _search(self, world: dict[Leaf, Possible], depth: int) -> Found | None:
        if depth == len(self.leaves):
            return Found(True, self, world)
        leaf = self.leaves[depth]
        before = world[leaf]
        for cell in self.cells[leaf]:
            world[leaf] = cell
            self.looks += 1
            if self.looks * len(self.leaves) > BUDGET:
                return Found(True)
            answer = self.test(world)
            if answer.truth == YES and not answer.unknown:
                return Found(True, self, self._settled(world, depth + 1))
            if answer.truth & YES:
                found = self._search(world, depth + 1)
                if found is not None:
                    return found
        world[leaf] = before
        return None

    def _settled(self, world: dict[Leaf, Possible], depth: int) -> dict[Leaf, Possible]:
        """The world with what no longer matters at its first piece."""
        return world | {leaf: self.cells[leaf][0] for leaf in self.leaves[depth:]}

    def sample(self, world: Mapping[Leaf, Possible]) -> dict[Leaf, Value] | None:
        """One value of every piece, if together they satisfy the condition."""
        for share in (0.5, 0.25, 0.75):
            for turn in (0.0, 0.2):
                values = {
                    leaf: example(cell, min(0.95, share + turn * (place % 2)))
                    for place, (leaf, cell) in enumerate(world.items())
                }
                fixed = {leaf: constant(value) for leaf, value in values.items()}
                answer = self.test(fixed)
                if answer.truth == YES and not answer.unknown:
                    return values
        return None


def pieces(possible: Possible, whole: bool, cuts: Sequence[float | str]) -> tuple[Possible, ...]:
    """``possible`` cut at the constants; *unknown* last, as patients usually have values."""
    found: list[Possible] = []
    if possible.truth & YES:
        found.append(constant(True))
    if possible.truth & NO:
        found.append(constant(False))
    found += [constant(word) for word in possible.words]
    if possible.others:
        texts = [cut for cut in cuts if isinstance(cut, str) and cut not in possible.words]
        found += [constant(text) for text in texts]
        # Against these texts any further one does as well; without them, none is like another.
        found.append(constant(OTHER) if texts else Possible(others=True))
    if possible.numeric:
        found += _intervals(possible, whole, [c for c in cuts if not isinstance(c, str)])
    if possible.unknown:
        found.append(UNKNOWN)
    return tuple(found)


def _intervals(possible: Possible, whole: bool, cuts: Sequence[float]) -> list[Possible]:
    low, high = possible.low, possible.high
    points = sorted({float(cut) for cut in cuts if low <= cut <= high} | {low, high})
    found: list[Possible] = []
    for index, point in enumerate(points):
        if isfinite(point) and (not whole or point == floor(point)):
            found.append(constant(point))
        if index + 1 < len(points):
            between = _between(point, points[index + 1], whole)
            if between is not None:
                found.append(between)
    return found


def _between(low: float, high: float, whole: bool) -> Possible | None:
    """The open interval; of whole numbers, those inside."""
    if not whole:
        return numbers(low, high, above=True, below=True)
    first = low if low == -inf else floor(low) + 1
    last = high if high == inf else ceil(high) - 1
    return numbers(first, last) if first <= last else None


def example(cell: Possible, share: float = 0.5) -> Value:
    """A value of the piece, as round as can be. ``share``: how far into an interval."""
    if cell.truth:
        return bool(cell.truth & YES)
    if cell.words:
        return cell.words[0]
    if cell.others:
        return OTHER
    if not cell.numeric:
        return None
    low, high = cell.low, cell.high
    if low == high:
        return low
    if low == -inf:
        return high - 1 if isfinite(high) else 0.0
    if high == inf:
        return low + 1
    return _rounded(low, high, low + (high - low) * share, closed=not cell.above)


def _rounded(low: float, high: float, near: float, *, closed: bool) -> float:
    """A number inside with few digits."""
    for digits in range(12):
        candidate = round(near, digits)
        if low < candidate < high or (closed and low <= candidate <= high):
            return candidate
    return near


def can_be(wanted: str, expr: list[Any], ground: Ground, assume: Sequence[list[Any]] = ()) -> Found:
    """Whether ``expr`` can be ``yes``, ``no`` or ``unknown``."""
    return Question([f"is-{wanted}", expr], ground, assume).answer()
