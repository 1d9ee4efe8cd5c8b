"""``careway caseload``: how much every worker carries."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where


def caseload(
    *,
    fte: tuple[str, ...] = (),
    patients: bool = False,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show what every case manager and navigator carries, in points.

    A patient weighs by tier (complex 4, high 2.5, rising 1, low 0.5) and more while new, after a
    stay, in a crisis, with home visits, an interpreter, no caregiver or a denial. 100 points are
    one full-time worker: from 85 it warns, from 100 nobody is assigned automatically any more.
    JSON: loads (worker, patients, points, share, status), patients (journey, worker, points,
    parts).

    Parameters
    ----------
    fte
        A worker who is not full-time, PERSON=0.5; repeat it.
    patients
        List the patients too, the heaviest first.
    json
        Print JSON for programs instead of text.
    """
    import time

    from pathways.worklist.caseload import loads, weight
    from worker.caseload import cases, fte_of
    from worker.commands.entering import pairs
    from worker.commands.misuse import DONE, Misuse
    from worker.commands.output import as_json, plain, say, table, words
    from worker.commands.records import recorded

    settings = where.settings()
    now = int(time.time())
    try:
        shares = fte_of(pairs(fte, "--fte n1=0.5"))
    except ValueError:
        raise Misuse("Give a full-time equivalent between 0 and 2: --fte n1=0.5.") from None
    with recorded(settings) as engine:
        weights = [weight(case, now) for case in cases(engine, settings, now)]
    weights.sort(key=lambda one: (-one.points, one.journey))
    found = loads(weights, shares)
    if json:
        as_json({"loads": [plain(o) for o in found], "patients": [plain(o) for o in weights]})
        return DONE
    if not found:
        say("Nobody carries a patient.")
    styles = {"ok": "", "warn": "yellow", "full": "bold red"}
    table(
        "",
        ("worker", "patients", "points", "of capacity", "status"),
        [
            (
                one.worker or "(nobody)",
                str(one.patients),
                f"{one.points:g}",
                f"{one.share} %",
                words(one.status, styles[one.status]),
            )
            for one in found
        ],
    )
    if patients:
        table(
            "Patients",
            ("journey", "worker", "points", "for"),
            [
                (
                    one.journey,
                    one.worker or "(nobody)",
                    f"{one.points:g}",
                    ", ".join(f"{name} {points:g}" for name, points in one.parts.items()),
                )
                for one in weights
            ],
        )
    return DONE
