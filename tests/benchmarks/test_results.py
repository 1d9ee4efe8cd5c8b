"""The checked-in results: complete, well-formed, and the same as the document says."""

from __future__ import annotations

from math import isfinite

from benchmarks import results
from pathways.compiled import HUMAN_VERBS

WANTED = (
    "Warm throughput",
    "Cold throughput",
    "History events a step",
    "Wake 1,000 beside wake 10: CPU of the worker",
    "Kernel, all events",
)


def test_every_figure_has_a_value_and_a_spread() -> None:
    """Given results.json, then each line is of the declared shape, positive and in order."""
    found = results.load()
    assert found
    for one in found:
        assert isfinite(one.value), one.name
        assert one.value > 0, one.name
        assert one.spread[0] <= one.spread[1], one.name
        assert (one.rival is None) == (one.ratio is None), one.name
        assert one.unit, one.name


def test_no_figure_is_named_twice_and_none_that_was_asked_for_is_missing() -> None:
    names = [one.name for one in results.load()]
    assert len(names) == len(set(names))
    assert set(WANTED) <= set(names)


def test_a_ratio_lies_within_its_spread() -> None:
    for one in results.load():
        if one.ratio is not None:
            assert one.spread[0] <= one.ratio <= one.spread[1], one.name


def test_one_machine_measured_all_and_nothing_names_it() -> None:
    """All figures of a file come from one run."""
    machines = {one.machine for one in results.load()}
    assert len(machines) == 1
    assert "/" not in machines.pop()


def test_the_document_shows_exactly_these_results() -> None:
    """Given docs/performance.md, when its table is made anew from results.json, then nothing
    changes."""
    document = results.DOCUMENT.read_text(encoding="utf-8")
    assert results.with_table(document, results.load()) == document


def test_the_measured_year_has_forty_steps_in_the_stated_proportions() -> None:
    from benchmarks.driving import STEPS, year

    verbs = [step.verb for stage in year().stages for step in stage.steps]
    assert len(verbs) == STEPS
    assert sum(verb in HUMAN_VERBS for verb in verbs) == 16
    assert [verbs.count(verb) for verb in ("schedule", "notify", "wait")] == [8, 8, 8]


def test_every_event_of_the_recorded_courses_is_decided_as_it_was_recorded() -> None:
    """The kernel benchmark measures real decisions: each recorded moment leads to the next."""
    from benchmarks.course import courses
    from pathways.journey.decide import decide

    for course in courses():
        for moment, following in zip(course.moments, course.moments[1:], strict=False):
            decision = decide(moment.journey, moment.event, moment.now, course.library)
            assert decision.journey == following.journey
