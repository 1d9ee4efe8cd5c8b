"""From what a laboratory sends to what a pathway asks for (clinical.md 0.6)."""

import json
from datetime import UTC, datetime
from time import process_time
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.compiled import DataElement
from pathways.journey.events import Reading
from pathways.language.issues import Place
from worker.intake import read_bundle, readings_for
from worker.intake.units import convert, convertible

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("value", "unit", "to", "loinc", "expected"),
    [
        (3, "[lb_av]", "kg", "29463-7", 1.36078),
        (5, "lb", "kg", "29463-7", 2.26796),
        (180, "lbs", "kg", "", 81.6466),
        (70, "[in_i]", "cm", "8302-2", 177.8),
        (1.7, "m", "cm", "", 170.0),
        (98.6, "[degF]", "Cel", "8310-5", 37.0),
        (100.4, "°F", "Cel", "8310-5", 38.0),
        (37.5, "C", "Cel", "8310-5", 37.5),
        (5.5, "mmol/L", "mg/dL", "41653-7", 99.11),
        (53, "mmol/mol", "%", "4548-4", 6.99904),
        (88.4, "umol/L", "mg/dL", "2160-0", 1.0),
        (88.4, "µmol/L", "mg/dL", "2160-0", 1.0),
        (3.4, "mg/mmol", "mg/g", "9318-7", 30.056),
        (4.5, "meq/L", "mmol/L", "2823-3", 4.5),
        (1.2, "10*9/L", "10*3/uL", "751-8", 1.2),
        (450, "/uL", "10*3/uL", "751-8", 0.45),
        (58, "mL/min/1.73m2", "mL/min/{1.73_m2}", "98979-8", 58),
        (72, "{beats}/min", "/min", "8867-4", 72),
        (4, "{score}", "", "", 4),
        (4, "1", "{score}", "", 4),
        (140, "mmHg", "mm[Hg]", "8480-6", 140),
    ],
)
def test_a_value_is_converted_by_the_clinical_factors(value, unit, to, loinc, expected):
    assert convert(value, unit, to, loinc) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("unit", "to", "loinc"),
    [
        ("kg", "%", ""),
        ("mmol/L", "mg/dL", "718-7"),  # of haemoglobin: not the factor of glucose
        ("mmol/L", "mg/dL", ""),
        ("", "kg", "29463-7"),
        ("KG ", "kg", ""),  # UCUM is case-sensitive
    ],
)
def test_what_cannot_be_converted_surely_is_not_converted(unit, to, loinc):
    assert convert(1.0, unit, to, loinc) is None


@given(
    value=st.floats(0.01, 10_000),
    pair=st.sampled_from(
        [
            ("[lb_av]", "kg", ""),
            ("[in_i]", "cm", ""),
            ("[degF]", "Cel", ""),
            ("mmol/L", "mg/dL", "41653-7"),
            ("mmol/mol", "%", "4548-4"),
            ("umol/L", "mg/dL", "2160-0"),
            ("mg/mmol", "mg/g", "9318-7"),
        ]
    ),
)
def test_there_and_back_is_the_same_value_to_five_digits(value, pair):
    unit, to, loinc = pair
    there = convert(value, unit, to, loinc)
    assert there is not None
    assert convert(there, to, unit, loinc) == pytest.approx(value, rel=1e-4, abs=2e-3)


def test_people_are_told_which_units_can_be_sent():
    assert convertible("mg/dL", "41653-7") == ("mg/dL", "mmol/L")
    assert convertible("%", "4548-4") == ("%", "mmol/mol")


class Candidates(NamedTuple):
    readings: tuple[Reading, ...]
    places: dict[str, tuple[Place, str]]


# --- fitting to a pathway ------------------------------------------------------------------------


def quantity(name: str, unit: str, loinc: str, low: float, high: float, **more) -> DataElement:
    return DataElement(
        name=name, type="quantity", label=name, unit=unit, loinc=loinc, low=low, high=high, **more
    )


DATA = {
    e.name: e
    for e in [
        quantity("hba1c", "%", "4548-4", 3, 25, warn_low=4.5, warn_high=14),
        quantity("creatinine", "mg/dL", "2160-0", 0.1, 30),
        quantity("sbp", "mm[Hg]", "8480-6", 40, 300),
        quantity("dbp", "mm[Hg]", "8462-4", 20, 200),
        DataElement(
            name="tobacco",
            type="choice",
            label="Tobacco",
            options=("never-smoker", "former-smoker"),
            loinc="72166-2",
        ),
        DataElement(name="pregnant", type="boolean", label="Pregnant", loinc="82810-3"),
        DataElement(name="due-date", type="date", label="Due date", loinc="11778-8"),
    ]
}


def fitted(code: str, value: dict, **more):
    observation = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "effectiveDateTime": "2026-11-20T10:00:00-05:00",
        **value,
        **more,
    }
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:mrn", "value": "1"}],
        "birthDate": "1960-02-03",
        "address": [{"state": "NY"}],
    }
    entries = [{"resource": patient}, {"resource": observation}]
    text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    text = text.replace("Infinity", "1e999")  # well-formed JSON, and no finite number
    intake, findings = read_bundle(text, "b.json", NOW, "UTC")
    assert intake is not None
    assert findings == []
    readings, found = readings_for(intake, DATA)
    return [(r.name, r.value, r.unit) for r in readings], [f.code for f in found]


