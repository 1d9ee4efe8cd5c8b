"""Chance that follows from a seed and a question: the same whenever, wherever and in whatever
order it is asked. Nothing here depends on ``hash()`` or on module state.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import log
from statistics import NormalDist
from typing import TypeVar

_SPAN = 1 << 53
_NORMAL = NormalDist()
T = TypeVar("T")


class Chance:
    """One patient's (or panel's) source of chance."""

    __slots__ = ("_hash",)

    def __init__(self, *seed: object) -> None:
        self._hash = blake2b("/".join(map(str, seed)).encode(), digest_size=8)

    def share(self, *question: object) -> float:
        """A number in (0, 1), evenly; never either end."""
        answered = self._hash.copy()
        answered.update("/".join(map(str, ("", *question))).encode())
        return ((int.from_bytes(answered.digest(), "big") >> 11) + 0.5) / _SPAN

    def normal(self, *question: object) -> float:
        """A number of mean 0 and standard deviation 1, normally distributed."""
        return _NORMAL.inv_cdf(self.share(*question))

    def wait(self, mean: float, *question: object) -> float:
        """A waiting time with this mean, exponentially distributed."""
        return -mean * log(self.share(*question))

    def one_of(self, choices: Sequence[tuple[T, float]], *question: object) -> T:
        """One of the choices, by their shares (which need not add up to 1)."""
        point = self.share(*question) * sum(share for _, share in choices)
        for choice, share in choices:
            point -= share
            if point < 0:
                return choice
        return choices[-1][0]
