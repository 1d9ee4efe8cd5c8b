"""An example of every verb, with what the reference says beside its fields.

Every example is compiled by a test, inside ``AROUND``.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from msgspec import Struct

AROUND = """\
language: 1
pathway: example
version: "1"
title: An example
evidence:
  - {id: ada, cite: "ADA Standards of Care in Diabetes 2026"}
roles: [case-manager, primary-care, podiatry, coordinator, nurse-manager, program-manager]
data:
  hba1c: {label: HbA1c, type: quantity, unit: "%", range: [3, 25], fresh: 4 months}
  glucose: {label: Glucose, type: quantity, unit: mg/dL, range: [10, 1000], fresh: 2 days}
  foot-finding: {label: Foot examination, type: choice, options: [normal, insensate, ulcer]}
  foot-risk: {label: Foot risk, type: choice, options: [unclear, low, moderate, active]}
messages:
  foot-tips:
    en: {subject: Looking after your feet, body: "Dear {{ recipient.name }}, look at both feet."}
stages:
  - stage: follow-up
    steps:
"""


class Example(Struct, frozen=True):
    """``does``: what happens, in sentences. ``ends``: how it may end. ``steps``: YAML, the first
    step of it shows the verb."""

    does: str
    ends: str
    steps: str


EXAMPLES: Mapping[str, Example] = {
    "assess": Example(
        "Opens a task that asks for the data elements of `collect` and the items of "
        "`instruments`. It is done when all values are given; a partial answer leaves a reason. "
        "Conditions read the values at once.",
        "`done`, declined, or `unable-to-reach` when nobody answers (`unreachable` says what "
        "follows).",
        """\
- id: foot-look
  title: Examine both feet
  assess: {by: case-manager, collect: [foot-finding, hba1c], instruments: [phq-2]}
  due: 7 days
""",
    ),
    "decide": Example(
        "Sets data elements from the first row whose `when` is yes. Nobody is asked. An unknown "
        "row does not match, so the last row, which has no `when`, also stands for unknown: put a "
        "row with `missing(...)` above it where that would be wrong. `hit` says what the rows are "
        "to each other (DMN's hit policy), and `careway check` proves it: of a `unique` table no "
        "patient is in two rows, of `any` only where these set the same. The order of their rows "
        "then says nothing.",
        "At once.",
        """\
- id: risk-class
  decide:
    hit: unique
    table:
      - {when: missing(foot-finding), set: {foot-risk: unclear}}
      - {when: foot-finding = 'ulcer', set: {foot-risk: active}}
      - {when: foot-finding = 'insensate', set: {foot-risk: moderate}}
      - {set: {foot-risk: low}}
""",
    ),
    "plan": Example(
        "Opens a task to write the next version of the care plan. It is a draft until an "
        "`approve` step approves it; `plan-approved` tells conditions so.",
        "`done`, or declined.",
        """\
- id: care-plan
  title: Care plan with the patient
  plan: {by: case-manager}
  due: 10 business days
""",
    ),
    "approve": Example(
        "Opens a task to approve or reject the plan of the step `of`. Rejected opens that step "
        "again, due in 2 business days; a second rejection also calls a case conference within 5. "
        "With `must` and `may` instead of `by`, each of these roles gets a task of its own. A "
        "version is approved when all who must, and as many of both as `quorum` says, agree; "
        "the first no of one who must, or a quorum that cannot be reached any more, rejects it. "
        "Nothing of a version that is not approved reaches the patient; the one approved before "
        "stays in force.",
        "`approved` or `rejected`.",
        """\
- id: approval
  after: care-plan
  approve: {by: primary-care, of: care-plan}
  due: 5 business days
- id: team-approval
  after: care-plan
  approve: {of: care-plan, must: [primary-care], may: [podiatry, coordinator], quorum: 2}
  due: 5 business days
- {id: care-plan, plan: {by: case-manager}, due: 10 business days}
""",
    ),
    "schedule": Example(
        "Books the service of the directory in the earliest free slot near the target day, tells "
        "the patient, and reminds a day before. Without a slot, `by` gets a task to book by hand. "
        "Nobody is called in on the same day unless the step has an urgent `response`. When nobody "
        "says how it ended, a task asks after the next business day. In rules, too.",
        'Kept, missed or declined (`missed("step")`, `declined("step")`).',
        """\
