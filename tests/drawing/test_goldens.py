"""The drawing of a small pathway, to the byte: DOT, Mermaid and the description behind both.

CAREWAY_BLESS=1 writes them anew; look at the picture before committing one.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from pathways.drawing import Course, Mark, as_dot, as_mermaid
from tests.drawing.samples import HERE, drawn, href

COURSE = Course(
    status="active",
    steps={
        "look": Mark("done", 1, 1_800_000_000),
        "feet": Mark("open", 2, 1_800_086_400),
        "offer": Mark("declined", 1),
        "instead": Mark("open", 1, 1_800_086_400),
        "call": Mark("waiting", 1, 1_800_500_000),
        "eyes": Mark("missed", 1),
        "permit": Mark("skipped", 1),
        "tier": Mark("failed", 1),
        "severe-low": Mark("fired", 3, 1_800_000_000),
    },
    stages={"assessment": Mark("done", 1), "follow-up": Mark("open", 1, 1_800_000_000)},
)
PICTURES: dict[str, Callable[[], str]] = {
    "every-verb.dot": lambda: as_dot(drawn(), href),
    "every-verb.mermaid": lambda: as_mermaid(drawn(), href),
    "follow-up.dot": lambda: as_dot(drawn("follow-up"), href),
    "course.dot": lambda: as_dot(drawn(course=COURSE), href),
    "course.mermaid": lambda: as_mermaid(drawn("follow-up", COURSE), href),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawing_is_exactly_so(name: str) -> None:
    path = HERE / "golden" / name
    text = PICTURES[name]()
    if os.environ.get("CAREWAY_BLESS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_golden_file_has_a_drawing() -> None:
    assert {path.name for path in (HERE / "golden").iterdir()} == set(PICTURES)
