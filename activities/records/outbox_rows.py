"""The outbox as the relay works on it: every step is one conditional UPDATE, so that of two
relays only one wins. ``now`` is wall-clock seconds.

    due --claim--> due (leased) --begin_sending--> sending --> sent | failed | unknown
                       |--> due again later | suppressed | failed
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, Engine, Update, and_, func, select, update

from activities.records.models import Message
from pathways.compiled import MessageText
from pathways.journey.effects import Notify

Settled = Literal["sent", "suppressed", "failed", "unknown"]

_MINE: dict[str, Any] = {"claimed_by": "", "claimed_until": 0}


class Claimed(Struct, frozen=True):
    """A message leased to one relay."""

    journey: str
    notify: Notify
    attempts: int
    """Earlier attempts that got as far as the mail server."""
    expires: int
    """Wall-clock instant from which on a failed attempt is the last; 0: none was made yet."""
    budget: int


class ToReport(Struct, frozen=True):
    journey: str
    key: str
    reason: str
    unknown: bool


def claim_due(engine: Engine, relay: str, now: int, until: int) -> Claimed | None:
    """Lease the most urgent message that is due."""
    due = and_(Message.status == "due", Message.next_attempt <= now, Message.claimed_until <= now)
    next_key = (
        select(Message.key)
        .where(due)
        .order_by(Message.urgent.desc(), Message.next_attempt, Message.at, Message.key)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = (
        update(Message)
        .where(Message.key == next_key, due)
        .values(claimed_by=relay, claimed_until=until)
        .returning(*Message.__table__.columns)
    )
    with engine.begin() as connection:
        row = connection.execute(change).one_or_none()
    return None if row is None else _claimed(row)


def begin_sending(engine: Engine, relay: str, key: str, now: int, until: int) -> bool:
    """The last moment before a message leaves. False: it was retracted, replaced or lost."""
    return _change(
        engine,
        _leased(relay, key, "due").values(
            status="sending",
            claimed_until=until,
            first_attempt=_first_attempt(now),
        ),
    )


def settle(
    engine: Engine,
    relay: str,
    key: str,
    status: Settled,
    reason: str,
    now: int,
    *,
    tried: bool,
) -> bool:
    """The end of a message of ours. Nobody is told of a sent or a suppressed one.
    ``tried``: it got as far as the mail server."""
    return _change(
        engine,
        _leased(relay, key, "due", "sending").values(
            **_MINE,
            status=status,
            reason=reason,
            settled=now,
            attempts=Message.attempts + int(tried),
            reported=status in ("sent", "suppressed"),
        ),
    )


def put_off(
    engine: Engine, relay: str, key: str, reason: str, now: int, until: int, *, tried: bool
) -> bool:
    """Not now: due again at ``until``. ``tried``: an attempt was made and counts."""
    return _change(
        engine,
        _leased(relay, key, "due", "sending").values(
            **_MINE,
            status="due",
            reason=reason,
            next_attempt=until,
            attempts=Message.attempts + int(tried),
            first_attempt=_first_attempt(now),
        ),
    )


def give_up_on_lost(engine: Engine, now: int) -> int:
    """Messages whose relay died while sending: nobody knows whether they went out."""
    lost = (
        update(Message)
        .where(Message.status == "sending", Message.claimed_until <= now)
        .values(
            **_MINE,
            status="unknown",
            reason="interrupted",
            settled=now,
            attempts=Message.attempts + 1,
            reported=False,
        )
    )
    with engine.begin() as connection:
        return _count(connection, lost)


def claim_report(engine: Engine, relay: str, now: int, until: int) -> ToReport | None:
    """Lease a failure that its journey has not been told of."""
    open_report = and_(
        Message.status.in_(("failed", "unknown")),
        Message.reported.is_(False),
        Message.claimed_until <= now,
    )
    next_key = (
        select(Message.key)
        .where(open_report)
        .order_by(Message.urgent.desc(), Message.settled, Message.key)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = (
        update(Message)
        .where(Message.key == next_key, open_report)
        .values(claimed_by=relay, claimed_until=until)
        .returning(Message.journey, Message.key, Message.reason, Message.status)
    )
    with engine.begin() as connection:
        row = connection.execute(change).one_or_none()
    if row is None:
        return None
    return ToReport(row.journey, row.key, row.reason, row.status == "unknown")


def put_off_report(engine: Engine, relay: str, key: str, until: int) -> bool:
    """The journey could not be told; again at ``until``."""
    return _change(
        engine,
        _leased(relay, key, "failed", "unknown").values(claimed_by="", claimed_until=until),
    )


def reported(engine: Engine, relay: str, key: str) -> bool:
    """The journey knows."""
    return _change(engine, _leased(relay, key, "failed", "unknown").values(**_MINE, reported=True))


def _leased(relay: str, key: str, *statuses: str) -> Update:
    return update(Message).where(
        Message.key == key, Message.claimed_by == relay, Message.status.in_(statuses)
    )


def _first_attempt(now: int) -> Any:
    return func.coalesce(func.nullif(Message.first_attempt, 0), now)


def _change(engine: Engine, change: Update) -> bool:
    with engine.begin() as connection:
        return _count(connection, change) == 1


def _count(connection: Connection, change: Update) -> int:
    return connection.execute(change).rowcount


def _claimed(row: Any) -> Claimed:
    return Claimed(
        journey=row.journey,
        notify=Notify(
            key=row.key,
            step=row.step,
            to=row.recipient,
            message=row.message,
            text=MessageText(row.subject, row.body),
            person=row.person,
            params=row.params,
            appointment=row.appointment,
            urgent=row.urgent,
        ),
        attempts=row.attempts,
        expires=row.first_attempt + row.budget if row.first_attempt else 0,
        budget=row.budget,
    )
