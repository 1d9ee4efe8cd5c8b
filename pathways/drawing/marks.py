"""How a patient's course looks: never by colour alone, always with a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from pathways.drawing.colours import DARK, QUIET
from pathways.drawing.course import Mark, Status

Moment = Callable[[int], str]
"""Says an instant, in the patient's calendar."""


class Look(Struct, frozen=True):
    """Frame of a marked step: colour, width in points, style."""

    line: str
    width: float
    style: str


LOOKS: Mapping[Status, Look] = {
    "open": Look("#0B4FA8", 3.0, "solid"),
    "waiting": Look("#0B4FA8", 1.5, "dashed"),
    "done": Look(DARK, 2.0, "solid"),
    "fired": Look(DARK, 2.0, "solid"),
    "declined": Look("#9B1C31", 2.5, "dashed"),
    "missed": Look("#9B1C31", 2.5, "solid"),
    "failed": Look("#9B1C31", 2.5, "dotted"),
    "skipped": Look(QUIET, 1.5, "dotted"),
    "cancelled": Look(QUIET, 1.5, "dotted"),
}
"""A look of its own for everything that a step may have come to."""

MEANING = (
    "The patient's course, by frame and word: blue open (dashed: waiting for its date), dark done, "
    "red missed, failed or declined (dashed), dotted grey left out. White: not reached."
)
"""For the legend."""

_WORDS: Mapping[Status, str] = {
    "waiting": "again",
    "skipped": "left out",
    "cancelled": "no longer needed",
}


def mark_text(mark: Mark, moment: Moment) -> str:
    """``open, due Tue 1 Dec 2026 (2 times)``."""
    word = _WORDS.get(mark.status, mark.status)
    joint = ", due " if mark.status == "open" else " "
    at = f"{joint}{moment(mark.at)}" if mark.at else ""
    times = f" ({mark.times} times)" if mark.times > 1 else ""
    return f"{word}{at}{times}"


def stage_text(mark: Mark, moment: Moment) -> str:
    """``here since Tue 1 Dec 2026``."""
    here = f"here since {moment(mark.at)}" if mark.status == "open" else "was here"
    times = f" ({mark.times} times)" if mark.times > 1 else ""
    return f"{here}{times}"
