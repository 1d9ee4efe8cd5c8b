"""The type, the unit and the author's spelling of a node."""

from __future__ import annotations

from collections.abc import Mapping

from pathways.conditions.wording import shown
from pathways.language.conditions.names import FUNCTIONS, Function, Kind, Symbol
from pathways.language.conditions.tree import Node

Symbols = Mapping[str, Symbol]

COMPARISONS = {"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "_==_": "=", "_!=_": "!="}
ARITHMETIC = {"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/"}
LOGIC = {"_&&_": "and", "_||_": "or"}
_BINARY = {**COMPARISONS, **ARITHMETIC, **LOGIC, "@in": "in"}
_BOOLEAN = frozenset({*COMPARISONS, *LOGIC, "!_", "@in"})


def function_of(node: Node) -> Function | None:
    """The function that a call names."""
    return FUNCTIONS.get(node.name.replace("_", "-")) if node.kind == "call" else None


def kind_of(node: Node, symbols: Symbols) -> Kind:
    """The type of a node, whether or not the whole type-checks."""
    if node.kind == "constant":
        if isinstance(node.value, bool):
            return "boolean"
        return "text" if isinstance(node.value, str) else "number"
    if node.kind == "name":
        symbol = symbols.get(node.name)
        return symbol.kind if symbol else "unknown"
    if node.kind == "list":
        return "list"
    if node.kind == "call":
        return _kind_of_call(node, symbols)
    return "unknown"


def _kind_of_call(node: Node, symbols: Symbols) -> Kind:
    if node.name in _BOOLEAN:
        return "boolean"
    if node.name in ARITHMETIC or node.name == "-_":
        return "number"
    if node.name == "_?_:_":
        return kind_of(node.parts[1], symbols)
    function = function_of(node)
    if function is None:
        return "unknown"
    if function.result == "same":
        return kind_of(node.parts[0], symbols) if node.parts else "unknown"
    return function.result


def unit_of(node: Node, symbols: Symbols) -> str:
    """The unit of a node's value, or "" when it has none or any would do."""
    if node.kind == "name":
        symbol = symbols.get(node.name)
        return symbol.unit if symbol else ""
    if node.kind != "call":
        return ""
    function = function_of(node)
    if function is not None:
        if function.name == "percent-change":
            return "%"
        if function.name == "days-since":
            return "day"
        if function.name in ("previous", "change", "lowest", "highest") and node.parts:
            return unit_of(node.parts[0], symbols)
        return ""
    if node.name in ("_+_", "_-_", "-_"):
        return next(filter(None, (unit_of(part, symbols) for part in node.parts)), "")
    if node.name == "_?_:_":
        return unit_of(node.parts[1], symbols) or unit_of(node.parts[2], symbols)
    return ""


def options_of(node: Node, symbols: Symbols) -> Symbol | None:
    """The choice whose options a node's value is one of."""
    if node.kind == "call":
        function = function_of(node)
        if function is not None and function.name == "previous" and node.parts:
            return options_of(node.parts[0], symbols)
    symbol = symbols.get(node.name) if node.kind == "name" else None
    return symbol if symbol is not None and symbol.kind == "choice" else None


def written(node: Node, symbols: Symbols) -> str:
    """The node as an author would write it."""
    if node.kind == "constant":
        if isinstance(node.value, bool):
            return "true" if node.value else "false"
        return f'"{node.value}"' if isinstance(node.value, str) else shown(node.value)
    if node.kind == "name":
        symbol = symbols.get(node.name)
        return symbol.name if symbol else node.name
    parts = [written(part, symbols) for part in node.parts]
    if node.kind == "list":
        return f"[{', '.join(parts)}]"
    if node.name in _BINARY and len(parts) == 2:
        return f"{parts[0]} {_BINARY[node.name]} {parts[1]}"
    if node.name == "!_" and parts:
        return f"not {parts[0]}"
    if node.name == "-_" and parts:
        return f"-{parts[0]}"
    if node.name == "_?_:_" and len(parts) == 3:
        return f"{parts[0]} ? {parts[1]} : {parts[2]}"
    function = function_of(node)
    return f"{function.name if function else node.name}({', '.join(parts)})"
