"""Boundary cases B1 to B6 and B20, on the shipped pathways."""

from __future__ import annotations

import pytest

from pathways.scoring import score
from tests.definitions import shipped
from tests.definitions.walking import Walk

HEART_FAILURE, DIABETES = "heart-failure", "type-2-diabetes"
PHQ_9 = shipped.shelf().instruments["phq-9"]
LACE = shipped.shelf().instruments["lace"]
AHC = shipped.shelf().instruments["ahc-hrsn"]


def at_home_after_heart_failure() -> Walk:
    walk = Walk("America/New_York", "2026-11-24T14:30", conditions=("I50.22",))
    walk.enroll(HEART_FAILURE)
    walk.record(weight=81.6, base_dry_weight=81.6)
    return walk


@pytest.mark.parametrize(("weight", "alarms"), [(82.96, True), (82.95, False)])
def test_b1_a_gain_of_1_36_kg_in_a_day_is_an_alarm_and_1_35_is_not(
    weight: float, alarms: bool
) -> None:
    walk = at_home_after_heart_failure()
    walk.record("2026-11-25T14:30", weight=weight)
    assert ("weight-gain" in walk.steps()) is alarms


def test_b2_a_borderline_temperature_is_called_about_and_a_second_one_is_an_emergency() -> None:
    walk = Walk("America/New_York", "2027-03-01T10:00", conditions=("C50.911",))
    walk.enroll("oncology-navigation")
    walk.record(treatment_status="active", therapy="chemotherapy")
    walk.record("2027-03-02T10:00", temp=38.2)
    assert walk.urgent()["fever-watch"] == "RT-2H"
    assert "fever" not in walk.steps()
    walk.record("2027-03-02T11:05", temp=38.1)
    assert walk.urgent()["fever"] == "RT-ED"


def answers(total: int = 0, **said: int) -> dict[str, int]:
    """To all nine questions: ``total`` spread over the first ones, then what is said."""
    found = {item.id: min(3, max(0, total - 3 * n)) for n, item in enumerate(PHQ_9.items)}
    return {**found, **{name.replace("_", "-"): value for name, value in said.items()}}


def asked_about_mood() -> Walk:
    walk = Walk("America/Chicago", "2027-01-06T10:00", conditions=("E11.9",))
    walk.enroll(DIABETES)
    walk.done("first-contact", contact="reached")
    walk.answered("mood-screen", "phq-2", {"item-1": 2, "item-2": 1})
    return walk


def test_b3_a_questionnaire_without_its_seventh_answer_is_incomplete_yet_its_ninth_counts() -> None:
    """Given PHQ-9 without item 7 and item 9 = 1, then there is no score, and the alarm is."""
    walk = asked_about_mood()
    given = answers(12, item_9=1)
    del given["item-7"]
    walk.answered("mood-full", "phq-9", given)
    assert "phq-9.score" not in walk.journey.facts
    assert walk.urgent()["suicide-risk"] == "RT-2H"


def test_b4_a_single_answer_about_self_harm_acts_at_a_total_of_three() -> None:
    walk = asked_about_mood()
    walk.answered("mood-full", "phq-9", answers(2, item_9=1))
    assert walk.journey.facts["phq-9.score"][0].value == 3.0
    assert walk.urgent()["suicide-risk"] == "RT-2H"


@pytest.mark.parametrize(("items", "positive"), [((3, 3, 3, 2), 1.0), ((3, 3, 3, 1), 0.0)])
def test_b5_safety_answers_that_add_up_to_eleven_are_positive(
    items: tuple[int, ...], positive: float
) -> None:
    names = ("safety-hurt", "safety-insult", "safety-threat", "safety-scream")
    found = score(AHC, dict(zip(names, items, strict=True)))
    assert found.values["safety"] == positive


@pytest.mark.parametrize(("answer", "points"), [("less than 1 day", 0), ("14 days or more", 7)])
def test_b6_a_stay_of_no_day_counts_nothing_and_one_of_fourteen_seven(
    answer: str, points: int
) -> None:
    stay = next(item for item in LACE.items if item.id == "length-of-stay")
    assert [choice.value for choice in stay.choices if choice.text == answer] == [points]
    others = {item.id: 0 for item in LACE.items}
    assert score(LACE, {**others, "length-of-stay": points}).values["score"] == points


@pytest.mark.parametrize(("egfr", "severity"), [(29.9, "contraindicated"), (30.0, "high")])
def test_b20_metformin_is_stopped_below_thirty_and_reviewed_from_thirty(
    egfr: float, severity: str
) -> None:
    walk = Walk(
        "America/Chicago",
        "2027-01-06T10:00",
        conditions=("E11.9",),
        medications=("metformin",),
    )
    walk.enroll(DIABETES)
    walk.record("2027-01-07T08:00", egfr=egfr)
    (alert,) = [t for t in walk.journey.tasks.values() if t.kind == "medicine-alert"]
    assert alert.title.startswith(f"Medicines ({severity})")
    assert [reason.split()[0] for reason in alert.reasons] == ["M4"]
