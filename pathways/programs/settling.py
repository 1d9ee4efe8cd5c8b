"""What still holds of what was told: stays and values that were taken back, told again, put right.

Clocks count from what happened, not from the order of the messages (clinical.md 2.12, B16). The
timeline keeps every message; here only the last word on each counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pathways.programs.fact import Fact

TAKEN_BACK = {"admission-cancelled": "admitted", "discharge-cancelled": "discharged"}
MERGED = "visit-merged"


def settled(told: Iterable[Fact]) -> list[Fact]:
    """The facts that hold, of those told in this order."""
    kept: list[Fact] = []
    for fact in told:
        if fact.kind == "event":
            _hear(kept, fact)
        elif fact.kind in ("value-corrected", "value-retracted"):
            _put_right(kept, fact)
        elif fact.kind in ("death-corrected", "death-retracted"):
            _put_death_right(kept, fact)
        elif fact.kind == "work-open":
            kept[:] = [one for one in kept if not _is_the_work(one, fact)]
        else:
            kept.append(fact)
    return kept


def _is_the_work(known: Fact, fact: Fact) -> bool:
    """Whether this is the work that is not done yet, as something of it is open."""
    return (known.kind, known.at, known.names) == ("work", fact.at, fact.names)


def _hear(kept: list[Fact], fact: Fact) -> None:
    name, visit = fact.names[0], fact.details.get("visit", "")
    if name in TAKEN_BACK:
        _drop(kept, TAKEN_BACK[name], visit)
    elif name == MERGED:
        _rename(kept, visit, fact.details.get("into", ""))
    elif name in TAKEN_BACK.values() and visit:
        _drop(kept, name, visit)  # the same visit told again: its new time counts
    kept.append(fact)


def _drop(kept: list[Fact], name: str, visit: str) -> None:
    """Take out the event of this visit; without a number, the last one that was told."""
    for index in range(len(kept) - 1, -1, -1):
        fact = kept[index]
        of_visit = not visit or fact.details.get("visit", "") == visit
        if fact.kind == "event" and fact.names[0] == name and of_visit:
            del kept[index]
            # What the message told of itself, like the date of the discharge, goes with it.
            kept[:] = [one for one in kept if not _told_by(one, fact.at)]
            return


def _told_by(fact: Fact, at: int) -> bool:
    return fact.kind == "value" and fact.role == "visit" and fact.at == at


def _rename(kept: list[Fact], lost: str, into: str) -> None:
    for index, fact in enumerate(kept):
        if into and fact.details.get("visit") == lost:
            kept[index] = replace(fact, details={**fact.details, "visit": into})


def _put_right(kept: list[Fact], fact: Fact) -> None:
    """The reading of this value at this instant, last recorded, is another or none."""
    for index in range(len(kept) - 1, -1, -1):
        known = kept[index]
        if known.kind == "value" and (known.names, known.at) == (fact.names, fact.at):
            if fact.kind == "value-corrected":
                kept[index] = replace(known, answer=fact.answer)
            else:
                del kept[index]
            return


def _put_death_right(kept: list[Fact], fact: Fact) -> None:
    """The patient died at another time, or (then nobody left for it) not at all."""
    if fact.kind == "death-corrected":
        kept[:] = [replace(one, at=fact.at) if one.kind == "died" else one for one in kept]
    else:
        kept[:] = [one for one in kept if one.kind != "died" and one.answer != "deceased"]
