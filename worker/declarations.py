"""Declarations of migrations in a folder of definitions: ``migrations/*.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from pathways.compiled import CompiledPathway
from pathways.journey.versions.choices import Choices
from pathways.language.issues import has_errors
from pathways.language.migrations import Declared, misnamed, read_migration
from pathways.language.report import render
from worker.shared import LibraryError, near, text_of


def declared_for(
    folder: Path,
    old: CompiledPathway,
    new: CompiledPathway,
    given: Path | None = None,
) -> Declared | None:
    """What is declared of going from one version to another: in the file ``given``, or else in the
    first of the folder that is about these two. Raises ``LibraryError`` with every finding."""
    files = [given] if given is not None else sorted((folder / "migrations").glob("*.yaml"))
    for file in files:
        text, name = text_of(file), near(file).as_posix()
        found, issues = read_migration(text, name)
        if found is None or has_errors(issues):
            raise LibraryError(f"{name} has errors:\n\n{render(issues, {name: text})}")
        about = (found.pathway, found.version, found.to)
        if about != (new.pathway, old.version, new.version):
            continue
        wrong = misnamed(found, old, new)
        if wrong:
            raise LibraryError(f"{name} has errors:\n\n{render(wrong, {name: text})}")
        return found
    if given is not None:
        raise LibraryError(
            f"{given} is not about going from version {old.version} of {new.pathway} to "
            f"{new.version}: choose patients with --from, or another file."
        )
    return None


def with_options(choices: Choices, given: Mapping[str, object]) -> Choices:
    """What the command line says comes first."""
    return replace(choices, **{name: value for name, value in given.items() if value})
