"""What an order says of a medicine: dose of a day, how often, route, dates and reason."""

from __future__ import annotations

from typing import Any

import pytest

from pathways.medicines.rules import Medicine
from tests.intake.test_intake_reading import bundle, order, read
from worker.intake.dosage import medicine_from

MG = {"value": 2.5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}


def dosage(quantity: dict[str, Any] | None = None, **repeat: object) -> dict[str, Any]:
    found: dict[str, Any] = {"timing": {"repeat": repeat}}
    return found | ({"doseAndRate": [{"doseQuantity": quantity}]} if quantity else {})


def line(product: str = "x", *dosages: dict[str, Any], **more: object) -> Medicine:
    return medicine_from("x", product, {"dosageInstruction": list(dosages), **more})


@pytest.mark.parametrize(
    ("repeat", "daily", "every"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, 5.0, 1),
        ({"period": 6, "periodUnit": "h"}, 10.0, 1),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, 0.357143, 7),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, 1.25, 2),
        ({}, 0.0, 0),
    ],
)
def test_the_dose_of_a_day_follows_from_dose_and_frequency(
    repeat: dict[str, object], daily: float, every: int
) -> None:
    found = line("X 2.5 MG Oral Tablet", dosage(MG, **repeat))
    assert (found.daily, found.every) == (daily, every)


DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("product", "value", "unit", "daily", "said"),
    [
        ("digoxin 0.125 MG Oral Tablet", 2, "tablet", 0.25, ""),
        ("digoxin Oral Tablet", 2, "tablet", 0.0, ""),
        ("codeine 30 MG / x 300 MG Oral Tablet", 1, "tablet", 0.0, ""),
        ("digoxin", 125, "ug", 0.125, ""),
        ("x", 1, "g", 1000.0, ""),
        ("insulin glargine", 20, "[IU]", 20.0, "units"),
        ("x", 2, "puff", 0.0, ""),
    ],
)
def test_a_dose_is_read_only_in_units_that_are_known(
    product: str, value: float, unit: str, daily: float, said: str
) -> None:
    found = line(product, dosage({"value": value, "unit": unit}, **DAILY))
    assert (found.daily, found.unit) == (daily, said)


def test_several_dosages_are_for_people() -> None:
    one = dosage(MG, **DAILY)
    assert line("x", one, one) == Medicine("x")


def test_route_dates_form_and_reason_are_kept() -> None:
    eye = dosage(MG, **DAILY) | {"route": {"coding": [{"display": "Ophthalmic route"}]}}
    found = line(
        "x 24 HR Extended Release",
        eye,
        effectivePeriod={"start": "2026-01-05", "end": "2026-11-08"},
        reasonCode=[{"text": "Atrial  Fibrillation"}],
    )
    assert (found.route, found.form) == ("ophthalmic", "long-acting")
    assert (found.since, found.until) == ("2026-01-05", "2026-11-08")
    assert found.reason == "atrial fibrillation"


def test_by_mouth_is_what_nothing_said_means() -> None:
    mouth = dosage() | {"route": {"text": "Oral"}}
    assert line("x", mouth) == Medicine("x")


@pytest.mark.parametrize(
    ("product", "daily"),
    [
        ("acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet", 20.0),
        ("sacubitril 24 MG / valsartan 26 MG Oral Tablet", 0.0),
    ],
)
def test_the_dose_of_a_combination_is_that_of_its_opioid(product: str, daily: float) -> None:
    four = dosage({"value": 1, "unit": "tablet"}, period=6, periodUnit="h")
    assert medicine_from("a/b", product, {"dosage": [four]}).daily == daily


def test_a_renewed_order_is_one_line_and_another_dose_is_another() -> None:
    twice = dosage({"value": 500, "unit": "mg"}, frequency=2, period=1, periodUnit="d")
    once = dosage({"value": 500, "unit": "mg"}, **DAILY)
    orders = [
        order() | {"dosageInstruction": [twice], "authoredOn": "2026-03-01"},
        order() | {"dosageInstruction": [twice], "authoredOn": "2025-03-01"},
        order() | {"dosageInstruction": [once], "authoredOn": "2026-05-01"},
    ]
    profile = read(bundle(*orders)).profile
    assert [(m.daily, m.since) for m in profile.medicines] == [
        (500.0, "2026-05-01"),
        (1000.0, "2025-03-01"),
    ]
    assert profile.medications == ("metformin",)
