"""Identifying: from what a bundle tells of a patient to who that is, among all who are known."""

from __future__ import annotations

import hmac
from hashlib import sha256

from sqlalchemy import Engine

from activities.records import identities
from pathways.identity.traits import Traits, traits
from worker.admission import Arrival
from worker.intake.person import Identifier
from worker.secret import site_secret
from worker.settings import Settings

_DIGITS = 20


def traits_of(arrival: Arrival, settings: Settings) -> Traits:
    """What tells the patient from others. Identifiers are hidden behind the site's secret."""
    who = arrival.intake.identity
    secret = site_secret(settings)
    home = who.addresses[0] if who.addresses else None
    return traits(
        given=who.given,
        family=who.family,
        name=who.name,
        born=arrival.intake.profile.born,
        sex=arrival.intake.profile.sex,
        phone=who.phone,
        email=who.email,
        street=" ".join(home.lines) if home else "",
        postal=home.postal_code if home else "",
        identifiers=tuple(_hidden(one, secret) for one in who.identifiers),
    )


def source_of(told: Traits) -> str:
    """Names these traits: the same for the same."""
    parts = (told.given, told.family, told.born, told.sex, told.phone, told.email, told.address)
    return sha256(repr((*parts, told.identifiers)).encode()).hexdigest()[:_DIGITS]


def identify(arrival: Arrival, engine: Engine, settings: Settings) -> identities.Found:
    """Who the patient is: somebody known, somebody new (claimed now), or perhaps somebody."""
    told = traits_of(arrival, settings)
    return identities.arrive(engine, told, arrival.journey, source_of(told))


def keep(arrival: Arrival, journey: str, engine: Engine, settings: Settings) -> None:
    """A person has said that the patient is the one of ``journey``: known by this, too."""
    told = traits_of(arrival, settings)
    identities.keep(engine, journey, told, source_of(told))


def _hidden(one: Identifier, secret: bytes) -> str:
    text = f"identifier|{one.system}|{one.value}".encode()
    return hmac.new(secret, text, sha256).hexdigest()[:_DIGITS]
