"""Criteria of medical necessity, as a plug: who holds a licence brings InterQual, MCG or others.

What is here are public rules only (clinical.md 5.5). ``not-met`` sends a request to a
physician; it is never itself a denial: nothing in this module can deny.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, Protocol

from msgspec import Struct, field

Result = Literal["met", "not-met", "undetermined"]
Facts = Mapping[str, float | str | bool]


class Request(Struct, frozen=True):
    """What is asked for, and what is known. A fact that is not there is unknown."""

    level: str
    facts: dict[str, float | str | bool] = field(default_factory=dict)


class Verdict(Struct, frozen=True):
    """``unmet``: what does not hold; ``unknown``: what nobody has said yet."""

    result: Result
    subset: str = ""
    version: str = ""
    unmet: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class CriteriaProvider(Protocol):
    """Judges a request by one set of criteria. Pure, and never raises for what is not known."""

    def evaluate(self, request: Request) -> Verdict:
        """Judge by what is known."""
        ...


class Criterion(Struct, frozen=True):
    """One thing that must hold: in words, and as a test of facts (``None``: not known)."""

    says: str
    test: Callable[[Facts], bool | None]


class Subset(Struct, frozen=True):
    """The public rule for one level of care."""

    id: str
    version: str
    source: str
    criteria: tuple[Criterion, ...]


def _yes(name: str) -> Callable[[Facts], bool | None]:
    def judge(facts: Facts) -> bool | None:
        found = facts.get(name)
        return found if isinstance(found, bool) else None

    return judge


def _number(facts: Facts, name: str) -> float | None:
    found = facts.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _at_least(name: str, least: float) -> Callable[[Facts], bool | None]:
    def judge(facts: Facts) -> bool | None:
        found = _number(facts, name)
        return None if found is None else found >= least

    return judge


def _at_most(name: str, most: float) -> Callable[[Facts], bool | None]:
    def judge(facts: Facts) -> bool | None:
        found = _number(facts, name)
        return None if found is None else found <= most

    return judge


def _between(name: str, least: float, most: float) -> Callable[[Facts], bool | None]:
    def judge(facts: Facts) -> bool | None:
        found = _number(facts, name)
        return None if found is None else least <= found <= most

    return judge


def _either(*tests: Callable[[Facts], bool | None]) -> Callable[[Facts], bool | None]:
    """Yes when one is, no when all are not, else unknown."""

    def judge(facts: Facts) -> bool | None:
        found = [one(facts) for one in tests]
        if True in found:
            return True
        return None if None in found else False

    return judge


def _both(*tests: Callable[[Facts], bool | None]) -> Callable[[Facts], bool | None]:
    def judge(facts: Facts) -> bool | None:
        found = [one(facts) for one in tests]
        if False in found:
            return False
        return None if None in found else True

    return judge


SUBSETS: Mapping[str, Subset] = {
    "acute-inpatient": Subset(
        "two-midnights",
        "42 CFR 412.3",
        "42 CFR 412.3(d): the two-midnight expectation",
        (
            Criterion(
                "The physician expects care over at least two midnights",
                _at_least("expected-midnights", 2),
            ),
        ),
    ),
    "snf": Subset(
        "snf",
        "42 CFR 409.30",
        "42 CFR 409.30-409.35",
        (
            Criterion(
                "Three consecutive inpatient days (observation does not count), or a waiver",
                _either(_at_least("inpatient-days", 3), _yes("three-day-waiver")),
            ),
            Criterion("A skilled need every day", _yes("daily-skilled-need")),
            Criterion(
                "Care begins within 30 days of leaving hospital",
                _at_most("days-since-hospital", 30),
            ),
        ),
    ),
    "home-health": Subset(
        "home-health",
        "42 CFR 409.42",
        "42 CFR 409.42, 424.22",
        (
            Criterion("The patient is homebound", _yes("homebound")),
            Criterion("Skilled care is needed, now and then", _yes("intermittent-skilled-need")),
            Criterion(
                "A face-to-face encounter from 90 days before to 30 days after the start",
                _between("face-to-face-day", -90, 30),
            ),
        ),
    ),
    "irf": Subset(
        "irf",
        "42 CFR 412.622",
        "42 CFR 412.622(a)(3)-(5)",
        (
            Criterion(
                "Pre-admission screening within 48 hours before admission",
                _at_most("pre-admission-screening-hours", 48),
            ),
            Criterion("A plan of care by day 4", _at_most("plan-of-care-day", 4)),
            Criterion(
                "Three hours of therapy on five days a week, or 15 hours in 7 days",
                _either(
                    _both(_at_least("therapy-hours-a-day", 3), _at_least("therapy-days-a-week", 5)),
                    _at_least("therapy-hours-a-week", 15),
                ),
            ),
            Criterion(
                "A physician sees the patient three times a week",
                _at_least("physician-visits-a-week", 3),
            ),
            Criterion("The team meets every week", _yes("weekly-team-meeting")),
        ),
    ),
    **{
        level: Subset(
            "hospice",
            "42 CFR 418.20",
            "42 CFR 418.20-418.24",
            (
                Criterion(
                    "A physician certifies six months or less, if the disease runs its course",
                    _yes("terminal-certification"),
                ),
                Criterion("The election is signed", _yes("hospice-election")),
                Criterion(
                    "From the third benefit period on: a face-to-face encounter within 30 days "
                    "before it",
                    _either(
                        _at_most("benefit-period", 2), _between("face-to-face-days-before", 0, 30)
                    ),
                ),
            ),
        )
        for level in ("hospice-routine", "hospice-continuous", "hospice-inpatient")
    },
    "home-oxygen": Subset(
        "home-oxygen",
        "NCD 240.2",
        "https://www.cms.gov/medicare-coverage-database (NCD 240.2, LCD L33797)",
        (
            Criterion(
                "PaO2 at most 55 mmHg or saturation at most 88 %; or 56 to 59 mmHg or 89 % with "
                "cor pulmonale, oedema or a haematocrit above 56 %",
                _either(
                    _at_most("pao2", 55),
                    _at_most("spo2", 88),
                    _both(
                        _either(_between("pao2", 56, 59), _between("spo2", 89, 89)),
                        _either(
                            _yes("cor-pulmonale"),
                            _yes("oedema"),
                            lambda facts: (
                                None
                                if (found := _number(facts, "haematocrit")) is None
                                else found > 56
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
}
"""Level of care (or equipment) -> the public rule for it."""


class _Noting(Mapping[str, float | str | bool]):
    """Knows nothing, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, None] = {}

    def __getitem__(self, name: str) -> float | str | bool:
        self.asked[name] = None
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def facts_asked(level: str) -> tuple[str, ...]:
    """Names of the facts that the public rule for a level looks at, in its order; none: no rule."""
    subset = SUBSETS.get(level)
    noting = _Noting()
    for criterion in subset.criteria if subset is not None else ():
        criterion.test(noting)
    return tuple(noting.asked)


class LocalCriteria:
    """The public rules. What has none of its own is undetermined."""

    def evaluate(self, request: Request) -> Verdict:
        """Judge by what is known: one criterion that fails is enough for ``not-met``."""
        subset = SUBSETS.get(request.level)
        if subset is None:
            return Verdict("undetermined")
        unmet, unknown = [], []
        for criterion in subset.criteria:
            holds = criterion.test(request.facts)
            if holds is None:
                unknown.append(criterion.says)
            elif not holds:
                unmet.append(criterion.says)
        result: Result = "not-met" if unmet else "undetermined" if unknown else "met"
        return Verdict(result, subset.id, subset.version, tuple(unmet), tuple(unknown))


def next_state(verdict: Verdict) -> Literal["approved", "md-review"]:
    """Where a nurse's review leads by its criteria: what is not met, or not known, goes to a
    physician."""
    return "approved" if verdict.result == "met" else "md-review"
