"""Paired measurements: two sides in turn, so that what else the machine does meets both."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.results import Result, machine


def compared(
    name: str, unit: str, ours: Sequence[float], theirs: Sequence[float], wanted: str = ""
) -> Result:
    """The n-th value of one side beside the n-th of the other."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True) if other]
    return Result(
        name=name,
        value=_short(median(ours)),
        unit=unit,
        rival=_short(median(theirs)),
        ratio=_short(median(ratios)) if ratios else None,
        spread=(_short(min(ratios)), _short(max(ratios))) if ratios else (0.0, 0.0),
        machine=machine(),
        wanted=wanted,
    )


def alone(name: str, unit: str, values: Sequence[float], wanted: str = "") -> Result:
    """A figure without a rival."""
    spread = (_short(min(values)), _short(max(values)))
    return Result(name, _short(median(values)), unit, None, None, spread, machine(), wanted)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
