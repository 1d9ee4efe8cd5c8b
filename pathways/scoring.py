"""Instruments are scored here: answers in, named results out."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pathways.compiled import Instrument, Item, Score


class Scored(Struct, frozen=True):
    """What a questionnaire came to.

    ``values``: by name without the instrument's id: each valid answer (item id), each
    complete score (score id) and its band (``<score>-band``). ``missing``: required items
    without an answer. ``invalid``: answers out of range or to items that do not exist; they
    count as no answer.
    """

    values: dict[str, float | str]
    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()


def score(instrument: Instrument, answers: Mapping[str, int]) -> Scored:
    """Score ``answers`` (item id -> number).

    A score with a required item missing is absent, never 0 (clinical rule X13); single items
    still count, so that one alarming answer is never lost in an unfinished questionnaire.
    An optional item without an answer adds nothing.
    """
    items = {item.id: item for item in instrument.items}
    valid = {
        item.id: answers[item.id]
        for item in instrument.items
        if item.id in answers and _is_possible(item, answers[item.id])
    }
    values: dict[str, float | str] = {name: float(answer) for name, answer in valid.items()}
    results: dict[str, int] = {}
    for one in instrument.scores:
        total = _result(one, items, valid, results)
        if total is None:
            continue
        results[one.id] = total
        values[one.id] = float(total)
        band = next((band.name for band in one.bands if band.low <= total <= band.high), None)
        if band is not None:
            values[f"{one.id}-band"] = band
    return Scored(
        values=values,
        missing=tuple(i.id for i in instrument.items if i.required and i.id not in answers),
        invalid=tuple(name for name in answers if name not in valid),
    )


def _is_possible(item: Item, answer: object) -> bool:
    if isinstance(answer, bool) or not isinstance(answer, int):
        return False
    if item.choices:
        return any(choice.value == answer for choice in item.choices)
    return item.low <= answer <= item.high


def _result(
    one: Score, items: Mapping[str, Item], valid: Mapping[str, int], results: Mapping[str, int]
) -> int | None:
    if one.kind == "total":
        parts = [results.get(name) for name in one.items]
        known = [part for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else None
    if any(items[name].required and name not in valid for name in one.items):
        return None
    given = [valid[name] for name in one.items if name in valid]
    if not given:
        return None
    if one.kind == "sum":
        return sum(given)
    if one.kind == "positive":
        return 1 if sum(given) >= one.at_least else 0
    return sum(answer >= one.at_least for answer in given)
