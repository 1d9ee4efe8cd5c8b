"""Behaviour and staffing files: what ships, and what is found in bad ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from yamlcore import CCoreLoader

from pathways.language.reading import read_yaml
from pathways.language.simulation import read_behaviour, read_staffing
from pathways.language.simulation.checks import fitting
from pathways.simulating.behaviour import figures
from pathways.simulating.staffing import Prices
from tests.definitions import shipped
from worker.library import Library

DEFINITIONS = Path(__file__).parents[2] / "definitions"
BEHAVIOUR = (DEFINITIONS / "behaviour" / "any-pathway.yaml").read_text("utf-8")
STAFFING = (DEFINITIONS / "staffing" / "case-management-team.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", shipped.NAMES)
def test_each_shipped_pathway_has_a_behaviour_that_fits_it_and_is_sourced(name):
    path = DEFINITIONS / "behaviour" / f"{name}.yaml"
    text = path.read_text("utf-8")
    behaviour, issues = read_behaviour(text, path.name)
    assert issues == ()
    root, _ = read_yaml(text, path.name)
    assert behaviour is not None
    assert root is not None
    assert fitting(root, [shipped.pathway(name)]) == []
    assert behaviour.id == name
    assert {source for _, source in figures(behaviour)} == set(behaviour.sources) - UNUSED


UNUSED = {"hcup"}
"""Cited for a figure that stands beside another one."""


@pytest.mark.parametrize("name", shipped.NAMES)
def test_the_behaviour_says_something_of_all_that_its_pathway_asks(name):
    """Dates and what tables set need no words; everything else would be silently ordinary."""
    compiled = shipped.pathway(name)
    behaviour, _ = read_behaviour(
        (DEFINITIONS / "behaviour" / f"{name}.yaml").read_text("utf-8"), name
    )
    steps = [step for stage in compiled.stages for step in stage.steps]
    asked = {n for step in steps for n in step.collect}
    said = {value.name for value in behaviour.values}
    dates = {n for n, element in compiled.data.items() if element.type == "date"}
    assert asked - dates - said == set()
    instruments = {n for step in steps for n in step.instruments}
    assert instruments - {score.instrument for score in behaviour.scores} == set()


def test_the_shipped_team_has_minutes_for_every_kind_of_task():
    team, issues = read_staffing(STAFFING, "team.yaml")
    assert issues == ()
    known = {kind for line in team.minutes for kind in line.kinds}
    kernel = DEFINITIONS.parent / "pathways" / "journey"
    given = {
        kind
        for file in kernel.rglob("*.py")
        for opened in file.read_text().split("open_task(")[1:]
        for kind in re.findall(r'kind="([a-z-]+)"', opened[:400])
    }
    reviews = {
        kind
        for file in kernel.rglob("*.py")
        for opened in file.read_text().split("open_duty(")[1:]
        for kind in re.findall(r'^\s*draft,\s*run,\s*"([a-z-]+)"', opened)
    }
    verbs = {"assess", "plan", "approve", "educate", "refer", "authorize", "reconcile", "task"}
    assert given - known == set()
    assert "appeal" in reviews
    assert reviews - known == set()
    assert verbs - known == set()


def test_every_role_of_the_shipped_pathways_is_staffed():
    team, _ = read_staffing(STAFFING, "team.yaml")
    roles = {role for name in shipped.NAMES for role in shipped.pathway(name).roles}
    assert roles - {role.role for role in team.roles} == set()


def test_minutes_of_a_step_come_before_those_of_its_kind_but_not_for_the_work_after_it():
    """Given 60 minutes for the health assessment, then reaching a patient who missed it takes
    only as long as such a call does."""
    team, _ = read_staffing(STAFFING, "team.yaml")
    assert team is not None
    prices = Prices(team)
    assert prices.of("assess", "health-assessment").minutes == 60
    assert prices.of("assess", "another").minutes == 30
    assert prices.of("outreach", "health-assessment").minutes == 10
    assert prices.of("unheard-of", "another").minutes == team.attempt


BAD_BEHAVIOUR = {
    "unknown-source": ("source: no-shows", "source: nowhere"),
    "bad-share": ("female: 51 %", "female: 151 %"),
    "shares-not-whole": ("es: 15 %", "es: 5 %"),
    "empty-range": ("oldest: 95", "oldest: 17"),
    "bad-span": ("over: 13 weeks", "over: a while"),
    "unknown-field": ("consent: 97 %", "conscent: 97 %"),
    "duplicate-id": ("event: deceased", "event: admitted"),
    "not-from-zero": ("a-year: 0.02", "a-year: -1"),
    "missing-field": ("most: 4, ", ""),
}


@pytest.mark.parametrize("code", BAD_BEHAVIOUR)
def test_what_is_wrong_with_a_behaviour_is_found_in_its_place(code):
    old, new = BAD_BEHAVIOUR[code]
    assert old in BEHAVIOUR
    behaviour, issues = read_behaviour(BEHAVIOUR.replace(old, new, 1), "b.yaml")
    assert behaviour is None
    assert [issue.code for issue in issues] == [code]
    (issue,) = issues
    lines = BEHAVIOUR.splitlines()
    assert old.split(":")[0] in lines[issue.place.line - 1] or old in lines[issue.place.line - 1]


BAD_STAFFING = {
    "bad-clock": ('opens: "08:00"', 'opens: "8 am"'),
    "bad-day": ("[mon, tue,", "[monday, tue,"),
    "bad-headcount": ("people: 2,", "people: 2.1,"),
    "empty-range": ('closes: "17:00"', 'closes: "07:00"'),
    "duplicate-id": ("role: navigator", "role: case-manager"),
    "empty-list": ("kinds: [plan], ", ""),
    "unknown-source": ("source: caseload", "source: caselode"),
    "not-a-count": ("patients: 200", "patients: 0"),
    "not-an-option": ("response: RT-911", "response: RT-912"),
}


@pytest.mark.parametrize("code", BAD_STAFFING)
def test_what_is_wrong_with_a_team_is_found_in_its_place(code):
    old, new = BAD_STAFFING[code]
    assert old in STAFFING
    team, issues = read_staffing(STAFFING.replace(old, new, 1), "t.yaml")
    assert team is None
    assert [issue.code for issue in issues] == [code]


UNFIT = {
    "unknown-data": ("name: hba1c,", "name: hb1ac,"),
    "unknown-step": ("steps: [dsmes]", "steps: [dsme]"),
    "unknown-service": ("services: [hba1c-lab,", "services: [hb-lab,"),
    "unknown-event": ("event: foot-problem", "event: foot-trouble"),
    "unknown-instrument": ("instrument: phq-2", "instrument: phq-3"),
    "bad-value": ("{normal: 73 %", "{healthy: 73 %"),
}


@pytest.mark.parametrize("code", UNFIT)
def test_a_name_that_no_pathway_knows_is_found_rather_than_ignored(code):
    old, new = UNFIT[code]
    text = (DEFINITIONS / "behaviour" / "type-2-diabetes.yaml").read_text("utf-8")
    changed = text.replace(old, new, 1)
    assert changed != text
    root, _ = read_yaml(changed, "b.yaml")
    assert root is not None
    found = fitting(root, [shipped.pathway("type-2-diabetes")])
    assert {issue.code for issue in found} == {code}
    assert all(issue.place.line > 1 and issue.place.column > 1 for issue in found)


@pytest.mark.parametrize("text", ["", "[]", "language: 1", "a: &b 1\nc: *b", "{", "x" * 300_000])
def test_what_is_no_behaviour_or_team_at_all_gives_findings(text):
    assert read_behaviour(text, "x.yaml")[0] is None
    assert read_behaviour(text, "x.yaml")[1]
    assert read_staffing(text, "x.yaml")[1]


def test_careway_check_reads_behaviours_and_teams_too(tmp_path):
    (tmp_path / "team.yaml").write_text(STAFFING.replace("people: 2,", "people: two,", 1))
    (tmp_path / "patients.yaml").write_text(BEHAVIOUR.replace("51 %", "half", 1))
    found = Library().check([tmp_path]).issues
    assert sorted(issue.code for issue in found) == ["bad-headcount", "bad-share"]


@pytest.mark.parametrize(
    ("schema", "folder"),
    [("behaviour.schema.json", "behaviour"), ("staffing.schema.json", "staffing")],
)
def test_the_schemas_for_editors_take_what_ships_and_refuse_an_unknown_field(schema, folder):
    validator = Draft202012Validator(json.loads((DEFINITIONS / schema).read_text("utf-8")))
    for path in sorted((DEFINITIONS / folder).glob("*.yaml")):
        loaded = yaml.load(path.read_text("utf-8"), Loader=CCoreLoader)
        assert list(validator.iter_errors(loaded)) == [], path.name
        assert list(validator.iter_errors({**loaded, "titel": "x"})) != []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("unknown-payer", "{medicare-advantage: 35 %", "{medicare-advanced: 35 %"),
        ("unknown-service", "appeal-granted: 81.7 %,", "services: [infusions],"),
    ],
)
def test_a_payer_or_service_that_no_pathway_asks_is_found(code, old, new):
    text = (DEFINITIONS / "behaviour" / "oncology-navigation.yaml").read_text("utf-8")
    assert old in text
    root, _ = read_yaml(text.replace(old, new, 1), "oncology-navigation.yaml")
    assert root is not None
    issues = fitting(root, [shipped.pathway("oncology-navigation")])
    assert [issue.code for issue in issues] == [code]


def test_what_payers_decide_adds_up_to_the_whole():
    text = (DEFINITIONS / "behaviour" / "oncology-navigation.yaml").read_text("utf-8")
    behaviour, issues = read_behaviour(text.replace("denied: 4 %", "denied: 9 %"), "o.yaml")
    assert behaviour is None
    assert [issue.code for issue in issues] == ["shares-not-whole"]
