"""What an expression may come to: sets of values, closed under what conditions do with them.

A ``Possible`` is an over-approximation. What it leaves out can never happen; what it holds
may or may not. A proof therefore says "never" only when nothing is left.
"""

from __future__ import annotations

from math import inf

from msgspec import Struct

YES, NO = 1, 2


class Possible(Struct, frozen=True):
    """The values an expression may have: numbers between ``low`` and ``high`` (none when
    ``low`` is above ``high``), yes or no (``truth``), texts, and *unknown*.

    ``above``, ``below``: the bound itself is left out. ``others``: any further text too.
    """

    unknown: bool = False
    truth: int = 0
    low: float = inf
    high: float = -inf
    above: bool = False
    below: bool = False
    words: tuple[str, ...] = ()
    others: bool = False

    @property
    def numeric(self) -> bool:
        return self.low <= self.high

    @property
    def textual(self) -> bool:
        return bool(self.words) or self.others

    @property
    def known(self) -> bool:
        """Whether it may have a value at all."""
        return bool(self.truth) or self.numeric or self.textual


UNKNOWN = Possible(unknown=True)
ALWAYS = Possible(truth=YES)
NEVER = Possible(truth=NO)
_VERDICTS = {
    (unknown, truth): Possible(unknown=unknown, truth=truth)
    for unknown in (False, True)
    for truth in range(4)
}


def verdict(*, yes: bool, no: bool, unknown: bool) -> Possible:
    """A verdict that may be one of the given."""
    return _VERDICTS[unknown, (YES if yes else 0) | (NO if no else 0)]


def numbers(
    low: float, high: float, *, above: bool = False, below: bool = False, unknown: bool = False
) -> Possible:
    return Possible(unknown=unknown, low=low, high=high, above=above, below=below)


