"""Values that the tests of the activities start from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Table, select

from activities.mail import SmtpSettings
from activities.outbox import Relay, RelaySettings
from activities.records.models import Base
from activities.records.people import PersonDetails, register_person
from activities.records.writing import write_batch
from activities.rendering import Organisation
from pathways.compiled import MessageText
from pathways.journey.effects import (
    AppointmentRow,
    Book,
    EnrollmentRow,
    Entry,
    Notify,
    RecordBatch,
    TaskRow,
)

MONDAY = 1_795_435_200
"""Monday 2026-11-23, 07:00 in New York."""
DAY = 86_400
ORGANISATION = Organisation("Riverside Care", "+1 555 010 0100", "care@riverside.example")


def key(step: str = "welcome", to: str = "patient", n: int = 1, journey: str = "j1") -> str:
    return f"{journey}/diabetes~1/{step}/{n}/notify/{to}"


def message(step: str = "welcome", to: str = "patient", n: int = 1, **changes: Any) -> Notify:
    fields: dict[str, Any] = {
        "key": key(step, to, n),
        "step": step,
        "to": to,
        "message": "welcome",
        "text": MessageText("Your care plan", "Dear {{ recipient.name }}, welcome."),
    }
    return Notify(**fields | changes)


def task(name: str = "t1", status: Any = "open", **changes: Any) -> TaskRow:
    fields: dict[str, Any] = {
        "task": name,
        "pathway": "diabetes",
        "step": "first-assessment",
        "occurrence": 1,
        "kind": "assess",
        "title": "First assessment",
        "owner": "case-manager",
        "person": "nurse-ada",
        "opened": MONDAY,
        "due": MONDAY + 7 * DAY,
        "status": status,
    }
    return TaskRow(**fields | changes)


def entry(kind: str = "task-opened", **params: Any) -> Entry:
    return Entry(at=MONDAY, kind=kind, pathway="diabetes", params=params)


def appointment(name: str = "a1", status: Any = "booked", starts: int = MONDAY) -> AppointmentRow:
    return AppointmentRow(name, "diabetes", "eyes", "eye-exam", status, starts, starts + 1800, "p")


def enrollment(stage: str = "assessment", status: Any = "active") -> EnrollmentRow:
    return EnrollmentRow("diabetes", "2026.1", "d" * 64, stage, status, MONDAY)


def batch(revision: int, journey: str = "j1", **changes: Any) -> RecordBatch:
    fields: dict[str, Any] = {
        "journey": journey,
        "revision": revision,
        "at": MONDAY + revision,
        "status": "active",
    }
    return RecordBatch(**fields | changes)


def wish(n: int, journey: str = "j1", service: str = "eye-exam", **changes: Any) -> Book:
    fields: dict[str, Any] = {
        "key": f"{journey}/diabetes~1/eyes/{n}/book-a{n}/patient",
        "step": "eyes",
        "appointment": f"a{n}",
        "service": service,
        "earliest": MONDAY,
        "latest": MONDAY + 14 * DAY,
        "minutes": 30,
    }
    return Book(**fields | changes)


def ask_for(engine: Engine, *messages: Notify, revision: int = 1, journey: str = "j1") -> None:
    """A decision that wants these messages sent."""
    write_batch(engine, batch(revision, journey, messages=messages))


def ann(engine: Engine, **changes: Any) -> None:
    """The patient of journey j1."""
    fields: dict[str, Any] = {
        "journey": "j1",
        "kind": "patient",
        "name": "Ann Lee",
        "email": "ann@home.example",
        "zone": "America/Chicago",
    }
    register_person(engine, PersonDetails(**fields | changes))


def contents(engine: Engine, *leave_out: str) -> dict[str, list[Any]]:
    """Everything in the database, table by table, in the order of the keys."""
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(_in_order(table))]
            for table in Base.metadata.sorted_tables
            if table.name not in leave_out
        }


def _in_order(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


class Journeys:
    """Stands in for the journeys that a relay asks and tells: nothing else of Careway is here."""

    def __init__(self) -> None:
        self.unwanted: set[str] = set()
        self.told: list[tuple[str, str, str, bool]] = []
        self.deaf = False

    async def stands(self, journey: str, key: str) -> bool:
        if self.deaf:
            raise ConnectionError("no journey answers")
        return key not in self.unwanted

    async def report(self, journey: str, key: str, reason: str, unknown: bool) -> None:
        self.told.append((journey, key, reason, unknown))


class Clock:
    """A wall clock that the test moves."""

    def __init__(self, now: float = MONDAY) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def relay(
    engine: Engine,
    port: int,
    journeys: Journeys,
    clock: Clock | None = None,
    settings: RelaySettings | None = None,
    timeout: float = 10.0,
) -> Relay:
    return Relay(
        engine,
        SmtpSettings("127.0.0.1", port, timeout=timeout),
        ORGANISATION,
        stands=journeys.stands,
        report=journeys.report,
        clock=clock or Clock(),
        settings=settings,
    )
