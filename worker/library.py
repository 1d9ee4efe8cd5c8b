"""The definitions in use: a folder of YAML, checked and compiled as it is asked for.

A folder holds ``pathways/*.yaml``, ``instruments/*.yaml`` and ``messages.yaml``; it may hold
``fragments/*.yaml`` that pathways share, ``payers/*.yaml``, ``rota.yaml`` with the team's hours,
and ``site.yaml`` with what this site sets. Editing a file touches no running patient: journeys
carry what they were enrolled on.
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
from pathways.language.issues import Issue, has_errors, in_order, suggest
from pathways.language.medicines import compile_medicines
from pathways.language.messages import read_messages
from pathways.language.migrations import read_migration
from pathways.language.programs import program_names, read_program
from pathways.language.reading import read_yaml
from pathways.language.report import render
from pathways.language.scenario_names import name_issues, pathways_of
from pathways.language.scenarios import ReadScenario, read_exceptions, read_scenario
from pathways.language.sharing.site import Site
from pathways.language.simulation import read_behaviour, read_staffing
from pathways.language.together import check_together
from pathways.language.tree import Mapping as MappingNode
from pathways.programs.program import Program
from pathways.proving import Proof
from worker.payers import payer_issues, payers_of
from worker.proving import proofs_about, proofs_together
from worker.shared import (
    LibraryError,
    directory_issues,
    fragment_issues,
    fragment_texts,
    fragments_of,
    medicines_of,
    near,
    rota_of_text,
    site_issues,
    site_of,
    site_text,
    text_of,
    today,
)

_CACHED = 128


class Checked(Struct, frozen=True):
    """What checking some files came to. ``sources``: their texts, for excerpts. ``proofs``:
    those that failed, whose issues are among ``issues``."""

    files: tuple[str, ...]
    issues: tuple[Issue, ...]
    sources: dict[str, str]
    proofs: tuple[Proof, ...] = ()


def shipped() -> Path:
    """The folder of definitions that comes with Careway."""
    return Path(str(files("definitions").joinpath("messages.yaml"))).parent


class Library:
    """One folder of definitions. Reads each file when it is first needed."""

    def __init__(self, folder: Path | None = None, today: str = "") -> None:
        """``today`` (``2026-11-22``) decides which of the site's settings are in force."""
        self.folder = folder or shipped()
        self._today = today
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
        compiled = self._compile(path, source, self.shelf())
        if compiled.pathway is None:
            found = render(compiled.issues, {source: text_of(path), **self.shared_texts()})
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
            instrument, found = _instrument(text_of(path), str(path))
            issues += found
            if instrument is not None:
                known[instrument.id] = instrument
        return known, issues

    def programs(self) -> tuple[dict[str, Program], list[Issue]]:
        """Every program that is in order, by id, and what is wrong with the others."""
        files = sorted((self.folder / "programs").glob("*.yaml"))
        read = [(str(near(file)), *read_program(text_of(file), str(near(file)))) for file in files]
        known = {program.program: program for _, program, _ in read if program is not None}
        issues = [issue for _, _, found in read for issue in found]
        for file, program, _ in read:
            if program is not None:
                issues += program_names(program, file, known)
        return known, issues

    def messages(self) -> tuple[Mapping[str, Mapping[str, MessageText]], list[Issue]]:
        """The messages that every pathway may use, and what is wrong with their file."""
        path = self.folder / "messages.yaml"
        if not path.is_file():
            return {}, []
        messages, issues = read_messages(text_of(path), str(path))
        return messages, list(issues)

    def site(self) -> tuple[Site | None, list[Issue]]:
        """What this site sets, as of today, and what is wrong with its file."""
        return site_of(self.folder, self.ids(), self._today or today())

    def shelf(self) -> Shelf:
        """What pathways share. What is wrong with it shows where a pathway uses it.

        Raises ``LibraryError`` when the site's file has errors: without its settings, patients
        would be cared for by thresholds that this site has not agreed to.
        """
        site, issues = self.site()
        if has_errors(issues):
            found = render(issues, site_text(self.folder))
            raise LibraryError(f"The site's settings have errors and cannot be used:\n\n{found}")
        return self._shelf(site)

    def _shelf(self, site: Site | None) -> Shelf:
        return Shelf(
            instruments=self.instruments()[0],
            messages=self.messages()[0],
            fragments=fragments_of(self.folder)[0],
            site=site,
            medicines=medicines_of(self.folder),
            payers=payers_of(self.folder)[0],
        )

    def shared_texts(self) -> dict[str, str]:
        """The texts of what findings may point into besides the pathway, by file."""
        return {**fragment_texts(self.folder), **site_text(self.folder)}

    def check(self, paths: Iterable[Path] = (), *, together: bool = False) -> Checked:
        """Check files, folders and pathways of this library by id; without any, all of it.
        ``together``: also what the pathways are to a patient who is on several of them."""
        wanted = [self._named(path) for path in paths] or [self.folder]
        files = [near(file) for path in wanted for file in self._with_scenarios(path)]
        chosen = list(dict.fromkeys(files))
        issues: list[Issue] = []
        proofs: list[Proof] = []
        compiled: dict[str, Compiled] = {}
        instruments: dict[str, Instrument] = {}
        scenarios: list[ReadScenario] = []
        shelf = self._shelf(self.site()[0])
        for file in chosen:
            text = text_of(file)
            kind = _kind(text, file)
            if kind == "pathway":
                compiled[str(file)] = one = self._compile(file, str(file), shelf)
                issues += one.issues
                proofs += proofs_about(one, self.folder / "directory.yaml")
            elif kind == "scenario":
                scenarios.append(read_scenario(text, str(file)))
            else:
                issues += self._issues(kind, text, str(file))
                instrument = _instrument(text, str(file))[0] if kind == "instrument" else None
                if instrument is not None:
                    instruments[str(file)] = instrument
        for read in scenarios:
            issues += read.issues
            issues += self._misnamed(read, compiled, shelf)
        if any(path.is_dir() for path in wanted):
            whole = {file: one.as_far_as_read for file, one in compiled.items()}
            legible = {file: pathway for file, pathway in whole.items() if pathway is not None}
            issues += check_together(legible, instruments, whole.keys() - legible.keys())
        if together:
            proofs += proofs_together(compiled.values())
        issues += (proof.issue for proof in proofs)
        texts = {str(file): text_of(file) for file in chosen}
        sources = {**self.shared_texts(), **texts}
        return Checked(tuple(texts), in_order(issues), sources, tuple(proofs))

    def _issues(self, kind: str, text: str, file: str) -> Iterable[Issue]:
        match kind:
            case "instrument":
                return _instrument(text, file)[1]
            case "messages":
                return read_messages(text, file)[1]
            case "exceptions":
                return read_exceptions(text, file)[1]
            case "behaviour":
                return read_behaviour(text, file)[1]
            case "staffing":
                return read_staffing(text, file)[1]
            case "medicines":
                return compile_medicines(text, file)[2]
            case "program":
                program, found = read_program(text, file)
                named = program and program_names(program, file, self.programs()[0])
                return [*found, *(named or ())]
            case "payer":
                return payer_issues(self.folder, text, file)
            case "migration":
                return read_migration(text, file)[1]
            case "fragment":
                return fragment_issues(self.folder, text, file)
            case "rota":
                return rota_of_text(text, file)[1]
            case "site":
                return site_issues(text, file, self.ids())
            case _:
                return directory_issues(text, file)

    def _misnamed(
        self, read: ReadScenario, checked: Mapping[str, Compiled], shelf: Shelf
    ) -> list[Issue]:
        """Names of a scenario that its pathways do not have. Of a pathway that was checked in
        another folder, that one counts; where one has errors, what it has is not known."""
        if read.scenario is None:
            return []
        here = {one.definition.pathway.pathway: one for one in checked.values() if one.definition}
        known: dict[str, CompiledPathway] = {}
        for name in pathways_of(read.scenario):
            path = self.folder / "pathways" / f"{name}.yaml"
            if name not in here and path.is_file():
                here[name] = self._compile(path, str(near(path)), shelf)
            one = here.get(name)
            if one is not None and one.pathway is None:
                return []
            if one is not None and one.pathway is not None:
                known[name] = one.pathway
        return name_issues(read, known, self.ids(), self.programs)

    def _with_scenarios(self, path: Path) -> list[Path]:
        """The definitions at ``path``; with a pathway of this library, the scenarios beside it."""
        found = _yaml_files(path)
        scenarios = self.folder / "scenarios" / path.stem
        mine = path.is_file() and path.resolve().parent == (self.folder / "pathways").resolve()
        return [*found, *_yaml_files(scenarios)] if mine and scenarios.is_dir() else found

    def _named(self, path: Path) -> Path:
        """The file of a pathway that is named by its id, else the path itself."""
        if len(path.parts) == 1 and not path.exists() and path.name in self.ids():
            return self.folder / "pathways" / f"{path.name}.yaml"
        return path

    def _compile(self, path: Path, source: str, shelf: Shelf) -> Compiled:
        shared = hashlib.sha256(repr(shelf).encode()).hexdigest()
        return _compiled(text_of(path), source, shared, _Shared(shelf))


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
    keys = root.names() if isinstance(root, MappingNode) else ()
    for kind in ("scenario", "migration"):
        if kind in keys:
            return kind
    if "equivalent" in keys or "unreachable" in keys:
        return "exceptions"
    if "pathway" in keys or ("stages" in keys and "fragment" not in keys):
        return "pathway"
    for kind in _BY_THEIR_KEY:
        if kind in keys:
            return _OTHERWISE.get(kind, kind)
    return "messages" if "messages" in keys else "pathway"


_BY_THEIR_KEY = (
    *("instrument", "providers", "payer", "fragment", "settings", "site"),
    *("behaviour", "staffing", "medicines", "program", "rota"),
)
_OTHERWISE = {"providers": "directory", "settings": "site"}
_WITHOUT_LANGUAGE = frozenset({"directory", "scenario", "exceptions"})


def definitions_in(paths: Iterable[Path]) -> list[Path]:
    """The definitions that have a language, of files and folders: all but staff and scenarios."""
    files = [near(file) for path in paths for file in _yaml_files(path)]
    return [file for file in files if _kind(text_of(file), file) not in _WITHOUT_LANGUAGE]


def _yaml_files(path: Path) -> list[Path]:
    """The definitions below a folder, or the file itself."""
    if path.is_dir():
        return sorted(p for p in path.rglob("*.y*ml") if p.suffix in (".yaml", ".yml"))
    return [path]


__all__ = [
    "Checked",
    "Library",
    "LibraryError",
    "definitions_in",
    "has_errors",
    "shipped",
]
