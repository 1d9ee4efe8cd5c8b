"""A command that the server gave to a worker which then said nothing of it."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from pathways.journey.events import Hold
from tests.workflows.care import NURSE
from tests.workflows.refusing import RefusedOnce
from tests.workflows.site import Site

HOLD = Hold("hold-1", NURSE, "travelling")


def rejection(kind: str) -> WorkflowUpdateFailedError:
    """An update that failed for such a reason."""
    return WorkflowUpdateFailedError(ApplicationError("not processed", type=kind))


async def test_a_command_that_no_worker_took_up_is_sent_again(cached_site: Site) -> None:
    """Given a server that rejects a command because the worker it went to was killed, when a nurse
    sends it, then it is applied, once."""
    journey = await cached_site.enrolled()
    rejected = RefusedOnce(rejection("UnprocessedUpdate"))
    answer = await rejected.journeys(cached_site).command(journey, HOLD)
    assert (answer.status, rejected.asked) == ("applied", 2)
    assert (await cached_site.state(journey)).status == "held"


async def test_a_command_that_cannot_be_understood_is_sent_once(cached_site: Site) -> None:
    journey = await cached_site.enrolled()
    rejected = RefusedOnce(rejection("Malformed"))
    with pytest.raises(WorkflowUpdateFailedError):
        await rejected.journeys(cached_site).command(journey, HOLD)
    assert rejected.asked == 1
