"""The record of migrations: begun, gone on with after a crash, ended, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, func, insert, select, update

from activities.records.database import reading
from activities.records.migration_models import MigratedJourney, MigrationRow


class Moved(Struct, frozen=True):
    """What a migration came to for a journey. ``status``: waiting, applied, refused, unreached."""

    journey: str
    origin: str
    status: str
    code: str = ""
    message: str = ""
    at: int = 0


class Recorded(Struct, frozen=True):
    """A migration on record. ``ended``: instant, 0 while it is under way."""

    id: str
    asked: str
    pathway: str
    digest: str
    version: str
    person: str
    role: str
    reason: str
    choices: dict[str, Any]
    back: str
    begun: int
    ended: int


def begin(engine: Engine, migration: Recorded, origins: Mapping[str, str]) -> Recorded:
    """Begin a migration of the journeys in ``origins`` (journey -> digest that it leaves); or go
    on with the one that was asked for in the same words and has not ended.

    Its id is that of what was asked, and how often that was asked: so a journey that was taken
    back and is moved again is sent a new command, and one that was interrupted the same."""
    with engine.begin() as connection:
        rows = MigrationRow.__table__
        same = select(rows).where(MigrationRow.asked == migration.asked)
        under_way = connection.execute(same.where(MigrationRow.ended == 0)).first()
        if under_way is not None:
            found = _recorded(under_way)
        else:
            counted = same.with_only_columns(func.count())
            number = int(connection.scalar(counted) or 0) + 1
            values = {name: getattr(migration, name) for name in migration.__struct_fields__}
            values["id"] = f"{migration.asked[:10]}-{number}"
            connection.execute(insert(MigrationRow), [values])
            found = Recorded(**values)
        known = set(
            connection.scalars(
                select(MigratedJourney.journey).where(MigratedJourney.migration == found.id)
            )
        )
        fresh = [
            {
                "migration": found.id,
                "journey": journey,
                "origin": origin,
                "status": "waiting",
                "code": "",
                "message": "",
                "at": 0,
            }
            for journey, origin in origins.items()
            if journey not in known
        ]
        if fresh:
            connection.execute(insert(MigratedJourney), fresh)
    return found


def is_under_way(engine: Engine, asked: str) -> bool:
    """Whether what is asked for was begun and has not ended."""
    query = select(MigrationRow.id).where(MigrationRow.asked == asked, MigrationRow.ended == 0)
    with reading(engine) as connection:
        return connection.execute(query).first() is not None


def note(engine: Engine, migration: str, moved: Moved) -> None:
    """What came of it for one journey."""
    with engine.begin() as connection:
        connection.execute(
            update(MigratedJourney)
            .where(MigratedJourney.migration == migration, MigratedJourney.journey == moved.journey)
            .values(status=moved.status, code=moved.code, message=moved.message, at=moved.at)
        )


def end(engine: Engine, migration: str, at: int) -> None:
    """Every journey of it has been moved or has refused."""
    with engine.begin() as connection:
        connection.execute(
            update(MigrationRow).where(MigrationRow.id == migration).values(ended=at)
        )


def migration_of(engine: Engine, migration: str) -> Recorded | None:
    """The migration of this id."""
    with reading(engine) as connection:
        row = connection.execute(
            select(MigrationRow.__table__).where(MigrationRow.id == migration)
        ).one_or_none()
    return None if row is None else _recorded(row)


def migrations(engine: Engine) -> list[Recorded]:
    """All of them, oldest first."""
    query = select(MigrationRow.__table__).order_by(MigrationRow.begun, MigrationRow.id)
    with reading(engine) as connection:
        return [_recorded(row) for row in connection.execute(query)]


def journeys_of(engine: Engine, migration: str) -> list[Moved]:
    """What the migration came to, by journey."""
    rows = MigratedJourney
    query = (
        select(rows.journey, rows.origin, rows.status, rows.code, rows.message, rows.at)
        .where(rows.migration == migration)
        .order_by(rows.journey)
    )
    with reading(engine) as connection:
        return [Moved(*row) for row in connection.execute(query)]


def _recorded(row: Any) -> Recorded:
    return Recorded(**{name: getattr(row, name) for name in Recorded.__struct_fields__})
