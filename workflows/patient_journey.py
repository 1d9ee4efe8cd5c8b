"""``PatientJourney``: one patient's whole course, durably.

The shell knows no care. It feeds the kernel (``pathways.journey.decide``) with commands,
device readings, results of effects and the passing of time, carries out the effects it is
handed, has every decision recorded, and arms ONE timer, for the head of the agenda.
"""

from __future__ import annotations

import asyncio

from temporalio import workflow

from workflows.effects import carry_out
from workflows.recording import Recording
from workflows.side_tasks import SideTasks
from workflows.turnover import HOUSEKEEPING, RunLength, next_build

with workflow.unsafe.imports_passed_through():
    from pathways.canonical import PinnedPathway, unpin
    from pathways.journey.decide import Decision, decide, head, stands
    from pathways.journey.effects import Answer, Book, Cancel, Entry
    from pathways.journey.events import Command, Device, Done, Event, Failed, Tick
    from pathways.journey.state import Due, Journey, Task
    from workflows.admission import (
        refuse_malformed_command,
        refuse_malformed_enrollment,
        refuse_malformed_migration,
    )
    from workflows.contract import (
        WORKFLOW,
        EnrollRequest,
        JourneyEnd,
        JourneyInput,
        MigrateRequest,
    )
    from workflows.visible import changed_attributes, details, timer_summary

_GRACE = 60
"""Seconds that a journey without any decision waits for its first enrollment: one whose
enrollment was malformed leaves nothing behind."""
_TIMELINE = 50
"""Entries kept for the ``timeline`` query; the record keeps all."""


