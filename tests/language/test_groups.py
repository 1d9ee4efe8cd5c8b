"""Groups of steps: all, any, or one of them, as the kernel lives them."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from pathways.compiled import CompiledPathway
from pathways.explaining import explain_step
from pathways.journey.events import Complete, Decline, Reading, Record
from pathways.language.compiling import compile_pathway
from pathways.language.reading import read_yaml
from pathways.language.schema import pathway_schema
from tests.kernel.building import NURSE, Patient
from tests.language.shelf import shared_shelf
from tests.language.test_schema import as_data

SOURCE = """\
language: 1
pathway: p
version: "1"
title: P
roles: [case-manager, nurse-manager]
data:
  risk: {type: choice, options: [low, high]}
stages:
  - stage: assessment
    steps:
      - {id: aside, task: {}, due: 30 days}
      - {id: look, task: {}, due: 7 days}
      - group: tests
        of: OF
        MORE
        after: look
        steps:
          - {id: first, task: {}, due: 2 days}
          - {id: second, when: risk = 'high', task: {}, due: 2 days}
          - {id: third, task: {}, due: 2 days}
      - {id: review, after: tests, task: {}, due: 2 days}
      - {id: later, after: review, task: {}, due: 2 days}
"""


def text(of: str, more: str = "title: Which") -> str:
    body = SOURCE.replace("OF", of)
    return body.replace(
        "        MORE\n", "" if of != "one" else f"        {more}\n        due: 1 day\n"
    )


def compiled(of: str) -> CompiledPathway:
    found = compile_pathway(text(of), "p.yaml", shared_shelf())
    assert found.pathway is not None, found.issues
    return found.pathway


def enrolled(of: str) -> Patient:
    """Enrolled, with the step before the group done."""
    patient = Patient()
    patient.enroll(compiled(of))
    done(patient, "look")
    return patient


def done(patient: Patient, step: str, outcome: str = "") -> None:
    patient.apply(Complete(patient.command(), NURSE, patient.task(step).id, outcome=outcome))


def risk(patient: Patient, value: str) -> None:
    patient.apply(Record(patient.command(), NURSE, (Reading("risk", value, patient.now),)))


def waiting(patient: Patient) -> set[str]:
    """The steps whose task is open, but for the one that keeps the stage open."""
    return {task.sources[0].step for task in patient.journey.tasks.values()} - {"aside"}


def test_all_of_a_group_are_done_before_what_comes_after_it() -> None:
    patient = enrolled("all")
    assert waiting(patient) == {"first", "third"}, "whether the second is needed is unknown"
    done(patient, "first")
    done(patient, "third")
    assert waiting(patient) == set(), "unknown holds what comes after"
    risk(patient, "low")
    assert waiting(patient) == {"review"}, "the second is certainly not needed"


def test_as_soon_as_any_is_done_what_comes_after_starts_and_the_others_go_on() -> None:
    patient = enrolled("any")
    assert waiting(patient) == {"first", "third"}
    done(patient, "third")
    assert waiting(patient) == {"first", "review"}


def test_what_follows_the_follower_of_any_waits_too() -> None:
    """Given nothing of the group is done yet, then nothing behind it starts."""
    patient = enrolled("any")
    risk(patient, "low")
    assert waiting(patient) == {"first", "third"}
    done(patient, "first")
    done(patient, "review")
    assert waiting(patient) == {"third", "later"}


def test_when_none_of_the_group_can_be_done_any_more_its_follower_is_not_needed() -> None:
    patient = enrolled("any")
    risk(patient, "low")
    for step in ("first", "third"):
        task = patient.task(step).id
        patient.apply(Decline(patient.command(), NURSE, task, reason="not wanted"))
    assert waiting(patient) == {"later"}


def test_one_of_a_group_is_chosen_by_a_person_and_the_others_are_not_needed() -> None:
    patient = enrolled("one")
    assert waiting(patient) == {"tests"}
    assert patient.task("tests").title == "Which"
    assert patient.task("tests").outcomes == ("first", "second", "third")
    done(patient, "tests", "third")
    assert waiting(patient) == {"third"}
    done(patient, "third")
    assert waiting(patient) == {"review"}


def test_what_was_chosen_may_have_a_condition_of_its_own() -> None:
    patient = enrolled("one")
    done(patient, "tests", "second")
    assert waiting(patient) == set()
    risk(patient, "high")
    assert waiting(patient) == {"second"}


def test_what_a_group_says_counts_for_each_of_its_steps() -> None:
    source = text("all").replace("after: look", "after: look\n        when: risk = 'high'")
    found = compile_pathway(source, "p.yaml", shared_shelf()).pathway
    assert found is not None
    by_id = {step.id: step for step in found.stages[0].steps}
    high = ["=", ["value", "risk"], "high"]
    assert by_id["first"].when == high
    assert by_id["second"].when == ["and", high, high]
    assert by_id["first"].after == ("look",)


def test_the_source_of_a_group_is_that_of_its_steps() -> None:
    """Given a threshold that the group names, then its steps need no source of their own."""
    source = text("all").replace("after: look", "after: look\n        when: age >= 65")
    without = compile_pathway(source, "p.yaml", shared_shelf())
    assert {issue.code for issue in without.issues} == {"missing-source"}
    cited = source.replace("of: all", "of: all\n        evidence: guide").replace(
        "roles:", 'evidence: [{id: guide, cite: "A guideline, 2026"}]\nroles:'
    )
    found = compile_pathway(cited, "p.yaml", shared_shelf())
    assert found.pathway is not None, found.issues
    assert [step.evidence for step in found.pathway.stages[0].steps[2:5]] == ["guide"] * 3


def test_any_reads_like_what_it_means() -> None:
    whole = compiled("any")
    said = explain_step(whole, whole.stages[0], whole.stages[0].steps[5]).text()
    wanted = 'It comes as soon as one is done of "First", "Second" or "Third"; when none can be'
    assert wanted in " ".join(said.split())
    first = explain_step(whole, whole.stages[0], whole.stages[0].steps[2]).text()
    assert '"Review" comes after it.' in first


def test_a_fragment_under_a_name_is_a_group_of_all_its_steps() -> None:
    source = text("all").replace(
        "      - {id: review, after: tests,",
        '      - use: {fragment: first-contact, version: "2026.1", as: reach,\n'
        "              with: {owner: case-manager}}\n"
        "      - {id: review, after: [tests, reach],",
    )
    found = compile_pathway(source, "p.yaml", shared_shelf())
    assert found.pathway is not None, found.issues
    review = next(step for step in found.pathway.stages[0].steps if step.id == "review")
    assert review.after == ("first", "second", "third", "reach-call", "reach-again")


@pytest.mark.parametrize("of", ["all", "any", "one"])
def test_editors_know_groups(of: str) -> None:
    validator = Draft202012Validator(pathway_schema())
    root, _ = read_yaml(text(of), "p.yaml")
    assert root is not None
    assert list(validator.iter_errors(as_data(root))) == []
    wrong, _ = read_yaml(text(of).replace("of: ", "off: "), "p.yaml")
    assert wrong is not None
    places = [error.json_path for error in validator.iter_errors(as_data(wrong))]
    assert places == ["$.stages[0].steps[2]"]


AGAIN = """\
language: 1
pathway: p
version: "1"
title: P
roles: [case-manager, nurse-manager]
data:
  risk: {type: choice, options: [low, high]}
