"""A death at the real Careway: its date is corrected, or it is retracted, also once closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.commands.conftest import Careway


@pytest.fixture
def dead(careway: Careway, enrolled: Callable[[], str]) -> str:
    """The journey of a patient without a caregiver who has died: it is closed, as pharmacy and
    payer have been told."""
    journey = enrolled()
    assert careway("event", journey, "deceased").code == 0
    (task,) = careway("tasks", "--journey", journey, "--json").json
    done = careway("complete", task["id"], "--outcome", "told", "--role", task["owner"])
    assert done.code == 0, done.err
    assert careway("show", journey, "--json").json["status"] == "closed"
    return journey


def kinds(careway: Careway, journey: str) -> list[str]:
    return [entry["kind"] for entry in careway("show", journey, "--json").json["timeline"]]


def test_the_date_of_a_death_is_corrected_on_a_closed_journey(careway: Careway, dead: str) -> None:
    done = careway("event", dead, "death-corrected", "--at", "2026-01-05", "--json")
    assert (done.code, done.json["code"]) == (0, "death-corrected")
    assert kinds(careway, dead)[-1] == "death-corrected"
    assert careway("show", dead, "--json").json["status"] == "closed"


def test_who_lives_after_all_is_looked_at_and_opened_again(careway: Careway, dead: str) -> None:
    assert careway("event", dead, "death-retracted").code == 0
    (task,) = careway("tasks", "--journey", dead, "--json").json
    assert task["kind"] == "referral"
    role = ("--role", task["owner"])
    assert careway("complete", task["id"], "--outcome", "reopen", *role).code == 0
    assert careway("show", dead, "--json").json["status"] == "active"


def test_of_the_dead_nothing_else_is_reported(careway: Careway, dead: str) -> None:
    refused = careway("event", dead, "fall")
    assert refused.code == 1
