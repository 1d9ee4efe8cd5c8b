"""What happens to a synthetic patient whatever the team does: readings at home, and events."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.journey.events import Device, Report
from pathways.journey.prepared import nominal_seconds
from pathways.simulating.answering import DAY, YEAR
from pathways.simulating.behaviour import Feed, Incidence
from pathways.simulating.team import OUTSIDE, Patient

HOUR = 3600
SOON = 60
"""Seconds that lie at least between two events."""
Planned = tuple[int, str, str]
"""(when, what, reference): ``reads``, ``happens`` or ``follows``; name and number."""


def at_first(patient: Patient, now: int) -> Iterator[Planned]:
    """The first reading of every device and the first event of every kind."""
    character = patient.character
    for feed in character.behaviour.feeds:
        owns = character.chance.share("owns", feed.name) < feed.owned
        if character.knows(feed.name) and owns:
            yield _reading(patient, feed, 1)
    for incidence in character.behaviour.events:
        yield from _event(patient, incidence, 1, now)


def next_reading(patient: Patient, ref: str) -> Iterator[Planned]:
    """The reading after this one."""
    feed, number = _feed(patient, ref)
    yield _reading(patient, feed, number + 1)


def reading(patient: Patient, ref: str, now: int) -> Device | None:
    """What the device sends, if it does; in hospital it stays at home."""
    feed, number = _feed(patient, ref)
    character = patient.character
    if patient.journey.hospital or character.chance.share("sends", feed.name, number) >= feed.sent:
        return None
    sent = character.reading(feed.name, now, f"device {number}", now)
    return Device((sent,), patient.command())


def after(patient: Patient, what: str, ref: str, now: int) -> Iterator[Planned]:
    """What is planned once an event has happened: what follows it, or the next of its kind."""
    incidence, number = _incidence(patient, ref)
    if what == "happens" and incidence.then:
        chance = patient.character.chance
        stay = chance.wait(incidence.after * DAY, incidence.event, number, "after")
        yield now + int(stay) + HOUR, "follows", ref
    else:
        yield from _event(patient, incidence, number + 1, now)


def report(patient: Patient, what: str, ref: str, now: int) -> Report:
    """The event, as somebody tells the journey of it."""
    incidence, number = _incidence(patient, ref)
    chance = patient.character.chance
    return Report(
        patient.command(),
        OUTSIDE,
        incidence.then if what == "follows" else incidence.event,
        now,
        verified=chance.share(incidence.event, number, "verified") < incidence.verified,
    )


def _reading(patient: Patient, feed: Feed, number: int) -> Planned:
    """About the same time of day, give or take an hour."""
    drawn = patient.character.chance.share("reads", feed.name, number)
    at = patient.since + number * nominal_seconds(feed.every) + int(2 * HOUR * (drawn - 0.5))
    return at, "reads", f"{feed.name} {number}"


def _event(patient: Patient, incidence: Incidence, number: int, now: int) -> Iterator[Planned]:
    if incidence.a_year > 0:
        wait = patient.character.chance.wait(YEAR / incidence.a_year, incidence.event, number)
        yield now + int(wait) + SOON, "happens", f"{incidence.event} {number}"


def _feed(patient: Patient, ref: str) -> tuple[Feed, int]:
    name, number = ref.split(" ")
    feeds = patient.character.behaviour.feeds
    return next(feed for feed in feeds if feed.name == name), int(number)


def _incidence(patient: Patient, ref: str) -> tuple[Incidence, int]:
    name, number = ref.split(" ")
    events = patient.character.behaviour.events
    return next(one for one in events if one.event == name), int(number)
