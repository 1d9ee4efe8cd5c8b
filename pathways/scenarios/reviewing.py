"""Reviews in scenarios: a line of the course that says something of a request, and its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from msgspec import convert

from pathways.journey.events import Actor, Review, Value
from pathways.journey.state import Journey
from pathways.review.machine import ENDED, GRANTED
from pathways.review.record import ReviewRun

Detail = Literal[
    "role",
    "person",
    "credential",
    "reports-to",
    "reason",
    "family",
    "criteria",
    "letter",
    "payer",
    "kind",
    "speed",
    "benefit",
    "level",
    "from",
    "until",
    "units",
    "unit",
    "facility",
]
"""What may be said with it: as ``careway review`` has it, ``role`` and ``person`` for who at the
payer made the move."""
DETAILS: tuple[str, ...] = get_args(Detail)
_FIELDS = {"reports-to": "reports_to", "from": "first", "until": "last"}
_OF_AN_AUTHORIZATION = ("used", "extension", "expired")
"""What is said of an authorization, where another request of the same step may be under way."""


def review_of(journey: Journey, step: str, say: str = "") -> ReviewRun | None:
    """The review of a step that is meant: the newest that is under way, or that holds an
    authorization; else the newest."""
    mine = [run for run in reversed(journey.reviews.values()) if run.step == step]
    granted = say in _OF_AN_AUTHORIZATION
    fitting = (r for r in mine if (r.state in GRANTED if granted else r.state not in ENDED))
    return next(fitting, None) or next(iter(mine), None)


def told(
    run: ReviewRun, say: str, details: Mapping[str, Value], command: str, actor: Actor
) -> Review:
    """The command that a line of a scenario is."""
    said: dict[str, object] = {_FIELDS.get(n, n): str(value) for n, value in details.items()}
    units = details.get("units")
    if units is not None:
        said["units"] = 0 if isinstance(units, str) else int(units)
    said |= {"type": "review", "command": command, "actor": actor, "say": say, "review": run.id}
    return convert(said, Review, from_attributes=True)
