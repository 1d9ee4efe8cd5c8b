"""Conditions in plain English."""

from __future__ import annotations

import pytest

from pathways.conditions import say
from pathways.language.conditions import compile_condition
from pathways.language.issues import Place
from tests.conditions.scopes import SCOPE

PHRASES = {
    "hba1c < 7": "HbA1c is below 7 %",
    "7 > hba1c": "HbA1c is below 7 %",
    "not hba1c < 7": "HbA1c is not below 7 %",
    "missing(hba1c)": "HbA1c is not known",
    "insulin and not in-hospital": "insulin is yes and the patient is not in hospital",
    "hba1c > 9 and (insulin or goals-met)": (
        "HbA1c is above 9 % and (insulin is yes or the goals are met)"
    ),
    "foot-risk in ['low', 'moderate', 'high']": "foot risk is low, moderate or high",
    "change(weight, '24 hours') >= 1.5": "the change in weight over 1 day is at least 1.5 kg",
    "percent-change(weight, '1 month') <= -5": (
        "the change in weight over 30 days is at most -5 %"
    ),
    "count-below(glucose, 70, '7 days') >= 2": (
        "the number of glucose readings below 70 mg/dL in the last 7 days is at least 2"
    ),
    "phq-9.item-9 >= 1": "PHQ-9 item 9 is at least 1",
    "surgery-date < '2027-03-01'": "surgery date is before 2027-03-01",
    'has-condition("E11") and not taking("Metformin")': (
        "the patient has E11 and the patient does not take metformin"
    ),
    'missed("visit")': 'step "visit" was missed',
    'outcome("visit") = "approved"': 'the outcome of step "visit" is approved',
    "age >= 65": "age is at least 65",
}


@pytest.mark.parametrize(("text", "phrase"), [*PHRASES.items()], ids=[*PHRASES])
def test_a_condition_reads_as_a_sentence(text, phrase):
    lowered, issues = compile_condition(text, Place("p.yaml", 1, 1), SCOPE)
    assert not issues
    assert lowered is not None
    assert say(lowered.expr, SCOPE.data) == phrase
