"""Words and numbers that the parts of the reference model share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

Row = dict[str, Any]

DAY = 86_400
AHEAD = 300
ALARM_AGE = 48 * 3600
REVIEW_HOLDS = 30 * DAY
CALL_AGAIN = 7 * DAY
CONTACTS = 2
CONTACTS_A_WEEK = 7
REMEMBERED = 100
AS_USUAL = (
    ("remind", "", 50),
    ("remind", "", 80),
    ("escalate", "", 100),
    ("escalate", "program-manager", 150),
)
"""X10."""
PEOPLE = ("task", "educate", "plan", "approve", "authorize")
AT_ONCE = ("RT-911", "RT-ED", "RT-2H")
URGENT = ("RT-911", "RT-ED", "RT-2H", "RT-SD")


class No(Exception):
    """The command is refused, with this code."""


class Part:
    """One part of the model; the parts lean on each other."""

    sent: dict[tuple[Any, ...], Row]
    unsent: list[Row]
    changed: dict[str, None]
    written: list[tuple[str, str]]
    frozen: bool
    hospital: bool
    team: dict[str, str]

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
