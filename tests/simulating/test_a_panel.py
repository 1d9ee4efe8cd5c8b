"""Patients of one panel compete for the people who work for it."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.journey.decide import head
from pathways.journey.effects import Entry
from pathways.journey.events import Complete, Decline, Report, Tick, Vary
from pathways.simulating.behaviour import Attempts, Declining, Feed, Incidence, Said, Visiting
from pathways.simulating.living import decided, simulate
from pathways.simulating.panel import Panel
from pathways.simulating.plan import Move, Plan
from pathways.simulating.tally import Tally
from pathways.spans import Span
from tests.simulating.populations import DAY, START, behaviour, lively, plan, staffing


def lived(given: Plan) -> tuple[list[Move], dict[str, list[Entry]], Tally]:
    """Every move of the first panel, every patient's timeline, and the counts."""
    timelines: dict[str, list[Entry]] = {}
    moves: list[Move] = []
    panel = Panel(given, 0)
    for move, before, made in decided(panel):
        due = head(before)
        assert due is None or due >= move.at or isinstance(move.event, Tick), "overslept"
        if made.record:
            timelines.setdefault(move.journey, []).extend(made.record.entries)
        moves.append(move)
    return moves, timelines, panel.tally


def late(tally: Tally) -> float:
    return tally.total("late") / tally.total("duties")


def test_the_same_seed_gives_the_same_counts_and_another_seed_others():
    """Given two runs of one seed and one of another."""
    first, again, other = (simulate(plan(patients=lively(), seed=seed), 0) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_no_patient_is_ever_asked_of_what_was_refused():
    """Given patients to whom everything happens, then no command of theirs or of the team's is
    refused, and the moves come in order of time."""
    moves, timelines, tally = lived(plan(patients=lively(), days=120))
    assert tally.under("refused") == {}
    assert [m.at for m in moves] == sorted(m.at for m in moves)
    kinds = {entry.kind for timeline in timelines.values() for entry in timeline}
    assert {"admitted", "discharged"} <= {
        str(e.params["event"]) for t in timelines.values() for e in t if e.kind == "reported"
    }
    assert {"declined", "task-done", "value-recorded", "appointment-missed"} <= kinds


def test_enough_people_are_in_time_and_too_few_are_late_and_escalated():
    """Given ten patients with a call of 30 minutes a week each, then one case manager is in time,
    and a quarter of one, for 20 patients, is not: the kernel's escalations show."""
    enough = simulate(plan(staffing(1)), 0)
    too_few = simulate(plan(staffing(0.25, panel=60), count=60), 0)
    assert late(enough) == 0
    assert enough.total("escalations") == 0
    assert late(too_few) > 0.3
    assert too_few.total("escalations") > 50
    assert too_few.counts["escalated/program-manager"] > 0


def test_what_is_urgent_is_answered_before_what_has_waited_longer():
    """Given too few people, and low readings at home, then the low readings are still answered
    within their two hours."""
    low = behaviour(
        values=(Said("glucose", one_of=((50.0, 1.0),)),),
        feeds=(Feed("glucose", Span(7, "day")),),
    )
    tally = simulate(plan(staffing(0.25, panel=60), low, count=60), 0)
    assert tally.counts["duties/class RT-2H"] > 100
    assert tally.counts.get("late/class RT-2H", 0) < 0.02 * tally.counts["duties/class RT-2H"]
    assert tally.counts["late/class routine"] > 0


def test_only_what_is_urgent_is_done_at_weekends():
    """Given patients whose readings are always low, then their calls come at weekends too, and
    nothing else does."""
    low = behaviour(
        values=(Said("glucose", one_of=((50.0, 1.0),)),),
        feeds=(Feed("glucose", Span(3, "day")),),
    )
    moves, timelines, _ = lived(plan(patients=low))
    weekend = [
        entry
        for timeline in timelines.values()
        for entry in timeline
        if entry.kind == "task-done" and (entry.at - START) % (7 * DAY) > 5 * DAY
    ]
    assert weekend
    assert {entry.step for entry in weekend} == {"low-glucose-call"}
    assert any(isinstance(move.event, Complete) for move in moves)


def test_a_call_that_nobody_answers_is_tried_again_and_then_given_up():
    """Given patients who never pick up, then each task is called for three times on three days,
    and ends as a recorded departure."""
    silent = behaviour(attempts=Attempts(0.0, Span(1, "business-day"), 3))
    moves, _, tally = lived(plan(patients=silent, days=30))
    given_up = [move.event for move in moves if isinstance(move.event, Vary)]
    assert given_up
    assert {event.reason for event in given_up} == {"not reached in 3 calls"}
    assert tally.total("contacts/calls") == 0
    assert tally.total("contacts/unanswered") >= 3 * len(given_up)


def test_patients_decline_and_miss_as_often_as_their_behaviour_says():
    refusing = behaviour(declining=(Declining(1.0),), visiting=(Visiting(1.0),))
    moves, _, tally = lived(plan(patients=refusing))
    assert all(not isinstance(move.event, Complete) for move in moves if "weekly" in str(move))
    assert any(isinstance(move.event, Decline) for move in moves)
    assert tally.counts.get("visit/attended", 0) == 0
    missing = simulate(plan(patients=behaviour(visiting=(Visiting(1.0),))), 0)
    assert missing.counts["visit/missed"] > 0
    assert missing.counts.get("visit/attended", 0) == 0


def test_work_on_patients_in_hospital_waits_until_they_are_home():
    """Given patients who are admitted often and long, then nobody does routine work for one who
    is in hospital."""
    often = behaviour(events=(Incidence("admitted", 12.0, then="discharged", after=10.0),))
    moves, _, _ = lived(plan(patients=often))
    inside: set[str] = set()
    stays = 0
    for move in moves:
        if isinstance(move.event, Report):
            stays += move.event.event == "admitted"
            (inside.add if move.event.event == "admitted" else inside.discard)(move.journey)
        elif isinstance(move.event, Complete):
            assert move.journey not in inside
    assert stays > 5


def test_who_leaves_is_replaced_after_a_while():
    """Given patients who die soon, then others are referred in their place."""
    dying = behaviour(events=(Incidence("deceased", 20.0),))
    tally = simulate(plan(patients=dying), 0)
    assert tally.counts["left/deceased"] > 10
    assert tally.patients > 15
    assert tally.patients - tally.counts["left/deceased"] <= 10


def test_panels_are_independent_of_one_another():
    """Given thirty patients in panels of ten, then a panel lives the same whether there are others
    or not."""
    three = plan(patients=lively(), count=30)
    alone = replace(three, patients=20)
    assert three.panels == 3
    assert simulate(three, 1) == simulate(alone, 1)
    assert simulate(three, 0) != simulate(three, 1)
