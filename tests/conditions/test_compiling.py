"""What authors may write, what it is lowered to, and what is said about the rest."""

from __future__ import annotations

import pytest

from pathways.canonical import canonical
from pathways.conditions import prepare
from pathways.language.conditions import Scope, compile_condition
from pathways.language.issues import Issue, Place
from pathways.spans import Span
from tests.conditions.scopes import SCOPE, TERMS

PLACE = Place("p.yaml", 5, 21)


def _lowered(text: str) -> object:
    lowered, issues = compile_condition(text, PLACE, SCOPE)
    assert issues == [], text
    assert lowered is not None
    return lowered.expr


def _issues(text: str) -> list[Issue]:
    lowered, issues = compile_condition(text, PLACE, SCOPE)
    assert lowered is None, text
    return issues


HBA1C, WEIGHT = ["value", "hba1c"], ["value", "weight"]
UNDER_7 = ["<", HBA1C, 7.0]
INSULIN = ["value", "insulin"]
WORSE = ["or", [">", HBA1C, 9.0], [">=", ["change", "weight", 2_592_000], 3.0]]

ACCEPTED: dict[str, object] = {
    # numbers, units, operators
    "hba1c < 7": UNDER_7,
    "hba1c < 7.0": UNDER_7,
    "hba1c<7%": UNDER_7,
    "hba1c < 7 %": UNDER_7,
    "hba1c ≤ 7": ["<=", HBA1C, 7.0],
    "-5 % < hba1c": ["<", -5.0, HBA1C],
    "hba1c = 7": ["=", HBA1C, 7.0],
    "hba1c == 7": ["=", HBA1C, 7.0],
    "hba1c != 7e0": ["!=", HBA1C, 7.0],
    "heart-rate > 60 /min": [">", ["value", "heart-rate"], 60.0],
    "platelets < 50 10*3/uL": ["<", ["value", "platelets"], 50.0],
    "sbp >= 180 mmHg": [">=", ["value", "sbp"], 180.0],
    "sbp - dbp > 60 mm[Hg]": [">", ["-", ["value", "sbp"], ["value", "dbp"]], 60.0],
    "weight * 2 > 80": [">", ["*", WEIGHT, 2.0], 80.0],
    "age >= 18 years": [">=", ["age"], 18.0],
    "sbp\n>= 180": [">=", ["value", "sbp"], 180.0],
    # logic
    "insulin": INSULIN,
    "true": ["and", True],
    "insulin and hba1c < 7": ["and", INSULIN, UNDER_7],
    "insulin AND hba1c < 7": ["and", INSULIN, UNDER_7],
    "insulin && hba1c < 7 && caregiver": ["and", INSULIN, UNDER_7, ["caregiver"]],
    "insulin || caregiver or in-hospital": ["or", INSULIN, ["caregiver"], ["in-hospital"]],
    "not hba1c < 7": ["not", UNDER_7],
    "not hba1c < 7 and insulin": ["and", ["not", UNDER_7], INSULIN],
    "not (hba1c < 7 and insulin)": ["not", ["and", UNDER_7, INSULIN]],
    "not not insulin": ["not", ["not", INSULIN]],
    "!insulin": ["not", INSULIN],
    "insulin ? hba1c < 7 : caregiver": ["if", INSULIN, UNDER_7, ["caregiver"]],
    # choices, dates, text
    "foot-risk = 'high'": ["=", ["value", "foot-risk"], "high"],
    'foot-risk in ["high", "active"]': ["in", ["value", "foot-risk"], ["high", "active"]],
    "not foot-risk in ['low']": ["not", ["in", ["value", "foot-risk"], ["low"]]],
    "surgery-date <= '2027-01-01'": ["<=", ["value", "surgery-date"], "2027-01-01"],
    "note = 'a \"b\"'": ["=", ["value", "note"], 'a "b"'],
    "sex = 'female'": ["=", ["sex"], "female"],
    # instruments
    "phq-9.score >= 10": [">=", ["value", "phq-9.score"], 10.0],
    "phq-9.item-9 >= 1": [">=", ["value", "phq-9.item-9"], 1.0],
    "phq-9.score-band = 'moderate'": ["=", ["value", "phq-9.score-band"], "moderate"],
    "4at.score >= 4": [">=", ["value", "4at.score"], 4.0],
    # functions
    "known(hba1c)": ["known", HBA1C],
    "fresh(hba1c)": ["known", HBA1C],
    "missing(hba1c)": ["not", ["known", HBA1C]],
    "known(hba1c < 7)": ["known", UNDER_7],
    "previous(hba1c) > 7": [">", ["previous", "hba1c"], 7.0],
    "previous(foot-risk) = 'low'": ["=", ["previous", "foot-risk"], "low"],
    "change(weight, '24 hours') >= 1.5 kg": [">=", ["change", "weight", 86_400], 1.5],
    "percent-change(weight, '1 month') <= -5 %": [
        "<=",
        ["percent-change", "weight", 2_592_000],
        -5.0,
    ],
    "lowest(glucose, '7 days') < 54": ["<", ["lowest", "glucose", 604_800], 54.0],
    "count-below(glucose, 70 mg/dl, '1 week') >= 2": [
        ">=",
        ["count-below", "glucose", 70.0, 604_800],
        2.0,
    ],
    "days-since(hba1c) > 90 days": [">", ["days-since", "hba1c"], 90.0],
    "days-since(surgery-date) > 30": [">", ["days-since-date", "surgery-date"], 30.0],
    "has-condition('E11') and taking('Metformin')": [
        "and",
        ["has-condition", "E11"],
        ["taking", "metformin"],
    ],
    "on-pathway('heart-failure')": ["on-pathway", "heart-failure"],
    "done('visit') and outcome('visit') = 'approved'": [
        "and",
        ["done", "visit"],
        ["=", ["outcome", "visit"], "approved"],
    ],
    # terms
    "worse": WORSE,
    "not worse and insulin": ["and", ["not", WORSE], INSULIN],
    "gain >= 2 kg": [">=", ["change", "weight", 86_400], 2.0],
}


