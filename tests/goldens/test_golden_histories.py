"""Every history that a release left replays with today's code, to the letter."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from tests.goldens.golden import Golden, goldens
from worker.converter import data_converter
from worker.library import shipped
from worker.process import sandbox
from worker.replaying import replay
from workflows.patient_journey import PatientJourney

ALL = goldens()
each_golden = pytest.mark.parametrize("golden", ALL, ids=lambda one: f"{one.release}/{one.name}")


def ordinary() -> WorkflowHistory:
    """A run of the newest release with a booking, timers, commands, and one that follows it."""
    return next(one for one in reversed(ALL) if one.name == "three-pathways-03").history()


def stock() -> Replayer:
    """Temporal's own replayer, with the worker's sandbox."""
    return Replayer(
        workflows=[PatientJourney],
        data_converter=data_converter(),
        workflow_runner=sandbox(),
    )


@each_golden
async def test_it_replays_with_temporals_own_replayer(golden: Golden) -> None:
    await stock().replay_workflow(golden.history())


@each_golden
async def test_it_follows_from_todays_code_to_the_letter(golden: Golden) -> None:
    """Arguments of activities, lengths of timers, answers, search attributes, the state handed
    on; and the record that the decisions make is the one that they made then."""
    replayed = await replay(golden.history())
    assert replayed.differences == ()
    assert list(replayed.batches) == golden.decided()


def change(payload: Payload, edit: Callable[[Any], None]) -> None:
    """Edit a payload of a history as JSON."""
    content = json.loads(payload.data)
    edit(content)
    payload.data = json.dumps(content).encode()


def book_for_another_day(history: WorkflowHistory) -> None:
    """The service was asked for a slot a day later."""
    decisions = (
        e.activity_task_scheduled_event_attributes.input.payloads
        for e in history.events
        if e.activity_task_scheduled_event_attributes.activity_type.name == "decision.carry_out"
    )
    effects = next(payloads[1] for payloads in decisions if b'"book"' in payloads[1].data)
    change(effects, lambda found: found[0].__setitem__("latest", found[0]["latest"] + 86_400))


def wait_a_minute_longer(history: WorkflowHistory) -> None:
    """The third timer was armed for later."""
    timers = [e for e in history.events if e.HasField("timer_started_event_attributes")]
    timers[2].timer_started_event_attributes.start_to_fire_timeout.seconds += 60


def answer_with_another_task(history: WorkflowHistory) -> None:
    """A nurse was told of another task."""
    answers = [
        e.workflow_execution_update_completed_event_attributes.outcome.success.payloads[0]
        for e in history.events
        if e.HasField("workflow_execution_update_completed_event_attributes")
    ]
    change(answers[-1], lambda answer: answer.__setitem__("status", "refused"))


def hand_on_another_state(history: WorkflowHistory) -> None:
    """The next run was given one decision less."""
    end = history.events[-1].workflow_execution_continued_as_new_event_attributes
    change(
        end.input.payloads[0],
        lambda start: start["journey"].__setitem__("revision", start["journey"]["revision"] - 1),
    )


def show_another_stage(history: WorkflowHistory) -> None:
    """Temporal's search showed another stage."""
    event = next(
        e.upsert_workflow_search_attributes_event_attributes
        for e in history.events
        if e.HasField("upsert_workflow_search_attributes_event_attributes")
    )
    stage = event.search_attributes.indexed_fields["CarewayStage"]
    change(stage, lambda stages: stages.append("planning"))


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (
            book_for_another_day,
            "carry_out: the code of today says otherwise at 1.0.latest",
        ),
        (wait_a_minute_longer, "timer: the code of today says otherwise at length"),
        (answer_with_another_task, "answer to a command: the code of today says otherwise at 0"),
        (hand_on_another_state, "what the next run is given: the code of today says otherwise at"),
        (show_another_stage, "search attributes: the code of today says otherwise at CarewayStage"),
    ],
)
async def test_what_temporals_replayer_lets_pass_is_caught(
    edit: Callable[[WorkflowHistory], None], place: str
) -> None:
    """Given a history in which one thing is different, then Temporal's replayer accepts it, and
    the strict one says which event departs from the code, and where in it."""
    history = ordinary()
    edit(history)
    await stock().replay_workflow(history)
    (difference,) = (await replay(history)).differences
    assert difference.startswith("event ")
    assert place in difference


async def test_a_step_that_the_code_no_longer_takes_is_caught() -> None:
    """Given a history that asked for an activity the code does not have, then it does not
    replay, and the reason is Temporal's own."""
    history = ordinary()
    for event in history.events:
        activity = event.activity_task_scheduled_event_attributes
        if activity.activity_type.name == "decision.carry_out":
            activity.activity_type.name = "decision.forget"
    (difference,) = (await replay(history)).differences
    assert "Nondeterminism" in difference


async def test_a_finding_quotes_no_patients_data() -> None:
    """Given an argument that differs, then the finding says where, and neither value (I8)."""
    history = ordinary()
    book_for_another_day(history)
    (difference,) = (await replay(history)).differences
    assert not any(part.isdigit() and len(part) > 6 for part in difference.split())


@each_golden
def test_it_is_of_a_synthetic_sample_patient(golden: Golden) -> None:
    """The only patients whose histories may lie in a public place were never born."""
    bundles = [
        json.loads(file.read_text("utf-8")) for file in (shipped() / "patients").glob("*.json")
    ]
    people = [
        entry["resource"]
        for bundle in bundles
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Patient"
    ]
    text = golden.history().to_json()
    for person in people:
        (name, *_others) = person["name"]
        assert name["family"] not in text
    assert born(golden.history()) <= {person["birthDate"] for person in people}


def born(history: WorkflowHistory) -> set[str]:
    """Birth dates in the run's input and in the enrollments sent to it."""
    found = set()
    for event in history.events:
        started = event.workflow_execution_started_event_attributes
        sent = event.workflow_execution_update_accepted_event_attributes
        for payload in [*started.input.payloads, *sent.accepted_request.input.args.payloads]:
            content = json.loads(payload.data)
            for part in (content.get("journey"), content.get("event")):
                if isinstance(part, dict) and "born" in (part.get("patient") or {}):
                    found.add(part["patient"]["born"])
    assert found, "a golden tells of a patient"
    return found


def test_goldens_are_a_handful() -> None:
    """They are in every clone: a release leaves at most 600 kB of them."""
    for folder in {one.folder for one in ALL}:
        assert sum(file.stat().st_size for file in folder.iterdir()) <= 600_000


async def test_a_history_that_is_still_being_written_replays_too() -> None:
    """Given a history as it stood after each thing that happened to the run, when the workflow had
    not answered yet, then nothing is missed in it that it cannot hold."""
    whole = ordinary()
    happened = [
        n
        for n, event in enumerate(whole.events)
        if event.HasField("timer_fired_event_attributes")
        or event.HasField("activity_task_completed_event_attributes")
        or event.HasField("workflow_task_started_event_attributes")
    ]
    assert len(happened) > 10
    for last in happened:
        so_far = WorkflowHistory(whole.workflow_id, whole.events[: last + 1])
        assert (await replay(so_far)).differences == (), f"after event {last + 1}"
