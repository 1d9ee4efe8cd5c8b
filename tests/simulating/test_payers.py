"""Payers decide on requests for authorization as a behaviour file says; the kernel keeps clocks,
duties and who may decide."""

from __future__ import annotations

from functools import cache

import pytest
from msgspec.structs import replace

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Entry
from pathways.simulating.behaviour import Cover, Paying
from pathways.simulating.living import decided, simulate
from pathways.simulating.panel import Panel
from pathways.simulating.plan import Course, Plan
from pathways.simulating.report import report
from pathways.simulating.tally import Tally
from pathways.spans import Span
from tests.definitions.shipped import shelf
from tests.kernel.building import human, pathway, stage
from tests.simulating.populations import behaviour, plan, staffing

COVERED = Cover((("medicare-advantage", 0.6), ("erisa-commercial", 0.4)), "assumption")
APPROVING = (("approved", 1.0), ("partial", 0.0), ("denied", 0.0))
N = 16
"""Patients; each makes one request."""
DENYING = (("approved", 0.0), ("partial", 0.0), ("denied", 1.0))


@cache
def asking() -> CompiledPathway:
    """One request for an infusion, then a call every four weeks."""
    coverage = replace(
        human("coverage", verb="authorize", service="infusion", due=Span(5, "business-day")),
        outcomes=("approved", "partial", "denied"),
    )
    call = human("call", every=Span(28, "day"), due=Span(2, "day"))
    made = pathway(stage("follow-up", "follow-up", coverage, call))
    return replace(made, payers=shelf().payers)


def planned(*lines: Paying, count: int = N, days: int = 60, seed: int = 1) -> Plan:
    """Patients with enough people, whose payers behave so."""
    patients = behaviour(payers=lines, cover=COVERED)
    compiled = asking()
    given = plan(staffing(8, panel=count), patients, seed=seed, count=count, days=days)
    return replace(given, courses=(Course(digest_of(compiled), compiled, patients),))


def lived(given: Plan) -> tuple[dict[str, list[Entry]], Tally]:
    """Every patient's timeline, and the counts."""
    timelines: dict[str, list[Entry]] = {}
    panel = Panel(given, 0)
    for move, _, made in decided(panel):
        if made.record:
            timelines.setdefault(move.journey, []).extend(made.record.entries)
    return timelines, panel.tally


def test_without_a_word_of_payers_a_request_ends_with_the_work_on_it() -> None:
    tally = simulate(planned(), 0)
    assert tally.under("authorization") == {"approved": N, **_passed(N)}
    assert tally.counts.get("payer/decisions", 0) == 0


def _passed(number: int) -> dict[str, int]:
    return {"submitted": number, "received": number, "nurse-review": number}


def test_a_payer_that_approves_takes_its_time_and_is_never_late() -> None:
    """Given payers who approve everything in time, then every request is sent, decided within the
    payer's clock of seven to fifteen days, and nobody has to call."""
    given = planned(Paying(APPROVING, source="assumption"))
    tally = simulate(given, 0)
    found = tally.under("authorization")
    assert found == {"approved": N, **_passed(N)}
    figures = report(given, tally)
    assert 1 < figures.days_to_decision < 15
    assert figures.authorizations == found
    assert tally.under("refused") == {}


def test_a_late_payer_is_called_and_silence_is_no_approval() -> None:
    found = simulate(planned(Paying(APPROVING, late=1.0, source="assumption")), 0)
    counts = found.under("authorization")
    assert (counts["overdue"], counts["approved"]) == (N, N)
    assert found.counts["duties/step demo coverage"] >= 2 * N  # the request, and the call about it


def test_who_lacks_information_gets_it_from_the_team_before_deciding() -> None:
    counts = simulate(planned(Paying(APPROVING, pended=1.0, source="assumption")), 0)
    assert counts.under("authorization") == {"approved": N, "pended-info": N, **_passed(N)}


@pytest.mark.parametrize(
    ("line", "states"),
    [
        (Paying(DENYING, talk_granted=1.0), {"p2p": N, "overturned": N}),
        (Paying(DENYING, talk_granted=0.0), {"p2p": N, "upheld": N}),
    ],
)
def test_after_a_denial_the_physicians_talk(line: Paying, states: dict[str, int]) -> None:
    """Given payers who deny everything: a physician does it, the talk is a task of the team's, and
    what comes of it is the payer's."""
    tally = simulate(planned(line), 0)
    counts = tally.under("authorization")
    assert counts["denied"] == counts["md-review"] == N
    assert "approved" not in counts
    assert states.items() <= counts.items()
    assert tally.under("refused") == {}


def test_a_denial_is_appealed_and_won_by_share() -> None:
    line = Paying(DENYING, talk_granted=0.0, appealed=1.0, appeal_granted=1.0)
    tally = simulate(planned(line, days=150), 0)
    counts = tally.under("authorization")
    assert counts["appeal-1"] == counts["overturned"] == N
    assert tally.under("refused") == {}


def test_nobody_appeals_whose_share_is_none() -> None:
    counts = simulate(planned(Paying(DENYING), days=150), 0).under("authorization")
    assert "appeal-1" not in counts


def test_shares_are_met_and_the_seed_decides() -> None:
    """Given 80 % approved of 40 requests: between 60 and 97 % (four standard deviations)."""
    line = Paying((("approved", 0.8), ("partial", 0.1), ("denied", 0.1)), pended=0.2, late=0.1)
    first, again, other = (simulate(planned(line, seed=seed, count=40), 0) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert 22 <= first.under("authorization")["approved"] <= 39


def test_a_line_of_one_service_goes_before_that_of_all() -> None:
    named = Paying(DENYING, services=("infusion",))
    counts = simulate(planned(Paying(APPROVING), named), 0).under("authorization")
    assert (counts["denied"], counts.get("approved", 0)) == (N, 0)


def test_the_clock_is_that_of_the_payer_who_covers_the_patient() -> None:
    timelines, _ = lived(planned(Paying(APPROVING)))
    opened = [e for t in timelines.values() for e in t if e.kind == "review-opened"]
    assert {e.params["payer"] for e in opened} == {"medicare-advantage", "erisa-commercial"}
    decided_ = [e for t in timelines.values() for e in t if e.kind == "review-moved"]
    assert not any(e.params.get("late") for e in decided_)
