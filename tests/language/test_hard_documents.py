"""Documents made to be hard: the YAML test suite, alias bombs, deep nesting.

None of them is a definition; each gets a finding, from every reader of files, at once.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from pathways.language.compiling import compile_pathway
from pathways.language.instruments import compile_instrument
from pathways.language.issues import has_errors
from pathways.language.messages import read_messages
from pathways.language.report import render
from pathways.language.scenarios import read_scenario
from tests.language.shelf import small_shelf

SHELF = small_shelf()
SUITE: dict[str, str] = json.loads(
    (Path(__file__).parent / "hard" / "yaml-test-suite.json").read_text("utf-8")
)["documents"]


def laughs(levels: int) -> str:
    """Each level nine times the one before."""
    lines = ["a0: &a0 [lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


HARD = {
    "a billion laughs": laughs(12),
    "a mapping merged into itself": "a: &a\n  <<: *a\n  b: 1\n",
    "a list that holds itself": "&a [*a, *a]\n",
    "ten thousand opening brackets": "[" * 10_000,
    "ten thousand opening braces": "{a: " * 10_000,
    "ten thousand dashes in a line": "- " * 10_000 + "x\n",
    "a mapping a thousand deep": "".join(f"{' ' * n}k:\n" for n in range(1_000)),
    "a hundred thousand keys": "".join(f"k{n}: 1\n" for n in range(20_000)),
    "one long key": "k" * 100_000 + ": 1\n",
    "one long text": "title: '" + "x" * 200_000 + "'\n",
    "only comments": "# nothing\n" * 1_000,
    "only newlines": "\n" * 10_000,
    "a tab where spaces belong": "a:\n\tb: 1\n",
    "a document end without a document": "...\n",
    "a hundred documents": "---\na: 1\n" * 100,
    "a question without an answer": "? " * 200 + "\n",
    "a byte that is no text": "title: \x00\n",
    "text that runs backwards": "title: \u202eabc\n",
    "half of a surrogate pair": "title: \ud800\n",
    "a number of ten thousand digits": "version: " + "9" * 10_000 + "\n",
    "an unknown directive": "%YAML 9.9\n---\na: 1\n",
    "a tag that makes objects": "!!python/object/apply:os.system ['true']\n",
}


def refused(text: str) -> None:
    """Every reader says what is wrong, in a report that can be shown."""
    compiled = compile_pathway(text, "f.yaml", SHELF)
    assert compiled.pathway is None
    assert has_errors(compiled.issues)
    assert render(compiled.issues, {"f.yaml": text})
    assert has_errors(compile_instrument(text, "f.yaml")[1])
    assert has_errors(read_messages(text, "f.yaml")[1])
    assert read_scenario(text, "f.yaml").scenario is None


@pytest.mark.parametrize("name", HARD)
def test_a_document_made_to_be_hard_is_refused(name: str) -> None:
    refused(HARD[name])


def test_every_document_of_the_yaml_test_suite_is_refused() -> None:
    """Given each document alone, then it is no definition, and nothing breaks."""
    assert len(SUITE) == 402
    for text in SUITE.values():
        refused(text)


@pytest.mark.parametrize("key", ["title", "data", "messages", "stages", "nonsense"])
def test_every_document_of_the_yaml_test_suite_is_refused_inside_a_pathway(key: str) -> None:
    """Given each document as the value of a field, then the rest of the file still counts."""
    head = "language: 1\npathway: sample\nversion: '1'\nroles: [case-manager]\n"
    for text in SUITE.values():
        inside = f"{head}{key}:\n{textwrap.indent(text, '  ')}\n"
        compiled = compile_pathway(inside, "f.yaml", SHELF)
        assert compiled.pathway is None
        assert render(compiled.issues, {"f.yaml": inside})