def test_a_laboratory_code_and_unit_become_the_pathways_name_and_unit():
    answer = fitted("4548-4", {"valueQuantity": {"value": 64, "code": "mmol/mol"}})
    assert answer == ([("hba1c", 8.00544, "%")], [])


def test_the_same_property_under_another_code_counts():
    """59261-8 is HbA1c by the IFCC, 14682-9 is creatinine in umol/L."""
    answer = fitted("59261-8", {"valueQuantity": {"value": 64, "code": "mmol/mol"}})
    assert answer == ([("hba1c", 8.00544, "%")], [])
    answer = fitted("14682-9", {"valueQuantity": {"value": 88.4, "code": "umol/L"}})
    assert answer == ([("creatinine", 1.0, "mg/dL")], [])


def test_blood_pressure_comes_as_the_components_of_one_observation():
    parts = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "code": "mm[Hg]"},
        }
        for code, value in (("8480-6", 148), ("8462-4", 84))
    ]
    readings, found = fitted("85354-9", {}, component=parts)
    assert sorted(readings) == [("dbp", 84.0, "mm[Hg]"), ("sbp", 148.0, "mm[Hg]")]
    assert found == []


def test_codes_that_the_pathway_does_not_ask_for_are_passed_over():
    assert fitted("718-7", {"valueQuantity": {"value": 12, "code": "g/dL"}}) == ([], [])


def test_an_unusual_value_is_taken_and_found():
    answer = fitted("4548-4", {"valueQuantity": {"value": 15.2, "code": "%"}})
    assert answer == ([("hba1c", 15.2, "%")], ["unusual-value"])


@pytest.mark.parametrize(
    ("code", "value", "finding"),
    [
        ("4548-4", {"valueQuantity": {"value": 64, "code": "%"}}, "implausible-value"),
        ("4548-4", {"valueQuantity": {"value": 7, "code": "kg"}}, "unknown-unit"),
        ("4548-4", {"valueQuantity": {"value": 7}}, "missing-unit"),
        ("4548-4", {"valueString": "high"}, "not-a-number"),
        ("4548-4", {"valueQuantity": {"value": float("inf"), "code": "%"}}, "not-a-number"),
        ("72166-2", {"valueCodeableConcept": {"text": "pipe"}}, "unknown-option"),
        ("82810-3", {"valueString": "perhaps"}, "wrong-type"),
        ("11778-8", {"valueString": "in spring"}, "wrong-type"),
    ],
)
def test_a_value_that_does_not_fit_is_a_finding_and_no_value(code, value, finding):
    assert fitted(code, value) == ([], [finding])


@pytest.mark.parametrize(
    ("code", "value", "reading"),
    [
        ("72166-2", {"valueCodeableConcept": {"text": "Never smoker"}}, "never-smoker"),
        ("72166-2", {"valueString": "FORMER_SMOKER"}, "former-smoker"),
        ("82810-3", {"valueBoolean": False}, False),
        (
            "82810-3",
            {"valueCodeableConcept": {"coding": [{"code": "373066001", "display": "Yes"}]}},
            True,
        ),
        ("11778-8", {"valueDateTime": "2027-03-01"}, "2027-03-01"),
    ],
)
def test_choices_answers_and_dates_are_read_as_the_pathway_has_them(code, value, reading):
    readings, found = fitted(code, value)
    assert [value for _, value, _ in readings] == [reading]
    assert found == []


def test_the_same_result_sent_under_two_codes_counts_once():
    """4548-4 and 17856-6 are one property: one moment and one value make one reading."""
    twice = [Reading(code, 7.0, NOW, "%", f"Observation/{code}") for code in ("4548-4", "17856-6")]
    places = {r.source: (Place("b.json", 1, 1), "Bundle") for r in twice}
    readings, _ = readings_for(Candidates(tuple(twice), places), DATA)
    assert [(r.name, r.value, r.observed) for r in readings] == [("hba1c", 7.0, NOW)]


def test_of_decades_of_values_only_the_latest_that_the_journey_keeps_are_taken():
    """Given 5,000 results, the last of them implausible, then the two before it are taken in
    order, and the many older ones, implausible or not, are not looked at."""
    decades = [Reading("4548-4", 6 + n / 1000, n, "%", f"o/{n}") for n in range(4998)]
    decades += [
        Reading("4548-4", 7.5, 4998, "%", "o/4998"),
        Reading("4548-4", 75, 4999, "%", "o/4999"),
    ]
    decades[0] = Reading("4548-4", 600, 0, "%", "o/0")
    places = {r.source: (Place("b.json", 1, 1), "Bundle") for r in decades}
    readings, found = readings_for(Candidates(tuple(decades), places), DATA)
    assert [r.observed for r in readings] == [4997, 4998]
    assert [f.code for f in found] == ["implausible-value"]


def test_a_life_long_record_is_read_in_time_that_grows_with_its_length_only():
    """4,000 observations on 60,000 lines: a second, where a scan for each place takes minutes."""
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
        "effectiveDateTime": "2026-11-20T10:00:00-05:00",
        "valueQuantity": {"value": 7.0, "code": "%"},
    }
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:mrn", "value": "1"}],
        "birthDate": "1960-02-03",
        "address": [{"state": "NY"}],
    }
    entries = [{"resource": r} for r in (patient, *([observation] * 4000))]
    text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=2)
    started = process_time()
    intake, _ = read_bundle(text, "b.json", NOW, "UTC")
    assert intake is not None
    assert len(intake.readings) == 4000
    assert process_time() - started < 10