@workflow.defn(name=WORKFLOW)
class PatientJourney:
    """State: the journey, its pathways, and what is under way."""

    @workflow.init
    def __init__(self, start: JourneyInput) -> None:
        self._journey = start.journey
        self._pinned = {pinned.digest: pinned for pinned in start.pathways}
        self._library = {pinned.digest: unpin(pinned) for pinned in start.pathways}
        self._turnover = start.turnover
        self._timeline = start.timeline
        self._side = SideTasks()
        self._recording = Recording(start.unwritten, self._side)
        # Decisions and their records are made one at a time. Without the lock, a decision
        # made while another's record is being written could be recorded first, and the
        # record would show the older state as the newer.
        self._lock = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None
        self._armed = 0
        self._shown = -1
        self._overdue = False
        self._ticked = 0
        self._decided = start.journey.revision > 0
        self._decided_here = False
        began = _now()
        self._length = RunLength(began, start.turnover)
        self._housekeeping = began + (HOUSEKEEPING if self._decided else _GRACE)

    @workflow.run
    async def run(self, start: JourneyInput) -> JourneyEnd:
        """Live until the journey is closed, over as many runs as it takes."""
        self._resume(unwritten=bool(start.unwritten))
        while True:
            # Conditions look at the workflow's own state only, never at the clock or the
            # history: a workflow task that brought no event (a rejected update) is not
            # repeated in a replay, so nothing may come of it.
            await workflow.wait_condition(self._needs_attention)
            self._side.check()
            if self._is_time():
                await self._pass_time()
                continue
            self._show()
            if self._has_ended():
                return JourneyEnd(self._journey.id, self._journey.revision, _now())
            if self._must_turn_over():
                self._continue_as_new()
            self._arm()

    # --- what people, systems and devices send ---

    @workflow.update
    async def enroll(self, request: EnrollRequest) -> Answer:
        """Enroll the patient; sent with update-with-start. A clinical refusal is an answer."""
        pinned = request.pinned
        self._pinned[pinned.digest] = pinned
        self._library[pinned.digest] = unpin(pinned)
        return await self._answer(request.event)

    @enroll.validator
    def _check_enroll(self, request: EnrollRequest) -> None:
        refuse_malformed_enrollment(request)

    @workflow.update
    async def migrate(self, request: MigrateRequest) -> Answer:
        """Move an enrollment to the version that the request brings, or refuse with reasons."""
        pinned = request.pinned
        self._pinned[pinned.digest] = pinned
        self._library[pinned.digest] = unpin(pinned)
        return await self._answer(request.event)

    @migrate.validator
    def _check_migrate(self, request: MigrateRequest) -> None:
        refuse_malformed_migration(request)

    @workflow.update
    async def command(self, command: Command) -> Answer:
        """Apply a command, once per command id, or refuse it with a reason on record."""
        return await self._answer(command)

    @command.validator
    def _check_command(self, command: Command) -> None:
        refuse_malformed_command(command)

    @workflow.signal
    async def readings(self, device: Device) -> None:
        """Readings of a device feed: nobody waits for an answer."""
        await self._apply(device)

    @workflow.signal
    async def effect_failed(self, failed: Failed) -> None:
        """A message could not be sent, or nobody knows whether it was."""
        await self._apply(failed)

    # --- what one may ask ---

    @workflow.query
    def state(self) -> Journey:
        """The whole journey."""
        return self._journey

    @workflow.query
    def tasks(self) -> tuple[Task, ...]:
        """Open tasks, oldest first."""
        return tuple(self._journey.tasks.values())

    @workflow.query
    def agenda(self) -> tuple[Due, ...]:
        """What is due, and when."""
        return self._journey.agenda

    @workflow.query
    def timeline(self) -> tuple[Entry, ...]:
        """The last entries of the timeline, oldest first."""
        return self._timeline

    @workflow.query
    def stands(self, key: str) -> bool:
        """Whether the journey still wants the message with this key sent."""
        return stands(self._journey, key)

    @workflow.query
    def revision(self) -> int:
        """How many decisions the journey has made."""
        return self._journey.revision

    # --- deciding ---

    async def _answer(self, command: Command) -> Answer:
        answer = await self._apply(command)
        if answer is None:
            raise RuntimeError(f"The kernel left a {type(command).__name__} unanswered.")
        return answer

    async def _apply(self, event: Event) -> Answer | None:
        async with self._lock:
            now = _now()
            self._length.take_stock(event, now)
            decision = decide(self._journey, event, now, self._library)
            self._journey = decision.journey
            self._decided = self._decided_here = True
            ended = await self._record(decision)
            for effect in decision.effects:
                self._start(effect, ended.get(effect.key))
            return decision.answer

    async def _record(self, decision: Decision) -> dict[str, Done | Failed]:
        """Have the decision written; how those of its effects ended that already have."""
        if decision.record is None:
            return {}
        self._timeline = (*self._timeline, *decision.record.entries)[-_TIMELINE:]
        new = [effect for effect in decision.effects if effect.key not in self._side]
        return {one.key: one for one in await self._recording.write(decision.record, new)}

    def _start(self, effect: Book | Cancel, ended: Done | Failed | None = None) -> None:
        if effect.key not in self._side:
            self._side.start(effect.key, self._see_through(effect, ended))

    async def _see_through(self, effect: Book | Cancel, ended: Done | Failed | None) -> None:
        await self._apply(ended or await carry_out(effect))

    def _resume(self, unwritten: bool) -> None:
        """Take up what the run before left under way; effects are idempotent by their key."""
        for effect in self._journey.outstanding.values():
            self._start(effect)
        if unwritten:
            self._recording.resume()

    def _show(self) -> None:
        """Say where the journey stands, once it stands there: not between a decision and the one
        that its effects bring about, as each change of a search attribute is an event."""
        if self._shown == self._journey.revision:
            return
        self._shown = self._journey.revision
        updates = changed_attributes(self._journey, workflow.info().typed_search_attributes)
        if updates:
            workflow.upsert_search_attributes(updates)
        workflow.set_current_details(details(self._journey, self._library))

    # --- time ---

    def _wake(self) -> int:
        """The instant at which something is to be done.

        A due time that stays due after it was decided waits a second: the loop never spins."""
        due = head(self._journey)
        wake = self._housekeeping if due is None else min(due, self._housekeeping)
        return max(wake, self._ticked + 1)

    def _arm(self) -> None:
        """Point the one timer at ``_wake()``: cancelling costs 2 events, a needless wake 5."""
        wake = self._wake()
        if self._timer is not None:
            if wake == self._armed and not self._timer.done():
                return
            self._timer.cancel()
            self._timer = None
        self._armed = wake
        delay = wake - workflow.time()
        self._overdue = delay <= 0
        if not self._overdue:
            self._timer = asyncio.create_task(
                workflow.sleep(delay, summary=timer_summary(self._journey, wake))
            )

    def _is_time(self) -> bool:
        return self._overdue or (self._timer is not None and self._timer.done())

    async def _pass_time(self) -> None:
        """Everything due by now is decided at once, however late, each in its due order."""
        self._timer, self._overdue, self._armed = None, False, 0
        self._ticked = now = _now()
        self._housekeeping = now + HOUSEKEEPING
        if self._decided:
            await self._apply(Tick())

    def _needs_attention(self) -> bool:
        return (
            self._side.failed
            or self._is_time()
            or (self._at_rest() and self._is_unsettled())
            or self._has_ended()
            or self._must_turn_over()
        )

    def _at_rest(self) -> bool:
        """No decision is being recorded: one that follows could move the next due time again."""
        return not self._lock.locked()

    def _is_unsettled(self) -> bool:
        return self._wake() != self._armed or self._shown != self._journey.revision

    # --- the end of a run ---

    def _idle(self) -> bool:
        return workflow.all_handlers_finished() and self._at_rest()

    def _has_ended(self) -> bool:
        """Closed, or never begun (its enrollment was refused), with nothing left to do."""
        over = self._journey.status == "closed" or (
            self._journey.status == "new" and (self._decided or self._ticked > 0)
        )
        return (
            over
            and self._idle()
            and self._side.quiet
            and not self._journey.outstanding
            and not self._recording.unwritten
        )

    def _must_turn_over(self) -> bool:
        """Whether to continue as new: when long or old and quiet; when very long, at once.

        While an activity is under way it is better to wait for it than to ask again, and
        waiting adds no history. A run that has decided nothing has nothing to shed."""
        if not self._decided_here or not self._idle():
            return False
        return self._length.is_too_long or (self._side.quiet and self._length.is_long)

    def _continue_as_new(self) -> None:
        in_use = {enrollment.digest: True for enrollment in self._journey.enrollments.values()}
        pathways: tuple[PinnedPathway, ...] = tuple(
            pinned for digest, pinned in self._pinned.items() if digest in in_use
        )
        workflow.continue_as_new(
            JourneyInput(
                journey=self._journey,
                pathways=pathways,
                turnover=self._turnover,
                timeline=self._timeline,
                unwritten=self._recording.unwritten,
            ),
            initial_versioning_behavior=next_build(),
        )


def _now() -> int:
    """Whole seconds, rounded down: a due time is never reached before its second."""
    return int(workflow.time())
