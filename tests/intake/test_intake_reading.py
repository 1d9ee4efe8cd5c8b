"""The sample patients, and what intake makes of FHIR's many ways to say a thing."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle

from pathways.calendar.resolve import zone_names
from worker.intake import Intake, PersonDetails, WeakSecret, patient_key, read_bundle
from worker.intake.findings import path_from, written
from worker.intake.medicines import ingredients
from worker.intake.person import Identifier
from worker.intake.zones import _CODE, _ZONE, SPLIT, zone_of_state

NOW = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())
SECRET = b"a site secret of many bytes"
SAMPLES = sorted(
    p.name for p in files("definitions").joinpath("patients").iterdir() if p.name.endswith(".json")
)


def sample(name: str) -> str:
    return files("definitions").joinpath("patients").joinpath(name).read_text("utf-8")


def read(text: str) -> Intake:
    intake, findings = read_bundle(text, "b.json", NOW, "America/New_York")
    assert intake is not None, findings
    return intake


# --- the samples -------------------------------------------------------------------------------


def test_there_are_sample_patients_for_every_pathway():
    assert len(SAMPLES) >= 11


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_valid_for_two_independent_fhir_validators(name):
    assert fhirkit.validate(sample(name)) == []
    assert Bundle.model_validate_json(sample(name)).type == "collection"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_without_findings(name):
    intake, findings = read_bundle(sample(name), name, NOW, "UTC")
    assert findings == []
    assert intake is not None
    assert intake.identity.email.endswith("@example.org")
    assert intake.team["case-manager"].startswith("nurse-")
    assert not intake.profile.deceased


def test_the_patient_of_three_pathways_has_a_condition_for_each():
    intake = read(sample("three-pathways.json"))
    profile = intake.profile
    assert profile.conditions == ("C50.911", "E11.65", "F02.A0", "G30.1", "I10")
    assert "metformin" in profile.medications
    assert "insulin glargine" in profile.medications
    assert (profile.born, profile.sex, profile.language) == ("1949-05-17", "female", "en")
    assert profile.caregiver
    assert intake.identity.caregiver is not None
    assert intake.identity.caregiver.email == "daniel.sampleton@example.org"
    assert intake.zone == "America/New_York"


def test_a_resolved_condition_does_not_count():
    """The bronchitis (J20.9) of the three-pathway patient ended in January."""
    assert "J20.9" in sample("three-pathways.json")
    assert "J20.9" not in read(sample("three-pathways.json")).profile.conditions


def test_the_samples_live_in_five_zones_and_speak_two_languages():
    intakes = [read(sample(name)) for name in SAMPLES]
    assert {i.zone for i in intakes} == {
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "America/Phoenix",
        "Pacific/Honolulu",
    }
    assert {i.profile.language for i in intakes} == {"en", "es"}


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_that_identifies_a_patient_is_in_what_the_journey_gets(name):
    intake = read(sample(name))
    journey = f"{intake.profile} {intake.readings} {intake.team} {intake.zone}"
    identity = intake.identity
    address = identity.addresses[0]
    secrets = [identity.given, identity.family, identity.email, identity.phone]
    secrets += [address.lines[0], identity.identifiers[0].value, identity.coverage[0].subscriber]
    for secret in secrets:
        assert secret
        assert secret not in journey


def test_details_show_nothing_when_printed():
    identity = read(sample("dementia.json")).identity
    assert repr(identity) == "PersonDetails(...)"
    assert str(identity.caregiver) == "Contact(...)"


# --- the journey id ----------------------------------------------------------------------------


def person(*identifiers: Identifier) -> PersonDetails:
    return PersonDetails(name="x", identifiers=identifiers)


def test_a_journey_id_is_opaque_stable_and_the_sites_own():
    """Pinned: a change would give every running patient a second journey."""
    mrn = Identifier("urn:mrn", "900001", "MR")
    key = patient_key(person(mrn), SECRET)
    assert key == "j-b0849ff8c0de092f1f2d"
    assert key != patient_key(person(mrn), b"another site's secret")
    assert key != patient_key(person(Identifier("urn:mrn", "900002", "MR")), SECRET)


def test_the_record_number_decides_whatever_else_is_known_and_in_any_order():
    mrn, ssn = Identifier("urn:mrn", "1", "MR"), Identifier("urn:a", "2", "SS")
    keys = {patient_key(person(*ids), SECRET) for ids in ([mrn], [mrn, ssn], [ssn, mrn])}
    assert len(keys) == 1


def test_a_short_secret_is_refused():
    with pytest.raises(WeakSecret, match="at least 16 random bytes"):
        patient_key(person(Identifier("s", "v")), b"short")


# --- ways to say a thing -----------------------------------------------------------------------


def bundle(*resources, url: str = "", **patient) -> str:
    base = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:mrn", "value": "1"}],
        "birthDate": "1960-02-03",
        "address": [{"state": "NY"}],
    }
    first = {"resource": {k: v for k, v in {**base, **patient}.items() if v != []}} | (
        {"fullUrl": url} if url else {}
    )
    entries = [first, *({"resource": r} for r in resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def condition(code: str, clinical: str = "active", verified: str = "confirmed", **more) -> dict:
    return {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"code": clinical}]},
        "verificationStatus": {"coding": [{"code": verified}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
        "subject": {"reference": "Patient/p"},
        **more,
    }


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (condition("E11.65"), ("E11.65",)),
        (condition("e1165"), ("E11.65",)),
        (condition("I10", "recurrence"), ("I10",)),
        (condition("I10", "remission"), ()),
        (condition("I10", "resolved"), ()),
        (condition("I10", verified="refuted"), ()),
        (condition("I10", verified="entered-in-error"), ()),
        (condition("I10", verified="provisional"), ()),
        (condition("I10", abatementDateTime="2026-01"), ()),
        (condition("44054006"), ()),
    ],
)
def test_only_active_confirmed_conditions_with_an_icd_code_count(resource, found):
    assert read(bundle(resource)).profile.conditions == found


@pytest.mark.parametrize(
    "reference",
    ["Patient/p", "urn:uuid:1", "https://ehr.example/fhir/Patient/p", "Patient/p/_history/2"],
)
def test_a_resource_may_name_its_patient_in_every_way_of_fhir(reference):
    text = bundle(condition("I10", subject={"reference": reference}), url="urn:uuid:1")
    assert read(text).profile.conditions == ("I10",)


def order(status: str = "active", intent: str = "order", **more) -> dict:
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": intent,
        "medicationCodeableConcept": {"text": "Metformin 500 mg"},
        "subject": {"reference": "Patient/p"},
        **more,
    }


@pytest.mark.parametrize(
    ("resource", "taken"),
    [
        (order(), True),
        (order("stopped"), False),
        (order(intent="proposal"), False),
        (order(doNotPerform=True), False),
    ],
)
def test_only_medicines_ordered_and_active_are_taken(resource, taken):
    assert read(bundle(resource)).profile.medications == (("metformin",) if taken else ())


@pytest.mark.parametrize("where", ["contained", "bundle"])
def test_a_medicine_may_be_a_resource_of_its_own(where):
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "Letrozole 2.5 MG"}}
    request = {k: v for k, v in order().items() if k != "medicationCodeableConcept"}
    if where == "contained":
        request |= {"contained": [medicine], "medicationReference": {"reference": "#m"}}
        text = bundle(request)
    else:
        text = bundle(request | {"medicationReference": {"reference": "Medication/m"}}, medicine)
    assert read(text).profile.medications == ("letrozole",)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("metformin hydrochloride 500 MG Oral Tablet", ("metformin",)),
        ("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet", ("metformin",)),
        ("insulin glargine 100 UNT/ML Pen Injector [Lantus]", ("insulin glargine",)),
        (
            "sitagliptin 50 MG / metformin hydrochloride 500 MG Oral Tablet",
            ("metformin", "sitagliptin"),
        ),
        ("Losartan Potassium 50 mg", ("losartan",)),
        ("sodium bicarbonate 650 MG Oral Tablet", ("sodium bicarbonate",)),
        ("Metoprolol succinate ER", ("metoprolol",)),
        ("Donepezil", ("donepezil",)),
        ("  ", ()),
    ],
)
def test_ingredients_are_read_from_product_names(name, found):
    assert ingredients(name) == found


@pytest.mark.parametrize(
    ("patient", "zone"),
    [
        ({"address": [{"state": "HI"}]}, "Pacific/Honolulu"),
        ({"address": [{"state": "az", "country": "USA"}]}, "America/Phoenix"),
        ({"address": [{"state": "north carolina"}]}, "America/New_York"),
        ({"address": [{"state": "Minnesota"}]}, "America/Chicago"),
        ({"address": [{"state": "Bavaria"}]}, "America/New_York"),
        ({"address": [{"state": "HI", "use": "old"}, {"state": "CA"}]}, "America/Los_Angeles"),
        ({"address": [{"state": "HI", "country": "DE"}]}, "America/New_York"),
        ({"address": []}, "America/New_York"),
        (
            {
                "address": [
                    {
                        "state": "IN",
                        "extension": [
                            {
                                "url": "http://hl7.org/fhir/StructureDefinition/timezone",
                                "valueCode": "America/Indiana/Knox",
                            }
                        ],
                    }
                ]
            },
            "America/Indiana/Knox",
        ),
    ],
)
def test_the_zone_comes_from_the_extension_then_the_state_then_the_default(patient, zone):
    assert read(bundle(**patient)).zone == zone


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        ([("en", False), ("es-US", True)], "es"),
        ([("es", False)], "es"),
        ([], "en"),
    ],
)
def test_the_preferred_language_counts_without_its_region(spoken, language):
    text = bundle(
        communication=[{"language": {"coding": [{"code": c}]}, "preferred": p} for c, p in spoken]
    )
    assert read(text).profile.language == language
    assert read(text).identity.language == language


@pytest.mark.parametrize(
    ("consent", "allowed"),
    [
        ({"status": "active", "provision": {"type": "deny"}}, False),
        ({"status": "active", "provision": {"type": "permit"}}, True),
        ({"status": "rejected"}, False),
        ({"status": "inactive", "provision": {"type": "deny"}}, True),
    ],
)
def test_a_consent_that_denies_stops_automated_contact(consent, allowed):
    resource = {
        "resourceType": "Consent",
        "scope": {"text": "contact"},
        "category": [{"text": "automated contact"}],
        "patient": {"reference": "Patient/p"},
        **consent,
    }
    assert read(bundle(resource)).profile.consent == allowed


def test_a_caregiver_counts_only_when_they_can_be_reached():
    related = {
        "resourceType": "RelatedPerson",
        "patient": {"reference": "Patient/p"},
        "name": [{"text": "Pat Sample"}],
    }
    reach = {"telecom": [{"system": "phone", "value": "+1 555 010 0199"}]}
    assert not read(bundle(related)).profile.caregiver
    assert read(bundle(related | reach)).profile.caregiver
    assert not read(bundle(related | reach | {"active": False})).profile.caregiver


def test_a_patients_contact_is_a_caregiver_only_when_called_one():
    contact = {
        "name": {"text": "Pat"},
        "telecom": [{"system": "email", "value": "pat@example.org"}],
    }
    for word, expected in (("Caregiver", True), ("Emergency contact", False)):
        text = bundle(contact=[contact | {"relationship": [{"text": word}]}])
        assert read(text).profile.caregiver == expected


def test_old_addresses_are_not_used_and_mobile_phones_come_first():
    points = [("555-0001", "home"), ("555-0002", "mobile"), ("555-0003", "old")]
    text = bundle(telecom=[{"system": "phone", "value": v, "use": u} for v, u in points])
    assert read(text).identity.phone == "555-0002"


def test_the_team_is_the_practitioners_of_active_teams_by_role():
    def team(status: str, member: str) -> dict:
        role = [{"text": "Primary Care"}]
        return {
            "resourceType": "CareTeam",
            "status": status,
            "participant": [{"role": role, "member": {"reference": member}}],
        }

    text = bundle(
        team("inactive", "Practitioner/old"),
        team("active", "RelatedPerson/son"),
        team("active", "Practitioner/dr-1"),
        team("active", "Practitioner/dr-2"),
    )
    assert read(text).team == {"primary-care": "dr-1"}


def test_a_bare_date_is_the_start_of_that_day_where_the_patient_lives():
    text = bundle(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]},
            "effectiveDateTime": "2026-11-20",
            "valueQuantity": {"value": 7.1, "unit": "%"},
        },
        address=[{"state": "HI"}],
    )
    midnight = datetime(2026, 11, 20, tzinfo=ZoneInfo("Pacific/Honolulu"))
    assert read(text).readings[0].observed == int(midnight.timestamp())


def test_paths_are_written_as_validators_write_them():
    path = ("entry", 3, "resource", "name", 0, "family")
    assert written(path) == "Bundle.entry[3].resource.name[0].family"
    assert path_from(written(path)) == path


def test_every_state_and_territory_has_a_name_and_a_zone():
    assert set(_CODE.values()) == set(_ZONE)
    assert {zone_of_state(code) for code in _ZONE} <= set(zone_names())
    assert set(_ZONE) >= SPLIT


def test_many_conditions_without_a_code_are_one_finding():
    """Synthea codes every condition in SNOMED CT: a hundred times the same would hide the rest."""
    _, [finding] = read_bundle(
        bundle(*(condition("44054006") for _ in range(100))), "b.json", NOW, "UTC"
    )
    assert finding.message == (
        '100 active conditions, the first of them "44054006", have no valid ICD-10-CM code, '
        "so no pathway sees them."
    )
    assert finding.path == "Bundle.entry[1].resource.code"


def test_reading_the_same_bundle_twice_gives_the_same_intake():
    assert read(sample("three-pathways.json")) == read(sample("three-pathways.json"))


def test_an_objection_to_a_relatives_knowing_is_no_objection_to_messages():
    """Given a Consent that denies and names a related person, then the caregiver may know nothing,
    and the patient still gets messages; one that names a practitioner too is of another kind."""
    denial: dict[str, Any] = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"text": "privacy"},
        "category": [{"text": "access of the caregiver"}],
        "patient": {"reference": "Patient/p"},
        "provision": {
            "type": "deny",
            "actor": [
                {"role": {"text": "caregiver"}, "reference": {"reference": "RelatedPerson/eva"}}
            ],
        },
    }
    profile = read(bundle(denial)).profile
    assert (profile.consent, profile.caregiver_access) == (True, "none")
    other = {"role": {"text": "nurse"}, "reference": {"reference": "Practitioner/n"}}
    denial["provision"]["actor"].append(other)
    profile = read(bundle(denial)).profile
    assert (profile.consent, profile.caregiver_access) == (False, "")
    assert read(bundle()).profile.caregiver_access == ""


def consented(kind: str, *more: dict[str, Any], active: str = "active") -> dict[str, Any]:
    """What the patient says of a related person's knowing."""
    who = {"role": {"text": "caregiver"}, "reference": {"reference": "RelatedPerson/eva"}}
    return {
        "resourceType": "Consent",
        "status": active,
        "scope": {"text": "privacy"},
        "category": [{"text": "access of the caregiver"}],
        "patient": {"reference": "Patient/p"},
        "provision": {"type": kind, "actor": [who, *more]},
    }


def related(code: str, *, active: bool = True) -> dict[str, Any]:
    """Eva, as the record knows her."""
    return {
        "resourceType": "RelatedPerson",
        "id": "eva",
        "active": active,
        "patient": {"reference": "Patient/p"},
        "relationship": [{"coding": [{"code": code}]}],
        "name": [{"text": "Eva L."}],
        "telecom": [{"system": "phone", "value": "+1 555 010 0199"}],
    }


def test_what_the_caregiver_may_know_is_what_the_patient_has_said():
    """An objection goes before an agreement, and who decides for the patient knows all. Of whoever
    is only named as a relative, nobody has asked the patient."""
    for resources, access in (
        ((related("DAUC"),), ""),
        ((related("DAUC"), consented("permit")), "all"),
        ((related("DAUC"), consented("permit", active="inactive")), ""),
        ((related("DAUC"), consented("permit"), consented("deny")), "none"),
        ((related("HPOWATT"),), "all"),
        ((related("GUARD"), consented("deny")), "none"),
        ((related("GUARD", active=False),), ""),
    ):
        profile = read(bundle(*resources)).profile
        assert profile.caregiver_access == access, resources
