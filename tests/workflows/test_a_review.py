"""A request for authorization on the real server: its clock, a refusal, a denial, an appeal."""

from __future__ import annotations

from msgspec.structs import replace

from activities.records import reading
from pathways.journey.events import Actor, Review
from tests.review.building import asking
from tests.workflows.site import Site

COORDINATOR = Actor("c1", "coordinator")
EXPEDITED = 72 * 3600


async def test_a_payer_that_is_silent_is_called_and_a_denial_is_a_physicians(site: Site) -> None:
    """Given an expedited request, when 72 hours pass in silence, then somebody is to call and
    nothing is approved; a nurse may not deny it, a physician may, and the appeal has a clock."""
    journey = await site.enrolled(asking())

    async def says(command: str, say: str, **more: str) -> str:
        event = replace(Review(command, COORDINATOR, say), **more)
        answer = await site.command(journey, event)
        return answer.code or answer.status

    assert await says("s1", "submitted", speed="expedited") == "applied"
    (run,) = (await site.state(journey)).reviews.values()
    assert run.decide_by == run.received + EXPEDITED
    await site.advance(journey, seconds=EXPEDITED - 60)
    assert "payer-overdue" not in await kinds(site, journey)
    await site.advance(journey, seconds=120)
    assert "payer-overdue" in await kinds(site, journey)
    assert (await site.state(journey)).reviews[run.id].state == "submitted"

    for number, say in enumerate(("received", "nurse-review", "md-review")):
        assert await says(f"m{number}", say) == "applied"
    clinical = {"family": "medical-necessity", "reason": "not needed", "person": "x"}
    by_nurse = {"role": "utilization-nurse", "credential": "RN", **clinical}
    assert await says("d1", "denied", **by_nurse) == "not-a-physician"
    by_physician = {"role": "physician-reviewer", "credential": "MD", **clinical}
    assert await says("d2", "denied", **by_physician) == "applied"
    assert await says("d2", "denied", **by_physician) == "applied"  # sent again: answered alike
    found = await kinds(site, journey)
    assert "payer-overdue" not in found
    assert {"review-physician", "review-patient", "peer-to-peer", "gap-check"} <= set(found)
    assert await says("a1", "appeal") == "applied"
    told = [entry.kind for entry in reading.timeline(site.engine, journey)]
    assert told.count("review-overdue") == 1
    assert told.count("review-moved") == 6
    assert told.count("refused") == 1


async def kinds(site: Site, journey: str) -> list[str]:
    """The kinds of the open tasks."""
    return [task.kind for task in await site.journeys.tasks(journey)]
