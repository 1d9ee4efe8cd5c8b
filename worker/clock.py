"""Virtual time: driving the clock of single journeys on a real server. Demo and tests only.

The one module that uses Temporal's experimental time skipping. The server must have been
started with ``ServerOptions(virtual_time=True)``. Each journey has a clock of its own, which
runs like the wall clock until ``advance`` moves it.

What was learnt on the real server (1.32) is at the end of this text.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

_SKIPS = 1_000_000
"""The default stops silently at 200 skips in a session."""


class VirtualClock:
    """Journeys started through ``client`` can have their time advanced."""

    def __init__(self, client: Client) -> None:
        # Off at the start: a journey left to itself would skip to the end of its life.
        self._skipper = TimeSkipper(
            client, config=TimeSkippingConfig(enabled=False, max_session_skip_count=_SKIPS)
        )

    @property
    def client(self) -> Client:
        """Start journeys through this client."""
        return self._skipper.client

    async def advance(self, handle: WorkflowHandle[Any, Any], seconds: float) -> bool:
        """Move the journey's clock on; due times on the way are met in their order.

        Returns when the clock stands there: ``False`` when the journey ended on the way."""
        return await self._skipper.fast_forward(handle, timedelta(seconds=seconds))

    async def now(self, handle: WorkflowHandle[Any, Any]) -> datetime:
        """The journey's time, UTC."""
        return (await self._skipper.get_current_time(handle)).astimezone(UTC)
