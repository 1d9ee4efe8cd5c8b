"""``careway test``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from collections.abc import Callable

    from pathways.language.issues import Issue
    from pathways.scenarios.coverage import Covered
    from pathways.scenarios.site import Site
    from worker.scenarios import Found, Hunted, Result


def run(
    *paths: Path,
    mutate: bool = False,
    sample: int | None = None,
    observed: bool = False,
    least_coverage: float = 0,
    least_score: float = 0,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Run scenarios: is what should happen to a patient what the pathway does?

    A scenario is a YAML file beside the pathway, DEFINITIONS/scenarios/PATHWAY/NAME.yaml. Shows
    where the course departs from it, and which steps and branches no scenario reaches. Exits with
    1 when a scenario fails or cannot be read. JSON: scenarios (file, title, passed, decisions,
    differences), coverage (pathway, steps, branches, missed), mutants (pathway, made, tried,
    noticed, equivalent, score, survivors), issues.

    Parameters
    ----------
    paths
        Scenario files, folders of them, or ids of pathways; without any, all scenarios. Of a
        pathway: those beside it, and those beside others whose patients are on it too.
    mutate
        Also change the pathway in one place at a time (a threshold, a delay, a branch, an owner)
        and say which changes no scenario notices.
    sample
        With --mutate: so many changes of each pathway instead of all; always the same ones.
    observed
        Show all that happened, as lines for the scenario's `expect`.
    least_coverage
        Fail when less of the steps or branches is reached, in per cent.
    least_score
        With --mutate: fail when less of the changes is noticed, in per cent.
    json
        Print JSON for programs instead of text.
    """
    import gc

    from pathways.language.issues import has_errors
    from pathways.language.report import render
    from worker.commands.misuse import DONE, FAILED, Misuse
    from worker.commands.output import as_json, say
    from worker.library import Library
    from worker.scenarios import coverage, coverage_issues, find, site_of, tried

    if sample is not None and sample < 1:
        raise Misuse("--sample needs at least 1.")
    # Journeys are trees of small objects without cycles: looking for cycles less often takes a
    # quarter off.
    gc.set_threshold(50_000, 20, 100)
    library = Library(where.settings().definitions)
    found = find(library, paths)
    site = site_of(library)
    results = [tried(scenario, site) for scenario in found.scenarios]
    covered = coverage(results, site, found.excepted, found.asked)
    issues = [
        *found.issues,
        *(issue for one in covered for issue in coverage_issues(one, found.excepted)),
    ]
    hunts = _hunts(results, covered, found, site, sample, quiet=json) if mutate else []
    issues += [issue for one in hunts for issue in one.issues]
    if json:
        as_json(_data(issues, results, covered, hunts, site))
    else:
        if issues:
            say(render(issues, found.sources))
        _show(results, covered, hunts, site, observed=observed)
    failed = (
        has_errors(issues)
        or any(result.differences for result in results)
        or any(
            _percent(*one.count(steps=s)) < least_coverage for one in covered for s in (True, False)
        )
        or any(one.hunt.score * 100 < least_score for one in hunts)
    )
    return FAILED if failed else DONE


def _percent(reached: int, everything: int) -> float:
    return 100 * reached / everything if everything else 100.0


def _hunts(
    results: Sequence[Result],
    covered: Sequence[Covered],
    found: Found,
    site: Site,
    sample: int | None,
    *,
    quiet: bool,
) -> list[Hunted]:
    from worker.scenarios import hunted

    hunts = []
    for one in covered:
        with _progress(f"Changing {one.pathway}", quiet=quiet) as done:
            hunts.append(hunted(one.pathway, results, site, found.excepted, sample, done))
    return hunts


