"""What cannot be proven inside a fragment names its place there, and where it is used."""

from __future__ import annotations

from dataclasses import replace

from pathways.language.compiling import Compiled, compile_pathway
from pathways.language.issues import Issue, Place
from pathways.language.report import render
from pathways.language.sharing.fragments import read_fragment
from pathways.proving import prove, prove_together, remaining_subject, shown, unfilled_roles
from tests.language.shelf import small_shelf
from tests.proving.proving import calendar

FRAGMENT = """\
language: 1
fragment: calling
version: "1"
title: Calling the patient
evidence:
  - {id: study, cite: "A study, 2026"}
data:
  pain: {label: Pain, type: quantity, unit: "1", range: [0, 10]}
steps:
  - id: call
    task: {by: case-manager, collect: [pain]}
    due: 2 days
  - id: call-again
    after: call
    when: pain > 11
    evidence: study
    task: {by: case-manager}
    due: 2 days
    overdue: [{at: 100 %, escalate: case-manager}]
  - {id: scan, schedule: {service: scan}, same: scan}
"""
PATHWAY = """\
language: 1
pathway: sample
version: "1"
title: A sample
roles: [case-manager, nurse-manager]
stages:
  - stage: assessment
    deadline: 1 day
    steps:
      - use: {fragment: calling, version: "1"}
      - {id: pause, wait: {for: 3 weeks}}
"""


def compiled(pathway: str = PATHWAY, fragment: str = FRAGMENT, file: str = "p.yaml") -> Compiled:
    found, issues = read_fragment(fragment, "fragments/calling.yaml")
    assert found is not None, issues
    shelf = replace(small_shelf(), fragments={("calling", "1"): found})
    return compile_pathway(pathway, file, shelf)


def found(one: Compiled) -> dict[str, Issue]:
    return {proof.issue.code: proof.issue for proof in prove(one, calendar())}


def uses(issue: Issue) -> list[Place]:
    return [related.place for related in issue.related if related.message == "It is used here."]


USE = Place("p.yaml", 10, 9)


def test_a_dead_condition_of_a_fragment_is_shown_there_and_where_it_is_used() -> None:
    """Given a fragment with a condition that nobody meets, when a pathway that uses it is
    proven, then the finding stands in the fragment and names the use; findings about the
    pathway's own lines name none."""
    issues = found(compiled())
    assert issues["never-yes"].place == Place("fragments/calling.yaml", 15, 11)
    assert uses(issues["never-yes"]) == [USE]
    assert issues["no-escalation"].place == Place("fragments/calling.yaml", 19, 5)
    assert uses(issues["no-escalation"]) == [USE]
    assert issues["infeasible-deadline"].place == Place("p.yaml", 8, 5)
    assert uses(issues["infeasible-deadline"]) == []


def test_the_report_shows_the_line_of_the_fragment_and_the_use() -> None:
    report = render([found(compiled())["never-yes"]], {"fragments/calling.yaml": FRAGMENT})
    assert "fragments/calling.yaml:15:11 never-yes\n" in report
    assert "    15 |     when: pain > 11\n" in report
    assert "  p.yaml:10:9: It is used here.\n" in report


def test_each_use_of_a_fragment_is_named() -> None:
    twice = PATHWAY.replace(
        'version: "1"}\n',
        'version: "1", as: first}\n      - use: {fragment: calling, version: "1"}\n',
    )
    issue = found(compiled(twice))["never-yes"]
    assert uses(issue) == [Place("p.yaml", 10, 9), Place("p.yaml", 11, 9)]


def test_what_two_pathways_do_twice_by_a_fragment_names_its_use() -> None:
    """Given a fragment that books what another pathway books under another name, when both are
    proven together, then the finding inside the fragment names the pathway that uses it."""
    clean = FRAGMENT.replace("pain > 11", "pain > 5")
    other = PATHWAY.replace("pathway: sample", "pathway: other").replace(
        '      - use: {fragment: calling, version: "1"}\n',
        "      - {id: mine, schedule: {service: scan}, same: mine}\n",
    )
    subjects = [
        remaining_subject(one, calendar())
        for one in (compiled(other, clean, "o.yaml"), compiled(PATHWAY, clean))
    ]
    proofs = prove_together([one for one in subjects if one is not None])
    (issue,) = [proof.issue for proof in proofs if proof.issue.code == "duplicate-order"]
    assert issue.place.file == "fragments/calling.yaml"
    assert uses(issue) == [USE]


def test_a_role_that_only_a_fragment_needs_names_its_use() -> None:
    """Given a site without a mailbox for the owner, the place of the role is the pathway's."""
    subject = remaining_subject(compiled(), calendar())
    assert subject is not None
    proofs = [shown(one, subject.definition) for one in unfilled_roles(subject, ())]
    assert {proof.issue.place.file for proof in proofs} == {"p.yaml"}


def test_a_mistake_in_a_fragment_hides_nothing_of_the_pathway() -> None:
    """Given a fragment whose condition compares a number with a word, in a pathway whose deadline
    cannot be kept, then both are found, each at its place."""
    wrong = FRAGMENT.replace("pain > 11", "pain > 'much'")
    one = compiled(fragment=wrong)
    assert [(i.code, i.place.file, uses(i)) for i in one.issues] == [
        ("type-mismatch", "fragments/calling.yaml", [USE])
    ]
    assert set(found(one)) == {"no-escalation", "infeasible-deadline"}
