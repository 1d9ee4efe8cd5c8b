"""Rules about medicines, as authors write them."""

from __future__ import annotations

from pathways.language.compiling import compile_pathway
from pathways.language.definition import Shelf
from pathways.language.medicines import compile_medicines
from pathways.language.report import render
from tests.language.shelf import small_shelf
from worker.library import shipped

HEAD = """\
language: 1
medicines: small
title: A few
sources: {label: "Label, 2026"}
groups: {nsaid: [ibuprofen, naproxen]}
rules:
"""
RULE = (
    "  - {{id: {id}, row: M5, title: One, {what}, severity: {how}, action: Stop, "
    "source: {source}}}\n"
)


def rule(what: str, identity: str = "one", how: str = "high", source: str = "label") -> str:
    return RULE.format(id=identity, what=what, how=how, source=source)


def codes(text: str) -> list[str]:
    return [issue.code for issue in compile_medicines(text, "small.yaml")[2]]


def test_groups_and_ranges_become_what_the_kernel_judges() -> None:
    text = HEAD + rule("all: [nsaid, [warfarin]], value: {egfr: {from: 30, below: 60}}")
    name, (one,), issues = compile_medicines(text, "small.yaml")
    assert (name, issues) == ("small", [])
    assert one.groups == (("ibuprofen", "naproxen"), ("warfarin",))
    assert one.when == ["and", [">=", ["value", "egfr"], 30.0], ["<", ["value", "egfr"], 60.0]]
    assert one.source == "Label, 2026"


def test_what_is_wrong_is_said_with_its_place() -> None:
    assert codes(HEAD + rule("all: [nsaid]", source="nowhere")) == ["unknown-evidence"]
    assert codes(HEAD + rule("without: [naloxone]")) == ["bad-medicine-rule"]
    assert codes(HEAD + rule("all: [nsaid], mme: 50")) == ["bad-medicine-rule"]
    assert codes(HEAD + rule("all: [[]]")) == ["empty-list"]
    assert codes(HEAD + rule("all: [nsaid]") + rule("mme: 50")) == ["duplicate-id"]
    assert codes(HEAD + rule("all: [nsaid]", how="deadly")) != []


def test_the_shipped_file_is_in_order_and_every_row_is_there() -> None:
    file = shipped() / "medicines" / "common.yaml"
    name, rules, issues = compile_medicines(file.read_text(encoding="utf-8"), str(file))
    assert name == "common"
    assert not issues, render(issues, {})
    assert {one.row for one in rules} == {*(f"M{n}" for n in range(1, 41)), "90 MME"}


def test_a_pathway_names_the_rules_that_judge_its_patients() -> None:
    small = small_shelf()
    _, rules, _ = compile_medicines(HEAD + rule("all: [nsaid]"), "small.yaml")
    shelf = Shelf(small.instruments, small.messages, small.fragments, medicines={"small": rules})
    text = """\
language: 1
pathway: sample
version: "1"
title: A sample
roles: [case-manager, nurse-manager]
medicines: [small]
stages:
  - stage: assessment
    steps:
      - {id: list, reconcile: {by: case-manager}, due: 7 days}
"""
    found = compile_pathway(text, "sample.yaml", shelf)
    assert found.pathway is not None, found.issues
    assert [one.id for one in found.pathway.medicine_rules] == ["one"]
    wrong = compile_pathway(text.replace("[small]", "[smal]"), "sample.yaml", shelf)
    assert [issue.code for issue in wrong.issues] == ["unknown-medicines"]


SAMPLE = """\
language: 1
pathway: sample
version: "1"
title: A sample
roles: [case-manager, nurse-manager]
medicines: [small]
data:
  egfr: {type: quantity, unit: %s}
  opioids: {type: quantity, unit: mg, from: mme}
stages:
  - stage: assessment
    steps:
      - {id: list, reconcile: {by: case-manager}, due: 7 days}
"""
DATA = 'data: {egfr: {type: quantity, unit: "mL/min"}}\nrules:\n'


def findings(rules: str, unit: str = "mL/min") -> list[str]:
    """Of a small pathway that names a file with these rules."""
    small = small_shelf()
    _, found, issues = compile_medicines(HEAD.replace("rules:\n", DATA) + rules, "small.yaml")
    assert not issues, render(issues, {})
    shelf = Shelf(small.instruments, small.messages, small.fragments, medicines={"small": found})
    return [one.code for one in compile_pathway(SAMPLE % unit, "sample.yaml", shelf).issues]


def test_a_value_has_the_unit_that_the_rules_read() -> None:
    rules = rule("all: [nsaid], when: egfr < 30") + rule("mme: 50", "two")
    assert findings(rules) == []
    assert findings(rules, "mL/s") == ["medicine-value"]


def test_equivalents_are_reckoned_only_by_a_file_with_a_table() -> None:
    assert findings(rule("all: [nsaid], when: egfr < 30")) == ["medicine-value"]


def test_atc_codes_groups_and_other_names_become_ingredients() -> None:
    text = HEAD.replace(
        "groups: {nsaid: [ibuprofen, naproxen]}",
        "ingredients: {ibuprofen: {atc: M01AE01}, naproxen: {atc: M01AE02, also: naprosyn}, "
        "codeine: {atc: R05DA04}}\n"
        "groups: {nsaid: [M01A], pain: [nsaid, codeine]}",
    )
    _, rules, issues = compile_medicines(
        text + rule("all: [pain]") + rule("same-class: true", "two"), "small.yaml"
    )
    assert not issues
    assert rules[0].groups == (("ibuprofen", "naproxen", "naprosyn", "codeine"),)
    assert rules[1].classes == (("ibuprofen", "naproxen"),)


def test_what_a_rule_asks_beyond_reason_is_found() -> None:
    assert codes(HEAD + rule("duplicate: true, new: 3 days")) == ["bad-medicine-rule"]
    assert codes(HEAD + rule("same-class: true")) == ["bad-medicine-rule"]
    assert codes(HEAD + rule("all: [[M99]]")) == ["empty-list"]
    assert codes(HEAD + rule("all: [nsaid], when: egfr < 30")) == ["unknown-name"]
