"""Run by alembic: migrates on the connection that ``database.upgrade`` passes."""

from __future__ import annotations

from alembic import context

from activities.records.directory_models import Booking  # brings all tables with it

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Booking.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
