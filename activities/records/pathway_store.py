"""Every pathway version that was ever in use, by digest."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Engine, select

from activities.records.database import reading
from activities.records.models import PathwayVersion
from activities.records.writing import insert_if_new
from pathways.canonical import PinnedPathway, unpin


class StoredPathway(Struct, frozen=True):
    digest: str
    pathway: str
    version: str


def store_pathway(engine: Engine, pinned: PinnedPathway) -> StoredPathway:
    """Keep a pathway version; storing it again changes nothing. Raises ``DigestMismatch``."""
    compiled = unpin(pinned)
    stored = StoredPathway(pinned.digest, compiled.pathway, compiled.version)
    row = {
        "digest": pinned.digest,
        "pathway": compiled.pathway,
        "version": compiled.version,
        "packed": pinned.packed,
    }
    with engine.begin() as connection:
        insert_if_new(connection, PathwayVersion, [row])
    return stored


def stored_pathway(engine: Engine, digest: str) -> PinnedPathway | None:
    query = select(PathwayVersion.packed).where(PathwayVersion.digest == digest)
    with reading(engine) as connection:
        packed = connection.scalar(query)
    return None if packed is None else PinnedPathway(digest, packed)


def stored_pathways(engine: Engine) -> list[StoredPathway]:
    """By pathway, then version."""
    query = select(PathwayVersion.digest, PathwayVersion.pathway, PathwayVersion.version).order_by(
        PathwayVersion.pathway, PathwayVersion.version, PathwayVersion.digest
    )
    with reading(engine) as connection:
        return [StoredPathway(*row) for row in connection.execute(query)]
