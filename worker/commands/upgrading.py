"""``careway upgrade``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Where


def upgrade(
    *paths: Path,
    check: bool = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Bring definitions to the newest version of the language, with all their comments.

    Adds the line "language: 1" where it is missing; nothing else changes. A file that is written
    for a version this Careway does not know is refused and stays as it is.

    Parameters
    ----------
    paths
        Files or folders; without any, your folder of definitions (--definitions).
    check
        Write nothing; exit with 1 when a file is not up to date.
    """
    from pathways.language.report import render
    from pathways.language.upgrading import upgrade as upgraded
    from worker.commands.misuse import DONE, FAILED, Misuse
    from worker.commands.output import complain, say
    from worker.library import definitions_in
    from worker.shared import LibraryError, text_of

    folder = where.settings().definitions
    if not paths and folder is None:
        raise Misuse("Give the files to upgrade, or your folder of definitions (--definitions).")
    failed = False
    for path in definitions_in(paths or (folder,) if folder is not None else paths):
        text = text_of(path, exact=True)
        found = upgraded(text, str(path))
        if found.issues:
            complain(render(found.issues, {str(path): text}).rstrip())
            failed = True
        elif not found.changes:
            say(f"{path}: up to date.")
        elif check:
            say(f"{path}: not up to date.")
            failed = True
        else:
            try:
                path.write_bytes(found.text.encode())
            except OSError as error:
                raise LibraryError(f"{path} cannot be written: {error.strerror}.") from None
            say(f"{path}: {' '.join(found.changes)}")
    return FAILED if failed else DONE
