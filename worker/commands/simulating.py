"""``careway simulate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from pathways.simulating.report import Report
    from worker.simulation import Wish

_MOST_PATIENTS = 1_000_000
_MOST_YEARS = 10


def simulate(
    pathways: Annotated[tuple[str, ...], Parameter(name="PATHWAY", negative="")],
    /,
    *,
    patients: int = 200,
    years: float = 1.0,
    seed: int = 1,
    start: str = "2027-01-04",
    together: bool = False,
    behaviour: Path | None = None,
    staff: Path | None = None,
    without_headcount: bool = False,
    html: Path | None = None,
    processes: int = 0,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Let synthetic patients live pathways, and see what their team would have to do.

    Patients answer, decline, miss visits and fall ill as a behaviour file says; tasks wait for the
    people of a staffing file. The kernel decides everything in between. The same seed gives
    the same bytes. JSON: the report's figures, mean values of one panel.

    Parameters
    ----------
    pathways
        Ids of pathways, or YAML files. Several: the patients are dealt out among them.
    patients
        How many places there are; who leaves is replaced.
    years
        How long they are watched, from 0.05 to 10 years.
    seed
        Another seed gives other patients.
    start
        The first day, YYYY-MM-DD.
    together
        Every patient is on all of the pathways at once.
    behaviour
        A behaviour file in place of those that ship.
    staff
        A staffing file in place of the one that ships.
    without_headcount
        Do not search for the break-even headcount, which takes several further runs.
    html
        Write one HTML page with plots to this file.
    processes
        How many processes share the work; 0: one for each core. It changes no figure.
    json
        Print JSON for programs instead of tables.
    """
    from worker.commands.authored import authored
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json
    from worker.library import Library
    from worker.simulation import plan_of, simulated

    wish = _wish(
        pathways, patients, years, seed, start, together, behaviour, staff, without_headcount
    )
    library = Library(where.settings().definitions)
    compiled = [authored(library, one).pathway for one in pathways]
    _different([pathway.pathway for pathway in compiled])
    plan = plan_of(library, compiled, wish)
    with _Progress() as progress:
        report = simulated(wish, plan, _processes(processes), progress.heard)
    if html is not None:
        _write_page(html, report)
    if json:
        from msgspec import to_builtins

        as_json(to_builtins(report))
    else:
        from worker.commands.simulated import show

        show(report)
    return DONE


def _wish(
    pathways: tuple[str, ...],
    patients: int,
    years: float,
    seed: int,
    start: str,
    together: bool,
    behaviour: Path | None,
    staff: Path | None,
    without_headcount: bool,
) -> Wish:
    """What is asked for, if it can be meant. Raises ``Misuse``."""
    from datetime import date

    from worker.commands.misuse import Misuse
    from worker.simulation import Wish

    if not pathways:
        raise Misuse("Name at least one pathway.")
    if not 1 <= patients <= _MOST_PATIENTS:
        raise Misuse(f"--patients is a number from 1 to {_MOST_PATIENTS:,}.")
    if not 0.05 <= years <= _MOST_YEARS:
        raise Misuse(f"--years is a number from 0.05 to {_MOST_YEARS}.")
    try:
        first = date.fromisoformat(start)
    except ValueError:
        raise Misuse(f'--start is a date like 2027-01-04, not "{start}".') from None
    if not 2000 <= first.year <= 2090:
        raise Misuse("--start lies between 2000 and 2090.")
    return Wish(
        patients=patients,
        years=years,
        seed=seed,
        start=first,
        together=together,
        headcount=not without_headcount,
        behaviour=behaviour,
        staff=staff,
    )


def _different(names: list[str]) -> None:
    from worker.commands.misuse import Misuse

    for name in names:
        if names.count(name) > 1:
            raise Misuse(f'The pathway "{name}" is named twice.')


def _processes(wanted: int) -> int:
    import os

    from worker.commands.misuse import Misuse

    if not 0 <= wanted <= 256:
        raise Misuse("--processes is a number from 0 to 256.")
    return wanted or len(os.sched_getaffinity(0))


def _write_page(path: Path, report: Report) -> None:
    from worker.errors import WorkerError
    from worker.simulation_page import page

    text = page(report)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WorkerError(f"{path} cannot be written: {error.strerror}.") from None


class _Progress:
    """A bar on standard error, when that is a terminal."""

    def __init__(self) -> None:
        import sys

        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeElapsedColumn as Elapsed

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Elapsed())
        console = Console(stderr=True)
        hidden = not sys.stderr.isatty()
        self._bar = Progress(*columns, console=console, transient=True, disable=hidden)
        self._task = self._bar.add_task("Beginning", total=1)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def heard(self, what: str, done: int, of: int) -> None:
        """So much of it is done."""
        self._bar.update(self._task, description=what, completed=done, total=of)
