"""Strict replay: a history must follow from today's code to the letter.

Temporal's ``Replayer`` compares the kinds and the order of commands: it accepts a booking for
another day, a timer of another length and another answer to a nurse. This one compares what
was asked with what the history says: arguments of activities, lengths of timers, answers to
commands, search attributes, and the state that a run hands on. It listens at the one place
that all of that passes: the commands of each activation.

What the decisions had recorded is handed back in ``Replayed.batches``, to be compared with
the record.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    Replayer,
    UnsandboxedWorkflowRunner,
    WorkflowRunner,
)

from activities.contract import DECISION_CARRY_OUT
from pathways.journey.effects import RecordBatch
from worker.converter import data_converter
from worker.runners import Activate, WatchedRunner
from workflows.patient_journey import PatientJourney

_DECIDED = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
_PROCESSES = 2
_UNANSWERED = tuple(
    getattr(EventType, f"EVENT_TYPE_{name}")
    for name in (
        "ACTIVITY_TASK_CANCELED",
        "ACTIVITY_TASK_COMPLETED",
        "ACTIVITY_TASK_FAILED",
        "ACTIVITY_TASK_STARTED",
        "ACTIVITY_TASK_TIMED_OUT",
        "TIMER_FIRED",
        "WORKFLOW_EXECUTION_OPTIONS_UPDATED",
        "WORKFLOW_EXECUTION_SIGNALED",
        "WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED",
        "WORKFLOW_TASK_FAILED",
        "WORKFLOW_TASK_SCHEDULED",
        "WORKFLOW_TASK_STARTED",
        "WORKFLOW_TASK_TIMED_OUT",
    )
)
"""What happens to a run; at the end of a history, the workflow has not answered it yet."""


@dataclass(frozen=True)
class Replayed:
    """What a replay came to. ``differences``: where the history says otherwise, by place and
    without values, which may be a patient's (I8); none: the history follows from the code."""

    differences: tuple[str, ...]
    batches: tuple[RecordBatch, ...]


