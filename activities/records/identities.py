"""Who is known, and by what: found by likeness, claimed by one arrival at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, or_, select, text

from activities.records.database import reading
from activities.records.directory_models import Person
from activities.records.identity_models import KnownIdentifier, KnownTraits, MatchRow
from activities.records.writing import insert_if_new
from pathways.identity.likeness import Likeness, of_person
from pathways.identity.traits import Traits

_LOCK = 0x6361726577617902
"""Two arrivals take turns (a PostgreSQL advisory lock; SQLite has one writer at a time): or two
referrals of one new person, sent at once, would both find nobody and make two cases."""


class Found(Struct, frozen=True):
    """What an arrival finds."""

    journey: str
    """The journey that the person has, or will have; empty: a person must decide first."""
    fresh: bool = False
    """Nobody was known: the traits are claimed now, and given up if nothing comes of it."""
    perhaps: tuple[tuple[str, Likeness], ...] = ()
    """Journeys of people who may be the same, the likeliest first."""
    taken: bool = False
    """Its number belongs to somebody else, as a person has decided."""


def arrive(engine: Engine, told: Traits, key: str, source: str) -> Found:
    """Find the person whom ``told`` describes, or claim ``key`` as their journey. ``key`` is the
    journey that follows from their own number, ``source`` names these traits.

    Nothing links but a certain match with one person; who was told apart is not asked about again.
    """
    with engine.begin() as connection:
        _take_turns(connection)
        joined = _joined(connection)
        numbered, key = key, one_case(joined, key)
        known = _as_one(joined, _candidates(connection, told))
        found = {journey: of_person(traits, told) for journey, traits in known.items()}
        apart = _told_apart(connection, key) | _told_apart(connection, numbered)
        certain = [
            journey
            for journey, one in found.items()
            if one.verdict == "same" and (journey == key or journey not in apart)
        ]
        if not certain and key not in found and _is_on_record(connection, key):
            certain = [key]  # registered before traits were kept
        if len(certain) == 1:
            _keep(connection, certain[0], told, source)
            return Found(certain[0])
        perhaps = [
            (journey, one)
            for journey, one in found.items()
            if one.verdict != "other" and journey not in apart
        ]
        if perhaps:
            perhaps.sort(key=lambda pair: (-len(pair[1].agrees), len(pair[1].differs), pair[0]))
            return Found("", perhaps=tuple(perhaps))
        if key in found:
            return Found("", taken=True)
        _keep(connection, key, told, source)
        return Found(key, fresh=True)


def keep(engine: Engine, journey: str, told: Traits, source: str) -> None:
    """These traits are that patient's too, as a person has said."""
    with engine.begin() as connection:
        _keep(connection, journey, told, source)


def sources(engine: Engine, journey: str) -> list[Traits]:
    """How the patient is known."""
    with reading(engine) as connection:
        return _traits_of(connection, [journey]).get(journey, [])


def goes_on_in(engine: Engine, journey: str) -> str:
    """The journey with which this one was joined, or itself."""
    with reading(engine) as connection:
        return one_case(_joined(connection), journey)


def give_up(engine: Engine, journey: str) -> None:
    """Nothing came of an arrival that was claimed: nobody is known by these traits."""
    with engine.begin() as connection:
        for table in (KnownIdentifier, KnownTraits):
            connection.execute(delete(table).where(table.journey == journey))


def one_case(joined: dict[str, str], journey: str) -> str:
    """The journey in which the case goes on, after all that was joined."""
    passed = {journey}
    while journey in joined and joined[journey] not in passed:
        journey = joined[journey]
        passed.add(journey)
    return journey


def _joined(connection: Connection) -> dict[str, str]:
    """Journeys that were joined with another, as a person has said: which with which."""
    query = select(MatchRow.key, MatchRow.journey).where(MatchRow.status == "joined")
    return {row.key: row.journey for row in connection.execute(query)}


def _as_one(joined: dict[str, str], known: dict[str, list[Traits]]) -> dict[str, list[Traits]]:
    """What is known of cases that were joined, as of one person."""
    found: dict[str, list[Traits]] = {}
    for journey, traits in known.items():
        found.setdefault(one_case(joined, journey), []).extend(traits)
    return found


def _take_turns(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})


def _candidates(connection: Connection, told: Traits) -> dict[str, list[Traits]]:
    """Everybody who could be like ``told``: a superset, found by index. Whoever is like them shares
    an identifier, a way to be reached, or the year or the day of birth."""
    table, year, birthday = KnownTraits, told.born[:4], told.born[5:]
    signs: list[Any] = [
        column == value
        for column, value in (
            (table.birthday, birthday),
            (table.phone, told.phone),
            (table.email, told.email),
            (table.address, told.address),
        )
        if value
    ]
    if year:
        signs.append(table.born.between(f"{year}-", f"{year}-99"))
    journeys: dict[str, None] = {}
    if signs:
        journeys |= dict.fromkeys(connection.scalars(select(table.journey).where(or_(*signs))))
    if told.identifiers:
        by_number = select(KnownIdentifier.journey).where(
            KnownIdentifier.identifier.in_(told.identifiers)
        )
        journeys |= dict.fromkeys(connection.scalars(by_number))
    return _traits_of(connection, sorted(journeys))


_AT_ONCE = 500
"""Journeys of one query: databases bound the parameters."""


def _traits_of(connection: Connection, journeys: Sequence[str]) -> dict[str, list[Traits]]:
    found: dict[str, list[Traits]] = {}
    for first in range(0, len(journeys), _AT_ONCE):
        some = journeys[first : first + _AT_ONCE]
        query = select(KnownTraits.__table__).where(KnownTraits.journey.in_(some))
        for row in connection.execute(query.order_by(KnownTraits.journey, KnownTraits.source)):
            found.setdefault(row.journey, []).append(_traits(row))
    return found


def _traits(row: Any) -> Traits:
    return Traits(
        given=tuple(row.given),
        family=tuple(row.family),
        born=row.born,
        sex=row.sex,
        phone=row.phone,
        email=row.email,
        address=row.address,
        identifiers=tuple(row.identifiers),
    )


def _told_apart(connection: Connection, key: str) -> frozenset[str]:
    query = select(MatchRow.journey).where(MatchRow.key == key, MatchRow.status == "other")
    return frozenset(connection.scalars(query))


def _is_on_record(connection: Connection, journey: str) -> bool:
    query = select(Person.journey).where(Person.journey == journey, Person.kind == "patient")
    return connection.execute(query).first() is not None


def _keep(connection: Connection, journey: str, told: Traits, source: str) -> None:
    row: dict[str, Any] = {
        "journey": journey,
        "source": source,
        "given": list(told.given),
        "family": list(told.family),
        "born": told.born,
        "birthday": told.born[5:],
        "sex": told.sex,
        "phone": told.phone,
        "email": told.email,
        "address": told.address,
        "identifiers": list(told.identifiers),
    }
    insert_if_new(connection, KnownTraits, [row])
    insert_if_new(connection, KnownIdentifier, list(_numbers(journey, source, told.identifiers)))


def _numbers(journey: str, source: str, identifiers: Iterable[str]) -> Iterable[dict[str, str]]:
    for one in identifiers:
        yield {"journey": journey, "source": source, "identifier": one}
