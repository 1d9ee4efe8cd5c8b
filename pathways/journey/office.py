"""Commands about how care is run rather than what it is: minutes, authorizations, versions, and
who is there. ``pathways.journey.events`` has them all."""

from __future__ import annotations

from typing import Literal

from pathways.journey.given import Actor, BaseEvent
from pathways.journey.team.rota import Rota
from pathways.journey.versions.choices import Choices


class Spend(BaseEvent, frozen=True, tag="spend"):
    """Minutes of care management for a program, on a local date; each counts once (T7)."""

    command: str
    actor: Actor
    program: str
    minutes: int
    on: str
    """ISO date, in the patient's time zone."""
    starts: int = 0
    """The instant at which they began; 0: not known, then nothing can be compared with it."""
    corrects: str = ""
    """An earlier entry, which this one takes the place of; 0 minutes strike it out."""


class Review(BaseEvent, frozen=True, tag="review"):
    """What is said of a request for authorization (``authorizing.reviewing.WORDS``): who
    sent it, what the payer did, what came of an appeal. Days are ISO dates, local."""

    command: str
    actor: Actor
    say: str
    review: str = ""
    """Empty: the one that is under way."""
    at: int | None = None
    """When it happened, if earlier than now."""
    role: str = ""
    """Who made the move, where that is not who tells of it: ``physician-reviewer`` ..."""
    person: str = ""
    """Their opaque id."""
    credential: str = ""
    reports_to: str = ""
    reason: str = ""
    family: str = ""
    """Of a denial: ``medical-necessity`` or ``administrative``."""
    criteria: str = ""
    """Id and version of the criteria used."""
    letter: str = ""
    payer: str = ""
    """submitted, extension: for this request, another payer than the patient's."""
    kind: str = ""
    """submitted: prior (unless said), concurrent, retrospective."""
    speed: str = ""
    benefit: str = ""
    level: str = ""
    """Level of care asked for."""
    first: str = ""
    last: str = ""
    units: int = 0
    unit: str = ""
    codes: tuple[str, ...] = ()
    facility: str = ""


class Migrate(BaseEvent, frozen=True, tag="migrate"):
    """Move an enrollment to another version of its pathway (X12)."""

    command: str
    actor: Actor
    pathway: str
    digest: str
    """Of the version to move to."""
    migration: str
    """The id of the migration that this is part of, for audits and for going back."""
    reason: str = ""
    origin: str = ""
    """Digest of the version that it must be on; empty: any."""
    choices: Choices = Choices()
    back: str = ""
    """The migration that is taken back."""


class Match(BaseEvent, frozen=True, tag="match"):
    """A referral that may be this patient's, and what came of it where it is not (X7). That it is
    says the ``Enroll`` that names the match. Names of traits only, never what they are."""

    command: str
    actor: Actor
    match: str
    """Opaque id of the question whether it is the same person."""
    verdict: Literal["", "other-person", "elsewhere", "joined", "parted"] = ""
    """Empty: a person is to decide. ``elsewhere``: the referral is somebody else's whom we know.
    ``joined``, ``parted``: another case was found to be this patient's, or not to be after all."""
    pathway: str = ""
    """What the referral is for."""
    referred: int = 0
    referrer: str = ""
    likeness: str = ""
    """What agrees, as ``pathways.identity`` says it."""
    reason: str = ""
    left: tuple[str, ...] = ()
    """Joined, parted: what was open in the other case, for a person to look through."""
    due: int = 0
    """The earliest due time of that, an instant; 0: a business day."""
    urgency: str = ""
    """The most urgent response class of that."""


class Absent(BaseEvent, frozen=True, tag="absent"):
    """A person of the care team is away from ``start`` until ``until``; ``cover`` stands in."""

    command: str
    actor: Actor
    person: str
    start: int
    until: int
    cover: str = ""


class KeepRota(BaseEvent, frozen=True, tag="rota"):
    """When people work from now on, and who is on call; ``None``: nothing is known any more."""

    command: str
    actor: Actor
    rota: Rota | None = None


class HandOver(BaseEvent, frozen=True, tag="hand-over"):
    """A person leaves the care team; ``to`` fills every role that was theirs."""

    command: str
    actor: Actor
    person: str
    to: str
