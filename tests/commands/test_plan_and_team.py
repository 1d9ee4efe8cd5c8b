"""A plan that several judge, and a nurse who is away: on a real server, by the commands."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Careway


@pytest.fixture
def journey(careway: Careway, bundle: Callable[..., Path]) -> str:
    done = careway("enroll", "--patient", bundle(), "--pathway", "team-plan", "--json")
    assert done.code == 0, done.err
    found: str = done.json["journey"]
    return found


def tasks(careway: Careway, journey: str, *more: str) -> dict[str, Any]:
    """The open tasks, by owner and step."""
    found = careway("tasks", "--journey", journey, *more, "--json").json
    return {f"{one['owner']} {one['step']}": one for one in found}


def complete(careway: Careway, task: dict[str, Any], *more: str) -> None:
    done = careway("complete", task["id"], *more)
    assert done.code == 0, done.err


def test_a_rejected_plan_is_revised_approved_by_the_team_and_shown(
    careway: Careway, journey: str
) -> None:
    """Given the patient's own goal, when v1 is rejected without a step and v2 approved by the
    quorum, then each version is on record as it was made, and the difference is told."""
    words = "Walk to church again"
    said = careway("goal", journey, "--words", words, "--measure", "blocks", "--target", "4")
    assert (said.code, said.out) == (0, "Taken down. Goal g1.\n")
    complete(careway, tasks(careway, journey)["case-manager make-plan"])
    open_now = tasks(careway, journey)
    assert sorted(open_now) == [
        "dietitian approval",
        "pharmacist approval",
        "primary-care approval",
    ]
    rejected = ("--outcome", "rejected", "--without", "extra-tablet", "--note", "Too many tablets")
    complete(careway, open_now["primary-care approval"], *rejected)
    open_now = tasks(careway, journey)
    assert list(open_now) == ["case-manager make-plan"]
    assert open_now["case-manager make-plan"]["reasons"] == ["Too many tablets"]
    complete(careway, open_now["case-manager make-plan"])
    for role in ("pharmacist", "primary-care"):
        complete(careway, tasks(careway, journey)[f"{role} approval"], "--outcome", "approved")
    assert sorted(tasks(careway, journey)) == ["case-manager foot-care"]
    plan = careway("plan", journey, "--json").json
    assert (plan["version"], plan["status"]) == (2, "approved")
    assert [one["status"] for one in plan["versions"]] == ["rejected", "approved"]
    assert plan["versions"][0]["reason"] == "Too many tablets"
    first = careway("plan", journey, "--version", "1")
    for text in (words, "A second tablet", "HbA1c below 7 %", "Call about a severe low"):
        assert text in first.out
    assert "version 1: rejected" in first.out
    changes = careway("plan", journey, "--since", "1").out
    assert 'The step "A second tablet" is gone.' in changes
    assert "Taken out after a rejection: A second tablet." in changes
    unknown = careway("plan", journey, "--version", "7")
    assert unknown.code == 1
    assert "there are 1, 2" in unknown.err


def test_work_changes_hands_with_its_clocks_when_a_nurse_is_away_and_when_she_leaves(
    careway: Careway, journey: str
) -> None:
    """Given an alarm of nurse-ada, when she is away, then nurse-ben has it on her behalf, due when
    it was; when she leaves, nurse-cy has it as his own."""
    for role, person in (("case-manager", "nurse-ada"), ("pharmacist", "pharm-fay")):
        assert careway("assign", journey, "--to", role, "--person", person).code == 0
    assert careway("record", journey, "--set", "glucose=48").code == 0
    alarm = tasks(careway, journey)["case-manager severe-low"]
    assert (alarm["person"], alarm["behalf"]) == ("nurse-ada", "")
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat(timespec="seconds")
    away = ("absent", "nurse-ada", "--until", until, "--cover", "nurse-ben", "--journey", journey)
    assert careway(*away).out == "Told 1 of 1 journeys.\n"
    held = tasks(careway, journey, "--person", "nurse-ben")
    assert sorted(held) == ["case-manager make-plan", "case-manager severe-low"]
    now = held["case-manager severe-low"]
    assert (now["person"], now["behalf"], now["due"]) == ("nurse-ben", "nurse-ada", alarm["due"])
    assert not tasks(careway, journey, "--person", "nurse-ada")
    shown = careway("team", journey, "--json").json["team"]
    assert {(one["role"], one["person"], one["holder"]) for one in shown} == {
        ("case-manager", "nurse-ada", "nurse-ben"),
        ("pharmacist", "pharm-fay", "pharm-fay"),
    }
    assert careway("leaves", "nurse-ada", "--to", "nurse-cy", "--journey", journey).code == 0
    gone = tasks(careway, journey, "--person", "nurse-cy")["case-manager severe-low"]
    assert (gone["person"], gone["behalf"], gone["due"]) == ("nurse-cy", "", alarm["due"])
    nobody = careway("leaves", "nurse-zoe", "--to", "nurse-cy")
    assert (nobody.code, nobody.err) == (
        1,
        "nurse-zoe has no work in any journey that is running.\n",
    )


ROTA = """language: 1
rota: riverside
zone: America/New_York
hours:
  - {{person: nurse-ada, days: [{day}], opens: "08:00", closes: "17:00"}}
