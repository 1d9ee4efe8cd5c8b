"""The script: what the cast says follows from the seed, the question and the day."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pathways.compiled import DataElement
from tests.definitions import shipped
from worker.demo.script import Player, Role, Script, read_script

SCRIPT = read_script()


def player(seed: int = 2026, **role: Any) -> Player:
    """A patient of whom the script says what the test says, and nothing else."""
    script = SCRIPT.model_copy(update={"seed": seed, "answers": {}, "instruments": {}})
    return Player(
        script, Role.model_validate({"name": "One", "bundle": "b", "pathways": []} | role)
    )


def quantity(name: str = "weight", **limits: Any) -> DataElement:
    return DataElement(name=name, label=name, type="quantity", unit="kg", **limits)


@pytest.mark.parametrize(("day", "level"), [(0, 100.0), (50, 95.0), (100, 90.0), (300, 90.0)])
def test_a_trend_moves_over_its_days_and_then_stays(day: float, level: float) -> None:
    trend = {"from": 100, "to": 90, "over": 100}
    assert player(answers={"weight": trend}).value(quantity(), day) == level


def test_a_trend_strays_no_further_than_its_spread() -> None:
    trend = {"from": 100, "to": 100, "over": 1, "spread": 2}
    said = [player(answers={"weight": trend}).value(quantity(), day) for day in range(200)]
    assert all(isinstance(value, float) and 98 <= value <= 102 for value in said)
    assert len(set(said)) > 20


@pytest.mark.parametrize(
    ("day", "status"), [(0, "planned"), (24.9, "planned"), (25, "active"), (200, "completed")]
)
def test_steps_change_on_their_days(day: float, status: str) -> None:
    steps = {"steps": [[0, "planned"], [25, "active"], [190, "completed"]]}
    element = DataElement(
        name="status", label="Status", type="choice", options=("planned", "active", "completed")
    )
    assert player(answers={"status": steps}).value(element, day) == status


@pytest.mark.parametrize(("said", "taken"), [(500, 40.0), (-3, 2.0), (20.04, 20.0)])
def test_a_number_out_of_range_is_said_at_the_limit(said: float, taken: float) -> None:
    """The script knows no pathway's limits: a number beyond them would only be refused."""
    element = quantity(low=2.0, high=40.0)
    assert player(answers={"weight": said}).value(element, 0) == taken


def test_a_count_is_whole() -> None:
    element = DataElement(name="falls", label="Falls", type="quantity", unit="1")
    trend = {"from": 3, "to": 0, "over": 90}
    assert player(answers={"falls": trend}).value(element, 10) == 3.0
    assert player(answers={"falls": trend}).value(element, 45) == 2.0


def test_what_the_script_does_not_mention_is_unremarkable() -> None:
    one = player()
    choice = DataElement(name="c", label="C", type="choice", options=("none", "some"))
    assert one.value(choice, 3) == "none"
    assert one.value(DataElement(name="b", label="B", type="boolean"), 3) is False
    assert one.value(quantity(low=2.0, high=9.0), 3) == 2.0


SHELF = shipped.shelf().instruments


@pytest.mark.parametrize("name", sorted(SHELF))
@given(wanted=st.integers(0, 60), day=st.floats(0, 400))
def test_answers_are_allowed_and_near_the_score_that_is_wanted(
    name: str, wanted: int, day: float
) -> None:
    """Every item is answered with one of its own choices; the sum is never above what is wanted
    (or the least that can be answered), and reaches it where the choices allow."""
    instrument = SHELF[name]
    given_ = player(instruments={name: {"from": wanted, "to": wanted}}).answers(instrument, day)
    allowed = {
        item.id: [c.value for c in item.choices] or list(range(item.low, item.high + 1))
        for item in instrument.items
    }
    assert list(given_) == list(allowed)
    assert all(answer in allowed[item] for item, answer in given_.items())
    least, most = (sum(f(values) for values in allowed.values()) for f in (min, max))
    assert sum(given_.values()) <= max(wanted, least)
    if all(values == list(range(values[0], values[-1] + 1)) for values in allowed.values()):
        assert sum(given_.values()) == max(least, min(wanted, most))


def everything_said(seed: int) -> list[object]:
    """What a patient would say and do over some weeks, question by question."""
    script = SCRIPT.model_copy(update={"seed": seed})
    said: list[object] = []
    for role in script.patients:
        one = Player(script, role)
        elements = [e for name in role.pathways for e in shipped.pathway(name).data.values()]
        for day in (0, 9.5, 40):
            said += [one.value(element, day) for element in elements]
            said += [one.answers(instrument, day) for instrument in SHELF.values()]
            said += [one.patience("step", day), one.misses("a1", day), one.declines("eye-exam")]
    return said


def test_the_same_seed_says_the_same() -> None:
    assert everything_said(7) == everything_said(7)


def test_another_seed_says_otherwise() -> None:
    assert everything_said(7) != everything_said(8)


def test_an_answer_does_not_depend_on_what_was_asked_before() -> None:
    """Courses run side by side: whoever asks first must not change what others hear."""
    trend = {"from": 100, "to": 90, "over": 100, "spread": 5}
    one, other = player(answers={"weight": trend}), player(answers={"weight": trend})
    other.patience("anything")
    other.value(quantity(), 3)
    assert one.value(quantity(), 20) == other.value(quantity(), 20)


@pytest.mark.parametrize("role", SCRIPT.patients, ids=lambda role: role.name)
def test_the_shipped_cast_speaks_of_what_its_pathways_declare(role: Role) -> None:
    """Given the shipped script, then every reading and every declined step exists."""
    pathways = [shipped.pathway(name) for name in role.pathways]
    declared = {name for pathway in pathways for name in pathway.data}
    steps = {s.id for pathway in pathways for stage in pathway.stages for s in stage.steps}
    assert {feed.element for feed in role.readings} <= declared
    assert set(role.answers) <= declared
    assert set(role.declines) <= steps


def test_an_owner_uses_a_share_of_the_time_and_is_late_now_and_then() -> None:
    one, pace = player(), SCRIPT.pace
    shares = [one.patience("step", n) for n in range(500)]
    late = [share for share in shares if share == pace.overrun]
    assert 0 < len(late) < 60
    assert all(pace.least <= share <= pace.most for share in shares if share not in late)


def test_a_script_with_a_misspelt_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="misspelt"):
        Script.model_validate(SCRIPT.model_dump(by_alias=True) | {"misspelt": 1})
