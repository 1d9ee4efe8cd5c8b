"""Uncertain referrals at the real Careway: they wait, are confirmed or rejected (X7, S7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.commands.conftest import Careway

Bundle = Callable[..., Path]


@pytest.fixture
def like(tmp_path: Path) -> Callable[[Path], Path]:
    """``like(bundle)`` writes what the health plan might tell of the same patient: another number,
    another spelling, the same birth date and e-mail."""

    def write(known: Path) -> Path:
        content = json.loads(known.read_text())
        patient = content["entry"][0]["resource"]
        patient["identifier"] = [{"system": "urn:plan", "value": uuid4().hex}]
        patient["name"] = [{"text": "Adda " + patient["name"][0]["family"]}]
        path = tmp_path / f"{uuid4().hex}.json"
        path.write_text(json.dumps(content))
        return path

    return write


def enroll(careway: Careway, path: Path, *more: str) -> Any:
    done = careway("enroll", "--patient", path, "--pathway", "small-course", "--json", *more)
    assert done.code == 0, done.err
    return done.json


def kinds(careway: Careway, journey: str) -> list[str]:
    shown = careway("show", journey, "--json")
    return [entry["kind"] for entry in shown.json["timeline"]]


def journeys(careway: Careway) -> set[str]:
    return {one["id"] for one in careway("list", "--json").json}


def question_of(careway: Careway, match: str, *more: str) -> dict[str, Any]:
    found = [one for one in careway("matches", "--json", *more).json if one["match"] == match]
    assert len(found) == 1
    return dict(found[0])


def test_an_uncertain_referral_waits_and_begins_no_journey(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path]
) -> None:
    """Given a patient, when a plan refers somebody like her, then it waits with a due time."""
    known = bundle()
    journey = enroll(careway, known)["journey"]
    before = journeys(careway)
    answer = enroll(careway, like(known), "--referrer", "the health plan")
    assert (answer["journey"], answer["enrolled"]) == ("", [])
    (match,) = answer["waiting"]
    assert journeys(careway) == before
    question = question_of(careway, match)
    assert (question["journey"], question["status"]) == (journey, "open")
    assert question["likeness"] == "same birth date, e-mail and sex, similar name"
    assert question["due"] > question["asked"]
    (referral,) = question["referrals"]
    assert (referral["pathways"], referral["referrer"]) == (["small-course"], "the health plan")
    task = f"{journey}/{question['task']}"
    assert task in [one["id"] for one in careway("tasks", "--json").json]
    assert careway("complete", task).err.startswith("Refused (must-be-matched)")
    assert match in careway("matches").out


def test_a_person_sees_both_sides(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path]
) -> None:
    known = bundle()
    enroll(careway, known)
    (match,) = enroll(careway, like(known))["waiting"]
    rows = {one["trait"]: one for one in careway("matches", "show", match, "--json").json}
    assert (rows["given"]["known"], rows["given"]["told"]) == ("ada", "adda")
    assert rows["born"]["known"] == rows["born"]["told"] == "1961-04-02"
    assert "adda" in careway("matches", "show", match).out


def test_confirmed_it_is_one_case_and_both_referrers_are_answered(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path]
) -> None:
    known = bundle()
    journey = enroll(careway, known, "--referred", "2026-01-05")["journey"]
    plan = like(known)
    (match,) = enroll(careway, plan, "--referrer", "the plan", "--referred", "2026-01-08")[
        "waiting"
    ]
    before = journeys(careway)
    done = careway("matches", "confirm", match, "--reason", "she says so", "--json")
    assert done.code == 0, done.err
    (result,) = done.json["results"]
    assert (result["journey"], result["enrolled"][0]["code"]) == (journey, "already-enrolled")
    assert journeys(careway) == before
    assert {"match-confirmed", "referral-linked"} <= set(kinds(careway, journey))
    task = next(
        one
        for one in careway("tasks", "--journey", journey, "--json").json
        if one["kind"] == "answer-referrer"
    )
    assert [reason.split(":")[0] for reason in task["reasons"]] == [
        "the referral of 2026-01-05",
        "the referral of 2026-01-08",
    ]
    decided = question_of(careway, match, "--all")
    assert (decided["status"], decided["person"], decided["reason"]) == (
        "same",
        "n1",
        "she says so",
    )
    assert decided["referrals"] == []
    # From now on the plan's number is hers.
    assert enroll(careway, plan)["journey"] == journey
    again = careway("matches", "confirm", match, "--json")
    assert (again.code, again.json["results"]) == (0, []), "said twice, it is done once"


def test_rejected_she_is_enrolled_with_her_own_date_and_never_asked_about_again(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path]
) -> None:
    known = bundle()
    journey = enroll(careway, known)["journey"]
    twin = like(known)
    (match,) = enroll(careway, twin, "--referred", "2026-01-08")["waiting"]
    done = careway("matches", "reject", match, "--reason", "her sister", "--json")
    assert done.code == 0, done.err
    (result,) = done.json["results"]
    other = result["journey"]
    assert other not in ("", journey)
    assert result["enrolled"][0]["code"] == "enrolled"
    assert "match-rejected" in kinds(careway, journey)
    assert "referral-linked" not in kinds(careway, journey)
    again = enroll(careway, twin)
    assert (again["journey"], again["waiting"]) == (other, [])
    assert again["enrolled"][0]["code"] == "already-enrolled"
    assert enroll(careway, known)["journey"] == journey
    late = careway("matches", "confirm", match)
    assert late.code == 1
    assert "decided before: another person" in late.err


def test_a_closed_case_is_asked_as_well(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path]
) -> None:
    """X7: open or closed. The closed journey is taken up for the question alone."""
    known = bundle()
    journey = enroll(careway, known)["journey"]
    how = ("--pathway", "small-course", "--disposition", "moved")
    assert careway("close", journey, *how).code == 0
    (match,) = enroll(careway, like(known))["waiting"]
    assert question_of(careway, match)["due"] > 0
    done = careway("matches", "confirm", match, "--json")
    assert done.json["results"][0]["enrolled"][0]["code"] == "referral-linked"


def test_the_queue_tells_what_it_does_not_know(careway: Careway) -> None:
    missing = careway("matches", "confirm", "m-none")
    assert (missing.code, missing.err.split(".")[0]) == (1, 'There is no question "m-none"')
    assert careway("matches", "confirm").code == 2
    assert careway("matches", "list", "m-none").code == 2


def test_a_number_of_somebody_else_is_refused_once_told_apart(
    careway: Careway, bundle: Bundle, tmp_path: Path
) -> None:
    """The medical record number was typed wrong: never merged, and not enrolled under it."""
    known = bundle()
    enroll(careway, known)
    content = json.loads(known.read_text())
    patient = content["entry"][0]["resource"]
    patient |= {"name": [{"text": "Peter Olsen"}], "birthDate": "1950-12-30"}
    del patient["telecom"]
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(content))
    (match,) = enroll(careway, wrong)["waiting"]
    done = careway("matches", "reject", match)
    assert done.code == 1
    assert "identifier-in-use" in done.err
    refused = careway("enroll", "--patient", wrong, "--pathway", "small-course")
    assert refused.code == 1
    assert "Correct the identifier" in refused.err


def two_cases(careway: Careway, bundle: Bundle, like: Callable[[Path], Path]) -> tuple[str, str]:
    """One person with two journeys: the referral of the plan was once taken for somebody else's."""
    known = bundle()
    first = enroll(careway, known)["journey"]
    told = like(known)
    (match,) = enroll(careway, told)["waiting"]
    done = careway("matches", "reject", match, "--reason", "her cousin", "--json")
    (result,) = done.json["results"]
    return first, result["journey"]