@pytest.mark.parametrize(("text", "expr"), [*ACCEPTED.items()], ids=[*ACCEPTED])
def test_what_authors_write_is_lowered(text, expr):
    assert _lowered(text) == expr
    prepare(expr)


UNSAID = ""
REFUSED: dict[str, tuple[int, str, str, str]] = {
    # the text -> column from its start (1-based), code, message, hint
    "hb1ac < 7": (1, "unknown-name", '"hb1ac" is not declared.', 'Did you mean "hba1c"?'),
    "insulin or weigt > 3": (
        12,
        "unknown-name",
        '"weigt" is not declared.',
        'Did you mean "weight"?',
    ),
    "phq-9.scor >= 3": (
        1,
        "unknown-name",
        '"phq-9.scor" is not declared.',
        'Did you mean "phq-9.score"?',
    ),
    "foot-risk = high": (
        13,
        "unknown-name",
        '"high" is not declared.',
        'Text needs quotes: "high".',
    ),
    "sbp-dbp > 60": (
        1,
        "unknown-name",
        '"sbp-dbp" is not declared.',
        "For a subtraction put spaces around the minus: sbp - dbp.",
    ),
    "hba1c is 7": (7, "unknown-name", '"is" is not declared.', 'Write "=".'),
    "known and insulin": (
        1,
        "unknown-name",
        '"known" is not declared.',
        "It is a function: write known(hba1c).",
    ),
    "hba1c == null": (
        10,
        "unknown-name",
        '"null" is not declared.',
        "Write missing(...) to ask whether a value is missing.",
    ),
    "chang(hba1c, '1 day') > 1": (
        1,
        "unknown-function",
        '"chang" is not a function of the language.',
        'Did you mean "change"?',
    ),
    "age() > 3": (
        1,
        "unknown-function",
        '"age" is a value, not a function.',
        "Write age without brackets.",
    ),
    # types
    "foot-risk > 3": (
        11,
        "type-mismatch",
        "foot-risk is a choice (low, moderate, high, active) and cannot be compared with the"
        " number 3.",
        'Compare it with one of its options, such as foot-risk = "low".',
    ),
    "foot-risk = 'hihg'": (
        13,
        "unknown-option",
        'foot-risk is never "hihg".',
        'Did you mean "high"?',
    ),
    "foot-risk in ['low', 'hihg']": (
        22,
        "unknown-option",
        'foot-risk is never "hihg".',
        'Did you mean "high"?',
    ),
    "foot-risk < 'high'": (
        11,
        "no-order",
        "foot-risk is a choice; it has no order.",
        "Use = or !=, or foot-risk in [...].",
    ),
    "phq-9.score-band = 'modrate'": (
        20,
        "unknown-option",
        'phq-9.score-band is never "modrate".',
        'Did you mean "moderate"?',
    ),
    "sex = 'unknown'": (7, "unknown-option", 'sex is never "unknown".', "Write missing(sex)."),
    "insulin > 3": (
        9,
        "type-mismatch",
        "insulin is yes or no and cannot be compared with the number 3.",
        "Write just insulin, or not insulin.",
    ),
    "insulin + 1 > 2": (9, "type-mismatch", '"+" needs numbers; insulin is yes or no.', UNSAID),
    "hba1c < '7'": (
        7,
        "type-mismatch",
        'hba1c is a number and cannot be compared with the text "7".',
        "Write the number without quotes: 7.",
    ),
    "hba1c and insulin": (
        7,
        "type-mismatch",
        '"and" needs conditions; hba1c is a number.',
        "Compare it with a number, such as hba1c >= 1, or write known(hba1c).",
    ),
    "3 < hba1c < 7": (
        11,
        "type-mismatch",
        "The result of a comparison is compared with a number.",
        "Write 3 < hba1c and hba1c < 7.",
    ),
    "surgery-date < 'soon'": (
        16,
        "not-a-date",
        'surgery-date is a date; "soon" is none.',
        'Write it like "2027-03-31".',
    ),
    "hba1c in 7": (
        7,
        "type-mismatch",
        '"in" needs a list in square brackets behind it.',
        'Write hba1c in ["...", "..."].',
    ),
    "hba1c in [7, 'x']": (14, "type-mismatch", '"x" is not of the type of hba1c.', UNSAID),
    "hba1c": (
        1,
        "not-a-condition",
        "hba1c is a number, not a condition.",
        "Compare it with a number, such as hba1c >= 1, or write known(hba1c).",
    ),
    # units
    "hba1c < 7 kg": (9, "wrong-unit", "hba1c is in %, not in kg.", "Write the number in %."),
    "weight < 100 lb": (
        10,
        "wrong-unit",
        "weight is in kg, not in lb.",
        "100 lb is 45.36 kg: write that.",
    ),
    "count-below(glucose, 4 mmol/L, '1 day') > 1": (
        22,
        "wrong-unit",
        "glucose is in mg/dL, not in mmol/L.",
        "Write the number in mg/dL.",
    ),
    "phq-9.score > 3 kg": (
        15,
        "wrong-unit",
        'Nothing with a unit stands against the number in "kg" here.',
        "Write the number alone.",
    ),
    # functions
    "change(hba1c) > 1": (
        7,
        "wrong-arguments",
        "change takes 2 values in its brackets; here are 1.",
        'Write it like change(weight, "24 hours").',
    ),
    "change(foot-risk, '1 day') > 1": (
        7,
        "type-mismatch",
        "change needs a number; foot-risk is a choice.",
        'Write it like change(weight, "24 hours").',
    ),
    "change(hba1c, '2 business days') > 1": (
        15,
        "not-a-span",
        '"2 business days" depends on the calendar and cannot be a window of readings.',
        "Use minutes, hours, days, weeks or months.",
    ),
    "previous(age) > 1": (
        10,
        "not-a-reading",
        "previous needs the name of a value with readings, not age.",
        "Write it like previous(hba1c).",
    ),
    "done('vist')": (
        6,
        "unknown-step",
        'This pathway has no step "vist".',
        'Did you mean "visit"?',
    ),
    "has-condition('diabetes')": (
        15,
        "not-a-code",
        '"diabetes" is not the beginning of an ICD-10 code.',
        'Write it like has-condition("E11").',
    ),
    # syntax
    "": (
        1,
        "empty-condition",
        "The condition is empty.",
        "Write one, such as hba1c >= 7, or leave the field out.",
    ),
    "hba1c <": (
        8,
        "syntax",
        "The condition ends too early.",
        'Something is missing after "<".',
    ),
    "(hba1c < 7": (10, "syntax", "A bracket is opened and not closed.", 'Add the missing ")".'),
    "hba1c < 7)": (
        10,
        "syntax",
        ") cannot stand here.",
        'It closes nothing: remove it, or add the opening bracket for ")".',
    ),
    "hba1c < 7 insulin": (
        11,
        "syntax",
        "insulin cannot stand here.",
        'Is "and", "or" or a comparison missing before insulin?',
    ),
    "foot-risk not in ['low']": (
        11,
        "syntax",
        '"not in" is not understood.',
        "Write not x in [...].",
    ),
    "note = 'abc": (
        8,
        "syntax",
        "A quote is opened here and not closed.",
        "Add the closing quote.",
    ),
    "note = “abc”": (8, "syntax", "“ is a typographic quote.", 'Use straight quotes: "text".'),
    "hba1c[0] > 1": (
        6,
        "syntax",
        "Square brackets cannot stand behind a value.",
        'A list stands only behind "in": x in ["low", "high"].',
    ),
    "1e999 < hba1c": (1, "number-too-large", "1e999 is too large a number.", UNSAID),
    # terms
    "insulin and round": (
        13,
        "term-cycle",
        'The term "round" is defined by itself (round -> about -> round).',
        "Write one of them without the others.",
    ),
    "insulin and bad": (
        13,
        "broken-term",
        'The term "bad" cannot be used, because its own condition is wrong.',
        "Correct it where it is declared.",
    ),
    "insulin and misspelt": (
        13,
        "broken-term",
        'The term "misspelt" cannot be used, because its own condition is wrong.',
        "Correct it where it is declared.",
    ),
}


