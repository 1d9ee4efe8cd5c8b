"""Working hours on the real server: a shift that ends moves urgent work by the journey's timer."""

from __future__ import annotations

from datetime import UTC, datetime

from activities.records import reading
from pathways.compiled import Rule
from pathways.journey.effects import TaskRow
from pathways.journey.events import Actor, Assign, KeepRota, Reading, Record
from pathways.journey.team.rota import Rota, Shift
from pathways.spans import Span
from tests.kernel.building import human, pathway, stage
from tests.workflows.site import Site

NURSE = Actor("n1", "case-manager")
ALL = (0, 1, 2, 3, 4, 5, 6)
DAY = 86_400


async def test_an_alarm_that_is_open_at_the_end_of_a_shift_goes_to_who_is_on_call(
    site: Site,
) -> None:
    """Given shifts that change an hour from now, and an alarm that is open, then an hour later the
    worklist has it with who is on call, due when it was, and both were told once."""
    alarm = Rule(
        "alarm",
        human("alarm", response="RT-2H", due=Span(2, "hour")),
        when=[">=", ["value", "glucose"], 200.0],
        reads=("glucose",),
    )
    journey = await site.enrolled(
        pathway(stage("follow", "follow-up", human("routine")), rules=(alarm,))
    )
    state = await site.state(journey)
    assert state.calendar is not None
    zone = state.calendar
    now = await site.now(journey)
    offset = next(east for since, east in reversed(zone.offsets) if since <= now)
    soon = (now + offset) % DAY + 3600
    if soon >= DAY:
        soon -= DAY
    day = Shift("n1", ALL, (soon + DAY // 2) % DAY, soon)
    night = Shift("n7", ALL, soon, (soon + DAY // 2) % DAY, ("case-manager",))
    for command in (
        Assign("p1", NURSE, "case-manager", person="n1"),
        KeepRota("r1", NURSE, Rota((day, night))),
        Record("v1", NURSE, (Reading("glucose", 250.0, 0),)),
    ):
        answer = await site.command(journey, command)
        assert answer.status == "applied", answer
    before = row(site, journey)
    assert (before.person, before.behalf) == ("n1", "")
    await site.advance(journey, seconds=3700)
    after = row(site, journey)
    assert (after.person, after.behalf, after.due) == ("n7", "n1", before.due)
    assert datetime.fromtimestamp(after.due, UTC) > datetime.fromtimestamp(now, UTC)
    kinds = [entry.kind for entry in reading.timeline(site.engine, journey)]
    assert kinds.count("task-handed") == 1


def row(site: Site, journey: str) -> TaskRow:
    """The alarm as the worklist has it."""
    (found,) = [
        one.task for one in reading.worklist(site.engine, journey=journey) if one.task.urgency
    ]
    return found
