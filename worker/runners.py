"""Running workflows as another runner does, with an eye on each activation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import Info, _Definition  # the types of the runner's own interface

from worker.logs import logger
from workflows.contract import ASK_AGAIN

Activate = Callable[[WorkflowActivation], WorkflowActivationCompletion]

_NO_EVENTS = ("query_workflow", "remove_from_cache")


class WatchedRunner(WorkflowRunner):
    """Runs as ``inner`` does. ``watch`` is given each new instance's ``activate`` and returns
    what is called instead."""

    def __init__(self, inner: WorkflowRunner, watch: Callable[[Activate], Activate]) -> None:
        self._inner = inner
        self._watch = watch

    def prepare_workflow(self, defn: _Definition) -> None:
        self._inner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        self._inner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = self._inner.create_instance(det)
        return _Watched(instance, self._watch(instance.activate))


class _Watched(WorkflowInstance):
    def __init__(self, inner: WorkflowInstance, activate: Activate) -> None:
        self._inner = inner
        self._activate = activate

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._activate(act)

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._inner.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._inner.get_external_store_context(command_info)

    def get_info(self) -> Info:
        return self._inner.get_info()


def refuse_premature(activate: Activate) -> Activate:
    """Refuse events that no workflow task has brought (docs/decisions/0014).

    A query that finds the history longer than the last workflow task makes the SDK (1.35) hand
    over what came since, at that task's time. The workflow would decide at a time that is over,
    and its history would not replay. Refused, the query fails, and the workflow task that is on
    its way brings the same events, with their time."""
    seen = (0, 0)

    def guarded(act: WorkflowActivation) -> WorkflowActivationCompletion:
        nonlocal seen
        if all(job.WhichOneof("variant") in _NO_EVENTS for job in act.jobs):
            return activate(act)
        before, seen = seen, (act.timestamp.ToNanoseconds(), act.history_length)
        if not act.is_replaying and seen[0] == before[0] and seen[1] > before[1]:
            logger().info("premature-events-refused")
            refused = WorkflowActivationCompletion(run_id=act.run_id)
            refused.failed.failure.message = ASK_AGAIN
            return refused
        return activate(act)

    return guarded
