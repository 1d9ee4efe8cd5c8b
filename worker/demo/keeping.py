"""What a kept demo leaves in its folder: histories and mail, as they were.

The databases and the timelines lie beside them. ``kept`` reads it all back as evidence."""

from __future__ import annotations

import json
import lzma
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import Engine
from temporalio.client import WorkflowHistory

from worker.demo.proof import Evidence, recorded

HISTORIES = "histories"
MAIL = "mail"


def keep(evidence: Evidence, names: dict[str, str], folder: Path) -> None:
    """Write the evidence to ``folder``. ``names``: journey -> what its files are called."""
    (folder / HISTORIES).mkdir(exist_ok=True)
    (folder / MAIL).mkdir(exist_ok=True)
    for one in evidence.courses:
        for number, history in enumerate(one.histories, 1):
            file = folder / HISTORIES / f"{names[one.journey]}-{number:02}.json.xz"
            write_history(history, file)
    for number, mail in enumerate(evidence.mail, 1):
        (folder / MAIL / f"{number:04}.eml").write_bytes(bytes(mail))


def write_history(history: WorkflowHistory, file: Path) -> None:
    """One run as compressed JSON: the same bytes whenever it is the same run."""
    file.write_bytes(lzma.compress(history.to_json().encode(), preset=9))


def read_history(file: Path) -> WorkflowHistory:
    """One run, as ``write_history`` wrote it."""
    text = lzma.decompress(file.read_bytes()).decode()
    started = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]
    return WorkflowHistory.from_json(str(started["workflowId"]), text)


def kept(engine: Engine, folder: Path) -> Evidence:
    """The evidence of a kept demo; ``engine``: its record database."""
    runs: dict[str, list[WorkflowHistory]] = {}
    for file in sorted((folder / HISTORIES).glob("*.json.xz")):
        history = read_history(file)
        runs.setdefault(history.workflow_id.removeprefix("journey-"), []).append(history)
    mail = [message_from_bytes(file.read_bytes()) for file in sorted((folder / MAIL).iterdir())]
    courses = [recorded(engine, journey, histories) for journey, histories in runs.items()]
    return Evidence(tuple(courses), tuple(mail))
