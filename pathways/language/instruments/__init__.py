"""Instruments as authors write them: checked, and compiled for the kernel."""

from __future__ import annotations

from typing import Any

from pathways.compiled import Band, Instrument, Item, Score
from pathways.language.instruments.checks import CHECKS, bands_cover_the_range
from pathways.language.instruments.models import (
    InstrumentModel,
    ItemModel,
    ScoreModel,
    bounds_of,
    is_loinc,
    kinds_of,
    parts_of,
)
from pathways.language.issues import Issue, has_errors
from pathways.language.opening import opened
from pathways.language.schema import URI

__all__ = ["compile_instrument", "instrument_schema", "is_loinc"]


def compile_instrument(text: str | bytes, file: str) -> tuple[Instrument | None, list[Issue]]:
    """The instrument that ``text`` defines, or ``None`` and what is wrong with it."""
    found, issues = opened(text, file, InstrumentModel)
    if found is None:
        return None, issues
    issues += [issue for check in CHECKS for issue in check(found.model, found.root)]
    if not has_errors(issues):  # bands make sense only over sound items and scores
        issues += bands_cover_the_range(found.model, found.root)
    return (None if has_errors(issues) else _compiled(found.model)), issues


def instrument_schema() -> dict[str, Any]:
    """The JSON Schema of ``definitions/instruments/*.yaml``, for editors."""
    return {"$schema": URI, **InstrumentModel.model_json_schema(by_alias=True, mode="validation")}


def _compiled(model: InstrumentModel) -> Instrument:
    return Instrument(
        id=model.instrument,
        version=model.version,
        title=model.title,
        licence=" ".join(model.licence.split()),
        source=model.source,
        loinc=model.loinc or "",
        fresh=model.fresh,
        subject=model.subject or "",
        items=tuple(_item(item, model) for item in model.items),
        scores=tuple(_score(score) for score in model.scores),
    )


def _item(item: ItemModel, model: InstrumentModel) -> Item:
    low, high = bounds_of(item, model)
    choices = () if item.range else item.answers or model.answers or ()
    return Item(item.id, item.text, low, high, item.loinc or "", item.required, choices)


def _score(score: ScoreModel) -> Score:
    (kind,) = kinds_of(score)
    bands = tuple(Band(name, low, high) for name, (low, high) in score.bands.items())
    return Score(score.id, kind, parts_of(score), score.at_least or 1, bands, score.loinc or "")
