"""``careway check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from pathways.language.issues import Issue
    from worker.library import Checked

Format = Literal["text", "json", "sarif"]


def check(
    *paths: Path,
    together: bool = False,
    counterexamples: Path | None = None,
    form: Annotated[Format, Parameter(name="--format")] = "text",
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Check definitions: pathways, instruments, messages, the directory.

    Beyond what is written wrongly, it proves of each pathway that every patient gets through:
    docs/authoring.md says what is proven. With a pathway, the names in its scenarios are checked.
    Exits with 1 when anything is an error; warnings do not count. JSON: files, errors, warnings,
    issues (code, severity, message, file, line, column, hint, related of each).

    Parameters
    ----------
    paths
        Files, folders or ids of pathways; without any, all definitions in use.
    together
        Prove also what the pathways are to a patient who is on several of them.
    counterexamples
        Write a patient who shows it, for each proof that fails, as a scenario into this folder.
    form
        text; json; or sarif (2.1.0), which code hosts and editors show beside the lines.
    json
        The same as --format json.
    """
    from pathways.language.issues import has_errors
    from worker.commands.misuse import DONE, FAILED
    from worker.library import Library
    from worker.proving import written

    checked = Library(where.settings().definitions).check(paths, together=together)
    issues = checked.issues
    if counterexamples is not None:
        named = written(checked.proofs, counterexamples)
        issues = tuple(named.get(issue, issue) for issue in issues)
    _print(checked, issues, "json" if json else form)
    return FAILED if has_errors(issues) else DONE


def _print(checked: Checked, issues: tuple[Issue, ...], form: Format) -> None:
    from pathways.language.report import as_json as issues_as_json
    from pathways.language.report import render, summary
    from worker.commands.output import as_json, say

    if form == "json":
        errors = sum(issue.severity == "error" for issue in issues)
        as_json(
            {
                "files": list(checked.files),
                "errors": errors,
                "warnings": len(issues) - errors,
                "issues": issues_as_json(issues),
            }
        )
        return
    if form == "sarif":
        from worker.codes import DEFINITIONS, PROOFS
        from worker.commands.running import release
        from worker.sarif import as_sarif

        as_json(as_sarif(issues, {**DEFINITIONS, **PROOFS}, release()))
        return
    if issues:
        say(render(issues, checked.sources))
    files = "1 file" if len(checked.files) == 1 else f"{len(checked.files)} files"
    say(f"{files} checked: {summary(issues)}.")
