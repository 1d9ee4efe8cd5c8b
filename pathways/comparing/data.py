"""Data elements, instruments, goals and messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from pathways import wording
from pathways.comparing.aspects import (
    ELSEWHERE,
    PLACE,
    Aspect,
    Named,
    Side,
    Table,
    condition,
    fields,
    listed,
    said,
    span,
    yes_or_no,
)
from pathways.comparing.course import reordered
from pathways.comparing.difference import Change, Subject, What
from pathways.compiled import (
    Band,
    Choice,
    CompiledPathway,
    DataElement,
    Goal,
    Instrument,
    Item,
    Score,
)


def _number(field: str) -> Any:
    def say(one: DataElement, pathway: CompiledPathway) -> str:
        value = getattr(one, field)
        unit = wording.unit(one.unit)
        return "" if value is None else f"{wording.constant(value)} {unit}".strip()

    return say


def _subject(one: DataElement | Instrument, pathway: CompiledPathway) -> str:
    return wording.the(one.subject or "patient")


def _choices(item: Item, pathway: CompiledPathway) -> str:
    return ", ".join(_choice(one) for one in item.choices)


def _choice(choice: Choice) -> str:
    return f"{choice.value} {choice.text}"


def _bands(score: Score, pathway: CompiledPathway) -> str:
    return ", ".join(_band(one) for one in score.bands)


def _band(band: Band) -> str:
    return f"{band.name} {band.low} to {band.high}"


DATA: Table = {
    "name": Aspect("name", "presence", said("name")),
    "type": Aspect("type", "content", said("type")),
    "label": Aspect("label", "wording", said("label"), patient=False),
    "unit": Aspect("unit", "content", said("unit")),
    "low": Aspect("lowest possible value", "threshold", _number("low")),
    "high": Aspect("highest possible value", "threshold", _number("high")),
    "warn_low": Aspect("unusual below", "threshold", _number("warn_low")),
    "warn_high": Aspect("unusual above", "threshold", _number("warn_high")),
    "options": Aspect("options", "content", listed("options"), unordered=True),
    "loinc": Aspect("LOINC code by which it arrives", "content", said("loinc")),
    "fresh": Aspect("counts as known for", "timing", span("fresh")),
    "subject": Aspect("is about", "content", _subject),
    "keep": Aspect("readings that are looked back on", "content", said("keep")),
    "reckoned": Aspect("reckoned from the medication list", "content", said("reckoned")),
    "line": PLACE,
}

GOAL: Table = {
    "id": Aspect("id", "presence", said("id")),
    "title": Aspect("title", "wording", said("title"), patient=False),
    "aim": Aspect("aim", "condition", condition("aim"), expr=True),
    "by": Aspect("to be met within", "deadline", span("by")),
    "line": PLACE,
}

PARAMETER: Table = {
    "label": Aspect("label", "wording", said("label"), patient=False),
    "value": Aspect("value", "threshold", said("value")),
    "default": Aspect("default", "source", said("default"), patient=False),
    "by": Aspect("signed by", "source", said("by"), patient=False),
    "on": Aspect("signed on", "source", said("on"), patient=False),
    "because": Aspect("because", "source", said("because"), patient=False),
    "until": Aspect("until", "timing", said("until")),
}

INSTRUMENT: Table = {
    "id": Aspect("id", "presence", said("id")),
    "version": Aspect("version of the questionnaire", "identity", said("version"), patient=False),
    "title": Aspect("title", "wording", said("title"), patient=False),
    "licence": Aspect("licence", "source", said("licence"), patient=False),
    "items": ELSEWHERE,
    "scores": ELSEWHERE,
    "loinc": Aspect("LOINC code", "content", said("loinc")),
    "source": Aspect("source", "source", said("source"), patient=False),
    "fresh": Aspect("counts as known for", "timing", span("fresh")),
    "subject": Aspect("is about", "content", _subject),
}

ITEM: Table = {
    "id": Aspect("id", "presence", said("id")),
    "text": Aspect("text", "content", said("text")),
    "low": Aspect("lowest answer", "content", said("low")),
    "high": Aspect("highest answer", "content", said("high")),
    "loinc": Aspect("LOINC code", "content", said("loinc")),
    "required": Aspect("must be answered", "content", yes_or_no("required")),
    "choices": Aspect("answers", "content", _choices),
}

SCORE: Table = {
    "id": Aspect("id", "presence", said("id")),
    "kind": Aspect("way of scoring", "content", said("kind")),
    "items": Aspect("counts", "content", listed("items"), unordered=True),
    "at_least": Aspect("reached from", "threshold", said("at_least")),
    "bands": Aspect("bands", "threshold", _bands),
    "loinc": Aspect("LOINC code", "content", said("loinc")),
}


def changed_data(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Data elements by name."""
    titles = {n: e.label or wording.role(n) for one in (old, new) for n, e in one.data.items()}
    yield from _by_id("data", DATA, Side(old, old.data), Side(new, new.data), titles)


