"""The definitions in use: a folder of YAML, checked and compiled as it is asked for.

A folder holds ``pathways/*.yaml``, ``instruments/*.yaml`` and ``messages.yaml``. Editing a
file never touches a running patient: journeys carry the pathway that they were enrolled on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from pathways.compiled import CompiledPathway, Instrument, MessageText
from pathways.language.compiling import Compiled, compile_pathway
from pathways.language.definition import Shelf
from pathways.language.instruments import compile_instrument
from pathways.language.issues import Issue, Place, has_errors, in_order, suggest
from pathways.language.messages import read_messages
from pathways.language.reading import read_yaml
from pathways.language.report import render
from pathways.language.scenarios import read_exceptions, read_scenario
from pathways.language.tree import Mapping as MappingNode
from worker.errors import WorkerError

_CACHED = 128


class LibraryError(WorkerError):
    """The definitions cannot be used; the text says which, where and why."""


class Checked(Struct, frozen=True):
    """What checking some files came to. ``sources``: their texts, for excerpts."""

    files: tuple[str, ...]
    issues: tuple[Issue, ...]
    sources: dict[str, str]


def shipped() -> Path:
    """The folder of definitions that comes with Careway."""
    return Path(str(files("definitions").joinpath("messages.yaml"))).parent


class Library:
    """One folder of definitions. Reads each file when it is first needed."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shipped()
        if not self.folder.is_dir():
            raise LibraryError(
                f"There is no folder of definitions at {self.folder}. Is CAREWAY_DEFINITIONS right?"
            )

    def ids(self) -> list[str]:
        """The ids of the pathways: their files' names."""
        return sorted(path.stem for path in (self.folder / "pathways").glob("*.yaml"))

    def pathway(self, name: str) -> CompiledPathway:
        """The compiled pathway ``name``. Raises ``LibraryError`` with every finding."""
        path = self.folder / "pathways" / f"{name}.yaml"
        if name not in self.ids():
            hint = suggest(name, self.ids()) or "There are none."
            raise LibraryError(f'There is no pathway "{name}" in {self.folder}. {hint}')
        # Named without its folder: the name is part of the digest, the same on every machine.
        source = f"definitions/pathways/{path.name}"
        compiled = self._compile(path, source)
        if compiled.pathway is None:
            found = render(compiled.issues, {source: _text(path)})
            raise LibraryError(f'Pathway "{name}" has errors and cannot be used:\n\n{found}')
        return compiled.pathway

    def pathways(self) -> Iterator[CompiledPathway]:
        """All pathways. Raises ``LibraryError`` at the first that has errors."""
        return (self.pathway(name) for name in self.ids())

    def instruments(self) -> tuple[dict[str, Instrument], list[Issue]]:
        """Every instrument that is in order, by id, and what is wrong with the others."""
        known: dict[str, Instrument] = {}
        issues: list[Issue] = []
        for path in sorted((self.folder / "instruments").glob("*.yaml")):
            instrument, found = _instrument(_text(path), str(path))
            issues += found
            if instrument is not None:
                known[instrument.id] = instrument
        return known, issues

    def messages(self) -> tuple[Mapping[str, Mapping[str, MessageText]], list[Issue]]:
        """The messages that every pathway may use, and what is wrong with their file."""
        path = self.folder / "messages.yaml"
        if not path.is_file():
            return {}, []
        messages, issues = read_messages(_text(path), str(path))
        return messages, list(issues)

    def shelf(self) -> Shelf:
        """What pathways share. What is wrong with it shows where a pathway uses it."""
        return Shelf(instruments=self.instruments()[0], messages=self.messages()[0])

    def check(self, paths: Iterable[Path] = ()) -> Checked:
        """Check files and folders of definitions; without any, all of this library."""
        chosen = [_near(file) for path in paths or (self.folder,) for file in _yaml_files(path)]
        issues: list[Issue] = []
        for file in chosen:
            issues += self._issues(file)
        sources = {str(file): _text(file) for file in chosen}
        return Checked(tuple(sources), in_order(issues), sources)

    def _issues(self, file: Path) -> Iterable[Issue]:
        text = _text(file)
        match _kind(text, file):
            case "instrument":
                return _instrument(text, str(file))[1]
            case "messages":
                return read_messages(text, str(file))[1]
            case "scenario":
                return read_scenario(text, str(file)).issues
            case "exceptions":
                return read_exceptions(text, str(file))[1]
            case "directory":
                return _directory_issues(text, str(file))
            case _:
                return self._compile(file, str(file)).issues

    def _compile(self, path: Path, source: str) -> Compiled:
        shelf = self.shelf()
        shared = hashlib.sha256(repr(shelf).encode()).hexdigest()
        return _compiled(_text(path), source, shared, _Shared(shelf))


class _Shared:
    """A shelf as a cache key: its content is already in the key beside it."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shared)

    def __hash__(self) -> int:
        return 0


@lru_cache(_CACHED)
def _compiled(text: str, file: str, _shared: str, shelf: _Shared) -> Compiled:
    return compile_pathway(text, file, shelf.shelf)


@lru_cache(_CACHED)
def _instrument(text: str, file: str) -> tuple[Instrument | None, list[Issue]]:
    return compile_instrument(text, file)


def _kind(text: str, file: Path) -> str:
    """What a file defines, by its first words: what it says it is, not where it lies."""
    root, _ = read_yaml(text, str(file))
    keys = root.keys() if isinstance(root, MappingNode) else ()
    if "scenario" in keys:
        return "scenario"
    if "equivalent" in keys or "unreachable" in keys:
        return "exceptions"
    if "pathway" in keys or "stages" in keys:
        return "pathway"
    for key, kind in (("instrument", "instrument"), ("providers", "directory")):
        if key in keys:
            return kind
    return "messages" if "messages" in keys else "pathway"


def _directory_issues(text: str, file: str) -> list[Issue]:
    from activities.directory import DirectoryError, load_directory

    try:
        load_directory(text)
    except DirectoryError as error:
        return [Issue("bad-directory", str(error), Place(file, 1, 1))]
    return []


def _yaml_files(path: Path) -> list[Path]:
    """The definitions below a folder, or the file itself."""
    if path.is_dir():
        return sorted(p for p in path.rglob("*.y*ml") if p.suffix in (".yaml", ".yml"))
    return [path]


def _near(path: Path) -> Path:
    """The path as seen from the current folder, if it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LibraryError(
            f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from None
    except OSError as error:
        raise LibraryError(f"{path} cannot be read: {error.strerror}.") from None


__all__ = ["Checked", "Library", "LibraryError", "has_errors", "shipped"]
