"""Proofs about a pathway at one site: every role has a mailbox, every service is offered."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pathways.language.definition import COMMON_ROLES
from pathways.language.issues import Issue, Place, suggest
from pathways.proving.subject import Proof, Subject


def unfilled_roles(subject: Subject, mailboxes: Collection[str]) -> Iterator[Proof]:
    """Who is told has somewhere to be told. ``mailboxes``: the roles of the directory."""
    for role in (*subject.definition.pathway.roles, *COMMON_ROLES):
        if role not in mailboxes and role in _used(subject):
            yield Proof(
                Issue(
                    "unfilled-role",
                    f'Nobody fills the role "{role}": the directory has no mailbox for it.',
                    _role_place(subject, role),
                    hint=suggest(role, mailboxes) or "Add it to role-mailboxes.",
                )
            )


def _used(subject: Subject) -> frozenset[str]:
    """Roles that work or messages may come to."""
    pathway = subject.pathway
    deeds = [*subject.steps.values(), *(rule.do for rule in pathway.rules if rule.do is not None)]
    used = {pathway.supervisor, "program-manager"}
    used |= {stage.by for stage in pathway.stages}
    for deed in deeds:
        used |= {
            deed.by,
            deed.to,
            deed.declined.inform,
            deed.unreachable.inform,
            *(line.to for line in deed.overdue),
        }
        if deed.order is not None:
            used.add(deed.order.by)
        if deed.missed is not None:
            used |= {deed.missed.by, deed.missed.escalate}
    return frozenset(used)


def _role_place(subject: Subject, role: str) -> Place:
    roles = subject.definition.pathway.roles
    if role in roles:
        return subject.place("roles", roles.index(role))
    return subject.key("roles")


def unknown_services(subject: Subject, services: Collection[str]) -> Iterator[Proof]:
    """What is booked is offered. ``services``: those of the directory."""
    deeds = [*subject.steps.values(), *(r.do for r in subject.pathway.rules if r.do is not None)]
    for deed in deeds:
        if deed.verb == "schedule" and deed.service not in services:
            yield Proof(
                Issue(
                    "unoffered-service",
                    f'"{deed.id}" books "{deed.service}", which the directory does not offer.',
                    subject.place(*subject.paths[deed.id], "schedule", "service"),
                    hint=suggest(deed.service, services),
                )
            )
