"""Each proof of the demo fails, and says where, when its piece of the evidence is doctored."""

from __future__ import annotations

import copy
import io
import json
from dataclasses import replace
from typing import Any

import msgspec.structs
import pytest
from rich.console import Console
from temporalio.api.history.v1 import HistoryEvent

from activities.records.reading import Booked
from tests.demo.conftest import Demo
from worker.demo import proof
from worker.demo.closing import show_proofs
from worker.demo.proof import Evidence, Proof, Recorded
from worker.replaying import Replayed, replay


def said(of: Proof) -> str:
    """The proof as the audience sees it: it must say FAILS."""
    assert not of.holds
    console = Console(file=io.StringIO(), width=200)
    show_proofs(console, [of])
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "FAILS" in text
    assert "holds" not in text
    return text


def first(demo: Demo) -> Recorded:
    return demo.evidence.courses[0]


def doctored(demo: Demo, **changed: Any) -> Evidence:
    """The evidence with something different about the first course."""
    (_one, *others) = demo.evidence.courses
    return replace(demo.evidence, courses=(replace(first(demo), **changed), *others))


@pytest.fixture
def untouched(demo: Demo, replayed: list[list[Replayed]]) -> list[list[Replayed]]:
    """The replays, of evidence that bears every proof: what fails below, fails of the change."""
    everything = [
        proof.histories_replay(demo.evidence, replayed),
        proof.record_is_what_was_decided(demo.evidence, replayed),
        proof.tasks_closed_once(demo.evidence),
        proof.no_early_escalation(demo.evidence),
        proof.messages_once(demo.evidence),
        proof.nothing_after_the_end(demo.evidence),
        proof.no_double_booking(demo.evidence),
    ]
    assert [one.against for one in everything if not one.holds] == []
    return replayed


def _books(event: HistoryEvent) -> bool:
    inputs = event.activity_task_scheduled_event_attributes.input.payloads
    return len(inputs) == 2 and b'"book"' in inputs[1].data


async def test_a_booking_with_another_argument(demo: Demo, untouched: list[list[Replayed]]) -> None:
    """Given a history in which a slot was asked for a day later, then the proof names the run,
    the event and the field."""
    number, event = next(
        (number, event)
        for number, history in enumerate(first(demo).histories)
        for event in history.events
        if _books(event)
    )
    history = copy.deepcopy(first(demo).histories[number])
    event = history.events[list(first(demo).histories[number].events).index(event)]
    payload = event.activity_task_scheduled_event_attributes.input.payloads[1]
    books = json.loads(payload.data)
    payload.data = json.dumps([books[0] | {"key": books[0]["key"] + "x"}, *books[1:]]).encode()
    again = [list(results) for results in untouched]
    again[0][number] = await replay(history)
    text = said(proof.histories_replay(demo.evidence, again))
    assert f"{first(demo).journey}, run {number + 1}: event {event.event_id}, decision." in text
    assert "1.0.key" in text


def test_a_line_that_nobody_decided(demo: Demo, untouched: list[list[Replayed]]) -> None:
    """Given a timeline on record with a line edited, then the proof counts to it."""
    lines = list(first(demo).timeline)
    lines[7] = msgspec.structs.replace(lines[7], at=lines[7].at + 1)
    text = said(proof.record_is_what_was_decided(doctored(demo, timeline=tuple(lines)), untouched))
    assert f"{first(demo).journey}: line 8 of the timeline" in text


def test_a_line_that_is_gone(demo: Demo, untouched: list[list[Replayed]]) -> None:
    shorter = first(demo).timeline[:-1]
    text = said(proof.record_is_what_was_decided(doctored(demo, timeline=shorter), untouched))
    assert f"{len(shorter)} lines on record, {len(shorter) + 1} in the replay" in text


def test_a_task_with_another_owner(demo: Demo, untouched: list[list[Replayed]]) -> None:
    (item, *others) = first(demo).tasks
    other = msgspec.structs.replace(item.task, owner="somebody")
    changed = (msgspec.structs.replace(item, task=other), *others)
    text = said(proof.record_is_what_was_decided(doctored(demo, tasks=changed), untouched))
    assert f"task {item.task.task} is not on record as it was decided" in text


def test_a_message_that_nobody_asked_for(demo: Demo, untouched: list[list[Replayed]]) -> None:
    stray = msgspec.structs.replace(first(demo).messages[0], key="j/p/s/1/message/patient")
    changed = (*first(demo).messages, stray)
    text = said(proof.record_is_what_was_decided(doctored(demo, messages=changed), untouched))
    assert "message j/p/s/1/message/patient is not where it belongs" in text


