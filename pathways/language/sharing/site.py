"""A site's file: parameters of pathways, set by its governance, signed and dated."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pathways.language.issues import Issue, Place, Related, in_order, suggest
from pathways.language.opening import opened
from pathways.language.sharing.models import Parameter, SiteFile
from pathways.language.sharing.parameters import misfit, out_of_range
from pathways.language.tree import at


class SetValue(Struct, frozen=True):
    """One setting. ``on`` and ``until`` are dates (``2026-11-01``); ``until`` may be empty."""

    pathway: str
    parameter: str
    value: str
    by: str
    on: str
    because: str
    until: str
    place: Place
    """Where its value stands."""
    named: Place
    """Where it names the parameter."""
    about: Place
    """Where it names the pathway."""


class Site(Struct, frozen=True):
    """``today`` (``2026-11-22``) decides which settings are in force; without it, all are."""

    id: str
    file: str
    text: str
    settings: tuple[SetValue, ...]
    today: str = ""


def read_site(text: str, file: str, today: str = "") -> tuple[Site | None, tuple[Issue, ...]]:
    """A site's file, or ``None`` and what is wrong with it."""
    opening, issues = opened(text, file, SiteFile)
    if opening is None:
        return None, in_order(issues)
    model, root = opening
    settings: list[SetValue] = []
    first: dict[tuple[str, str, str], Place] = {}
    for i, one in enumerate(model.settings):
        where = {key: at(root, ("settings", i, key)).place for key in ("value", "parameter")}
        about = at(root, ("settings", i, "pathway")).place
        found = (one.pathway, one.parameter, one.on)
        if found in first:
            issues.append(_twice(one.parameter, where["parameter"], first[found]))
        if one.until is not None and one.until < one.on:
            place = at(root, ("settings", i, "until")).place
            message = "This setting ends before it begins."
            issues.append(Issue("empty-range", message, place, hint="Correct one of the dates."))
        first.setdefault(found, where["parameter"])
        settings.append(
            SetValue(
                pathway=one.pathway,
                parameter=one.parameter,
                value=one.value,
                by=one.by,
                on=one.on,
                because=one.because,
                until=one.until or "",
                place=where["value"],
                named=where["parameter"],
                about=about,
            )
        )
    if any(issue.severity == "error" for issue in issues):
        return None, in_order(issues)
    return Site(model.site, file, text, tuple(settings), today), in_order(issues)


def _twice(name: str, place: Place, first: Place) -> Issue:
    return Issue(
        "duplicate-id",
        f'Parameter "{name}" of one pathway is set twice from the same day.',
        place,
        related=(Related(first, "It is set here first."),),
        hint="Keep one of the two.",
    )


def in_force(
    site: Site, pathway: str, known: Mapping[str, Parameter], places: Mapping[str, Place]
) -> tuple[dict[str, SetValue], list[Issue]]:
    """The settings of a pathway that count today, and what is wrong with any of them.

    Of several for one parameter, the one signed last counts.
    """
    chosen: dict[str, SetValue] = {}
    issues: list[Issue] = []
    for one in site.settings:
        if one.pathway != pathway:
            continue
        if one.parameter not in known:
            message = f'"{one.parameter}" is not a parameter of the pathway "{pathway}".'
            hint = suggest(one.parameter, known) or "It declares none."
            issues.append(Issue("unknown-parameter", message, one.named, hint=hint))
            continue
        problem = misfit(known[one.parameter], one.value)
        if problem:
            place = places[one.parameter]
            issues.append(out_of_range(one.parameter, problem, one.place, place))
        elif site.today and not _counts(one, site.today):
            issues.append(_idle(one))
        elif one.parameter not in chosen or chosen[one.parameter].on < one.on:
            chosen[one.parameter] = one
    return chosen, issues


def _counts(one: SetValue, today: str) -> bool:
    return one.on <= today and (not one.until or today <= one.until)


def _idle(one: SetValue) -> Issue:
    """Not in force: dates are told, not today's, so that a report says the same tomorrow."""
    ends = f" until {one.until}" if one.until else ""
    return Issue(
        "setting-not-in-force",
        f'This setting of "{one.parameter}" counts from {one.on}{ends}: not today.',
        one.place,
        hint="Have it signed again, or remove it when it is over.",
        severity="warning",
    )
