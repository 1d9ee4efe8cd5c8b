"""Tables of migrations: who moved which patients to which version, why, and what came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from activities.records.models import Base


class MigrationRow(Base):
    """One migration of a cohort. Nothing here is a patient's but the ids of journeys."""

    __tablename__ = "migrations"

    id: Mapped[str] = mapped_column(primary_key=True)
    asked: Mapped[str]
    """Digest of what was asked for: the same again, while it is under way, goes on with it."""
    pathway: Mapped[str]
    digest: Mapped[str]
    """The version to move to."""
    version: Mapped[str]
    person: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str]
    choices: Mapped[dict[str, Any]]
    """By the digest of the version that is left."""
    back: Mapped[str]
    """The migration that this one takes back."""
    begun: Mapped[int]
    ended: Mapped[int]
    """0: under way."""


class MigratedJourney(Base):
    """What came of a migration for one journey."""

    __tablename__ = "migrated_journeys"

    migration: Mapped[str] = mapped_column(
        ForeignKey("migrations.id", ondelete="CASCADE"), primary_key=True
    )
    journey: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    """Digest of the version that it left."""
    status: Mapped[str]
    """waiting, applied, refused or unreached."""
    code: Mapped[str]
    message: Mapped[str]
    at: Mapped[int]
