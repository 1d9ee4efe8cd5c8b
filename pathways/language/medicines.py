"""Rules about medicines, checked and compiled for the kernel: ATC codes and groups become
ingredients, conditions are lowered, so that no table is needed at run time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pathways.compiled import DataElement
from pathways.language.conditions import Scope, compile_condition
from pathways.language.issues import Issue, has_errors, suggest
from pathways.language.medicine_models import MedicineFile, RuleModel
from pathways.language.opening import opened
from pathways.language.spans import minutes
from pathways.language.tree import Node, Scalar, at
from pathways.medicines.rules import Allowed, MedicineRule
from pathways.spans import Span

_ATC = re.compile(r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?")
_LEVEL_4 = 5
"""Characters of an ATC code that name a class: C09AA."""


def compile_medicines(
    text: str | bytes, file: str
) -> tuple[str, tuple[MedicineRule, ...], list[Issue]]:
    """The file's id, its rules, and what is wrong with it (then there are no rules)."""
    found, issues = opened(text, file, MedicineFile)
    if found is None:
        return "", (), issues
    model = found.model
    issues += _issues(model, found.root)
    compilation = _Compilation(model, found.root)
    rules = tuple(compilation.rule(i, rule) for i, rule in enumerate(model.rules))
    issues += compilation.issues
    return model.medicines, () if has_errors(issues) else rules, issues


def _issues(model: MedicineFile, root: Node) -> Iterator[Issue]:
    seen: set[str] = set()
    for i, rule in enumerate(model.rules):
        here = at(root, ("rules", i, "id")).place
        if rule.id in seen:
            yield Issue("duplicate-id", f'The id "{rule.id}" is given twice.', here)
        seen.add(rule.id)
        if rule.source not in model.sources:
            message = f'"{rule.source}" is not one of the sources.'
            place = at(root, ("rules", i, "source")).place
            yield Issue(
                "unknown-evidence", message, place, hint=suggest(rule.source, model.sources)
            )
        yield from _says(rule, model, root, i)
        for j, group in enumerate(rule.all_):
            # Of a list every word is an ingredient; a word alone may be a group or one of them.
            if not group:
                place = at(root, ("rules", i, "all", j)).place
                yield Issue("empty-list", "This list is empty, so the rule never hits.", place)


def _says(rule: RuleModel, model: MedicineFile, root: Node, i: int) -> Iterator[Issue]:
    """One thing, and one only, about what is taken."""
    place = at(root, ("rules", i, "id")).place
    kinds = bool(rule.all_) + rule.duplicate + rule.same_class + (rule.mme is not None)
    if kinds != 1:
        yield Issue(
            "bad-medicine-rule",
            f'"{rule.id}" says {"nothing" if not kinds else "too much"} of what is taken.',
            place,
            hint="Give one of all: [...], duplicate: true, same-class: true and mme: NUMBER.",
        )
        return
    of_all = (rule.least, rule.stopped, rule.dose, rule.new, rule.taken)
    if not rule.all_ and (any(one is not None for one in of_all) or rule.daily or rule.unexplained):
        yield Issue(
            "bad-medicine-rule",
            f'"{rule.id}" asks something of the first of all: there is none.',
            place,
            hint="Give all: [...].",
        )
    if rule.same_class and not model.ingredients:
        yield Issue(
            "bad-medicine-rule",
            f'"{rule.id}" compares ATC classes: no ingredient has one.',
            place,
            hint="Give ingredients: {NAME: {atc: CODE}} in this file.",
        )