@pytest.mark.parametrize(("text", "said"), [*REFUSED.items()], ids=[*REFUSED])
def test_what_is_wrong_is_said_once_at_its_place_with_a_remedy(text, said):
    column, code, message, hint = said
    (issue,) = _issues(text)
    assert (issue.code, issue.message, issue.hint) == (code, message, hint)
    assert issue.place == Place("p.yaml", 5, 20 + column)


def test_every_error_is_said_at_once():
    """One misspelt name, one mismatch and one wrong option in a single condition."""
    found = _issues("weigt > 3 and foot-risk > 2 or insulin > 1")
    assert [issue.code for issue in found] == ["unknown-name", "type-mismatch", "type-mismatch"]
    assert [issue.place.column - 20 for issue in found] == [1, 25, 40]


def test_a_misspelt_name_points_to_the_declaration_it_resembles():
    (issue,) = _issues("hb1ac < 7")
    (related,) = issue.related
    assert related.place == Place("p.yaml", 10, 1)
    assert related.message == '"hba1c" is declared here.'


def test_no_message_speaks_of_the_library():
    """Neither CEL's functions nor the names that stand for the author's reach a reader."""
    for text in REFUSED:
        for issue in _issues(text):
            for word in ("overload", "undeclared reference", "q0", "s0", "b0", "_<_", "INVALID"):
                assert word not in issue.message + issue.hint, text


