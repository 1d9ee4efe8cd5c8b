"""What one journey looks like to people: its state when it answers, and its record."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from msgspec import Struct, to_builtins
from sqlalchemy import Engine

from activities.records import reading
from pathways.calendar.table import civil
from pathways.compiled import CompiledPathway
from pathways.journey.effects import AppointmentRow, EnrollmentRow, Entry, TaskRow
from pathways.journey.state import Journey
from pathways.narrative import day_and_time, shown, tell, titles_of
from pathways.review.machine import X12
from pathways.review.record import Approval, AvoidableDay
from worker.asking import AskingError, asked, worker_at_work
from worker.commands.asking import quiet
from worker.connection import NoConnection, connect
from worker.pinned import pathways_of
from worker.references import of_journey
from worker.settings import Settings
from workflows.journeys import Journeys

_PATIENCE = 10.0


class JourneyView(Struct, frozen=True):
    """``state`` is missing, and ``excuse`` says why, when the journey did not answer."""

    journey: str
    status: str
    state: Journey | None
    excuse: str
    pathways: list[CompiledPathway]
    titles: dict[str, str]
    enrollments: list[EnrollmentRow]
    tasks: list[TaskRow]
    appointments: list[AppointmentRow]
    timeline: list[Entry]

    def title(self, pathway: str) -> str:
        return self.titles.get(pathway, pathway)

    def moment(self, instant: int) -> str:
        """An instant as the patient's calendar has it."""
        return day_and_time(self.state.calendar if self.state else None, instant)

    def tell(self, entry: Entry) -> str:
        return tell(entry, self.state.calendar if self.state else None, self.titles)

    def entries(self, last: int) -> list[Entry]:
        """The last entries of the timeline; 0: all."""
        return self.timeline[-last:] if last > 0 else self.timeline

    def goals(self, pathway: str) -> list[dict[str, str]]:
        """Goals of an enrollment: id, title, status (met, not-met, unknown)."""
        held = self.state.enrollments.get(pathway) if self.state else None
        if held is None:
            return []
        mine = next((p for p in reversed(self.pathways) if p.pathway == pathway), None)
        return [
            {"id": goal.id, "title": goal.title, "status": held.goals.get(goal.id, "unknown")}
            for goal in (mine.goals if mine else ())
        ]

    def values(self) -> list[dict[str, Any]]:
        """Newest values: name, label, value, unit, shown (value with unit), observed, subject
        (caregiver, or empty: the patient)."""
        if self.state is None:
            return []
        elements = {name: e for pathway in self.pathways for name, e in pathway.data.items()}
        found = []
        hers = self.state.caregiver.facts if self.state.caregiver is not None else {}
        everything = [(name, facts, "") for name, facts in sorted(self.state.facts.items())]
        everything += [(name, facts, "caregiver") for name, facts in sorted(hers.items())]
        for name, facts, subject in everything:
            element = elements.get(name)
            unit = element.unit if element else ""
            text = shown(facts[0].value)
            found.append(
                {
                    "name": name,
                    "label": (element.label if element and element.label else name)
                    + (f" (of the {subject})" if subject else ""),
                    "subject": subject,
                    "value": facts[0].value,
                    "unit": unit,
                    "shown": f"{text} {unit}".strip(),
                    "observed": facts[0].observed,
                }
            )
        return found

    def reviews(self) -> list[dict[str, Any]]:
        """Requests for authorization, in the order in which they were opened."""
        found = self.state.reviews.values() if self.state else ()
        now = int(time.time())
        return [
            {name: getattr(one, name) for name in _OF_A_REVIEW}
            | {
                "approval": _authorization(one.approval),
                "history": [to_builtins(move) for move in one.history],
                "avoidable": [_avoidable(one) for one in one.avoidable],
                "overdue": 0 < one.decide_by < now,
                "x12": X12.get(one.state, ""),
            }
            for one in found
        ]

    def next_due(self) -> dict[str, Any] | None:
        """The head of the agenda: at, kind, pathway, ref, text."""
        if self.state is None or not self.state.agenda:
            return None
        due = self.state.agenda[0]
        # A message is referred to by its key, whose third part is its step.
        ref = due.ref.split("/")[2] if due.kind == "message" else due.ref
        named = self.titles.get(f"{due.pathway}/{ref}", ref)
        return {
            "at": due.at,
            "kind": due.kind,
            "pathway": due.pathway,
            "ref": due.ref,
            "text": f"{_DUE.get(due.kind, due.kind)} {named}".strip(),
        }


_OF_A_REVIEW = (
    "id",
    "instead",
    "pathway",
    "step",
    "service",
    "payer",
    "type",
    "speed",
    "benefit",
    "level",
    "state",
    "of",
    "opened",
    "received",
    "decide_by",
    "file_by",
)


def _authorization(approval: Approval | None) -> dict[str, Any] | None:
    """What is authorized, with its days as ISO dates."""
    if approval is None:
        return None
    days = {"from": approval.first, "until": approval.last}
    return {
        "units": approval.units,
        "unit": approval.unit,
        "used": approval.used,
        "codes": list(approval.codes),
        "facility": approval.facility,
    } | {name: _iso(day) for name, day in days.items()}


def _avoidable(one: AvoidableDay) -> dict[str, str]:
    """A day in care for no clinical reason."""
    return {"day": _iso(one.day), "reason": one.reason, "owner": one.owner}


def _iso(day: int) -> str:
    return "{:04}-{:02}-{:02}".format(*civil(day)) if day else ""


_DUE = {
    "start": "start of",
    "recur": "again:",
    "task": "reminder or escalation of task",
    "stage": "deadline of stage",
    "reminder": "reminder of appointment",
    "attendance": "question how it went, appointment",
    "wait": "end of",
    "monitor": "reading for",
    "reevaluate": "reevaluation:",
    "hold": "review of the hold",
    "goal": "date of goal",
    "message": "message of",
    "review": "clock of authorization",
}


def look(settings: Settings, engine: Engine, reference: str) -> JourneyView:
    """The journey that ``reference`` names. Raises ``UnclearReference``."""
    journey = of_journey(engine, reference)
    state, excuse = asyncio.run(_ask(settings, journey))
    pathways = pathways_of(engine, journey)
    status = next(one.status for one in reading.journeys(engine) if one.id == journey)
    return JourneyView(
        journey=journey,
        status=state.status if state else status,
        state=state,
        excuse=excuse,
        pathways=pathways,
        titles=titles_of(pathways),
        enrollments=reading.enrollments(engine, journey),
        tasks=[one.task for one in reading.worklist(engine, journey=journey)],
        appointments=reading.appointments(engine, journey),
        timeline=reading.timeline(engine, journey),
    )


async def _ask(settings: Settings, journey: str) -> tuple[Journey | None, str]:
    quiet()
    try:
        client = await connect(settings)
        await worker_at_work(client, settings.task_queue)
        journeys = Journeys(client, settings.task_queue)
        return await asked(journey, journeys.state(journey), _PATIENCE), ""
    except (NoConnection, AskingError) as error:
        return None, str(error)
