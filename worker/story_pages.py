"""docs/stories.md: each line of the acceptance stories, and the expectations that show it."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from pathways.language.scenarios import read_scenario
from pathways.scenarios.scenario import Expectation, Scenario
from pathways.scenarios.writing import line_of
from worker.shared import text_of

PAGE = "docs/stories.md"


def stories(folder: Path) -> tuple[Scenario, ...]:
    """The acceptance stories of a folder of definitions, in order of their numbers."""
    paths = sorted((folder / "scenarios" / "stories").glob("*.yaml"))
    read = (read_scenario(text_of(path), path.name).scenario for path in paths)
    return tuple(sorted((one for one in read if one is not None), key=_number))


def story_page(written: str, made: str, folder: Path) -> str:
    """The page: what people wrote, up to the line ``made``, and the tables of the stories."""
    head, found, _ = written.partition(made)
    sections = "\n\n".join(_section(one) for one in stories(folder))
    return f"{head if found else written}{made}\n\n{sections}\n"


def _number(scenario: Scenario) -> int:
    return int(scenario.scenario.partition(":")[0].removeprefix("S"))


def _section(story: Scenario) -> str:
    name, _, title = story.scenario.partition(": ")
    link = f"[{story.file}](../definitions/scenarios/stories/{story.file})"
    rows = [
        f"| {_cell(says)} | {_cell(_shown(story, claim))} |" for claim, says in story.claims.items()
    ]
    lines = (f"## {name}. {title[:1].upper()}{title[1:]}", "", f"{link}, by line.", "")
    return "\n".join([*lines, "| the story says | expected |", "| --- | --- |", *rows])


def _shown(story: Scenario, claim: str) -> str:
    lines = [_line(one) for one in story.expect if claim in one.shows]
    lines += [f"never {_line(one)}" for one in story.never if claim in one.shows]
    return "<br>".join(lines)


def _line(one: Expectation) -> str:
    return f"{one.line}: `{line_of(replace(one, shows=()))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