on-call:
  - person: nurse-night
    roles: [case-manager]
    days: [mon, tue, wed, thu, fri, sat, sun]
    opens: "00:00"
    closes: "24:00"
"""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_what_is_urgent_goes_to_who_is_on_call_when_the_owner_is_not_at_work(
    careway: Careway, journey: str, definitions: Path, tmp_path: Path
) -> None:
    """Given an alarm of nurse-ada, who works on another day of the week, when the journey is told
    the rota, then nurse-night has the alarm on her behalf, and her other work waits for her; when
    the hours are forgotten, it is hers again."""
    away = DAYS[(datetime.now(UTC).weekday() + 3) % 7]
    folder = shutil.copytree(definitions, tmp_path / "definitions")
    (folder / "rota.yaml").write_text(ROTA.format(day=away), encoding="utf-8")
    here = ("--definitions", folder)
    assert careway("assign", journey, "--to", "case-manager", "--person", "nurse-ada").code == 0
    assert careway("record", journey, "--set", "glucose=48").code == 0
    before = tasks(careway, journey)
    shown = careway("hours", *here, "--json").json
    assert [(one["person"], one["now"]) for one in shown] == [
        ("nurse-ada", False),
        ("nurse-night", True),
    ]
    assert "nurse-night" in careway("hours", *here).out
    told = careway("hours", *here, "--tell", "--journey", journey)
    assert told.out == "Told 1 of 1 journeys.\n", told.err
    after = tasks(careway, journey)
    alarm, plan = "case-manager severe-low", "case-manager make-plan"
    assert (after[alarm]["person"], after[alarm]["behalf"]) == ("nurse-night", "nurse-ada")
    assert after[alarm]["due"] == before[alarm]["due"]
    assert (after[plan]["person"], after[plan]["behalf"]) == ("nurse-ada", "")
    (mine,) = (o for o in careway("team", journey, "--json").json["team"] if o["urgent"])
    assert (mine["holder"], mine["urgent"]) == ("nurse-ada", "nurse-night")
    assert careway("hours", "--tell", "--forget", "--journey", journey).code == 0
    assert tasks(careway, journey)[alarm]["person"] == "nurse-ada"


def test_hours_without_a_rota_or_with_a_wrong_one_say_what_to_do(
    careway: Careway, definitions: Path, tmp_path: Path
) -> None:
    assert "There is no rota.yaml" in careway("hours").err
    assert careway("hours").code == 2
    folder = shutil.copytree(definitions, tmp_path / "definitions")
    (folder / "rota.yaml").write_text(
        ROTA.format(day="monday").replace("America/New_York", "America/New_Yorck"), encoding="utf-8"
    )
    wrong = careway("hours", "--definitions", folder)
    assert wrong.code == 1
    assert "bad-day" in wrong.err
    checked = careway("check", folder / "rota.yaml")
    assert checked.code == 1
    assert "rota.yaml:5:" in checked.out
