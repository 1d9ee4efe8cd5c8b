"""The program as a process: exit codes, help, and what it loads."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Careway
from worker.commands import app, application
from worker.errors import WorkerError

BAD = Path(__file__).parent / "bad"


def program(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    outside = {n: v for n, v in os.environ.items() if not n.startswith("CAREWAY_")}
    return subprocess.run(
        [sys.executable, "-m", "worker.commands", *map(str, arguments)],
        cwd=ROOT,
        env=outside | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_wrong_usage_ends_with_2():
    done = program("enrol")
    assert done.returncode == 2
    assert done.stderr.startswith('Unknown command "enrol".')
    assert "Traceback" not in done.stderr


def test_a_broken_definition_ends_with_1():
    done = program("check", BAD / "bad-span.yaml")
    assert done.returncode == 1
    assert "bad-span" in done.stdout
    assert done.stderr == ""


def test_a_process_that_ran_a_client_still_ends_with_its_own_code(place, tmp_path: Path):
    """The SDK may abort a process at its exit; the exit code must be the command's."""
    done = program("hold", "j-nope", "--reason", "x", **place)
    assert done.returncode == 1
    assert done.stderr.startswith('No journey on record begins with "j-nope".')
    assert program("list", **place).returncode == 0


def test_a_bug_is_a_sentence_and_its_traceback_is_only_for_who_asks(tmp_path: Path):
    """Given records that are no database, then people read one sentence."""
    file = tmp_path / "records.db"
    file.write_text("this is no database, " * 100)
    where = f"sqlite:///{file}"
    done = program("list", "--database", where)
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
    asked = program("migrate", "--database", where, "--data", tmp_path, CAREWAY_DEBUG="1")
    assert asked.returncode == 1
    assert "Traceback" in asked.stderr


def test_output_that_nobody_reads_to_the_end_is_no_error():
    """``careway check --help | head -1``: no traceback."""
    done = subprocess.run(
        f"{sys.executable} -m worker.commands check --help | head -1",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("Usage: careway check")


def test_help_loads_none_of_the_heavy_libraries():
    """``careway --help`` answers at once."""
    lists = "import sys; from worker.commands import run; run(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", lists], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    heavy = {"temporalio", "sqlalchemy", "yaml", "pydantic", "fhir", "structlog", "holidays"}
    assert loaded & heavy == set()


@pytest.mark.parametrize("name", [n for n in app if not n.startswith("-")])
def test_every_command_explains_itself_and_its_options(name: str, nowhere: None, command: Careway):
    done = command(name, "--help")
    assert done.code == 0
    assert f"Usage: careway {name}" in done.out
    undescribed = [
        line
        for line in done.out.splitlines()
        if line.startswith("│ --") and len(line.strip("│ ").split("  ", 1)) < 2
    ]
    assert undescribed == []


def test_the_version_is_told_to_people_and_programs(nowhere: None, command: Careway):
    assert set(command("version", "--json").json) == {"careway", "python", "temporalio"}
    assert command("version").out.startswith("careway ")
    assert command("--version").code == 0


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (("up", "--port", "0"), {"CAREWAY_SITE_SECRET": "short"}, "The site secret has 5 bytes"),
        (("up", "--definitions", "nowhere"), {}, "There is no folder of definitions at nowhere"),
        (("worker", "--address", "127.0.0.1:1"), {}, "Temporal does not answer at 127.0.0.1:1"),
        (("up", "--data", "/dev/null/x"), {}, "/dev/null/x cannot be made"),
    ],
)
def test_careway_that_cannot_start_says_why(arguments, environment, words: str, tmp_path: Path):
    done = program(*arguments, **({"CAREWAY_DATA": str(tmp_path)} | environment))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = program("up", "--port", str(port), CAREWAY_DATA=str(tmp_path))
    assert done.returncode == 1
    assert f"The embedded Temporal server did not start on port {port}" in done.stderr


def test_a_level_of_the_log_that_is_none_is_wrong_usage(nowhere: None, command: Careway):
    done = command("up", "--log-level", "loud")
    assert done.code == 2
    assert '"loud" is no level of a log.' in done.err


def test_of_things_done_side_by_side_the_first_failure_is_explained(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a command that does several things at once, when one of them meets what was foreseen,
    then its sentence is what the user reads."""

    def fail(*_given: object, **_more: object) -> int:
        raise ExceptionGroup("of a task group", [WorkerError("The mail server is full.")])

    monkeypatch.setattr(application, "app", fail)
    assert application.run(["demo"]) == 1
    assert capsys.readouterr().err.strip() == "The mail server is full."


def test_the_demo_does_not_write_over_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"an earlier one")
    done = program("demo", "--keep", tmp_path)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert (tmp_path / "records.db").read_bytes() == b"an earlier one"
