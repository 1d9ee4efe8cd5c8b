"""Broken bundles and commands: each is answered in a sentence, and nothing is changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Careway

BAD_BUNDLES = Path(__file__).parents[1] / "intake" / "bad"
BUNDLES = {
    "future-birth-date": "The birth date 2093-02-03 is in the future.",
    "malformed": "The file is not well-formed JSON",
    "missing-birth-date": "The patient has no birth date",
    "no-patient": "The bundle has no Patient.",
    "two-patients": "The bundle has 2 Patients",
    "wrong-resource-type": "not a FHIR Bundle",
}
J = "JOURNEY"
"""Stands for a journey that runs, with its first task open."""
USAGE = {
    "no command of that name": (("enrol",), "Unknown command"),
    "no such option": (("list", "--jsn"), "Unknown option"),
    "where its options are listed": (("list", "--jsn"), "See careway list --help."),
    "where the commands are listed": (("enrol",), "See careway --help."),
    "a missing option": (("enroll", "--pathway", "small-course"), "--patient requires"),
    "a missing reason": (("vary", f"{J}/t1"), "--reason requires"),
    "no such outcome of an appointment": (("attend", f"{J}/a1", "--outcome", "late"), "--outcome"),
    "a value without a name": (("record", J, "--set", "7.2"), "is not NAME=VALUE"),
    "an answer that is no number": (
        ("complete", f"{J}/t1", "--answer", "phq-2.item-1=often"),
        "is not an answer",
    ),
    "a time that is none": (("event", J, "fall", "--at", "yesterday"), "is not a time"),
    "an observation at no time": (
        ("record", J, "--set", "hba1c=7.2", "--at", "last week"),
        "is not a time",
    ),
    "nobody named for a role": (("assign", J, "--to", "dietitian"), "--person"),
}
SENTENCES = {
    "a journey that is not there": (("show", "j-nope"), "No journey on record begins with"),
    "a task that is not named": (("complete", "t1"), "Give JOURNEY/t12"),
    "a bundle that is not there": (
        ("enroll", "--patient", "nowhere.json", "--pathway", "small-course"),
        "nowhere.json cannot be read: No such file or directory.",
    ),
    "a pathway that is not there": (
        ("enroll", "--patient", "PATIENT", "--pathway", "small-curse"),
        'Did you mean "small-course"?',
    ),
    "a folder of definitions that is not there": (
        ("check", "--definitions", "nowhere"),
        "There is no folder of definitions at nowhere",
    ),
    "a time zone that is none": (
        ("event", J, "moved", "--zone", "America/Chicgo"),
        'Did you mean "America/Chicago"?',
    ),
    "a file that is not there": (("check", "nowhere.yaml"), "nowhere.yaml cannot be read"),
    "records of another kind": (
        ("list", "--database", "mysql://u:secret@db/x"),
        "Use sqlite:///FILE or postgresql://",
    ),
    "a reason as long as a book": (
        ("vary", f"{J}/t1", "--reason", "x" * 10_001),
        "is longer than 10000 characters",
    ),
}
REFUSALS = {
    "a value that cannot be": (("record", J, "--set", "hba1c=81"), "implausible"),
    "a value in another unit": (("record", J, "--set", "hba1c=65 mmol/mol"), "wrong-unit"),
    "a value that no pathway knows": (("record", J, "--set", "shoe-size=42"), "unknown-value"),
    "a value of tomorrow": (
        ("record", J, "--set", "hba1c=7.2", "--at", "2099-01-01"),
        "in-the-future",
    ),
    "text for a number": (("record", J, "--set", "hba1c=high"), "wrong-type"),
    "none of the options": (("record", J, "--set", "foot-risk=huge"), "unknown-option"),
    "a task without its values": (("complete", f"{J}/TASK"), "values-missing"),
    "somebody else's task": (("complete", f"{J}/TASK", "--role", "dietitian"), "not-yours"),
    "a task that never was": (("complete", f"{J}/t999"), "no-such-task"),
    "an appointment that never was": (
        ("attend", f"{J}/a999", "--outcome", "missed"),
        "no-such-appointment",
    ),
    "the end of a hold that is none": (("resume", J), "not-held"),
    "leaving where one never was": (
        ("withdraw", J, "--pathway", "other", "--reason", "x"),
        "not-enrolled",
    ),
    "a death by disposition": (
        ("close", J, "--pathway", "small-course", "--disposition", "deceased"),
        "wrong-command",
    ),
}


@pytest.fixture
def journey(enrolled: Callable[[], str]) -> str:
    return enrolled()


@pytest.fixture
def filled(journey: str, careway: Careway, bundle: Callable[..., Path]) -> Callable[..., list[str]]:
    """Arguments with their placeholders filled in."""
    task = careway("tasks", "--journey", journey, "--json").json[0]["task"]
    patient = str(bundle())

    def fill(arguments: tuple[str, ...]) -> list[str]:
        return [
            one.replace(J, journey).replace("TASK", task).replace("PATIENT", patient)
            for one in arguments
        ]

    return fill


@pytest.mark.parametrize("name", BUNDLES)
def test_a_broken_bundle_is_refused_with_place_and_remedy(
    name: str, careway: Careway, records: Callable[[], list[str]], tmp_path: Path
):
    file = shutil.copy(BAD_BUNDLES / f"{name}.json", tmp_path)
    before = records()
    done = careway("enroll", "--patient", file, "--pathway", "small-course")
    assert done.code == 1
    assert f"{file} cannot be taken in: nothing was enrolled." in done.err
    assert f"{name}.json:" in done.err
    assert BUNDLES[name] in done.err
    assert records() == before
    found = careway("enroll", "--patient", file, "--pathway", "small-course", "--json").json
    assert found["enrolled"] == []
    assert found["findings"][0]["severity"] == "error"


@pytest.mark.parametrize("what", USAGE)
def test_wrong_usage_is_said_and_ends_with_2(what: str, careway: Careway, filled, records):
    arguments, words = USAGE[what]
    given = filled(arguments)
    before = records()
    done = careway(*given)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert records() == before


@pytest.mark.parametrize("what", SENTENCES)
def test_what_cannot_be_done_is_said_and_ends_with_1(what: str, careway: Careway, filled, records):
    arguments, words = SENTENCES[what]
    given = filled(arguments)
    before = records()
    done = careway(*given)
    assert (done.code, done.out) == (1, "")
    assert words in done.err
    assert "secret" not in done.err
    assert records() == before


@pytest.mark.parametrize("what", REFUSALS)
def test_a_refusal_is_recorded_and_changes_nothing_else(
    what: str, careway: Careway, filled, journey
):
    arguments, code = REFUSALS[what]
    given = filled(arguments)
    before = careway("show", journey, "--json", "--last", "0").json
    done = careway(*given, "--json")
    assert done.code == 1
    assert (done.json["status"], done.json["code"]) == ("refused", code)
    after = careway("show", journey, "--json", "--last", "0").json
    assert after["timeline"][-1]["kind"] == "refused"
    assert after["timeline"][-1]["params"]["code"] == code
    assert after["timeline"][:-1] == before["timeline"]
    assert after | {"timeline": []} == before | {"timeline": []}
    assert f"Refused ({code}): " in careway(*given).err


@pytest.mark.parametrize(
    ("patient", "code"),
    [
        ({"code": "I10"}, "not-eligible"),
        ({"dead": True}, "deceased"),
        ({"born": "2015-01-01"}, "not-eligible"),
    ],
)
def test_a_refused_enrollment_leaves_only_the_refusal_on_record(
    patient: dict, code: str, careway: Careway, bundle, records
):
    """Neither the patient's address nor a task, an enrollment or a pathway is kept."""
    before = records()
    done = careway("enroll", "--patient", bundle(**patient), "--pathway", "small-course", "--json")
    assert done.code == 1
    assert done.json["enrolled"][0]["code"] == code
    added = [line for line in records() if line not in before]
    tables = {line.split('"')[1] for line in added if line.startswith("INSERT")}
    assert tables == {"journeys", "batches", "timeline"}
    shown = careway("show", done.json["journey"], "--json").json
    assert [one["kind"] for one in shown["timeline"]] == ["refused"]


