"""``careway migrate``: patients to another version of a pathway, or records to a new release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from worker.commands import running
from worker.commands.moved import data, list_migrations, progress, show, summary
from worker.commands.options import NOBODY, NOWHERE, Json, Where, Who

if TYPE_CHECKING:
    from activities.records.migration_rows import Moved, Recorded
    from pathways.compiled import CompiledPathway
    from pathways.journey.versions.choices import Choices
    from worker.desk import Desk
    from worker.moving import Order, Patient

Clock = Literal["keep", "recompute", "restart"]


def migrate(
    pathway: str = "",
    /,
    *,
    journey: Annotated[list[str] | None, Parameter(negative="")] = None,
    all_: Annotated[bool, Parameter(name="--all")] = False,
    from_: Annotated[str, Parameter(name="--from")] = "",
    names: Path | None = None,
    due: Clock | None = None,
    due_of: Annotated[list[str] | None, Parameter(negative="")] = None,
    keep: Annotated[list[str] | None, Parameter(negative="")] = None,
    skip: Annotated[list[str] | None, Parameter(negative="")] = None,
    repeat: Annotated[list[str] | None, Parameter(negative="")] = None,
    reason: str = "",
    safety: bool = False,
    back: str = "",
    list_: Annotated[bool, Parameter(name="--list")] = False,
    dry_run: bool = False,
    json: Json = False,
    who: Annotated[Who, Parameter()] = NOBODY,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Move running patients to another version of their pathway. See docs/migrating.md.

    Shows for each patient what would happen (--dry-run), or does it. Interrupted, it goes on when
    it is asked for again; each patient is moved once. Exits with 1 when somebody was not moved.
    Without anything: brings the record database up to date, and loads the directory of services
    and staff. JSON: migration, pathway, version, digest, patients (journey, version, to, stage,
    status, code, message, plan, lines, then of each); with --list a list of migrations.

    Parameters
    ----------
    pathway
        The version to move to: a YAML file, or a pathway's id.
    journey
        A patient to move; repeat it for several.
    all_
        Everybody who is on another version of the pathway.
    from_
        Everybody who is on this version (or on this digest).
    names
        A declaration of renamed stages and steps; otherwise that in the folder migrations.
    due
        What becomes of every running clock. Otherwise: keep where both versions allow the same
        time, recompute where they do not.
    due_of
        STEP=keep, recompute or restart: the clock of one step, rule, stage or goal.
    keep
        An old step whose open task stays open though the step is gone; repeat it for several.
    skip
        A new step that does not start for who is in its stage already; repeat it for several.
    repeat
        A new message step that is sent though the patient has had its message.
    reason
        Why; it stands in every patient's timeline.
    safety
        Move nobody: give running patients the version's rules marked apply-to-running.
    back
        Take this migration back.
    list_
        List all migrations on record.
    dry_run
        Only show what would happen.
    json
        Print JSON for programs instead of text.
    """
    from worker.commands.misuse import Misuse

    chosen = [bool(journey), all_, bool(from_)]
    if list_:
        return list_migrations(where, json=json)
    if back:
        return _run(where, _back_of(back, who, reason), dry_run=dry_run, json=json)
    if not pathway:
        if any(chosen) or dry_run or safety:
            raise Misuse("Say which version to move to: careway migrate FILE --all.")
        return running.migrate(where=where)
    if sum(chosen) != 1 and not (journey and from_ and not all_):
        raise Misuse("Say who is to be moved: --journey, --all or --from VERSION.")
    given: dict[str, object] = {
        "due": due,
        "dues": _dues(due_of or []),
        "keep": tuple(keep or ()),
        "skip": tuple(skip or ()),
        "repeat": tuple(repeat or ()),
    }
    making = _Forth(pathway, tuple(journey or ()), from_, names, given, reason, safety, who)
    return _run(where, making.orders, dry_run=dry_run, json=json)


def _dues(given: list[str]) -> dict[str, str]:
    from worker.commands.misuse import Misuse

    dues = {}
    for one in given:
        name, equals, policy = one.partition("=")
        if not equals or policy not in ("keep", "recompute", "restart"):
            raise Misuse(f'--due-of takes STEP=keep, STEP=recompute or STEP=restart, not "{one}".')
        dues[name] = policy
    return dues


Orders = list[tuple["Order", list["Patient"]]]


