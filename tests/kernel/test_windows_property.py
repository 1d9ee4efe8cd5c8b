"""What is not yet done stands as if the last date had always been known."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pathways.compiled import Step
from pathways.journey.events import Reading, Record
from pathways.spans import Span
from pathways.windows import Window
from tests.kernel.building import NURSE, Patient, at, human
from tests.kernel.test_windows import HOLDING, course

FIRST = date(2027, 3, 1)
DATES = st.integers(-30, 500).map(lambda days: (FIRST + timedelta(days=days)).isoformat())
OPENS = st.one_of(st.none(), st.integers(-250, 250))
LENGTH = st.one_of(st.none(), st.integers(0, 120))
HOUR = st.sampled_from((None, 0, 5_400, 28_800, 72_000))
EVERY = st.sampled_from((None, None, Span(1, "day"), Span(1, "week"), Span(12, "hour")))


@st.composite
def steps(draw: st.DrawFn) -> tuple[Step, ...]:
    """One to three steps with windows."""
    made: list[Step] = []
    for number in range(draw(st.integers(1, 3))):
        opens, length = draw(OPENS), draw(LENGTH)
        if opens is None and length is None:
            opens = 0
        closes = None if length is None else (opens or 0) + length
        clock = None if opens is None else draw(HOUR)
        window = Window("edd", opens, closes, clock)
        every = draw(EVERY)
        due = Span(2, "day") if every is not None or closes is None else None
        made.append(human(f"step-{number}", window=window, every=every, due=due))
    return tuple(made)


def told(plan: tuple[Step, ...], dates: list[str]) -> Patient:
    """A patient of whom these dates were told, an hour apart, from the enrollment on."""
    patient = Patient(now=at("2027-03-01T09:00-05:00"))
    patient.enroll(course(HOLDING, *plan), readings=())
    for number, day in enumerate(dates):
        patient.now = at("2027-03-01T10:00-05:00") + 3_600 * number
        reading = Reading("edd", day, patient.now)
        patient.apply(Record(patient.command(), NURSE, (reading,)))
    return patient


def ahead(patient: Patient, begun: set[str]) -> list[tuple[int, str, str]]:
    """What is arranged of the steps that had not begun."""
    kinds = ("start", "recur")
    due = [(d.at, d.kind, d.ref) for d in patient.journey.agenda if d.kind in kinds]
    return sorted(one for one in due if one[2] not in begun)


@settings(max_examples=60, deadline=None)
@given(plan=steps(), dates=st.lists(DATES, min_size=1, max_size=5))
def test_only_the_last_date_counts_for_what_has_not_begun(
    plan: tuple[Step, ...], dates: list[str]
) -> None:
    """Given dates that were corrected any number of times; then each step that never began is
    arranged, waits or is left out as if only the last one had been told, at that moment."""
    patient = told(plan, dates)
    fresh = told(plan, [dates[-1]] * len(dates))
    begun = {e.step for e in patient.entries if e.kind == "task-opened"}
    begun |= {e.step for e in fresh.entries if e.kind == "task-opened"}
    assert ahead(patient, begun) == ahead(fresh, begun)
    mine, theirs = (p.journey.enrollments["demo"].active[0].steps for p in (patient, fresh))
    for step in plan:
        if step.id not in begun:
            states = [(s.get(step.id)) for s in (mine, theirs)]
            assert [s and (s.status, s.outcome, s.armed) for s in states[:1]] == [
                s and (s.status, s.outcome, s.armed) for s in states[1:]
            ]


@settings(max_examples=60, deadline=None)
@example(
    plan=(human("step-0", window=Window("edd", -1, -1, None)),),
    dates=["2027-03-02", "2027-03-01", "2027-03-01"],
)
@given(plan=steps(), dates=st.lists(DATES, min_size=1, max_size=5))
def test_an_open_task_is_due_when_its_window_closes_by_the_last_date(
    plan: tuple[Step, ...], dates: list[str]
) -> None:
    """Given dates that were corrected; then whatever is open by its window is due at the end of
    the day on which the window closes now, and never before that date was told."""
    patient = told(plan, dates)
    last = date.fromisoformat(dates[-1])
    since = len(dates) - len([*takewhile(lambda day: day == dates[-1], reversed(dates))])
    heard = at("2027-03-01T10:00-05:00") + 3_600 * since
    for step in plan:
        closes = step.window.closes if step.window is not None else None
        if closes is None or step.every is not None:
            continue
        for task in patient.journey.tasks.values():
            if task.sources[0].step == step.id:
                day = (last + timedelta(days=closes)).isoformat()
                end = at(f"{day}T23:59:59-05:00")
                assert abs(task.due - end) <= 3_600 or end < heard == task.due
