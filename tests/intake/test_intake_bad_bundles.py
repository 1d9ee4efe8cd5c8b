"""Bundles that must not pass unremarked: each is answered by one finding that says what to do."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pathways.compiled import CompiledPathway, DataElement
from worker.intake import read_bundle, readings_for, suits

BAD = Path(__file__).parent / "bad"
NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())
DIABETES = CompiledPathway(
    pathway="type-2-diabetes",
    version="2026.1",
    title="Type 2 diabetes",
    stages=(),
    rules=(),
    icd10=("E11",),
)
WEIGHT = DataElement(
    name="weight",
    type="quantity",
    label="Weight",
    unit="kg",
    low=20,
    high=400,
    warn_low=35,
    warn_high=250,
    loinc="29463-7",
)

REPORTS = {
    "dead-patient": """\
dead-patient.json:33:29 warning deceased
  The patient has died; no pathway can be started.
  If this is an error, correct the Patient in the source system.""",
    "future-birth-date": """\
future-birth-date.json:25:22 error birth-date-in-future
  The birth date 2093-02-03 is in the future.
  Correct birthDate in the source system and send the bundle again.""",
    "future-observation": """\
future-observation.json:90:30 warning observed-in-future
  This observation is dated 2027-11-18T10:20:00-05:00, which is in the future; its value was \
not taken.
  Correct the date in the source system and send it again.""",
    "implausible-weight": """\
implausible-weight.json:91:26 warning implausible-value
  Weight of 816 kg is outside what can be (20 to 400 kg); the value was not taken.
  Check the value and its unit, and enter it again.""",
    "malformed": """\
malformed.json:25:9 error malformed-json
  The file is not well-formed JSON: expecting ',' delimiter.
  Correct the file at this place, or export it again.""",
    "missing-birth-date": """\
missing-birth-date.json:7:19 error missing-birth-date
  The patient has no birth date, and every pathway asks for the age.
  Add birthDate to the Patient.""",
    "no-patient": """\
no-patient.json:4:12 error no-patient
  The bundle has no Patient.
  Add the Patient that the other resources are about.""",
    "only-type-1-diabetes": """\
only-type-1-diabetes.json:1:1 error not-eligible
  Type 2 diabetes is for E11; the patient has only E10.9.
  Choose a pathway for the patient's conditions, or correct the problem list.""",
    "two-patients": """\
two-patients.json:37:19 error several-patients
  The bundle has 2 Patients; a bundle is about one.
  Send one bundle for each patient.
  two-patients.json:7:19 the first Patient is here""",
    "unknown-unit": """\
unknown-unit.json:91:26 warning unknown-unit
  Weight of 12.5 is in "[stone_av]", which cannot be converted to kg; the value was not taken.
  Send it in one of: kg, [lb_av], [oz_av], g.""",
    "wrong-resource-type": """\
wrong-resource-type.json:2:19 error not-a-bundle
  This is a Bundel, not a FHIR Bundle.
  Did you mean "Bundle"?""",
}


def report(name: str) -> str:
    """Everything intake says about a file, from reading to fitting it to the pathway."""
    text = (BAD / f"{name}.json").read_text()
    intake, findings = read_bundle(text, f"{name}.json", NOW, "America/New_York")
    if intake:
        findings = [*findings, *suits(intake, DIABETES)]
        findings += readings_for(intake, {"weight": WEIGHT})[1]
    lines = []
    for f in findings:
        lines += [f"{f.place} {f.severity} {f.code}", f"  {f.message}", f"  {f.hint}"]
        lines += [f"  {r.place} {r.message}" for r in f.related]
    return "\n".join(lines)


