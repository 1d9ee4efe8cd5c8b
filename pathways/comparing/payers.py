"""Payers compared: what each may take, field by field."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pathways.comparing.aspects import Named, replaced
from pathways.comparing.difference import Change
from pathways.compiled import CompiledPathway
from pathways.spans import Span

_COSMETIC = ("title", "source", "tag", "version")
"""Fields that no patient feels."""


def changed_payers(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Payers by id, and everything in them by its place."""
    named = Named("pathway", "", "The whole pathway")
    before, after = dict(_said(old.payers)), dict(_said(new.payers))
    for path in dict.fromkeys((*before, *after)):
        was, now = before.get(path, ""), after.get(path, "")
        if was == now:
            continue
        subject = f"payer {' '.join(path)}"
        text = replaced(subject, now or "nothing", was or "nothing")
        patient = path[-1] not in _COSMETIC
        yield named.change("changed", "deadline", subject, text, now=now, was=was, patient=patient)


def _said(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every leaf with its path; of what has an id, by the id, and the order of those told once."""
    if isinstance(value, Struct) and not isinstance(value, Span):
        for name in value.__struct_fields__:
            yield from _said(getattr(value, name), (*path, name.replace("_", "-")))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _said(inner, (*path, name))
    elif isinstance(value, tuple):
        names = [getattr(inner, "id", "") or str(inner) for inner in value]
        yield (*path, "all"), ", ".join(names)
        for name, inner in zip(names, value, strict=True):
            if isinstance(inner, Struct):
                yield from _said(inner, (*path, name))
    elif value is not None:
        yield path, str(value)
