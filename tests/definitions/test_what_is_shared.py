"""What shipped messages tell the caregiver of the patient is what their authors say they do."""

from __future__ import annotations

import pytest

from pathways.disclosing import goes_to_caregiver
from pathways.journey.prepared import Prepared
from tests.definitions.shipped import NAMES, pathway


@pytest.mark.parametrize("name", NAMES)
def test_the_kernel_finds_nothing_told_that_the_author_does_not_say(name: str) -> None:
    ready = Prepared(pathway(name))
    deeds = {step.id: step for step in ready.steps.values() if goes_to_caregiver(step)}
    deeds |= {
        rule.id: rule.do
        for rule in ready.pathway.rules
        if rule.do is not None and goes_to_caregiver(rule.do)
    }
    assert {name: set(told) for name, told in ready.tells_caregiver.items()} == {
        name: set(deed.shares) for name, deed in deeds.items()
    }
