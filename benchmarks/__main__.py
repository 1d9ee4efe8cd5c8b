"""``python -m benchmarks``: measure, print a table, write results.json and docs/performance.md."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import kernel, results, simulating, wakes, years
from benchmarks.driving import Side
from benchmarks.histories import Left
from benchmarks.pairing import alone
from benchmarks.progress import Progress, shown
from benchmarks.results import Result
from benchmarks.site import Site, open_site

TURNOVERS = (60, 90, 120, 160, 220, 400)
SIDES: tuple[Side, ...] = ("compiled", "by-hand", "by-hand-local")


async def measure(progress: Progress, scale: int) -> tuple[list[Result], dict[Side, Left]]:
    """Everything, in one run."""
    found = of_kernel(progress)
    progress.say("Simulation: patient-years of the shipped pathways")
    found += simulating.figures()
    progress.advance()
    with tempfile.TemporaryDirectory() as folder:
        async with open_site(Path(folder)) as site:
            async with site.worker("warm", cached=1000):
                warm = await years.blocks(
                    site, SIDES, pairs=2 * scale, years=3, progress=progress, title="Warm"
                )
                found.append(years.throughput("Warm throughput", warm, "by-hand", "at least 0.95"))
                found.append(
                    years.throughput("Warm, rival with local activities", warm, "by-hand-local")
                )
                found += years.cpu("Warm", warm)
                progress.say("Reading histories")
                events, left = await years.histories(site, warm)
                found += events
                progress.advance()
                found += await wakes.early_and_late(site, 8 * scale, progress)
                found += await turnovers(site, "Warm", 2 * scale, progress)
            async with site.worker("cold", cached=0):
                cold = await years.blocks(
                    site, SIDES, pairs=scale, years=1, progress=progress, title="Cold"
                )
                found.append(years.throughput("Cold throughput", cold, "by-hand", "at least 3"))
                found.append(
                    years.throughput("Cold, rival with local activities", cold, "by-hand-local")
                )
                found += years.cpu("Cold", cold)
                found += await turnovers(site, "Cold", scale, progress)
    return found, left


async def turnovers(site: Site, title: str, rounds: int, progress: Progress) -> list[Result]:
    """Wakes a second by the length of the runs."""
    return await wakes.sweep(site, title, TURNOVERS, rounds=rounds, wakes=50, progress=progress)


def of_kernel(progress: Progress) -> list[Result]:
    """Decisions a second of one core."""
    progress.say("Kernel: living the shipped pathways")
    moments = kernel.recorded()
    kernel.decisions_per_second(moments)
    found = []
    every = [kernel.decisions_per_second(moments) for _ in range(5)]
    found.append(alone("Kernel, all events", "decisions/s", every, "100,000"))
    for kind, some in kernel.by_kind(moments).items():
        progress.say(f"Kernel: {kind}")
        rates = [kernel.decisions_per_second(some, 0.2) for _ in range(5)]
        found.append(alone(f"Kernel, {kind}", "decisions/s", rates))
    progress.advance()
    return found


def print_table(console: Console, found: list[Result]) -> None:
    """The table, as people read it."""
    table = Table()
    for heading in ("figure", "unit", "Careway", "rival", "ratio", "spread", "wanted"):
        right = heading in ("Careway", "rival", "ratio", "spread")
        table.add_column(heading, justify="right" if right else "left")
    for result in found:
        table.add_row(*results.cells(result))
    console.print(table)
    console.print(results.machine(), highlight=False)


def print_events(console: Console, left: dict[Side, Left]) -> None:
    """One year's history events by kind."""
    table = Table(title="Events of one year")
    table.add_column("event")
    for side in left:
        table.add_column(side, justify="right")
    for kind in sorted({kind for one in left.values() for kind in one.events}):
        table.add_row(kind.lower(), *(str(one.events[kind]) for one in left.values()))
    table.add_row("runs", *(str(one.runs) for one in left.values()))
    console.print(table)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--scale",
        type=int,
        default=2,
        help="pairs of each cold measurement, half those of a warm one",
    )
    parser.add_argument("--profile", action="store_true", help="profile the kernel, then stop")
    given = parser.parse_args()
    console = Console(width=120)
    if given.profile:
        console.print(kernel.profile(kernel.recorded()), highlight=False, markup=False)
        return
    total = 4 + 3 * given.scale * (len(SIDES) + len(TURNOVERS))
    with shown(console, total) as progress:
        found, left = asyncio.run(measure(progress, given.scale))
    print_table(console, found)
    print_events(console, left)
    results.save(found)


if __name__ == "__main__":
    main()