stages:
  - stage: assessment
  - stage: follow-up
    steps:
      - {id: aside, task: {}, due: 1 year}
  - stage: reevaluation
    every: 1 month
    steps:
      - {id: look, task: {}, due: 7 days}
      - group: tests
        of: OF
        WHEN
        after: look
        steps:
          - {id: first, task: {}, due: 2 days}
          - {id: third, task: {}, due: 2 days}
      - {id: review, after: tests, task: {}, due: 2 days}
"""
MONTH = 32 * 86_400


def reevaluated(of: str, when: str = "", level: str = "low") -> Patient:
    """In the first reevaluation, at that risk, with the step before the group done."""
    source = AGAIN.replace("OF", of).replace("        WHEN\n", f"        {when}\n" if when else "")
    if of == "one":
        source = source.replace("        of: one\n", "        of: one\n        due: 1 day\n")
    found = compile_pathway(source, "p.yaml", shared_shelf())
    assert found.pathway is not None, found.issues
    patient = Patient()
    patient.enroll(found.pathway)
    risk(patient, level)
    again(patient)
    return patient


def again(patient: Patient) -> None:
    """The next reevaluation comes, and the step before its group is done."""
    patient.until(patient.now + MONTH)
    done(patient, "look")


def test_in_a_stage_that_comes_again_any_counts_what_was_done_this_time() -> None:
    """Given one of the group was done in the last reevaluation, when the next comes, then what
    follows waits for one of this time, also while last time's choice was another."""
    patient = reevaluated("any")
    done(patient, "third")
    assert waiting(patient) == {"first", "review"}
    for step in ("first", "review"):
        done(patient, step)
    again(patient)
    assert waiting(patient) == {"first", "third"}
    done(patient, "first")
    assert waiting(patient) == {"third", "review"}


