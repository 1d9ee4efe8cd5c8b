"""A whole year on each shipped pathway when everybody does their part within a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from pathways.journey.effects import Book
from pathways.journey.events import Value
from tests.definitions.walking import Walk

DAY = 86_400
TALKERS = ("case-manager", "navigator", "social-worker")
MEASURED = {"hba1c-lab": ("hba1c",), "kidney-lab": ("egfr", "uacr")}
"""What a visit brings, by service."""
Course = Callable[[int], dict[str, Value]]
"""Day since enrollment -> the patient's values on that day."""


def live(walk: Walk, days: int, course: Course) -> Counter[int]:
    """Every appointment is kept, every task closed the day after it was opened, until the
    journey closes. Returns the contacts with the patient, week by week: visits, and the calls
    and conversations of nurses and social workers."""
    start = walk.now
    contacts: Counter[int] = Counter()
    for day in range(days):
        walk.tick(start + day * DAY)
        if walk.journey.status == "closed":
            break
        for asked in list(walk.journey.outstanding.values()):
            latest = asked.latest if isinstance(asked, Book) else 0
            walk.booked(asked, min(walk.now + 2 * DAY, latest))
        contacts[day // 7] += _keep_appointments(walk, course(day))
        contacts[day // 7] += _close_tasks(walk, course(day))
    return contacts


def _keep_appointments(walk: Walk, values: dict[str, Value]) -> int:
    due = [a for a in walk.journey.appointments.values() if 0 < a.ends <= walk.now]
    for one in due:
        walk.attend(one.id, **{name: values[name] for name in MEASURED.get(one.service, ())})
    return len(due)


def _close_tasks(walk: Walk, values: dict[str, Value]) -> int:
    talks = 0
    for task in list(walk.journey.tasks.values()):
        if task.id not in walk.journey.tasks or walk.now - task.opened < DAY:
            continue
        walk.close(task, "", **values)
        talks += task.kind in ("task", "assess", "educate") and task.owner in TALKERS
    return talks


def entered(walk: Walk) -> list[str]:
    return [entry.step for entry in walk.entries if entry.kind == "stage-entered"]


def kinds(walk: Walk) -> Counter[str]:
    return Counter(entry.kind for entry in walk.entries)


def test_diabetes_reaches_its_goals_in_a_year_and_goes_back_to_primary_care() -> None:
    def course(day: int) -> dict[str, Value]:
        hba1c = 9.6 if day < 60 else 8.1 if day < 150 else 6.7
        usual: dict[str, Value] = {"contact": "reached", "hba1c": hba1c, "egfr": 80.0}
        return usual | {"uacr": 10.0, "sbp": 122.0, "dbp": 74.0, "agrees_to_close": True}

    walk = Walk("America/Chicago", "2027-01-06T10:00", conditions=("E11.9",))
    walk.enroll("type-2-diabetes")
    contacts = live(walk, 400, course)
    assert walk.journey.enrollments["type-2-diabetes"].disposition == "goals-met"
    assert entered(walk)[:4] == ["intake", "assessment", "planning", "follow-up"]
    assert entered(walk).count("reevaluation") >= 3
    assert entered(walk)[-1] == "closing"
    assert kinds(walk)["stage-overdue"] == 0
    assert kinds(walk)["task-escalated"] == 0
    assert contacts.total() / len(contacts) <= 2


def test_cancer_treatment_leads_to_survivorship_and_hand_back() -> None:
    def course(day: int) -> dict[str, Value]:
        status = "planned" if day < 12 else "active" if day < 180 else "completed"
        usual: dict[str, Value] = {"contact": "reached", "treatment_status": status}
        usual |= {"therapy": "chemotherapy", "intent": "curative", "hba1c": 5.5, "egfr": 80.0}
        return usual | {"anc": 2.4, "platelets": 210.0, "cycle_decision": "go", "uacr": 10.0}

    walk = Walk("America/New_York", "2027-03-01T10:00", conditions=("C50.911",))
    walk.enroll("oncology-navigation")
    contacts = live(walk, 500, course)
    assert walk.journey.enrollments["oncology-navigation"].disposition == "goals-met"
    stages = [name for name in entered(walk) if name != "reevaluation"]
    expected = ["intake", "assessment", "planning", "treatment", "survivorship", "closing"]
    assert stages == expected
    assert 7 <= len(walk.sent("visit-confirmed")) <= 10
    assert kinds(walk)["stage-overdue"] == 0
    assert kinds(walk)["task-escalated"] == 0
    assert contacts.total() / len(contacts) <= 2


def test_dementia_goes_on_year_after_year_with_a_review_every_half_year() -> None:
    def course(_day: int) -> dict[str, Value]:
        usual: dict[str, Value] = {"contact": "reached", "dementia_stage": "moderate"}
        return usual | {"mini_cog": 4.0, "weight": 70.0, "advance_plan": True}

    walk = Walk("America/Los_Angeles", "2027-06-01T09:00", conditions=("G30.1",), caregiver=True)
    walk.enroll("dementia-with-caregiver")
    contacts = live(walk, 730, course)
    assert walk.stages("dementia-with-caregiver") == ["follow-up"]
    assert 3 <= entered(walk).count("reevaluation") <= 5
    assert kinds(walk)["task-escalated"] == 0
    assert contacts.total() / 104 <= 1


def test_a_move_to_a_nursing_home_ends_with_a_hand_over_there() -> None:
    def course(day: int) -> dict[str, Value]:
        usual: dict[str, Value] = {"contact": "reached", "dementia_stage": "severe"}
        return usual | {"residence": "home" if day < 200 else "nursing-home", "weight": 70.0}

    walk = Walk("America/Los_Angeles", "2027-06-01T09:00", conditions=("G30.1",), caregiver=True)
    walk.enroll("dementia-with-caregiver")
    live(walk, 200, course)
    walk.record(residence="nursing-home")
    live(walk, 60, lambda day: course(day + 200))
    assert walk.journey.enrollments["dementia-with-caregiver"].disposition == "long-term-care"
    done = [entry.step for entry in walk.entries if entry.kind == "task-done"]
    assert "hand-over-facility" in done
    assert "hand-back" not in done
