"""Another payer on the real server: its first day comes by the journey's own timer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from activities.records import reading
from pathways.journey.events import Actor, Report, Review
from tests.review.building import asking
from tests.workflows.site import Site

COORDINATOR = Actor("c1", "coordinator")


async def test_on_the_new_payers_first_day_what_is_open_is_asked_anew(site: Site) -> None:
    """Given a request that is with a payer, and word of another from the day after tomorrow, then
    nothing changes before; then it is withdrawn and one in its place waits, on the worklist too."""
    journey = await site.enrolled(asking())
    sent = Review("s1", COORDINATOR, "submitted")
    assert (await site.command(journey, sent)).status == "applied"
    (run,) = (await site.state(journey)).reviews.values()
    now = await site.now(journey)
    first = (datetime.fromtimestamp(now, UTC) + timedelta(days=2)).date().isoformat()
    details = {"payer": "medicaid-managed", "from": first}
    told = Report("p1", COORDINATOR, "coverage-changed", now, details=details)
    assert (await site.command(journey, told)).status == "applied"
    assert (await site.command(journey, told)).status == "applied"  # sent again: answered alike
    assert (await site.state(journey)).reviews[run.id].state == "submitted"
    await site.advance(journey, days=3)
    reviews = (await site.state(journey)).reviews
    assert [one.state for one in reviews.values()] == ["withdrawn", "draft"]
    assert [one.payer for one in reviews.values()] == [run.payer, "medicaid-managed"]
    assert {"review-anew", "cover-patient"} <= {t.kind for t in await site.journeys.tasks(journey)}
    on_the_worklist = {one.task.kind for one in reading.worklist(site.engine, journey=journey)}
    assert {"review-anew", "cover-patient", "authorize"} <= on_the_worklist
    kinds = [entry.kind for entry in reading.timeline(site.engine, journey)]
    assert kinds.count("coverage-told") == kinds.count("coverage-began") == 1
