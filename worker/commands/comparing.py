"""``careway diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where


def diff(
    old: str,
    new: str,
    /,
    *,
    old_definitions: Path | None = None,
    exit_code: bool = False,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Compare two versions of a pathway: what changes for patients, and what is only cosmetic.

    Steps, stages, rules and goals that came, went, moved or changed: thresholds, deadlines,
    owners, escalations, messages. Cosmetic are titles, sources, and order and lines without
    effect. Both must be free of errors. JSON: old, new (pathway, version, title, digest, file),
    changes, cosmetic (subject, id, title, what, kind, aspect, text, now, was, line, old_line,
    patient of each).

    Parameters
    ----------
    old
        The id of a pathway, or a YAML file.
    new
        The same, of the newer version.
    old_definitions
        The folder that OLD belongs to, with its instruments and messages (default: the same).
    exit_code
        Exit with 1 when something changes for patients.
    json
        Print JSON for programs instead of text.
    """
    from msgspec import to_builtins

    from pathways.comparing import compare
    from worker.commands.authored import authored
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, say
    from worker.library import Library

    library = Library(where.settings().definitions)
    before = authored(Library(old_definitions) if old_definitions else library, old).pathway
    found = compare(before, authored(library, new).pathway)
    if json:
        as_json(to_builtins(found))
    else:
        say(found.text().rstrip())
    return FAILED if exit_code and found.changes else DONE
