"""A site sets a parameter within its range, signed and dated, without touching the pathway."""

from __future__ import annotations

import pytest

from pathways.canonical import digest_of
from pathways.comparing import compare
from pathways.compiled import CompiledPathway
from pathways.explaining import explain_pathway
from pathways.language.compiling import Compiled, compile_pathway
from pathways.language.sharing.site import read_site
from tests.language.shelf import shared_shelf

SOURCE = """\
language: 1
pathway: p
version: "1"
title: P
evidence:
  - {id: guide, cite: "A guideline, 2026"}
roles: [case-manager, nurse-manager]
parameters:
  limit: {label: HbA1c that is too high (%), default: 9, range: [8, 11]}
  soon: {label: Time for the call, type: span, default: 2 days, range: [1 hour, 5 business days]}
  calls: {label: Calls at most, default: 6, range: [1, 12]}
data:
  hba1c: {type: quantity, unit: "%", range: [3, 25], fresh: 4 months}
stages:
  - stage: assessment
    steps:
      - id: call
        title: At most ${calls} calls, $${x} each
        task: {}
        every: 1 week
        times: ${calls}
        due: ${soon}
rules:
  - {id: high, when: "hba1c > ${limit} %", task: {}, due: 2 days, evidence: guide}
"""
SITE = """\
language: 1
site: riverside
settings:
  - {pathway: p, parameter: limit, value: 8.5, by: Dr A. Example, on: 2026-11-01,
     because: Younger patients., until: 2027-10-31}
"""


def checked(site: str = "", today: str = "2026-11-22", text: str = SOURCE) -> Compiled:
    return compile_pathway(text, "p.yaml", shared_shelf(site, today))


def compiled(site: str = "", today: str = "2026-11-22") -> CompiledPathway:
    found = checked(site, today)
    assert found.pathway is not None, found.issues
    return found.pathway


def codes(found: Compiled) -> list[str]:
    return [issue.code for issue in found.issues]


def test_without_a_setting_the_default_counts() -> None:
    whole = compiled()
    assert whole.rules[0].when == [">", ["value", "hba1c"], 9.0]
    call = whole.stages[0].steps[0]
    assert (call.times, str(call.due)) == (6, "2 days")
    assert call.title == "At most 6 calls, ${x} each", "two dollars are one"


def test_a_setting_counts_where_the_parameter_stands() -> None:
    """Given a site has set a threshold, then the rule fires by it, and the record says so."""
    whole = compiled(SITE)
    assert whole.rules[0].when == [">", ["value", "hba1c"], 8.5]
    used = whole.parameters["limit"]
    assert (used.value, used.default) == ("8.5", "9")
    assert (used.by, used.on, used.until) == ("Dr A. Example", "2026-11-01", "2027-10-31")
    assert "8.5 (default: 9), set by Dr A. Example on 2026-11-01" in " ".join(
        explain_pathway(whole).text().split()
    )


def test_the_digest_covers_the_values_and_who_signed_them() -> None:
    signed = SITE.replace("Dr A. Example", "Dr B. Example")
    assert len({digest_of(compiled(one)) for one in ("", SITE, signed)}) == 3


def test_a_comparison_names_what_the_site_changes() -> None:
    found = compare(compiled(), compiled(SITE))
    said = [change.text for change in found.changes]
    assert "Fires when: Hba1c is above 8.5 % (was: Hba1c is above 9 %)." in said
    assert "Value: 8.5 (was: 9)." in said


@pytest.mark.parametrize(
    ("today", "limit", "told"),
    [
        ("2026-10-31", "9", True),
        ("2026-11-01", "8.5", False),
        ("2027-10-31", "8.5", False),
        ("2027-11-01", "9", True),
        ("", "8.5", False),
    ],
)
def test_a_setting_counts_from_its_day_to_its_last(today: str, limit: str, told: bool) -> None:
    """Given it is over or not begun, then the default counts, and a warning says so."""
    found = checked(SITE, today)
    assert found.pathway is not None
    assert found.pathway.parameters["limit"].value == limit
    assert ("setting-not-in-force" in codes(found)) == told


def test_of_several_settings_the_one_signed_last_counts() -> None:
    later = (
        "\n".join(SITE.splitlines()[3:]).replace("8.5", "10").replace("2026-11-01", "2026-11-15")
    )
    assert compiled(SITE + later + "\n").parameters["limit"].value == "10"
    assert compiled(SITE + later + "\n", "2026-11-10").parameters["limit"].value == "8.5"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value: 8.5", "value: 7.9", "parameter-out-of-range"),
        ("value: 8.5", "value: high", "parameter-out-of-range"),
        ("value: 8.5", "value: 8.5 %", "parameter-out-of-range"),
        ("parameter: limit", "parameter: limits", "unknown-parameter"),
        ("parameter: limit, value: 8.5", "parameter: soon, value: 6 days", ""),
        (
            "parameter: limit, value: 8.5",
            "parameter: soon, value: 2 weeks",
            "parameter-out-of-range",
        ),
        ("pathway: p", "pathway: other", ""),
    ],
)
def test_only_what_the_pathway_allows_may_be_set(old: str, new: str, code: str) -> None:
    """Given a value out of range or an unknown parameter, then the pathway is not used at all."""
    assert old in SITE
    found = checked(SITE.replace(old, new))
    assert [one for one in codes(found) if one != "unused"] == ([code] if code else [])
    assert (found.pathway is None) == bool(code)
    if code:
        assert found.issues[0].place.file == "site.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("by: Dr A. Example, ", "", "missing-field"),
        ("because: Younger patients., ", "", "missing-field"),
        ("on: 2026-11-01", "on: yesterday", "bad-date"),
        ("until: 2027-10-31", "until: 2026-10-31", "empty-range"),
        ("site: riverside", "sites: riverside", "unknown-field"),
        ("language: 1", "language: 2", "unknown-language"),
        ("settings:", "settings: 7", "not-yaml"),
    ],
)
def test_a_site_file_is_signed_dated_and_well_shaped(old: str, new: str, code: str) -> None:
    assert old in SITE
    site, issues = read_site(SITE.replace(old, new), "site.yaml")
    assert site is None
    assert code in {issue.code for issue in issues}


def test_the_same_set_twice_from_one_day_is_refused() -> None:
    site, issues = read_site(SITE + "\n".join(SITE.splitlines()[3:]) + "\n", "site.yaml")
    assert site is None
    assert [issue.code for issue in issues] == ["duplicate-id"]
