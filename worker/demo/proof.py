"""What the demo proves: every history replays, and the record keeps the invariants.

Each proof is a function of the evidence alone, so that tests can doctor a piece of evidence
and see the proof fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from itertools import pairwise

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowHistory

from activities.records import reading
from pathways.journey.effects import Entry, RecordBatch
from worker.replaying import Replayed, replay_side_by_side
from workflows.contract import workflow_id

ENDS = ("done", "declined", "varied", "cancelled")
PATIENTWARD = ("patient", "caregiver")
UNSETTLED = ("due", "sending", "unknown")


@dataclass(frozen=True)
class Recorded:
    """What is on record of one journey. ``histories``: all its runs, oldest first."""

    journey: str
    histories: tuple[WorkflowHistory, ...]
    timeline: tuple[Entry, ...]
    tasks: tuple[reading.WorklistItem, ...]
    messages: tuple[reading.MessageState, ...]
    bookings: tuple[reading.Booked, ...]


@dataclass(frozen=True)
class Evidence:
    """What the proofs look at: the courses, and the mail that arrived."""

    courses: tuple[Recorded, ...]
    mail: tuple[Message, ...]


@dataclass(frozen=True)
class Proof:
    """One claim, what it was tested on, and what speaks against it."""

    claim: str
    tested: str
    against: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.against


async def gather(
    engine: Engine, client: Client, mail: list[Message], journeys: list[str]
) -> Evidence:
    """The evidence of these journeys, from the server, the records and the mail server."""
    courses = [recorded(engine, one, await _runs(client, one)) for one in journeys]
    return Evidence(tuple(courses), tuple(mail))


def recorded(engine: Engine, journey: str, histories: Iterable[WorkflowHistory]) -> Recorded:
    """One journey's evidence: its runs, and what is on record."""
    return Recorded(
        journey=journey,
        histories=tuple(histories),
        timeline=tuple(reading.timeline(engine, journey)),
        tasks=tuple(reading.worklist(engine, journey=journey, status=None)),
        messages=tuple(reading.messages(engine, journey)),
        bookings=tuple(reading.bookings(engine, journey)),
    )


async def _runs(client: Client, journey: str) -> tuple[WorkflowHistory, ...]:
    run: str = (await client.get_workflow_handle(workflow_id(journey)).describe()).run_id
    found: list[WorkflowHistory] = []
    while run:
        handle = client.get_workflow_handle(workflow_id(journey), run_id=run)
        history = await handle.fetch_history()
        found.insert(0, history)
        begun = history.events[0].workflow_execution_started_event_attributes
        run = begun.continued_execution_run_id
    return tuple(found)


async def prove(evidence: Evidence) -> list[Proof]:
    """All proofs."""
    runs = [run for course in evidence.courses for run in course.histories]
    results = iter(await replay_side_by_side(runs))
    replayed = [[next(results) for _run in course.histories] for course in evidence.courses]
    return [
        histories_replay(evidence, replayed),
        record_is_what_was_decided(evidence, replayed),
        tasks_closed_once(evidence),
        no_early_escalation(evidence),
        messages_once(evidence),
        nothing_after_the_end(evidence),
        no_double_booking(evidence),
    ]


def histories_replay(evidence: Evidence, replayed: list[list[Replayed]]) -> Proof:
    """Every run, compared to the letter with what today's code does."""
    against = [
        f"{course.journey}, run {number}: {difference}"
        for course, results in zip(evidence.courses, replayed, strict=True)
        for number, result in enumerate(results, 1)
        for difference in result.differences
    ]
    runs = [history for course in evidence.courses for history in course.histories]
    events = sum(len(run.events) for run in runs)
    return Proof(
        "every history replays to the letter with the code of today (I7)",
        f"{len(runs)} runs, {events:,} events",
        tuple(against),
    )


def record_is_what_was_decided(evidence: Evidence, replayed: list[list[Replayed]]) -> Proof:
    """Timeline, tasks and messages on record, beside those that the replays decided."""
    against: list[str] = []
    rows = 0
    for course, results in zip(evidence.courses, replayed, strict=True):
        batches = [batch for result in results for batch in result.batches]
        rows += len(course.timeline) + len(course.tasks) + len(course.messages)
        against += [f"{course.journey}: {found}" for found in _departures(course, batches)]
    return Proof(
        "the record says what the histories decide, no more and no less (I7)",
        f"{rows:,} lines, tasks and messages",
        tuple(against),
    )


