"""What a year leaves in Temporal's history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

APPARATUS = (
    "WORKFLOW_EXECUTION_OPTIONS_UPDATED",
    "WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED",
)
"""Events of the virtual clock: they belong to the measurement, not to the year."""


@dataclass
class Left:
    """Events by kind, bytes, and the number of runs."""

    events: Counter[str] = field(default_factory=Counter)
    size: int = 0
    runs: int = 0

    def take(self, event: HistoryEvent) -> None:
        """Count an event."""
        name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
        if name not in APPARATUS:
            self.events[name] += 1
            self.size += event.ByteSize()


async def left_by(client: Client, workflow_id: str) -> Left:
    """All that is in the histories of a workflow, over all its runs."""
    left = Left()
    run: str | None = (await client.get_workflow_handle(workflow_id).describe()).run_id
    while run:
        handle = client.get_workflow_handle(workflow_id, run_id=run)
        history = await handle.fetch_history()
        left.runs += 1
        for event in history.events:
            left.take(event)
        started = history.events[0].workflow_execution_started_event_attributes
        run = started.continued_execution_run_id
    return left
