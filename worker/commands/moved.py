"""What ``careway migrate`` prints: what would happen to each patient, and what did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from worker.commands.options import Where

if TYPE_CHECKING:
    from activities.records.migration_rows import Moved, Recorded
    from worker.moving import Foreseen, Order


def progress(quiet: bool) -> Any:
    """Says of each patient what came of it, as it comes."""
    from worker.commands.output import say

    def tell(moved: Moved, number: int, of: int) -> None:
        if not quiet:
            what = "moved" if moved.status == "applied" else f"{moved.status}: {moved.message}"
            say(f"{number}/{of}  {moved.journey}  {what}")

    return tell


def show(order: Order, foreseen: list[Foreseen], migration: Recorded | None) -> None:
    """A table of all patients, then each one in words."""
    from worker.commands.output import say, table

    name = f"{order.pathway.title}, version {order.pathway.version}"
    if not foreseen:
        say(f"Nobody is to be moved to {name}.")
        return
    table(
        f"{'Moving' if migration else 'What would happen: moving'} to {name}",
        ("journey", "from", "stage", "clocks", "tasks", "messages", "can be moved"),
        [
            (
                one.journey,
                one.version,
                one.stage,
                _counted(one.plan.get("dues", ()), ("keep",)),
                _counted(one.plan.get("tasks", ()), ()),
                _counted(one.plan.get("messages", ()), ("put-off",)),
                "yes" if one.answer.status == "applied" else f"no ({one.answer.code})",
            )
            for one in foreseen
        ],
    )
    for one in foreseen:
        say(f"Journey {one.journey}:")
        for line in one.lines or ("Goes on as before, under the new version.",):
            say(f"  {line}")
        for line in one.then:
            say(f"  At once: {line}")


def _counted(moves: Any, boring: tuple[str, ...]) -> str:
    counts: dict[str, int] = {}
    for move in moves:
        counts[move["how"]] = counts.get(move["how"], 0) + 1
    shown = [f"{number} {how}" for how, number in counts.items() if how not in boring]
    rest = sum(number for how, number in counts.items() if how in boring)
    return ", ".join([*shown, *([f"{rest} as before"] if rest else [])])


def summary(migration: Recorded, result: list[Moved]) -> None:
    """How it ended, and how it is taken back."""
    from worker.commands.output import say

    moved = sum(one.status == "applied" for one in result)
    say(f"Migration {migration.id}: {moved} of {len(result)} patients moved.")
    if moved:
        say(f"To take it back: careway migrate --back {migration.id} --dry-run")
    if any(one.status in ("waiting", "unreached") for one in result):
        say("Some could not be reached: give the same command again to go on.")


def data(
    order: Order, foreseen: list[Foreseen], migration: Recorded | None, result: list[Moved]
) -> dict[str, Any]:
    """The whole as JSON data."""
    from worker.commands.output import plain

    ended = {one.journey: one for one in result}
    patients = []
    for one in foreseen:
        row = plain(one)
        answer = row.pop("answer")
        done = ended.pop(one.journey, None)
        told = done if done is not None else answer
        patients.append(row | {"status": told.status, "code": told.code, "message": told.message})
    patients += [plain(one) for one in ended.values()]
    return {
        "migration": migration.id if migration is not None else "",
        "pathway": order.pathway.pathway,
        "version": order.pathway.version,
        "digest": order.target.digest,
        "patients": patients,
    }


def list_migrations(where: Where, *, json: bool) -> int:
    """All migrations on record."""
    from activities.records.migration_rows import journeys_of, migrations
    from worker.commands.misuse import DONE
    from worker.commands.output import as_json, plain, say, table
    from worker.commands.records import office, recorded

    settings = where.settings()
    with recorded(settings) as engine:
        found = migrations(engine)
        counts = {one.id: journeys_of(engine, one.id) for one in found}
    if json:
        as_json([plain(m) | {"patients": [plain(p) for p in counts[m.id]]} for m in found])
        return DONE
    if not found:
        say("No patient was moved to another version yet.")
        return DONE
    moment = office(settings)
    table(
        "",
        ("migration", "pathway", "to version", "by", "begun", "patients", "reason"),
        [
            (
                one.id,
                one.pathway,
                one.version,
                one.person,
                moment(one.begun),
                f"{sum(p.status == 'applied' for p in counts[one.id])} of {len(counts[one.id])}",
                f"{one.reason}{f' (takes back {one.back})' if one.back else ''}"
                f"{'' if one.ended else ' (under way)'}",
            )
            for one in found
        ],
    )
    return DONE