def _departures(course: Recorded, batches: list[RecordBatch]) -> list[str]:
    decided = [entry for batch in batches for entry in batch.entries]
    found = [
        f"line {number} of the timeline is {there.kind} on record, {here.kind} in the replay"
        for number, (there, here) in enumerate(zip(course.timeline, decided, strict=False), 1)
        if there != here
    ]
    if len(decided) != len(course.timeline):
        found.append(f"{len(course.timeline)} lines on record, {len(decided)} in the replay")
    tasks = {row.task: row for batch in batches for row in batch.tasks}
    on_record = {item.task.task: item.task for item in course.tasks}
    wrong = [name for name in tasks | on_record if tasks.get(name) != on_record.get(name)]
    found += [f"task {name} is not on record as it was decided" for name in wrong]
    keys = {message.key for batch in batches for message in batch.messages}
    missing = keys ^ {message.key for message in course.messages}
    return found + [f"message {key} is not where it belongs" for key in sorted(missing)]


def tasks_closed_once(evidence: Evidence) -> Proof:
    """Each closed task has one closing line, each open one none, and every task an owner."""
    against = []
    count = 0
    for course in evidence.courses:
        closings: Counter[str] = Counter()
        for entry in course.timeline:
            word = entry.kind.removeprefix("task-")
            if entry.kind.startswith("task-") and word in ENDS:
                closings[str(entry.params["task"])] += 1
        for item in course.tasks:
            count += 1
            expected = 0 if item.task.status == "open" else 1
            if closings[item.task.task] != expected or not item.task.owner:
                against.append(f"{item.id}: {item.task.status}, closed {closings[item.task.task]}x")
    return Proof(
        "every task is closed exactly once, or open and owned (I3)",
        f"{count} tasks",
        tuple(against),
    )


def no_early_escalation(evidence: Evidence) -> Proof:
    """Nobody is told that a task is late before it is."""
    escalations = [
        (course.journey, entry)
        for course in evidence.courses
        for entry in course.timeline
        if entry.kind == "task-escalated"
    ]
    against = [
        f"{journey}/{entry.params['task']}: escalated at {entry.at}, due {entry.params['due']}"
        for journey, entry in escalations
        if entry.at <= int(entry.params["due"])
    ]
    return Proof(
        "no escalation before its due time (I4)", f"{len(escalations)} escalations", tuple(against)
    )


def messages_once(evidence: Evidence) -> Proof:
    """What the mail server got, beside what the record says was sent."""
    ids = Counter(str(mail["Message-ID"]) for mail in evidence.mail)
    against = [f"{name} arrived {n} times" for name, n in ids.items() if n > 1]
    states = Counter(m.status for course in evidence.courses for m in course.messages)
    if states["sent"] != len(evidence.mail):
        against.append(f"{states['sent']} marked sent, {len(evidence.mail)} arrived")
    against += [
        f"{message.key} is still {message.status}"
        for course in evidence.courses
        for message in course.messages
        if message.status in UNSETTLED
    ]
    said = ", ".join(f"{n} {word}" for word, n in sorted(states.items()))
    return Proof("every message arrived once, or is accounted for (I2)", said, tuple(against))


def nothing_after_the_end(evidence: Evidence) -> Proof:
    """No message to the patient or the caregiver from a pathway that is over for them."""
    against = []
    ends = 0
    for course in evidence.courses:
        over: dict[str, int] = {}
        for entry in course.timeline:
            if entry.kind == "discharged":
                over[entry.pathway] = entry.at
                ends += 1
            late = entry.pathway in over and entry.at > over[entry.pathway]
            if late and entry.kind == "message-sent" and entry.params.get("to") in PATIENTWARD:
                against.append(f"{course.journey}: {entry.pathway}/{entry.step} at {entry.at}")
    return Proof(
        "nothing reaches the patient after discharge, withdrawal or death (I5)",
        f"{ends} {'end' if ends == 1 else 'ends'}",
        tuple(against),
    )


def no_double_booking(evidence: Evidence) -> Proof:
    """No two appointments of one patient overlap."""
    against = []
    count = 0
    for course in evidence.courses:
        taken = sorted(
            (b.starts, b.ends, b.appointment) for b in course.bookings if not b.cancelled
        )
        count += len(taken)
        against += [
            f"{course.journey}: {first[2]} and {second[2]} overlap"
            for first, second in pairwise(taken)
            if second[0] < first[1]
        ]
    return Proof(
        "no patient is in two places at once (I2)", f"{count} appointments", tuple(against)
    )