@dataclass(frozen=True)
class _Forth:
    """To another version."""

    pathway: str
    journeys: tuple[str, ...]
    version: str
    names: Path | None
    given: dict[str, object]
    reason: str
    safety: bool
    who: Who

    def orders(self, desk: Desk) -> Orders:
        from pathways.canonical import pin, unpin
        from worker.commands.authored import authored
        from worker.moving import Order, patients_on, version_in_use

        target = authored(desk.library, self.pathway).pathway
        pinned = pin(target)
        patients = [
            p
            for p in patients_on(desk, target.pathway, self.journeys, self.version)
            if p.enrollment.digest != pinned.digest
        ]
        origins = list(dict.fromkeys(p.enrollment.digest for p in patients))
        old = {origin: unpin(version_in_use(desk, origin)) for origin in origins}
        if self.safety:
            return self._safety(target, old, patients)
        choices, because = {}, ""
        for origin, version in old.items():
            choices[origin], why = self._choices(desk, version, target)
            because = because or why
        reason = self.reason or because
        order = Order(pinned, self.who.actor(), choices, reason, words=self.words())
        return [(order, patients)]

    def words(self) -> str:
        """What was asked for, whoever has been moved since."""
        return repr((sorted(self.journeys), self.version, sorted(self.given.items())))

    def _choices(
        self, desk: Desk, old: CompiledPathway, new: CompiledPathway
    ) -> tuple[Choices, str]:
        from pathways.journey.versions.choices import Choices
        from worker.declarations import declared_for, with_options

        declared = declared_for(desk.library.folder, old, new, self.names)
        base = declared.choices if declared is not None else Choices()
        return with_options(base, self.given), declared.because if declared is not None else ""

    def _safety(
        self, target: CompiledPathway, old: dict[str, CompiledPathway], patients: list[Patient]
    ) -> Orders:
        from pathways.canonical import pin, unpin
        from pathways.riding import NotRidable, with_safety_rules
        from worker.moving import MovingError, Order

        riding = {}
        for origin, version in old.items():
            try:
                riding[origin] = pin(with_safety_rules(version, target))
            except NotRidable as error:
                raise MovingError(str(error)) from None
        actor = self.who.actor()
        reason = self.reason or "Safety rules for all"
        order = Order(pin(target), actor, {}, reason, riding=riding, words=self.words())
        changed = {origin for origin, one in riding.items() if unpin(one) != old[origin]}
        return [(order, [p for p in patients if p.enrollment.digest in changed])]


def _back_of(migration: str, who: Who, reason: str) -> Callable[[Desk], Orders]:
    def orders(desk: Desk) -> Orders:
        from worker.moving import taking_back

        return taking_back(desk, migration, who.actor(), reason)

    return orders


def _run(where: Where, orders: Callable[[Desk], Orders], *, dry_run: bool, json: bool) -> int:
    """Foresee or carry out each order; 1 when somebody cannot be moved or was not."""
    from worker.commands.asking import at_the_desk
    from worker.commands.misuse import DONE, FAILED
    from worker.commands.output import as_json, say

    async def work(desk: Desk) -> int:
        found, bad = [], False
        for order, patients in orders(desk):
            one, wrong = await _one(desk, order, patients, dry_run=dry_run, json=json)
            found.append(one)
            bad = bad or wrong
        if json:
            as_json(found[0] if len(found) == 1 else found)
        elif not found:
            say("Nobody is to be moved.")
        return FAILED if bad else DONE

    return at_the_desk(where, work)


async def _one(
    desk: Desk, order: Order, patients: list[Patient], *, dry_run: bool, json: bool
) -> tuple[dict[str, Any], bool]:
    import time

    from activities.records.migration_rows import is_under_way
    from worker.moving import begin, carry_out, foresee

    now = int(time.time())
    migration: Recorded | None = None
    if not dry_run and (patients or is_under_way(desk.engine, order.asked)):
        migration = begin(desk, order, patients, now)
    foreseen = [await foresee(desk, order, patient, now) for patient in patients]
    if not json:
        show(order, foreseen, migration)
    result: list[Moved] = []
    if migration is not None:
        result = await carry_out(desk, order, migration, now, progress(json))
        if not json:
            summary(migration, result)
    found = data(order, foreseen, migration, result)
    refused = any(one.answer.status == "refused" for one in foreseen) if dry_run else False
    return found, refused or any(one.status != "applied" for one in result)
