"""The checks: pure functions, one per rule of the language, each yielding issues.

They run on a well-shaped definition, all of them always, so that an author sees
everything at once. What conditions say is checked by ``pathways.language.conditions``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathways.language.checks import (
    care,
    disclosing,
    episodes,
    flow,
    languages,
    names,
    orders,
    superseding,
    texts,
    values,
    windows,
)
from pathways.language.definition import Definition
from pathways.language.issues import Issue

Check = Callable[[Definition], Iterator[Issue]]

CHECKS: tuple[Check, ...] = (
    names.duplicate_ids,
    names.reserved_names,
    names.unknown_steps,
    names.unknown_stages,
    names.unknown_roles,
    names.unknown_data,
    names.unknown_instruments,
    names.unknown_evidence,
    names.unknown_messages,
    names.unknown_medicines,
    names.medicine_values,
    flow.size,
    flow.phases,
    flow.branches,
    flow.unreachable_stages,
    flow.no_discharge,
    flow.exits,
    flow.step_order,
    flow.rule_targets,
    superseding.superseded_rules,
    care.due_times,
    care.contacts,
    care.overdue_lines,
    care.missing_sources,
    care.waits,
    care.repetitions,
    care.approvals,
    care.approvers,
    care.empty_assessments,
    orders.orders,
    disclosing.shares,
    episodes.episodes,
    values.elements,
    values.ranges,
    values.tables,
    texts.messages,
    languages.titles,
    texts.unused,
    windows.windows,
    windows.sources,
)


def check(definition: Definition) -> list[Issue]:
    """What every check finds."""
    return [issue for one in CHECKS for issue in one(definition)]


__all__ = ["CHECKS", "Check", "check"]
