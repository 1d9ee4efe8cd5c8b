"""Levels of care, and how often care there is reviewed while it goes on (clinical.md 5.5)."""

from __future__ import annotations

from collections.abc import Mapping

AVOIDABLE = ("placement", "transport", "payer", "test", "family", "weekend")
"""Why a day in care was not needed."""

LEVELS: Mapping[str, tuple[int, int]] = {
    "icu": (1, 1),
    "step-down": (1, 3),
    "acute-inpatient": (1, 3),
    "observation": (1, 1),
    "ltach": (7, 7),
    "irf": (7, 7),
    "snf": (7, 7),
    "home-health": (30, 60),
    "hospice-routine": (0, 0),
    "hospice-continuous": (0, 0),
    "hospice-inpatient": (0, 0),
    "hospice-respite": (0, 0),
    "php": (1, 3),
    "iop": (1, 3),
    "residential": (1, 3),
    "outpatient": (0, 0),
    "custodial": (0, 0),
    "dme": (0, 0),
}
"""Level -> days between concurrent reviews, (least, most); 0: none is usual. PHP is about 20
hours a week, IOP 9 or more. The figures are the product's defaults."""
