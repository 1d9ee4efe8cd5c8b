"""What a clinician reads of a change."""

from __future__ import annotations

import pytest

from pathways.comparing import Difference, compare
from pathways.compiled import CompiledPathway
from pathways.language.compiling import compile_pathway
from tests.drawing.samples import FILE, HERE, every_verb
from tests.language.shelf import small_shelf

SOURCE = (HERE / FILE).read_text(encoding="utf-8")


def edited(*edits: tuple[str, str]) -> CompiledPathway:
    """The pathway with some of its text replaced."""
    text = SOURCE
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    compiled = compile_pathway(text, FILE, small_shelf())
    assert compiled.pathway is not None, compiled.issues
    return compiled.pathway


def difference(*edits: tuple[str, str]) -> Difference:
    return compare(every_verb(), edited(*edits))


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        (
            "when: glucose < 54",
            "when: glucose < 60",
            "threshold",
            "Fires when: Glucose is below 60 mg/dL (was: Glucose is below 54 mg/dL).",
        ),
        (
            "when: hba1c > 9\n        educate",
            "when: hba1c > 9 and foot-risk = 'high'\n        educate",
            "condition",
            "Starts only if: HbA1c is above 9 % and Foot risk is high (was: HbA1c is above 9 %).",
        ),
        (
            "instruments: [phq-2]}, due: 7 days",
            "instruments: [phq-2]}, due: 10 days",
            "deadline",
            "Time allowed: 10 days (was: 7 days).",
        ),
        (
            "schedule: {service: foot-exam, within: 14 days",
            "schedule: {service: foot-exam, within: 7 days",
            "deadline",
            "Time allowed: 7 days (was: 14 days).",
        ),
        (
            "refer: {by: coordinator",
            "refer: {by: primary-care",
            "owner",
            "Owner: primary care (was: coordinator).",
        ),
        (
            "overdue: [{after: 2 days, escalate: program-manager}]",
            "overdue: [{after: 3 days, escalate: nurse-manager}]",
            "escalation",
            "When it is late: 3 days after the due time: it is escalated to the nurse manager "
            "(was: 2 days after the due time: it is escalated to the program manager).",
        ),
        (
            'hello."}}',
            'hello again."}}',
            "message",
            "Body in en:\n- Dear {{ recipient.name }}, hello.\n"
            "+ Dear {{ recipient.name }}, hello again.",
        ),
        (
            "{when: hba1c > 9, set: {foot-risk: high}}",
            "{when: hba1c > 8, set: {foot-risk: high}}",
            "threshold",
            "Row of the table: if HbA1c is above 8 %: Foot risk is high "
            "(was: if HbA1c is above 9 %: Foot risk is high).",
        ),
        (
            "- {when: hba1c < 7, go: closing}",
            "- {when: hba1c < 6.5, go: closing}",
            "threshold",
            "What follows: if HbA1c is below 6.5 %: Closing (was: if HbA1c is below 7 %: Closing).",
        ),
        (
            "{when: hba1c > 9, go: planning}",
            "{when: hba1c > 9, go: planning, because: replanned}",
            "course",
            "What follows: if HbA1c is above 9 %: Planning (what is open is cancelled: replanned) "
            "(was: if HbA1c is above 9 %: Planning).",
        ),
        (
            "range: [3, 25]",
            "range: [3, 20]",
            "threshold",
            "Highest possible value: 20 % (was: 25 %).",
        ),
    ],
)
def test_a_change_is_said_in_the_words_of_the_pathway(
    old: str, new: str, kind: str, said: str
) -> None:
    found = difference((old, new))
    said_so = {change.text: change.kind for change in found.changes}
    assert said_so[said] == kind
    assert set(said_so.values()) <= {kind, "escalation"}


def test_steps_that_come_go_and_move_are_named_with_their_place() -> None:
    """Given a step went, one came and one stands in another stage, then each is said so."""
    eyes = "      - {id: eyes, refer: {by: coordinator, service: eye-exam}, due: 3 business days}\n"
    make, readings = "      - {id: make, plan", "      - {id: readings, monitor"
    found = difference(
        ("      - {id: medicines, reconcile: {}, due: 5 business days}\n", ""),
        (readings, f"      - {{id: shoes, task: {{by: coordinator}}, due: 3 days}}\n{readings}"),
        (eyes, ""),
        (make, f"{eyes}{make}"),
    )
    said = {(change.id, change.what): change for change in found.changes}
    assert set(said) == {("medicines", "gone"), ("shoes", "added"), ("eyes", "moved")}
    assert said["eyes", "moved"].text == 'Moved to "Planning" (was in "Assessment").'
    assert said["shoes", "added"].text == (
        'New in "Follow up": Shoes (shoes): task, coordinator, within 3 days.'
    )
    assert said["medicines", "gone"].old_line == 23
    assert "1 step gone, 1 step moved, 1 step added" in found.text()


