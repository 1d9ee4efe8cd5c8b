"""The break-even headcount is found by halving."""

from __future__ import annotations

import pytest

from pathways.simulating.headcount import break_even, capacity
from pathways.simulating.living import simulate
from pathways.simulating.report import report, settled_weeks
from pathways.simulating.staffing import Role, Staffing, with_people
from pathways.simulating.tally import Tally
from tests.simulating.populations import OFFICE, behaviour, plan, staffing

WEEKS = 20


def imagined(needed: dict[str, int], floor: float = 0.0, work: int = 0):
    """A run in which a role is late half of the time below so many quarters, else ``floor``."""
    tried: list[dict[str, int]] = []

    def run(team: Staffing) -> Tally:
        tally = Tally(WEEKS)
        people = {role: team.role(role).quarters for role in needed}
        tried.append(people)
        for role, quarters in needed.items():
            late = 0.5 if people[role] < quarters else floor
            for week in range(WEEKS):
                tally.week(f"due/{role}", week, 1000)
                tally.week(f"overdue/{role}", week, int(1000 * late))
                tally.week(f"work/{role}", week, work)
        return tally

    return run, tried


@pytest.mark.parametrize("needed", [1, 2, 3, 5, 8])
def test_the_fewest_with_whom_few_enough_are_late(needed):
    run, tried = imagined({"case-manager": needed})
    (found,) = break_even(run, staffing(), 0, WEEKS)
    assert (found.role, found.quarters, found.late) == ("case-manager", needed, 0.0)
    assert len(tried) < 8


def test_every_role_is_searched_for_at_once():
    run, tried = imagined({"case-manager": 7, "pharmacist": 1, "nurse-manager": 4})
    found = {one.role: one.quarters for one in break_even(run, staffing(), 0, WEEKS)}
    assert found == {"case-manager": 7, "pharmacist": 1, "nurse-manager": 4}
    assert len(tried) < 9


def test_with_many_people_an_eighth_is_near_enough():
    run, tried = imagined({"case-manager": 90}, work=int(20 * capacity(OFFICE) * 3600))
    (found,) = break_even(run, staffing(), 0, WEEKS)
    assert 90 <= found.quarters <= 101
    assert len(tried) < 8


def test_where_people_alone_do_not_help_it_is_the_fewest_that_come_near():
    """Given a fifth of the tasks late however many there are, then break-even comes within a
    hundredth of that, and says so."""
    run, _ = imagined({"case-manager": 3}, floor=0.2)
    (found,) = break_even(run, staffing(), 0, WEEKS)
    assert (found.quarters, found.late, found.at_best) == (3, 0.2, 0.2)


def test_fewer_than_the_work_needs_are_never_tried():
    """Given work for five full-time people."""
    run, tried = imagined({"case-manager": 22}, work=int(5 * capacity(OFFICE) * 3600))
    (found,) = break_even(run, staffing(), 0, WEEKS)
    assert 22 <= found.quarters <= 24
    assert min(one["case-manager"] for one in tried) >= 19


def test_in_a_real_simulation_the_answer_holds_and_fewer_do_not():
    """Given twenty patients whose calls take an hour, when break-even is found, then with those
    people few enough tasks are late, and with half of them too many."""
    given = plan(staffing(1, panel=60), behaviour(), count=60, days=120)
    first, last = settled_weeks(given)

    def run(team: Staffing) -> Tally:
        changed = plan(team, behaviour(), count=60, days=120)
        return simulate(changed, 0)

    found = {one.role: one for one in break_even(run, given.staffing, first, last)}
    nurses = found["case-manager"]
    fewer = run(with_people(given.staffing, {"case-manager": max(nurses.quarters // 2, 1)}))
    assert nurses.late <= given.staffing.bearable + 0.01
    assert report(given, fewer).roles[0].late > given.staffing.bearable


def test_people_are_put_into_roles_that_the_file_does_not_name():
    team = with_people(staffing(), {"pharmacist": 3})
    assert team.role("pharmacist") == Role("pharmacist", 3, OFFICE, "assumption")
    assert team.role("case-manager").quarters == 4
