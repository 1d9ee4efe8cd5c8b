"""What must hold of a payer's data: one tuple of checks, each saying what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathways.language.issues import Issue, Place, Related, suggest
from pathways.language.payers.models import NoticeModel, PayerModel
from pathways.language.tree import Node, at
from pathways.review.levels import LEVELS


def _ids_are_unique(model: PayerModel, root: Node) -> Iterator[Issue]:
    named = [
        *((one.clock, ("decisions", i, "clock")) for i, one in enumerate(model.decisions)),
        *((one.appeal, ("appeals", i, "appeal")) for i, one in enumerate(model.appeals)),
        *((one.notice, ("notices", i, "notice")) for i, one in enumerate(model.notices)),
    ]
    seen: dict[str, Place] = {}
    for name, path in named:
        place = at(root, path).place
        if name in seen:
            first = Related(seen[name], "It stands here first.")
            message = f'"{name}" is declared twice.'
            yield Issue("duplicate-id", message, place, (first,), "Rename one of them.")
        seen.setdefault(name, place)


def _one_clock_for_each_request(model: PayerModel, root: Node) -> Iterator[Issue]:
    seen: dict[tuple[str, str, str], int] = {}
    for index, one in enumerate(model.decisions):
        request = (one.type, one.speed, one.benefit)
        first = seen.setdefault(request, index)
        if first != index:
            yield Issue(
                "same-clock",
                f'"{one.clock}" and "{model.decisions[first].clock}" are both for '
                f"{one.speed} {one.type} requests ({one.benefit}).",
                at(root, ("decisions", index)).place,
                (Related(at(root, ("decisions", first)).place, "The first stands here."),),
                "Remove one, or say what it is for (type, speed, benefit).",
            )
    if ("prior", "standard", "medical") not in seen:
        yield Issue(
            "clock-missing",
            "This payer has no clock for a standard request before a medical service.",
            at(root, ("decisions",)).place,
            hint="Add a decision with type: prior.",
        )


def _clocks_make_sense(model: PayerModel, root: Node) -> Iterator[Issue]:
    for index, one in enumerate(model.decisions):
        place = at(root, ("decisions", index)).place
        if (one.asked is None) != (one.otherwise is None):
            message = f'"{one.clock}" says only one of "asked" and "otherwise".'
            hint = "Say how early one must ask, and what holds for who asks later."
            yield Issue("clock-incomplete", message, place, hint=hint)
        elif one.asked is not None and one.type != "extension":
            message = (
                f'"{one.clock}" is no extension: there is no end that it could be asked before.'
            )
            yield Issue("clock-incomplete", message, place, hint="Write type: extension.")
        if one.pended.tolls and one.pended.give is None:
            message = f'The clock "{one.clock}" would stand still for ever.'
            hint = "Say in pended how long the payer gives to answer: give: 45 days."
            yield Issue("clock-incomplete", message, place, hint=hint)


def _appeals_follow_each_other(model: PayerModel, root: Node) -> Iterator[Issue]:
    for index, one in enumerate(model.appeals):
        place = at(root, ("appeals", index, "level")).place
        if one.level != index + 1:
            message = f'"{one.appeal}" is level {one.level}, but stands in place {index + 1}.'
            yield Issue("appeal-order", message, place, hint="Write the levels in order: 1, 2.")
        if one.forward and index + 1 == len(model.appeals):
            message = f'"{one.appeal}" is forwarded to a next level, and there is none.'
            yield Issue("appeal-order", message, place, hint="Add the next level.")


def _notices_have_a_time(model: PayerModel, root: Node) -> Iterator[Issue]:
    for index, one in enumerate(model.notices):
        if (one.after_start is None) == (one.before_end is None):
            message = f'"{one.notice}" must say exactly one of "after-start" and "before-end".'
            place = at(root, ("notices", index)).place
            yield Issue("clock-incomplete", message, place, hint="after-start: 2 days")
        elif one.before_end is not None and one.before_end.unit != "day":
            message = f'"{one.notice}" is counted in whole days before the end.'
            place = at(root, ("notices", index, "before-end")).place
            yield Issue("bad-span", message, place, hint="before-end: 2 days")
        yield from _opens_before_it_is_due(one, at(root, ("notices", index)).place)
        for number, level in enumerate(one.levels):
            if level not in LEVELS:
                found = at(root, ("notices", index, "levels"))
                inner = at(root, ("notices", index, "levels", number)).place
                place = inner if len(one.levels) > 1 else found.place
                message = f'There is no level of care "{level}".'
                yield Issue("not-an-option", message, place, hint=suggest(level, LEVELS))


def _opens_before_it_is_due(one: NoticeModel, place: Place) -> Iterator[Issue]:
    if one.opens is None:
        return
    if one.before_end is None:
        message = f'"{one.notice}" says "opens", which is counted back from the end.'
        yield Issue("clock-incomplete", message, place, hint="Add before-end: 1 day.")
    elif one.opens.unit != "day" or one.opens.n < one.before_end.n:
        message = f'"{one.notice}" may not be given before it is due.'
        yield Issue("bad-span", message, place, hint="opens: 2 days, before-end: 1 day")


CHECKS: tuple[Callable[[PayerModel, Node], Iterator[Issue]], ...] = (
    _ids_are_unique,
    _one_clock_for_each_request,
    _clocks_make_sense,
    _appeals_follow_each_other,
    _notices_have_a_time,
)
