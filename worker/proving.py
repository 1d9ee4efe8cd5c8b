"""Proofs about the definitions in use: with a calendar, and with the site's directory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.language.compiling import Compiled
from pathways.language.issues import Issue
from pathways.proving import (
    Proof,
    prove,
    prove_together,
    remaining_subject,
    shown,
    subject_of,
    unfilled_roles,
    unknown_services,
)
from pathways.scenarios import write
from worker.errors import WorkerError

FIRST, LAST = date(2027, 1, 1), date(2028, 12, 31)
"""Two years with every kind of long weekend, a leap day, and Christmas on a Saturday and on a
Monday: deadlines are tried from each of their business days."""


@cache
def proving_calendar() -> CalendarTable:
    """The days that deadlines are tried on: the sample site's zone and the US holidays."""
    return resolve("America/New_York", FIRST, LAST)


def proofs_about(compiled: Compiled, directory: Path) -> tuple[Proof, ...]:
    """What cannot be proven of one pathway; with a readable directory, also of this site."""
    from activities.directory import DirectoryError, load_directory

    calendar = proving_calendar()
    found = list(prove(compiled, calendar))
    subject = remaining_subject(compiled, calendar)
    if subject is None or not directory.is_file():
        return tuple(found)
    try:
        site = load_directory(directory.read_text(encoding="utf-8"))
    except (DirectoryError, OSError, UnicodeDecodeError):
        return tuple(found)  # said about the directory itself
    about = (
        *unfilled_roles(subject, site.role_mailboxes),
        *unknown_services(subject, site.services),
    )
    found += (shown(proof, subject.definition) for proof in about)
    return tuple(found)


def proofs_together(compiled: Iterable[Compiled]) -> tuple[Proof, ...]:
    """What cannot be proven of a patient who is on several of the pathways."""
    calendar = proving_calendar()
    subjects = [subject_of(one, calendar) for one in compiled]
    return prove_together([subject for subject in subjects if subject is not None])


def written(proofs: Iterable[Proof], folder: Path) -> dict[Issue, Issue]:
    """Write the counterexamples into ``folder``; each issue with a hint that names its file.

    Raises ``WorkerError`` when the folder cannot be written.
    """
    named: dict[Issue, Issue] = {}
    taken: dict[str, int] = {}
    for proof in proofs:
        if proof.patient is None:
            continue
        stem = f"{'-and-'.join(proof.patient.pathways)}-{proof.issue.code}"
        taken[stem] = taken.get(stem, 0) + 1
        path = folder / f"{stem}-{taken[stem]}.yaml"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(write(proof.patient), encoding="utf-8")
        except OSError as error:
            raise WorkerError(f"{path} cannot be written: {error.strerror}.") from None
        hint = f"{proof.issue.hint} A patient who shows it: {path}".strip()
        named[proof.issue] = replace(proof.issue, hint=hint)
    return named
