"""Versions of the care plan on record: content frozen, status following, taken back exactly."""

from __future__ import annotations

from sqlalchemy import Engine

from activities.records import reading
from activities.records.care_plans import versions
from activities.records.writing import write_batch
from pathways.canonical import canonical
from pathways.journey.effects import PlanRow
from pathways.planning import CarePlan, Chapter
from tests.activities.given import MONDAY, batch, contents, task


def made(number: int) -> PlanRow:
    """The row that makes a version."""
    chapter = Chapter("diabetes", "Type 2 diabetes", f"2026.{number}")
    content = canonical(CarePlan(number, MONDAY, "diabetes", (chapter,))).decode()
    return PlanRow(number, "diabetes", "draft", MONDAY, content=content)


def test_a_version_keeps_its_content_while_its_status_changes(records: Engine) -> None:
    write_batch(records, batch(1, plans=(made(1),)))
    write_batch(records, batch(2, plans=(PlanRow(1, "diabetes", "in-review", MONDAY),)))
    rejected = PlanRow(1, "diabetes", "rejected", MONDAY, MONDAY + 60, "too many tablets")
    write_batch(records, batch(3, plans=(rejected, made(2))))

    first, second = versions(records, "j1")
    assert (first.status, first.decided, first.reason) == (
        "rejected",
        MONDAY + 60,
        "too many tablets",
    )
    assert first.content.chapters[0].version == "2026.1"
    assert (second.status, second.content.chapters[0].version) == ("draft", "2026.2")


def test_a_decision_made_again_takes_back_the_version_it_made(records: Engine) -> None:
    write_batch(records, batch(1, plans=(made(1),)))
    once = contents(records)
    write_batch(records, batch(2, plans=(PlanRow(1, "diabetes", "approved", MONDAY), made(2))))
    write_batch(records, batch(2, tasks=(task("t7"),)))

    (only,) = versions(records, "j1")
    assert (only.version, only.status) == (1, "draft")
    assert contents(records)["care_plans"] == once["care_plans"]


def test_a_person_has_work_where_they_hold_a_task_or_somebody_does_for_them(
    records: Engine,
) -> None:
    write_batch(records, batch(1, tasks=(task("t1", person="nurse-ben", behalf="nurse-ada"),)))
    assert reading.journeys_of(records, "nurse-ben") == ["j1"]
    assert reading.journeys_of(records, "nurse-ada") == ["j1"]
    assert reading.journeys_of(records, "nurse-cy") == []
    write_batch(records, batch(2, status="closed", tasks=(task("t1", "done"),)))
    assert reading.journeys_of(records, "nurse-ada") == []
