"""Points where a pathway meets what it does not decide alone: another pathway, a greater alarm,
a payer, the hospital, the medication list.

- each order met one that contradicts it: a physician had to decide, or its work had to wait;
- each rule that supersedes another made its work needless;
- each request for an authorization was granted, granted in part, denied, argued about, and left
  undecided beyond the payer's time;
- something was done together with another pathway, as both call it the same;
- an admission was put into the chart, cancelled each work that it cancels, and counted as a
  readmission; an episode began again, and waited in a facility;
- a medicine rule spoke, and an old observation was reviewed instead of alarming.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathways.compiled import CompiledPathway, Episodes, Step
from pathways.journey.effects import Entry
from pathways.orders import said
from pathways.scenarios.course import Course
from pathways.scenarios.point import Point

SHARED = "shared"
"""The point that takes a second pathway."""
_NOTICE = "admission-in-chart"
_READMITTED = "readmitted"
_SHARED = ("task-shared", "step-shared", "appointment-shared")
_REVIEWS = {
    "granted": ("approved",),
    "granted-in-part": ("approved-partial",),
    "denied": ("denied",),
    "argued": ("p2p", "appeal-1"),
}
"""Point -> states of the request that reach it."""


def meetings(pathway: CompiledPathway) -> Iterator[Point]:
    """All such points of a pathway: of its steps, of its rules, of the whole."""
    for step in _deeds(pathway):
        name = f'"{step.id}"'
        if step.order is not None:
            text = f"The order of {name} ({said(step.order)}) never met one that contradicts it."
            yield Point(f"contested {step.id}", step.id, step.line, text)
        if step.verb == "authorize" and pathway.payers:
            yield from _of_payers(step)
    for rule in pathway.rules:
        for other in rule.supersedes:
            text = f'Rule "{rule.id}" never superseded the work of "{other}".'
            yield Point(f"supersedes {rule.id} {other}", rule.id, rule.line, text)
    if any(step.same for step in _deeds(pathway)):
        text = "Nothing was ever done together with another pathway."
        yield Point(SHARED, "same", 0, text)
    if pathway.medicine_rules:
        yield Point("medicines", "medicines", 0, "No medicine rule ever spoke.")
    if pathway.alarm_age is not None:
        yield Point("alarm-age", "alarm-age", 0, "No observation was ever too old to alarm.")
    if pathway.episodes is not None:
        yield from _of_hospital(pathway.episodes)


def met(pathway: CompiledPathway, course: Course) -> Iterator[str]:
    """The keys of those that a course reached."""
    if any(
        row.kind == "review" and row.pathway == pathway.pathway for row in course.opened.values()
    ):
        yield "alarm-age"
    for entry in course.entries:
        if entry.kind in _SHARED:
            row = course.opened.get(str(entry.params.get("task", "")))
            partner = "" if row is None else row.pathway
            if pathway.pathway in (entry.pathway, partner) and partner != entry.pathway:
                yield SHARED
        elif entry.kind == "medicine-alert":
            yield "medicines"
        elif entry.kind == "value-recorded":
            yield from _recorded(pathway, entry)
        elif entry.pathway == pathway.pathway:
            yield from _entry_met(pathway, entry)


def _recorded(pathway: CompiledPathway, entry: Entry) -> Iterator[str]:
    ours = pathway.episodes or Episodes()
    if entry.params["name"] == ours.readmission and entry.params["value"] is True:
        yield "readmission"


def _entry_met(pathway: CompiledPathway, entry: Entry) -> Iterator[str]:
    match entry.kind:
        case "order-contested" | "order-blocked" | "task-blocked":
            yield f"contested {entry.step}"
        case "superseded":
            by = entry.params["by"]
            yield from (
                f"supersedes {rule.id} {entry.step}"
                for rule in pathway.rules
                if entry.step in rule.supersedes and by == (rule.do.title if rule.do else rule.id)
            )
        case "review-moved":
            state = entry.params["state"]
            yield from (f"{key} {entry.step}" for key, at in _REVIEWS.items() if state in at)
        case "review-overdue":
            yield f"payer-late {entry.step}"
        case "episode-begun" if int(entry.params["number"]) > 1:
            yield "episode-again"
        case "episode-waits":
            yield "episode-waits"
        case "task-opened" if entry.step == _NOTICE:
            yield "notice"
        case "task-cancelled" if entry.params["outcome"] == _READMITTED:
            yield f"cancels {entry.step}"
        case "appointment-cancelled" if entry.params["why"] == _READMITTED:
            yield f"cancels {entry.step}"
        case _:
            pass


def _of_payers(step: Step) -> Iterator[Point]:
    for key, text in (
        ("granted", "was never granted by the payer"),
        ("granted-in-part", "was never granted in part only"),
        ("denied", "was never denied"),
        ("argued", "was never argued about after a denial"),
        ("payer-late", "never waited beyond the payer's time to decide"),
    ):
        yield Point(f"{key} {step.id}", step.id, step.line, f'Step "{step.id}" {text}.')


def _of_hospital(ours: Episodes) -> Iterator[Point]:
    found = [
        ("episode-again", bool(ours.again), "No episode ever began again after the hospital."),
        ("episode-waits", bool(ours.waits), "No episode ever waited in a facility."),
        ("readmission", bool(ours.readmission), "No stay ever counted as a readmission."),
        ("notice", bool(ours.notice), "No admission was ever put into the chart."),
    ]
    for key, declared, text in found:
        if declared:
            yield Point(key, "episodes", ours.line, text)
    for name in ours.cancels:
        text = f'No admission ever cancelled the work of "{name}".'
        yield Point(f"cancels {name}", "episodes", ours.line, text)


def _deeds(pathway: CompiledPathway) -> Iterator[Step]:
    """Every step, and what every rule does."""
    for stage in pathway.stages:
        yield from stage.steps
    for rule in pathway.rules:
        if rule.do is not None:
            yield rule.do
