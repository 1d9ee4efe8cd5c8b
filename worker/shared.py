"""What pathways of a folder share, and what its site has set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pathways.calendar.resolve import zone_names
from pathways.language.issues import Issue, Place, Related, suggest
from pathways.language.medicines import compile_medicines
from pathways.language.rota import ReadRota, read_rota
from pathways.language.sharing.fragments import Fragment, read_fragment
from pathways.language.sharing.site import Site, read_site
from pathways.medicines.rules import MedicineRule
from worker.errors import WorkerError

_CACHED = 128


class LibraryError(WorkerError):
    """The definitions cannot be used; the text says which, where and why."""


def fragments_of(folder: Path) -> tuple[dict[tuple[str, str], Fragment], list[Issue]]:
    """The fragments that are in order, by id and version, and what is wrong with others."""
    known: dict[tuple[str, str], Fragment] = {}
    issues: list[Issue] = []
    for path in _files(folder):
        fragment, found = _fragment(text_of(path), str(near(path)))
        issues += found
        if fragment is None:
            continue
        first = known.setdefault((fragment.id, fragment.version), fragment)
        if first.file != fragment.file:
            issues.append(_twice(fragment, first))
    return known, issues


def fragment_issues(folder: Path, text: str, file: str) -> list[Issue]:
    """What is wrong with one fragment, alone and beside the others of the folder."""
    beside = (one for one in fragments_of(folder)[1] if one.code == "duplicate-id")
    return [*_fragment(text, file)[1], *(one for one in beside if one.place.file == file)]


def medicines_of(folder: Path) -> dict[str, tuple[MedicineRule, ...]]:
    """The rules about medicines of files that are in order, by the file's id."""
    found: dict[str, tuple[MedicineRule, ...]] = {}
    for path in sorted((folder / "medicines").glob("*.yaml")):
        name, rules, _ = _medicines(text_of(path), str(near(path)))
        if rules:
            found[name] = rules
    return found


@lru_cache(_CACHED)
def _medicines(text: str, file: str) -> tuple[str, tuple[MedicineRule, ...], list[Issue]]:
    return compile_medicines(text, file)


def fragment_texts(folder: Path) -> dict[str, str]:
    """The texts of the fragments, by file."""
    return {str(near(path)): text_of(path) for path in _files(folder)}


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "fragments").glob("*.yaml"))


@lru_cache(_CACHED)
def _fragment(text: str, file: str) -> tuple[Fragment | None, tuple[Issue, ...]]:
    return read_fragment(text, file)


def _twice(fragment: Fragment, first: Fragment) -> Issue:
    return Issue(
        "duplicate-id",
        f'Version "{fragment.version}" of the fragment "{fragment.id}" is in two files.',
        Place(fragment.file, 1, 1),
        related=(Related(Place(first.file, 1, 1), "It is here first."),),
        hint="Give one of the two another version.",
    )


def site_of(folder: Path, pathways: Iterable[str], now: str) -> tuple[Site | None, list[Issue]]:
    """What a folder's ``site.yaml`` sets, and what is wrong with it. ``now`` is a date."""
    texts = site_text(folder)
    for file, text in texts.items():
        site, issues = read_site(text, file, now)
        return site, [*issues, *_strangers(site, pathways)]
    return None, []


def site_issues(text: str, file: str, pathways: Iterable[str]) -> list[Issue]:
    """What is wrong with a site's file."""
    site, issues = read_site(text, file)
    return [*issues, *_strangers(site, pathways)]


def site_text(folder: Path) -> dict[str, str]:
    """The text of ``site.yaml`` by its file, if there is one."""
    path = folder / "site.yaml"
    return {str(near(path)): text_of(path)} if path.is_file() else {}


def _strangers(site: Site | None, pathways: Iterable[str]) -> list[Issue]:
    """Settings of pathways that are not here."""
    known = list(pathways)
    return [
        Issue(
            "unknown-pathway",
            f'There is no pathway "{one.pathway}" here.',
            one.about,
            hint=suggest(one.pathway, known),
        )
        for one in (site.settings if site is not None else ())
        if one.pathway not in known
    ]


def rota_of_text(text: str, file: str) -> tuple[ReadRota | None, tuple[Issue, ...]]:
    """What a ``rota.yaml`` says, and what is wrong with it."""
    found, issues = read_rota(text, file)
    if found is None or found.zone in zone_names():
        return found, issues
    hint = suggest(found.zone, zone_names())
    return None, (Issue("bad-zone", f'"{found.zone}" is not a time zone.', found.place, hint=hint),)


def directory_issues(text: str, file: str) -> list[Issue]:
    """What is wrong with a directory of services and staff."""
    from activities.directory import DirectoryError, load_directory

    try:
        load_directory(text)
    except DirectoryError as error:
        return [Issue("bad-directory", str(error), Place(file, 1, 1))]
    return []


def today() -> str:
    """The date in UTC."""
    return datetime.now(UTC).date().isoformat()


def near(path: Path) -> Path:
    """The path as seen from the current folder, if it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


def text_of(path: Path, *, exact: bool = False) -> str:
    """The text of a file; ``exact``: with its line ends as they are. Raises ``LibraryError``."""
    try:
        with path.open(encoding="utf-8", newline="" if exact else None) as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise LibraryError(
            f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from None
    except OSError as error:
        raise LibraryError(f"{path} cannot be read: {error.strerror}.") from None
