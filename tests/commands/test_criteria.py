"""``careway criteria``: the public rules for levels of care, without a server."""

from __future__ import annotations

import pytest

from pathways.review.criteria import SUBSETS, facts_asked
from tests.commands.conftest import Careway

MET = ("--fact", "inpatient-days=3", "--fact", "daily-skilled-need=yes")


@pytest.mark.usefixtures("nowhere")
class TestCriteria:
    def test_what_is_met_a_nurse_may_approve(self, command: Careway) -> None:
        done = command("criteria", "snf", *MET, "--fact", "days-since-hospital=2", "--json")
        assert (done.code, done.err) == (0, "")
        assert (done.json["result"], done.json["next"]) == ("met", "approved")

    def test_what_is_not_met_goes_to_a_physician_and_is_no_denial(self, command: Careway) -> None:
        done = command("criteria", "snf", "--fact", "daily-skilled-need=no")
        assert "Does not hold: A skilled need every day." in done.out
        assert "this is no denial" in done.out

    def test_without_facts_it_says_what_the_rule_asks_for(self, command: Careway) -> None:
        done = command("criteria", "home-health")
        asked = "homebound, intermittent-skilled-need, face-to-face-day"
        assert f"The rule asks for: {asked}." in done.out

    def test_a_level_without_a_public_rule_is_decided_by_people(self, command: Careway) -> None:
        done = command("criteria", "php")
        assert "No public rule is known for php" in done.out

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (("snv",), 'There is no level of care "snv"'),
            (("snf", "--fact", "inpatient-day=3"), 'does not ask for "inpatient-day"'),
            (("snf", "--fact", "inpatient-days=many"), "neither a number nor yes or no"),
        ],
    )
    def test_what_cannot_be_meant_is_misuse(
        self, command: Careway, given: tuple[str, ...], said: str
    ) -> None:
        done = command("criteria", *given)
        assert done.code == 2
        assert said in done.err


def test_every_public_rule_asks_for_something() -> None:
    assert all(facts_asked(level) for level in SUBSETS)
    assert facts_asked("php") == ()
