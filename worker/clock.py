"""Virtual time: driving the clock of single journeys on a real server. Demo and tests only.

The one module that uses Temporal's experimental time skipping. The server must have been
started with ``ServerOptions(virtual_time=True)``. Each journey has a clock of its own, which
runs like the wall clock until ``advance`` moves it.

What was learnt on the real server (1.32):

- Update-with-start works through ``client``; the journey's clock starts at the wall clock.
- A fast-forward follows the journey through continue-as-new, provided that the server's
  minimal interval between runs is 0 (``worker.server`` sees to it). With the default of one
  second, a run that continues a younger one waits for its first workflow task, the clock
  does not count that as something to wait for, jumps to its target, and every due time on
  the way is met late.
- A pending activity holds the clock back, also one that waits for its next attempt; a local
  activity does too, because its workflow task is open. So nothing is skipped over.
- ``describe().start_time`` of a run that was continued counts the skipped time twice, and
  server-side ages are wrong with it: ask the journey's own ``workflow.now()``.
- The database's clock, the outbox and every activity live in wall-clock time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

_SKIPS = 1_000_000
"""The default stops silently at 200 skips in a session."""
_AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)


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

        Returns when the clock stands there: ``False`` when the journey ended on the way, or has
        ended already. The time that work takes counts: what falls due less than that before the
        target may still be at work when the clock stands there.

        Where the server may go away, give a client that does not repeat its calls by itself: what
        is sent twice moves the clock twice. Look where it stands before asking again."""
        try:
            return await self._skipper.fast_forward(handle, timedelta(seconds=seconds))
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            return False

    async def standing(self, handle: WorkflowHandle[Any, Any]) -> datetime | None:
        """The journey's time, UTC, when nothing moves its clock but the passing of time.

        ``None`` while an ``advance`` is under way, also one whose caller never heard of its end
        (the server goes on with it, also after a restart), and while the server is away."""
        try:
            info = await self._skipper.get_time_skipping_info(handle)
        except RPCError as error:
            if error.status not in _AWAY:
                raise
            return None
        if info is None:  # it was never moved
            return datetime.now(UTC)
        return None if info.effective_config.enabled else info.current_time.ToDatetime(UTC)

    async def now(self, handle: WorkflowHandle[Any, Any]) -> datetime:
        """The journey's time, UTC."""
        return (await self._skipper.get_current_time(handle)).astimezone(UTC)

    async def now_or_wall(self, handle: WorkflowHandle[Any, Any]) -> datetime:
        """The journey's time, or the wall clock's when it never ran: they start alike."""
        try:
            return await self.now(handle)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            return datetime.now(UTC)
