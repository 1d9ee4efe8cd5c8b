"""Admitting a patient: from a FHIR bundle to what an enrollment needs, and who is registered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Engine

from activities.records import people
from pathways.calendar.resolve import CalendarError, resolve
from pathways.calendar.table import CalendarTable
from pathways.canonical import PinnedPathway, pin
from pathways.compiled import CompiledPathway
from pathways.journey.events import Actor, Enroll
from pathways.journey.team.rota import Rota
from pathways.language.issues import Issue, has_errors
from pathways.review.payer import payer_of
from worker.errors import WorkerError
from worker.intake import Intake, patient_key, read_bundle, readings_for
from worker.secret import site_secret
from worker.settings import Settings

_KINDS: tuple[people.Kind, ...] = ("patient", "caregiver")
_BEFORE, _AFTER = 1, 6
"""Years around the enrollment that its calendar covers."""


class BundleRefused(WorkerError):
    """The bundle cannot be taken in; ``issues`` say why, with places."""

    def __init__(self, file: str, text: str, issues: tuple[Issue, ...]) -> None:
        super().__init__(f"{file} cannot be taken in: nothing was enrolled.")
        self.file = file
        self.text = text
        self.issues = issues


class UnknownZone(WorkerError):
    """No calendar can be made."""


class Candidate(Struct, frozen=True):
    """A patient ready to be enrolled on one pathway. ``findings``: what was left out."""

    journey: str
    event: Enroll
    pinned: PinnedPathway
    findings: tuple[Issue, ...]


class Arrival(Struct, frozen=True):
    """A patient read from a bundle. ``findings``: warnings only."""

    journey: str
    intake: Intake
    calendar: CalendarTable
    findings: tuple[Issue, ...]


def arrive(text: str, file: str, at: int, settings: Settings) -> Arrival:
    """Read one patient's bundle. Raises ``BundleRefused``, ``UnknownZone``, ``WeakSecret``."""
    intake, findings = read_bundle(text, file, at, settings.zone)
    if intake is None or has_errors(findings):
        raise BundleRefused(file, text, tuple(findings))
    return Arrival(
        journey=patient_key(intake.identity, site_secret(settings)),
        intake=intake,
        calendar=calendar_for(intake.zone, at, settings.country),
        findings=tuple(findings),
    )


def candidate(
    arrival: Arrival,
    pathway: CompiledPathway,
    command: str,
    actor: Actor,
    referred: int,
    rota: Rota | None = None,
) -> Candidate:
    """What enrolling the patient on ``pathway`` sends."""
    intake = arrival.intake
    pinned = pin(pathway)
    readings, findings = readings_for(intake, pathway.data)
    event = Enroll(
        command=command,
        actor=actor,
        pathway=pathway.pathway,
        digest=pinned.digest,
        patient=replace(intake.profile, payer=_payer(intake, pathway)),
        calendar=arrival.calendar,
        referred=referred,
        readings=readings,
        team=intake.team,
        rota=rota,
    )
    return Candidate(arrival.journey, event, pinned, tuple(findings))


def _payer(intake: Intake, pathway: CompiledPathway) -> str:
    """Who pays, of the payers that the pathway knows, by the first active coverage that says it:
    by its code before its name."""
    for one in intake.identity.coverage:
        found = payer_of(pathway.payers, (*one.codes, one.plan, one.payer))
        if found:
            return found
    return ""


def calendar_for(zone: str, at: int, country: str) -> CalendarTable:
    """The calendar from the year before ``at`` to six years after. Raises ``UnknownZone``."""
    return _calendar(zone, datetime.fromtimestamp(at, UTC).year, country)


@lru_cache(maxsize=64)
def _calendar(zone: str, year: int, country: str) -> CalendarTable:
    try:
        return resolve(zone, date(year - _BEFORE, 1, 1), date(year + _AFTER, 12, 31), country)
    except CalendarError as error:
        raise UnknownZone(str(error)) from None


@contextmanager
def registered(engine: Engine, journey: str, arrival: Arrival) -> Iterator[Registration]:
    """The patient and caregiver are on record inside the block, so that a first message finds
    its reader; what was on record before comes back unless the registration is kept."""
    before = [people.person(engine, journey, kind) for kind in _KINDS]
    registration = Registration()
    for details in _people(journey, arrival):
        people.register_person(engine, details)
    try:
        yield registration
    finally:
        if not registration.kept:
            people.unregister_people(engine, journey)
            for one in before:
                if one is not None:
                    people.register_person(engine, one)


class Registration:
    """Whether what was registered stays."""

    kept = False

    def keep(self) -> None:
        """The enrollment was accepted, or may have been."""
        self.kept = True


def move(engine: Engine, journey: str, zone: str) -> None:
    """The patient (with the caregiver) lives in another time zone now."""
    for kind in _KINDS:
        known = people.person(engine, journey, kind)
        if known is not None:
            people.register_person(engine, replace(known, zone=zone))


def _people(journey: str, arrival: Arrival) -> Iterator[people.PersonDetails]:
    intake, who = arrival.intake, arrival.intake.identity
    yield people.PersonDetails(
        journey=journey,
        kind="patient",
        name=who.name,
        email=who.email,
        phone=who.phone,
        language=intake.profile.language,
        zone=intake.zone,
        consent=intake.profile.consent,
    )
    if who.caregiver is not None:
        yield people.PersonDetails(
            journey=journey,
            kind="caregiver",
            name=who.caregiver.name,
            email=who.caregiver.email,
            phone=who.caregiver.phone,
            language=who.caregiver.language or intake.profile.language,
            zone=intake.zone,
        )


__all__ = [
    "Arrival",
    "BundleRefused",
    "Candidate",
    "UnknownZone",
    "arrive",
    "calendar_for",
    "candidate",
    "move",
    "registered",
]
