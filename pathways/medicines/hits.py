"""What rules say of a medication list: the medicines that a rule is about, its ``when`` apart.

Duplicates and two of a class are found pair by pair, so that another pair is another alert. A
combination product is split into its ingredients first (clinical.md 4.1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from pathways.medicines.rules import CDC_2022, LONG_ACTING, Allowed, Medicine, MedicineRule

Hit = tuple[Medicine, ...]


def hits(rule: MedicineRule, medicines: Sequence[Medicine], now: int) -> tuple[Hit, ...]:
    """Each set of lines of the list that the rule is about at ``now`` (seconds since the epoch).
    ``medicines``: the whole list, with what was stopped lately."""
    taken = [m for m in medicines if not m.stopped]
    if any(_is_in(m, rule.without) for m in taken):
        return ()
    if rule.duplicate or rule.classes:
        return tuple(_pairs(rule, taken))
    if rule.mme:
        factors = rule.factors or CDC_2022
        opioids = tuple(m for m in taken if _is_in(m, tuple(factors)))
        return (opioids,) if mme_of(opioids, factors) >= rule.mme else ()
    found = _one_of_each(rule, taken, now)
    if found and rule.gone:
        past = _stopped_lately(rule, medicines, now)
        found = (*found, *past) if past else ()
    return (found,) if found else ()


def ingredients(medicines: Iterable[Medicine]) -> frozenset[str]:
    """What is in these lines."""
    return frozenset(name for m in medicines for name in m.ingredients)


def can_hit(rule: MedicineRule, names: Collection[str]) -> bool:
    """Whether a list with these ingredients may be one that the rule is about: most rules are about
    none of them, and need no closer look."""
    if rule.duplicate or rule.classes or rule.mme:
        return True
    return all(any(name in group for name in names) for group in rule.groups)


def mme_of(medicines: Sequence[Medicine], factors: Mapping[str, float]) -> float:
    """Daily morphine milligram equivalents of all opioids on the list whose dose is known."""
    return sum(
        m.daily * factors.get(name, 0.0) for m in medicines for name in m.ingredients if not m.unit
    )


def mme_known(medicines: Sequence[Medicine], factors: Mapping[str, float]) -> bool:
    """Whether the dose of every opioid on the list is known."""
    return all(m.daily or not _is_in(m, tuple(factors)) for m in medicines)


def _one_of_each(rule: MedicineRule, taken: Sequence[Medicine], now: int) -> Hit:
    """An ingredient of its own for each group; one line may bring several of them."""
    found: list[Medicine] = []
    used: set[tuple[Medicine, str]] = set()
    for i, group in enumerate(rule.groups):
        mine = [
            (m, name)
            for m in taken
            if i or _is_meant(rule, m, now)
            for name in m.ingredients
            if name in group and (m, name) not in used
        ]
        if not mine or (not i and len({name for _, name in mine}) < rule.least):
            return ()
        used.update(mine)
        found += [m for m, _ in mine if m not in found]
    return tuple(found)


def _stopped_lately(rule: MedicineRule, medicines: Sequence[Medicine], now: int) -> Hit:
    """What a rule about something that was stopped finds: it is over, and not taken again."""
    taken = {name for m in medicines if not m.stopped for name in m.ingredients}
    return tuple(
        m
        for m in medicines
        if m.stopped
        and now - m.stopped < rule.gone_within
        and any(name in rule.gone and name not in taken for name in m.ingredients)
    )


def _is_meant(rule: MedicineRule, m: Medicine, now: int) -> bool:
    """What a rule asks of a line of its first group, beside the ingredient."""
    if (rule.dose_above or rule.dose_to) and (not m.daily or m.unit):
        return False
    if rule.dose_above and m.daily <= rule.dose_above:
        return False
    if rule.dose_to and m.daily > rule.dose_to:
        return False
    if rule.daily and not (m.every == 1 or (m.daily and not m.every)):
        return False
    if rule.new and not (m.took_up and now - m.begun < rule.new):
        return False
    if rule.taken and now - m.begun < rule.taken:
        return False
    return not (rule.unexplained and m.reason)


def _pairs(rule: MedicineRule, taken: Sequence[Medicine]) -> list[Hit]:
    found: list[Hit] = []
    for one, other in combinations(taken, 2):
        if one.way == other.way and _clash(rule, one, other):
            found.append((one, other))
    return found


def _clash(rule: MedicineRule, one: Medicine, other: Medicine) -> bool:
    """Whether any ingredient of one line clashes with any of another."""
    return any(
        _same(rule, a, b) and not _is_allowed(rule.allowed, one, other, a, b)
        for a in one.ingredients
        for b in other.ingredients
    )


def _same(rule: MedicineRule, a: str, b: str) -> bool:
    if rule.duplicate:
        return a == b
    return a != b and any(a in group and b in group for group in rule.classes)


def _is_allowed(pairs: Sequence[Allowed], one: Medicine, other: Medicine, a: str, b: str) -> bool:
    forms = {one.form == LONG_ACTING, other.form == LONG_ACTING}
    ends = bool(one.until) != bool(other.until)
    return any(
        ((a in p.one and b in p.other) or (b in p.one and a in p.other))
        and (p.only != "long-and-short" or len(forms) == 2)
        and (p.only != "stop-date" or ends)
        for p in pairs
    )


def _is_in(m: Medicine, names: Sequence[str]) -> bool:
    return any(name in names for name in m.ingredients)
