"""Issues as SARIF 2.1.0 (OASIS standard), which code hosts and editors show beside the lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pathways.language.issues import Issue, Place

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(issues: Iterable[Issue], meanings: Mapping[str, str], version: str) -> dict[str, Any]:
    """One SARIF log with one run. ``meanings``: what each code means; ``version``: Careway's.

    Columns count characters (SARIF's ``unicodeCodePoints``); a file name is a relative URI.
    """
    found = list(issues)
    codes = sorted({issue.code for issue in found})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": meanings.get(code, code)},
            "help": {"text": f"{meanings.get(code, code)} See docs/reference/errors.md."},
        }
        for code in codes
    ]
    driver = {"name": "careway", "version": version, "rules": rules}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(issue, codes.index(issue.code)) for issue in found],
            }
        ],
    }


def _result(issue: Issue, rule: int) -> dict[str, Any]:
    text = f"{issue.message} {issue.hint}".strip()
    result: dict[str, Any] = {
        "ruleId": issue.code,
        "ruleIndex": rule,
        "level": issue.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(issue.place)}],
    }
    if issue.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _location(related.place),
                "message": {"text": related.message},
            }
            for number, related in enumerate(issue.related, 1)
        ]
    return result


def _location(place: Place) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(place.file.replace("\\", "/"))},
        "region": {"startLine": place.line, "startColumn": place.column},
    }
