"""The patient's tier of risk, as pathways keep it (clinical.md 1.1, P3)."""

from __future__ import annotations

from pathways.compiled import CompiledPathway

RANKS = ("", "low", "rising", "high", "complex")
"""From the lowest; empty: not determined."""
TIERS = {
    "low": "low",
    "medium": "rising",
    "moderate": "rising",
    "rising": "rising",
    "high": "high",
    "complex": "complex",
}
"""Words of a pathway's tier, in the four that there are."""


def tiers_of(pathway: CompiledPathway) -> tuple[str, ...]:
    """The values in which a pathway keeps the patient's tier: choices called ``tier`` or
    ``...-tier`` of which every option is a tier."""
    return tuple(
        name
        for name, element in pathway.data.items()
        if name.rpartition("-")[2] == "tier"
        and element.options
        and all(option in TIERS for option in element.options)
    )
