"""Orders: what a step or rule asks of a thing, so that two that ask opposite things are seen (X8).

``{on: diuretic, do: increase}`` and ``{on: diuretic, do: hold}`` contradict each other, whoever
asks; so do two values of one target. Parts of ``pathways.compiled.Step``: immutable, and in the
digest only where they are said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pathways.frozen import Frozen

Basis = Literal[
    "life-safety",
    "contraindication",
    "goals-of-care",
    "physician-order",
    "transition",
    "pathway-default",
]
RANKS: Mapping[str, int] = {
    "life-safety": 1,
    "contraindication": 2,
    "goals-of-care": 3,
    "physician-order": 4,
    "transition": 5,
    "pathway-default": 6,
}
"""The order of conflicts, word for word X8: 1 life-safety red flag; 2 active hold or
contraindication; 3 documented goals of care or hospice; 4 patient-specific physician order;
5 transition episode; 6 condition pathway default."""
SPOKEN: Mapping[int, str] = {
    1: "life-safety red flag",
    2: "active hold or contraindication",
    3: "documented goals of care",
    4: "order of the physician for this patient",
    5: "transition episode",
    6: "default of the pathway",
}
WORDS: Mapping[str, int] = {
    "stop": 1,
    "hold": 2,
    "decrease": 3,
    "continue": 4,
    "start": 5,
    "increase": 6,
}
"""What may be done with a treatment, the least intensive first. Any other ``do`` is the value of
a parameter, whose intensity its author states."""
HOLDS = ("stop", "hold")
"""What stays in force until a physician clears it."""
OTHER = "other"
"""The outcome of a decision that is none of the orders: an instruction in the physician's words."""


class Order(Frozen, frozen=True):
    """What is asked of ``on``. The compiler fills in what the author left out."""

    on: str
    do: str
    intensity: int
    rank: int = RANKS["pathway-default"]
    treatment: bool = True
    """Whether it touches the treatment: then its contradiction is decided within hours."""
    by: str = ""
    """The role that decides; empty: the patient's physician."""


def said(order: Order) -> str:
    """``increase diuretic``; of a parameter ``sbp-target 120``."""
    return f"{order.do} {order.on}" if order.do in WORDS else f"{order.on} {order.do}"