@contextmanager
def _progress(text: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, when that is a terminal."""
    import sys

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from worker.commands.output import console

    if quiet or not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(text)
        yield lambda done, everything: bar.update(task, completed=done, total=everything)


# -- text --------------------------------------------------------------------------------------


def _show(
    results: Sequence[Result],
    covered: Sequence[Covered],
    hunts: Sequence[Hunted],
    site: Site,
    *,
    observed: bool,
) -> None:
    from worker.commands.output import say

    for result in results:
        _show_result(result, observed=observed)
    failed = sum(bool(result.differences) for result in results)
    scenarios = "1 scenario" if len(results) == 1 else f"{len(results)} scenarios"
    say(f"{scenarios}, {failed} failed." if failed else f"{scenarios}, all as expected.")
    for one in covered:
        _show_coverage(one, site)
    for one_hunt in hunts:
        _show_hunt(one_hunt, site)


def _show_result(result: Result, *, observed: bool) -> None:
    from pathways.scenarios.judging import observed_lines
    from worker.commands.output import say

    scenario = result.scenario
    for difference in result.differences:
        say(f"{scenario.file}:{difference.line} {scenario.scenario}", "bold")
        say(f"  expected  {difference.expected}")
        for number, line in enumerate(difference.happened):
            say(f"  {'' if number else 'happened':8}  {line}")
        say("")
    if observed:
        say(f"{scenario.file}: what happened", "bold")
        for line in observed_lines(scenario, result.course):
            say(f"  - {line}")
        say("")


def _show_coverage(one: Covered, site: Site) -> None:
    from worker.commands.output import say

    parts = []
    for word, steps in (("steps and rules", True), ("branches", False)):
        reached, everything = one.count(steps=steps)
        parts.append(f"{word} {reached} of {everything} ({_percent(reached, everything):.0f} %)")
    apart = len(one.unreachable - one.reached)
    declared = f", {apart} declared unreachable" if apart else ""
    say(f"{one.pathway}: {', '.join(parts)}{declared}.")
    file = site.pathways[one.pathway][1].source
    for point in one.missed:
        say(f"  {_place(file, point.line)} {point.sentence} [{point.key}]")


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file


def _show_hunt(one: Hunted, site: Site) -> None:
    from worker.commands.output import say

    tried = len(one.hunt.verdicts)
    of = "" if tried == one.made else f" (a sample of {one.made})"
    declared = sum(bool(v.reason) and not v.noticed_by for v in one.hunt.verdicts)
    equivalent = f", {declared} declared equivalent" if declared else ""
    say(
        f"{one.pathway}: {one.hunt.noticed} of {tried} changes{of} noticed{equivalent}: "
        f"score {one.hunt.score:.1%}."
    )
    file = site.pathways[one.pathway][1].source
    for verdict in one.hunt.survivors:
        say(f"  {_place(file, verdict.mutant.line)} {verdict.mutant.sentence}")
        say(f"    {verdict.mutant.id}", "dim")


# -- data --------------------------------------------------------------------------------------


def _data(
    issues: Sequence[Issue],
    results: Sequence[Result],
    covered: Sequence[Covered],
    hunts: Sequence[Hunted],
    site: Site,
) -> dict[str, Any]:
    from pathways.language.report import as_json as issues_as_json

    return {
        "scenarios": [_result_data(result) for result in results],
        "coverage": [_coverage_data(one, site) for one in covered],
        "mutants": [_hunt_data(one, site) for one in hunts],
        "issues": issues_as_json(issues),
    }


def _result_data(result: Result) -> dict[str, Any]:
    return {
        "file": result.scenario.file,
        "title": result.scenario.scenario,
        "pathways": list(result.scenario.pathways),
        "passed": not result.differences,
        "decisions": result.decisions,
        "differences": [
            {"line": d.line, "expected": d.expected, "happened": list(d.happened)}
            for d in result.differences
        ],
    }


def _coverage_data(one: Covered, site: Site) -> dict[str, Any]:
    def counted(*, steps: bool) -> dict[str, int]:
        reached, everything = one.count(steps=steps)
        return {"reached": reached, "all": everything}

    return {
        "pathway": one.pathway,
        "steps": counted(steps=True),
        "branches": counted(steps=False),
        "missed": [
            {
                "point": point.key,
                "of": point.of,
                "file": site.pathways[one.pathway][1].source,
                "line": point.line,
                "message": point.sentence,
            }
            for point in one.missed
        ],
    }


def _hunt_data(one: Hunted, site: Site) -> dict[str, Any]:
    verdicts = one.hunt.verdicts
    return {
        "pathway": one.pathway,
        "made": one.made,
        "tried": len(verdicts),
        "noticed": one.hunt.noticed,
        "equivalent": sum(bool(v.reason) and not v.noticed_by for v in verdicts),
        "score": round(one.hunt.score, 4),
        "survivors": [
            {
                "mutant": verdict.mutant.id,
                "operator": verdict.mutant.operator,
                "of": verdict.mutant.of,
                "file": site.pathways[one.pathway][1].source,
                "line": verdict.mutant.line,
                "message": verdict.mutant.sentence,
            }
            for verdict in one.hunt.survivors
        ],
    }
