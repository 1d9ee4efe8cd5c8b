"""Reviews in plain English: patterns and words of ``pathways.narrative``."""

from __future__ import annotations

from collections.abc import Mapping

REVIEW_SENTENCES: Mapping[str, str] = {
    "review-opened": "Authorization {review} is needed: {service:service}, from {payer:code}.",
    "review-moved": "Authorization {review} ({service:service}), {at:date}: {state:review}"
    "[, by {by:role}][, {credential}][: {reason:code}][ ({family:code})]"
    "[, by the criteria {criteria}][, letter {letter}][. To be decided by {due:date}]"
    "[{late:?, after its due time}].",
    "review-overdue": "Authorization {review} ({service:service}): {payer:code} has not decided by "
    "{due:date}. Silence is not approval.",
    "review-extended": "Authorization {review} ({service:service}): the payer takes longer, "
    "until {due:date}[ ({reason:code})].",
    "review-used": "Authorization {review} ({service:service}): {used:value} of {units:value} "
    "units are used.",
    "review-avoidable": "Authorization {review} ({service:service}): {day:date} was a day in care "
    "for no clinical reason ({reason:code})[, {actor:role}].",
    "review-anew": "Authorization {review} is to be asked of {payer:code}: {service:service}"
    "[, in place of {instead}].",
    "review-cut": "Authorization {review} ({service:service}) ends with the cover of {payer:code}, "
    "{ends:date}[; it was granted until {granted:date}].",
    "review-restored": "Authorization {review} ({service:service}) holds as {payer:code} granted it"
    "[, until {ends:date}].",
    "review-alert": "Authorization {review} ({service:service}): {alert:code}"
    "[; it ends on {ends:date}][, a request by {latest:date} earns an answer in 24 hours].",
}
"""Every kind of entry about a review, with its sentence."""

REVIEW_PHRASES: Mapping[str, str] = {
    "units": "80 % of the units are used",
    "ending": "it ends in five business days",
    "latest-request": "now is the last time to ask for more",
    "no-cover": "nobody",
    "coverage-changed": "another payer pays now",
    "coverage-corrected": "the change of payer was told wrong",
    "not-observed": "nobody said when",
    "deemed-approved": "the payer let its time pass, which here counts as approval",
}
"""Codes that read badly when only their hyphens are taken out."""

REVIEW_STATES: Mapping[str, str] = {
    "submitted": "sent to the payer",
    "received": "received by the payer",
    "pended-info": "the payer asks for information",
    "nurse-review": "in review by a nurse",
    "md-review": "in review by a physician",
    "approved-partial": "approved in part",
    "p2p": "in talk between physicians",
    "appeal-1": "in appeal",
    "appeal-2": "in appeal, second level",
    "overturned": "granted after all",
    "upheld": "the denial stands",
    "cancelled-deceased": "cancelled, the patient has died",
    "voided-duplicate": "void, asked for twice",
}
"""States whose names do not say enough."""
