"""One short demo for all tests of a run: played once, whichever process comes first."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from activities.records.database import open_records
from worker.demo.keeping import kept
from worker.demo.proof import Evidence
from worker.replaying import Replayed, replay

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demo:
    """A demo that was played: how it ended, what it printed, and what it kept."""

    code: int
    said: str
    folder: Path
    engine: Engine
    evidence: Evidence


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """``python -m tests.demo.playing``, in a process of its own. Processes of one test run share
    what it kept; the second waits for the first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, told = shared / "short-demo", shared / "short-demo.json"
    with (shared / "short-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(_play(folder)), "utf-8")
    code, said = json.loads(told.read_text("utf-8"))
    engine = open_records(f"sqlite:///{folder / 'records.db'}")
    try:
        yield Demo(code, said, folder, engine, kept(engine, folder))
    finally:
        engine.dispose()


def _play(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.playing", str(folder)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
async def replayed(demo: Demo) -> list[list[Replayed]]:
    """Every run of every journey of the demo, replayed strictly."""
    return [[await replay(run) for run in one.histories] for one in demo.evidence.courses]
