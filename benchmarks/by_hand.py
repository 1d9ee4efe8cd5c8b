"""The rival: the measured year as a plain Temporal workflow, as one would write it by hand.

Straight-line code: sleep, write the letter, book the visit, wait for people with a timeout
for every reminder. It uses the same two activities, writes the same rows to the same
database (worklist, timeline, appointments, outbox) and stays far below the length at which
a run has to continue as new, so it never does, as is usual for a year's workflow.

What it leaves out is what a pathway brings along: quiet hours, holds, refusals on record,
commands sent twice, several pathways, editing the year without a deployment.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.contract import DECISION_CARRY_OUT, SCHEDULE_BOOK, BookingResult
    from pathways.compiled import MessageText
    from pathways.journey.effects import (
        AppointmentRow,
        AppointmentStatus,
        Book,
        EnrollmentRow,
        EnrollmentStatus,
        Entry,
        Notify,
        RecordBatch,
        TaskRow,
        TaskStatus,
    )

WORKFLOW = "YearByHand"
DAY = 86_400
ROUNDS = 8
PATHWAY = "measured-year"
OWNER = "case-manager"
CHAIN = ((0.5, OWNER), (0.8, OWNER), (1.0, "nurse-manager"), (1.5, "program-manager"))
"""Share of the time allowed at which somebody is told of a task that is still open."""


class YearInput(Struct, frozen=True):
    """``texts``: message id -> text. ``local_records``: write rows by local activities."""

    journey: str
    nurse: str
    texts: dict[str, MessageText]
    local_records: bool = False


@workflow.defn(name=WORKFLOW)
class YearByHand:
    """One patient's year."""

    @workflow.init
    def __init__(self, start: YearInput) -> None:
        self._start = start
        self._revision = 0
        self._open: dict[str, None] = {}
        self._answered: dict[str, None] = {}

    @workflow.run
    async def run(self, start: YearInput) -> int:
        """Eight rounds of a wait, a letter, a visit and two tasks."""
        await self._record("enrolled", "", enrollments=(self._enrollment("active"),))
        for number in range(1, ROUNDS + 1):
            await workflow.sleep(42 * DAY)
            await self._send("patient", "letter", f"letter-{number}")
            await self._visit(f"visit-{number}")
            await self._task(f"review-{number}")
            await self._task(f"call-{number}")
        await self._record("discharged", "", enrollments=(self._enrollment("discharged"),))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._revision

    @workflow.update
    async def answer(self, step: str) -> bool:
        """A task is done, or a visit was kept."""
        del self._open[step]
        self._answered[step] = None
        return True

    @answer.validator
    def _check_answer(self, step: str) -> None:
        if step not in self._open:
            raise ValueError("That is not open.")

    # --- the year's steps ---

    async def _visit(self, step: str) -> None:
        now = _now()
        wish = Book(self._key(step, "book"), step, step, "follow-up-visit", now, now + 14 * DAY, 30)
        requested = _appointment(step, "requested")
        await self._record("appointment-requested", step, appointments=(requested,))
        slot: BookingResult = await workflow.execute_activity(
            SCHEDULE_BOOK,
            wish,
            result_type=BookingResult,
            start_to_close_timeout=timedelta(seconds=10),
            summary=step,
        )
        starts = int(slot["starts"])
        booked = _appointment(step, "booked", slot)
        await self._send("patient", "appointment-booked", step, appointments=(booked,))
        self._open[step] = None
        if starts - _now() > 2 * DAY and not await self._is_answered(step, starts - DAY):
            await self._send("patient", "appointment-reminder", step)
        if not await self._is_answered(step, int(slot["ends"]) + 2 * DAY):
            await self._record(
                "task-opened", step, tasks=(_task(step, self._start.nurse, "open", _now()),)
            )
            await workflow.wait_condition(lambda: step in self._answered)
        attended = _appointment(step, "attended", slot)
        await self._record("appointment-attended", step, appointments=(attended,))

    async def _task(self, step: str) -> None:
        opened, allowed = _now(), 7 * DAY
        nurse = self._start.nurse
        self._open[step] = None
        await self._record("task-opened", step, tasks=(_task(step, nurse, "open", opened),))
        for share, role in CHAIN:
            if await self._is_answered(step, opened + int(share * allowed)):
                break
            message = "task-reminder" if role == OWNER else "task-escalation"
            open_task = _task(step, nurse, "open", opened)
            await self._send(role, message, step, tasks=(open_task,))
        await workflow.wait_condition(lambda: step in self._answered)
        await self._record("task-done", step, tasks=(_task(step, nurse, "done", opened),))

    async def _is_answered(self, step: str, until: int) -> bool:
        """Wait for an answer until that instant."""
        try:
            await workflow.wait_condition(
                lambda: step in self._answered, timeout=max(0, until - _now())
            )
        except TimeoutError:
            return False
        return True

    # --- the record ---

    async def _send(
        self,
        to: str,
        message: str,
        step: str,
        *,
        tasks: tuple[TaskRow, ...] = (),
        appointments: tuple[AppointmentRow, ...] = (),
    ) -> None:
        """Put a message into the outbox, with the rows that changed along with it."""
        notify = Notify(
            key=self._key(step, f"{message}-{self._revision}"),
            step=step,
            to=to,
            message=message,
            text=self._start.texts[message],
            person="" if to == "patient" else self._start.nurse,
            params={"pathway.title": "A year of follow-up", "step.title": step},
            appointment=step if appointments else "",
            give_up=_now() + DAY,
        )
        await self._record(
            "message-sent", step, tasks=tasks, appointments=appointments, messages=(notify,)
        )

    async def _record(
        self,
        kind: str,
        step: str,
        *,
        tasks: tuple[TaskRow, ...] = (),
        appointments: tuple[AppointmentRow, ...] = (),
        enrollments: tuple[EnrollmentRow, ...] = (),
        messages: tuple[Notify, ...] = (),
    ) -> None:
        self._revision += 1
        now = _now()
        batch = RecordBatch(
            journey=self._start.journey,
            revision=self._revision,
            at=now,
            status="active",
            entries=(Entry(now, kind, PATHWAY, step, 1, params={"title": step}),),
            tasks=tasks,
            appointments=appointments,
            enrollments=enrollments,
            messages=messages,
        )
        limit = timedelta(seconds=10)
        if self._start.local_records:
            await workflow.execute_local_activity(
                DECISION_CARRY_OUT,
                args=[batch, []],
                start_to_close_timeout=limit,
                summary="record",
            )
        else:
            await workflow.execute_activity(
                DECISION_CARRY_OUT,
                args=[batch, []],
                start_to_close_timeout=limit,
                summary="record",
            )

    def _key(self, step: str, kind: str) -> str:
        return f"{self._start.journey}/{PATHWAY}/{step}/1/{kind}/patient"

    def _enrollment(self, status: EnrollmentStatus) -> EnrollmentRow:
        return EnrollmentRow(
            pathway=PATHWAY,
            version="1",
            digest="by-hand",
            stage="",
            status=status,
            enrolled=_now(),
        )


def _task(step: str, nurse: str, status: TaskStatus, opened: int) -> TaskRow:
    return TaskRow(
        task=step,
        pathway=PATHWAY,
        step=step,
        occurrence=1,
        kind="task",
        title=step,
        owner=OWNER,
        person=nurse,
        opened=opened,
        due=opened + 7 * DAY,
        status=status,
        closed=0 if status == "open" else _now(),
        outcomes=("done",),
    )


def _appointment(
    step: str, status: AppointmentStatus, slot: BookingResult | None = None
) -> AppointmentRow:
    found = slot or {}
    return AppointmentRow(
        appointment=step,
        pathway=PATHWAY,
        step=step,
        service="follow-up-visit",
        status=status,
        starts=int(found.get("starts", 0)),
        ends=int(found.get("ends", 0)),
        provider=str(found.get("provider", "")),
    )


def _now() -> int:
    return int(workflow.time())
