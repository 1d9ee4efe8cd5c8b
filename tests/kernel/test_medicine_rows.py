"""The forty rows about medicines (M1 to M40), each as a vector: what makes it alert, and what is
just not enough (clinical.md 4.4, 4.1, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, DataElement
from pathways.journey.events import Complete, PatientProfile, Reading, Record
from pathways.medicines.lines import medicine_of
from pathways.medicines.rules import CLASS, Medicine
from tests.kernel.building import NURSE, Patient, human, pathway, stage
from worker.library import shipped
from worker.shared import medicines_of

RULES = medicines_of(shipped())["common"]
DAY = 86_400
YOUNG, SIXTY, OLD, VERY_OLD = "1990-01-01", "1966-01-01", "1955-01-01", "1940-01-01"
HEART, FIBRILLATION, CANCER, PREGNANT = ("I50.22",), ("I48.0",), ("C50.9",), ("O10.011",)
Values = dict[str, float | str | bool]


@dataclass(frozen=True)
class Case:
    """A list of medicines of a patient (separated by commas), and the rule that it is about."""

    rule: str
    takes: str
    alerts: bool = True
    has: tuple[str, ...] = ()
    born: str = YOUNG
    values: Values = field(default_factory=dict)
    before: str = ""
    """What was taken when the patient came, as a referral knows it."""
    after: int = 0
    """Days that pass after the list."""

    def __str__(self) -> str:
        parts = (self.rule, self.takes, *self.has, *map(str, self.values.values()))
        return " ".join((*parts, "" if self.alerts else "not"))


def lines(text: str) -> tuple[Medicine, ...]:
    found = tuple(medicine_of(one) for one in text.split(",") if one.strip())
    assert None not in found, text
    return tuple(one for one in found if one is not None)


def yes(rule: str, takes: str, *has: str, **more: Any) -> Case:
    return Case(rule, takes, True, has, **more)


def no(rule: str, takes: str, *has: str, **more: Any) -> Case:
    return Case(rule, takes, False, has, **more)


CASES = (
    yes("m1", "apixaban 2.5 mg x2 until 2026-11-08, apixaban 10 mg x2"),
    yes("m1", "valsartan, sacubitril/valsartan"),
    yes("m1", "diclofenac by mouth, diclofenac"),
    no("m1", "diclofenac by mouth, diclofenac by skin"),
    no("m1", "morphine 60 mg long-acting, morphine 30 mg"),
    yes("m1", "morphine 60 mg, morphine 30 mg"),
    yes("m1", "morphine 60 mg long-acting, morphine 30 mg long-acting"),
    yes("m2", "lisinopril, ramipril"),
    yes("m2", "omeprazole, pantoprazole"),
    yes("m2", "sertraline, escitalopram"),
    yes("m2", "atorvastatin, simvastatin"),
    yes("m2", "losartan, sacubitril/valsartan"),
    yes("m2", "oxycodone, morphine"),
    yes("m2", "oxycodone long-acting, morphine long-acting"),
    yes("m2", "aspirin, clopidogrel"),
    yes("m2", "salmeterol, formoterol"),
    no("m2", "lisinopril"),
    no("m2", "timolol by eye, propranolol"),
    no("m2", "insulin glargine 20 units, insulin lispro 5 units x3"),
    no("m2", "oxycodone long-acting, morphine"),
    no("m2", "salmeterol, albuterol"),
    no("m2", "tiotropium, ipratropium"),
    no("m2", "furosemide, hydrochlorothiazide"),
    no("m2", "aspirin, clopidogrel until 2027-03-01"),
    yes("m3", "lisinopril, sacubitril/valsartan"),
    no("m3", "losartan, sacubitril/valsartan"),
    yes("m3-after-ace", "sacubitril/valsartan", before="lisinopril"),
    no("m3-after-ace", "sacubitril/valsartan, lisinopril", before="lisinopril"),
    yes("m3-after-arni", "lisinopril", before="sacubitril/valsartan"),
    no("m3-after-arni", "lisinopril", before="valsartan"),
    yes("m3-double", "captopril, valsartan"),
    no("m3-double", "captopril"),
    yes("m4-stop", "metformin", values={"egfr": 29.9}),
    no("m4-stop", "metformin", values={"egfr": 30.0}),
    yes("m4-start", "metformin", values={"egfr": 30.0}),
    yes("m4-start", "metformin", values={"egfr": 44.9}),
    no("m4-start", "metformin", values={"egfr": 45.0}),
    no("m4-start", "metformin"),
    yes("m5", "meloxicam", *HEART),
    yes("m5", "celecoxib", "I11.0"),
    no("m5", "ibuprofen", "I10"),
    yes("m6-avoid", "ketorolac", values={"egfr": 29.9}),
    no("m6-avoid", "ketorolac", values={"egfr": 30.0}),
    yes("m6-caution", "naproxen", values={"egfr": 30.0}),
    yes("m6-caution", "naproxen", values={"egfr": 59.9}),
    no("m6-caution", "naproxen", values={"egfr": 60.0}),
    yes("m7", "naproxen, dabigatran"),
    no("m7", "acetaminophen, dabigatran"),
    yes("m7-aspirin", "aspirin 81 mg, apixaban"),
    no("m7-aspirin", "aspirin 81 mg, apixaban", "I25.10"),
    no("m7-aspirin", "aspirin 81 mg for a coronary stent, apixaban"),
    yes("m8", "ibuprofen, lisinopril, furosemide"),
    yes("m8", "ibuprofen, losartan/hydrochlorothiazide"),
    no("m8", "ibuprofen, lisinopril"),
    yes("m9", "warfarin, sulfamethoxazole/trimethoprim"),
    yes("m9", "warfarin, amiodarone"),
    no("m9", "apixaban, amiodarone"),
    yes("m9-stop", "warfarin", before="warfarin,metronidazole"),
    no("m9-stop", "warfarin, metronidazole", before="warfarin,metronidazole"),
    no("m9-stop", "warfarin", before="warfarin,metoprolol"),
    yes("m10", "simvastatin, clarithromycin"),
    yes("m10", "simvastatin, cyclosporine"),
    no("m10", "rosuvastatin, clarithromycin"),
    yes("m11-start", "spironolactone", values={"potassium": 5.1}),
    yes("m11-start", "spironolactone", values={"potassium": 4.0, "egfr": 29.0}),
    no("m11-start", "spironolactone", values={"potassium": 5.0, "egfr": 30.0}),
    no("m11-start", "spironolactone since 2026-01-01", values={"potassium": 5.4}),
    no("m11-start", "spironolactone", values={"potassium": 5.4}, before="spironolactone"),
    yes("m11", "spironolactone since 2026-01-01", values={"potassium": 5.6}),
    no("m11", "spironolactone", values={"potassium": 5.5}),
    yes("m12", "spironolactone, potassium chloride"),
    yes("m12", "losartan, sulfamethoxazole/trimethoprim"),
    no("m12", "spironolactone, losartan"),
    yes("m13-dose", "digoxin 0.25 mg", born=OLD),
    yes("m13-dose", "digoxin 250 mcg", born=OLD),
    no("m13-dose", "digoxin 0.125 mg", born=OLD),
    no("m13-dose", "digoxin 0.25 mg"),
    no("m13-dose", "digoxin", born=OLD),
    yes("m13-with", "digoxin, verapamil"),
    no("m13-with", "digoxin, diltiazem"),
    yes("m13-kidney", "digoxin", values={"egfr": 29.0}),
    no("m13-kidney", "digoxin", values={"egfr": 30.0}),
    yes("m14", "tramadol, clonazepam"),
    no("m14", "tramadol, zolpidem"),
    yes("m15", "hydrocodone/acetaminophen, pregabalin"),
    no("m15", "acetaminophen, pregabalin"),
    yes("m16", "oxycodone 5 mg x4, tramadol 50 mg x4"),
    yes("m16", "fentanyl 25 mcg/h by patch"),
    yes("m16", "morphine 50 mg", "C50.9"),
    no("m16", "morphine 49 mg"),
    no("m16", "oxycodone 5 mg x4, tramadol 50 mg x4, naloxone"),
    no("m16", "morphine"),
    yes("mme-90", "morphine 90 mg, naloxone"),
    no("mme-90", "morphine 89 mg"),
    no("mme-90", "morphine 90 mg", *CANCER),
    no("mme-90", "morphine 90 mg", "D57.1"),
    yes("m17", "tramadol, zolpidem, sertraline", born=OLD),
    no("m17", "tramadol, zolpidem, sertraline"),
    no("m17", "tramadol, zolpidem", born=OLD),
    yes("m18", "diphenhydramine", born=OLD),
    yes("m18", "oxybutynin", "G30.1"),
    no("m18", "oxybutynin"),
    no("m18", "loratadine", born=OLD),
    yes("m19", "benztropine, donepezil"),
    no("m19", "memantine, benztropine"),
    yes("m20", "glipizide", born=OLD),
    no("m20", "glipizide"),
    yes("m20-glyburide", "glyburide", born=OLD, values={"egfr": 59.0}),
    no("m20-glyburide", "glyburide", born=OLD, values={"egfr": 60.0}),
    no("m20-glyburide", "glimepiride", born=OLD, values={"egfr": 59.0}),
    yes("m20-low", "glimepiride", born=OLD, values={"glucose": 53.0}),
    no("m20-low", "glimepiride", born=OLD, values={"glucose": 54.0}),
    yes("m21", "pioglitazone", *HEART),
    no("m21", "pioglitazone", "E11.9"),
    yes("m22", "diltiazem", values={"lvef": 40.0}),
    no("m22", "diltiazem", values={"lvef": 41.0}),
    no("m22", "amlodipine", values={"lvef": 30.0}),
    yes("m23", "sertraline, tramadol"),
    yes("m23", "duloxetine, methylene blue"),
    yes("m23", "venlafaxine, phenelzine"),
    no("m23", "mirtazapine, tramadol"),
    yes("m24", "fluoxetine, apixaban"),
    yes("m24", "fluoxetine, naproxen"),
    no("m24", "venlafaxine, naproxen"),
    yes("m25-age", "citalopram 40 mg", born=OLD),
    no("m25-age", "citalopram 20 mg", born=OLD),
    no("m25-age", "citalopram 40 mg", born=SIXTY),
    yes("m25-omeprazole", "citalopram 40 mg, omeprazole"),
    no("m25-omeprazole", "citalopram 20 mg, omeprazole"),
    no("m25-omeprazole", "citalopram 40 mg, famotidine"),
    yes("m26", "methadone, ondansetron"),
    no("m26", "methadone"),
    yes("m26-potassium", "amiodarone", values={"potassium": 3.4}),
    no("m26-potassium", "amiodarone", values={"potassium": 3.5}),
    yes("m27", "isosorbide dinitrate, sildenafil"),
    no("m27", "amlodipine, sildenafil"),
    yes("m28", "lithium, hydrochlorothiazide"),
    yes("m28", "lithium, ramipril"),
    yes("m28", "lithium, ibuprofen"),
    no("m28", "lithium, furosemide"),
    yes("m29-daily", "methotrexate 2.5 mg daily"),
    yes("m29-daily", "methotrexate 15 mg"),
    no("m29-daily", "methotrexate 15 mg weekly"),
    no("m29-daily", "methotrexate"),
    no("m29-daily", "methotrexate 2.5 mg daily", *CANCER),
    yes("m29-with", "methotrexate 15 mg weekly, sulfamethoxazole/trimethoprim"),
    no("m29-with", "methotrexate 15 mg weekly, amoxicillin"),
    yes("m29-kidney", "methotrexate 15 mg weekly", values={"egfr": 29.0}),
    no("m29-kidney", "methotrexate 15 mg weekly", values={"egfr": 30.0}),
    yes("m30", "clopidogrel, esomeprazole"),
    no("m30", "clopidogrel, pantoprazole"),
    yes("m31", "aspirin 81 mg", born=SIXTY),
    no("m31", "aspirin 81 mg"),
    no("m31", "aspirin 81 mg", "I25.10", born=SIXTY),
    no("m31", "aspirin 81 mg", born=SIXTY, before="aspirin"),
    no("m31", "aspirin 81 mg since 2020-01-01", born=SIXTY),
    yes("m32-warfarin", "warfarin", *FIBRILLATION, born=OLD),
    no("m32-warfarin", "warfarin", *FIBRILLATION, "Z95.2", born=OLD),
    no("m32-warfarin", "warfarin", *FIBRILLATION, born=OLD, before="warfarin"),
    no("m32-warfarin", "warfarin", *FIBRILLATION),
    yes("m32-rivaroxaban", "rivaroxaban since 2026-01-01", "I82.401", born=OLD),
    no("m32-rivaroxaban", "rivaroxaban since 2026-11-01", "I82.401", born=OLD),
    yes("m33", "tamoxifen, bupropion"),
    no("m33", "tamoxifen, venlafaxine"),
    yes("m34", "allopurinol, mercaptopurine"),
    no("m34", "allopurinol, methotrexate 15 mg weekly"),
    yes("m35", "timolol by eye", "J44.9"),
    yes("m35", "propranolol", "J45.909"),
    no("m35", "bisoprolol", "J44.9"),
    yes("m36", "lisinopril", *PREGNANT),
    yes("m36", "valproate", values={"pregnancy-possible": True}),
    yes("m36", "divalproex", "Z34.00"),
    no("m36", "valproate", values={"pregnancy-possible": False}),
    no("m36", "lisinopril", *PREGNANT, values={"delivery-date": "2026-11-01"}),
    no("m36", "labetalol", *PREGNANT),
    yes("m36-statin", "atorvastatin", "Z33.1"),
    no("m36-statin", "atorvastatin"),
    yes("m37", "apixaban 2.5 mg x2", *FIBRILLATION, born=OLD, values={"weight": 80.0}),
    yes(
        "m37",
        "apixaban 2.5 mg x2",
        *FIBRILLATION,
        born=VERY_OLD,
        values={"weight": 61.0, "creatinine": 1.4},
    ),
    no("m37", "apixaban 2.5 mg x2", *FIBRILLATION, born=VERY_OLD, values={"weight": 60.0}),
    no(
        "m37",
        "apixaban 2.5 mg x2",
        *FIBRILLATION,
        born=OLD,
        values={"weight": 60.0, "creatinine": 1.5},
    ),
    no("m37", "apixaban 5 mg x2", *FIBRILLATION, born=OLD, values={"weight": 80.0}),
    no("m37", "apixaban 2.5 mg x2", born=OLD, values={"weight": 80.0}),
    yes("m38-nitrofurantoin", "nitrofurantoin", values={"egfr": 29.0}),
    no("m38-nitrofurantoin", "nitrofurantoin", values={"egfr": 30.0}),
    yes("m38-gabapentin-59", "gabapentin 500 mg x3", values={"egfr": 59.0}),
    no("m38-gabapentin-59", "gabapentin 1400 mg", values={"egfr": 59.0}),
    no("m38-gabapentin-59", "gabapentin 500 mg x3", values={"egfr": 60.0}),
    yes("m38-gabapentin-29", "gabapentin 800 mg", values={"egfr": 29.0}),
    no("m38-gabapentin-29", "gabapentin 700 mg", values={"egfr": 29.0}),
    yes("m38-gabapentin-14", "gabapentin 400 mg", values={"egfr": 14.0}),
    no("m38-gabapentin-14", "gabapentin 300 mg", values={"egfr": 14.0}),
    yes("m39", "omeprazole since 2026-09-01", born=OLD),
    no("m39", "omeprazole since 2026-11-01", born=OLD),
    yes("m39", "omeprazole since 2026-11-01", born=OLD, after=56),
    no("m39", "omeprazole since 2026-09-01", "K22.70", born=OLD),
    no("m39", "omeprazole since 2026-09-01 for bleeding ulcer", born=OLD),
    no("m39", "omeprazole since 2026-09-01, prednisone", born=OLD),
    no("m39", "omeprazole since 2026-09-01"),
    yes("m40", "empagliflozin", values={"vomiting": True}),
    yes("m40", "dapagliflozin", values={"fasting": True}),
    yes("m40", "empagliflozin", values={"vomiting-hours": 10.0}),
    yes("m40", "empagliflozin", values={"surgery-date": "2026-11-27"}),
    no("m40", "empagliflozin", values={"surgery-date": "2026-11-28"}),
    yes("m40", "empagliflozin", values={"surgery-date": "2026-11-28"}, after=1),
    no("m40", "empagliflozin", values={"surgery-date": "2026-11-23"}),
    no("m40", "empagliflozin", values={"vomiting": False}),
)


def _data() -> dict[str, DataElement]:
    units = {name: unit for rule in RULES for name, unit in rule.reads.items()}
    kinds: dict[str, Literal["boolean", "date"]] = {"boolean": "boolean", "date": "date"}
    return {
        name: DataElement(name, kinds.get(unit, "quantity")) for name, unit in sorted(units.items())
    }


def _compiled() -> CompiledPathway:
    one = stage("follow", "follow-up", human("list", "reconcile"), human("call"))
    return pathway(one, data=_data(), medicine_rules=RULES)


COMPILED = _compiled()
DIGEST = digest_of(COMPILED)


def alerted(case: Case) -> set[str]:
    """The rules that alert of the list of a case."""
    patient = Patient()
    readings = tuple(Reading(n, v, patient.now) for n, v in case.values.items())
    before = tuple(one for one in case.before.split(",") if one)
    patient.enroll(COMPILED, PatientProfile(case.born, conditions=case.has, medications=before))
    if readings:
        patient.apply(Record(patient.command(), NURSE, readings))
    known = set(patient.journey.tasks)
    task = patient.task("list")
    patient.apply(Complete(patient.command(), NURSE, task.id, medicines=lines(case.takes)))
    patient.until(patient.now + case.after * DAY)
    found = [
        t for i, t in patient.journey.tasks.items() if i not in known and t.kind == "medicine-alert"
    ]
    told = {reason for task in found for reason in task.reasons}
    return {rule.id for rule in RULES if any(f"{rule.title} (" in reason for reason in told)}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_alerts_of_what_it_names_and_not_of_a_little_less(case: Case) -> None:
    assert (case.rule in alerted(case)) == case.alerts


def test_every_rule_has_a_vector_that_fires_and_one_that_does_not() -> None:
    ids = {rule.id for rule in RULES}
    assert {case.rule for case in CASES if case.alerts} == ids
    assert {case.rule for case in CASES if not case.alerts} == ids


SEVERITY = {
    "contraindicated": "m3 m3-after-ace m3-after-arni m4-stop m10 m27 m29-daily m29-with "
    "m29-kidney m34 m36 m36-statin",
    "medium": "m2 m15 m16 mme-90 m20 m24 m30 m31 m32-warfarin m32-rivaroxaban m37 "
    "m38-nitrofurantoin m38-gabapentin-59 m38-gabapentin-29 m38-gabapentin-14",
    "low": "m39",
}


def test_severity_is_the_rows_and_gives_the_response_class() -> None:
    of = {rule: severity for severity, rules in SEVERITY.items() for rule in rules.split()}
    assert {r.id: r.severity for r in RULES} == {r.id: of.get(r.id, "high") for r in RULES}
    assert CLASS == {
        "contraindicated": "RT-SD",
        "high": "RT-SD",
        "medium": "RT-1BD",
        "low": "RT-NV",
    }


def test_every_source_names_a_year() -> None:
    assert not [rule.id for rule in RULES if not any(c.isdigit() for c in rule.source)]