- id: foot-clinic
  title: Visit to the foot clinic
  when: foot-finding = 'insensate' or foot-finding = 'ulcer'
  schedule:
    service: foot-exam
    within: 2 weeks
    by: coordinator
    minutes: 45
    missed: {outreach: 1 business day, rebook: 14 days, escalate: nurse-manager}
  declined: {inform: primary-care}
""",
    ),
    "notify": Example(
        "Sends a message to the patient, the caregiver or a role. To patients only with consent, "
        "between 08:00 and 20:00 local time, at most two a day, and in their language if there is "
        "a text in it. With an urgent `response` it waits for neither. In rules, too.",
        "At once: nobody waits for an answer.",
        """\
- id: tips
  notify: {to: patient, message: foot-tips}
  every: 3 months
  times: 4
""",
    ),
    "educate": Example(
        "Opens a task to teach the patient or caregiver. With `message`, the patient gets that "
        "text when the task is done.",
        "`done`, declined, or `unable-to-reach` when nobody answers (`unreachable` says what "
        "follows).",
        """\
- id: teach
  educate: {by: case-manager, topic: daily foot care, message: foot-tips}
  due: 7 days
""",
    ),
    "refer": Example(
        "Opens a task to refer the patient and to see that the loop is closed: the service has "
        "seen the patient, or has none free.",
        "`sent-and-closed` or `unavailable`, or declined.",
        """\
- id: refer-podiatry
  when: foot-risk = 'active'
  refer: {by: coordinator, service: podiatry}
  due: 3 business days
- id: podiatry-elsewhere
  after: refer-podiatry
  when: outcome("refer-podiatry") = 'unavailable'
  task: {by: coordinator, title: Find podiatry outside the network}
  due: 5 business days
""",
    ),
    "authorize": Example(
        "Opens a task to obtain the payer's authorization.",
        "`approved`, `partial` or `denied`.",
        """\
- id: shoes-paid
  authorize: {by: coordinator, service: protective shoes}
  due: 5 business days
""",
    ),
    "reconcile": Example(
        "Opens a task to reconcile the medicines: what is prescribed, what is taken, what changed.",
        "`done`, or declined.",
        """\
- id: medicines
  reconcile: {by: primary-care}
  due: 10 business days
""",
    ),
    "monitor": Example(
        "Expects a reading of `element` in every window `every`, until the stage ends or `until` "
        "is yes. A window without one sends `message` to the patient and opens one task, due in "
        "2 business days unless `due` says otherwise.",
        "It goes on; only its stage or `until` ends it.",
        """\
- id: readings
  monitor: {element: glucose, every: 1 week, by: case-manager, message: foot-tips}
  until: goals-met
""",
    ),
    "task": Example(
        "Opens a task for any other human work. With `collect`, it also asks for values. With "
        "`contact`, it is done with the patient or the caregiver, as a call is, and may reach "
        "nobody. Allowed in rules, too.",
        "As `outcomes` say, the first being the normal one (default: `done`), or declined; with "
        "`contact` also `unable-to-reach` (`unreachable` says what follows).",
        """\
- id: offer-shoes
  title: Call to offer protective shoes
  task: {by: podiatry, contact: patient, outcomes: [ordered, not-needed]}
  due: 10 business days
  overdue: [{at: 80 %, remind: podiatry}, {after: 2 business days, escalate: nurse-manager}]
  declined: {inform: primary-care, continue: true}
  unreachable: {attempts: 2, again: 1 week, inform: primary-care}
""",
    ),
    "transition": Example(
        "Opens a task to hand the patient over to another setting, with the packet: plan, "
        "medicines, open work.",
        "`done`, or declined.",
        """\
- id: hand-over
  transition: {by: case-manager, to: home care}
  due: 2 days
""",
    ),
    "wait": Example(
        "Lets time pass: for a span, or until a condition is yes, but at most so long. What comes "
        "after it goes on then. A wait always ends.",
        "By itself.",
        """\
- id: until-healed
  wait: {until: foot-finding = 'normal', at-most: 3 months}
- {id: settle-in, after: until-healed, wait: {for: 2 weeks}}
""",
    ),
    "milestone": Example(
        "Notes in the timeline that something is reached, at once when `when` and `after` hold. "
        "Other steps may come after it.",
        "At once.",
        """\
- id: well-controlled
  when: hba1c < 7
  milestone: {}
  evidence: ada
""",
    ),
}


def whole_example(verb: str) -> str:
    """The example as a pathway that compiles."""
    return AROUND + indent(EXAMPLES[verb].steps, "      ")