async def replay(history: WorkflowHistory, runner: WorkflowRunner | None = None) -> Replayed:
    """Replay one run with today's workflow code, and compare to the letter.

    ``runner``: the workflow runner, a worker's own if not given."""
    history = _answered(history)
    if not any(event.event_type == _DECIDED for event in history.events):
        return Replayed((), ())  # The run has only begun; a replayer would wait for its first word.
    commands: list[WorkflowCommand] = []
    replayer = Replayer(
        workflows=[PatientJourney],
        data_converter=data_converter(),
        workflow_runner=WatchedRunner(runner or UnsandboxedWorkflowRunner(), _listening(commands)),
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    if result.replay_failure is not None:
        # What was asked after the two went apart says nothing.
        return Replayed((_first_line(result.replay_failure),), ())
    asked, said = _asked(commands), _said(history)
    return Replayed(tuple(_compare(asked, said)), tuple(_batches(commands)))


async def replay_side_by_side(histories: Sequence[WorkflowHistory]) -> list[Replayed]:
    """Replay many runs, each by ``replay``, in a process for each of two cores."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
        calls = [
            loop.run_in_executor(
                pool, _replay_here, one.workflow_id, History(events=one.events).SerializeToString()
            )
            for one in histories
        ]
        return await asyncio.gather(*calls)


def _replay_here(workflow_id: str, history: bytes) -> Replayed:
    events = History.FromString(history).events
    return asyncio.run(replay(WorkflowHistory(workflow_id, events)))


def _answered(history: WorkflowHistory) -> WorkflowHistory:
    """The history up to the workflow's last word. To what came after, the code of today would
    answer, and the history cannot say yet that it did."""
    events = list(history.events)
    while events and events[-1].event_type in _UNANSWERED:
        events.pop()
    return WorkflowHistory(history.workflow_id, events)


def _first_line(failure: BaseException) -> str:
    return str(failure).partition("\n")[0]


# -- what was asked, and what the history says, under the same names --------------------------


@dataclass(frozen=True)
class _Told:
    """One thing asked for: what it is called in a finding, and its content."""

    name: str
    content: Any


_Facts = dict[str, _Told]
"""By an identity that command and event share."""


def _asked(commands: Sequence[WorkflowCommand]) -> _Facts:
    """What the code asked for. A timer that was taken back before the server heard of it left
    no trace, so timers that were cancelled count only where the history has them."""
    facts: _Facts = {}
    upserts = 0
    for command in commands:
        match command.WhichOneof("variant"):
            case "schedule_activity":
                activity = command.schedule_activity
                facts[f"activity {activity.activity_id}"] = _Told(
                    activity.activity_type, _plain(activity.arguments)
                )
            case "start_timer":
                timer = command.start_timer
                facts[f"timer {timer.seq}"] = _Told(
                    "timer", {"length": timer.start_to_fire_timeout.ToNanoseconds()}
                )
            case "upsert_workflow_search_attributes":
                fields = command.upsert_workflow_search_attributes.search_attributes
                facts[f"attributes {upserts}"] = _Told(
                    "search attributes", _by_name(fields.indexed_fields)
                )
                upserts += 1
            case "update_response" if command.update_response.HasField("completed"):
                answer = command.update_response
                facts[f"answer {answer.protocol_instance_id}"] = _Told(
                    "answer to a command", _plain([answer.completed])
                )
            case "continue_as_new_workflow_execution":
                following = command.continue_as_new_workflow_execution
                facts["end"] = _Told("what the next run is given", _plain(following.arguments))
            case "complete_workflow_execution":
                facts["end"] = _Told("result", _plain([command.complete_workflow_execution.result]))
    return facts


def _said(history: WorkflowHistory) -> _Facts:
    """What the history holds."""
    facts: _Facts = {}
    accepted: dict[int, str] = {}
    upserts = 0
    for event in history.events:
        place = f"event {event.event_id}"
        match event.WhichOneof("attributes"):
            case "activity_task_scheduled_event_attributes":
                activity = event.activity_task_scheduled_event_attributes
                facts[f"activity {activity.activity_id}"] = _Told(
                    f"{place}, {activity.activity_type.name}", _plain(activity.input.payloads)
                )
            case "timer_started_event_attributes":
                timer = event.timer_started_event_attributes
                facts[f"timer {timer.timer_id}"] = _Told(
                    f"{place}, timer", {"length": timer.start_to_fire_timeout.ToNanoseconds()}
                )
            case "upsert_workflow_search_attributes_event_attributes":
                fields = event.upsert_workflow_search_attributes_event_attributes
                facts[f"attributes {upserts}"] = _Told(
                    f"{place}, search attributes",
                    _by_name(fields.search_attributes.indexed_fields),
                )
                upserts += 1
            case "workflow_execution_update_accepted_event_attributes":
                update = event.workflow_execution_update_accepted_event_attributes
                accepted[event.event_id] = update.protocol_instance_id
            case "workflow_execution_update_completed_event_attributes":
                done = event.workflow_execution_update_completed_event_attributes
                if done.outcome.HasField("success"):
                    facts[f"answer {accepted[done.accepted_event_id]}"] = _Told(
                        f"{place}, answer to a command", _plain(done.outcome.success.payloads)
                    )
            case "workflow_execution_continued_as_new_event_attributes":
                following = event.workflow_execution_continued_as_new_event_attributes
                facts["end"] = _Told(
                    f"{place}, what the next run is given", _plain(following.input.payloads)
                )
            case "workflow_execution_completed_event_attributes":
                end = event.workflow_execution_completed_event_attributes
                facts["end"] = _Told(f"{place}, result", _plain(end.result.payloads))
    return facts


def _compare(asked: _Facts, said: _Facts) -> Iterator[str]:
    """The differences, in the history's order; then what the history lacks."""
    for identity, told in said.items():
        if identity not in asked:
            yield f"{told.name}: the code of today does not ask for it"
        elif (place := _first_difference(told.content, asked[identity].content)) is not None:
            yield f"{told.name}: the code of today says otherwise at {place or 'all of it'}"
    for identity, told in asked.items():
        if identity not in said and not identity.startswith("timer "):
            yield f"{told.name} ({identity}): the code of today asks for it, the history does not"


def _first_difference(one: Any, other: Any, place: str = "") -> str | None:
    """Where two contents part, as a path of names; ``None``: they are the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        parts: Iterable[tuple[object, Any, Any]] = (
            (name, one.get(name, _NOTHING), other.get(name, _NOTHING)) for name in one | other
        )
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        parts = ((n, *pair) for n, pair in enumerate(zip(one, other, strict=True)))
    else:
        same = type(one) is type(other) and one == other
        return None if same else place
    for name, left, right in parts:
        found = _first_difference(left, right, f"{place}.{name}" if place else str(name))
        if found is not None:
            return found
    return None


_NOTHING = object()


def _batches(commands: Sequence[WorkflowCommand]) -> list[RecordBatch]:
    """What was to be recorded, each decision once: a batch is asked for again when an attempt
    did not get through in time."""
    found: dict[int, RecordBatch] = {}
    for command in commands:
        match command.WhichOneof("variant"):
            case "schedule_activity":
                name, arguments = _call(command.schedule_activity)
            case _:
                continue
        if name == DECISION_CARRY_OUT:
            batch = data_converter().payload_converter.from_payload(arguments[0], RecordBatch)
            found[batch.revision] = batch
    return [found[revision] for revision in sorted(found)]


def _call(activity: Any) -> tuple[str, Sequence[Payload]]:
    return activity.activity_type, activity.arguments


def _plain(payloads: Iterable[Payload]) -> list[Any]:
    """Payloads as JSON values; one that is not JSON as its bytes."""
    return [
        json.loads(one.data) if one.metadata.get("encoding") == b"json/plain" else one.data
        for one in payloads
    ]


def _by_name(fields: Any) -> dict[str, Any]:
    return {name: _plain([fields[name]]) for name in sorted(fields)}


# -- listening ---------------------------------------------------------------------------------


def _listening(commands: list[WorkflowCommand]) -> Callable[[Activate], Activate]:
    """Keeps the commands that workflows ask for."""

    def watch(activate: Activate) -> Activate:
        def listen(act: WorkflowActivation) -> WorkflowActivationCompletion:
            completion = activate(act)
            commands.extend(completion.successful.commands)
            return completion

        return listen

    return watch
