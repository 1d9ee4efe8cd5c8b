"""The queue of uncertain referrals as people look at it: what waits, until when, and both sides."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Engine

from activities.records import identities, match_rows, people
from activities.records.pathway_store import stored_pathways
from pathways.identity.traits import Traits
from worker.admission import arrive
from worker.identifying import traits_of
from worker.settings import Settings

SIDES = ("given", "family", "born", "sex", "phone", "email", "address")


class Queued(Struct, frozen=True):
    """A question with its due time (0: no journey asks it) and the referrals that wait for it."""

    asked: match_rows.Asked
    due: int
    referrals: tuple[ForWhat, ...]


class ForWhat(Struct, frozen=True):
    """What a waiting referral is for."""

    pathways: tuple[str, ...]
    referred: int
    referrer: str


class Side(Struct, frozen=True):
    """One trait on record, in all that is known of the patient, and in the referral."""

    trait: str
    known: str
    told: str


def queued(engine: Engine, *, all_: bool = False) -> list[Queued]:
    """Open questions, the earliest due first; with ``all_`` those that were decided as well."""
    names = {one.digest: one.pathway for one in stored_pathways(engine)}
    by_key: dict[str, list[ForWhat]] = {}
    for one in match_rows.waiting(engine):
        pathways = tuple(names.get(digest, digest[:12]) for digest in one.digests)
        found = ForWhat(pathways, one.referred, one.referrer)
        by_key.setdefault(one.key, []).append(found)
    rows = [
        Queued(asked, match_rows.due_of(engine, asked), tuple(by_key.get(asked.key, ())))
        for asked in match_rows.matches(engine, all_=all_)
    ]
    return sorted(rows, key=lambda row: (row.asked.status != "open", row.due, row.asked.asked))


def sides(engine: Engine, asked: match_rows.Asked, settings: Settings, at: int) -> list[Side]:
    """The patient who is known beside who is referred, as long as the referral waits. What it
    gives identifies people: for the one who decides, never for a log."""
    known = identities.sources(engine, asked.journey)
    waiting = match_rows.waiting(engine, asked.key)
    told = [traits_of(arrive(one.bundle, one.file, at, settings), settings) for one in waiting]
    registered = people.person(engine, asked.journey)
    name = Side("name on record", registered.name if registered is not None else "", "")
    return [name, *(Side(one, _joined(known, one), _joined(told, one)) for one in SIDES)]


def _joined(found: list[Traits], trait: str) -> str:
    texts = []
    for one in found:
        value = getattr(one, trait)
        texts.append(" ".join(value) if isinstance(value, tuple) else value)
    return " / ".join(dict.fromkeys(text for text in texts if text))
