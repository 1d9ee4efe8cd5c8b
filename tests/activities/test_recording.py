"""What a decision wants remembered is written once, however often it is delivered."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from activities.records import reading
from activities.records.database import TooLate
from activities.records.models import Base
from activities.records.writing import write_batch
from pathways.journey.effects import RecordBatch
from tests.activities.given import (
    MONDAY,
    appointment,
    batch,
    contents,
    enrollment,
    entry,
    key,
    message,
    task,
)


def test_a_decision_is_shown_as_it_was_made(records: Engine):
    write_batch(
        records,
        batch(
            1,
            entries=(entry("enrolled"), entry("task-opened", task="t1")),
            tasks=(task("t1", reasons=("first",), collect=("hba1c",)),),
            appointments=(appointment(),),
            enrollments=(enrollment(),),
            messages=(message(),),
        ),
    )

    assert reading.timeline(records, "j1") == [entry("enrolled"), entry("task-opened", task="t1")]
    [item] = reading.worklist(records, role="case-manager")
    assert (item.id, item.journey) == ("j1/t1", "j1")
    assert item.task == task("t1", reasons=("first",), collect=("hba1c",))
    assert reading.task(records, "j1", "j1/t1") == item
    assert reading.appointments(records, "j1") == [appointment()]
    [journey] = reading.journeys(records)
    assert (journey.status, journey.open_tasks, journey.next_due) == ("active", 1, MONDAY)
    assert journey.enrollments == (enrollment(),)
    [sent] = reading.messages(records, "j1")
    assert (sent.key, sent.to, sent.status) == (key(), "patient", "due")
    busiest = reading.busiest_day(records)
    assert busiest is not None
    assert (busiest.day, busiest.entries, busiest.journeys) == (MONDAY // 86_400, 2, 1)


def test_a_closed_task_leaves_the_worklist_and_stays_on_record(records: Engine):
    write_batch(records, batch(1, tasks=(task("t1"), task("t2"))))
    write_batch(records, batch(2, tasks=(task("t1", "done", outcome="done", closed=MONDAY),)))

    assert [item.task.task for item in reading.worklist(records)] == ["t2"]
    closed = reading.task(records, "j1", "t1")
    assert closed is not None
    assert closed.task.status == "done"


def test_a_decision_made_again_replaces_the_first(records: Engine):
    """Given a decision whose worker died, when it is made again differently, the record shows
    the second only, and what came before as it was."""
    write_batch(records, batch(1, tasks=(task("t1"),), entries=(entry("opened"),)))
    write_batch(
        records,
        batch(
            2,
            tasks=(task("t1", "done"), task("t2")),
            entries=(entry("done"),),
            messages=(message("old"),),
        ),
    )
    write_batch(records, batch(2, entries=(entry("reminded"),), messages=(message("new"),)))

    assert reading.timeline(records, "j1") == [entry("opened"), entry("reminded")]
    assert [item.task for item in reading.worklist(records)] == [task("t1")]
    assert reading.task(records, "j1", "t2") is None
    assert [m.key for m in reading.messages(records, "j1")] == [key("new")]


def test_making_a_decision_again_takes_back_what_followed_it(records: Engine):
    """One worker may decide several times before anything is durable."""
    write_batch(records, batch(1, tasks=(task("t1"),), messages=(message("first"),)))
    write_batch(records, batch(2, tasks=(task("t1", "done"),)))
    write_batch(records, batch(3, retract=(key("first"),), entries=(entry("closed"),)))

    write_batch(records, batch(2, entries=(entry("reminded"),)))

    assert [item.task for item in reading.worklist(records)] == [task("t1")]
    assert reading.timeline(records, "j1") == [entry("reminded")]
    assert [m.status for m in reading.messages(records, "j1")] == ["due"]


def test_an_old_batch_delivered_late_changes_nothing(records: Engine):
    first = batch(1, tasks=(task("t1"),), messages=(message(),))
    write_batch(records, first)
    write_batch(records, batch(2, tasks=(task("t1", "done"),)))
    before = contents(records)

    write_batch(records, first)

    assert contents(records) == before


def test_a_key_of_an_earlier_decision_is_not_sent_again(records: Engine):
    write_batch(records, batch(1, messages=(message(),)))
    write_batch(records, batch(2, messages=(message(text=message("other").text),)))

    assert [(m.key, m.at) for m in reading.messages(records, "j1")] == [(key(), MONDAY + 1)]


def test_a_retracted_message_is_not_due(records: Engine):
    write_batch(records, batch(1, messages=(message(),)))
    write_batch(records, batch(2, retract=(key(),)))

    assert [m.status for m in reading.messages(records, "j1")] == ["retracted"]


def test_after_its_deadline_nothing_is_written(records: Engine):
    with pytest.raises(TooLate):
        write_batch(records, batch(1, tasks=(task(),)), deadline=time.monotonic() - 1)

    assert reading.journeys(records) == []


def test_a_journey_begun_anew_keeps_its_past(records: Engine):
    """Given a course that ended, when another run counts from one again, then both are on record,
    and the public id of a task means the newer."""
    write_batch(records, batch(1, tasks=(task("t1"),), entries=(entry("enrolled"),)), run="r1")
    write_batch(records, batch(2, status="closed", tasks=(task("t1", "done"),)), run="r1")

    again = batch(1, entries=(entry("enrolled", again=True),), tasks=(task("t1", title="Again"),))
    write_batch(records, again, run="r2")
    write_batch(records, again, run="r2")
    write_batch(records, batch(2, entries=(entry("seen"),)), run="r2")

    assert [e.kind for e in reading.timeline(records, "j1")] == ["enrolled", "enrolled", "seen"]
    assert [(i.task.title, i.task.status) for i in reading.worklist(records, status=None)] == [
        ("First assessment", "done"),
        ("Again", "open"),
    ]
    newer = reading.task(records, "j1", "t1")
    assert newer is not None
    assert newer.task.title == "Again"


def test_a_straggler_of_an_earlier_course_is_ignored(records: Engine):
    write_batch(records, batch(1, entries=(entry("refused"),)), run="r1")
    write_batch(records, batch(1, entries=(entry("enrolled"),)), run="r2")
    before = contents(records)

    write_batch(records, batch(1, entries=(entry("something else"),)), run="r1")

    assert contents(records) == before


def test_a_run_that_continues_another_goes_on_counting(records: Engine):
    write_batch(records, batch(1, entries=(entry("one"),)), run="r1")
    write_batch(records, batch(2, entries=(entry("lost"),)), run="r1")
    write_batch(records, batch(2, entries=(entry("two"),)), run="r2")

    assert [e.kind for e in reading.timeline(records, "j1")] == ["one", "two"]


_names = st.sampled_from(["t1", "t2", "t3"])
_decisions = st.fixed_dictionaries(
    {
        "tasks": st.lists(_names, max_size=2, unique=True),
        "done": st.booleans(),
        "messages": st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True),
        "retract": st.lists(st.sampled_from(["a", "b", "c"]), max_size=1),
        "note": st.integers(0, 3),
    }
)


def _made(revision: int, decision: dict[str, Any]) -> RecordBatch:
    return batch(
        revision,
        entries=(entry("noted", n=decision["note"]),),
        tasks=tuple(
            task(name, "done" if decision["done"] else "open", level=decision["note"])
            for name in decision["tasks"]
        ),
        messages=tuple(message(step) for step in decision["messages"]),
        retract=tuple(key(step) for step in decision["retract"]),
    )


@dataclass
class _Course:
    """What a worker that is killed now and then writes, and what became durable."""

    written: list[RecordBatch] = field(default_factory=list)
    durable: list[RecordBatch] = field(default_factory=list)


@st.composite
def _courses(draw: st.DrawFn) -> _Course:
    course = _Course()
    for _ in range(draw(st.integers(1, 4))):
        start = len(course.durable)
        for _ in range(draw(st.integers(0, 2))):  # attempts that died before they were durable
            for n in range(draw(st.integers(1, 2))):
                course.written.append(_made(start + n + 1, draw(_decisions)))
        final = [_made(start + n + 1, draw(_decisions)) for n in range(draw(st.integers(1, 2)))]
        for one in final:
            course.written.append(one)
            if draw(st.booleans()):
                course.written.append(one)
        course.durable.extend(final)
        if draw(st.booleans()):
            course.written.append(draw(st.sampled_from(course.durable)))
    # A decision follows in the end: it ends whatever a dead worker left behind it.
    last = _made(len(course.durable) + 1, draw(_decisions))
    course.written.append(last)
    course.durable.append(last)
    return course


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(course=_courses())
def test_any_redelivery_leaves_the_rows_of_one_delivery(records: Engine, course: _Course):
    """Workers die after writing, repeat themselves and deliver late; the record is the same as if
    every durable decision had been written once."""
    _empty(records)
    for one in course.durable:
        write_batch(records, one)
    expected = contents(records)
    _empty(records)
    for one in course.written:
        write_batch(records, one)

    assert contents(records) == expected


def _empty(records: Engine) -> None:
    with records.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))
