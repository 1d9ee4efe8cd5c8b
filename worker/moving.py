"""Moving a cohort of patients to another version of their pathway: foreseen, done, taken back.

Every patient is sent one command whose id follows from the migration and the journey. So what
was interrupted goes on when it is asked for again, and nobody is moved twice.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, convert, to_builtins

from activities.records import migration_rows as rows
from activities.records import reading
from activities.records.pathway_store import store_pathway, stored_pathway
from pathways.canonical import PinnedPathway, canonical, unpin
from pathways.compiled import CompiledPathway
from pathways.foretelling import following, foretold
from pathways.journey.decide import Decision, decide
from pathways.journey.effects import Answer, EnrollmentRow
from pathways.journey.events import Actor, Migrate
from pathways.journey.state import Journey
from pathways.journey.versions.choices import Choices
from pathways.narrative import titles_of
from worker.asking import AskingError, asked
from worker.desk import Desk
from worker.errors import WorkerError


class MovingError(WorkerError):
    """The migration cannot be begun; the text says why and what to do."""


class Order(Struct, frozen=True):
    """What is asked for: the version to move to, and whom. ``choices``: by the digest of the
    version that is left; ``riding``: by the same, the version to move to instead of ``target``."""

    target: PinnedPathway
    """As it travels and is pinned: going back, the very one that patients came from."""
    actor: Actor
    choices: Mapping[str, Choices]
    reason: str = ""
    back: str = ""
    riding: Mapping[str, PinnedPathway] | None = None
    words: str = ""
    """Whom and how, as it was asked for: the same words again go on with what was interrupted."""

    @property
    def pathway(self) -> CompiledPathway:
        """The version to move to."""
        return unpin(self.target)

    def to(self, origin: str) -> PinnedPathway:
        """The version for who leaves ``origin``. Who has left it before is refused anyway."""
        return self.target if self.riding is None else self.riding.get(origin, self.target)

    @property
    def asked(self) -> str:
        """Names what is asked for, whoever of the cohort has been moved by now."""
        words = [self.target.digest, self.back, self.reason, self.words]
        return hashlib.sha256(canonical([*words, self.riding is not None])).hexdigest()


class Patient(Struct, frozen=True):
    """Somebody to be moved."""

    journey: str
    enrollment: EnrollmentRow


class Foreseen(Struct, frozen=True):
    """What moving one patient would do, or did. ``lines``: in words; ``then``: what follows at
    once."""

    journey: str
    version: str
    to: str
    stage: str
    answer: Answer
    plan: dict[str, Any]
    lines: tuple[str, ...]
    then: tuple[str, ...]


def patients_on(
    desk: Desk, pathway: str, journeys: Iterable[str] = (), version: str = ""
) -> list[Patient]:
    """Who is on the pathway now; ``version``: only who is on that one (or on that digest)."""
    wanted = [desk.journey(one) for one in journeys]
    return [
        Patient(one.id, enrollment)
        for one in reading.journeys(desk.engine)
        for enrollment in one.enrollments
        if enrollment.pathway == pathway
        and enrollment.status != "discharged"
        and (not wanted or one.id in wanted)
        and (not version or enrollment.version == version or _begins(enrollment.digest, version))
    ]


def _begins(digest: str, text: str) -> bool:
    return len(text) >= 8 and digest.startswith(text)


def version_in_use(desk: Desk, digest: str) -> PinnedPathway:
    """A version that was ever in use. Raises ``MovingError``."""
    pinned = stored_pathway(desk.engine, digest)
    if pinned is None:
        raise MovingError(f"The records do not have the version with digest {digest[:12]}.")
    return pinned


async def foresee(desk: Desk, order: Order, patient: Patient, now: int) -> Foreseen:
    """What the journey would decide now: the same function on the same state."""
    state = await desk.state(patient.journey)
    event = _event(order, "dry-run", patient)
    digests = [e.digest for e in state.enrollments.values()]
    library = {digest: unpin(version_in_use(desk, digest)) for digest in digests}
    library[event.digest] = unpin(order.to(patient.enrollment.digest))
    decision = decide(state, event, now, library)
    return _told(patient, state, decision, library.values())


def _told(
    patient: Patient, state: Journey, decision: Decision, pathways: Iterable[CompiledPathway]
) -> Foreseen:
    plan, answer = decision.migration, decision.answer or Answer("refused")
    titles = titles_of(pathways)
    entries = decision.record.entries if decision.record is not None else ()
    lines = foretold(plan, state.calendar, titles) if plan is not None else ()
    if not lines and answer.status == "refused":
        lines = (f"Cannot be moved: {answer.message}",)
    return Foreseen(
        patient.journey,
        patient.enrollment.version,
        plan.to if plan is not None else "",
        patient.enrollment.stage,
        answer,
        to_builtins(plan) if plan is not None else {},
        lines,
        following(entries, state.calendar, titles),
    )


def begin(desk: Desk, order: Order, patients: Iterable[Patient], now: int) -> rows.Recorded:
    """Put the migration on record, or find it under way; store the version it moves to."""
    cohort = list(patients)
    for origin in dict.fromkeys(p.enrollment.digest for p in cohort):
        store_pathway(desk.engine, order.to(origin))
    chosen = {digest: to_builtins(one) for digest, one in sorted(order.choices.items())}
    migration = rows.Recorded(
        id="",
        asked=order.asked,
        pathway=order.pathway.pathway,
        digest=order.target.digest,
        version=order.pathway.version,
        person=order.actor.person,
        role=order.actor.role,
        reason=order.reason,
        choices=chosen,
        back=order.back,
        begun=now,
        ended=0,
    )
    origins = {p.journey: p.enrollment.digest for p in cohort}
    return rows.begin(desk.engine, migration, origins)


async def carry_out(
    desk: Desk,
    order: Order,
    migration: rows.Recorded,
    now: int,
    progress: Callable[[rows.Moved, int, int], None],
) -> list[rows.Moved]:
    """Move everybody who still waits; one that cannot be reached does not stop the others."""
    everybody = rows.journeys_of(desk.engine, migration.id)
    for number, one in enumerate(everybody, 1):
        if one.status in ("waiting", "unreached"):
            moved = await _move(desk, order, migration, one, now)
            await asyncio.to_thread(rows.note, desk.engine, migration.id, moved)
            progress(moved, number, len(everybody))
    result = rows.journeys_of(desk.engine, migration.id)
    if not any(one.status in ("waiting", "unreached") for one in result):
        rows.end(desk.engine, migration.id, now)
    return result


async def _move(
    desk: Desk,
    order: Order,
    migration: rows.Recorded,
    one: rows.Moved,
    now: int,
) -> rows.Moved:
    pinned = order.to(one.origin)
    event = Migrate(
        command=f"migrate-{migration.id}-{one.journey}",
        actor=order.actor,
        pathway=order.pathway.pathway,
        digest=pinned.digest,
        migration=migration.id,
        reason=order.reason,
        origin=one.origin,
        choices=order.choices.get(one.origin, Choices()),
        back=order.back,
    )
    try:
        answer = await asked(one.journey, desk.journeys.migrate(one.journey, event, pinned))
    except AskingError as error:
        return rows.Moved(one.journey, one.origin, "unreached", "", str(error), now)
    return rows.Moved(one.journey, one.origin, answer.status, answer.code, answer.message, now)


def _event(order: Order, migration: str, patient: Patient) -> Migrate:
    origin = patient.enrollment.digest
    return Migrate(
        command=f"{migration}-{patient.journey}",
        actor=order.actor,
        pathway=order.pathway.pathway,
        digest=order.to(origin).digest,
        migration=migration,
        reason=order.reason,
        origin=origin,
        choices=order.choices.get(origin, Choices()),
        back=order.back,
    )


def taking_back(
    desk: Desk, migration: str, actor: Actor, reason: str
) -> list[tuple[Order, list[Patient]]]:
    """The orders that take a migration back: one for each version that patients came from.

    Raises ``MovingError`` when there is no such migration."""
    found = rows.migration_of(desk.engine, migration)
    if found is None:
        known = ", ".join(one.id for one in rows.migrations(desk.engine)[-5:]) or "none yet"
        raise MovingError(f'There is no migration "{migration}". The latest are: {known}.')
    moved = {
        one.journey: one.origin
        for one in rows.journeys_of(desk.engine, migration)
        if one.status == "applied"
    }
    on_it = {p.journey: p for p in patients_on(desk, found.pathway) if p.journey in moved}
    orders = []
    for origin in dict.fromkeys(moved.values()):
        forth = convert(found.choices.get(origin, {}), Choices)
        order = Order(
            version_in_use(desk, origin),
            actor,
            {p.enrollment.digest: inverse(forth) for p in on_it.values()},
            reason,
            back=migration,
        )
        orders.append((order, [p for j, p in on_it.items() if moved[j] == origin]))
    return orders


def inverse(choices: Choices) -> Choices:
    """The names of the way back."""
    return Choices(
        stages={to: name for name, to in choices.stages.items()},
        steps={to: name for name, to in choices.steps.items() if to},
    )