def test_a_task_closed_twice(demo: Demo, untouched: list[list[Replayed]]) -> None:
    """Given two closing lines of one task, then the proof names the task (I3)."""
    closing = next(entry for entry in first(demo).timeline if entry.kind == "task-done")
    evidence = doctored(demo, timeline=(*first(demo).timeline, closing))
    text = said(proof.tasks_closed_once(evidence))
    assert f"{first(demo).journey}/{closing.params['task']}: done, closed 2x" in text


def test_a_task_without_an_owner(demo: Demo, untouched: list[list[Replayed]]) -> None:
    (item, *others) = first(demo).tasks
    orphan = msgspec.structs.replace(item, task=msgspec.structs.replace(item.task, owner=""))
    assert item.id in said(proof.tasks_closed_once(doctored(demo, tasks=(orphan, *others))))


def test_an_escalation_before_its_time(demo: Demo, untouched: list[list[Replayed]]) -> None:
    """Given an escalation on record at its due time, not after it, then the proof fails (I4)."""
    task = first(demo).tasks[0].task
    early = msgspec.structs.replace(
        first(demo).timeline[-1],
        kind="task-escalated",
        at=task.due,
        params={"task": task.task, "due": task.due, "to": "nurse-manager"},
    )
    evidence = doctored(demo, timeline=(*first(demo).timeline, early))
    assert f"{first(demo).journey}/{task.task}: escalated at {task.due}" in said(
        proof.no_early_escalation(evidence)
    )


def test_a_mail_that_arrived_twice(demo: Demo, untouched: list[list[Replayed]]) -> None:
    """Given one letter doubled at the mail server, then the proof names it (I2)."""
    letter = demo.evidence.mail[3]
    text = said(proof.messages_once(replace(demo.evidence, mail=(*demo.evidence.mail, letter))))
    assert f"{letter['Message-ID']} arrived 2 times" in text


def test_a_mail_that_was_lost(demo: Demo, untouched: list[list[Replayed]]) -> None:
    text = said(proof.messages_once(replace(demo.evidence, mail=demo.evidence.mail[1:])))
    count = len(demo.evidence.mail)
    assert f"{count} marked sent, {count - 1} arrived" in text


@pytest.mark.parametrize("status", ["due", "sending", "unknown"])
def test_a_message_whose_fate_is_open(
    status: str, demo: Demo, untouched: list[list[Replayed]]
) -> None:
    (message, *others) = first(demo).messages
    hanging = msgspec.structs.replace(message, status=status)
    text = said(proof.messages_once(doctored(demo, messages=(hanging, *others))))
    assert f"{message.key} is still {status}" in text


@pytest.mark.parametrize("to", ["patient", "caregiver"])
def test_a_message_after_the_end(to: str, demo: Demo, untouched: list[list[Replayed]]) -> None:
    """Given a message a second after a discharge, then the proof names the step (I5)."""
    entry = first(demo).timeline[-1]
    end = msgspec.structs.replace(entry, kind="discharged", pathway="type-2-diabetes")
    late = msgspec.structs.replace(
        end, at=end.at + 1, kind="message-sent", step="welcome", params={"to": to}
    )
    text = said(
        proof.nothing_after_the_end(doctored(demo, timeline=(*first(demo).timeline, end, late)))
    )
    assert f"{first(demo).journey}: type-2-diabetes/welcome at {late.at}" in text


def test_two_appointments_at_once(demo: Demo, untouched: list[list[Replayed]]) -> None:
    """Given a booking that begins before another ends, then the proof names both (I2)."""
    booked = next(b for b in first(demo).bookings if not b.cancelled)
    other = Booked("a999", "foot-exam", "p", "P", booked.ends - 60, booked.ends + 60, False)
    text = said(proof.no_double_booking(doctored(demo, bookings=(*first(demo).bookings, other))))
    assert f"{first(demo).journey}: {booked.appointment} and a999 overlap" in text


def test_a_cancelled_booking_takes_no_time(demo: Demo, untouched: list[list[Replayed]]) -> None:
    booked = next(b for b in first(demo).bookings if not b.cancelled)
    gone = msgspec.structs.replace(booked, appointment="a999", cancelled=True)
    assert proof.no_double_booking(doctored(demo, bookings=(*first(demo).bookings, gone))).holds
