"""The care plan on record: every version, with the content that was frozen when it was made."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from sqlalchemy import Engine, func, select

from activities.records.database import reading
from activities.records.models import CarePlanVersion
from pathways.planning import CarePlan


class VersionOnRecord(Struct, frozen=True):
    """A version as it stands: its status now, its content as it was made."""

    version: int
    pathway: str
    status: str
    made: int
    decided: int
    reason: str
    content: CarePlan


def versions(engine: Engine, journey: str) -> list[VersionOnRecord]:
    """The versions of the journey's latest course, oldest first."""
    table = CarePlanVersion.__table__
    latest = select(func.max(table.c.course)).where(table.c.journey == journey).scalar_subquery()
    query = (
        select(table)
        .where(table.c.journey == journey, table.c.course == latest)
        .order_by(table.c.version, table.c.revision)
    )
    contents: dict[int, CarePlan] = {}
    found: dict[int, VersionOnRecord] = {}
    with reading(engine) as connection:
        for row in connection.execute(query):
            if row.content:
                contents[row.version] = msgspec.json.decode(row.content, type=CarePlan)
            if row.superseded == 0:
                found[row.version] = VersionOnRecord(
                    row.version,
                    row.pathway,
                    row.status,
                    row.made,
                    row.decided,
                    row.reason,
                    contents[row.version],
                )
    return list(found.values())
