"""Migrations on record, on both databases."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import Engine

from activities.records import migration_rows as rows

ASKED = rows.Recorded(
    id="",
    asked="a" * 64,
    pathway="p",
    digest="d2",
    version="2",
    person="n1",
    role="nurse",
    reason="why",
    choices={"d1": {"due": "keep"}},
    back="",
    begun=100,
    ended=0,
)


def test_the_same_again_goes_on_until_it_has_ended(records: Engine) -> None:
    """Given a migration under way, when it is asked for again with a patient more, then it is the
    same one with both; after its end it is another, with a number of its own."""
    first = rows.begin(records, ASKED, {"j1": "d1"})
    rows.note(records, first.id, rows.Moved("j1", "d1", "applied", "migrated", "", 110))
    again = rows.begin(records, replace(ASKED, begun=200), {"j1": "d1", "j2": "d1"})
    assert again == first
    assert [(one.journey, one.status) for one in rows.journeys_of(records, first.id)] == [
        ("j1", "applied"),
        ("j2", "waiting"),
    ]
    assert rows.is_under_way(records, ASKED.asked)
    rows.end(records, first.id, 210)
    assert not rows.is_under_way(records, ASKED.asked)
    later = rows.begin(records, replace(ASKED, begun=300), {"j1": "d1"})
    assert later.id != first.id
    assert [one.id for one in rows.migrations(records)] == [first.id, later.id]
    found = rows.migration_of(records, first.id)
    assert found is not None
    assert (found.ended, found.choices, found.person) == (210, ASKED.choices, "n1")
    assert rows.migration_of(records, "never") is None
