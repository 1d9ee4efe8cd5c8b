"""X3: a no to what is critical for safety is told to a physician within a business day."""

from __future__ import annotations

import pytest

from pathways.journey.tasks import PHYSICIAN
from tests.definitions import shipped

PHYSICIANS = (
    PHYSICIAN,
    "cardiologist",
    "nephrologist",
    "neurologist",
    "obstetrician",
    "oncologist",
    "psychiatrist",
    "rehabilitation-physician",
    "surgeon",
)


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_pathway_says_what_is_critical_and_which_physician_is_told(name: str) -> None:
    pathway = shipped.pathway(name)
    assert PHYSICIAN in pathway.roles
    deeds = [step for stage in pathway.stages for step in stage.steps]
    deeds += [rule.do for rule in pathway.rules if rule.do is not None]
    critical = [deed for deed in deeds if deed.safety_critical]
    assert critical
    for deed in critical:
        assert deed.declined.inform in ("", *PHYSICIANS), deed.id


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_pathway_tells_physician_and_case_manager_of_an_admission(name: str) -> None:
    """X5: the same day."""
    told = {
        rule.do.to
        for rule in shipped.pathway(name).rules
        if rule.on == "admitted" and rule.do is not None and rule.do.verb == "notify"
    }
    assert told == {"primary-care", "case-manager"}
