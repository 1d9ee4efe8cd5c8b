"""Minutes of care management, on the real server."""

from __future__ import annotations

from tests.commands.conftest import Careway


def test_minutes_are_put_on_record_once_and_put_right(careway: Careway, enrolled) -> None:
    """Given a patient, when minutes are entered, sent again, entered over others and corrected,
    then they count once, and the ledger and the journey say so."""
    journey = enrolled()
    mine = ("minutes", journey, "--for", "ccm", "--on", "2026-01-05")
    first = careway(*mine, "--spent", "12", "--from", "10:00", "--command-id", "m-1")
    assert (first.code, first.out.split(":")[0]) == (0, "12 minutes for ccm are on record")
    again = careway(*mine, "--spent", "12", "--from", "10:00", "--command-id", "m-1", "--json")
    assert again.json["status"] == "applied"
    over = careway(
        "minutes", journey, "--for", "pcm", "--on", "2026-01-05", "--spent", "5", "--from", "10:11"
    )
    assert over.code == 1
    assert "Refused (minutes-overlap): A minute counts once" in over.err

    ledger = careway("minutes", journey, "--json").json
    (entry,) = ledger["entries"]
    assert [(m["month"], m["minutes"], m["missing"]) for m in ledger["months"]] == [
        ("2026-01", 12, 8)
    ]
    put_right = careway(*mine, "--spent", "20", "--from", "10:00", "--correct", entry["id"])
    assert put_right.code == 0, put_right.err
    (month,) = careway("minutes", journey, "--json").json["months"]
    assert (month["minutes"], month["codes"]) == (20, ["99490"])
    said = [line["text"] for line in careway("show", journey, "--json").json["timeline"]]
    assert f"({entry['id']}), corrected from 12." in said[-1]


def test_the_clocks_and_the_load_of_an_enrolled_patient_are_there(
    careway: Careway, enrolled
) -> None:
    journey = enrolled()
    listed = careway("tasks", "--journey", journey, "--json").json
    assert {one["priority"]["base"] for one in listed} == {150}
    assert careway("clocks", journey).code == 0
    weights = careway("caseload", "--json").json["patients"]
    assert journey in {one["journey"] for one in weights}
