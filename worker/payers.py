"""The payers of a folder of definitions: ``payers/*.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pathways.language.issues import Issue, Place, Related
from pathways.language.payers import compile_payer
from pathways.review.payer import Payer
from worker.shared import near, text_of

_CACHED = 64


def payers_of(folder: Path) -> tuple[dict[str, Payer], list[Issue]]:
    """Every payer that is in order, by id, and what is wrong with the others or with them
    together: one id in two files, or two that count when nothing is known."""
    known: dict[str, Payer] = {}
    files: dict[str, str] = {}
    issues: list[Issue] = []
    for path in sorted((folder / "payers").glob("*.yaml")):
        file = str(near(path))
        payer, found = _payer(text_of(path), file)
        issues += found
        if payer is None:
            continue
        if payer.id in known:
            issues.append(
                _twice("duplicate-id", f'"{payer.id}" is declared twice.', file, files[payer.id])
            )
            continue
        usual = next((p.id for p in known.values() if p.usual and payer.usual), "")
        if usual:
            fact = f'"{payer.id}" and "{usual}" both count when nothing is known.'
            issues.append(_twice("two-usual-payers", fact, file, files[usual]))
        known[payer.id], files[payer.id] = payer, file
    return known, issues


def payer_issues(folder: Path, text: str, file: str) -> list[Issue]:
    """What is wrong with one payer, alone and beside the others of the folder."""
    alone = list(_payer(text, file)[1])
    beside = [one for one in payers_of(folder)[1] if one.place.file == file]
    return [*alone, *(one for one in beside if one not in alone)]


def _twice(code: str, fact: str, file: str, first: str) -> Issue:
    where = Related(Place(first, 1, 1), "It is here first.")
    return Issue(code, fact, Place(file, 1, 1), (where,), "Change one of them.")


@lru_cache(_CACHED)
def _payer(text: str, file: str) -> tuple[Payer | None, tuple[Issue, ...]]:
    payer, issues = compile_payer(text, file)
    return payer, tuple(issues)


__all__ = ["payer_issues", "payers_of"]
