"""Synthetic patients who do not pick up: the pathway, not the behaviour, says what follows."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways.calendar.table import local_day
from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Entry
from pathways.journey.events import Complete, Vary
from pathways.simulating.behaviour import Attempts, Behaviour
from pathways.simulating.living import decided
from pathways.simulating.panel import Panel
from pathways.simulating.plan import Course, Move, Plan
from pathways.simulating.tally import Tally
from pathways.spans import Span
from pathways.undone import UNABLE_TO_REACH, Unreachable
from tests.kernel.building import NEW_YORK, human, pathway, stage
from tests.simulating.populations import behaviour, plan

NOBODY = Attempts(0.0, Span(1, "hour"), 9)
"""The behaviour's own again and most, which no contact follows."""


def calls(attempts: int = 2) -> CompiledPathway:
    """A call every two weeks, tried so often, a day apart."""
    asked = human(
        "call",
        contact="patient",
        every=Span(14, "day"),
        due=Span(3, "day"),
        unreachable=Unreachable(attempts, Span(1, "day")),
    )
    return pathway(stage("follow-up", "follow-up", asked))


def given(patients: Behaviour, compiled: CompiledPathway) -> Plan:
    course = Course(digest_of(compiled), compiled, patients)
    return replace(plan(patients=patients, days=45), courses=(course,))


def lived(one: Plan) -> tuple[list[Move], list[tuple[str, Entry]], Tally]:
    moves: list[Move] = []
    entries: list[tuple[str, Entry]] = []
    panel = Panel(one, 0)
    for move, _, made in decided(panel):
        moves.append(move)
        if made.record is not None:
            entries += [(move.journey, entry) for entry in made.record.entries]
    return moves, entries, panel.tally


def of_kind(entries: list[tuple[str, Entry]], kind: str) -> Iterator[tuple[str, Entry]]:
    return (one for one in entries if one[1].kind == kind)


def test_who_never_picks_up_is_tried_as_the_pathway_says_and_nobody_departs_from_it() -> None:
    """Given patients who never pick up, and a pathway with two attempts a day apart, then every
    occurrence ends with the second attempt, on another day, and is counted as unreached."""
    moves, entries, tally = lived(given(behaviour(attempts=NOBODY), calls()))
    assert not [move for move in moves if isinstance(move.event, Vary)]
    attempts = list(of_kind(entries, "attempt"))
    assert len(attempts) > 20
    assert not [entry for _, entry in attempts if "same_day" in entry.params]
    ends = list(of_kind(entries, "unreachable"))
    assert ends
    assert {entry.params["attempts"] for _, entry in ends} == {2}
    assert tally.counts["unreached"] == len(ends)
    assert tally.under("refused") == {}
    days = {(who, entry.params["task"], local_day(NEW_YORK, entry.at)) for who, entry in attempts}
    assert len(days) == len(attempts)


def test_an_attempt_is_not_made_before_the_day_that_the_pathway_gives() -> None:
    moves, entries, _ = lived(given(behaviour(attempts=NOBODY), calls(3)))
    again: dict[tuple[str, object], int] = {}
    for who, entry in of_kind(entries, "attempt"):
        key = (who, entry.params["task"])
        assert entry.at >= again.get(key, 0)
        again[key] = int(entry.params.get("again", 0))
    tried = [move for move in moves if isinstance(move.event, Complete)]
    assert {move.event.outcome for move in tried if isinstance(move.event, Complete)} >= {
        UNABLE_TO_REACH
    }


def test_who_picks_up_in_half_of_the_calls_is_mostly_reached_in_the_end() -> None:
    """Given calls answered in half of the cases, then three attempts leave about one in eight."""
    half = behaviour(attempts=Attempts(0.5, Span(1, "hour"), 9))
    _, entries, tally = lived(given(half, calls(3)))
    lost = tally.counts.get("unreached", 0)
    done = sum(entry.params.get("outcome") == "done" for _, entry in of_kind(entries, "task-done"))
    assert 0 < lost < done / 2
