"""``use:`` puts steps or stages that pathways share where they are used, in a pinned version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, FragmentUse
from pathways.explaining import explain_pathway
from pathways.language.compiling import Compiled, compile_pathway
from pathways.language.reading import read_yaml
from pathways.language.schema import fragment_schema, pathway_schema
from pathways.language.sharing.fragments import read_fragment
from tests.language.shelf import shared_shelf
from tests.language.test_schema import as_data

SOURCE = """\
language: 1
pathway: p
version: "1"
title: P
evidence:
  - {id: guide, cite: "A guideline, 2026"}
roles: [case-manager, coordinator, nurse-manager]
data:
  hba1c: {type: quantity, unit: "%", range: [3, 25], fresh: 4 months}
stages:
  - stage: assessment
    steps:
      - {id: look, assess: {collect: [hba1c]}, due: 7 days}
      - use: {fragment: first-contact, version: "2026.1", as: first, with: {owner: coordinator},
              after: look}
      - {id: plan, after: first-again, plan: {}, due: 7 days}
  - use: {fragment: closing, version: "1", with: {ending: goals-met}}
"""


def compiled(text: str = SOURCE) -> CompiledPathway:
    found = compile_pathway(text, "p.yaml", shared_shelf())
    assert found.pathway is not None, found.issues
    return found.pathway


def checked(text: str) -> Compiled:
    return compile_pathway(text, "p.yaml", shared_shelf())


def test_the_steps_of_a_fragment_stand_where_it_is_used() -> None:
    """Given a use between two steps, then its steps stand there, with its prefix and values."""
    steps = compiled().stages[0].steps
    assert [step.id for step in steps] == ["look", "first-call", "first-again", "plan"]
    call, again = steps[1], steps[2]
    assert (call.by, str(call.due), call.collect) == (
        "coordinator",
        "2 business days",
        ("contact",),
    )
    assert again.title == "Call again, at most 3 times"


def test_what_a_fragment_says_of_its_own_steps_follows_the_prefix() -> None:
    whole = compiled()
    _, call, again, _ = whole.stages[0].steps
    assert call.after == ("look",), "the first step comes after what the use says"
    assert again.after == ("first-call",)
    assert again.when is not None
    assert ["declined", "first-call"] in again.when[2], again.when
    (rule,) = whole.rules
    assert (rule.id, rule.start) == ("first-wrong-number", "first-call")


def test_stages_can_be_shared_too() -> None:
    closing = compiled().stages[1]
    assert (closing.id, closing.phase) == ("closing", "discharge")
    assert closing.next[0].disposition == "goals-met"
    assert compiled().stages[0].next[0].go == "closing", "the stage before leads to it"


def test_a_fragment_brings_data_and_sources_along() -> None:
    whole = compiled()
    assert set(whole.data) == {"hba1c", "contact"}
    assert whole.evidence["reach"] == "An outreach protocol, 2026"


def test_every_place_is_a_line_of_the_pathway_itself() -> None:
    """The timeline names lines of one file: what a fragment brought has the line of its use."""
    whole = compiled()
    assert [step.line for step in whole.stages[0].steps] == [13, 14, 14, 16]
    assert (whole.stages[1].line, whole.stages[1].steps[0].line) == (17, 17)
    assert (whole.rules[0].line, whole.data["contact"].line) == (14, 14)


def test_the_compiled_form_records_which_version_was_used() -> None:
    whole = compiled()
    assert whole.fragments == (
        FragmentUse("first-contact", "2026.1", "first"),
        FragmentUse("closing", "1"),
    )
    said = explain_pathway(whole).text()
    assert "The fragment first-contact, version 2026.1, its ids beginning with first-." in said


def test_the_digest_covers_what_a_fragment_says() -> None:
    """Given the same pathway and a fragment of other content, then the digest is another."""
    shelf = shared_shelf()
    old = shelf.fragments["first-contact", "2026.1"]
    changed, _ = read_fragment(
        old.text.replace("default: 2 business", "default: 3 business"), old.file
    )
    assert changed is not None
    fragments = {**shelf.fragments, ("first-contact", "2026.1"): changed}
    other = compile_pathway(
        SOURCE, "p.yaml", type(shelf)(shelf.instruments, shelf.messages, fragments)
    )
    assert other.pathway is not None
    assert digest_of(other.pathway) != digest_of(compiled())


def test_a_fragment_can_be_used_twice_under_two_names() -> None:
    use = "\n".join(SOURCE.splitlines()[13:15])
    twice = SOURCE.replace(use, f"{use}\n{use.replace('as: first', 'as: second')}")
    ids = [step.id for step in compiled(twice).stages[0].steps]
    assert ids[1:5] == ["first-call", "first-again", "second-call", "second-again"]


def test_used_twice_under_one_name_its_ids_clash() -> None:
    use = "\n".join(SOURCE.splitlines()[13:15])
    found = checked(SOURCE.replace(use, f"{use}\n{use}"))
    assert found.pathway is None
    clash = next(issue for issue in found.issues if issue.code == "duplicate-id")
    assert clash.place.file == "fragments/first-contact.yaml"


def test_a_finding_in_a_fragment_also_shows_where_it_is_used() -> None:
    """Given a fragment that needs a role which the pathway lacks, then both places are shown."""
    found = checked(
        SOURCE.replace("with: {owner: coordinator}", "with: {owner: coordinator}").replace(
            "roles: [case-manager, coordinator, nurse-manager]",
            "roles: [case-manager, nurse-manager]",
        )
    )
    (issue,) = [one for one in found.issues if one.code == "unknown-role"][:1]
    assert issue.place.file == "p.yaml", "the value stands in the pathway"
    broken = checked(SOURCE.replace("hba1c: {", "contact: {type: boolean}\n  hba1c: {"))
    conflict = next(one for one in broken.issues if one.code == "fragment-conflict")
    assert conflict.place.file == "fragments/first-contact.yaml"
    assert [str(related.place) for related in conflict.related] == ["p.yaml:9:3", "p.yaml:15:9"]


def test_a_few_lines_cannot_stand_for_more_than_a_file_may_hold() -> None:
    """Given one use again and again, then it ends with a finding, before it costs anything."""
    head, tail = SOURCE.split("      - {id: look")
    use = (
        '      - use: {{fragment: first-contact, version: "2026.1", as: u{}, with: {{owner: x}}}}\n'
    )
    many = "".join(use.format(number) for number in range(700))
    found = checked(
        f"{head}      - {{id: look{tail}".replace("      - use:", f"{many}      - use:", 1)
    )
    assert found.pathway is None
    assert "too-many-nodes" in {issue.code for issue in found.issues}


def test_a_parameter_cannot_make_a_text_explode() -> None:
    """Given a long value that stands in a text many times, then the text is refused."""
    long = SOURCE.replace(
        "data:\n", "parameters:\n  x: {label: X, type: text, default: VALUE}\ndata:\n"
    )
    text = long.replace("VALUE", "a" * 9_000).replace("title: P", f"title: {'${x} ' * 3_000}")
    found = checked(text)
    assert found.pathway is None
    errors = [issue.code for issue in found.issues if issue.severity == "error"]
    assert errors == ["scalar-too-long"]


WRONG = {
    "wrong-fragment": "steps:\n  - {id: a, milestone: {}}\nstages: []\n",
    "nested-use": "steps:\n  - use: {fragment: x, version: '1'}\n",
    "two-verbs": "steps:\n  - {id: a, milestone: {}, reconcile: {}}\n",
    "bad-span": "steps:\n  - {id: a, task: {}, due: soon}\n",
    "unknown-parameter": "steps:\n  - {id: a, task: {}, due: '${soon}'}\n",
    "bad-parameter": "parameters:\n  a: {label: A}\nsteps: [{id: a, task: {}, due: 1 day}]\n",
    "not-a-mapping": None,
    "empty-file": "",
}


@pytest.mark.parametrize("code", sorted(WRONG))
def test_a_fragment_is_checked_by_itself(code: str) -> None:
    head = 'language: 1\nfragment: f\nversion: "1"\ntitle: F\n'
    body = WRONG[code]
    text = "- a\n" if body is None else (head + body if body else "")
    fragment, issues = read_fragment(text, "f.yaml")
    assert fragment is None
    assert code in {issue.code for issue in issues}


def test_editors_know_fragments_and_their_use() -> None:
    whole = Draft202012Validator(pathway_schema())
    root, _ = read_yaml(SOURCE, "p.yaml")
    assert root is not None
    assert list(whole.iter_errors(as_data(root))) == []
    wrong, _ = read_yaml(SOURCE.replace("fragment: closing, ", ""), "p.yaml")
    assert wrong is not None
    assert [error.json_path for error in whole.iter_errors(as_data(wrong))] == ["$.stages[1].use"]
    schema = fragment_schema()
    Draft202012Validator.check_schema(schema)
    for path in sorted((Path(__file__).parent / "fragments").glob("*.yaml")):
        root, _ = read_yaml(path.read_text("utf-8"), path.name)
        assert root is not None
        errors = Draft202012Validator(schema).iter_errors(as_data(root))
        assert [error.message for error in errors] == []
    assert json.dumps(schema)
