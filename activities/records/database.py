"""Opening the record database, and bringing its tables up to date."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

_UPGRADE_LOCK = 0x6361726577617901
"""Two processes that start together take turns (a PostgreSQL advisory lock)."""

_READS = {"careway_reads": True}


class RecordsError(Exception):
    """Base of all errors of the record database."""


class UnsupportedDatabase(RecordsError):
    """The address names a database that Careway does not keep records in."""


class TooLate(RecordsError):
    """The caller's time was up before the rows were written; nothing was written."""


def open_records(
    url: str | URL,
    *,
    synchronous: Literal["FULL", "NORMAL"] = "FULL",
    busy_timeout: float = 4.0,
    pool_size: int = 10,
) -> Engine:
    """The engine for ``sqlite:///FILE`` or ``postgresql://...``.

    ``synchronous`` (SQLite): FULL survives a power cut; NORMAL only a killed process, and is
    faster. ``busy_timeout``: seconds to wait for a locked SQLite file. Values never appear in
    error messages or logs (I8). Raises ``UnsupportedDatabase``.
    """
    address = make_url(url)
    backend = address.get_backend_name()
    if backend == "postgresql":
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=pool_size,
            max_overflow=pool_size,
        )
    if backend == "sqlite" and address.database not in (None, "", ":memory:"):
        engine = create_engine(
            address, hide_parameters=True, pool_size=pool_size, max_overflow=pool_size
        )
        _prepare_sqlite(engine, synchronous, busy_timeout)
        return engine
    raise UnsupportedDatabase(
        f'Records cannot be kept in "{address.render_as_string(hide_password=True)}". '
        "Use sqlite:///FILE or postgresql://USER@HOST/DATABASE."
    )


def _prepare_sqlite(engine: Engine, synchronous: str, busy_timeout: float) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver starts no transactions of its own
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_timeout * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: a transaction that begins with a read and then
        # wants to write fails with SQLITE_BUSY whatever its timeout.
        reads = connection.get_execution_options().get("careway_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def reading(engine: Engine) -> Connection:
    """A connection for queries only (on SQLite it does not wait for writers)."""
    return engine.connect().execution_options(**_READS)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to ``revision``, in one transaction."""
    with (
        as_file(files("activities.records") / "migrations") as folder,
        engine.begin() as connection,
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _UPGRADE_LOCK})
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
