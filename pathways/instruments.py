"""Compiled instruments: scored questionnaires, as a compiled pathway holds them."""

from __future__ import annotations

from typing import Literal

from pathways.frozen import Frozen
from pathways.spans import Span


class Choice(Frozen, frozen=True):
    """One possible answer to a question: its number and what it says."""

    value: int
    text: str


class Item(Frozen, frozen=True):
    """One question of an instrument. ``low``/``high`` bound its numeric answer; when there are
    ``choices``, it must be one of theirs."""

    id: str
    text: str
    low: int = 0
    high: int = 3
    loinc: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()


class Band(Frozen, frozen=True):
    """``low <= score <= high`` is called ``name``."""

    name: str
    low: int
    high: int


class Score(Frozen, frozen=True):
    """One result of an instrument, named ``<instrument>.<id>`` in conditions.

    ``sum`` adds the items; ``positive`` is 1 when the sum of the items reaches
    ``at_least``, else 0; ``count`` counts items that reach ``at_least``; ``total`` adds
    other scores (``items`` are then ids of earlier scores). A score with a missing required
    item is *unknown*, never 0 (clinical rule X13).
    """

    id: str
    kind: Literal["sum", "positive", "count", "total"]
    items: tuple[str, ...]
    at_least: int = 1
    bands: tuple[Band, ...] = ()
    loinc: str = ""


class Instrument(Frozen, frozen=True):
    id: str
    version: str
    title: str
    licence: str
    items: tuple[Item, ...]
    scores: tuple[Score, ...]
    loinc: str = ""
    source: str = ""
    fresh: Span | None = None
    subject: Literal["", "caregiver"] = ""
    """Whose results they are; empty: the patient's."""
