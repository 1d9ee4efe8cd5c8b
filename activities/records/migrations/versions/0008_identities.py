"""How people are told apart: their traits, questions whether two are one, referrals that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _lists(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.JSON(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "identities",
        *_text("journey", "source"),
        *_lists("given", "family"),
        *_text("born", "birthday", "sex", "phone", "email", "address"),
        *_lists("identifiers"),
        sa.PrimaryKeyConstraint("journey", "source", name=op.f("pk_identities")),
    )
    for name in ("born", "birthday", "phone", "email", "address"):
        op.create_index(f"ix_identities_{name}", "identities", [name])
    op.create_table(
        "identifiers",
        *_text("journey", "source", "identifier"),
        sa.PrimaryKeyConstraint("journey", "source", "identifier", name=op.f("pk_identifiers")),
    )
    op.create_index("ix_identifiers_identifier", "identifiers", ["identifier"])
    op.create_table(
        "matches",
        *_text("id", "journey", "key", "likeness", "task"),
        *_numbers("asked"),
        *_text("status", "person", "role", "reason"),
        *_numbers("decided"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
    )
    op.create_index("ix_matches_key", "matches", ["key"])
    op.create_index("ix_matches_status", "matches", ["status"])
    op.create_table(
        "waiting_referrals",
        *_text("command", "key", "file", "bundle"),
        *_lists("digests"),
        *_numbers("referred"),
        *_text("referrer", "person", "role"),
        *_numbers("asked"),
        *_text("status", "journey"),
        *_numbers("answered"),
        sa.PrimaryKeyConstraint("command", name=op.f("pk_waiting_referrals")),
    )
    op.create_index("ix_waiting_referrals_key", "waiting_referrals", ["key", "status"])


def downgrade() -> None:
    for table in ("waiting_referrals", "matches", "identifiers", "identities"):
        op.drop_table(table)