def test_every_bad_bundle_is_listed_here():
    assert {path.stem for path in BAD.glob("*.json")} == set(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_a_bad_bundle_is_answered_by_exactly_this_report(name):
    assert report(name) == REPORTS[name]


REFUSED = {n for n, r in REPORTS.items() if " error " in r} - {"only-type-1-diabetes"}


@pytest.mark.parametrize("name", REPORTS)
def test_an_intake_is_missing_exactly_when_the_bundle_is_refused(name):
    text = (BAD / f"{name}.json").read_text()
    assert (read_bundle(text, name, NOW, "UTC")[0] is None) == (name in REFUSED)


def test_a_dead_patient_is_read_as_deceased_for_the_kernel_to_refuse():
    text = (BAD / "dead-patient.json").read_text()
    intake, _ = read_bundle(text, "dead-patient.json", NOW, "UTC")
    assert intake is not None
    assert intake.profile.deceased


# --- smaller ones, built on a sound bundle -----------------------------------------------------


def bundle(*resources, **patient) -> str:
    base = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:mrn", "value": "1"}],
        "birthDate": "1960-02-03",
        "address": [{"state": "NY"}],
    }
    entries = [
        {"resource": {k: v for k, v in {**base, **patient}.items() if v != []}},
        *({"resource": r} for r in resources),
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def codes(text: str, at: int = NOW) -> list[str]:
    return [f.code for f in read_bundle(text, "b.json", at, "UTC")[1]]


def observation(**more) -> dict:
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "effectiveDateTime": "2026-11-20",
        "valueQuantity": {"value": 80, "code": "kg"},
        **more,
    }


def test_the_sound_bundle_has_no_findings():
    assert codes(bundle(observation())) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed-json"),
        ("[" * 100_000, "malformed-json"),
        ('{"resourceType": "Bundle", "type": NaN}', "malformed-json"),
        ("[1, 2]", "not-a-bundle"),
        ('"Bundle"', "not-a-bundle"),
        ('{"resourceType": 7}', "not-a-bundle"),
        ('{"resourceType": "Bundle", "type": "collection"}', "no-patient"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": {}}', "not-fhir"),
        (bundle(birthDate="1960-13-45"), "not-fhir"),
        (bundle(birthdate="1960-01-01"), "not-fhir"),
        (bundle(identifier=[]), "no-identifier"),
        (bundle().replace('"birthDate"', '"birthDate": "1950-01-01", "birthDate"'), "not-fhir"),
    ],
)
def test_a_bundle_that_cannot_be_trusted_is_refused(text, code):
    intake, findings = read_bundle(text, "b.json", NOW, "UTC")
    assert intake is None
    assert code in [f.code for f in findings if f.severity == "error"]


def test_a_bundle_of_a_whole_hospital_is_refused_before_it_is_parsed():
    assert codes(" " * (32 * 1024 * 1024 + 1)) == ["too-big"]


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        (observation(status="preliminary"), "not-final"),
        (observation(effectiveDateTime="yesterday"), "not-fhir"),
        (observation(valueQuantity={"value": 80, "comparator": "<"}), "inexact-value"),
        (observation(subject={"reference": "Patient/q"}), "another-patient"),
        ({**observation(), "resourceType": "Observaton"}, "unknown-resource-type"),
        (observation(valueQuantity={"value": "eighty"}), "not-fhir"),
    ],
)
def test_a_resource_that_cannot_be_trusted_is_left_out_and_found(resource, code):
    intake, findings = read_bundle(bundle(resource), "b.json", NOW, "UTC")
    assert intake is not None
    assert intake.readings == ()
    assert code in [f.code for f in findings]


def test_an_observation_without_a_time_is_left_out_and_found():
    timeless = {k: v for k, v in observation().items() if k != "effectiveDateTime"}
    intake, findings = read_bundle(bundle(timeless), "b.json", NOW, "UTC")
    assert intake is not None
    assert intake.readings == ()
    assert [f.code for f in findings] == ["no-observation-time"]


def test_a_misspelt_resource_type_is_answered_with_the_right_one():
    text = bundle({**observation(), "resourceType": "Observaton"})
    _, [finding] = read_bundle(text, "b.json", NOW, "UTC")
    assert finding.hint == 'Did you mean "Observation"?'


@pytest.mark.parametrize(
    ("patient", "code"),
    [
        ({"birthDate": "1960-02"}, "partial-birth-date"),
        ({"gender": "femal"}, "unknown-code"),
        ({"address": [{"state": "IN"}]}, "zone-assumed"),
        ({"address": []}, "zone-assumed"),
        (
            {"telecom": [{"system": "email", "value": "a@b\r\nBcc: c@d.example"}]},
            "unusable-address",
        ),
    ],
)
def test_what_was_assumed_about_a_patient_is_said(patient, code):
    intake, findings = read_bundle(bundle(**patient), "b.json", NOW, "UTC")
    assert intake is not None
    assert [(f.code, f.severity) for f in findings] == [(code, "warning")]


def test_findings_point_into_a_file_that_starts_with_a_byte_order_mark():
    assert codes("\ufeff" + bundle()) == []