def test_two_patients_who_are_one_are_joined_by_a_person_with_a_reason(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path]
) -> None:
    """X7: one journey goes on, with a task for what was open in the other, which is closed; the
    earliest referral sets the clocks, and who said so is on record."""
    first, second = two_cases(careway, bundle, like)
    assert careway("matches", "join", first, second).code == 2
    reason = "same insurance card, seen today"
    joined = careway("matches", "join", first, second, "--reason", reason, "--as", "n7", "--json")
    assert joined.code == 0, joined.err
    assert (joined.json["journey"], joined.json["other"]) == (first, second)
    assert [one["code"] for one in joined.json["enrolled"]] == ["already-enrolled"]
    assert "cases-joined" in kinds(careway, first)
    assert kinds(careway, second)[-2:] == ["discharged", "journey-closed"]
    tasks = careway("tasks", "--journey", first, "--json").json
    (through,) = [task for task in tasks if task["kind"] == "joined"]
    assert any(reason.startswith("open there: ") for reason in through["reasons"])
    row = question_of(careway, joined.json["match"], "--all")
    assert (row["status"], row["person"], row["reason"]) == ("joined", "n7", reason)
    again = careway("matches", "join", first, second, "--reason", reason, "--json")
    assert again.json["match"] == joined.json["match"]
    assert len(careway("tasks", "--journey", first, "--json").json) == len(tasks)


