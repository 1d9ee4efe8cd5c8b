"""Numbers with a unit must be in the unit of what they are compared or added with."""

from __future__ import annotations

from msgspec import Struct

from pathways.language.conditions.kinds import Symbols, unit_of, written
from pathways.language.conditions.names import Symbol
from pathways.language.conditions.tree import Node
from pathways.language.conditions.units import conversion, same_unit


class Refusal(Struct, frozen=True):
    """Why the condition cannot be lowered at ``node``; ``declared`` is shown with it."""

    node: Node
    code: str
    message: str
    hint: str = ""
    declared: Symbol | None = None


class UnitCheck:
    """``units``: the place of a number in the CEL text -> its unit. ``left`` holds those that
    nothing with a unit stood against."""

    def __init__(self, symbols: Symbols, units: dict[int, str], refusals: list[Refusal]) -> None:
        self.left = dict(units)
        self._symbols = symbols
        self._refusals = refusals

    def must_agree(self, sides: tuple[Node, ...]) -> None:
        """Each side that is a number must be in the unit of the other."""
        if self.left:
            one, other = sides
            self.must_be(one, other)
            self.must_be(other, one)

    def must_be(self, number: Node, like: Node) -> None:
        """``number``, if it has a unit, must be in that of ``like``."""
        at = self._place(number)
        expected = unit_of(like, self._symbols)
        if at is None or not expected or not isinstance(number.value, float):
            return
        unit = self.left.pop(at)
        if same_unit(unit, expected):
            return
        message = f"{written(like, self._symbols)} is in {expected}, not in {unit}."
        converted = conversion(number.value, unit, expected)
        hint = f"{converted}: write that." if converted else f"Write the number in {expected}."
        self._refusals.append(Refusal(number, "wrong-unit", message, hint))

    def _place(self, node: Node) -> int | None:
        """Where the unit of a constant is noted; a minus sign may stand before the number."""
        if node.kind != "constant":
            return None
        return next((at for at in (node.at, node.at + 1, node.at + 2) if at in self.left), None)
