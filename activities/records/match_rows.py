"""The queue of uncertain referrals: what is asked, what waits for it, who decided what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Engine, select, update

from activities.records.database import reading
from activities.records.identity_models import MatchRow, WaitingReferral
from activities.records.models import Task
from activities.records.writing import insert_if_new


class Asked(Struct, frozen=True):
    """The question whether who is referred is a patient who is known. ``status``: open, same,
    other, elsewhere, joined, parted; ``asked`` and ``decided`` are instants, 0: not yet."""

    id: str
    journey: str
    key: str
    likeness: str
    task: str
    asked: int
    status: str = "open"
    person: str = ""
    role: str = ""
    reason: str = ""
    decided: int = 0


class Waiting(Struct, frozen=True):
    """A referral that waits. ``status``: waiting, linked, enrolled, refused."""

    command: str
    key: str
    file: str
    bundle: str
    digests: tuple[str, ...]
    referred: int
    referrer: str
    person: str
    role: str
    asked: int
    status: str = "waiting"
    journey: str = ""
    answered: int = 0

    def __repr__(self) -> str:
        return "Waiting(...)"


def wait(engine: Engine, referral: Waiting, questions: Iterable[Asked]) -> list[Asked]:
    """Put a referral in the queue with its questions, all or nothing; what was asked before is not
    asked again. Gives the questions as they stand."""
    asked = list(questions)
    with engine.begin() as connection:
        insert_if_new(connection, WaitingReferral, [_row(referral)])
        insert_if_new(connection, MatchRow, [structs.asdict(one) for one in asked])
        query = select(MatchRow.__table__).where(MatchRow.id.in_([one.id for one in asked]))
        found = {row.id: _asked(row) for row in connection.execute(query)}
    return [found[one.id] for one in asked]


def note_task(engine: Engine, match: str, task: str) -> None:
    """The journey's task that asks it."""
    with engine.begin() as connection:
        connection.execute(update(MatchRow).where(MatchRow.id == match).values(task=task))


def matches(engine: Engine, *, key: str = "", all_: bool = False) -> list[Asked]:
    """Open questions (or all), oldest first; with ``key``, those about one who is referred."""
    query = select(MatchRow.__table__).order_by(MatchRow.asked, MatchRow.id)
    if not all_:
        query = query.where(MatchRow.status == "open")
    if key:
        query = query.where(MatchRow.key == key)
    with reading(engine) as connection:
        return [_asked(row) for row in connection.execute(query)]


def match_of(engine: Engine, match: str) -> Asked | None:
    """The question of this id."""
    with reading(engine) as connection:
        row = connection.execute(
            select(MatchRow.__table__).where(MatchRow.id == match)
        ).one_or_none()
    return None if row is None else _asked(row)


def decide(
    engine: Engine, match: str, status: str, person: str, role: str, reason: str, at: int
) -> bool:
    """Decide an open question, once; ``False``: it was decided before."""
    decided = {"status": status, "person": person, "role": role, "reason": reason, "decided": at}
    change = (
        update(MatchRow).where(MatchRow.id == match, MatchRow.status == "open").values(**decided)
    )
    with engine.begin() as connection:
        return connection.execute(change).rowcount == 1


def note_joined(engine: Engine, joined: Asked) -> None:
    """Two cases are one, as a person has said; asked for again, nothing changes."""
    with engine.begin() as connection:
        insert_if_new(connection, MatchRow, [structs.asdict(joined)])


def note_parted(engine: Engine, match: str, apart: Asked) -> None:
    """They are two again: who joined them stays on record, and they are told apart."""
    with engine.begin() as connection:
        connection.execute(update(MatchRow).where(MatchRow.id == match).values(status="parted"))
        insert_if_new(connection, MatchRow, [structs.asdict(apart)])
        connection.execute(
            update(MatchRow).where(MatchRow.id == apart.id).values(**structs.asdict(apart))
        )


def waiting(engine: Engine, key: str = "") -> list[Waiting]:
    """Referrals that wait, the earliest referral first; with ``key``, of one who is referred."""
    rows = WaitingReferral
    query = select(rows.__table__).where(rows.status == "waiting")
    if key:
        query = query.where(rows.key == key)
    with reading(engine) as connection:
        found = connection.execute(query.order_by(rows.referred, rows.asked, rows.command))
        return [_waiting(row) for row in found]


def settle(engine: Engine, command: str, status: str, journey: str, at: int) -> None:
    """A referral waits no more; what it told of the patient is not kept here."""
    gone = {"status": status, "journey": journey, "answered": at, "bundle": "", "file": ""}
    with engine.begin() as connection:
        connection.execute(
            update(WaitingReferral).where(WaitingReferral.command == command).values(**gone)
        )


def _asked(row: Any) -> Asked:
    return Asked(**{name: getattr(row, name) for name in Asked.__struct_fields__})


def _row(referral: Waiting) -> dict[str, Any]:
    return structs.asdict(referral) | {"digests": list(referral.digests)}


def _waiting(row: Any) -> Waiting:
    known = {name: getattr(row, name) for name in Waiting.__struct_fields__}
    return Waiting(**(known | {"digests": tuple(row.digests)}))


def due_of(engine: Engine, asked: Asked) -> int:
    """When the journey's task that asks it is due; 0: no task does."""
    query = (
        select(Task.due)
        .where(Task.journey == asked.journey, Task.task == asked.task, Task.kind == "match")
        .where(Task.superseded == 0)
        .order_by(Task.course.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        return connection.scalar(query) or 0
