"""The pathways that a journey is pinned to, from the record database."""

from __future__ import annotations

from sqlalchemy import Engine

from activities.records import reading
from activities.records.pathway_store import stored_pathway
from pathways.canonical import unpin
from pathways.compiled import CompiledPathway, DataElement


def pathways_of(engine: Engine, journey: str) -> list[CompiledPathway]:
    """In order of enrollment; of a journey begun anew, also the earlier ones."""
    digests = dict.fromkeys(row.digest for row in reading.enrollments(engine, journey))
    found = (stored_pathway(engine, digest) for digest in digests)
    return [unpin(pinned) for pinned in found if pinned is not None]


def elements_of(engine: Engine, journey: str) -> dict[str, DataElement]:
    """Every data element that a pathway of the journey uses, by name."""
    return {
        name: element
        for pathway in pathways_of(engine, journey)
        for name, element in pathway.data.items()
    }
