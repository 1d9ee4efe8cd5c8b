"""Working time and queues."""

from __future__ import annotations

import pytest

from pathways.journey.state import Source, Task
from pathways.simulating.queues import Queue, WorkingTime
from pathways.simulating.staffing import Role
from tests.kernel.building import NEW_YORK, at
from tests.simulating.populations import OFFICE

FRIDAY = at("2027-01-15 16:30-05:00")
HOUR = 3600


@pytest.fixture
def office() -> WorkingTime:
    return WorkingTime(OFFICE, NEW_YORK, at("2027-01-04 00:00-05:00"), at("2027-03-31 00:00-05:00"))


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        ("2027-01-11 09:00-05:00", 2, "2027-01-11 11:00-05:00"),
        ("2027-01-11 16:00-05:00", 2, "2027-01-12 09:00-05:00"),
        ("2027-01-15 16:30-05:00", 1, "2027-01-19 08:30-05:00"),  # over a weekend and a holiday
        ("2027-01-16 12:00-05:00", 1, "2027-01-19 09:00-05:00"),  # begun on a Saturday
        ("2027-03-12 16:30-05:00", 1, "2027-03-15 08:30-04:00"),  # over the change of the clock
        ("2027-01-11 08:00-05:00", 9, "2027-01-11 17:00-05:00"),
    ],
)
def test_work_goes_on_in_the_next_shift(office, start, hours, ends):
    assert office.after(at(start), hours * HOUR) == at(ends)


def test_nobody_is_there_at_night_on_weekends_and_on_holidays(office):
    assert office.is_open(at("2027-01-11 08:00-05:00"))
    assert not office.is_open(at("2027-01-11 17:00-05:00"))
    assert not office.is_open(at("2027-01-16 12:00-05:00"))
    assert not office.is_open(at("2027-01-18 12:00-05:00")), "Martin Luther King day"
    assert office.next_opening(FRIDAY) == at("2027-01-19 08:00-05:00")


def task(name: str, due: int, urgency: str = "") -> Task:
    source = Source("demo", "follow-up", "call", 1)
    return Task(name, "task", "Call", "case-manager", 0, due, (source,), urgency=urgency)


def test_the_most_urgent_is_next_then_what_is_due_first(office):
    queue = Queue(Role("case-manager", 4, OFFICE), office)
    queue.add("p", task("t1", 900))
    queue.add("p", task("t2", 100))
    queue.add("p", task("t3", 999, "RT-1BD"))
    queue.add("p", task("t4", 100))
    assert [queue.take() for _ in range(5)] == [
        ("p", "t3"),
        ("p", "t2"),
        ("p", "t4"),
        ("p", "t1"),
        None,
    ]


def test_a_part_time_person_takes_longer_and_comes_after_a_full_time_one(office):
    """Given one and a half people, then the whole one begins first, and the half one needs two
    hours for an hour's work."""
    monday = at("2027-01-11 09:00-05:00")
    queue = Queue(Role("case-manager", 6, OFFICE), office)
    queue.add("p", task("t1", 1))
    assert queue.start(monday, HOUR) == (0, monday + HOUR)
    assert queue.start(monday, HOUR) == (1, monday + 2 * HOUR)
    assert not queue.can_start()
    queue.free(0)
    assert queue.can_start()


def test_what_came_in_between_delays_the_next_task(office):
    monday = at("2027-01-11 09:00-05:00")
    queue = Queue(Role("case-manager", 4, OFFICE), office)
    queue.debt = 600
    assert queue.start(monday, HOUR) == (0, monday + HOUR + 600)
    assert queue.debt == 0


def test_a_role_without_people_does_nothing(office):
    queue = Queue(Role("case-manager", 0, OFFICE), office)
    queue.add("p", task("t1", 1))
    assert not queue.can_start()
    assert not queue.staffed
