"""What synthetic patients are like and do, as data: shares, rates and levels, each with a source.

Shares lie between 0 and 1; spans are the language's own. ``pathways.language.behaviour`` reads
these from YAML and sees to it that every figure has a source.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from pathways.spans import Span

ASSUMPTION = "assumption"
"""The source of figures that nobody has measured: a site should put its own in their place."""


Named = TypeVar("Named")


class _Frozen(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class Trend(_Frozen, frozen=True):
    """A number that moves from one level to another over a span, then stays.

    ``differ`` is the standard deviation between patients, ``vary`` that between two
    measurements of one patient; both normal."""

    start: float
    end: float
    over: Span
    differ: float = 0.0
    vary: float = 0.0


class Said(_Frozen, frozen=True):
    """What patients answer when asked for a value: a trend, one of several words by share, or
    words in turn.

    ``anew``: drawn at each question; otherwise once for each patient."""

    name: str
    trend: Trend | None = None
    one_of: tuple[tuple[float | str | bool, float], ...] = ()
    in_turn: tuple[tuple[str, float], ...] = ()
    """Words that follow one another, each with its days; the last one stays."""
    differ: float = 0.0
    """Of ``in_turn``: standard deviation between patients of the logarithm of their pace."""
    anew: bool = False
    source: str = ""


class Score(_Frozen, frozen=True):
    """How a questionnaire is answered: its items add up to near the trend's level.

    ``items``: these do not take part; each is above its least answer with this share."""

    instrument: str
    trend: Trend
    items: dict[str, float] = field(default_factory=dict)
    source: str = ""


class Outcomes(_Frozen, frozen=True):
    """How tasks of these steps end, by share (otherwise: with their normal outcome)."""

    steps: tuple[str, ...]
    one_of: tuple[tuple[str, float], ...]
    source: str = ""


class Declining(_Frozen, frozen=True):
    """Share of offers of these steps (none named: of any) that the patient declines."""

    share: float
    steps: tuple[str, ...] = ()
    source: str = ""


class Visiting(_Frozen, frozen=True):
    """Shares of booked visits to these services (none named: to any) that end otherwise."""

    missed: float
    cancelled: float = 0.0
    services: tuple[str, ...] = ()
    source: str = ""


class Feed(_Frozen, frozen=True):
    """A device: ``owned`` is the share of patients who have one, ``sent`` the share of its
    readings, one ``every`` so often, that arrive."""

    name: str
    every: Span
    owned: float = 1.0
    sent: float = 1.0
    source: str = ""


class Incidence(_Frozen, frozen=True):
    """An event that happens so many times in a patient-year, at random (Poisson).

    ``verified``: share of reports that come verified (deaths). ``then``: an event that follows,
    on average (exponentially) ``after`` so many days."""

    event: str
    a_year: float
    verified: float = 1.0
    then: str = ""
    after: float = 0.0
    source: str = ""


class Attempts(_Frozen, frozen=True):
    """Calls: ``answered`` is the share in which the patient picks up, except for steps that are
    themselves attempts. Where the pathway knows a step as a contact, it says how often and when an
    unanswered one is tried again; any other ``again`` after a span, ``most`` times in all."""

    answered: float
    again: Span
    most: int
    besides: tuple[str, ...] = ()
    source: str = ""


class Arrivals(_Frozen, frozen=True):
    """Referrals: evenly over the first ``over``; who leaves is replaced by a new patient, on
    average (exponentially) ``replaced`` so many days later."""

    over: Span
    replaced: float
    source: str = ""


class People(_Frozen, frozen=True):
    """Who the patients are. Ages are normal between bounds; ``conditions``: one of them;
    ``medications``: each by its own share."""

    youngest: int
    oldest: int
    mean_age: float
    differ: float
    female: float
    languages: tuple[tuple[str, float], ...]
    conditions: tuple[tuple[str, float], ...]
    medications: tuple[tuple[str, float], ...] = ()
    caregiver: float = 0.0
    consent: float = 1.0
    source: str = ""


class Paying(_Frozen, frozen=True):
    """What payers make of requests for these services (none named: of any).

    ``one_of``: approved, partial or denied, by share. ``pended``: first more information is asked
    for. ``late``: decided after the payer's time. ``talk_granted``: talks between physicians that
    win the patient's side; ``appealed``: denials that are appealed; ``appeal_granted``: appeals
    that are won."""

    one_of: tuple[tuple[str, float], ...]
    pended: float = 0.0
    late: float = 0.0
    talk_granted: float = 0.0
    appealed: float = 0.0
    appeal_granted: float = 0.0
    services: tuple[str, ...] = ()
    source: str = ""


class Cover(_Frozen, frozen=True):
    """Who pays, by share: ids of payers."""

    one_of: tuple[tuple[str, float], ...]
    source: str = ""


class Behaviour(_Frozen, frozen=True):
    """A behaviour file."""

    id: str
    title: str
    sources: dict[str, str]
    people: People
    arrivals: Arrivals
    attempts: Attempts
    values: tuple[Said, ...] = ()
    scores: tuple[Score, ...] = ()
    outcomes: tuple[Outcomes, ...] = ()
    declining: tuple[Declining, ...] = ()
    visiting: tuple[Visiting, ...] = ()
    results: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """service -> values that a kept visit brings."""
    feeds: tuple[Feed, ...] = ()
    events: tuple[Incidence, ...] = ()
    payers: tuple[Paying, ...] = ()
    """Empty: requests for authorization end as ``outcomes`` says, as soon as they are worked on."""
    cover: Cover | None = None
    """None: the usual payer."""


def together(behaviours: Sequence[Behaviour]) -> Behaviour:
    """Patients who are like all of these at once: on two pathways, say. Where two say different
    things of one name, the first is believed; conditions come from every one of them."""
    first, *others = behaviours
    merged = first
    for other in others:
        merged = replace(
            merged,
            id=f"{merged.id}+{other.id}",
            title=f"{merged.title}; {other.title}",
            sources={**other.sources, **merged.sources},
            values=_joined(merged.values, other.values, "name"),
            scores=_joined(merged.scores, other.scores, "instrument"),
            outcomes=(*merged.outcomes, *other.outcomes),
            declining=(*merged.declining, *(d for d in other.declining if d.steps)),
            visiting=(*merged.visiting, *(v for v in other.visiting if v.services)),
            results={**other.results, **merged.results},
            feeds=_joined(merged.feeds, other.feeds, "name"),
            events=_joined(merged.events, other.events, "event"),
            payers=(*merged.payers, *(p for p in other.payers if p.services)),
            cover=merged.cover or other.cover,
        )
    return merged


def figures(behaviour: Behaviour) -> list[tuple[str, str]]:
    """(what, source) of every sourced figure, in the file's order."""
    said = [("patients", behaviour.people.source), ("arrivals", behaviour.arrivals.source)]
    said.append(("attempts", behaviour.attempts.source))
    said += [(value.name, value.source) for value in behaviour.values]
    said += [(score.instrument, score.source) for score in behaviour.scores]
    said += [(", ".join(one.steps), one.source) for one in behaviour.outcomes]
    said += [("declines " + ", ".join(one.steps), one.source) for one in behaviour.declining]
    said += [("visits " + ", ".join(one.services), one.source) for one in behaviour.visiting]
    said += [(feed.name, feed.source) for feed in behaviour.feeds]
    said += [(event.event, event.source) for event in behaviour.events]
    said += [("payers " + ", ".join(one.services), one.source) for one in behaviour.payers]
    if behaviour.cover is not None:
        said.append(("cover", behaviour.cover.source))
    return [(what.strip(), source) for what, source in said]


def _joined(mine: tuple[Named, ...], theirs: tuple[Named, ...], key: str) -> tuple[Named, ...]:
    known = [getattr(one, key) for one in mine]
    return (*mine, *(one for one in theirs if getattr(one, key) not in known))
