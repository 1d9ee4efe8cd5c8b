"""The migrations and the models say the same, on both engines."""

from __future__ import annotations

import threading
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from activities.records.database import UnsupportedDatabase, open_records, upgrade
from activities.records.models import Base
from activities.schedule import booked_appointment


def test_the_migrated_tables_are_the_models_tables(empty_address: str):
    engine = open_records(empty_address)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)
        tables = set(inspect(connection).get_table_names())
    engine.dispose()

    assert differences == []
    assert set(Base.metadata.tables) < tables


def test_the_numbers_of_the_files_tell_their_order():
    """The file that comes first in the folder is the first that runs; no number is left out."""
    with as_file(files("activities.records") / "migrations") as folder:
        chain = list(ScriptDirectory(str(folder)).walk_revisions())[::-1]
        named = sorted(file.name for file in (folder / "versions").glob("0*.py"))

    assert [step.revision for step in chain] == [f"{n:04}" for n in range(1, len(named) + 1)]
    assert [Path(step.path).name for step in chain] == named


def test_two_processes_may_upgrade_at_once(empty_address: str):
    """Given an empty database, when several start together, then one migrates and all succeed."""
    engine = open_records(empty_address, busy_timeout=20)
    failures: list[Exception] = []

    def start() -> None:
        own = open_records(empty_address, busy_timeout=20)
        try:
            upgrade(own)
        except Exception as error:
            failures.append(error)
        finally:
            own.dispose()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
    engine.dispose()

    assert failures == []
    assert "messages" in tables


@pytest.mark.parametrize("address", ["mysql://u:secret@h/db", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused_without_showing_a_password(address: str):
    with pytest.raises(UnsupportedDatabase, match="Use sqlite") as refused:
        open_records(address)

    assert "secret" not in str(refused.value)


def test_services_from_before_titles_by_language_are_called_as_before(empty_address: str):
    """Given a booking in records that the first release made, when they are upgraded, then its
    service keeps its title, for readers of every language."""
    engine = open_records(empty_address)
    upgrade(engine, "0001")
    zone = "America/New_York"
    rows: dict[str, dict[str, Any]] = {
        "services": {"id": "eye-exam", "title": "Eye examination"},
        "providers": {
            "id": "clinic",
            "name": "Clinic",
            "place": "1 Mill Lane",
            "zone": zone,
            "holidays": "",
            "remote": False,
            "seats": 1,
        },
        "bookings": {
            "key": "k",
            "journey": "j1",
            "appointment": "a1",
            "n": 0,
            "service": "eye-exam",
            "provider": "clinic",
            "seat": 0,
            "starts": 0,
            "ends": 1800,
            "status": "booked",
        },
    }
    with engine.begin() as connection:
        for name, row in rows.items():
            columns = ", ".join(row)
            connection.execute(
                text(f"INSERT INTO {name} ({columns}) VALUES (:{', :'.join(row)})"), row
            )
    upgrade(engine)
    booked = booked_appointment(engine, "j1", "a1")
    engine.dispose()

    assert booked is not None
    assert [booked.title_in(language) for language in ("en", "es")] == ["Eye examination"] * 2
