"""A real Careway for the commands: ``careway up`` in a process of its own, used in-process.

One server per test process; every test enrolls patients of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from worker.commands import run

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
_WITHIN = 60.0


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Careway = Callable[..., Outcome]


@pytest.fixture(scope="session")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, with the instruments and messages that ship."""
    folder = tmp_path_factory.mktemp("definitions")
    shutil.copytree(HERE / "definitions" / "pathways", folder / "pathways")
    shutil.copytree(ROOT / "definitions" / "instruments", folder / "instruments")
    shutil.copytree(ROOT / "definitions" / "programs", folder / "programs")
    shutil.copytree(ROOT / "definitions" / "payers", folder / "payers")
    shutil.copy(ROOT / "definitions" / "messages.yaml", folder)
    return folder


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, definitions: Path) -> Iterator[dict[str, str]]:
    """The environment of a running ``careway up``; stopping it must be graceful."""
    folder = tmp_path_factory.mktemp("careway")
    environment = {
        "CAREWAY_DATA": str(folder / "data"),
        "CAREWAY_DEFINITIONS": str(definitions),
        "CAREWAY_SITE_SECRET": "a secret of the tests, long enough",
        "CAREWAY_SYNCHRONOUS": "NORMAL",
        "CAREWAY_SMTP_PORT": "1",
        "CAREWAY_PERSON": "n1",
    }
    with (folder / "log").open("w+") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "worker.commands", "up", "--port", "0"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            address = _address(up, folder / "log")
            yield environment | {"CAREWAY_ADDRESS": address}
        finally:
            up.send_signal(signal.SIGTERM)
            status = up.wait(_WITHIN)
    assert status == 0, (folder / "log").read_text()


def _address(up: subprocess.Popen[bytes], log: Path) -> str:
    """What it says it is up at, once its worker works."""
    deadline = time.monotonic() + _WITHIN
    while time.monotonic() < deadline and up.poll() is None:
        text = log.read_text()
        if "worker running" in text:
            return text.split("Careway is up at ")[1].split(",")[0]
        time.sleep(0.05)  # a log file cannot be waited for
    raise AssertionError(log.read_text())


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No server, no records, no settings from outside."""
    for name in [n for n in os.environ if n.startswith("CAREWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CAREWAY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CAREWAY_ADDRESS", "127.0.0.1:1")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Careway:
    """``command("list", "--json")`` runs one command in this process."""

    def one(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Outcome(code, said.out, said.err)

    return one


@pytest.fixture
def careway(
    nowhere: None, place: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, command: Careway
) -> Careway:
    """Commands at the running Careway."""
    for name, value in place.items():
        monkeypatch.setenv(name, value)
    return command


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Path]:
    """``bundle()`` writes the FHIR bundle of a new patient with diabetes, like nobody else (X7)."""

    def write(
        *, code: str = "E11.9", born: str = "1961-04-02", dead: bool = False, family: str = ""
    ) -> Path:
        number = uuid4().hex
        patient: dict[str, Any] = {
            "resourceType": "Patient",
            "id": "p",
            "identifier": [{"system": "urn:mrn", "value": number}],
            "name": [{"given": ["Ada"], "family": family or number}],
            "gender": "female",
            "birthDate": born,
            "address": [{"state": "NY", "country": "US"}],
            "telecom": [{"system": "email", "value": f"{number}@example.org"}],
        }
        if dead:
            patient["deceasedBoolean"] = True
        condition = {
            "resourceType": "Condition",
            "id": "c",
            "subject": {"reference": "Patient/p"},
            "clinicalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                        "code": "active",
                    }
                ]
            },
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
        }
        content = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": patient}, {"resource": condition}],
        }
        path = tmp_path / f"{uuid4().hex}.json"
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.fixture
def enrolled(careway: Careway, bundle: Callable[..., Path]) -> Callable[[], str]:
    """``enrolled()`` enrolls a new patient on the small course and gives the journey's id."""

    def one() -> str:
        done = careway("enroll", "--patient", bundle(), "--pathway", "small-course", "--json")
        assert done.code == 0, done.err
        journey: str = done.json["journey"]
        return journey

    return one


@pytest.fixture
def records(place: Mapping[str, str]) -> Callable[[], list[str]]:
    """``records()`` is everything in the record database, as text, but the outbox, which a relay
    works on all the time."""
    database = Path(place["CAREWAY_DATA"]) / "records.db"

    def dump() -> list[str]:
        connection = sqlite3.connect(database)
        try:
            return [
                line for line in connection.iterdump() if not line.startswith('INSERT INTO "mess')
            ]
        finally:
            connection.close()

    return dump
