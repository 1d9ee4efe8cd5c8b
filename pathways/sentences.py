"""A sentence for every kind of line on a timeline (``pathways.narrative`` fills it in)."""

from __future__ import annotations

from collections.abc import Mapping

from pathways.review.sentences import REVIEW_SENTENCES

KINDS: Mapping[str, str] = {
    # enrollment, stages, goals
    "enrolled": "Enrolled on {title}, version {version}[, by {actor:role}].",
    "referral-linked": "Referred to {pathway:title} again[ by {actor:role}]: "
    "the running enrollment goes on.",
    "match-confirmed": "A referral to {pathway:title} is confirmed[ by {actor:role}] to be this "
    "patient's (question {match}).",
    "cases-joined": "Another case is found to be this patient's and joined with this one"
    "[ by {actor:role}][: {reason}] ({match}).",
    "cases-parted": "A case that was joined is another person's after all[, says {actor:role}]"
    "[: {reason}] ({match}).",
    "match-rejected": "A referral is not this patient's[, says {actor:role}][: {reason}] "
    "(question {match}).",
    "match-elsewhere": "A referral was confirmed to be another patient's[ by {actor:role}] "
    "(question {match}).",
    "referral-to-closed": "Referred to {pathway:title} again[ by {actor:role}], closed "
    "{ended:date} as {disposition:code}: linked to that case.",
    "case-reopened": "The case of {pathway:title} is opened again[ by {actor:role}]: it was closed "
    "{ended:date} as {disposition:code}.",
    "stage-entered": "{title} begins.",
    "stage-left": "{title} is complete; next: {to:target}.",
    "stage-blocked": "{title}: nothing is left to do, but it is not complete.",
    "stage-overdue": "{title} has passed its deadline.",
    "reevaluation-due": "Time to reevaluate ({why:code}).",
    "goal": "Goal {title}: {status:code}.",
    "goal-overdue": "Goal {step:title} is not met by its date.",
    "discharged": "Discharged from {pathway:title}: {disposition:code}.",
    "journey-closed": "The journey is closed: {disposition:code}.",
    # steps
    "milestone": "{order:?Ordered|Reached}: {title}[ ({order:code})].",
    "decided": "{title}: decided by the table[, line {line}].",
    "undecided": "{title}: no row of the decision table applies.",
    "step-shared": "{title}: done recently for another pathway, so not asked again.",
    "closing-left": "{title}: not sent, as {to:title} says it when the program ends.",
    "step-served": "{step:title}: not asked again, as it was told for {by}: {names}.",
    "step-skipped": "{title} is left out ({why:code}).",
    "series-ended": "{title} comes to its end.",
    "window-moved": "{title} is arranged anew: {element:data} is {to} now.",
    "monitor-started": "Watching for {element:data}.",
    "reading-missing": "No reading of {element:data} arrived in time.",
    "rule-fired": "Rule {title} applies[ because of {reason:reason}].",
    # tasks
    "task-opened": "Task {task} for {owner:role}: {title}, due {due:date}"
    "[ (because of {reason:reason})].",
    "superseded": "{title} is superseded by: {by}.",
    "task-shared": "Task {task} serves this pathway too: {title}.",
    "task-reason": "Task {task} has a further cause: {reason:reason}.",
    "task-reminded": "Reminder to {to:role} of task {task}: {title}.",
    "task-escalated": "Escalated to {to:role}: task {task}, {title}.",
    "task-assigned": "Task {task} is handed to {to:role}[, by {actor:role}].",
    "task-done": "Task {task} done[ by {actor:role}]: {title}[ ({outcome:code})]"
    "[{late:?, after its due time}].",
    "attempt": "Attempt {attempt} of {of} to reach {to:role}[ by {actor:role}], {made:date}: "
    "nobody answers ({title}[, by {channel}])[. {note}]"
    "[{same_day:?. The same day again, so it is not counted}]"
    "[. To be tried again from {again:date}].",
    "unreachable": "{to:role} could not be reached for {step:title}, in {attempts} attempts.",
    "noted": "Note on task {task}[ by {actor:role}]: {text}",
    "task-declined": "Task {task} declined[ (told to {actor:role})]: {title}[. {outcome}].",
    "task-varied": "Task {task} closed undone[ by {actor:role}]: {title}[. {outcome}].",
    "task-cancelled": "Task {task} is no longer needed: {title}[ ({outcome:code})].",
    "declined": "The patient declines {step:title}: {reason}"
    "[{risk_explained:? (the risk was explained)}].",
    "variance": "Departure from the pathway[ by {actor:role}]: {title}. Reason: {reason}.",
    "team-changed": "The care team changed: {role:role} is another person[, said {actor:role}].",
    # orders that contradict each other
    "order-contested": "{order} is contested (rank {rank}, {basis}): task {task} decides; "
    "until then {default}, and nothing of it goes to the patient.",
    "order-blocked": "{step:title} waits: {why}.",
    "order-released": "{step:title} goes on: {order}.",
    "order-dropped": "{step:title} is left out: {order} was not ordered.",
    "order-decided": "Decided[ by {actor:role}] of {thing:code}: {chosen:code}[. {text}].",
    "hold-cleared": "The hold on {thing:code} is cleared[ by {actor:role}].",
    "task-blocked": "Task {task} is blocked: {title}. {why}.",
    "task-released": "Task {task} goes on: {title}.",
    # medicines
    "medicine-started": "On the medication list: {name}[ ({source:source})].",
    "medicine-stopped": "No longer on the medication list: {name}.",
    "medicine-dose": "On the medication list with another dose: {name}, {was} before, now {dose}.",
    "medicines-reconciled": "The medication list was reconciled: {lines} lines, {changed} not as "
    "before[, {open} to be decided].",
    "medicine-line": "On reconciling, {name}: {found:code}[ ({was})].",
    "medicine-decided": "Decided[ by {actor:role}] about {name} ({found:code}): {word:code}"
    "[, {why}].",
    "medicines-settled": "Every line of the medication list is decided[, by {actor:role}].",
    "packet-checked": "{step:title}: the packet has {sections}[. It lacks {lacking}].",
    "medicine-alert": "Medicines are to be looked at: {rules}[{hard:?. A contraindication}].",
    "absence": "The {roles} will be away from {start:date} until {until:date}"
    "[, said {actor:role}].",
    "absence-began": "The {roles} is away[{covered:?; somebody stands in|; nobody stands in}].",
    "rota-known": "The hours of the team, and who is on call, are known[, said {actor:role}].",
    "task-handed": "Task {task} of {owner:role} changes hands with the shift"
    "[{covered:?, to who is on call}][{nobody:?; nobody is at work, so the supervisor is told}]"
    ": {title}.",
    "absence-over": "The {roles} is back.",
    # the care plan
    "plan-drafted": "Care plan {plan} is drafted.",
    "plan-approved": "Care plan {plan} is approved and in force.",
    "plan-rejected": "Care plan {plan} is rejected: it goes back for revision[. Reason: {reason}].",
    "plan-verdict": "Care plan {plan}, {role:role}: {outcome:code}.",
    "plan-without": "{title} is taken out of the care plan, from the version after {plan}.",
    "own-goal": 'The patient\'s own goal {goal}, "{words}": {status:code}'
    "[, measured by {measure}][, target {target}][, by {due:date}][ (told to {actor:role})].",
    "own-goal-overdue": 'The patient\'s own goal {goal}, "{words}", is not met by its date.',
    # values
    "value-recorded": "{name:data}: {value:value}[ {unit}], observed {observed:date}"
    "[ ({source:source})][, of {subject:role}][{unusual:?. Unusual, please check}].",
    "value-refused": "{name:data} was not taken ({code:code}): {why:sentence}",
    "value-corrected": "{name:data} was {was:value}[ {unit}], observed {observed:date}: corrected"
    "[ by {actor:role}] to {value:value}[ {unit}][. {reason}].",
    "value-retracted": "{name:data} {was:value}[ {unit}], observed {observed:date}, is retracted"
    "[ by {actor:role}][. {reason}]. It does not count any more.",
    "instrument-scored": "{instrument:instrument}[ of {subject:role}] scored[: {scores}]"
    "[{incomplete:?; answers are missing}].",
    # appointments
    "appointment-requested": "Appointment {appointment} asked for: {service:service}, "
    "by {latest:date}.",
    "appointment-shared": "Appointment {appointment} serves this pathway too: {service:service}.",
    "appointment-booked": "Appointment {appointment} booked: {service:service}, "
    "{starts:date}[, with {provider:provider}].",
    "appointment-attended": "Appointment {appointment} kept: {service:service}.",
    "appointment-missed": "Appointment {appointment} missed: {service:service}.",
    "appointment-cancelled": "Appointment {appointment} cancelled: {service:service}"
    "[ ({why:code})].",
    "effect-failed": "Could not {effect} the appointment[ for {step:title}] ({why:code}).",
    # messages
    "message-sent": "Message to {to:role}: {message:code}.",
    "message-withheld": "Message to {to:role} withheld: {message:code} ({why:code}).",
    "message-failed": "A message to {to:role} {unknown:?may not have arrived|"
    "could not be delivered} ({why:code}).",
    # what happens to the patient
    "reported": "Reported: {event:code}, {at:date}[, by {actor:role}][ ({details})]"
    "[{verified:?|, not verified}].",
    "caregiver-access": "The caregiver may know of the patient: {scope}"
    "[, said {actor:role}][ (decided by: {basis})][; the patient's assent: {assent}].",
    "coverage-told": "{payer:code} pays from {since:date} on[, no longer {was:code}]"
    "[{late:?, which is told only now}].",
    "coverage-began": "{payer:code} pays now[, no longer {was:code}].",
    "coverage-known": "{payer:code} pays: that is known already.",
    "clock-moved": "What is due by the day or the hour of day is due by the clock of {zone} now.",
    "visit-repeated": "Told again[ of visit {visit}]: {event:code}. Nothing changes.",
    "visit-settled": "More is known of a stay that is over[, visit {visit}].",
    "episode-begun": "Episode {number} of {pathway:title}[, linked to episode {after}]. "
    "Its 30 days end {until:date}.",
    "episode-waits": "{pathway:title} waits: the patient goes on to a facility.",
    "episode-retracted": "Episode {number} of {pathway:title} is retracted: the discharge was "
    "cancelled.",
    "held": "{pathway:title} is on hold: {reason:code}[, until {until:date}].",
    "resumed": "{pathway:title} goes on; due times move by {seconds:length}.",
    "withdrawal": "The patient withdraws[ from {pathway:title}]: {reason}.",
    "closed-by-hand": "{pathway:title} is closed by {actor:role}: {disposition:code}[, {reason}].",
    "minutes-spent": "{minutes} minutes for {program}, {on}[, by {actor:role}]"
    "[, from {starts:date}] ({id})[, corrected from {was}].",
    "died": "The patient has died[, {of:date}].",
    "death-corrected": "The date of death is corrected[ by {actor:role}][ from {was:date}] to "
    "{to:date}.",
    "death-retracted": "The death was reported by mistake[, says {actor:role}]: the patient lives.",
    # moving to another version of a pathway
    "migrated": "{pathway:title} goes on as version {to}, after version {version}"
    "[, by {actor:role}][. {reason}][{back:?. An earlier move is taken back}].",
    "stage-renamed": "The stage {was:title} goes on as {step:title}.",
    "step-renamed": "{was:title} goes on as {step:title}.",
    "step-left": "The new version does without {step:title} here ({how:code}).",
    "due-moved": "The time of {step:title} is counted anew ({how:code})[: it was {before:date}]"
    "[, it is now {after:date}].",
    "message-not-repeated": "{step:title} is not sent: the patient has had this message.",
    "message-forgotten": "A message that waited for its hour is not sent: {message:code}.",
    "death-disproved": "The reported death was a mistake: the journey goes on.",
    **REVIEW_SENTENCES,
    "refused": "Refused[ to {actor:role}]: {command}. {why:sentence}",
}
"""Every kind of entry, with its sentence."""
