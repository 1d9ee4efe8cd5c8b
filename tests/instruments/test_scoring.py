"""Scores of the shipped instruments: every cut point on both sides, and what is left out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.compiled import Instrument
from pathways.conditions import judge
from pathways.scoring import Scored, score
from tests.conditions.patients import having
from tests.instruments.shelf import NAMES, shipped

SHIPPED = {name: shipped(name) for name in NAMES}
PHQ_9, AHC = SHIPPED["phq-9"], SHIPPED["ahc-hrsn"]


def _reaching(instrument: Instrument, items: tuple[str, ...], total: int) -> dict[str, int]:
    """Possible answers to ``items`` that add up to ``total``."""
    options = []
    for item in instrument.items:
        if item.id in items:
            numbers = [choice.value for choice in item.choices]
            options.append(numbers or [*range(item.low, item.high + 1)])
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for numbers in options:
        reached = {
            before + number: (*answers, number)
            for before, answers in reached.items()
            for number in numbers
        }
    ids = [item.id for item in instrument.items if item.id in items]
    return dict(zip(ids, reached[total], strict=True))


CUT_POINTS = [
    ("phq-2", "score", 0, "negative"),
    ("phq-2", "score", 2, "negative"),
    ("phq-2", "score", 3, "positive"),
    ("phq-2", "score", 6, "positive"),
    ("phq-9", "score", 0, "minimal"),
    ("phq-9", "score", 4, "minimal"),
    ("phq-9", "score", 5, "mild"),
    ("phq-9", "score", 9, "mild"),
    ("phq-9", "score", 10, "moderate"),
    ("phq-9", "score", 14, "moderate"),
    ("phq-9", "score", 15, "moderately-severe"),
    ("phq-9", "score", 19, "moderately-severe"),
    ("phq-9", "score", 20, "severe"),
    ("phq-9", "score", 27, "severe"),
    ("gad-7", "score", 0, "minimal"),
    ("gad-7", "score", 4, "minimal"),
    ("gad-7", "score", 5, "mild"),
    ("gad-7", "score", 9, "mild"),
    ("gad-7", "score", 10, "moderate"),
    ("gad-7", "score", 14, "moderate"),
    ("gad-7", "score", 15, "severe"),
    ("gad-7", "score", 21, "severe"),
    ("gad-7", "gad-2", 2, "negative"),
    ("gad-7", "gad-2", 3, "positive"),
    ("distress", "score", 3, "low"),
    ("distress", "score", 4, "raised"),
    ("distress", "score", 7, "raised"),
    ("distress", "score", 8, "severe"),
    ("4at", "score", 0, "delirium-unlikely"),
    ("4at", "score", 1, "cognitive-impairment-possible"),
    ("4at", "score", 3, "cognitive-impairment-possible"),
    ("4at", "score", 4, "delirium-likely"),
    ("4at", "score", 12, "delirium-likely"),
    ("ecog", "score", 1, "active"),
    ("ecog", "score", 2, "limited"),
    ("ecog", "score", 3, "poor"),
    ("ecog", "score", 4, "poor"),
    ("ecog", "score", 5, "deceased"),
    ("mmrc", "score", 1, "fewer-symptoms"),
    ("mmrc", "score", 2, "more-symptoms"),
    ("mmrc", "score", 4, "more-symptoms"),
    ("audit-c", "score", 2, "low"),
    ("audit-c", "score", 3, "positive-in-women"),
    ("audit-c", "score", 4, "positive"),
    ("audit-c", "score", 12, "positive"),
    ("health-literacy", "score", 1, "adequate"),
    ("health-literacy", "score", 2, "limited"),
    ("caregiver-strain", "score", 6, "manageable"),
    ("caregiver-strain", "score", 7, "high"),
]


@pytest.mark.parametrize(("name", "result", "total", "band"), CUT_POINTS)
def test_a_score_falls_into_its_band(name, result, total, band):
    instrument = SHIPPED[name]
    items = next(one.items for one in instrument.scores if one.id == result)
    values = score(instrument, _reaching(instrument, items, total)).values
    assert values[result] == total
    assert values[f"{result}-band"] == band


@pytest.mark.parametrize(
    ("yes", "band"), [(0, "not-at-risk"), (1, "at-risk"), (2, "at-risk"), (3, "at-risk")]
)
def test_one_yes_of_the_three_key_questions_means_a_risk_of_falls(yes, band):
    names = ("unsteady", "worried", "fallen")
    answers = {name: int(index < yes) for index, name in enumerate(names)}
    values = score(SHIPPED["steadi-3"], answers).values
    assert (values["score"], values["score-band"]) == (yes, band)


ALL_PHQ = {f"item-{n}": 0 for n in range(1, 10)}


def test_b3_an_unfinished_phq_9_has_no_score_but_item_9_still_counts():
    """Item 7 is missing and item 9 is 2: no score, and the question about self-harm fires."""
    answers = {name: 2 for name in ALL_PHQ if name != "item-7"}
    scored = score(PHQ_9, answers)
    assert "score" not in scored.values
    assert "score-band" not in scored.values
    assert scored.missing == ("item-7",)
    assert scored.values["item-9"] == 2.0
    view = having(**{f"phq_9.{name}": value for name, value in scored.values.items()})
    assert judge([">=", ["value", "phq-9.item-9"], 1.0], view) is True
    assert judge([">=", ["value", "phq-9.score"], 10.0], view) is None


def test_b4_a_low_total_does_not_hide_item_9():
    scored = score(PHQ_9, {**ALL_PHQ, "item-1": 2, "item-9": 1})
    assert scored.values["score"] == 3.0
    assert scored.values["item-9"] == 1.0


@pytest.mark.parametrize(
    ("answers", "total", "positive"),
    [((3, 3, 3, 2), 11, 1), ((3, 3, 3, 1), 10, 0), ((1, 1, 1, 1), 4, 0), ((5, 5, 5, 5), 20, 1)],
)
def test_b5_safety_is_positive_from_eleven(answers, total, positive):
    names = ("safety-hurt", "safety-insult", "safety-threat", "safety-scream")
    values = score(AHC, dict(zip(names, answers, strict=True))).values
    assert (values["safety-sum"], values["safety"]) == (total, positive)


NO_NEEDS = {item.id: item.low for item in AHC.items}


@pytest.mark.parametrize(
    ("answer", "domain"),
    [
        ({"housing-status": 1}, "housing"),
        ({"housing-status": 2}, "housing"),
        ({"housing-problems": 1}, "housing"),
        ({"food-worry": 1}, "food"),
        ({"food-ran-out": 2}, "food"),
        ({"transport-lack": 1}, "transport"),
        ({"utilities-threat": 1}, "utilities"),
        ({"utilities-threat": 2}, "utilities"),
        ({"safety-hurt": 5, "safety-scream": 4}, "safety"),
    ],
)
def test_each_social_domain_counts_once_as_a_need(answer, domain):
    values = score(AHC, {**NO_NEEDS, **answer}).values
    domains = ("housing", "food", "transport", "utilities", "safety")
    assert {name: values[name] for name in domains} == {
        name: float(name == domain) for name in domains
    }
    assert values["needs"] == 1.0


def test_the_number_of_needs_is_unknown_while_a_domain_is_but_the_others_stand():
    answers = {**NO_NEEDS, "food-worry": 1}
    del answers["transport-lack"]
    scored = score(AHC, answers)
    assert "needs" not in scored.values
    assert "transport" not in scored.values
    assert scored.values["food"] == 1.0
    assert scored.missing == ("transport-lack",)


def test_all_needs_together():
    highest = {item.id: item.high for item in AHC.items}
    assert score(AHC, highest).values["needs"] == 5.0
    assert score(AHC, NO_NEEDS).values["needs"] == 0.0


@pytest.mark.parametrize("name", NAMES)
def test_no_answers_make_no_score_at_all(name):
    instrument = SHIPPED[name]
    required = tuple(item.id for item in instrument.items if item.required)
    assert score(instrument, {}) == Scored(values={}, missing=required)


@pytest.mark.parametrize("name", NAMES)
def test_each_missing_item_alone_takes_exactly_its_own_scores_away(name):
    instrument = SHIPPED[name]
    lowest = {item.id: item.low for item in instrument.items}
    complete = score(instrument, lowest).values
    for left_out in instrument.items:
        given = {item: answer for item, answer in lowest.items() if item != left_out.id}
        gone = set(complete) - set(score(instrument, given).values)
        expected = {left_out.id}
        for one in instrument.scores:
            if left_out.required and expected & set(one.items):
                expected |= {one.id} | ({f"{one.id}-band"} if one.bands else set())
        assert gone == expected, left_out.id


def test_the_unscored_function_item_may_be_left_out():
    scored = score(PHQ_9, ALL_PHQ)
    assert scored.missing == ()
    assert scored.values["score"] == 0.0
    assert score(PHQ_9, {**ALL_PHQ, "function": 3}).values["score"] == 0.0


@pytest.mark.parametrize("answer", [-1, 4, 99, True, 2.0, "2"], ids=repr)
def test_an_impossible_answer_is_invalid_and_leaves_the_score_unknown(answer):
    scored = score(PHQ_9, {**ALL_PHQ, "item-3": answer})
    assert scored.invalid == ("item-3",)
    assert scored.missing == ()
    assert "score" not in scored.values
    assert "item-3" not in scored.values


@pytest.mark.parametrize("answer", [1, 2, 3, 5])
def test_an_answer_between_the_listed_ones_is_invalid(answer):
    """Alertness in the 4AT is 0 or 4, nothing between."""
    answers = {"alertness": answer, "orientation": 0, "attention": 0, "acute-change": 0}
    scored = score(SHIPPED["4at"], answers)
    assert scored.invalid == ("alertness",)
    assert "score" not in scored.values


def test_an_answer_to_no_question_is_invalid_and_changes_nothing():
    scored = score(PHQ_9, {**ALL_PHQ, "item-10": 3})
    assert scored.invalid == ("item-10",)
    assert scored.values["score"] == 0.0


def test_every_possible_4at_is_in_exactly_one_band():
    for alertness, orientation, attention, change in product((0, 4), range(3), range(3), (0, 4)):
        answers = dict(
            zip(
                ("alertness", "orientation", "attention", "acute-change"),
                (alertness, orientation, attention, change),
                strict=True,
            )
        )
        values = score(SHIPPED["4at"], answers).values
        total = alertness + orientation + attention + change
        assert values["score"] == total
        assert (values["score-band"] == "delirium-likely") is (total >= 4)


@given(st.dictionaries(st.sampled_from([*ALL_PHQ]), st.integers(0, 3)))
def test_a_phq_9_score_is_the_sum_of_nine_answers_or_absent(answers):
    scored = score(PHQ_9, answers)
    expected = float(sum(answers.values())) if len(answers) == 9 else None
    assert scored.values.get("score") == expected
    assert set(scored.missing) == set(ALL_PHQ) - set(answers)
