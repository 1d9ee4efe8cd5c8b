"""What the demo proves: every history replays, and the record keeps the invariants."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from activities.records import reading
from pathways.journey.effects import Entry
from worker.converter import data_converter
from worker.demo.theatre import Catcher
from worker.process import sandbox
from workflows.contract import workflow_id
from workflows.patient_journey import PatientJourney

ENDS = ("done", "declined", "varied", "cancelled")
PATIENTWARD = ("patient", "caregiver")


@dataclass(frozen=True)
class Proof:
    """One claim, what it was tested on, and what speaks against it."""

    claim: str
    tested: str
    against: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.against


async def prove(
    engine: Engine, client: Client, catcher: Catcher, journeys: list[str]
) -> list[Proof]:
    """All proofs over these journeys."""
    proofs = [await _histories_replay(client, journeys)]
    timelines = {journey: reading.timeline(engine, journey) for journey in journeys}
    proofs.append(_tasks_closed_once(engine, journeys, timelines))
    proofs.append(_no_early_escalation(timelines))
    proofs.append(_messages_once(engine, catcher, journeys))
    proofs.append(_nothing_after_the_end(timelines))
    proofs.append(_no_double_booking(engine, journeys))
    return proofs


async def _histories_replay(client: Client, journeys: list[str]) -> Proof:
    replayer = Replayer(
        workflows=[PatientJourney],
        data_converter=data_converter(),
        workflow_runner=sandbox(),
    )
    runs = events = 0
    against = []
    for journey in journeys:
        for history in await _runs(client, journey):
            runs += 1
            events += len(history.events)
            result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
            if result.replay_failure is not None:
                against.append(f"{journey}: run {runs} does not replay: {result.replay_failure}")
    return Proof(
        "every history replays with the code of today (I7)",
        f"{runs} runs, {events:,} events",
        tuple(against),
    )


async def _runs(client: Client, journey: str) -> list[WorkflowHistory]:
    """All runs of a journey, the newest first."""
    run: str = (await client.get_workflow_handle(workflow_id(journey)).describe()).run_id
    found = []
    while run:
        handle = client.get_workflow_handle(workflow_id(journey), run_id=run)
        history = await handle.fetch_history()
        found.append(history)
        begun = history.events[0].workflow_execution_started_event_attributes
        run = begun.continued_execution_run_id
    return found


def _tasks_closed_once(
    engine: Engine, journeys: list[str], timelines: dict[str, list[Entry]]
) -> Proof:
    against, count = [], 0
    for journey in journeys:
        closings: Counter[str] = Counter()
        for entry in timelines[journey]:
            word = entry.kind.removeprefix("task-")
            if entry.kind.startswith("task-") and word in ENDS:
                closings[str(entry.params["task"])] += 1
        for item in reading.worklist(engine, journey=journey, status=None):
            count += 1
            expected = 0 if item.task.status == "open" else 1
            if closings[item.task.task] != expected or not item.task.owner:
                against.append(f"{item.id}: {item.task.status}, closed {closings[item.task.task]}x")
    return Proof(
        "every task is closed exactly once, or open and owned (I3)",
        f"{count} tasks",
        tuple(against),
    )


def _no_early_escalation(timelines: dict[str, list[Entry]]) -> Proof:
    escalations = [
        (journey, entry)
        for journey, entries in timelines.items()
        for entry in entries
        if entry.kind == "task-escalated"
    ]
    against = [
        f"{journey}: {entry.params['task']} at {entry.at}"
        for journey, entry in escalations
        if entry.at <= int(entry.params["due"])
    ]
    return Proof(
        "no escalation before its due time (I4)", f"{len(escalations)} escalations", tuple(against)
    )


def _messages_once(engine: Engine, catcher: Catcher, journeys: list[str]) -> Proof:
    ids = Counter(str(mail["Message-ID"]) for mail in catcher.caught)
    against = [f"{name} arrived {n} times" for name, n in ids.items() if n > 1]
    states = Counter(
        message.status for journey in journeys for message in reading.messages(engine, journey)
    )
    if states["sent"] != len(catcher.caught):
        against.append(f"{states['sent']} marked sent, {len(catcher.caught)} arrived")
    against += [
        f"{n} {word}" for word, n in states.items() if word in ("due", "sending", "unknown")
    ]
    said = ", ".join(f"{n} {word}" for word, n in sorted(states.items()))
    return Proof("every message arrived once, or is accounted for (I2)", said, tuple(against))


def _nothing_after_the_end(timelines: dict[str, list[Entry]]) -> Proof:
    against, ends = [], 0
    for journey, entries in timelines.items():
        over: dict[str, int] = {}
        for entry in entries:
            if entry.kind == "discharged":
                over[entry.pathway] = entry.at
                ends += 1
            late = entry.pathway in over and entry.at > over[entry.pathway]
            if late and entry.kind == "message-sent" and entry.params.get("to") in PATIENTWARD:
                against.append(f"{journey}: {entry.step} at {entry.at}")
    return Proof(
        "nothing reaches the patient after discharge, withdrawal or death (I5)",
        f"{ends} ends",
        tuple(against),
    )


def _no_double_booking(engine: Engine, journeys: list[str]) -> Proof:
    taken: list[tuple[int, int, str]] = []
    against = []
    for journey in journeys:
        own = sorted(
            (b.starts, b.ends, b.appointment)
            for b in reading.bookings(engine, journey)
            if not b.cancelled
        )
        taken += own
        against += [
            f"{journey}: {first[2]} and {second[2]} overlap"
            for first, second in pairwise(own)
            if second[0] < first[1]
        ]
    return Proof(
        "no patient is in two places at once (I2)", f"{len(taken)} appointments", tuple(against)
    )