def test_what_a_condition_reads_is_known_with_its_windows():
    """A change over a month may need a reading half a month older than that."""
    text = "worse or count-below(glucose, 70, '7 days') > 1 or phq-9.item-9 >= 1 or in-hospital"
    lowered, _ = compile_condition(text, PLACE, SCOPE)
    assert lowered is not None
    assert lowered.reads == ("glucose", "hba1c", "phq-9.item-9", "weight")
    assert lowered.windows == {"glucose": Span(7, "day"), "weight": Span(2, "month")}
    assert lowered.type == "boolean"


def test_the_longest_of_several_windows_counts():
    text = "lowest(glucose, '2 days') < 54 or lowest(glucose, '1 week') < 40"
    lowered, _ = compile_condition(text, PLACE, SCOPE)
    assert lowered is not None
    assert lowered.windows == {"glucose": Span(1, "week")}


def test_a_value_may_be_wanted_instead_of_a_condition():
    lowered, issues = compile_condition(TERMS["gain"], PLACE, SCOPE, wanted="value")
    assert not issues
    assert lowered is not None
    assert (lowered.expr, lowered.type) == (["change", "weight", 86_400], "number")


def test_the_same_text_has_the_same_canonical_form():
    first, second = _lowered("hba1c<7 and insulin"), _lowered("hba1c  <  7.0 && insulin")
    assert canonical(first) == canonical(second)


def test_a_data_element_may_be_called_like_a_word_of_cel():
    """ "in" apart, no name that the language allows is taken by the library."""
    names = ("int", "size", "string", "function", "package", "duration", "type", "q0", "has")
    element = SCOPE.data["hba1c"]
    for name in names:
        scope = Scope(data={name: element})
        lowered, issues = compile_condition(f"{name} < 7", PLACE, scope)
        assert not issues, name
        assert lowered is not None
        assert lowered.expr == ["<", ["value", name], 7.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 200 + "insulin" + ")" * 200, "too-deep"),
        (" and ".join(["insulin"] * 5000), "too-long"),
        ("1" + " + 1" * 300 + " > hba1c", "too-deep"),
        ("not " * 500 + "insulin", "too-deep"),
    ],
    ids=["brackets", "tokens", "sums", "nots"],
)
def test_a_hostile_condition_is_refused_and_not_a_crash(text, code):
    assert [issue.code for issue in _issues(text)][:1] == [code]


def test_terms_that_multiply_are_refused():
    """Thirty terms that each use the next one twice would be a billion words."""
    terms = {f"t{n}": f"t{n + 1} and t{n + 1}" for n in range(30)} | {"t30": "insulin"}
    scope = Scope(data=SCOPE.data, terms=terms)
    lowered, issues = compile_condition("t0", PLACE, scope)
    assert lowered is None
    assert issues