def constant(value: object) -> Possible:
    """Exactly this value; ``None`` is unknown."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return ALWAYS if value else NEVER
    if isinstance(value, int | float):
        return numbers(float(value), float(value))
    return Possible(words=(str(value),))


def negated(one: Possible) -> Possible:
    swapped = (YES if one.truth & NO else 0) | (NO if one.truth & YES else 0)
    return _VERDICTS[one.unknown, swapped]


def both(parts: list[Possible]) -> Possible:
    """``and`` by Kleene."""
    return verdict(
        yes=all(part.truth & YES for part in parts),
        no=any(part.truth & NO for part in parts),
        unknown=any(part.unknown for part in parts)
        and all(part.unknown or part.truth & YES for part in parts),
    )


def either(parts: list[Possible]) -> Possible:
    """``or`` by Kleene."""
    return verdict(
        yes=any(part.truth & YES for part in parts),
        no=all(part.truth & NO for part in parts),
        unknown=any(part.unknown for part in parts)
        and all(part.unknown or part.truth & NO for part in parts),
    )


def union(one: Possible, other: Possible) -> Possible:
    """What either may come to (numbers: the interval around both)."""
    if not one.numeric or (other.numeric and other.low < one.low):
        low, above = other.low, other.above
    else:
        low, above = one.low, one.above and not (other.low == one.low and not other.above)
    if not one.numeric or (other.numeric and other.high > one.high):
        high, below = other.high, other.below
    else:
        high, below = one.high, one.below and not (other.high == one.high and not other.below)
    return Possible(
        unknown=one.unknown or other.unknown,
        truth=one.truth | other.truth,
        low=low,
        high=high,
        above=above,
        below=below,
        words=(*one.words, *(word for word in other.words if word not in one.words)),
        others=one.others or other.others,
    )


# --- comparisons ---------------------------------------------------------------------------


def compared(sign: str, left: Possible, right: Possible) -> Possible:
    """``left sign right``; unknown when a side may be, or when the sides have no order."""
    unknown = left.unknown or right.unknown
    if not left.known or not right.known:
        return UNKNOWN
    if sign in ("=", "!=") and len(left.words) == len(right.words) == 1 == _kinds(left, right):
        alike = (left.words == right.words) == (sign == "=")
        return verdict(yes=alike, no=not alike, unknown=unknown)
    if sign in ("=", "!="):
        same, differ = _equal(left, right)
        yes, no = (same, differ) if sign == "=" else (differ, same)
        return verdict(yes=yes, no=no, unknown=unknown)
    if sign in (">", ">="):
        left, right = right, left
        sign = "<" if sign == ">" else "<="
    yes = no = False
    if left.numeric and right.numeric:
        yes = _less(left, right) or (sign == "<=" and _touch(left, right))
        no = _less(right, left) or (sign == "<" and _touch(left, right))
    if left.textual and right.textual:
        # Dates, written so that their order is that of the texts.
        pairs = [(one, two) for one in left.words for two in right.words]
        loose = left.others or right.others
        yes = loose or any(one < two or (sign == "<=" and one == two) for one, two in pairs)
        no = loose or any(one > two or (sign == "<" and one == two) for one, two in pairs)
    mixed = (left.numeric and right.textual) or (left.textual and right.numeric)
    return verdict(yes=yes, no=no, unknown=unknown or mixed or not (yes or no))


def _kinds(left: Possible, right: Possible) -> int:
    """1 when both are nothing but texts that are known."""
    loose = left.others or right.others or left.truth or right.truth
    return 0 if loose or left.numeric or right.numeric else 1


def _less(one: Possible, other: Possible) -> bool:
    """Whether some number of ``one`` is below some number of ``other``."""
    return one.low < other.high


def _touch(one: Possible, other: Possible) -> bool:
    """Whether some number is in both."""
    low = max(one.low, other.low)
    high = min(one.high, other.high)
    if low < high:
        return True
    return (
        low == high
        and not (one.above and one.low == low)
        and not (other.above and other.low == low)
        and not (one.below and one.high == high)
        and not (other.below and other.high == high)
    )


def _equal(left: Possible, right: Possible) -> tuple[bool, bool]:
    """Whether the two may be equal, and whether they may differ."""
    same = bool(left.truth & right.truth)
    differ = bool(left.truth and right.truth) and (left.truth | right.truth) == YES | NO
    if left.numeric and right.numeric:
        same = same or _touch(left, right)
        differ = differ or not (left.low == left.high == right.low == right.high)
    if left.textual and right.textual:
        shared = any(word in right.words for word in left.words)
        same = same or shared or left.others or right.others
        single = len(left.words) == len(right.words) == 1 and not (left.others or right.others)
        differ = differ or not (single and shared)
    kinds = [(bool(one.truth), one.numeric, one.textual).index(True) for one in (left, right)]
    return same, differ or kinds[0] != kinds[1]


def among(one: Possible, choices: list[object]) -> Possible:
    """``one in [choices]``."""
    answers = [compared("=", one, constant(choice)) for choice in choices]
    answer = either(answers) if answers else NEVER
    misses = not one.textual or one.others or any(word not in choices for word in one.words)
    if one.textual and not misses:
        return verdict(yes=True, no=False, unknown=one.unknown)
    return answer


# --- arithmetic ----------------------------------------------------------------------------


def calculated(sign: str, left: Possible, right: Possible) -> Possible:
    """Interval arithmetic; bounds are kept closed, which only widens the result."""
    if not left.numeric or not right.numeric:
        return UNKNOWN
    unknown = left.unknown or right.unknown
    if sign == "+":
        return numbers(left.low + right.low, left.high + right.high, unknown=unknown)
    if sign == "-":
        return numbers(left.low - right.high, left.high - right.low, unknown=unknown)
    if sign == "/":
        if right.low <= 0 <= right.high:
            if right.low == right.high:
                return UNKNOWN
            return numbers(-inf, inf, unknown=True)
        corners = [_times(a, 1 / b) for a in (left.low, left.high) for b in _ends(right)]
        return numbers(min(corners), max(corners), unknown=unknown)
    corners = [_times(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return numbers(min(corners), max(corners), unknown=unknown)


def _ends(one: Possible) -> tuple[float, float]:
    return one.low, one.high


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def opposite(one: Possible) -> Possible:
    if not one.numeric:
        return UNKNOWN
    return numbers(-one.high, -one.low, above=one.below, below=one.above, unknown=one.unknown)