class _Compilation:
    def __init__(self, model: MedicineFile, root: Node) -> None:
        self.model = model
        self.root = root
        self.issues: list[Issue] = []
        data = {
            name: DataElement(name, value.type, name, value.unit or "")
            for name, value in model.data.items()
        }
        self.scope = Scope(data=data)
        self.reads = {name: value.unit or value.type for name, value in model.data.items()}

    def rule(self, i: int, rule: RuleModel) -> MedicineRule:
        when, reads = self._when(i, rule)
        table = self.model.mme
        counted = rule.mme is not None and table is not None
        return MedicineRule(
            id=rule.id,
            row=rule.row,
            title=rule.title,
            severity=rule.severity,
            action=rule.action,
            source=self.model.sources.get(rule.source, "")
            + (f"; {table.version}" if counted and table is not None else ""),
            groups=tuple(self._names(group, i, "all", j) for j, group in enumerate(rule.all_)),
            without=self._names(rule.without, i, "without"),
            when=when,
            duplicate=rule.duplicate,
            mme=rule.mme or 0.0,
            classes=self._classes() if rule.same_class else (),
            allowed=tuple(
                Allowed(
                    self._names(one.pair[0], i, "allowed", j),
                    self._names(one.pair[1], i, "allowed", j),
                    one.only or "",
                )
                for j, one in enumerate(rule.allowed)
            ),
            least=rule.least or 0,
            gone=() if rule.stopped is None else self._names(rule.stopped.of, i, "stopped", "of"),
            gone_within=0 if rule.stopped is None else _seconds(rule.stopped.within),
            dose_above=0.0 if rule.dose is None else rule.dose.above or 0.0,
            dose_to=0.0 if rule.dose is None else rule.dose.up_to or 0.0,
            daily=rule.daily,
            new=_seconds(rule.new),
            taken=_seconds(rule.taken),
            unexplained=rule.unexplained,
            factors=dict(table.factors) if counted and table is not None else {},
            reads=reads,
        )

    def _names(self, words: Iterable[str], i: int, *path: str | int) -> tuple[str, ...]:
        """The ingredients that a list of ingredients, ATC codes and groups stands for."""
        found: dict[str, None] = {}
        for word in words:
            mine = self._named(word, ())
            if not mine:
                message = f'No ingredient has a code that begins with "{word}".'
                place = at(self.root, ("rules", i, *path)).place
                self.issues.append(
                    Issue("empty-list", message, place, hint="Ingredients have atc: CODE.")
                )
            found.update(dict.fromkeys(mine))
        return tuple(found)

    def _named(self, word: str, through: tuple[str, ...]) -> tuple[str, ...]:
        members = self.model.groups.get(word)
        if members is not None and word not in through:
            return tuple(n for m in members for n in self._named(m, (*through, word)))
        if _ATC.fullmatch(word):
            return tuple(
                name
                for key, one in self.model.ingredients.items()
                if "/" not in key and any(code.startswith(word) for code in one.atc)
                for name in (key, *one.also)
            )
        known = self.model.ingredients.get(word)
        return (word,) if known is None else (word, *known.also)

    def _classes(self) -> tuple[tuple[str, ...], ...]:
        """The classes in which two ingredients are known. Other names of one are one."""
        found: dict[str, list[str]] = {}
        for key, one in self.model.ingredients.items():
            for code in dict.fromkeys(c[:_LEVEL_4] for c in one.atc if len(c) > _LEVEL_4):
                if "/" not in key:
                    found.setdefault(code, []).append(key)
        return tuple(tuple(names) for names in found.values() if len(names) > 1)

    def _when(self, i: int, rule: RuleModel) -> tuple[list[Any] | None, dict[str, str]]:
        """The lowered condition of a rule, ``None`` when it always holds, and what it reads."""
        parts: list[Any] = []
        reads: dict[str, str] = {}
        for name, span in rule.value.items():
            reads[name] = self.reads.get(name, "")
            if span.from_ is not None:
                parts.append([">=", ["value", name], span.from_])
            if span.below is not None:
                parts.append(["<", ["value", name], span.below])
        if rule.any_:
            parts.append(["or", *(["value", name] for name in rule.any_)])
            reads.update({name: self.reads.get(name, "boolean") for name in rule.any_})
        if rule.condition:
            parts.append(["or", *(["has-condition", code] for code in rule.condition)])
        if rule.unless:
            parts.append(["not", ["or", *(["has-condition", code] for code in rule.unless)]])
        node = at(self.root, ("rules", i, "when"))
        if rule.when is not None and isinstance(node, Scalar):
            lowered, issues = compile_condition(rule.when, node.content, self.scope)
            self.issues += issues
            if lowered is not None:
                parts.append(lowered.expr)
                reads.update({name: self.reads.get(name, "") for name in lowered.reads})
        if not parts:
            return None, reads
        return (parts[0] if len(parts) == 1 else ["and", *parts]), reads


def _seconds(span: Span | None) -> int:
    return 0 if span is None else minutes(span) * 60
