"""Reading YAML: plain data with places; everything else is refused before it costs anything."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.language.issues import Place
from pathways.language.reading import MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_SCALAR, read_yaml
from pathways.language.tree import Mapping, Scalar, Sequence, at, plain


def codes(text: str | bytes) -> list[str]:
    _, issues = read_yaml(text, "f.yaml")
    return [issue.code for issue in issues]


def tree(text: str) -> Mapping:
    root, issues = read_yaml(text, "f.yaml")
    assert issues == []
    assert isinstance(root, Mapping)
    return root


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("2026-11-01", "2026-11-01"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("true", True),
        ("~", None),
        ("17", 17),
        ("0o17", 15),
        ("1e3", 1000.0),
        ('"17"', "17"),
        ("'true'", "true"),
    ],
)
def test_plain_words_have_the_types_of_yaml_1_2(written: str, value: object) -> None:
    node = tree(f"key: {written}").get("key")
    assert isinstance(node, Scalar)
    assert node.value == value
    assert type(node.value) is type(value)


def test_a_version_keeps_its_last_zero() -> None:
    """1.10 is a number for YAML; a text field still gets what the author wrote."""
    assert plain(tree("version: 1.10")) == {"version": "1.10"}


def test_every_value_and_every_key_knows_its_place() -> None:
    root = tree("a: 1\nsteps:\n  - id: x\n    after: [p, q]\n")
    assert at(root, ("steps", 0, "after", 1)).place == Place("f.yaml", 4, 16)
    step = at(root, ("steps", 0))
    assert isinstance(step, Mapping)
    assert step.key_place("after") == Place("f.yaml", 4, 5)


def test_places_count_characters_not_bytes() -> None:
    root = tree("{á: 'días 🙂', b: c}")
    assert root.get("b") == Scalar(Place("f.yaml", 1, 18), "c", "c")


def test_the_content_of_a_quoted_text_begins_after_the_quote() -> None:
    quoted = tree("when: 'hba1c < 7'").get("when")
    assert isinstance(quoted, Scalar)
    assert quoted.content == Place("f.yaml", 1, 8)


def test_a_duplicate_key_shows_both_places() -> None:
    root, issues = read_yaml("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert root is not None
    assert [(i.code, i.place.line, i.related[0].place.line) for i in issues] == [
        ("duplicate-key", 3, 1)
    ]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200_000])
@pytest.mark.parametrize("opening", ["[", "- ", "{a: "])
def test_deep_nesting_is_refused_and_crashes_nothing(opening: str, depth: int) -> None:
    text = (opening * depth)[:MAX_BYTES]
    assert codes(text) == ["too-deep"]


def test_the_depth_that_is_allowed_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    root, issues = read_yaml(text, "f.yaml")
    assert isinstance(root, Sequence)
    assert issues == []


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    root, issues = read_yaml("\n".join(lines), "f.yaml")
    assert root is None
    assert {issue.code for issue in issues} == {"anchor", "alias"}


def test_too_many_values_are_refused() -> None:
    assert codes("- a\n" * (MAX_NODES + 1)) == ["too-many-nodes"]


def test_a_long_text_is_refused() -> None:
    assert codes("a: " + "x" * (MAX_SCALAR + 1)) == ["scalar-too-long"]


@pytest.mark.parametrize("text", ["#" * (MAX_BYTES + 1), b"#" * (MAX_BYTES + 1)])
def test_a_large_file_is_refused(text: str | bytes) -> None:
    assert codes(text) == ["too-large"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"a: \xff", "not-utf-8"),
        ("a: \x00", "control-character"),
        ('a: "\\0"', "control-character"),
        ("a: \u202e7 < hba1c", "control-character"),
        ("a: \ud800", "control-character"),
        ("a: b\u2028c", "control-character"),
        ("a: !!python/object:os.system x", "tag"),
        ("a: ! x", "tag"),
        ("<<: {a: 1}", "merge-key"),
        ("a: 1\n---\nb: 2", "several-documents"),
        ("%YAML 1.2\n---\na: 1", "directive"),
        ("? [a, b]\n: c", "key-not-text"),
        ("a: b: c", "not-yaml"),
        ("a: [1, 2", "not-yaml"),
        ("a:\n\t- b", "not-yaml"),
        ("", "empty-file"),
        ("# nothing", "empty-file"),
    ],
)
def test_what_is_not_plain_data_is_refused(text: str | bytes, code: str) -> None:
    assert codes(text) == [code]


def test_a_byte_order_mark_is_read_over() -> None:
    assert plain(tree("\ufeffa: b")) == {"a": "b"}


def test_the_largest_definition_is_read_within_200_milliseconds() -> None:
    """The stack's limit, in processor time (others may be using the machine): best of three."""
    text = "steps:\n" + "- {id: a, due: 7 days, title: Something to be done}\n" * 1400

    def measured() -> float:
        start = time.process_time()
        assert codes(text) == []
        return time.process_time() - start

    assert min(measured() for _ in range(3)) < 0.2


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_any_input_is_a_tree_or_has_issues(text: str | bytes) -> None:
    root, issues = read_yaml(text, "f.yaml")
    assert (root is not None) or issues


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{}'\"|>&*!%@#?, \n", max_size=80))
def test_any_yaml_like_input_is_a_tree_or_has_issues(text: str) -> None:
    root, issues = read_yaml(text, "f.yaml")
    assert (root is not None) or issues
    assert all(issue.place.line >= 1 and issue.place.column >= 1 for issue in issues)