def test_in_a_stage_that_comes_again_none_of_any_is_judged_anew() -> None:
    """Given all of the group were declined last time, so that what follows fell away, when one is
    done this time, then it is needed."""
    patient = reevaluated("any")
    for step in ("first", "third"):
        task = patient.task(step).id
        patient.apply(Decline(patient.command(), NURSE, task, reason="not now"))
    assert waiting(patient) == set()
    again(patient)
    offered = {task.about for task in patient.journey.tasks.values() if task.kind == "reoffer"}
    assert offered == {"first", "third"}
    started = {t.sources[0].step for t in patient.journey.tasks.values() if t.kind == "task"}
    assert started == {"aside", "first", "third"}
    one = next(t for t in patient.journey.tasks.values() if t.sources[0].stage == "reevaluation")
    patient.apply(Complete(patient.command(), NURSE, one.id))
    assert patient.task("review")


def test_in_a_stage_that_comes_again_all_are_waited_for_again() -> None:
    patient = reevaluated("all")
    for step in ("first", "third", "review"):
        done(patient, step)
    again(patient)
    done(patient, "third")
    assert waiting(patient) == {"first"}
    done(patient, "first")
    assert waiting(patient) == {"review"}


def test_in_a_stage_that_comes_again_one_is_chosen_again() -> None:
    """Given the first was chosen last time, when the stage comes again, then it waits for the
    choice, and the other may be chosen."""
    patient = reevaluated("one")
    done(patient, "tests", "first")
    done(patient, "first")
    done(patient, "review")
    again(patient)
    assert waiting(patient) == {"tests"}
    done(patient, "tests", "third")
    assert waiting(patient) == {"third"}
    done(patient, "third")
    assert waiting(patient) == {"review"}


def test_when_there_is_nothing_to_choose_this_time_last_times_choice_does_not_count() -> None:
    """Given a choice of last time, when this time the group is not needed, then none of its steps
    starts, and what follows goes on."""
    patient = reevaluated("one", "when: risk = 'high'", "high")
    done(patient, "tests", "first")
    done(patient, "first")
    done(patient, "review")
    risk(patient, "low")
    again(patient)
    assert waiting(patient) == {"review"}


def test_what_follows_a_choice_that_is_not_needed_goes_on() -> None:
    """Given a group of which one is chosen only at high risk, when the risk is low, then what
    comes after it does not wait."""
    assert waiting(reevaluated("one", "when: risk = 'high'")) == {"review"}
