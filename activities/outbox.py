"""The outbox relay: sends what the records say is due, at most once, and says what failed.

It runs beside the Temporal worker. Any number of relays may share one database.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from email.message import EmailMessage

import structlog
from msgspec import Struct
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from activities import mail
from activities.calendar_file import Method, calendar_file
from activities.recipients import PATIENTWARD, household, recipient
from activities.records import outbox_rows as rows
from activities.records.outbox_rows import Claimed, Settled
from activities.rendering import Organisation, render, variables
from activities.schedule import booked_appointment

Stands = Callable[[str, str], Awaitable[bool]]
"""``(journey, key)``: does the journey, durably, still want this message sent?"""
Report = Callable[[str, str, str, bool], Awaitable[None]]
"""``(journey, key, reason, unknown)``: tell the journey that a message failed."""

CANCELLATIONS = frozenset({"appointment-cancelled"})
"""Messages whose calendar file cancels, whether or not the slot has been given back yet."""

_log = structlog.get_logger(__name__)


class RelaySettings(Struct, frozen=True):
    """Seconds, but ``at_once``: how many messages are worked on at the same time."""

    poll: float = 5.0
    lease: int = 120
    """Longer than any attempt; after it, a message whose relay died is picked up or given up."""
    first_delay: int = 15
    longest_delay: int = 900
    at_once: int = 4


class Drained(Struct):
    """What one pass did."""

    sent: int = 0
    suppressed: int = 0
    failed: int = 0
    unknown: int = 0
    put_off: int = 0
    reported: int = 0


class Relay:
    """One relay. ``clock`` is the wall clock; only tests pass another."""

    def __init__(
        self,
        engine: Engine,
        smtp: mail.SmtpSettings,
        organisation: Organisation,
        *,
        stands: Stands,
        report: Report,
        settings: RelaySettings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._smtp = smtp
        self._organisation = organisation
        self._stands = stands
        self._report = report
        self._settings = settings or RelaySettings()
        self._clock = clock
        self._name = uuid.uuid4().hex
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """There is something to do. May be called from any thread, also before ``run``."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until ``stop`` is set; then finish what is being sent and return."""
        self._loop = asyncio.get_running_loop()
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                try:
                    await self.drain(stop)
                except SQLAlchemyError as error:
                    # The database is away. What it says may quote rows: only its kind is logged.
                    _log.warning("outbox-unavailable", error=type(error).__name__)
                woken = asyncio.create_task(self._woken.wait())
                await asyncio.wait(
                    {stopping, woken},
                    timeout=self._settings.poll,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                woken.cancel()
        finally:
            stopping.cancel()

    async def drain(self, stop: asyncio.Event | None = None) -> Drained:
        """Do everything that is due now, and return what was done. Messages put off for later
        are left for later."""
        done = Drained()
        await asyncio.to_thread(rows.give_up_on_lost, self._engine, self._now())
        started = self._now()
        # Not a task group: that would cancel, amid their sending, all when one loses the database.
        ends = await asyncio.gather(
            *(self._send_all(done, started, stop) for _ in range(self._settings.at_once)),
            return_exceptions=True,
        )
        for end in ends:
            if end is not None:
                raise end
        await self._report_all(done)
        return done

    async def _send_all(self, done: Drained, started: int, stop: asyncio.Event | None) -> None:
        while not (stop is not None and stop.is_set()):
            claimed = await asyncio.to_thread(
                rows.claim_due, self._engine, self._name, started, self._lease()
            )
            if claimed is None:
                return
            await self._attempt(claimed, done)

    # --- one message ---

    async def _attempt(self, claimed: Claimed, done: Drained) -> None:
        key = claimed.notify.key
        try:
            stands = await self._stands(claimed.journey, key)
        except Exception as error:  # whatever the query raises, the message waits
            _log.warning("journey-unavailable", error=type(error).__name__)
            await self._later(claimed, done, "journey-unavailable", tried=False)
            return
        if not stands:
            await self._settle(claimed, done, "suppressed", "not-wanted")
            return
        try:
            prepared = await asyncio.to_thread(self._prepare, claimed)
        except mail.BadHeader as error:
            await self._settle(claimed, done, "failed", str(error))
            return
        except SQLAlchemyError:
            raise
        except Exception as error:  # what cannot be prepared now never will be
            _log.warning("message-unrenderable", error=type(error).__name__)
            await self._settle(claimed, done, "failed", "unrenderable")
            return
        if isinstance(prepared, str):
            status: Settled = "suppressed" if prepared == "no-consent" else "failed"
            await self._settle(claimed, done, status, prepared)
            return
        await self._send(claimed, *prepared, done)

    def _prepare(self, claimed: Claimed) -> tuple[EmailMessage, str] | str:
        """The e-mail and its address, or why there is none."""
        notify = claimed.notify
        who = recipient(self._engine, claimed.journey, notify)
        if notify.to in PATIENTWARD and who is not None and not who.consent:
            return "no-consent"
        if who is None or not who.email:
            return "no-address"
        appointment = (
            booked_appointment(self._engine, claimed.journey, notify.appointment)
            if notify.appointment
            else None
        )
        people = household(self._engine, claimed.journey)
        text = render(
            notify.text,
            variables(self._organisation, people, who, notify.params, appointment),
        )
        attached = None
        if appointment is not None:
            cancels = appointment.cancelled or notify.message in CANCELLATIONS
            method: Method = "CANCEL" if cancels else "REQUEST"
            attached = (
                method,
                calendar_file(appointment, method, self._organisation, who, now=self._now()),
            )
        composed = mail.compose(
            notify.key, text, self._organisation, who, now=self._now(), calendar=attached
        )
        return composed, who.email

    async def _send(self, claimed: Claimed, composed: EmailMessage, to: str, done: Drained) -> None:
        try:
            async with mail.envelope(
                self._smtp, composed, self._organisation.sender, to
            ) as envelope:
                if await self._may_leave(claimed):
                    await envelope.deliver()
                    await self._settle(claimed, done, "sent", "", tried=True)
        except mail.Refused as refused:
            if refused.permanent:
                await self._settle(claimed, done, "failed", str(refused), tried=True)
            else:
                await self._later(claimed, done, str(refused))
        except mail.Unreachable as unreachable:
            await self._later(claimed, done, str(unreachable))
        except mail.Uncertain as uncertain:
            await self._settle(claimed, done, "unknown", str(uncertain), tried=True)

    async def _may_leave(self, claimed: Claimed) -> bool:
        """The point of no return: False when the message was retracted or replaced meanwhile."""
        return await asyncio.to_thread(
            rows.begin_sending,
            self._engine,
            self._name,
            claimed.notify.key,
            self._now(),
            self._lease(),
        )

    async def _settle(
        self,
        claimed: Claimed,
        done: Drained,
        status: Settled,
        reason: str,
        *,
        tried: bool = False,
    ) -> None:
        ours = await asyncio.to_thread(
            rows.settle,
            self._engine,
            self._name,
            claimed.notify.key,
            status,
            reason,
            self._now(),
            tried=tried,
        )
        if ours:
            setattr(done, status, getattr(done, status) + 1)
            _log.info("message-settled", status=status, reason=reason)

    async def _later(
        self, claimed: Claimed, done: Drained, reason: str, *, tried: bool = True
    ) -> None:
        now = self._now()
        expires = claimed.expires or now + claimed.budget
        if now >= expires:
            await self._settle(claimed, done, "failed", reason, tried=tried)
            return
        # The doubling stops long before 2**n is a large number.
        wait = self._settings.first_delay * 2 ** min(claimed.attempts, 16)
        until = min(now + min(wait, self._settings.longest_delay), expires)
        await asyncio.to_thread(
            rows.put_off,
            self._engine,
            self._name,
            claimed.notify.key,
            reason,
            now,
            until,
            tried=tried,
        )
        done.put_off += 1

    # --- failures ---

    async def _report_all(self, done: Drained) -> None:
        while True:
            failure = await asyncio.to_thread(
                rows.claim_report, self._engine, self._name, self._now(), self._lease()
            )
            if failure is None:
                return
            try:
                await self._report(failure.journey, failure.key, failure.reason, failure.unknown)
            except Exception as error:  # whatever it is, the journey must still be told
                _log.warning("report-failed", error=type(error).__name__)
                again = self._now() + self._settings.first_delay
                await asyncio.to_thread(
                    rows.put_off_report, self._engine, self._name, failure.key, again
                )
                continue
            await asyncio.to_thread(rows.reported, self._engine, self._name, failure.key)
            done.reported += 1

    def _now(self) -> int:
        return int(self._clock())

    def _lease(self) -> int:
        return self._now() + self._settings.lease
