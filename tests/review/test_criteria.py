"""Public criteria: met, not met, or undetermined; and never a denial."""

from __future__ import annotations

import pytest

from pathways.review.criteria import (
    SUBSETS,
    CriteriaProvider,
    LocalCriteria,
    Request,
    Verdict,
    next_state,
)
from pathways.review.levels import LEVELS

Facts = dict[str, float | str | bool]
MET: dict[str, Facts] = {
    "acute-inpatient": {"expected-midnights": 2},
    "snf": {"inpatient-days": 3, "daily-skilled-need": True, "days-since-hospital": 30},
    "home-health": {
        "homebound": True,
        "intermittent-skilled-need": True,
        "face-to-face-day": -90,
    },
    "irf": {
        "pre-admission-screening-hours": 48,
        "plan-of-care-day": 4,
        "therapy-hours-a-week": 15,
        "physician-visits-a-week": 3,
        "weekly-team-meeting": True,
    },
    "hospice-routine": {
        "terminal-certification": True,
        "hospice-election": True,
        "benefit-period": 2,
    },
    "home-oxygen": {"spo2": 88, "pao2": 70},
}
ONE_TOO_FAR: dict[str, Facts] = {
    "acute-inpatient": {"expected-midnights": 1},
    "snf": {"inpatient-days": 2, "three-day-waiver": False},
    "home-health": {"face-to-face-day": 31},
    "irf": {"therapy-hours-a-week": 14, "therapy-hours-a-day": 3, "therapy-days-a-week": 4},
    "hospice-routine": {"benefit-period": 3, "face-to-face-days-before": 31},
    "home-oxygen": {
        "spo2": 89,
        "pao2": 60,
        "cor-pulmonale": False,
        "oedema": False,
        "haematocrit": 56,
    },
}


def judged(level: str, facts: Facts) -> Verdict:
    provider: CriteriaProvider = LocalCriteria()
    return provider.evaluate(Request(level, facts))


@pytest.mark.parametrize("level", MET)
def test_what_just_fits_is_met(level: str) -> None:
    verdict = judged(level, MET[level])
    assert verdict.result == "met"
    assert verdict.subset
    assert verdict.version
    assert next_state(verdict) == "approved"


@pytest.mark.parametrize("level", ONE_TOO_FAR)
def test_what_just_does_not_fit_goes_to_a_physician_and_says_why(level: str) -> None:
    verdict = judged(level, {**MET[level], **ONE_TOO_FAR[level]})
    assert verdict.result == "not-met"
    assert verdict.unmet
    assert next_state(verdict) == "md-review"


@pytest.mark.parametrize("level", MET)
def test_what_is_not_known_is_undetermined_and_says_what_is_missing(level: str) -> None:
    verdict = judged(level, {})
    assert (verdict.result, verdict.unmet) == ("undetermined", ())
    assert len(verdict.unknown) == len(SUBSETS[level].criteria)
    assert next_state(verdict) == "md-review"


def test_observation_days_do_not_count_but_a_waiver_does() -> None:
    facts: Facts = {**MET["snf"], "inpatient-days": 1, "three-day-waiver": True}
    assert judged("snf", facts).result == "met"


def test_oxygen_at_89_needs_a_sign_of_strain() -> None:
    base: Facts = {"spo2": 89, "pao2": 60, "oedema": False, "haematocrit": 50}
    assert judged("home-oxygen", {**base, "cor-pulmonale": True}).result == "met"
    assert judged("home-oxygen", base).result == "undetermined"


def test_what_has_no_public_rule_is_undetermined() -> None:
    assert judged("iop", {}).result == "undetermined"


def test_no_verdict_can_deny() -> None:
    verdicts = (Verdict("met"), Verdict("not-met"), Verdict("undetermined"))
    assert {next_state(verdict) for verdict in verdicts} == {"approved", "md-review"}


def test_concurrent_review_has_its_cadence_for_every_level() -> None:
    """5.5: ICU daily, acute 1-3 days, IRF weekly, SNF 7 days, home health 30/60 days."""
    assert LEVELS["icu"] == (1, 1)
    assert LEVELS["acute-inpatient"] == (1, 3)
    assert LEVELS["irf"] == LEVELS["snf"] == (7, 7)
    assert LEVELS["home-health"] == (30, 60)
    assert set(SUBSETS) - {"home-oxygen"} <= set(LEVELS)
