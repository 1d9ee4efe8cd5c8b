"""A patient who is on three pathways is contacted less often than three patients on one each."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from pathways.simulating.behaviour import together
from pathways.simulating.living import simulate
from pathways.simulating.plan import Plan
from pathways.simulating.tally import Tally
from tests.definitions import shipped
from worker.library import Library
from worker.simulation import Wish, plan_of

ILLNESSES = ("heart-failure", "copd", "chronic-kidney-disease")
PATIENTS = 8
NEVER_REPLACED = 100_000.0


def planned(*names: str) -> Plan:
    """The same patients behave in the same way whichever pathways they are on: as all three
    behaviours say. Only what they are ill with is that of the pathway."""
    wish = Wish(PATIENTS, 1.0, 3, date(2027, 1, 4), together=len(names) > 1, headcount=False)
    library = Library(shipped.ROOT)
    full = plan_of(library, [shipped.pathway(name) for name in ILLNESSES], wish)
    union = together([course.behaviour for course in full.courses])
    union = replace(union, arrivals=replace(union.arrivals, replaced=NEVER_REPLACED))
    plan = plan_of(library, [shipped.pathway(name) for name in names], wish)
    courses = tuple(
        replace(
            course,
            behaviour=replace(
                union,
                people=replace(union.people, conditions=course.behaviour.people.conditions),
            ),
        )
        for course in plan.courses
    )
    return replace(plan, courses=courses)


def contacts(tally: Tally) -> int:
    """Calls, answered or not, visits, and messages to patients."""
    spoken = sum(tally.total(f"contacts/{kind}") for kind in ("calls", "unanswered", "visits"))
    return spoken + tally.total("messages/patient")


def test_three_pathways_together_contact_a_patient_less_than_one_by_one():
    """Given eight patients for a year, nobody replaced, when they live on three pathways at once,
    then there are at least a tenth fewer contacts than in three runs of one pathway each (X8), and
    each kind of contact is fewer."""
    apart = [simulate(planned(name), 0) for name in ILLNESSES]
    joined = simulate(planned(*ILLNESSES), 0)
    assert {tally.patients for tally in (*apart, joined)} == {PATIENTS}
    assert contacts(joined) < 0.9 * sum(map(contacts, apart))
    for line in ("contacts/calls", "contacts/visits", "messages/patient"):
        assert joined.total(line) < sum(tally.total(line) for tally in apart), line
