"""The directory of services, providers, staff and shared mailboxes, read from YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml
from msgspec import Meta, Struct, field
from sqlalchemy import Connection, Engine, delete, insert

from activities.records.directory_models import Availability, Provider, RoleMailbox, Service, Staff
from activities.records.models import Base
from activities.slots import CELL
from pathways.language.tags import is_language

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GRAIN = CELL // 60


class DirectoryError(Exception):
    """The directory file says something that cannot be used."""


class _Part(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    pass


class WeeklyHours(_Part, frozen=True):
    """Slots of ``slot`` minutes on these days, from ``opens`` to ``closes`` ("08:30")."""

    services: Annotated[tuple[str, ...], Meta(min_length=1)]
    days: Annotated[tuple[Day, ...], Meta(min_length=1)]
    opens: str
    closes: str
    slot: Annotated[int, Meta(gt=0, multiple_of=_GRAIN)] = 30


class ProviderEntry(_Part, frozen=True):
    id: str
    name: str
    place: str
    hours: tuple[WeeklyHours, ...]
    zone: str
    holidays: str = ""
    remote: bool = False
    seats: Annotated[int, Meta(ge=1, le=100)] = 1


class StaffEntry(_Part, frozen=True):
    id: str
    name: str
    email: str
    role: str
    zone: str
    language: str = "en"


class MailboxEntry(_Part, frozen=True):
    name: str
    email: str
    zone: str


class OrganisationEntry(_Part, frozen=True):
    name: str
    phone: str


class Directory(_Part, frozen=True):
    """All of directory.yaml."""

    organisation: OrganisationEntry
    services: dict[str, str | dict[str, str]]
    """Titles by id: plain (English), or by language."""
    providers: tuple[ProviderEntry, ...]
    role_mailboxes: dict[str, MailboxEntry] = field(default_factory=dict)
    staff: tuple[StaffEntry, ...] = ()


@lru_cache(8)
def load_directory(text: str | None = None) -> Directory:
    """Read a directory; without ``text``, the one that ships. Raises ``DirectoryError``."""
    if text is None:
        text = (files("definitions") / "directory.yaml").read_text(encoding="utf-8")
    try:
        directory = msgspec.convert(yaml.safe_load(text), Directory, strict=True)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise DirectoryError(f"The directory cannot be read: {error}") from None
    problems = [
        *(problem for one in directory.services.items() for problem in _wrong_titles(*one)),
        *(
            problem
            for provider in directory.providers
            for problem in _problems(directory, provider)
        ),
    ]
    if problems:
        raise DirectoryError("The directory cannot be used:\n" + "\n".join(problems))
    return directory


def seed_directory(engine: Engine, directory: Directory | None = None) -> Directory:
    """Make the tables say what the directory says (by default the one that ships).

    Providers and services that a booking may refer to are never removed; a provider that is no
    longer listed just has no hours."""
    directory = directory or load_directory()
    with engine.begin() as connection:
        for table in (Availability, Staff, RoleMailbox):
            connection.execute(delete(table))
        _replace(connection, Service, [_service_row(*one) for one in directory.services.items()])
        _replace(connection, Provider, [_provider_row(entry) for entry in directory.providers])
        _insert(connection, Availability, [r for e in directory.providers for r in _hours_rows(e)])
        _insert(connection, Staff, [msgspec.structs.asdict(entry) for entry in directory.staff])
        mailboxes = directory.role_mailboxes.items()
        _insert(
            connection,
            RoleMailbox,
            [{"role": role} | msgspec.structs.asdict(entry) for role, entry in mailboxes],
        )
    return directory


def _replace(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(table).where(table.id.in_([row["id"] for row in rows])))
    _insert(connection, table, rows)


def _insert(connection: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _service_row(name: str, title: str | dict[str, str]) -> dict[str, Any]:
    texts = {"en": title} if isinstance(title, str) else dict(title)
    return {"id": name, "title": texts.pop("en"), "titles": texts}


def _provider_row(entry: ProviderEntry) -> dict[str, Any]:
    names = ("id", "name", "place", "zone", "holidays", "remote", "seats")
    return {name: getattr(entry, name) for name in names}


def _hours_rows(entry: ProviderEntry) -> list[dict[str, Any]]:
    return [
        {
            "provider": entry.id,
            "service": service,
            "weekday": _DAYS.index(day),
            "opens": _minutes(hours.opens),
            "closes": _minutes(hours.closes),
            "slot": hours.slot,
        }
        for hours in entry.hours
        for service in hours.services
        for day in hours.days
    ]


def _wrong_titles(name: str, title: str | dict[str, str]) -> Iterator[str]:
    texts = {"en": title} if isinstance(title, str) else title
    if "en" not in texts:
        yield f'Service "{name}" has no English title. Add en: ...'
    for language, text in texts.items():
        if not is_language(language):
            yield f'"{language}" of service "{name}" is not a language such as en, es or zh-Hant.'
        if not text.strip():
            yield f'The title of service "{name}" is empty in "{language}".'


def _problems(directory: Directory, entry: ProviderEntry) -> list[str]:
    who = f'Provider "{entry.id}"'
    found = []
    try:
        ZoneInfo(entry.zone)
    except (ZoneInfoNotFoundError, ValueError):
        found.append(f'{who} is in zone "{entry.zone}", which does not exist. Use an IANA zone.')
    for hours in entry.hours:
        opens, closes = _minutes(hours.opens), _minutes(hours.closes)
        if opens < 0 or closes <= opens or opens % _GRAIN:
            found.append(
                f'{who} is open from "{hours.opens}" to "{hours.closes}". Give two times of one '
                f'day as "08:30", the first on a multiple of {_GRAIN} minutes.'
            )
        found += [
            f'{who} offers "{service}", which is not among the services. Add it there.'
            for service in hours.services
            if service not in directory.services
        ]
    return found


def _minutes(clock: str) -> int:
    """Minutes since midnight of "08:30"; -1: not a time."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", clock)
    return int(match[1]) * 60 + int(match[2]) if match else -1
