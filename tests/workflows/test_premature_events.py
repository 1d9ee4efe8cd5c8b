"""Events that no workflow task has brought are not handed to a journey."""

from __future__ import annotations

import pytest
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowQueryFailedError

from tests.workflows.refusing import RefusedOnce
from tests.workflows.site import Site
from worker.runners import Activate, refuse_premature
from workflows.contract import ASK_AGAIN


class Journey:
    """A workflow that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.activate: Activate = refuse_premature(self._activate)

    def _activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        self.told += [str(job.WhichOneof("variant")) for job in act.jobs]
        completion = WorkflowActivationCompletion(run_id=act.run_id)
        completion.successful.SetInParent()
        return completion

    def tell(self, job: str, *, at: int, events: int, replaying: bool = False) -> str:
        """One activation; ``at`` is its second. How it ended."""
        act = WorkflowActivation(run_id="r", history_length=events, is_replaying=replaying)
        act.timestamp.FromSeconds(at)
        getattr(act.jobs.add(), job).SetInParent()
        return str(self.activate(act).WhichOneof("status"))


def test_each_workflow_task_brings_its_events() -> None:
    """Given workflow tasks one after the other, with questions in between, then the journey hears
    of all, also when it is told again from the start."""
    journey = Journey()
    for _again in range(2):
        assert journey.tell("initialize_workflow", at=100, events=3) == "successful"
        assert journey.tell("query_workflow", at=100, events=3) == "successful"
        assert journey.tell("resolve_activity", at=101, events=10) == "successful"
        assert journey.tell("fire_timer", at=160, events=15) == "successful"
        assert journey.tell("remove_from_cache", at=0, events=0) == "successful"
    assert len(journey.told) == 10


def test_events_that_a_question_brings_at_a_time_that_is_over_are_refused() -> None:
    """Given a timer that has fired and a workflow task that nobody took up yet, when a question
    makes the SDK hand the timer over at the time of the last workflow task, then the journey
    does not hear of it, and the question fails."""
    journey = Journey()
    journey.tell("initialize_workflow", at=100, events=3)
    journey.tell("resolve_activity", at=101, events=10)
    assert journey.tell("fire_timer", at=101, events=16) == "failed"
    assert journey.told == ["initialize_workflow", "resolve_activity"]


def test_what_the_history_holds_is_never_refused() -> None:
    """Given two workflow tasks that the server happened to start at the same instant, when the
    journey is told again from its history, then it hears of both."""
    journey = Journey()
    assert journey.tell("initialize_workflow", at=100, events=3, replaying=True) == "successful"
    assert journey.tell("fire_timer", at=100, events=9, replaying=True) == "successful"


def test_one_workflow_task_may_speak_more_than_once() -> None:
    """Given a workflow task that the SDK tells in two parts, then the journey hears both."""
    journey = Journey()
    assert journey.tell("initialize_workflow", at=100, events=3) == "successful"
    assert journey.tell("do_update", at=100, events=3) == "successful"


async def test_a_question_that_was_refused_is_asked_again(cached_site: Site) -> None:
    """Given a worker that refuses a question because it came too early, when the relay or a person
    asks, then they get an answer all the same."""
    journey = await cached_site.enrolled()
    refused = RefusedOnce(WorkflowQueryFailedError(ASK_AGAIN))
    assert (await refused.journeys(cached_site).state(journey)).id == journey
    assert refused.asked == 2


async def test_a_question_that_fails_otherwise_is_not_asked_again(cached_site: Site) -> None:
    """Given a question that the journey cannot answer, then whoever asked hears that at once."""
    refused = RefusedOnce(WorkflowQueryFailedError("no such question"))
    with pytest.raises(WorkflowQueryFailedError):
        await refused.journeys(cached_site).state("j")
    assert refused.asked == 1
