"""Tables of identity: how people are told apart, which referrals wait for it, what was decided.

With ``people`` the only tables that hold what identifies a patient; all of a patient's rows leave
with an erasure (``people.forget_people``). Conventions as in ``models``.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from activities.records.models import Base


class KnownTraits(Base):
    """One source's traits of a person (``pathways.identity.traits``), as they are compared."""

    __tablename__ = "identities"
    __table_args__ = (
        Index("ix_identities_born", "born"),
        Index("ix_identities_birthday", "birthday"),
        Index("ix_identities_phone", "phone"),
        Index("ix_identities_email", "email"),
        Index("ix_identities_address", "address"),
    )

    journey: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    """Opaque: the same for the same traits."""
    given: Mapped[list[str]]
    family: Mapped[list[str]]
    born: Mapped[str]
    birthday: Mapped[str]
    """Month and day of ``born``."""
    sex: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    address: Mapped[str]
    identifiers: Mapped[list[str]]


class KnownIdentifier(Base):
    """An identifier of a person, opaque: nobody can test a guessed number against it."""

    __tablename__ = "identifiers"
    __table_args__ = (Index("ix_identifiers_identifier", "identifier"),)

    journey: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(primary_key=True)


class MatchRow(Base):
    """The question whether who is referred is a patient who is known; kept for ever, so that who
    was told apart stays apart. Names of traits only."""

    __tablename__ = "matches"
    __table_args__ = (Index("ix_matches_key", "key"), Index("ix_matches_status", "status"))

    id: Mapped[str] = mapped_column(primary_key=True)
    journey: Mapped[str]
    """Of the patient who is known."""
    key: Mapped[str]
    """The journey that who is referred would have."""
    likeness: Mapped[str]
    task: Mapped[str]
    """The journey's task that asks; empty: it could not be asked."""
    asked: Mapped[int]
    status: Mapped[str]
    """open, same, other, or elsewhere: the same as somebody else who is known. Of two journeys
    that were found to be one person's: joined (``key`` with ``journey``), or parted again."""
    person: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str]
    decided: Mapped[int]


class WaitingReferral(Base):
    """A referral that waits for its questions. Answered, it keeps nothing of the patient."""

    __tablename__ = "waiting_referrals"
    __table_args__ = (Index("ix_waiting_referrals_key", "key", "status"),)

    command: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    file: Mapped[str]
    bundle: Mapped[str]
    digests: Mapped[list[str]]
    """Of the pathways that it is for."""
    referred: Mapped[int]
    referrer: Mapped[str]
    person: Mapped[str]
    role: Mapped[str]
    asked: Mapped[int]
    status: Mapped[str]
    """waiting, linked, enrolled or refused."""
    journey: Mapped[str]
    """Where it went."""
    answered: Mapped[int]
