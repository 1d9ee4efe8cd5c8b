"""A command that the server gave to a worker which then said nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateInput,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError

from pathways.journey.events import Hold
from tests.workflows.care import NURSE
from tests.workflows.site import Site
from workflows.journeys import Journeys


class RejectedOnce(Interceptor, OutboundInterceptor):
    """A client whose first command is rejected as the server does when a worker was killed."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.sent = 0

    def intercept_client(
        self,
        next: OutboundInterceptor,  # noqa: A002  # the SDK's name
    ) -> OutboundInterceptor:
        self.next = next
        return self

    async def start_workflow_update(
        self,
        input: StartWorkflowUpdateInput,  # noqa: A002  # the SDK's name
    ) -> Any:
        self.sent += 1
        if self.sent == 1:
            raise WorkflowUpdateFailedError(ApplicationError("not processed", type=self.kind))
        return await super().start_workflow_update(input)


async def test_a_command_that_no_worker_took_up_is_sent_again(cached_site: Site) -> None:
    """Given a server that rejects a command because the worker it went to was killed, when a nurse
    sends it, then it is applied, once."""
    journey = await cached_site.enrolled()
    rejected = RejectedOnce("UnprocessedUpdate")
    answer = await through(rejected, cached_site).command(journey, HOLD)
    assert (answer.status, rejected.sent) == ("applied", 2)
    assert (await cached_site.state(journey)).status == "held"


async def test_a_command_that_cannot_be_understood_is_sent_once(cached_site: Site) -> None:
    journey = await cached_site.enrolled()
    rejected = RejectedOnce("Malformed")
    with pytest.raises(WorkflowUpdateFailedError):
        await through(rejected, cached_site).command(journey, HOLD)
    assert rejected.sent == 1


HOLD = Hold("hold-1", NURSE, "travelling")


def through(interceptor: Interceptor, site: Site) -> Journeys:
    """The site's journeys, asked by a client of one's own."""
    config = site.clock.client.config()
    config["interceptors"] = [*config["interceptors"], interceptor]
    return Journeys(Client(**config), site.settings.task_queue)
