"""Instruments as files: what is shipped is sound, and what is wrong is said at its place."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft202012Validator
from yamlcore import CCoreLoader

from pathways.language.instruments import compile_instrument, instrument_schema, is_loinc
from tests.instruments.shelf import NAMES, shipped, text_of

DEFINITION = """\
language: 1
instrument: mood
version: "1"
title: Mood
licence: Free
source: Example
answers: {0: never, 1: often}
items:
  - {id: sad, text: Sad}
  - {id: tired, text: Tired}
scores:
  - id: score
    sum: [sad, tired]
    bands: {low: [0, 0], high: [1, 2]}
"""


def test_every_file_is_one_of_those_tested_here():
    folder = files("definitions") / "instruments"
    assert sorted(file.name for file in folder.iterdir()) == [f"{name}.yaml" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_instrument_compiles_under_its_file_name(name):
    instrument = shipped(name)
    assert instrument.id == name
    assert instrument.source
    assert len(instrument.licence) > 40, "the notice that must be shown"
    assert instrument.fresh is not None


@pytest.mark.parametrize("name", NAMES)
def test_every_loinc_code_of_a_shipped_instrument_has_a_sound_check_digit(name):
    instrument = shipped(name)
    codes = [instrument.loinc]
    codes += [item.loinc for item in instrument.items]
    codes += [one.loinc for one in instrument.scores]
    assert all(is_loinc(code) for code in codes if code)


@pytest.mark.parametrize("code", ["44249-2", "44249", "4424-91", "x-1", ""])
def test_a_wrong_loinc_code_is_recognised(code):
    assert is_loinc("44249-1")
    assert not is_loinc(code)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_instrument_satisfies_the_schema_for_editors(name):
    loaded = yaml.load(text_of(name), Loader=CCoreLoader)
    as_json = json.loads(json.dumps(loaded))
    assert [*Draft202012Validator(instrument_schema()).iter_errors(as_json)] == []


def test_the_schema_in_the_repository_is_the_current_one():
    """Regenerate: ``instrument_schema()`` as JSON, indented by 2."""
    kept = (files("definitions") / "instrument.schema.json").read_text("utf-8")
    assert json.loads(kept) == instrument_schema()


def test_what_is_written_is_compiled():
    instrument, issues = compile_instrument(DEFINITION, "mood.yaml")
    assert issues == []
    assert instrument is not None
    assert [item.high for item in instrument.items] == [1, 1]
    assert [choice.text for choice in instrument.items[0].choices] == ["never", "often"]
    assert [(band.name, band.low, band.high) for band in instrument.scores[0].bands] == [
        ("low", 0, 0),
        ("high", 1, 2),
    ]


WRONG = {
    "a gap between bands": (
        "high: [1, 2]",
        "high: [2, 2]",
        "14:26 band-gap",
        'A score of 1 is in no band of "score".',
        "Let a band begin at 1.",
    ),
    "a gap at the top": (
        "high: [1, 2]",
        "high: [1, 1]",
        "14:12 band-gap",
        'A score of 2 is in no band of "score".',
        "Let the last band end at 2.",
    ),
    "a gap at the bottom": (
        "low: [0, 0]",
        "low: [1, 1]",
        "14:13 band-gap",
        'A score of 0 is in no band of "score".',
        "Let a band begin at 0.",
    ),
    "an overlap": (
        "low: [0, 0]",
        "low: [0, 1]",
        "14:26 band-overlap",
        'A score of 1 is in two bands, "low" and "high".',
        "Let it begin at 2.",
    ),
    "a band outside the range": (
        "high: [1, 2]",
        "high: [1, 3]",
        "14:26 out-of-range",
        'Band "high" holds scores that "score" never has.',
        '"score" runs from 0 to 2.',
    ),
    "an empty band": (
        "high: [1, 2]",
        "high: [1, 2], odd: [5, 4]",
        "14:40 empty-range",
        'Band "odd" is empty: [5, 4].',
        "Write [from, to].",
    ),
    "an unknown item": (
        "sum: [sad, tired]",
        "sum: [sad, tird]",
        "13:16 unknown-item",
        'Score "score" uses "tird", which is no item.',
        'Did you mean "tired"?',
    ),
    "an item counted twice": (
        "sum: [sad, tired]",
        "sum: [sad, sad]",
        "13:16 duplicate-item",
        'Score "score" counts "sad" twice.',
        "Remove one of them.",
    ),
    "a total of what comes later": (
        "sum: [sad, tired]",
        "total: [score]",
        "13:13 unknown-item",
        'Score "score" uses "score", which is no earlier score.',
        "",
    ),
    "two kinds": (
        "sum: [sad, tired]",
        "sum: [sad, tired]\n    count: [sad]",
        "12:5 score-kind",
        'Score "score" must say exactly once what it is made of.',
        "Give it one of sum, positive, count, total with a list of names.",
    ),
    "a threshold without use": (
        "sum: [sad, tired]",
        "sum: [sad, tired]\n    at-least: 1",
        "12:5 score-kind",
        'Score "score" is a sum; "at-least" means nothing for it.',
        "Use positive or count, or remove it.",
    ),
    "a threshold out of reach": (
        "sum: [sad, tired]\n    bands: {low: [0, 0], high: [1, 2]}",
        "positive: [sad, tired]\n    at-least: 3",
        "14:15 out-of-range",
        'Score "score" is never positive: its items reach 2 at most.',
        "",
    ),
    "no answers": (
        "answers: {0: never, 1: often}\n",
        "",
        "8:5 no-answers",
        'Item "sad" does not say how it may be answered.',
        "Add answers: {0: ..., 1: ...} or range: [lowest, highest].",
    ),
    "an empty range": (
        "text: Sad}",
        "text: Sad, range: [3, 0]}",
        "9:33 empty-range",
        'The range of item "sad" is empty: [3, 0].',
        "Write [lowest, highest].",
    ),
    "answers and a range": (
        "text: Sad}",
        "text: Sad, range: [0, 1], answers: {0: a, 1: b}}",
        "9:5 two-answers",
        'Item "sad" has both a range and answers.',
        "Keep one of them.",
    ),
    "one name twice": (
        "id: tired",
        "id: sad",
        "10:10 duplicate-id",
        '"sad" is the name of two results of this instrument.',
        "Rename one of them.",
    ),
    "a band that hides an item": (
        "id: tired",
        "id: score-band",
        "12:9 duplicate-id",
        '"score-band" is the name of two results of this instrument.',
        "Rename one of them.",
    ),
    "a wrong LOINC code": (
        "title: Mood",
        "title: Mood\nloinc: 44249-2",
        "5:8 bad-loinc",
        '"44249-2" is not a LOINC code: its check digit does not fit.',
        "",
    ),
    "an answer that is no number": (
        "{0: never, 1: often}",
        "{never: 0, 1: often}",
        "7:10 not-a-whole-number",
        '"never" is not a number: write answers like {0: never, 1: often}.',
        "",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_at_its_place(case):
    was, becomes, where, message, hint = WRONG[case]
    assert was in DEFINITION
    instrument, issues = compile_instrument(DEFINITION.replace(was, becomes), "mood.yaml")
    assert instrument is None
    said = {
        (f"{issue.place.line}:{issue.place.column} {issue.code}", issue.message, issue.hint)
        for issue in issues
    }
    assert (where, message, hint) in said
