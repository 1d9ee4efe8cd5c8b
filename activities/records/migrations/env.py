"""Run by alembic: migrates on the connection that ``database.upgrade`` passes."""

from __future__ import annotations

from alembic import context

from activities.records.directory_models import Booking
from activities.records.identity_models import MatchRow
from activities.records.migration_models import MigrationRow

TABLES = (Booking, MatchRow, MigrationRow)
"""Of the modules that together bring all tables; their metadata is one."""

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=TABLES[0].metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
