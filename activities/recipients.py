"""Who a message goes to, as the records know them at the moment of sending."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Engine, select

from activities.records.database import reading
from activities.records.directory_models import Person, RoleMailbox, Staff
from pathways.journey.effects import Notify

PATIENTWARD = ("patient", "caregiver")


class Recipient(Struct, frozen=True):
    """An empty ``email``: there is no address. ``consent`` is always given by staff."""

    name: str
    email: str
    language: str
    zone: str
    consent: bool


class Household(Struct, frozen=True):
    """The names that a message may use."""

    patient: str | None
    caregiver: str | None


def household(engine: Engine, journey: str) -> Household:
    query = select(Person.kind, Person.name).where(Person.journey == journey)
    with reading(engine) as connection:
        names = {row[0]: row[1] for row in connection.execute(query)}
    return Household(names.get("patient"), names.get("caregiver"))


def recipient(engine: Engine, journey: str, notify: Notify) -> Recipient | None:
    """The patient, the caregiver, the person who fills the role, or the role's shared mailbox.

    ``None``: nobody of that description is on record."""
    if notify.to in PATIENTWARD:
        return _patientward(engine, journey, notify.to)
    return _staff(engine, notify.person) or _mailbox(engine, notify.to)


def _patientward(engine: Engine, journey: str, kind: str) -> Recipient | None:
    query = select(Person.__table__).where(Person.journey == journey, Person.kind == kind)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Recipient(row.name, row.email, row.language, row.zone, row.consent)


def _staff(engine: Engine, person: str) -> Recipient | None:
    if not person:
        return None
    query = select(Staff.__table__).where(Staff.id == person, Staff.email != "")
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Recipient(row.name, row.email, row.language, row.zone, True)


def _mailbox(engine: Engine, role: str) -> Recipient | None:
    query = select(RoleMailbox.__table__).where(RoleMailbox.role == role)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Recipient(row.name, row.email, "en", row.zone, True)
