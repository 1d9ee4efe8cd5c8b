"""Agreement: how two sources compare in one trait. Every comparison is symmetric."""

from __future__ import annotations

from typing import Literal

from pathways.identity.traits import Traits

Agreement = Literal["same", "similar", "differs", "unknown"]

_SHORT = 3
"""A name of fewer letters has no slip of the pen: another letter is another name."""


def birth_date(one: Traits, other: Traits) -> Agreement:
    """``similar``: one digit is another, day and month are exchanged, or of one only the year was
    known (then records have its first of January)."""
    if not one.born or not other.born:
        return "unknown"
    if one.born == other.born:
        return "same"
    (year, month, day), (his_year, his_month, his_day) = (
        born.split("-", 2) if born.count("-") == 2 else (born, "", "")
        for born in (one.born, other.born)
    )
    exchanged = year == his_year and (month, day) == (his_day, his_month)
    only_year = year == his_year and "01-01" in (f"{month}-{day}", f"{his_month}-{his_day}")
    one_digit = len(one.born) == len(other.born) and _differences(one.born, other.born) == 1
    return "similar" if exchanged or only_year or one_digit else "differs"


def name(one: Traits, other: Traits) -> Agreement:
    """``similar``: given and family name each agree but for a slip of the pen, an initial, a short
    form, a part that one source leaves out; or they are exchanged."""
    if not (one.family or one.given) or not (other.family or other.given):
        return "unknown"
    if (one.given, one.family) == (other.given, other.family):
        return "same"
    straight = _alike(one.given, other.given) and _alike(one.family, other.family)
    exchanged = _alike(one.given, other.family) and _alike(one.family, other.given)
    return "similar" if straight or exchanged else "differs"


def own_name(one: Traits, other: Traits) -> bool:
    """Whether the given name agrees: the family's may change in a life, and twins share it. Where
    one source knows only one name, that counts."""
    if one.given and other.given:
        return _alike(one.given, other.given)
    return _alike((*one.given, *one.family), (*other.given, *other.family))


def exact(one: str, other: str) -> Agreement:
    """A trait that is the same or is another."""
    if not one or not other:
        return "unknown"
    return "same" if one == other else "differs"


def identifier(one: Traits, other: Traits) -> Agreement:
    """``same`` when one identifier is; different ones say nothing: systems have their own."""
    shared = set(one.identifiers) & set(other.identifiers)
    return "same" if shared else "unknown"


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a word of one is a word of the other, or nearly."""
    return any(_nearly(a, b) for a in one for b in other)


def _nearly(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and (len(short) == 1 or len(short) >= _SHORT):
        return True  # an initial, or a short form
    return len(short) >= _SHORT and one_slip(one, other)


def one_slip(one: str, other: str) -> bool:
    """Whether one letter is too many, left out or another, or two neighbours are exchanged."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), None)
    if place is None:
        return True
    if len(short) < len(long):
        return short[place:] == long[place + 1 :]
    rest, others = short[place:], long[place:]
    exchanged = rest[:2] == others[1::-1] and rest[2:] == others[2:]
    return rest[1:] == others[1:] or exchanged


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
