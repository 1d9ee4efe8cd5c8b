"""What a drawing shows, before any layout: stages with steps, links between steps, rules."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from pathways.compiled import Phase, Verb
from pathways.drawing.course import Mark


class Node(Struct, frozen=True):
    """A step. Texts are without markup and not yet broken into lines.

    ``row`` and ``column`` are its cell in the stage: a step stands below all that it comes
    after."""

    id: str
    verb: Verb
    title: str
    owner: str
    """Role, or "" when Careway does it."""
    summary: str
    """``Task, case manager, within 7 days``."""
    timing: str
    """Delay and repetition, or ""."""
    condition: str
    """``if HbA1c is above 9 %``, or ""."""
    late: str
    """Who hears of it when it is late, or ""."""
    place: str
    line: int
    notes: tuple[str, ...] = ()
    """More, for a tooltip: what is asked, the rows of a table, declined and missed."""
    row: int = 0
    column: int = 0
    mark: Mark | None = None


class Link(Struct, frozen=True):
    """Between two steps of one stage: ``after`` (solid), ``declined`` (what starts instead),
    ``unreachable`` (what starts when nobody is reached) or ``rejected`` (a plan that goes back)."""

    tail: str
    head: str
    kind: Literal["after", "declined", "unreachable", "rejected"]


IF = {"declined": "if declined", "unreachable": "if not reached", "rejected": "if rejected"}
"""What stands on a link that is not taken always."""


class Exit(Struct, frozen=True):
    """A branch of a stage: ``condition`` is "" for the last one."""

    go: str
    target: str
    condition: str
    disposition: str
    line: int


class Group(Struct, frozen=True):
    """A stage."""

    id: str
    phase: Phase
    title: str
    heading: str
    """Phase, deadline and who is answerable, in a line."""
    every: str
    """A reevaluation: ``every 90 days, beside Follow-up``; else ""."""
    beside: tuple[str, ...]
    """A reevaluation: the follow-up stages that it runs beside."""
    complete: str
    """The exit condition in words, or ""."""
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    exits: tuple[Exit, ...]
    place: str
    line: int
    mark: Mark | None = None


class RuleLine(Struct, frozen=True):
    """A rule as a line of a table."""

    id: str
    trigger: str
    during: str
    """The stages it is in force over; "" for all."""
    action: str
    owner: str
    response: str
    """Response class with how soon, or how soon alone."""
    place: str
    line: int
    mark: Mark | None = None


class Drawing(Struct, frozen=True):
    """Everything that a picture of a pathway shows. ``owners``: role -> fill (``#RRGGBB``)."""

    pathway: str
    version: str
    title: str
    file: str
    groups: tuple[Group, ...]
    rules: tuple[RuleLine, ...]
    owners: dict[str, str]
    late: str
    """Escalation that most steps share, said once."""
    course: str = ""
    """Whose course is drawn on it and how it stands, or ""."""
