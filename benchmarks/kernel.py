"""The kernel alone: how many decisions a second one core makes, by kind of event."""

from __future__ import annotations

import cProfile
import gc
import io
import pstats
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.course import Course, Moment, courses
from pathways.journey.decide import decide

Timed = Sequence[tuple[Course, Moment]]


def recorded() -> list[tuple[Course, Moment]]:
    """Every decision of the courses."""
    return [(course, moment) for course in courses() for moment in course.moments]


def by_kind(moments: Timed) -> dict[str, list[tuple[Course, Moment]]]:
    """The decisions by kind of event, the most frequent kind first."""
    kinds: dict[str, list[tuple[Course, Moment]]] = {}
    for course, moment in moments:
        kinds.setdefault(moment.kind, []).append((course, moment))
    return dict(sorted(kinds.items(), key=lambda pair: -len(pair[1])))


def decisions_per_second(moments: Timed, seconds: float = 0.5) -> float:
    """Decisions made again and again for about so long, by CPU time of this process."""
    with _undisturbed():
        made, began = 0, time.process_time()
        while (used := time.process_time() - began) < seconds:
            for course, moment in moments:
                decide(moment.journey, moment.event, moment.now, course.library)
            made += len(moments)
    return made / used


def profile(moments: Timed, rows: int = 20) -> str:
    """Where the kernel's time goes: the functions with the most time of their own."""
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(5):
        for course, moment in moments:
            decide(moment.journey, moment.event, moment.now, course.library)
    profiler.disable()
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(rows)
    return text.getvalue()


@contextmanager
def _undisturbed() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
