"""The people table: who a journey's patient and caregiver are and how to reach them.

No other table but those of ``identity_models`` (how people are told apart), no workflow and no log
line holds a name or an address (I8).
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar
from zoneinfo import available_timezones

from msgspec import Struct, structs
from sqlalchemy import Delete, Engine, Select, Update, delete, insert, select, update

from activities.records.database import RecordsError, reading
from activities.records.directory_models import Person
from activities.records.identity_models import KnownIdentifier, KnownTraits

Kind = Literal["patient", "caregiver"]
_Statement = TypeVar("_Statement", Select[Any], Update, Delete)


class NoSuchPerson(RecordsError):
    """Nobody is registered as that patient or caregiver."""


class UnknownZone(RecordsError):
    """A time zone that does not exist."""


class PersonDetails(Struct, frozen=True):
    """``zone`` is an IANA time zone; ``consent`` is to automated contact."""

    journey: str
    kind: Kind
    name: str
    email: str = ""
    phone: str = ""
    language: str = "en"
    zone: str = "America/New_York"
    consent: bool = True


def register_person(engine: Engine, details: PersonDetails) -> None:
    """Register a patient or caregiver, replacing earlier details. Raises ``UnknownZone``."""
    if details.zone not in available_timezones():
        raise UnknownZone(
            f'There is no time zone "{details.zone}". Use an IANA name such as America/Chicago.'
        )
    row = structs.asdict(details)
    with engine.begin() as connection:
        connection.execute(_theirs(delete(Person), details.journey, details.kind))
        connection.execute(insert(Person), [row])


def person(engine: Engine, journey: str, kind: Kind = "patient") -> PersonDetails | None:
    """The registered details, if any."""
    query = _theirs(select(Person.__table__), journey, kind)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else PersonDetails(**row._mapping)


def zones(engine: Engine) -> dict[str, str]:
    """The time zone of every registered patient, by journey."""
    query = select(Person.journey, Person.zone).where(Person.kind == "patient")
    with reading(engine) as connection:
        return {row.journey: row.zone for row in connection.execute(query)}


class Household(Struct, frozen=True):
    """Of a patient: the language that is spoken, and whether a caregiver is on record."""

    language: str
    caregiver: bool


def households(engine: Engine) -> dict[str, Household]:
    """Every registered patient by journey."""
    with reading(engine) as connection:
        rows = connection.execute(select(Person.journey, Person.kind, Person.language)).all()
    helped = {row.journey for row in rows if row.kind == "caregiver"}
    return {
        row.journey: Household(row.language, row.journey in helped)
        for row in rows
        if row.kind == "patient"
    }


def set_consent(engine: Engine, journey: str, consent: bool, kind: Kind = "patient") -> None:
    """Give or withdraw consent to automated contact. Raises ``NoSuchPerson``."""
    change = _theirs(update(Person), journey, kind).values(consent=consent)
    with engine.begin() as connection:
        if connection.execute(change).rowcount == 0:
            raise NoSuchPerson(
                f"No {kind} is registered for journey {journey}. Register them first."
            )


def unregister_people(engine: Engine, journey: str) -> None:
    """Nothing came of an arrival: take the details back."""
    with engine.begin() as connection:
        connection.execute(delete(Person).where(Person.journey == journey))


def forget_people(engine: Engine, journey: str) -> None:
    """Remove the patient's and the caregiver's details, and by what they were known (erasure)."""
    with engine.begin() as connection:
        for table in (Person, KnownTraits, KnownIdentifier):
            connection.execute(delete(table).where(table.journey == journey))


def _theirs(statement: _Statement, journey: str, kind: Kind) -> _Statement:
    return statement.where(Person.journey == journey, Person.kind == kind)
