"""Strict replay: the stock replayer accepts a changed argument; this one does not."""

from __future__ import annotations

from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from pathways.journey.effects import RecordBatch
from worker.converter import data_converter
from workflows.patient_journey import PatientJourney


class Asked:
    """What a replayed workflow asked for, in order."""

    def __init__(self) -> None:
        self.activities: list[tuple[str, bytes]] = []
        self.batches: list[RecordBatch] = []


async def replay(history: WorkflowHistory) -> Asked:
    """Replay with the real ``Replayer``; raises when the history does not replay.

    Asserts that every regular activity was asked for with the arguments in the history."""
    asked = Asked()
    replayer = Replayer(
        workflows=[PatientJourney],
        data_converter=data_converter(),
        interceptors=[_Listening(asked)],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    await replayer.replay_workflow(history)
    assert asked.activities == scheduled(history)
    return asked


def scheduled(history: WorkflowHistory) -> list[tuple[str, bytes]]:
    """Name and argument of every activity that the history scheduled."""
    return [
        (attributes.activity_type.name, attributes.input.payloads[0].data)
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        for attributes in [event.activity_task_scheduled_event_attributes]
    ]


class _Listening(Interceptor):
    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002  # the SDK's name
    ) -> type[WorkflowInboundInterceptor]:
        asked = self._asked

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Outbound(outbound, asked))

        return Inbound


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, after: WorkflowOutboundInterceptor, asked: Asked) -> None:
        super().__init__(after)
        self._asked = asked

    def start_activity(
        self,
        input: StartActivityInput,  # noqa: A002  # the SDK's name
    ) -> ActivityHandle[Any]:
        (payload,) = data_converter().payload_converter.to_payloads(input.args)
        self._asked.activities.append((input.activity, payload.data))
        return super().start_activity(input)

    def start_local_activity(
        self,
        input: StartLocalActivityInput,  # noqa: A002  # the SDK's name
    ) -> ActivityHandle[Any]:
        (batch,) = input.args
        self._asked.batches.append(batch)
        return super().start_local_activity(input)
