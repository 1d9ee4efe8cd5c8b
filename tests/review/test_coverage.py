"""Who pays is read from the patient's Coverage, in the payers that the pathway carries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pathways.journey.events import Actor
from tests.kernel.building import at, human, pathway, stage
from tests.review.building import asking
from worker.admission import arrive, candidate
from worker.settings import Settings

NOW = at("2026-11-24T15:00+00:00")


def coverage(kind: dict[str, Any], status: str = "active") -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": "c",
        "status": status,
        "type": kind,
        "beneficiary": {"reference": "Patient/p"},
        "payor": [{"display": "Example Health Plan"}],
    }


def payer_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *covers: dict[str, Any]) -> str:
    """The payer in the profile that an enrollment on an asking pathway sends."""
    monkeypatch.setenv("CAREWAY_SITE_SECRET", "a secret of the tests, long enough")
    monkeypatch.setenv("CAREWAY_DATA", str(tmp_path))
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:mrn", "value": "1"}],
        "name": [{"given": ["Ada"], "family": "Sample"}],
        "gender": "female",
        "birthDate": "1961-04-02",
        "address": [{"state": "NY", "country": "US"}],
    }
    resources = [patient, *({**one, "id": f"c{n}"} for n, one in enumerate(covers))]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }
    arrival = arrive(json.dumps(bundle), "b.json", NOW, Settings.read())
    found = candidate(arrival, asking(), "c", Actor("n", "case-manager"), NOW)
    silent = pathway(stage("a", "planning", human("b")))
    other = candidate(arrival, silent, "c", found.event.actor, NOW)
    assert other.event.patient.payer == ""
    return found.event.patient.payer


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "https://nahdo.org/sopt", "code": code}]}


@pytest.mark.parametrize(
    ("kind", "payer"),
    [
        (coded("111"), "medicare-advantage"),
        (coded("12"), "traditional-medicare"),
        (coded("21"), "medicaid-managed"),
        (coded("512"), "erisa-commercial"),
        ({"text": "Commercial"}, "erisa-commercial"),
        ({"text": "Medicare Advantage"}, "medicare-advantage"),
        ({"text": "Something else"}, ""),
    ],
)
def test_the_payer_is_known_by_code_or_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: dict[str, Any], payer: str
) -> None:
    assert payer_of(monkeypatch, tmp_path, coverage(kind)) == payer


def test_only_active_coverage_counts_and_the_first_that_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    covers = (coverage(coded("21"), "cancelled"), coverage({"text": "?"}), coverage(coded("11")))
    assert payer_of(monkeypatch, tmp_path, *covers) == "medicare-advantage"
    assert payer_of(monkeypatch, tmp_path) == ""
