"""Depression: boundary cases B3 and B4 (an unfinished PHQ-9, one alarming answer), and DEP-2."""

from __future__ import annotations

from pathways.journey.events import Value
from tests.definitions.walking import Walk

DEPRESSION = "depression"


def at_the_intake() -> Walk:
    walk = Walk("America/New_York", "2027-03-01T10:00", conditions=("F33.1",))
    walk.enroll(DEPRESSION)
    walk.done("first-contact", contact="reached")
    return walk


def answers(total: int, item_9: int) -> dict[str, int]:
    """To all nine questions of the PHQ-9: ``total`` over the first eight, and the ninth."""
    eight = {f"item-{n}": min(3, max(0, total - 3 * (n - 1))) for n in range(1, 9)}
    return {**eight, "item-9": item_9}


def test_b3_without_the_seventh_answer_there_is_no_score_and_the_ninth_still_alarms() -> None:
    """DEP-1: and nothing that needs the score happens."""
    walk = at_the_intake()
    given = answers(12, 1)
    del given["item-7"]
    walk.answered("questionnaires", "phq-9", given)
    assert "phq-9.score" not in walk.journey.facts
    assert walk.urgent()["suicide-risk"] == "RT-2H"
    assert "severe-depression" not in walk.steps()


def test_b4_a_total_of_three_with_a_yes_to_the_ninth_question_alarms() -> None:
    walk = at_the_intake()
    walk.answered("questionnaires", "phq-9", answers(2, 1))
    assert walk.journey.facts["phq-9.score"][0].value == 3.0
    assert walk.urgent()["suicide-risk"] == "RT-2H"


def test_an_acute_answer_to_the_risk_screen_is_stayed_with_and_told_to_the_psychiatrist() -> None:
    """DEP-2: RT-911 for the one on the line, and a psychiatrist decides."""
    walk = at_the_intake()
    result: dict[str, Value] = {"asq_result": "positive-acute"}
    walk.record("2027-03-02T21:40", **result)
    assert walk.urgent()["acute-risk"] == "RT-911"
    assert walk.task("acute-risk-psychiatrist").owner == "psychiatrist"
    assert "safety-assessment" not in walk.steps()
