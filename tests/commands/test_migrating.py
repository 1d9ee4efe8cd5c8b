"""``careway migrate``: what would happen, what happened, and the way back, on a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import HERE, Careway
from worker.deployments import build_id

NEW = HERE / "definitions" / "versions" / "small-course.yaml"
"""Version 2: the assessment has 10 days instead of 7, ``leaflet`` is ``handout``, there is a
step more (``medicines``) and a rule more, which applies to all."""
NAMES = """
language: 1
migration: small-course
from: "1"
to: "2"
because: The handout has replaced the leaflet.
steps: {leaflet: handout}
"""


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.yaml"
    path.write_text(NAMES)
    return path


def patient(found: Any, journey: str) -> dict[str, Any]:
    (one,) = [p for p in found["patients"] if p["journey"] == journey]
    return dict(one)


def enrollment(careway: Careway, journey: str) -> dict[str, Any]:
    (found,) = [j for j in careway("list", "--json").json if j["id"] == journey]
    return dict(found["enrollments"][0])


def due(plan: dict[str, Any]) -> dict[str, Any]:
    (task,) = plan["tasks"]
    return dict(task)


def test_a_dry_run_says_what_then_happens(
    careway: Careway, enrolled: Callable[[], str], names: Path
) -> None:
    """Given a patient on version 1, when moving is only tried, then nothing changes; when it is
    done, then what was said happens: the open task has three days more, the new step starts, and
    the record says who moved whom and why."""
    journey = enrolled()
    arguments = ("migrate", NEW, "--journey", journey, "--names", names)
    dry = careway(*arguments, "--dry-run", "--json")
    assert dry.code == 0, dry.err
    foreseen = patient(dry.json, journey)
    assert (foreseen["version"], foreseen["to"], foreseen["status"]) == ("1", "2", "applied")
    task = due(foreseen["plan"])
    assert (task["how"], task["clock"]) == ("changed", "recompute")
    assert task["after"] - task["before"] == 3 * 86_400
    assert any("Look at the medicines" in line for line in foreseen["then"])
    assert dry.json["migration"] == ""
    assert enrollment(careway, journey)["version"] == "1"

    done = careway(*arguments, "--json")
    assert done.code == 0, done.err
    moved = patient(done.json, journey)
    assert moved["lines"] == foreseen["lines"]
    now = enrollment(careway, journey)
    assert (now["version"], now["digest"]) == ("2", done.json["digest"])
    tasks = {t["title"]: t for t in careway("tasks", "--journey", journey, "--json").json}
    assert tasks["First assessment"]["due"] == task["after"]
    assert "Look at the medicines" in tasks
    timeline = " ".join(careway("show", journey).out.split())
    assert "goes on as version 2, after version 1" in timeline
    assert "The handout has replaced the leaflet" in timeline


def test_moving_again_finds_nobody_and_going_back_restores(
    careway: Careway, enrolled: Callable[[], str], names: Path
) -> None:
    """Given a patient who was moved, when the migration is taken back, first dry, then they are
    on version 1 again with the due time of version 1, and can be moved anew."""
    journey = enrolled()
    before = careway("tasks", "--journey", journey, "--json").json[0]["due"]
    arguments = ("migrate", NEW, "--journey", journey, "--names", names, "--json")
    first = careway(*arguments).json
    assert careway(*arguments).json["patients"] == []
    back = ("migrate", "--back", first["migration"])
    dry = careway(*back, "--dry-run")
    assert dry.code == 0, dry.err
    assert "What would happen: moving to A small course, version 1" in dry.out
    assert enrollment(careway, journey)["version"] == "2"
    assert careway(*back, "--reason", "too early").code == 0
    assert enrollment(careway, journey)["version"] == "1"
    tasks = {t["title"]: t for t in careway("tasks", "--journey", journey, "--json").json}
    assert tasks["First assessment"]["due"] == before
    assert "Look at the medicines" not in tasks
    again = careway(*arguments)
    assert again.code == 0, again.err
    assert again.json["migration"] != first["migration"]
    assert enrollment(careway, journey)["version"] == "2"
    listed = careway("migrate", "--list").out
    assert f"takes back {first['migration']}" in listed


def test_who_cannot_go_back_is_told_why(
    careway: Careway, enrolled: Callable[[], str], names: Path
) -> None:
    """Given a patient who was moved and moved back, when the first migration is taken back once
    more, then nobody is to be moved; one that never was is named as such."""
    journey = enrolled()
    arguments = ("migrate", NEW, "--journey", journey, "--names", names, "--json")
    first = careway(*arguments).json["migration"]
    assert careway("migrate", "--back", first).code == 0
    refused = careway("migrate", "--back", first, "--json")
    assert refused.code == 1
    assert patient(refused.json, journey)["code"] in ("same-version", "not-the-last-migration")
    unknown = careway("migrate", "--back", "never")
    assert unknown.code == 1
    assert 'There is no migration "never"' in unknown.err


def test_clocks_are_chosen(careway: Careway, enrolled: Callable[[], str], names: Path) -> None:
    """``--due keep`` leaves every due time; ``--due-of`` chooses for one step."""
    journey = enrolled()
    base = ("migrate", NEW, "--journey", journey, "--names", names, "--dry-run", "--json")
    kept = due(patient(careway(*base, "--due", "keep").json, journey)["plan"])
    assert kept["before"] == kept["after"]
    chosen = careway(*base, "--due", "keep", "--due-of", "first-assessment=restart").json
    assert due(patient(chosen, journey)["plan"])["clock"] == "restart"
    wrong = careway(*base, "--due-of", "first-assessment=later")
    assert wrong.code == 2
    assert "--due-of takes STEP=keep" in wrong.err


def test_safety_rules_reach_who_stays(careway: Careway, enrolled: Callable[[], str]) -> None:
    """Given a newer version with a rule for all, when it is published, then a patient stays on
    version 1 with that rule besides, and nothing else of version 2."""
    journey = enrolled()
    arguments = ("migrate", NEW, "--safety", "--journey", journey)
    dry = careway(*arguments, "--dry-run")
    assert dry.code == 0, dry.err
    assert "Rule Call about a very high sugar: new." in dry.out
    assert careway(*arguments).code == 0
    now = enrollment(careway, journey)
    assert now["version"] == "1"
    assert careway("record", journey, "--set", "glucose=450").code == 0
    titles = [t["title"] for t in careway("tasks", "--journey", journey, "--json").json]
    assert sorted(titles) == ["Call about a very high sugar", "First assessment"]
    assert "Nobody is to be moved" in careway(*arguments).out


def test_the_builds_are_listed(careway: Careway) -> None:
    """``careway up`` makes its build current; a build belongs to a deployment."""
    listed = careway("worker", "--deployments")
    assert listed.code == 0, listed.err
    assert any(
        line.split() == ["careway", build_id(), "current"] for line in listed.out.splitlines()
    )
    assert careway("worker", "--build-id", "b").code == 2
    assert "holds no dot" in careway("worker", "--deployment", "a.b").err


def test_what_cannot_be_meant_is_said_so(
    careway: Careway, enrolled: Callable[[], str], tmp_path: Path
) -> None:
    """A migration says whom; a declaration's names are checked, with their place."""
    journey = enrolled()
    assert careway("migrate", NEW).code == 2
    assert careway("migrate", "--all").code == 2
    assert careway("migrate", NEW, "--all", "--from", "1").code == 2
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(NAMES.replace("{leaflet: handout}", "{leaflet: handot}"))
    refused = careway("migrate", NEW, "--journey", journey, "--names", wrong, "--dry-run")
    assert refused.code == 1
    assert "wrong.yaml:7:" in refused.err
    assert 'Version 2 has no step "handot".' in refused.err
    assert 'Did you mean "handout"?' in refused.err
