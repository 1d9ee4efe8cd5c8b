"""Scenario files beside the pathways: found, read, played, and their mutants hunted.

``<definitions>/scenarios/<pathway>/*.yaml``; scenarios of several pathways may lie anywhere
below ``scenarios``. ``exceptions.yaml`` beside them declares mutants that change nothing for
any patient, and points that no patient can reach.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.canonical import digest_of
from pathways.language.issues import Issue, in_order, suggest
from pathways.language.scenario_names import name_issues
from pathways.language.scenarios import Excepted, read_exceptions, read_scenario
from pathways.mutants import Hunt, Played, hunt, mutants, sampled
from pathways.scenarios.course import Course
from pathways.scenarios.coverage import Covered, covered, enrolled, play_watched
from pathways.scenarios.judging import Difference, judge
from pathways.scenarios.scenario import Scenario
from pathways.scenarios.site import Site
from worker.library import Library, LibraryError
from worker.shared import near, text_of

EXCEPTIONS = "exceptions.yaml"
_EPOCH = date(1970, 1, 1)
_BEFORE, _AHEAD = 400, 2200
"""Days of the calendar before and after a scenario's start: a year back, six ahead."""
_ENROLLS = r"\b(?:pathway|enroll)[\"']?\s*:(?:[^:#]|#.*\n)*?(?<![\w-]){}(?![\w-])"
"""That a pathway may be said to be enrolled on: its name before the next colon, past comments."""
_UNKNOWN = "unknown-exception"
_NOTICED = "mutant-noticed"
_REACHED = "point-reached"


class Result(Struct, frozen=True):
    """A played scenario."""

    scenario: Scenario
    course: Course
    differences: tuple[Difference, ...]
    reached: dict[str, frozenset[str]]

    @property
    def decisions(self) -> int:
        return len(self.course.instants)


class Found(Struct, frozen=True):
    """What some paths hold: scenarios, declarations of equivalent mutants, what is wrong with
    the files, and their texts. ``asked``: the pathways asked about by id, if nothing else was."""

    scenarios: tuple[Scenario, ...]
    excepted: tuple[Excepted, ...]
    issues: tuple[Issue, ...]
    sources: dict[str, str]
    asked: tuple[str, ...] = ()


class Hunted(Struct, frozen=True):
    """The mutants of a pathway, and what is wrong with the declarations of equivalent ones."""

    pathway: str
    made: int
    """Mutants in all; the hunt may be of a sample."""
    hunt: Hunt
    issues: tuple[Issue, ...]


@lru_cache(maxsize=64)
def calendar(zone: str, first: int) -> CalendarTable:
    """The calendar of a zone around a day. Raises ``CalendarError`` for an unknown zone."""
    day = _EPOCH + timedelta(days=first)
    return resolve(zone, day - timedelta(days=_BEFORE), day + timedelta(days=_AHEAD))


def site_of(library: Library) -> Site:
    """What scenarios run against: every pathway and every program of the library."""
    programs = tuple(library.programs()[0].values())
    return Site({p.pathway: (digest_of(p), p) for p in library.pathways()}, calendar, programs)


def find(library: Library, paths: Iterable[Path]) -> Found:
    """Read scenario files: of ``paths`` (files, folders, or ids of pathways), or all. Of a
    pathway: those beside it, and those beside others whose patients are on it too.

    Raises ``LibraryError`` for a path that is not there.
    """
    paths = tuple(paths)
    chosen = [
        file for path in paths or (library.folder / "scenarios",) for file in _files(library, path)
    ]
    compiled = {pathway.pathway: pathway for pathway in library.pathways()}
    scenarios: list[Scenario] = []
    excepted: list[Excepted] = []
    issues: list[Issue] = []
    sources: dict[str, str] = {}
    for path in dict.fromkeys(chosen):
        name = near(path).as_posix()
        sources[name] = text = text_of(path)
        if path.name == EXCEPTIONS:
            declared, wrong_there = read_exceptions(text, name)
            excepted += declared
            issues += wrong_there
            continue
        read = read_scenario(text, name)
        issues += read.issues
        wrong = name_issues(read, compiled, programs=library.programs)
        issues += wrong
        if read.scenario is not None and not wrong:
            scenarios.append(read.scenario)
    named = tuple(path.name for path in paths if _is_id(library, path))
    asked = named if len(named) == len(paths) else ()
    return Found(tuple(scenarios), tuple(excepted), in_order(issues), sources, asked)


def tried(scenario: Scenario, site: Site) -> Result:
    """Play one scenario and compare."""
    course, reached = play_watched(scenario, site)
    return Result(scenario, course, judge(scenario, course), dict(reached))


