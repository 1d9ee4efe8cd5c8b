"""What a rule may supersede (docs/language.md, Rules)."""

from __future__ import annotations

import pytest

from pathways.language.compiling import compile_pathway
from tests.language.shelf import small_shelf
from tests.language.test_contacts import HEAD, compiled

STEP = "      - {id: call, due: 7 days, task: {}}\n"
RULES = """\
rules:
  - {id: lesser, on: tired, due: 1 day, task: {}}
  - {id: letter, on: tired, notify: {to: nurse-manager, message: task-reminder}}
  - {id: greater, on: collapsed, due: 1 day, task: {}, supersedes: [LESSER]}
"""


def codes(name: str) -> list[str]:
    text = f"{HEAD}stages:\n  - stage: assessment\n    steps:\n{STEP}"
    text += RULES.replace("LESSER", name)
    found = compile_pathway(text, "sample.yaml", small_shelf()).issues
    return [i.code for i in found if i.code in ("unknown-rule", "supersedes-nothing")]


def test_a_rule_may_supersede_another_that_has_a_task() -> None:
    assert codes("lesser") == []
    greater = compiled(STEP, rules=RULES.replace("LESSER", "lesser")).rules[2]
    assert greater.supersedes == ("lesser",)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nobody", "unknown-rule"),
        ("call", "unknown-rule"),
        ("greater", "supersedes-nothing"),
        ("letter", "supersedes-nothing"),
    ],
)
def test_what_is_no_such_rule_or_has_no_task_is_an_error(name: str, code: str) -> None:
    assert codes(name) == [code]
