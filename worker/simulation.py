"""From files to a simulation's plan, and its panels over several processes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from activities.directory import Directory, DirectoryError, load_directory
from pathways.calendar.resolve import CalendarError, resolve
from pathways.calendar.table import instant
from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway
from pathways.language.issues import Issue
from pathways.language.reading import read_yaml
from pathways.language.report import render
from pathways.language.simulation import read_behaviour, read_staffing
from pathways.language.simulation.checks import fitting
from pathways.simulating.behaviour import Behaviour
from pathways.simulating.headcount import break_even
from pathways.simulating.living import simulate
from pathways.simulating.plan import Course, Plan
from pathways.simulating.report import Report, report, settled_weeks
from pathways.simulating.staffing import Offer, Offers, Staffing
from pathways.simulating.tally import WEEK, Tally, added
from worker.library import Library, LibraryError, shipped
from worker.shared import text_of

YEAR = 365.25
GENERAL = "any-pathway"
TEAM = "case-management-team"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SAMPLE = 2
_SAMPLE_YEARS = 1.0
"""Panels, and how long they live, in the search for the break-even headcount."""
_YOUNG = 100_000
"""Objects between two looks for garbage: decisions leave none that counting does not find."""


class Wish(Struct, frozen=True):
    """What somebody wants simulated."""

    patients: int
    years: float
    seed: int
    start: date
    together: bool = False
    headcount: bool = True
    """Whether to search for the break-even headcount."""
    behaviour: Path | None = None
    staff: Path | None = None


def plan_of(library: Library, pathways: Sequence[CompiledPathway], wish: Wish) -> Plan:
    """The plan. Raises ``LibraryError`` with every finding when a file cannot be used."""
    staffing = _staffing(wish.staff or _near(library, "staffing", TEAM, TEAM))
    last = wish.start + timedelta(days=round(wish.years * YEAR))
    try:
        calendar = resolve(
            staffing.zone, wish.start, last + timedelta(days=400), country=staffing.country
        )
    except CalendarError as error:
        raise LibraryError(f"No calendar can be made for the team: {error}") from None
    behaviours = _behaviours(library, pathways, wish.behaviour)
    first = calendar.first_day
    return Plan(
        courses=tuple(
            Course(digest_of(pathway), pathway, behaviour)
            for pathway, behaviour in zip(pathways, behaviours, strict=True)
        ),
        together=wish.together,
        staffing=staffing,
        offers=_offers(library),
        calendar=calendar,
        start=instant(calendar, first, 0),
        end=instant(calendar, first + (last - wish.start).days, 0),
        seed=wish.seed,
        patients=wish.patients,
    )


def _behaviours(
    library: Library, pathways: Sequence[CompiledPathway], file: Path | None
) -> list[Behaviour]:
    """One file for all pathways, or each pathway's own, or the general one."""
    if file is not None:
        return [_behaviour(file, pathways)] * len(pathways)
    found = []
    for pathway in pathways:
        file = _near(library, "behaviour", pathway.pathway, GENERAL)
        found.append(_behaviour(file, [pathway]))
    return found


def _near(library: Library, kind: str, name: str, general: str) -> Path:
    """The file of that name or, failing that, the general one: in the library, else as shipped."""
    places = [folder / kind for folder in (library.folder, shipped())]
    files = [place / f"{one}.yaml" for one in (name, general) for place in places]
    return next((file for file in files if file.is_file()), files[-1])


def _behaviour(path: Path, pathways: Sequence[CompiledPathway]) -> Behaviour:
    text = text_of(path)
    behaviour, issues = read_behaviour(text, str(path))
    if behaviour is not None:
        root, _ = read_yaml(text, str(path))
        issues = tuple(fitting(root, pathways)) if root is not None else ()
    if behaviour is None or issues:
        raise _unusable(path, issues, text)
    return behaviour


def _staffing(path: Path) -> Staffing:
    text = text_of(path)
    staffing, issues = read_staffing(text, str(path))
    if staffing is None:
        raise _unusable(path, issues, text)
    return staffing