def coverage(
    results: Sequence[Result],
    site: Site,
    excepted: Sequence[Excepted] = (),
    asked: Sequence[str] = (),
) -> tuple[Covered, ...]:
    """What the scenarios reached together: for the pathways ``asked`` about, whose scenarios they
    are, else for every pathway that one of them is on."""
    names = sorted({name for result in results for name in result.reached})
    names = [name for name in names if not asked or name in asked]
    return tuple(
        covered(
            site.pathways[name][1],
            (r.reached[name] for r in results if name in r.reached),
            frozenset(one.name for one in excepted if _concerns(one, name, "unreachable")),
            alone=len(site.pathways) == 1,
        )
        for name in names
    )


def coverage_issues(covered: Covered, excepted: Sequence[Excepted]) -> tuple[Issue, ...]:
    """What is wrong with the points declared unreachable: unknown, or reached after all."""
    known = {point.key for point in covered.points}
    issues = []
    for one in excepted:
        if not _concerns(one, covered.pathway, "unreachable"):
            continue
        if one.name not in known:
            issues.append(_unknown(one, known))
        elif one.name in covered.reached:
            message = f'The point "{one.name}" is declared unreachable, but a scenario reaches it.'
            hint = "Remove the declaration."
            issues.append(Issue(_REACHED, message, one.place, hint=hint))
    return in_order(issues)


def hunted(
    pathway: str,
    results: Sequence[Result],
    site: Site,
    excepted: Sequence[Excepted],
    most: int | None = None,
    done: Callable[[int, int], None] = lambda _done, _all: None,
) -> Hunted:
    """Hunt the mutants of a pathway, or a sample of ``most``, with the scenarios that hold.
    ``done`` is told how many are through, and of how many."""
    made = mutants(site.pathways[pathway][1])
    chosen = made if most is None else sampled(made, most)
    played = [
        Played(result.scenario, result.reached[pathway], result.decisions)
        for result in results
        if pathway in result.reached and not result.differences
    ]
    mine = {one.name: one for one in excepted if _concerns(one, pathway, "equivalent")}
    reasons = {name: one.because for name, one in mine.items()}
    found = hunt(pathway, chosen, played, site, reasons, lambda n: done(n, len(chosen)))
    known = {mutant.id for mutant in made}
    issues = [_unknown(one, known) for name, one in mine.items() if name not in known]
    issues += [
        Issue(
            _NOTICED,
            f'The mutant "{verdict.mutant.id}" is declared equivalent, but {verdict.noticed_by} '
            "notices it.",
            mine[verdict.mutant.id].place,
            hint="Remove the declaration.",
        )
        for verdict in found.wrongly_declared
    ]
    return Hunted(pathway, len(made), found, in_order(issues))


def _concerns(one: Excepted, pathway: str, kind: str) -> bool:
    return one.kind == kind and Path(one.place.file).parent.name == pathway


def _unknown(one: Excepted, known: set[str]) -> Issue:
    noun = "mutant" if one.kind == "equivalent" else "point"
    hint = suggest(one.name, known) or "Remove the declaration."
    return Issue(_UNKNOWN, f'There is no {noun} "{one.name}" (any more).', one.place, hint=hint)


def _is_id(library: Library, path: Path) -> bool:
    return len(path.parts) == 1 and not path.exists() and path.name in library.ids()


def _elsewhere(library: Library, pathway: str, beside: Path) -> list[Path]:
    """Scenarios that do not lie beside a pathway, and whose patients are on it."""
    whole = library.folder / "scenarios"
    return [
        file
        for file in (_files(library, whole) if whole.is_dir() else [])
        if beside not in file.parents and file.name != EXCEPTIONS and _enrolls(file, pathway)
    ]


def _enrolls(file: Path, pathway: str) -> bool:
    text = text_of(file)
    if not re.search(_ENROLLS.format(re.escape(pathway)), text):
        return False  # quickly: reading each file whole would take most of the time of a test
    scenario = read_scenario(text, file.as_posix()).scenario
    return scenario is not None and pathway in enrolled(scenario)


def _files(library: Library, path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(p for p in path.rglob("*.y*ml") if p.suffix in (".yaml", ".yml"))
    if path.is_file():
        beside = path.parent / EXCEPTIONS
        return [path, beside] if beside.is_file() and beside != path else [path]
    folder = library.folder / "scenarios" / path
    if _is_id(library, path):
        beside_it = _files(library, folder) if folder.is_dir() else []
        files = [*beside_it, *_elsewhere(library, path.name, folder)]
        if files:
            return files
    elif len(path.parts) == 1 and folder.is_dir():
        return _files(library, folder)
    if path == library.folder / "scenarios":
        raise LibraryError(f"There are no scenarios at {path}.")
    raise LibraryError(
        f"There is nothing to test at {path}: name a scenario file, a folder of them, or a pathway "
        f"that has scenarios. {suggest(str(path), library.ids())}".rstrip()
    )
