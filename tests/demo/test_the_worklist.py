"""The worklist that the demo shows: as it pressed on its longest day."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from rich.console import Console

from activities.records.database import open_records, upgrade
from activities.records.writing import write_batch
from pathways.journey.effects import RecordBatch, TaskRow
from tests.kernel.building import NEW_YORK
from worker.demo.closing import show_longest_worklist

DAY = 86_400
FIRST = 1_795_500_000 // DAY * DAY


def row(name: str, **changes: Any) -> TaskRow:
    given: dict[str, Any] = {
        "task": name,
        "pathway": "p",
        "step": "s",
        "occurrence": 1,
        "kind": "task",
        "title": f"Task {name}",
        "owner": "case-manager",
        "person": "",
        "opened": FIRST + 3600,
        "due": FIRST + 5 * DAY,
        "status": "open",
    }
    return TaskRow(**given | changes)


def batch(revision: int, at: int, tier: str, *tasks: TaskRow) -> RecordBatch:
    return RecordBatch("j1", revision, at, "active", tasks=tasks, tier=tier)


def test_the_longest_day_is_shown_by_what_pressed_then(tmp_path: Path) -> None:
    """Given a day with three open tasks of a patient at high risk who later is at low, then they
    stand by their score of that evening: the alarm, the late one, the rest."""
    engine = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    upgrade(engine)
    tasks = (
        row("t1", due=FIRST + 2 * DAY),
        row("t2", urgency="RT-2H", due=FIRST + 3 * 3600),
        row("t3", urgency="RT-1BD", due=FIRST + 5 * 3600),
    )
    write_batch(engine, batch(1, FIRST + 3600, "high", *tasks))
    later = FIRST + 3 * DAY
    closed = [row(t.task, urgency=t.urgency, status="done", closed=later) for t in tasks[1:]]
    write_batch(engine, batch(2, later, "low", *closed))
    out = io.StringIO()
    show_longest_worklist(Console(file=out, width=160), engine, {"j1": "Alma"}, {"j1": NEW_YORK})
    engine.dispose()
    said = out.getvalue()
    assert "3 open tasks" in said
    assert [said.index(f"Task {name}") for name in ("t2", "t3", "t1")] == sorted(
        said.index(f"Task {name}") for name in ("t1", "t2", "t3")
    )
    assert said.count("high risk") == 3
