"""A program as data: what starts its clocks, how long they run, what meets them.

Programs are versioned definitions (``definitions/programs/*.yaml``) with a source, a year and
a tag of confidence. They are not part of a pathway: a rule of 2027 is applied to a patient
who was enrolled in 2026 (clinical.md 0.3, 1.2, 7.3).
"""

from __future__ import annotations

from typing import Literal

from msgspec import field

from pathways.frozen import Frozen
from pathways.spans import Span

Kind = Literal["billing", "indicator"]
Tag = Literal["looked-up", "well-known", "to-check", "default"]
"""How sure we are of the numbers (clinical.md 0.1: L, W, C, D)."""
Proof = Literal["contact", "attempt", "work", "visit", "value", "event", "entered"]


class Bounds(Frozen, frozen=True):
    """Numbers from ``at_least`` (included) to ``below`` (excluded)."""

    at_least: float | None = None
    below: float | None = None

    def hold(self, answer: str) -> bool:
        """Whether a value, as a fact tells it, is such a number."""
        try:
            number = float(answer)
        except ValueError:
            return False
        low = self.at_least is None or number >= self.at_least
        return low and (self.below is None or number < self.below)


class Evidence(Frozen, frozen=True):
    """What meets a clock.

    ``contact``, ``attempt``: the patient or the caregiver was reached, or tried; ``work``: a task
    with this verb, shared name (``same``) or step id was done; ``visit``: an appointment of this
    service was kept; ``value``: a value or a questionnaire was recorded; ``event``: reported;
    ``entered``: a stage of this phase, or with this id, was entered.
    """

    kind: Proof
    names: tuple[str, ...]
    by: tuple[str, ...] = ()
    """Roles that count; empty: whoever it was."""
    answers: tuple[str, ...] = ()
    """Values that count; empty: any."""
    times: int = 1
    """So many are needed, the last of them in time."""
    bounds: Bounds | None = None
    """Of a value: the numbers that count."""


class Trigger(Frozen, frozen=True):
    """What starts the clocks: a reported event, an enrollment, the referral to a pathway (or the
    day on which its closed case was opened again, X11), a stage of a phase, a value that is a date,
    or (with
    ``bounds``) a value that is such a number, when it was observed."""

    kind: Literal["event", "enrolled", "value", "referred", "entered"]
    names: tuple[str, ...]
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Details of the event that must be said, and be one of these."""
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Details that, when said, keep the clocks from starting (B15)."""
    bounds: Bounds | None = None


class ClockRule(Frozen, frozen=True):
    """One clock. ``first_day`` 0 includes the day of the trigger, 1 excludes it (T4)."""

    id: str
    title: str
    within: Span
    met_by: tuple[Evidence, ...]
    first_day: int = 0
    limit: Span | None = None
    """The hard limit where the due date has a grace (T6)."""
    no_later_than: str = ""
    """Another clock: its evidence brings this one's due time forward to the end of that day."""
    again: bool = False
    """Each time that it is met it starts anew, from then (yearly)."""


class Claim(Frozen, frozen=True):
    """What may be claimed when all these clocks are met. ``code`` is a number, never its text."""

    code: str
    needs: tuple[str, ...]
    says: str = ""
    """What a clinician attests besides, in our own words."""


class Threshold(Frozen, frozen=True):
    """From so many minutes in a calendar month (T7)."""

    minutes: int
    code: str = ""


class MinutesRule(Frozen, frozen=True):
    """Time of care management, counted per calendar month."""

    thresholds: tuple[Threshold, ...]
    by: tuple[str, ...] = ()
    """Roles whose time counts; empty: any."""
    not_with: tuple[str, ...] = ()
    """Programs that cannot be claimed for the same month."""


class Program(Frozen, frozen=True):
    """A program or an internal indicator."""

    program: str
    version: str
    """The year whose rules these are."""
    title: str
    kind: Kind
    tag: Tag
    source: str
    whom: str = ""
    starts: tuple[Trigger, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    on: tuple[str, ...] = ()
    """Only for patients who are on at least ``on_at_least`` of these pathways at the trigger."""
    on_at_least: int = 1
    drops: tuple[str, ...] = ()
    """Events, and dispositions of the last enrollment, after which what is still open is no longer
    asked for."""
    period: Span | None = None
    """The service period lasts until the local date of the trigger plus this."""
    claims: tuple[Claim, ...] = ()
    minutes: MinutesRule | None = None
