"""``careway demo``: raise the curtain, play every course, show and prove what happened."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from activities.records import reading
from pathways.calendar.table import CalendarTable
from pathways.compiled import CompiledPathway
from pathways.journey.events import Actor
from pathways.narrative import titles_of
from worker.demo.closing import show_course, show_longest_worklist, show_messages, show_proofs
from worker.demo.course import DAY, Course
from worker.demo.keeping import keep as keep_evidence
from worker.demo.proof import gather, prove
from worker.demo.script import Player, Role, Script, read_script
from worker.demo.theatre import Theatre, open_theatre
from worker.errors import WorkerError
from worker.library import Library, shipped
from worker.logs import configure
from worker.settings import Settings

AT_ONCE = 4
"""Courses played side by side: more would only wait for each other on two cores."""
WIDTH = 110
"""Characters of a line where nobody says how many there is room for."""
REFERRER = Actor("demo-referrer", "case-manager")


class DemoError(WorkerError):
    """The demo could not be played as written."""


def run(
    settings: Settings,
    *,
    days: int = 0,
    keep: Path | None = None,
    script: Script | None = None,
    console: Console | None = None,
) -> int:
    """Play the demo. 0: all that it claims was proven; 1: something was not.

    ``days``: shorter than the script's year. ``keep``: a folder for what would else be
    thrown away (databases, histories, mail, timelines). ``script``: another cast than the one
    that ships. ``console``: where the audience sits, standard output if not given."""
    script = script or read_script()
    console = console or stage()
    if days:
        script = script.model_copy(update={"days": days})
    with ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="careway-demo-")))
        else:
            folder = keep
            if folder.exists() and any(folder.iterdir()):
                raise DemoError(f"{keep} is not empty. Name a folder that is, or a new one.")
            folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_play(script, settings, folder, console, kept=keep is not None))


def stage() -> Console:
    """Standard output; what is not a terminal gets lines of ``WIDTH`` characters."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, WIDTH))


async def _play(
    script: Script, settings: Settings, folder: Path, console: Console, *, kept: bool
) -> int:
    configure("WARNING")
    began = time.monotonic()
    library = Library(settings.definitions)
    settings = replace(
        settings, site_secret="the demo's site secret", organisation_name="Harbor Health",
        organisation_phone="+1 555 0100",
    )  # fmt: skip
    console.print(
        f"{len(script.patients)} patients, {script.days} days each, in virtual time, on a real "
        "Temporal server, SMTP server and database."
    )
    async with open_theatre(settings, folder) as theatre:
        courses = await _enroll_all(theatre, library, script)
        await _play_all(console, courses, script)
        await theatre.relay.drain()
        await _show(console, theatre, courses, folder, kept=kept)
        journeys = [course.journey for course in courses]
        evidence = await gather(
            theatre.engine, theatre.clock.client, theatre.catcher.caught, journeys
        )
    if kept:
        keep_evidence(evidence, {course.journey: _stem(course) for course in courses}, folder)
    proofs = await prove(evidence)
    show_proofs(console, proofs)
    refused = [(c.player.role.name, a) for c in courses for a in c.refusals]
    for name, answer in refused[:10]:
        console.print(Text(f"  refused for {name}: {answer.code}: {answer.message}"))
    commands = sum(course.commands for course in courses)
    console.print(
        f"\n{commands} commands by the cast, {len(refused)} refused; "
        f"{time.monotonic() - began:.0f} s in all."
    )
    return 0 if all(proof.holds for proof in proofs) else 1


async def _enroll_all(theatre: Theatre, library: Library, script: Script) -> list[Course]:
    courses = []
    for role in script.patients:
        pathways = [library.pathway(name) for name in role.pathways]
        file = shipped() / "patients" / role.bundle
        result = await theatre.desk.enroll(
            file.read_text("utf-8"), str(file.name), pathways, REFERRER
        )
        if result.refused:
            said = "; ".join(one.answer.message for one in result.enrolled if one.answer.message)
            raise DemoError(f"{role.name} was not enrolled: {said}")
        courses.append(_course(theatre, script, role, result.journey, pathways))
    return courses


def _course(
    theatre: Theatre, script: Script, role: Role, journey: str, pathways: list[CompiledPathway]
) -> Course:
    return Course(
        desk=theatre.desk,
        clock=theatre.clock,
        player=Player(script, role),
        journey=journey,
        pathways=pathways,
        started=int(time.time()),
        progress=lambda _day, _where: None,
    )


async def _play_all(console: Console, courses: list[Course], script: Script) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("day {task.completed:.0f}"),
        TextColumn("{task.fields[where]}"),
    )
    gate = asyncio.Semaphore(AT_ONCE)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:

        async def play(course: Course) -> None:
            course.progress = _bar(console, bars, course, script.days)
            async with gate:
                await course.play(script.days)

        async with asyncio.TaskGroup() as group:
            for course in courses:
                group.create_task(play(course))


def _bar(
    console: Console, bars: Progress, course: Course, days: int
) -> Callable[[float, str], None]:
    """A progress bar on a terminal; elsewhere a line whenever the stage changes."""
    name = course.player.role.name
    bar = bars.add_task(name, total=days, where="")
    last = ""

    def progress(day: float, where: str) -> None:
        nonlocal last
        bars.update(bar, completed=min(day, days), where=where)
        if not console.is_terminal and where != last:
            console.print(Text(f"  day {day:3.0f}  {name}: {where}"))
            last = where

    return progress


async def _show(
    console: Console, theatre: Theatre, courses: list[Course], folder: Path, *, kept: bool
) -> None:
    calendars: dict[str, CalendarTable] = {}
    for course in courses:
        calendar = (await theatre.desk.state(course.journey)).calendar
        if calendar is None:
            continue
        calendars[course.journey] = calendar
        show_course(
            console,
            f"{course.player.role.name}: {'; '.join(p.title for p in course.pathways)}",
            reading.timeline(theatre.engine, course.journey),
            calendar,
            titles_of(course.pathways),
            folder / f"{_stem(course)}.txt",
        )
    names = {c.journey: c.player.role.name for c in courses}
    show_longest_worklist(console, theatre.engine, names, calendars)
    show_messages(console, theatre.engine, theatre.catcher, [c.journey for c in courses])
    if kept:
        console.print(
            f"\nEvery line of every timeline, the mail, histories and databases: {folder}"
        )


def _stem(course: Course) -> str:
    """What the files of this patient are called."""
    return Path(course.player.role.bundle).stem


__all__ = ["DAY", "DemoError", "run"]
