"""Safety rules that ride along: a newer version's rules for who stays on an older one (X12).

The patient stays on the version they started; only rules marked ``apply-to-running`` are added to
it, with what they need. The result is a compiled pathway of its own, with a digest of its own; it
says which version each such rule came from.
"""

from __future__ import annotations

from msgspec.structs import replace

from pathways.canonical import digest_of
from pathways.compiled import CompiledPathway, DataElement, Rider, Rule


class NotRidable(ValueError):
    """The rules cannot be given to patients on that version; the text says which, and why."""


def with_safety_rules(old: CompiledPathway, new: CompiledPathway) -> CompiledPathway:
    """``old`` with the rules of ``new`` that apply to all; ``old`` itself when there is nothing to
    add. A rule of the same id gives way.

    Raises ``NotRidable`` when a rule needs what the old version does not have or means otherwise.
    """
    rules = tuple(rule for rule in new.rules if rule.apply_to_running)
    if not rules:
        raise NotRidable(
            f"Version {new.version} of {new.pathway} has no rule marked apply-to-running."
        )
    known = {rule.id: _bare(rule) for rule in old.rules}
    rules = tuple(rule for rule in rules if known.get(rule.id) != _bare(rule))
    if not rules:
        return old
    for rule in rules:
        _check(rule, old, new)
    ids = [rule.id for rule in rules]
    data = {n: e for rule in rules for n, e in _needed(rule, new).items() if n not in old.data}
    instruments = {
        name: new.instruments[name]
        for rule in rules
        for name in (*_instruments(rule), *(read.partition(".")[0] for read in rule.reads))
        if name in new.instruments and name not in old.instruments
    }
    messages = {
        rule.do.message: new.messages[rule.do.message]
        for rule in rules
        if rule.do is not None and rule.do.message and rule.do.message not in old.messages
    }
    origin = digest_of(new)
    return replace(
        old,
        rules=(*(rule for rule in old.rules if rule.id not in ids), *rules),
        data={**old.data, **data},
        instruments={**old.instruments, **instruments},
        messages={**old.messages, **messages},
        roles=(*old.roles, *(r for r in _roles(rules) if r not in old.roles)),
        riders=(
            *(one for one in old.riders if one.rule not in ids),
            *(Rider(name, new.version, origin) for name in ids),
        ),
    )


def _bare(rule: Rule) -> Rule:
    """Without the lines of its file."""
    do = replace(rule.do, line=0) if rule.do is not None else None
    return replace(rule, line=0, do=do)


def _check(rule: Rule, old: CompiledPathway, new: CompiledPathway) -> None:
    for name, element in _needed(rule, new).items():
        mine = old.data.get(name)
        if mine is not None and (mine.type, mine.unit) != (element.type, element.unit):
            raise NotRidable(
                f'Rule "{rule.id}" reads {name}, which is of another type or unit in version '
                f"{old.version}: those patients must be migrated instead."
            )
    stages = {stage.id for stage in old.stages}
    steps = {step.id for stage in old.stages for step in stage.steps}
    lacking = [name for name in rule.during if name not in stages]
    lacking += [name for name in (rule.start,) if name and name not in steps]
    lacking += [name for name in (rule.go,) if name and name not in {*stages, "discharge"}]
    if lacking:
        raise NotRidable(
            f'Rule "{rule.id}" names {", ".join(lacking)}, which version {old.version} does not '
            "have: those patients must be migrated instead."
        )
    if rule.id in steps:
        raise NotRidable(
            f'Rule "{rule.id}" has the name of a step of version {old.version}: rename it.'
        )


def _needed(rule: Rule, new: CompiledPathway) -> dict[str, DataElement]:
    names = (*rule.reads, *(rule.do.collect if rule.do is not None else ()))
    return {name: new.data[name] for name in names if name in new.data}


def _instruments(rule: Rule) -> tuple[str, ...]:
    return rule.do.instruments if rule.do is not None else ()


def _roles(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    found = (r.do.by for r in rules if r.do is not None and r.do.by)
    return tuple(dict.fromkeys(found))