def test_a_step_under_another_name_is_recognised() -> None:
    found = difference(("id: medicines", "id: pills"))
    assert [change.what for change in found.changes] == ["gone", "added"]
    assert 'The same is now "pills".' in found.changes[0].text


def test_what_is_cosmetic_is_said_apart() -> None:
    """Given titles, sources, comments and order without effect change, then nothing does."""
    found = difference(
        ("title: Look & ask", "title: Look and ask"),
        ("# One step of every verb", "# Now with a longer\n# comment on every verb"),
        ("collect: [hba1c, foot-risk]", "collect: [foot-risk, hba1c]"),
        ("2026, section 6", "2027, section 6"),
    )
    assert found.changes == ()
    assert "Nothing changes for patients." in found.text()
    said = [change.text for change in found.cosmetic]
    assert "Title: Look and ask (was: Look & ask)." in said
    assert "Asks for: in another order, which has no effect." in said
    assert any(text.endswith("things stand on another line.") for text in said)


def test_rules_that_come_and_go() -> None:
    found = difference(("  - {id: gone, on: hospice-elected", "  - {id: over, on: hospice-elected"))
    assert [(change.id, change.what) for change in found.changes] == [
        ("gone", "gone"),
        ("over", "added"),
    ]
    assert found.changes[1].text == 'New: when "hospice elected" is reported.'


def test_a_stage_that_is_new_is_said_with_its_steps() -> None:
    found = difference(
        (
            "  - stage: closing\n",
            "  - stage: pause-stage\n    phase: assessment\n    steps:\n"
            "      - {id: rest, wait: {for: 2 days}}\n    next: [{go: closing}]\n"
            "  - stage: closing\n",
        ),
        ("{when: hba1c < 7, go: closing}", "{when: hba1c < 7, go: pause-stage}"),
    )
    said = {(change.subject, change.what): change.text for change in found.changes}
    assert said["stage", "added"] == "New (assessment, 1 step)."
    assert 'New in "Pause stage": Rest (rest): wait, by Careway, for 2 days.' in said.values()


ROWS = (
    "{when: hba1c > 9, set: {foot-risk: high}}",
    "{when: hba1c < 7, set: {foot-risk: low}}",
)


def table(hit: str, *rows: str) -> CompiledPathway:
    """The sample with another decision table."""
    return edited(
        (
            "decide: {table: [{when: hba1c > 9, set: {foot-risk: high}}, ",
            f"decide: {{{hit}table: [{', '.join(rows)}, ",
        )
    )


@pytest.mark.parametrize("hit", ["hit: unique, ", "hit: any, "])
def test_the_order_of_rows_that_exclude_each_other_is_cosmetic(hit: str) -> None:
    """Given a table of which any order decides the same, when its rows change places, then
    nothing changes for patients; of a table whose first row counts, it does."""
    found = compare(table(hit, *ROWS), table(hit, *reversed(ROWS)))
    assert found.changes == ()
    assert [change.kind for change in found.cosmetic] == ["order"]
    assert compare(table("", *ROWS), table("", *reversed(ROWS))).changes != ()
    assert compare(table("", *ROWS), table(hit, *reversed(ROWS))).changes != ()


def test_what_a_table_says_of_its_rows_is_cosmetic() -> None:
    """Given the same rows, when they are said to exclude each other, then no patient sees it."""
    found = compare(table("", *ROWS), table("hit: unique, ", *ROWS))
    assert found.changes == ()
    assert [change.text for change in found.cosmetic] == ["Which row counts: unique (was: first)."]


def test_titles_in_other_languages_are_compared() -> None:
    """Given a Spanish title comes and a Spanish topic changes, then both are told: the title as
    wording, the topic as what is taught."""
    teach = "educate: {topic: {en: foot care, es: los pies}}"
    old = edited(("educate: {topic: Starting insulin}", teach))
    new = edited(
        ("educate: {topic: Starting insulin}", teach.replace("los pies", "el cuidado de los pies")),
        ("title: Look & ask", "title: {en: Look & ask, es: Mirar y preguntar}"),
    )
    found = compare(old, new)
    assert [change.text for change in found.changes] == [
        "Topic in other languages: es: el cuidado de los pies (was: es: los pies)."
    ]
    assert [change.text for change in found.cosmetic if change.aspect != "order"] == [
        "Title in other languages: es: Mirar y preguntar (was: none)."
    ]


def test_what_follows_when_nobody_is_reached_is_told_and_who_is_reached() -> None:
    """Given a call that becomes a contact with attempts of its own, then both are for patients."""
    found = difference(
        (
            "task: {}\n        due: 3 business days",
            """task: {contact: patient}
        unreachable: {attempts: 2, again: 1 week}
        due: 3 business days""",
        )
    )
    told = {(one.aspect, one.kind): (one.now.partition(";")[0], one.was) for one in found.changes}
    tries = "up to 2 attempts on different days, the next 1 week later at the earliest"
    assert told == {
        ("when nobody is reached", "course"): (tries, ""),
        ("reaches", "content"): ("the patient", "nobody"),
    }
