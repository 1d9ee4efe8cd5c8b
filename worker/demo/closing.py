"""What the audience sees at the end: summaries, the longest worklist, messages, proofs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from msgspec import structs
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from activities.records import reading
from pathways.calendar.table import CalendarTable
from pathways.journey.effects import Entry
from pathways.narrative import day_and_time, tell
from worker.demo.proof import Proof
from worker.demo.summary import summary, tally
from worker.demo.theatre import Catcher
from worker.worklist import Ranked, in_order, judged

DAY = 86_400
LINES = 40
"""Days of a patient's summary that are shown; the files hold every line."""
ROWS = 15
"""Tasks of the worklist that are shown."""
LETTER = 90
"""Characters of a line of the letter that is shown."""


def show_course(
    console: Console,
    title: str,
    entries: Sequence[Entry],
    calendar: CalendarTable,
    titles: dict[str, str],
    file: Path,
) -> None:
    """One patient's summary; the whole timeline goes to ``file``."""
    lines = [f"{day_and_time(calendar, e.at)}  {tell(e, calendar, titles)}" for e in entries]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    days = summary(entries, calendar, titles)
    if len(days) > LINES:
        half = LINES // 2
        left_out = f"... {len(days) - LINES} more days ..."
        days = [*days[:half], ("", left_out), *days[-half:]]
    grid = _grid()
    for date, said in days:
        grid.add_row(Text(date), Text(said))
    console.print()
    console.print(Text(title, style="bold"))
    console.print(grid)
    console.print(Padding(Text(tally(entries, titles), style="dim"), (0, 0, 0, 2)))


def show_longest_worklist(
    console: Console,
    engine: Engine,
    names: dict[str, str],
    calendars: dict[str, CalendarTable],
) -> None:
    """The worklist as it stood on the day on which most tasks were open. Patients live on one
    calendar each: their days are taken side by side."""
    items = reading.worklist(engine, status=None)
    if not items:
        return
    day, evening, then = _longest(items)
    bearing = reading.bearing_at(engine, evening)
    ranked = in_order([_as_it_was(item, evening, bearing) for item in then])
    columns = ("why", "due", "owner", "task", "patient")
    table = Table(
        title=f"The worklist at its longest, {day}: {len(then)} open tasks",
        title_justify="left",
        title_style="bold",
    )
    for column in columns:
        wraps = column in ("task", "why")
        table.add_column(column, no_wrap=not wraps, ratio=1 if wraps else None)
    for one in ranked[:ROWS]:
        item = one.item
        table.add_row(
            Text(one.judged.reason),
            Text(day_and_time(calendars[item.journey], item.task.due)),
            Text(item.task.owner.replace("-", " ")),
            Text(item.task.title),
            Text(names[item.journey]),
        )
    console.print()
    console.print(table)
    if len(then) > ROWS:
        console.print(f"  and {len(then) - ROWS} more")


def _longest(
    items: Sequence[reading.WorklistItem],
) -> tuple[str, int, list[reading.WorklistItem]]:
    """The (first) day at whose end, UTC, most tasks were open, its end, and those tasks."""

    def open_at(instant: int) -> list[reading.WorklistItem]:
        return [
            i
            for i in items
            if i.task.opened < instant and (not i.task.closed or i.task.closed >= instant)
        ]

    first = min(item.task.opened for item in items) // DAY
    last = max(item.task.closed or item.task.opened for item in items) // DAY
    day = max(range(first, last + 1), key=lambda d: (len(open_at((d + 1) * DAY)), -d))
    evening = (day + 1) * DAY
    return " ".join(day_and_time(None, day * DAY).split()[:4]), evening, open_at(evening)


def _as_it_was(
    item: reading.WorklistItem, instant: int, bearing: dict[str, tuple[str, tuple[str, ...]]]
) -> Ranked:
    """The task as it pressed then: by the patient's tier and flags of that evening."""
    tier, flags = bearing.get(item.journey, ("", ()))
    return judged(structs.replace(item, tier=tier, flags=flags), instant)


def show_messages(console: Console, engine: Engine, catcher: Catcher, journeys: list[str]) -> None:
    """How many messages of each kind, and one of them as it arrived."""
    rows: Counter[tuple[str, str, str]] = Counter(
        (m.message, "staff" if m.to not in ("patient", "caregiver") else m.to, m.status)
        for journey in journeys
        for m in reading.messages(engine, journey)
    )
    table = Table(title="Messages", title_justify="left", title_style="bold")
    for column in ("message", "to", "fate"):
        table.add_column(column)
    table.add_column("count", justify="right")
    for (message, to, status), count in sorted(rows.items()):
        table.add_row(Text(message.replace("-", " ")), Text(to), Text(status), str(count))
    console.print()
    console.print(table)
    invited = next((m for m in catcher.caught if _calendar_of(m)), None)
    if invited is not None:
        console.print()
        console.print(
            Panel(
                Text(_letter(invited)),
                title="One of them, as it arrived",
                title_align="left",
                width=min(console.width, LETTER),
            )
        )


def show_proofs(console: Console, proofs: list[Proof]) -> None:
    """Each claim, with what it was tested on."""
    grid = _grid()
    for proof in proofs:
        mark = Text("holds", style="green") if proof.holds else Text("FAILS", style="bold red")
        grid.add_row(mark, Text(f"{proof.claim}: {proof.tested}"))
        for line in proof.against[:5]:
            grid.add_row(Text(), Text(f"- {line}"))
        if len(proof.against) > 5:
            grid.add_row(Text(), Text(f"- and {len(proof.against) - 5} more"))
    console.print()
    console.print(Text("What was proven", style="bold"))
    console.print(grid)


def _grid() -> Table:
    """A short column and a long one, whose lines wrap under themselves."""
    grid = Table.grid(padding=(0, 0, 0, 2), pad_edge=True)
    grid.add_column(no_wrap=True)
    grid.add_column()
    return grid


def _calendar_of(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            return str(part.get_filename() or "calendar entry")
    return ""


def _letter(mail: Message) -> str:
    body = next(
        (p.get_payload(decode=True) for p in mail.walk() if p.get_content_type() == "text/plain"),
        b"",
    )
    text = body.decode() if isinstance(body, bytes) else ""
    heads = "\n".join(f"{name}: {_decoded(mail, name)}" for name in ("To", "Subject"))
    attached = _calendar_of(mail)
    return f"{heads}\n\n{text.strip()}" + (f"\n\n[attached: {attached}]" if attached else "")


def _decoded(mail: Message, name: str) -> str:
    """A header as a mail program shows it: decoded and on one line."""
    unfolded = " ".join(str(mail[name]).split())
    return str(make_header(decode_header(unfolded)))
