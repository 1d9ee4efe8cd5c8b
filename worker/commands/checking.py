"""``careway check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where


def check(
    *paths: Path,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Check definitions: pathways, instruments, messages.

    Exits with 1 when anything is an error; warnings do not count. JSON: files, errors, warnings,
    issues (code, severity, message, file, line, column, hint, related of each).

    Parameters
    ----------
    paths
        Files or folders; without any, all definitions in use.
    json
        Print JSON for programs instead of text.
    """
    from pathways.language.issues import has_errors
    from pathways.language.report import as_json as issues_as_json
    from pathways.language.report import render, summary
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, say
    from worker.library import Library

    checked = Library(where.settings().definitions).check(paths)
    errors = sum(issue.severity == "error" for issue in checked.issues)
    if json:
        as_json(
            {
                "files": list(checked.files),
                "errors": errors,
                "warnings": len(checked.issues) - errors,
                "issues": issues_as_json(checked.issues),
            }
        )
    else:
        if checked.issues:
            say(render(checked.issues, checked.sources))
        files = "1 file" if len(checked.files) == 1 else f"{len(checked.files)} files"
        say(f"{files} checked: {summary(checked.issues)}.")
    return FAILED if has_errors(checked.issues) else DONE
