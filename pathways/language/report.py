"""Issues as text for people (compiler style) and as data for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pathways.language.issues import Issue, Place

MOST = 100
"""Issues that one report shows; a file with more needs another look first."""
_WIDEST = 100


def render(issues: Iterable[Issue], sources: Mapping[str, str]) -> str:
    """The issues as text: place and code, message, excerpt with caret, related places, hint.

    ``sources`` holds the text of each file; without it an issue has no excerpt.
    """
    found = list(issues)
    lines = {file: text.splitlines() for file, text in sources.items()}
    blocks = [_block(issue, lines.get(issue.place.file, [])) for issue in found[:MOST]]
    if len(found) > MOST:
        blocks.append(f"... and {len(found) - MOST} more.")
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def summary(issues: Iterable[Issue]) -> str:
    """One line: how many errors and warnings."""
    found = list(issues)
    errors = sum(issue.severity == "error" for issue in found)
    warnings = len(found) - errors
    parts = [_count(errors, "error")] if errors else []
    parts += [_count(warnings, "warning")] if warnings else []
    return " and ".join(parts) if parts else "no issues"


def as_json(issues: Iterable[Issue]) -> list[dict[str, object]]:
    """The issues as plain data."""
    return [
        {
            "code": issue.code,
            "severity": issue.severity,
            "message": issue.message,
            **_place(issue.place),
            "hint": issue.hint,
            "related": [{**_place(r.place), "message": r.message} for r in issue.related],
        }
        for issue in issues
    ]


def _place(place: Place) -> dict[str, object]:
    return {"file": place.file, "line": place.line, "column": place.column}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _block(issue: Issue, source: list[str]) -> str:
    mark = " (warning)" if issue.severity == "warning" else ""
    lines = [f"{issue.place} {issue.code}{mark}", f"  {issue.message}"]
    lines += _excerpt(issue.place, source)
    for related in issue.related:
        here = related.place.file == issue.place.file
        where = f"line {related.place.line}" if here else str(related.place)
        lines.append(f"  {where}: {related.message}")
    if issue.hint:
        lines.append(f"  {issue.hint}")
    return "\n".join(lines)


def _excerpt(place: Place, source: list[str]) -> list[str]:
    """The source line with a caret; long lines are cut around the place."""
    if not 1 <= place.line <= len(source):
        return []
    text = source[place.line - 1].replace("\t", " ")
    column = min(place.column, len(text) + 1)
    start = max(0, column - _WIDEST // 2) if len(text) > _WIDEST else 0
    shown = text[start : start + _WIDEST]
    number = str(place.line)
    gutter = " " * len(number)
    caret = " " * (column - 1 - start) + "^"
    return [f"    {number} | {shown}".rstrip(), f"    {gutter} | {caret}"]