def test_who_was_joined_is_found_by_either_number(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path], tmp_path: Path
) -> None:
    known = bundle()
    first = enroll(careway, known)["journey"]
    told = like(known)
    (match,) = enroll(careway, told)["waiting"]
    rejected = careway("matches", "reject", match, "--reason", "her cousin", "--json")
    second = rejected.json["results"][0]["journey"]
    done = careway("matches", "join", first, second, "--reason", "it was her after all", "--json")
    assert done.code == 0, done.err
    assert enroll(careway, told)["journey"] == first
    assert enroll(careway, known)["journey"] == first
    refused = careway("matches", "join", second, first, "--reason", "the other way round")
    assert (refused.code, f"was joined with {first} before" in refused.err) == (1, True)


def test_what_was_joined_wrongly_is_parted_and_both_go_on(
    careway: Careway, bundle: Bundle, like: Callable[[Path], Path]
) -> None:
    first, second = two_cases(careway, bundle, like)
    joined = careway("matches", "join", first, second, "--reason", "same card", "--json")
    match = joined.json["match"]
    parted = careway("matches", "part", match, "--reason", "her cousin after all", "--json")
    assert parted.code == 0, parted.err
    assert [one["code"] for one in parted.json["enrolled"]] == ["case-reopened"]
    assert "case-reopened" in kinds(careway, second)
    assert "cases-parted" in kinds(careway, first)
    running = {one["id"] for one in careway("list", "--json").json if one["status"] == "active"}
    assert {first, second} <= running
    rows = {one["match"]: one["status"] for one in careway("matches", "--all", "--json").json}
    assert rows[match] == "parted"


def test_two_who_are_not_alike_are_joined_only_by_who_says_so_twice(
    careway: Careway, bundle: Bundle, tmp_path: Path
) -> None:
    """Given a slip in the id of a journey, then nobody becomes somebody else."""
    known = bundle()
    first = enroll(careway, known)["journey"]
    content = json.loads(known.read_text())
    patient = content["entry"][0]["resource"]
    patient["identifier"] = [{"system": "urn:plan", "value": uuid4().hex}]
    patient |= {"name": [{"text": f"Zoe {uuid4().hex}"}], "birthDate": "1931-07-09"}
    for trait in ("telecom", "address"):
        patient.pop(trait, None)
    path = tmp_path / "zoe.json"
    path.write_text(json.dumps(content))
    second = enroll(careway, path)["journey"]
    slip = careway("matches", "join", first, second, "--reason", "one card")
    assert (slip.code, "not alike" in slip.err, "--although-unlike" in slip.err) == (1, True, True)
    assert "cases-joined" not in kinds(careway, first)
    sure = careway("matches", "join", first, second, "--reason", "adopted", "--although-unlike")
    assert (sure.code, "careway matches part c-" in sure.out) == (0, True)
