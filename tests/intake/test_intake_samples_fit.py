"""The sample patients meet the shipped pathways: who belongs where, and with which values."""

from datetime import UTC, datetime
from functools import cache

import pytest

from pathways.compiled import CompiledPathway
from worker.intake import Intake, read_bundle, readings_for, suits
from worker.library import Library, shipped

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())

BELONGS = {
    "breast-cancer-misses": ["oncology-navigation"],
    "chronic-kidney-disease": ["chronic-kidney-disease"],
    "colon-cancer": ["oncology-navigation"],
    "copd": ["copd"],
    "dementia": ["dementia-with-caregiver"],
    "dementia-spanish": ["dementia-with-caregiver"],
    "depression": ["depression"],
    "diabetes": ["type-2-diabetes"],
    "diabetes-declines": ["type-2-diabetes"],
    "diabetes-neuropathy": ["chronic-kidney-disease", "type-2-diabetes"],
    "heart-failure": ["chronic-kidney-disease", "heart-failure", "type-2-diabetes"],
    "high-risk-pregnancy": ["high-risk-pregnancy"],
    "knee-replacement": ["knee-hip-replacement"],
    "pancreatic-cancer-dies": ["oncology-navigation"],
    "stroke": ["stroke-rehabilitation"],
    "three-pathways": ["dementia-with-caregiver", "oncology-navigation", "type-2-diabetes"],
}
ANYBODY = ["depression", "transition-of-care"]
"""Whoever answered so in the PHQ-9, or was in hospital, whatever else they have."""


@cache
def pathways() -> dict[str, CompiledPathway]:
    return {pathway.pathway: pathway for pathway in Library().pathways()}


def intake(name: str) -> Intake:
    text = (shipped() / "patients" / f"{name}.json").read_text("utf-8")
    found, findings = read_bundle(text, name, NOW, "UTC")
    assert found is not None, findings
    return found


def test_every_sample_patient_is_listed_here():
    assert {path.stem for path in (shipped() / "patients").glob("*.json")} == set(BELONGS)


@pytest.mark.parametrize("name", BELONGS)
def test_a_sample_patient_suits_these_pathways_and_no_others(name):
    suited = [
        one for one, pathway in sorted(pathways().items()) if not suits(intake(name), pathway)
    ]
    assert suited == sorted({*BELONGS[name], *ANYBODY})


@pytest.mark.parametrize("name", BELONGS)
def test_every_value_fits_the_pathway_it_is_for(name):
    """Given all the patient's observations, then each that a pathway asks for is taken in the
    pathway's unit and within its range, and none is found wanting."""
    for one in BELONGS[name]:
        data = pathways()[one].data
        readings, findings = readings_for(intake(name), data)
        assert findings == []
        assert readings
        for reading in readings:
            element = data[reading.name]
            assert reading.unit == element.unit
            assert isinstance(reading.value, float | int)
            assert (element.low or 0) <= reading.value <= (element.high or reading.value)


def test_units_of_home_and_laboratory_become_those_of_the_pathway():
    """158 lb, 98.2 degF and 65 mmol/mol in; kg, degrees Celsius and per cent out."""
    readings, _ = readings_for(intake("three-pathways"), pathways()["oncology-navigation"].data)
    values = {r.name: r.value for r in readings}
    assert values["weight"] == pytest.approx(158 * 0.45359237, rel=1e-5)
    assert values["temp"] == pytest.approx((98.2 - 32) / 1.8, rel=1e-5)
    readings, _ = readings_for(intake("diabetes"), pathways()["type-2-diabetes"].data)
    assert [r.value for r in readings if r.name == "hba1c"] == pytest.approx(
        [65 / 10.93 + 2.15, 70 / 10.93 + 2.15], rel=1e-5
    )
