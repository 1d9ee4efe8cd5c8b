"""Chance follows from the seed and the question."""

from __future__ import annotations

from statistics import mean, stdev

from pathways.simulating.chance import Chance

MANY = range(4000)


def test_the_same_question_has_the_same_answer_in_any_order():
    chance = Chance(7, "1-2-0")
    first, second = chance.share("a"), chance.share("b")
    assert (chance.share("b"), chance.share("a")) == (second, first)
    assert first != second
    assert Chance(7, "1-2-0").share("a") == first


def test_these_very_numbers_come_out_on_every_machine():
    """A change of these numbers changes every simulation ever shared."""
    chance = Chance(1, "0-0-0")
    assert [round(chance.share("visit", n), 12) for n in range(3)] == [
        0.110028536687,
        0.484097752202,
        0.042326708155,
    ]


def test_other_seeds_patients_and_questions_have_other_answers():
    answers = {
        Chance(seed, who).share("a", n) for seed in (1, 2) for who in ("x", "y") for n in range(50)
    }
    assert len(answers) == 200


def test_shares_are_even_normals_normal_and_waits_exponential():
    chance = Chance(3)
    shares = [chance.share(n) for n in MANY]
    normals = [chance.normal(n) for n in MANY]
    waits = [chance.wait(10.0, n) for n in MANY]
    assert abs(mean(shares) - 0.5) < 0.02
    assert abs(mean(normals)) < 0.05
    assert abs(stdev(normals) - 1) < 0.05
    assert abs(mean(waits) - 10) < 0.5
    assert all(0 < share < 1 for share in shares)


def test_choices_come_by_their_shares():
    chance = Chance(4)
    drawn = [chance.one_of((("a", 0.7), ("b", 0.2), ("c", 0.1)), n) for n in MANY]
    assert abs(drawn.count("a") / len(drawn) - 0.7) < 0.03
    assert abs(drawn.count("c") / len(drawn) - 0.1) < 0.02
