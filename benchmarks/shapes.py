"""Pathways of 500 steps in every shape that makes a check slow when it is written carelessly.

One stage holds them all: in a chain, behind one step, before one step, in layers, in groups,
each independent, written from the last to the first, or in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

MOST = 490
"""Steps; the groups of which one is chosen add theirs, and 500 are allowed."""
_WIDE = 10
_NAMES = 99
"""Steps that one may come after."""
_HEAD = """\
language: 1
pathway: shape
version: "1"
title: Five hundred steps in one stage
roles: [case-manager, nurse-manager, program-manager]
stages:
  - stage: assessment
    deadline: 5 years
    steps:
"""
_TAIL = "  - stage: closing\n    phase: discharge\n"


def _step(name: str, after: Iterable[str] = (), indent: int = 6, when: str = "") -> str:
    names = ", ".join(after)
    order = f"after: [{names}], " if names else ""
    asked = f"when: '{when}', " if when else ""
    return f"{' ' * indent}- {{id: {name}, {order}{asked}task: {{}}, due: 1 day}}\n"


def _each(after: Callable[[int], Iterable[int]]) -> str:
    return "".join(_step(f"s{n}", (f"s{other}" for other in after(n))) for n in range(MOST))


def _layer(n: int) -> Iterable[int]:
    first = n // _WIDE * _WIDE
    return range(max(0, first - _WIDE), first)


def _asking() -> str:
    return "".join(
        _step(f"s{n}", [f"s{n - 1}"] if n else [], when=f'done("s{n - 1}")' if n else "")
        for n in range(MOST)
    )


def _groups(of: str) -> str:
    size = 5 if of == "one" else 4
    found = ""
    for n in range(MOST // size):
        found += f"      - group: g{n}\n        of: {of}\n"
        found += f"        after: g{n - 1}\n" if n else ""
        found += "        due: 1 day\n" if of == "one" else ""
        found += "        steps:\n"
        found += "".join(_step(f"s{n}-{one}", indent=10) for one in range(4))
    return found


def shapes() -> dict[str, str]:
    """The texts by the name of their shape. All are in order but the circle."""
    bodies = {
        "chain": _each(lambda n: [n - 1] if n else []),
        "chain that asks": _asking(),
        "written backwards": _each(lambda n: [n + 1] if n + 1 < MOST else []),
        "star": _each(lambda n: [0] if n else []),
        "all before one": _each(lambda n: range(_NAMES) if n + 1 == MOST else []),
        "layers": _each(_layer),
        "independent": _each(lambda n: []),
        "groups, all": _groups("all"),
        "groups, any": _groups("any"),
        "groups, one": _groups("one"),
        "circle": _each(lambda n: [(n - 1) % MOST]),
    }
    return {name: f"{_HEAD}{body}{_TAIL}" for name, body in bodies.items()}
