"""Small populations for these tests: one demo pathway, with a behaviour and a team to change."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, Rule, Step
from pathways.simulating.behaviour import (
    Arrivals,
    Attempts,
    Behaviour,
    Declining,
    Feed,
    Incidence,
    People,
    Said,
    Trend,
    Visiting,
)
from pathways.simulating.plan import Course, Plan
from pathways.simulating.staffing import Hours, Minutes, Offer, Role, Staffing, Urgent
from pathways.spans import Span
from pathways.undone import Missed
from tests.kernel.building import NEW_YORK, at, human, pathway, stage

START = at("2027-01-04 05:00")
"""Midnight of a Monday in New York."""
DAY = 86_400
OFFICE = Hours(days=(0, 1, 2, 3, 4), opens=8 * 3600, closes=17 * 3600, at_work=1.0)


def demo() -> CompiledPathway:
    """A visit and a first call, then calls every week; a low glucose is answered within 2 hours."""
    visit = Step(
        id="visit",
        verb="schedule",
        title="Visit",
        by="case-manager",
        service="dietitian-visit",
        due=Span(21, "day"),
        missed=Missed(by="case-manager"),
    )
    welcome = Step(id="welcome", verb="notify", title="Welcome", to="patient", message="welcome")
    call = human("weekly-call", every=Span(7, "day"), due=Span(2, "day"))
    low = human("low-glucose-call", due=Span(2, "hour"), response="RT-2H")
    return pathway(
        stage("assessment", "assessment", welcome, human("first-look"), visit, go="follow-up"),
        stage("follow-up", "follow-up", call),
        rules=(
            Rule(
                id="low-glucose-call",
                do=low,
                when=["<", ["value", "glucose"], 54.0],
                reads=("glucose",),
            ),
        ),
    )


def behaviour(**changes: object) -> Behaviour:
    """Patients who answer every call, keep every visit, decline nothing and stay well."""
    usual = Behaviour(
        id="demo",
        title="Demo",
        sources={"assumption": "made up"},
        people=People(
            30, 80, 60.0, 10.0, 0.5, (("en", 1.0),), (("E11.9", 1.0),), source="assumption"
        ),
        arrivals=Arrivals(Span(7, "day"), 14.0, "assumption"),
        attempts=Attempts(1.0, Span(1, "business-day"), 3, source="assumption"),
    )
    return replace(usual, **changes)


def lively() -> Behaviour:
    """Patients to whom everything happens."""
    return behaviour(
        attempts=Attempts(0.6, Span(1, "business-day"), 3, source="assumption"),
        values=(Said("glucose", trend=Trend(110, 90, Span(30, "day"), 25, 20)),),
        declining=(Declining(0.1),),
        visiting=(Visiting(0.25, 0.1),),
        feeds=(Feed("glucose", Span(3, "day"), 0.7, 0.8),),
        events=(
            Incidence("admitted", 2.0, then="discharged", after=4.0),
            Incidence("consent-withdrawn", 0.3),
            Incidence("deceased", 0.5, verified=0.5),
        ),
    )


def staffing(people: float = 1.0, **changes: object) -> Staffing:
    """So many case managers, who need 30 minutes for a task, and enough of everybody else."""
    usual = Staffing(
        id="demo",
        title="Demo team",
        sources={"assumption": "made up"},
        zone="America/New_York",
        country="US",
        panel=10,
        bearable=0.05,
        roles=(Role("case-manager", int(4 * people), OFFICE, "assumption"),),
        otherwise=Role("", 8, OFFICE, "assumption"),
        minutes=(
            Minutes(30, contact=True, kinds=("task", "outreach"), source="assumption"),
            Minutes(5, kinds=("attendance", "booking"), source="assumption"),
        ),
        attempt=5,
        escalation=2,
        urgent=(Urgent("RT-2H", 10),),
        source="assumption",
    )
    return replace(usual, **changes)


def plan(
    team: Staffing | None = None,
    patients: Behaviour | None = None,
    *,
    seed: int = 1,
    count: int = 10,
    days: int = 60,
) -> Plan:
    """Ten patients for two months."""
    compiled = demo()
    offer = [Offer("dietitian", day, 9 * 60, 16 * 60, 60, 1) for day in range(5)]
    return Plan(
        courses=(Course(digest_of(compiled), compiled, patients or behaviour()),),
        together=False,
        staffing=team or staffing(),
        offers={"dietitian-visit": tuple(offer)},
        calendar=NEW_YORK,
        start=START,
        end=START + days * DAY,
        seed=seed,
        patients=count,
    )
