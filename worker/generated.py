"""Generated references: ``python -m worker.generated`` writes them, ``--check`` compares.

docs/reference/commands.md          the help of every command
docs/reference/errors.md            every code with its meaning
docs/reference/verbs/*.md           every verb with its fields and an example
docs/stories.md                     its tables: which line of a scenario shows which of a story
definitions/pathway.schema.json     for editors: completion and squiggles
definitions/instrument.schema.json
definitions/fragment.schema.json
definitions/site.schema.json
definitions/migration.schema.json
definitions/behaviour.schema.json   of synthetic patients, for simulations
definitions/staffing.schema.json
definitions/rota.schema.json        of a site's hours, and who is on call
definitions/scenario.schema.json
definitions/program.schema.json     of clocks and minutes of programs
definitions/payer.schema.json      of payers: how long each may take to decide
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cyclopts import App

from pathways.canonical import digest_of
from pathways.language.instruments import instrument_schema
from pathways.language.payers import payer_schema
from pathways.language.programs import program_schema
from pathways.language.rota import rota_schema
from pathways.language.schema import (
    fragment_schema,
    migration_schema,
    pathway_schema,
    scenario_schema,
    site_schema,
)
from pathways.language.simulation import behaviour_schema, staffing_schema
from worker import codes, refusal_codes
from worker.commands.application import app
from worker.commands.output import complain, say
from worker.library import Library, shipped
from worker.story_pages import PAGE, story_page
from worker.verb_pages import verb_pages

ROOT = Path(__file__).resolve().parent.parent
_MADE = "<!-- Made by `python -m worker.generated`; edit the code it describes instead. -->"


_MADE_BELOW = (
    "<!-- From here on made by `python -m worker.generated`; edit the scenarios instead. -->"
)


def texts() -> dict[str, str]:
    """Every generated file, by its path in the repository, with the text it should have."""
    return {
        "docs/reference/commands.md": commands(app),
        "docs/reference/errors.md": errors(),
        **verb_pages(Library(shipped()).shelf(), _MADE),
        PAGE: story_page(_written(PAGE), _MADE_BELOW, shipped()),
        "definitions/pathway.schema.json": _json(pathway_schema(), indent=1),
        "definitions/instrument.schema.json": _json(instrument_schema()),
        "definitions/fragment.schema.json": _json(fragment_schema(), indent=1),
        "definitions/site.schema.json": _json(site_schema()),
        "definitions/migration.schema.json": _json(migration_schema()),
        "definitions/behaviour.schema.json": _json(behaviour_schema()),
        "definitions/staffing.schema.json": _json(staffing_schema()),
        "definitions/rota.schema.json": _json(rota_schema()),
        "definitions/scenario.schema.json": _json(scenario_schema(), indent=1),
        "definitions/program.schema.json": _json(program_schema()),
        "definitions/payer.schema.json": _json(payer_schema()),
        "definitions/digests.json": _json(digests()),
    }


def _written(name: str) -> str:
    """What stands in a page that people and this program write together."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def stale(root: Path = ROOT) -> list[str]:
    """The generated files that are missing or not up to date."""
    return [
        name
        for name, text in texts().items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    ]


def commands(application: App) -> str:
    """The help of every command as Markdown."""
    started_as = sys.argv[0]
    sys.argv[0] = "careway"  # cyclopts shows how the program that runs was started
    try:
        text = application.generate_docs(output_format="markdown", heading_level=1)
    finally:
        sys.argv[0] = started_as
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join([lines[0], "", _MADE, *lines[1:]]) + "\n"


def errors() -> str:
    """Every code with its meaning as Markdown."""
    exits = {str(code): meaning for code, meaning in codes.EXIT_CODES.items()}
    parts = [
        "# Codes",
        _MADE,
        "Codes are stable: a program may rely on them. The sentence beside a code may change.",
        _section("Exit codes", "What a command leaves the shell with.", exits),
        _section(
            "Refusals",
            "Why a journey refuses a command. The refusal is recorded and changes nothing else.",
            refusal_codes.REFUSALS,
        ),
        _section(
            "Obstacles",
            "What stands in the way of moving a patient to another version (`cannot-migrate`).",
            refusal_codes.OBSTACLES,
        ),
        _section("Additions", "What an applied command may add.", refusal_codes.ADDITIONS),
        _section("Definitions", "What `careway check` may find.", codes.DEFINITIONS),
        _section(
            "Proofs",
            "What `careway check` may fail to prove of a pathway that is written correctly.",
            codes.PROOFS,
        ),
        _section("Bundles", "What `careway enroll` may find in a FHIR bundle.", codes.BUNDLES),
    ]
    return "\n\n".join(parts) + "\n"


def digests() -> dict[str, dict[str, str]]:
    """Version and digest of every pathway that ships."""
    return {
        pathway.pathway: {"version": pathway.version, "digest": digest_of(pathway)}
        for pathway in Library(shipped()).pathways()
    }


def _section(title: str, lead: str, meanings: Mapping[str, str]) -> str:
    rows = [f"| `{code}` | {meaning} |" for code, meaning in sorted(meanings.items())]
    return "\n".join([f"## {title}", "", lead, "", "| code | meaning |", "| --- | --- |", *rows])


def _json(value: object, indent: int = 2) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write or check; with ``--check`` 1 when a file is stale."""
    if list(arguments) not in ([], ["--check"]):
        complain("Usage: python -m worker.generated [--check]")
        return 2
    old = stale()
    if arguments:
        for name in old:
            complain(f"{name} is not up to date. Run: python -m worker.generated")
        return 1 if old else 0
    made = texts()
    for name in old:
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[name], encoding="utf-8")
        say(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
