"""Each comparison of the fault tests sees what it is there for, when one piece is doctored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec.structs
import pytest

from pathways.journey.effects import Entry, TaskRow
from tests.faults.comparing import differences, mail_faults
from tests.faults.evidence import Remains

Doctor = Callable[[Remains], Remains]


def test_a_run_is_the_same_as_itself(undisturbed: Remains) -> None:
    """Given one run, then it does not differ from itself, and there is something to compare."""
    assert differences(undisturbed, undisturbed) == []
    assert mail_faults(undisturbed) == []
    first = undisturbed.courses[0]
    assert len(undisturbed.courses) == len(undisturbed.on_record) == 10
    assert first.recorded.timeline
    assert first.recorded.tasks
    assert first.recorded.bookings
    assert first.ledger
    assert undisturbed.evidence.mail


def the_first(remains: Remains, **changed: Any) -> Remains:
    """The first course with something else in it."""
    first, *others = remains.courses
    own = {name: changed.pop(name) for name in list(changed) if hasattr(first, name)}
    recorded = replace(first.recorded, **changed)
    return replace(remains, courses=(replace(first, recorded=recorded, **own), *others))


def timeline(change: Callable[[list[Entry]], object]) -> Doctor:
    def doctor(remains: Remains) -> Remains:
        lines = list(remains.courses[0].recorded.timeline)
        change(lines)
        return the_first(remains, timeline=tuple(lines))

    return doctor


def rows(name: str, change: Callable[[list[Any]], object]) -> Doctor:
    """Change the rows of one kind, of the first course."""

    def doctor(remains: Remains) -> Remains:
        first = remains.courses[0]
        held = list(getattr(first, name, None) or getattr(first.recorded, name))
        change(held)
        return the_first(remains, **{name: tuple(held)})

    return doctor


def first_row(name: str, **values: Any) -> Doctor:
    return rows(name, lambda held: held.insert(0, msgspec.structs.replace(held.pop(0), **values)))


def first_task(**values: Any) -> Doctor:
    def change(held: list[Any]) -> None:
        item = held.pop(0)
        task: TaskRow = msgspec.structs.replace(item.task, **values)
        held.insert(0, msgspec.structs.replace(item, task=task))

    return rows("tasks", change)


def mail(change: Callable[[list[Any]], object]) -> Doctor:
    def doctor(remains: Remains) -> Remains:
        letters = list(remains.evidence.mail)
        change(letters)
        return replace(remains, evidence=replace(remains.evidence, mail=tuple(letters)))

    return doctor


def refused(remains: Remains) -> Remains:
    answers = dict(remains.answers)
    command = next(iter(answers))
    answers[command] = msgspec.structs.replace(answers[command], status="refused")
    return replace(remains, answers=answers)


def an_hour_later(lines: list[Entry]) -> None:
    late = msgspec.structs.replace(lines[-1], at=lines[-1].at + 3600)
    lines[-1] = late


def swapped(lines: list[Entry]) -> None:
    lines[0], lines[1] = lines[1], lines[0]


@pytest.mark.parametrize(
    ("doctor", "seen"),
    [
        pytest.param(timeline(lambda lines: lines.pop()), "timeline, only undisturbed", id="lost"),
        pytest.param(
            timeline(lambda lines: lines.append(lines[-1])), "timeline, only disturbed", id="twice"
        ),
        pytest.param(timeline(swapped), "timeline, in another order", id="swapped"),
        pytest.param(timeline(an_hour_later), "timeline, only disturbed", id="later"),
        pytest.param(rows("tasks", list.pop), "tasks, only undisturbed", id="task-lost"),
        pytest.param(first_task(status="open"), "tasks, only disturbed", id="task-open"),
        pytest.param(first_task(owner="nobody"), "tasks, only disturbed", id="task-owner"),
        pytest.param(first_task(level=2), "tasks, only disturbed", id="task-escalated"),
        pytest.param(
            first_row("appointments", status="missed"), "appointments, only", id="appointment"
        ),
        pytest.param(
            rows("bookings", lambda held: held.append(held[0])), "schedule, only dist", id="booked"
        ),
        pytest.param(
            rows("ledger", lambda held: held.append(held[0])), "schedule, only dist", id="ledger"
        ),
        pytest.param(lambda one: the_first(one, occupied=99), "schedule, only", id="occupied"),
        pytest.param(
            first_row("enrollments", disposition="lost"), "enrollments, only", id="enrollment"
        ),
        pytest.param(rows("messages", list.pop), "messages, only undist", id="message-lost"),
        pytest.param(
            first_row("messages", status="suppressed"), "messages, only", id="message-suppressed"
        ),
        pytest.param(refused, "answers, only disturbed", id="answer"),
        pytest.param(lambda one: the_first(one, ended="RUNNING"), "journeys, only", id="unended"),
        pytest.param(
            lambda one: replace(one, on_record=one.on_record[1:]), "journeys, only", id="journey"
        ),
    ],
)
def test_a_doctored_row_is_seen(undisturbed: Remains, doctor: Doctor, seen: str) -> None:
    """Given a run, when one thing in it is changed, then the comparison says which kind differs,
    and of which journey."""
    found = differences(undisturbed, doctor(undisturbed))
    assert any(one.startswith(seen) for one in found), found
    assert all("patient-0" in one for one in found)


def unknown(remains: Remains) -> Remains:
    """The first message was on its way when the relay was killed; nobody was told."""
    return first_row("messages", status="unknown", reason="interrupted")(remains)


def unknown_and_told(remains: Remains) -> Remains:
    """The same, and a person was told."""
    journey = remains.courses[0].journey
    message = remains.courses[0].recorded.messages[0]
    facts: dict[str, str | int | float | bool] = {"to": message.to, "unknown": True}
    line = Entry(message.at, "message-failed", "demo", message.step, params=facts)
    opened = Entry(message.at, "task-opened", "demo", message.step, params={"task": "t99"})
    told = timeline(lambda lines: lines.extend((line, opened)))(unknown(remains))

    def add(held: list[Any]) -> None:
        about = {"task": "t99", "step": message.step, "kind": "message"}
        task = msgspec.structs.replace(held[0].task, **about)
        held.append(msgspec.structs.replace(held[0], id=f"{journey}/t99", task=task))

    return rows("tasks", add)(told)


@pytest.mark.parametrize(
    ("doctor", "seen"),
    [
        pytest.param(mail(lambda letters: letters.append(letters[0])), "sent, 2 arr", id="twice"),
        pytest.param(mail(list.pop), "is sent, 0 arrived", id="lost"),
        pytest.param(rows("messages", list.pop), "arrived and is in no outbox", id="stray"),
        pytest.param(
            first_row("messages", status="failed"), "is failed, 1 arrived", id="failed-and-arrived"
        ),
        pytest.param(unknown, "unknown messages", id="untold"),
        pytest.param(
            lambda one: first_row("messages", status="sent")(unknown_and_told(one)),
            "unknown messages",
            id="told-without-need",
        ),
    ],
)
def test_doctored_mail_is_seen(undisturbed: Remains, doctor: Doctor, seen: str) -> None:
    """Given a run, when a mail arrives twice, not at all or unasked, or when it is unknown whether
    it arrived and nobody was told, then that is said."""
    assert any(seen in fault for fault in mail_faults(doctor(undisturbed)))


def test_an_honest_unknown_is_no_fault(undisturbed: Remains) -> None:
    """Given a message of which nobody knows whether it arrived, when the timeline says so and a
    task tells a person, then there is no difference and no fault."""
    honest = unknown_and_told(undisturbed)
    assert differences(undisturbed, honest) == []
    assert mail_faults(honest) == []