def _unusable(path: Path, issues: Sequence[Issue], text: str) -> LibraryError:
    found = render(issues, {str(path): text})
    return LibraryError(f"{path} has errors and cannot be used:\n\n{found}")


def _offers(library: Library) -> Offers:
    """Who offers which service when, from the directory in use."""
    path = library.folder / "directory.yaml"
    try:
        return offers_of(load_directory(text_of(path) if path.is_file() else None))
    except DirectoryError as error:
        raise LibraryError(str(error)) from None


def offers_of(directory: Directory) -> Offers:
    """The slots that a directory's providers have, in the panel's own time zone."""
    found: dict[str, list[Offer]] = {}
    for provider in directory.providers:
        for hours in provider.hours:
            for service in hours.services:
                found.setdefault(service, []).extend(
                    Offer(
                        provider.id,
                        _DAYS.index(day),
                        _minutes(hours.opens),
                        _minutes(hours.closes),
                        hours.slot,
                        provider.seats,
                        bool(provider.holidays),
                    )
                    for day in hours.days
                )
    return {service: tuple(lines) for service, lines in sorted(found.items())}


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


# -- over processes ----------------------------------------------------------------------------

Heard = Callable[[str, int, int], None]
"""(what goes on, how many panels of it are done, of how many)"""


class Runner:
    """Lives panels of one plan in so many processes, which stay until the end of the block."""

    def __init__(self, plan: Plan, processes: int, heard: Heard) -> None:
        self._plan = plan
        self._heard = heard
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Runner:
        if self._processes > 1:
            self._pool = ProcessPoolExecutor(
                self._processes, get_context("spawn"), _begin, (self._plan,)
            )
        else:
            _begin(self._plan)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def all(self) -> Tally:
        """Every panel of the plan."""
        plan = self._plan
        return self._added("Living the panels", plan.staffing, plan.end, plan.panels)

    def sample(self, title: str, staffing: Staffing, end: int, panels: int) -> Tally:
        """The first panels with other people, until ``end``."""
        return self._added(title, staffing, end, panels)

    def _added(self, title: str, staffing: Staffing, end: int, panels: int) -> Tally:
        """Added up in order of the panels, whatever finishes first."""
        self._heard(title, 0, panels)
        if self._pool is None:
            tallies = []
            for number in range(panels):
                tallies.append(_live(number, staffing, end))
                self._heard(title, number + 1, panels)
            return added(tallies)
        futures = [self._pool.submit(_live, number, staffing, end) for number in range(panels)]
        waiting = set(futures)
        while waiting:
            _, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            self._heard(title, panels - len(waiting), panels)
        return added([future.result() for future in futures])


def simulated(wish: Wish, plan: Plan, processes: int, heard: Heard) -> Report:
    """Live the whole plan, and (if wished) search for the break-even headcount on a sample."""
    with Runner(plan, min(processes, plan.panels), heard) as runner:
        tally = runner.all()
        if not wish.headcount:
            return report(plan, tally)
        panels = min(_SAMPLE, plan.panels)
        end = min(plan.end, plan.start + round(_SAMPLE_YEARS * YEAR) * 86_400)
        first, last = settled_weeks(replace(plan, end=end))
        runs = 0

        def run(staffing: Staffing) -> Tally:
            nonlocal runs
            runs += 1
            return runner.sample(f"Break-even headcount, run {runs}", staffing, end, panels)

        even = break_even(run, plan.staffing, first, last)
        patients = min(plan.patients, panels * plan.staffing.panel)
        weeks = -(-(end - plan.start) // WEEK)
        sample = f"{runs} runs of {patients} patients over {weeks} weeks"
        return report(plan, tally, even, sample)


_PLAN: list[Plan] = []
"""The plan of this process, so that it is sent once and not with every panel."""


def _begin(plan: Plan) -> None:
    _PLAN[:] = [plan]


def _live(number: int, staffing: Staffing, end: int) -> Tally:
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, 50, 100)
    try:
        return simulate(replace(_PLAN[0], staffing=staffing, end=end), number)
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
