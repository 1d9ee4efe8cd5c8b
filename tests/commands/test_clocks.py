"""``careway clocks``, ``minutes``, ``caseload`` and ``tasks`` over a record, without a server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.records import people
from activities.records.database import open_records, upgrade
from activities.records.pathway_store import store_pathway
from activities.records.writing import write_batch
from pathways.canonical import pin
from pathways.journey.effects import AppointmentRow, EnrollmentRow, Entry, RecordBatch, TaskRow
from tests.definitions import shipped
from worker.commands import run

DAY = 86_400
TOC = "transition-of-care"
Careway = Callable[..., tuple[int, Any, str]]


def row(name: str, **changes: Any) -> TaskRow:
    now = int(time.time())
    given: dict[str, Any] = {
        "task": name,
        "pathway": TOC,
        "step": "first-contact",
        "occurrence": 1,
        "kind": "task",
        "title": "First contact and consent",
        "owner": "case-manager",
        "person": "n1",
        "opened": now - DAY,
        "due": now + DAY,
        "status": "open",
        "collect": ("contact",),
    }
    return TaskRow(**given | changes)


@pytest.fixture
def careway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Careway:
    """Two patients: j-a came home 15 days ago and nothing was done; j-b is low and quiet."""
    address = f"sqlite:///{tmp_path / 'records.sqlite'}"
    monkeypatch.setenv("CAREWAY_DATABASE", address)
    monkeypatch.delenv("CAREWAY_DEFINITIONS", raising=False)
    engine = open_records(address)
    upgrade(engine)
    now = int(time.time())
    pinned = pin(shipped.pathway(TOC))
    store_pathway(engine, pinned)
    for journey, language in (("j-a", "es"), ("j-b", "en")):
        people.register_person(
            engine, people.PersonDetails(journey, "patient", "A", language=language)
        )
    people.register_person(engine, people.PersonDetails("j-b", "caregiver", "B"))
    # On the wall: 14 local days, also when the clocks changed meanwhile.
    home_at = int((datetime.now(ZoneInfo("America/New_York")) - timedelta(days=14)).timestamp())
    home: dict[str, str | int | float | bool] = {
        "event": "discharged",
        "at": home_at,
        "verified": True,
        "details": "to: home",
    }
    spent: dict[str, str | int | float | bool] = {
        "id": "m4",
        "program": "ccm",
        "minutes": 12,
        "on": "2026-11-03",
    }
    write_batch(
        engine,
        RecordBatch(
            "j-a",
            1,
            now - 14 * DAY,
            "active",
            entries=(
                Entry(now - 14 * DAY, "enrolled", TOC),
                Entry(now - 14 * DAY, "reported", params=dict(home)),
                Entry(now - 13 * DAY, "minutes-spent", actor="case-manager", params=dict(spent)),
            ),
            tasks=(
                row("t1", urgency="RT-1BD", due=now - 3600, flags=("safety-critical",)),
                row("t2", urgency="RT-SD", step="x", kind="review", collect=()),
                row("t3", step="reconcile-high", kind="reconcile", owner="pharmacist", collect=()),
            ),
            appointments=(AppointmentRow("a1", TOC, "home-visit-3", "home-visit", "booked", now),),
            enrollments=(EnrollmentRow(TOC, "1", pinned.digest, "s", "active", now - 14 * DAY),),
            tier="high",
            flags=("caregiver-crisis",),
        ),
    )
    write_batch(
        engine,
        RecordBatch(
            "j-b",
            1,
            now - 40 * DAY,
            "active",
            entries=(Entry(now - 40 * DAY, "enrolled", TOC),),
            tasks=(row("t1", urgency="RT-SD", collect=(), step="x"),),
            enrollments=(EnrollmentRow(TOC, "1", pinned.digest, "s", "active", now - 40 * DAY),),
            tier="low",
            flags=("open-denial",),
        ),
    )
    engine.dispose()

    def call(*arguments: str) -> tuple[int, Any, str]:
        code = run(arguments)
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in arguments and code == 0 else out, err

    return call


def test_the_worklist_is_in_the_order_of_its_scores(careway: Careway) -> None:
    """Given a same-day task and one that meets a clock of today, then the parts add up, the
    order is theirs, and the text says why."""
    code, found, _ = careway("tasks", "--json")
    assert code == 0
    order = [(one["id"], one["priority"]["score"]) for one in found]
    assert order == sorted(order, key=lambda pair: -pair[1])
    assert {one["id"]: one["clock"] for one in found} == {
        "j-a/t1": "",  # the contact clock was missed before this task was opened
        "j-a/t2": "",
        "j-a/t3": "tcm.reconciliation",  # day 14 is its last
        "j-b/t1": "",
    }
    first = {one["id"]: one for one in found}
    assert first["j-a/t3"]["priority"]["base"] == 550
    assert first["j-a/t1"]["flags"] == ["safety-critical", "caregiver-crisis"]
    assert first["j-a/t1"]["priority"]["risk"] == 40 + 30 + 30
    assert (first["j-b/t1"]["tier"], first["j-b/t1"]["priority"]["risk"]) == ("low", 0)
    code, text, _ = careway("tasks")
    assert "high risk" in text
    assert "deadline today" in text


def test_clocks_are_listed_by_slack_with_totals(careway: Careway) -> None:
    code, found, _ = careway("clocks", "j-a", "--json")
    assert code == 0
    slack = [one["slack"] for one in found["clocks"] if one["status"] == "open"]
    assert slack == sorted(slack)
    assert found["totals"]["tcm"] == {"open": 2, "grace": 0, "met": 0, "missed": 2, "excluded": 0}
    assert {one["program"] for one in found["periods"]} == {"tcm"}
    assert {one["journey"] for one in found["clocks"]} == {"j-a"}


def test_only_what_is_due_within_a_span_or_of_one_program(careway: Careway) -> None:
    _, soon, _ = careway("clocks", "--due-within", "1 day", "--json")
    assert {one["id"] for one in soon["clocks"]} == {"tcm.visit-14", "tcm.reconciliation"}
    _, mine, _ = careway("clocks", "--program", "transitions", "--json")
    assert {one["program"] for one in mine["clocks"]} == {"transitions"}
    assert list(mine["totals"]) == ["transitions"]
    code, text, _ = careway("clocks", "j-a")
    assert code == 0
    assert "Service periods" in text
    assert "tcm.contact" in text
    assert "missed" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("clocks", "--program", "tmc"), 'Did you mean "tcm"?'),
        (("clocks", "--due-within", "soon"), "is not a span of time"),
        (("minutes", "j-a", "--on", "2026-11-03"), "--spent 12"),
        (("minutes", "j-a", "--spent", "5"), "Say which program"),
        (("minutes", "j-a", "--spent", "5", "--for", "ccn"), 'Did you mean "ccm"?'),
        (("minutes", "j-a", "--spent", "5", "--for", "ccm", "--on", "soon"), "not a date"),
        (("minutes", "j-a", "--spent", "5", "--for", "ccm", "--from", "25:00"), "time of day"),
        (("caseload", "--fte", "n1=lots"), "--fte n1=0.5"),
    ],
)
def test_what_cannot_be_meant_is_said_with_a_remedy(
    careway: Careway, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = careway(*arguments)
    assert code == 2
    assert said in " ".join(err.split())


def test_minutes_show_what_they_reach_and_what_is_missing(careway: Careway) -> None:
    code, found, _ = careway("minutes", "j-a", "--json")
    assert code == 0
    (month,) = found["months"]
    assert (month["month"], month["minutes"], month["missing"]) == ("2026-11", 12, 8)
    assert [one["id"] for one in found["entries"]] == ["m4"]
    _, text, _ = careway("minutes", "j-a")
    assert "8 to 99490" in text


def test_the_caseload_weighs_patients(careway: Careway) -> None:
    """Given j-a (high 2.5, transition 1.5, crisis 2, home visits 1, interpreter 0.5, no
    caregiver 0.5) and j-b (low 0.5, a denial 0.5), then their nurse carries 9."""
    code, found, _ = careway("caseload", "--json")
    assert code == 0
    assert {one["journey"]: one["points"] for one in found["patients"]} == {"j-a": 8.0, "j-b": 1.0}
    assert found["loads"] == [
        {"worker": "n1", "patients": 2, "points": 9.0, "share": 9, "status": "ok"}
    ]
    _, halved, _ = careway("caseload", "--fte", "n1=0.1", "--json")
    assert (halved["loads"][0]["share"], halved["loads"][0]["status"]) == (90, "warn")
    _, text, _ = careway("caseload", "--patients")
    assert "interpreter 0.5" in text


def test_a_broken_program_keeps_nobody_from_the_worklist(
    careway: Careway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "definitions"
    (folder / "programs").mkdir(parents=True)
    (folder / "programs" / "tcm.yaml").write_text("language: 1\nprogram: tcm\n")
    monkeypatch.setenv("CAREWAY_DEFINITIONS", str(folder))
    code, text, err = careway("tasks")
    assert code == 0
    assert "j-a/t1" in text
    assert "careway check says what is wrong" in " ".join(err.split())
    code, _, err = careway("clocks")
    assert code == 1
    assert "missing-field" in err