def test_without_a_server_commands_say_so(careway: Careway, enrolled, bundle, monkeypatch):
    journey = enrolled()
    monkeypatch.setenv("CAREWAY_ADDRESS", "127.0.0.1:1")
    for arguments in (
        ("hold", journey, "--reason", "x"),
        ("enroll", "--patient", bundle(), "--pathway", "small-course"),
    ):
        done = careway(*arguments)
        assert done.code == 1
        assert "Temporal does not answer at 127.0.0.1:1" in done.err


def test_without_a_worker_nothing_is_begun(
    careway: Careway, bundle, records, monkeypatch, tmp_path
):
    """Given a task queue that nobody serves, then an enrollment is not even sent."""
    monkeypatch.setenv("CAREWAY_TASK_QUEUE", "nobody-here")
    before = records()
    done = careway("enroll", "--patient", bundle(), "--pathway", "small-course")
    assert done.code == 1
    assert 'No worker is running for "nobody-here"' in done.err
    assert records() == before


def test_without_records_commands_say_how_to_make_them(nowhere: None, command: Careway):
    for arguments in (("list",), ("tasks",), ("show", "j-1")):
        done = command(*arguments)
        assert done.code == 1
        assert "There are no records at" in done.err
        assert "careway up makes them" in done.err


def test_what_users_wrote_is_never_taken_for_markup_or_terminal_codes(careway: Careway, enrolled):
    journey = enrolled()
    assert careway("hold", journey, "--reason", "[red]\x1b[31m :smile:").code == 0
    shown = careway("show", journey).out
    assert "[red]\N{REPLACEMENT CHARACTER}[31m :smile:" in shown
    assert "\x1b" not in shown


def test_a_bad_setting_is_named(nowhere: None, command: Careway, monkeypatch):
    monkeypatch.setenv("CAREWAY_SMTP_PORT", "mail")
    done = command("list")
    assert done.code == 1
    assert 'CAREWAY_SMTP_PORT is "mail", but must be a whole number.' in done.err


def test_findings_about_a_bundle_are_data_for_programs(careway: Careway, tmp_path: Path):
    file = tmp_path / "list.json"
    file.write_text(json.dumps([1, 2]))
    done = careway("enroll", "--patient", file, "--pathway", "small-course", "--json")
    assert done.code == 1
    assert done.json["findings"][0]["code"] == "not-a-bundle"
