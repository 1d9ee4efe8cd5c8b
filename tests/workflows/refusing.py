"""A client that is refused once, as the server or a worker does when something went wrong there."""

from __future__ import annotations

from typing import Any

from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    QueryWorkflowInput,
    StartWorkflowUpdateInput,
)

from tests.workflows.site import Site
from workflows.journeys import Journeys


class RefusedOnce(Interceptor):
    """Its first question or command is refused with ``error``; ``asked`` counts all of them."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def intercept_client(self, following: OutboundInterceptor) -> OutboundInterceptor:
        return _Outbound(following, self)

    def refuse_first(self) -> None:
        """Count, and raise at the first."""
        self.asked += 1
        if self.asked == 1:
            raise self.error

    def journeys(self, site: Site) -> Journeys:
        """The journeys of a site, asked through this client."""
        config = site.clock.client.config()
        config["interceptors"] = [*config["interceptors"], self]
        return Journeys(Client(**config), site.settings.task_queue)


class _Outbound(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, refused: RefusedOnce) -> None:
        super().__init__(following)
        self._refused = refused

    async def query_workflow(self, question: QueryWorkflowInput) -> Any:
        self._refused.refuse_first()
        return await super().query_workflow(question)

    async def start_workflow_update(self, command: StartWorkflowUpdateInput) -> Any:
        self._refused.refuse_first()
        return await super().start_workflow_update(command)
