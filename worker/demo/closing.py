"""What the audience sees at the end: timelines, the busiest day, the messages, the proofs."""

from __future__ import annotations

from collections import Counter
from email.message import Message
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from activities.records import reading
from pathways.calendar.table import CalendarTable
from pathways.journey.effects import Entry
from pathways.narrative import day_and_time, tell
from worker.demo.proof import Proof
from worker.demo.theatre import Catcher

MILESTONES = frozenset(
    [
        "enrolled",
        "stage-entered",
        "rule-fired",
        "declined",
        "appointment-missed",
        "held",
        "resumed",
        "reported",
        "died",
        "discharged",
        "journey-closed",
        "plan-approved",
        "plan-rejected",
        "goal-overdue",
        "reevaluation-due",
        "task-escalated",
        "message-failed",
        "variance",
        "withdrawal",
        "series-ended",
        "death-disproved",
        "message-withheld",
    ]
)
"""What a reader of one patient's year wants first; the files hold every line."""
DAY = 86_400
LINES = 32


def show_course(
    console: Console,
    title: str,
    entries: list[Entry],
    calendar: CalendarTable,
    titles: dict[str, str],
    file: Path,
) -> None:
    """One patient's milestones; the whole timeline goes to ``file``."""
    lines = [f"{day_and_time(calendar, e.at)}  {tell(e, calendar, titles)}" for e in entries]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    chosen = [line for line, e in zip(lines, entries, strict=True) if e.kind in MILESTONES]
    left_out = len(chosen) - LINES
    if left_out > 0:
        half = LINES // 2
        chosen = [*chosen[:half], f"  ... {left_out} more milestones ...", *chosen[-half:]]
    console.print()
    console.print(Text(f"{title}  ({len(entries)} entries)", style="bold"))
    for line in chosen:
        console.print(Text(f"  {line}"), soft_wrap=True)


def show_busiest_day(
    console: Console, engine: Engine, names: dict[str, str], calendar: CalendarTable
) -> None:
    """The worklist as it stood on the day on which most was open."""
    items = reading.worklist(engine, status=None)
    if not items:
        return
    opened = Counter(item.task.opened // DAY for item in items)
    day = max(opened, key=lambda d: (opened[d], -d))
    noon = day * DAY + DAY - 1
    then = [
        i
        for i in items
        if i.task.opened <= noon and (not i.task.closed or i.task.closed > day * DAY)
    ]
    date = day_and_time(calendar, day * DAY + DAY // 2).rsplit(" ", 1)[0]
    table = Table(title=f"The worklist of the busiest day, {date}", title_justify="left")
    for column in ("due", "owner", "task", "patient"):
        table.add_column(column)
    for item in sorted(then, key=lambda i: (i.task.due, i.id))[:20]:
        table.add_row(
            Text(day_and_time(calendar, item.task.due)),
            Text(item.task.owner),
            Text(item.task.title),
            Text(names.get(item.journey, item.journey)),
        )
    console.print()
    console.print(table)
    if len(then) > 20:
        console.print(f"  and {len(then) - 20} more")


def show_messages(console: Console, engine: Engine, catcher: Catcher, journeys: list[str]) -> None:
    """How many messages of each kind, and one of them as it arrived."""
    rows: Counter[tuple[str, str, str]] = Counter(
        (m.message, "staff" if m.to not in ("patient", "caregiver") else m.to, m.status)
        for journey in journeys
        for m in reading.messages(engine, journey)
    )
    table = Table(title="Messages", title_justify="left")
    for column in ("message", "to", "fate"):
        table.add_column(column)
    table.add_column("count", justify="right")
    for (message, to, status), count in sorted(rows.items()):
        table.add_row(Text(message), Text(to), Text(status), str(count))
    console.print()
    console.print(table)
    invited = next((m for m in catcher.caught if _calendar_of(m)), None)
    if invited is not None:
        console.print(Panel(Text(_letter(invited)), title="one of them, as it arrived", width=96))


def show_proofs(console: Console, proofs: list[Proof]) -> None:
    """Each claim, with what it was tested on."""
    console.print()
    console.print(Text("What was proven", style="bold"))
    for proof in proofs:
        mark = "holds" if proof.holds else "FAILS"
        style = "green" if proof.holds else "bold red"
        console.print(Text.assemble("  ", (mark, style), f"  {proof.claim}: {proof.tested}"))
        for line in proof.against[:5]:
            console.print(Text(f"         {line}"))


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
    heads = "\n".join(f"{name}: {mail[name]}" for name in ("To", "Subject"))
    attached = _calendar_of(mail)
    return f"{heads}\n\n{text.strip()}" + (f"\n\n[attached: {attached}]" if attached else "")