def changed_parameters(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Parameters by name. That one came or went changes nothing by itself: its value stands in
    what it is used for."""
    titles = {n: p.label for one in (old, new) for n, p in one.parameters.items()}
    before, after = Side(old, old.parameters), Side(new, new.parameters)
    for change in _by_id("parameter", PARAMETER, before, after, titles):
        yield replace(change, patient=False) if change.what in ("added", "gone") else change


def changed_goals(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Goals by id."""
    before = {goal.id: goal for goal in old.goals}
    after = {goal.id: goal for goal in new.goals}
    titles = {goal.id: goal.title for one in (old, new) for goal in one.goals}

    def aim(goal: Goal, pathway: CompiledPathway) -> str:
        by = f", within {goal.by}" if goal.by is not None else ""
        return f": {wording.condition(goal.aim, pathway)}{by}"

    yield from _by_id("goal", GOAL, Side(old, before), Side(new, after), titles, aim)
    yield from reordered("goals", list(before), list(after))


def changed_instruments(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Questionnaires, with their questions and scores."""
    titles = {n: one.title for side in (old, new) for n, one in side.instruments.items()}
    before, after = Side(old, old.instruments), Side(new, new.instruments)
    yield from _by_id("instrument", INSTRUMENT, before, after, titles)
    for name, now in new.instruments.items():
        if name in old.instruments:
            yield from _parts(old, old.instruments[name], new, now)


def _parts(
    old: CompiledPathway, was: Instrument, new: CompiledPathway, now: Instrument
) -> Iterator[Change]:
    for noun, table, before, after in (
        ("question", ITEM, was.items, now.items),
        ("score", SCORE, was.scores, now.scores),
    ):
        earlier: dict[str, Any] = {one.id: one for one in before}
        later: dict[str, Any] = {one.id: one for one in after}
        titles = {name: f"{now.title}, {noun} {name}" for name in (*earlier, *later)}
        yield from _by_id("instrument", table, Side(old, earlier), Side(new, later), titles)
        yield from reordered(f"{noun}s of {now.title}", list(earlier), list(later))


def changed_messages(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Messages by id, language and part: a change shows the lines that differ."""
    for name in sorted({*old.messages, *new.messages}):
        was, now = old.messages.get(name), new.messages.get(name)
        titled = new if now is not None else old
        named = Named("message", name, wording.message_title(titled, name))
        if was is None or now is None:
            new_one = was is None
            what: What = "added" if new_one else "gone"
            yield named.change(what, "presence", "message", "New." if new_one else "Gone.")
            continue
        for language in sorted({*was, *now}):
            yield from _texts(named, language, was.get(language), now.get(language))


def _texts(named: Named, language: str, was: Any, now: Any) -> Iterator[Change]:
    if was is None or now is None:
        fate = "added" if was is None else "gone"
        aspect = f"text in {language}"
        text = f"Text in {language} {fate}."
        yield named.change("changed", "message", aspect, text, now=_letter(now), was=_letter(was))
        return
    table: Table = {
        part: Aspect(f"{part} in {language}", "message", _whole(part)) for part in MESSAGE
    }
    yield from fields(table, named, Side(_NOWHERE, was), Side(_NOWHERE, now))


def _letter(text: Any) -> str:
    """Subject and body, or nothing."""
    return "" if text is None else f"{text.subject}\n{text.body}"


def _whole(part: str) -> Any:
    """With a line break, so that the lines that differ are shown one by one."""
    return lambda one, _: f"{getattr(one, part)}\n"


MESSAGE = ("subject", "body")
_NOWHERE = CompiledPathway(pathway="", version="", title="", stages=(), rules=())


def _by_id(
    subject: Subject,
    table: Table,
    old: Side,
    new: Side,
    titles: Mapping[str, str],
    more: Any = None,
) -> Iterator[Change]:
    """What came, went and changed, by id; both sides hold a mapping."""
    for name in old.one:
        if name not in new.one:
            gone = old.one[name]
            text = f"Gone{more(gone, old.pathway) if more else ''}."
            lines = (0, getattr(gone, "line", 0))
            yield Named(subject, name, titles[name]).change(
                "gone", "presence", subject, text, lines=lines
            )
    for name, now in new.one.items():
        named = Named(subject, name, titles[name])
        if name in old.one:
            was = Side(old.pathway, old.one[name])
            yield from fields(table, named, was, Side(new.pathway, now))
        else:
            text = f"New{more(now, new.pathway) if more else ''}."
            lines = (getattr(now, "line", 0), 0)
            yield named.change("added", "presence", subject, text, lines=lines)
