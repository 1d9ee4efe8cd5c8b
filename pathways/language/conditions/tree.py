"""Google's CEL parses and type-checks; its checked tree comes back as plain nodes.

The one module that knows the CEL library and its protobuf. Names are given to CEL as
``q0``, ``s0``, ``b0``, ``d0`` ... by type, so that one environment serves every scope.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

from cel_expr_python import cel
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from msgspec import Struct

from pathways.language.conditions.names import FUNCTIONS, Function, Kind

POOL = 64
"""Different names of one type that a single condition may use."""
LETTERS: dict[Kind, str] = {
    "number": "q",
    "choice": "s",
    "text": "s",
    "date": "s",
    "boolean": "b",
    "unknown": "d",
}


class Node(Struct, frozen=True):
    """A node of the tree; ``at`` is its place in the CEL text.

    A call's ``name`` is CEL's (``_<_``, ``@in``, ``days_since``) and its place that of the
    operator or of the opening parenthesis.
    """

    kind: Literal["constant", "name", "call", "list", "other"]
    at: int
    name: str = ""
    value: float | str | bool | None = None
    parts: tuple[Node, ...] = ()


class CelError(Struct, frozen=True):
    """One error of the library: where in the CEL text, and its own words."""

    at: int
    message: str


_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")


def check(text: str) -> tuple[Node | None, list[CelError]]:
    """Parse and type-check one line of CEL; the tree, or every error."""
    try:
        return _tree(_environment().compile(text).serialize()), []
    except RuntimeError as error:
        return None, _errors(str(error))


def parse(text: str) -> Node | None:
    """The tree without type-checking, or ``None`` when the syntax is wrong."""
    try:
        return _tree(_environment().compile(text, disable_check=True).serialize())
    except RuntimeError:
        return None


def _errors(report: str) -> list[CelError]:
    found = [CelError(int(column) - 1, message) for _, column, message in _ERROR.findall(report)]
    return found or [CelError(0, report.partition("\n")[0])]


@cache
def _environment() -> Any:
    kinds = {"q": cel.Type.DOUBLE, "s": cel.Type.STRING, "b": cel.Type.BOOL, "d": cel.Type.DYN}
    variables = {f"{letter}{n}": kind for letter, kind in kinds.items() for n in range(POOL)}
    return cel.NewEnv(variables=variables, functions=[_declared(f) for f in FUNCTIONS.values()])


def _declared(function: Function) -> Any:
    name = function.name.replace("-", "_")
    types = {"any": cel.Type.DYN, "name": cel.Type.DYN, "number": cel.Type.DOUBLE}
    types |= {"limit": cel.Type.DOUBLE, "boolean": cel.Type.BOOL}
    if function.result == "same":
        same = [cel.Type.DOUBLE, cel.Type.STRING, cel.Type.BOOL]
        overloads = [cel.Overload(f"{name}_{n}", kind, [kind]) for n, kind in enumerate(same)]
    else:
        arguments = [types.get(argument, cel.Type.STRING) for argument in function.arguments]
        result = types.get(function.result, cel.Type.STRING)
        overloads = [cel.Overload(f"{name}_only", result, arguments)]
    return cel.FunctionDecl(name, overloads)


# --- the protobuf (cel/expr/checked.proto, syntax.proto): only the fields that are read ---

_F = descriptor_pb2.FieldDescriptorProto
_SCHEMA: dict[str, dict[str, tuple[int, _F.Type.ValueType | str, bool]]] = {
    "Constant": {
        "null_value": (1, _F.TYPE_INT64, False),
        "bool_value": (2, _F.TYPE_BOOL, False),
        "int64_value": (3, _F.TYPE_INT64, False),
        "uint64_value": (4, _F.TYPE_UINT64, False),
        "double_value": (5, _F.TYPE_DOUBLE, False),
        "string_value": (6, _F.TYPE_STRING, False),
        "bytes_value": (7, _F.TYPE_BYTES, False),
    },
    "Ident": {"name": (1, _F.TYPE_STRING, False)},
    "Call": {
        "target": (1, "Expr", False),
        "function": (2, _F.TYPE_STRING, False),
        "args": (3, "Expr", True),
    },
    "CreateList": {"elements": (1, "Expr", True)},
    "Expr": {
        "id": (2, _F.TYPE_INT64, False),
        "const_expr": (3, "Constant", False),
        "ident_expr": (4, "Ident", False),
        "call_expr": (6, "Call", False),
        "list_expr": (7, "CreateList", False),
    },
    "Position": {"key": (1, _F.TYPE_INT64, False), "value": (2, _F.TYPE_INT32, False)},
    "SourceInfo": {"positions": (4, "Position", True)},
    "ParsedExpr": {"expr": (2, "Expr", False), "source_info": (3, "SourceInfo", False)},
    "CheckedExpr": {"expr": (4, "Expr", False), "source_info": (5, "SourceInfo", False)},
}


@cache
def _messages() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(
        name="careway/cel.proto", package="careway.cel", syntax="proto2"
    )
    for name, fields in _SCHEMA.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, repeated) in fields.items():
            label = _F.LABEL_REPEATED if repeated else _F.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, label=label)
            if isinstance(kind, str):
                added.type, added.type_name = _F.TYPE_MESSAGE, f".careway.cel.{kind}"
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"careway.cel.{name}"))
        for name in ("ParsedExpr", "CheckedExpr")
    }


def _tree(serialized: bytes) -> Node:
    wrapped = any_pb2.Any.FromString(serialized)
    whole = _messages()[wrapped.type_url.rsplit(".", 1)[-1]].FromString(wrapped.value)
    positions = {entry.key: entry.value for entry in whole.source_info.positions}
    return _node(whole.expr, positions)


def _node(expr: Any, positions: dict[int, int]) -> Node:
    at = positions.get(expr.id, 0)
    if expr.HasField("const_expr"):
        return Node("constant", at, value=_constant(expr.const_expr))
    if expr.HasField("ident_expr"):
        return Node("name", at, expr.ident_expr.name)
    if expr.HasField("call_expr"):
        call = expr.call_expr
        parts = tuple(_node(argument, positions) for argument in call.args)
        return Node("call", at, call.function, parts=parts)
    if expr.HasField("list_expr"):
        elements = tuple(_node(element, positions) for element in expr.list_expr.elements)
        return Node("list", at, parts=elements)
    return Node("other", at)


def _constant(constant: Any) -> float | str | bool | None:
    if constant.HasField("double_value"):
        return float(constant.double_value)
    if constant.HasField("string_value"):
        return str(constant.string_value)
    if constant.HasField("bool_value"):
        return bool(constant.bool_value)
    return None
