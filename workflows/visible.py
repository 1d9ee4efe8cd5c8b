"""What Temporal's own screens and searches may show of a journey: no patient data (I8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from temporalio.common import SearchAttributeUpdate, TypedSearchAttributes

from pathways.compiled import CompiledPathway
from pathways.journey.decide import head
from pathways.journey.state import Due, Enrollment, Journey
from workflows.contract import NEXT_DUE, PATHWAY, STAGE, STATUS


def changed_attributes(
    journey: Journey, published: TypedSearchAttributes
) -> list[SearchAttributeUpdate[Any]]:
    """The search attributes to upsert, all in one event; empty when none changed.

    The next due time counts as changed only with its UTC day: an upsert costs an event,
    and lists are searched by day.
    """
    running = _running(journey)
    pathways = [enrollment.pathway for enrollment in running]
    stages = [
        f"{enrollment.pathway}/{stage.stage}"
        for enrollment in running
        for stage in enrollment.active
    ]
    due = head(journey)
    next_due = None if due is None else datetime.fromtimestamp(due, UTC)
    old_due = published.get(NEXT_DUE)
    updates: list[SearchAttributeUpdate[Any]] = []
    if list(published.get(PATHWAY) or ()) != pathways:
        updates.append(PATHWAY.value_set(pathways) if pathways else PATHWAY.value_unset())
    if list(published.get(STAGE) or ()) != stages:
        updates.append(STAGE.value_set(stages) if stages else STAGE.value_unset())
    if published.get(STATUS) != journey.status:
        updates.append(STATUS.value_set(journey.status))
    if _day(old_due) != _day(next_due):
        updates.append(NEXT_DUE.value_unset() if next_due is None else NEXT_DUE.value_set(next_due))
    return updates


def details(journey: Journey, library: Mapping[str, CompiledPathway]) -> str:
    """Markdown for the run's page in Temporal's UI."""
    lines = []
    for enrollment in journey.enrollments.values():
        stages = ", ".join(stage.stage for stage in enrollment.active) or enrollment.disposition
        pathway = library.get(enrollment.digest)
        title = pathway.title if pathway else enrollment.pathway
        lines.append(f"- {title} ({enrollment.version}): {enrollment.status}, {stages}")
    due = head(journey)
    instant = "nothing" if due is None else datetime.fromtimestamp(due, UTC).isoformat(" ")
    lines.append(f"- open tasks: {len(journey.tasks)}")
    lines.append(f"- next due: {instant}")
    return "\n".join(lines)


def timer_summary(journey: Journey, wake: int) -> str:
    """Why the one timer runs: the kind of due time and the step, stage or task it is for."""
    for due in journey.agenda:
        if due.at == wake:
            return _due_summary(due)
    return "housekeeping"


def _due_summary(due: Due) -> str:
    return " ".join(part for part in (due.kind, due.pathway, due.ref) if part)


def _running(journey: Journey) -> list[Enrollment]:
    return [e for e in journey.enrollments.values() if e.status != "discharged"]


def _day(instant: datetime | None) -> object:
    return None if instant is None else instant.astimezone(UTC).date()
