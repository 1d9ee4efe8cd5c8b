"""The worklist as ``careway tasks`` prints it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from activities.records.reading import WorklistItem, worklist
from worker.commands.attempted import attempted, held, is_overdue, waiting
from worker.commands.output import as_json, complain, plain, say, table, words
from worker.commands.records import office, recorded
from worker.programs import sound_programs
from worker.references import of_journey
from worker.settings import Settings
from worker.worklist import Ranked, ranked


def show(
    settings: Settings,
    role: str | None,
    journey: str | None,
    person: str | None,
    *,
    json: bool,
) -> None:
    """Print the open tasks of a role, a journey, a person or all, the most pressing first."""
    now = int(time.time())
    programs, fault = sound_programs(settings)
    if fault:
        complain(fault)
    with recorded(settings) as engine:
        own = of_journey(engine, journey) if journey else None
        items = worklist(engine, role=role, journey=own)
        if person is not None:
            items = [one for one in items if one.task.person == person]
        order = ranked(engine, settings, items, programs, now)
    if json:
        as_json([_data(one, now) for one in order])
    elif order:
        _print(order, settings, now)
    else:
        say("No open tasks.")


def _data(one: Ranked, now: int) -> dict[str, Any]:
    item = one.item
    own = {"id": item.id, "journey": item.journey} | plain(item.task)
    return own | {
        "overdue": is_overdue(item.task, now),
        "flags": [*item.task.flags, *item.flags],
        "tier": item.tier,
        "priority": plain(one.judged),
        "clock": "" if one.clock is None else one.clock.id,
    }


def _print(order: Sequence[Ranked], settings: Settings, now: int) -> None:
    moment = office(settings)
    table(
        "",
        ("task", "why here", "due", "owner", "title", "asks for"),
        [
            (
                one.item.id,
                one.judged.reason,
                words(f"{moment(task.due)} OVERDUE", "bold red")
                if is_overdue(task, now)
                else "BLOCKED"
                if task.blocked
                else moment(task.due),
                held(task),
                _titled(one.item) + attempted(task, moment) + waiting(task),
                ", ".join((*task.collect, *task.instruments)),
            )
            for one in order
            for task in (one.item.task,)
        ],
        whole=("task", "due", "owner"),
    )


def _titled(one: WorklistItem) -> str:
    reasons = f" ({'; '.join(one.task.reasons)})" if one.task.reasons else ""
    level = f" [escalated {one.task.level}x]" if one.task.level else ""
    return f"{one.task.title}{reasons}{level}"
