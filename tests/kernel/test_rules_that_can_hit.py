"""Rules that cannot be about a medication list are not looked at closer: leaving them out changes
nothing of what is found."""

from __future__ import annotations

from pathways.medicines.hits import can_hit, hits, ingredients
from pathways.medicines.rules import Medicine
from tests.kernel.test_medicine_rows import CASES, RULES, lines

NOW = 1_795_000_000


def test_no_rule_that_hits_is_left_out() -> None:
    """Given every list of the forty rows and every rule, then whatever hits could hit, and most
    rules are left out."""
    kept = found = 0
    for case in CASES:
        taken: tuple[Medicine, ...] = lines(case.takes)
        names = ingredients(taken)
        for rule in RULES:
            may = can_hit(rule, names)
            kept += may
            if hits(rule, taken, NOW):
                found += 1
                assert may, (case, rule.id)
    assert found
    assert kept < len(CASES) * len(RULES) / 2
