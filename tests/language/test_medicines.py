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
