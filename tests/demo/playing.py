"""A short demo for tests: three patients, and enough happens to each within weeks."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from worker.demo import run
from worker.demo.script import Happening, Role, Script, read_script
from worker.settings import Settings

DAYS = 45
DIES = 20
"""The day on which the third patient's death is reported."""
THREE, LOW, DIED = "three-pathways", "diabetes", "pancreatic-cancer-dies"


def short_script(days: int = DAYS) -> Script:
    """The shipped cast's answers; a fall, a stay in hospital, a hold and a death come early."""
    script = read_script()
    patients = [
        _role(
            script,
            THREE,
            events=[
                Happening(day=12, event="fall"),
                Happening(day=24, event="admitted"),
                Happening(day=28, event="discharged"),
            ],
        ),
        _role(
            script,
            LOW,
            declines=["eye-exam"],
            misses=0.3,
            events=[
                Happening(day=16, value={"glucose": 48}),
                Happening(day=30, hold=7, reason="travelling"),
            ],
        ),
        _role(script, DIED, events=[Happening(day=DIES, event="deceased", verified=False)]),
    ]
    return script.model_copy(update={"patients": patients, "days": days})


def _role(script: Script, bundle: str, **changed: Any) -> Role:
    """A patient of the cast, with other things happening to her."""
    (role,) = [role for role in script.patients if role.bundle == f"{bundle}.json"]
    return role.model_copy(update=changed)


def played(folder: Path) -> tuple[int, str]:
    """Play the short demo through ``careway demo``'s own functions and keep everything: the
    exit code, and what was printed on a terminal of 100 columns."""
    folder.mkdir(parents=True, exist_ok=True)
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    settings = Settings(identity="golden")
    code = run(settings, keep=folder, script=short_script(), console=console)
    assert isinstance(console.file, io.StringIO)
    return code, console.file.getvalue()


def main() -> None:
    """``python -m tests.demo.playing FOLDER``: a process of its own, as the demo is."""
    code, said = played(Path(sys.argv[1]))
    sys.stdout.write(said)
    sys.exit(code)


if __name__ == "__main__":
    main()
