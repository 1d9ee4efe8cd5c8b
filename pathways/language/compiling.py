"""From the text of a pathway to what the kernel runs."""

from __future__ import annotations

from typing import Any, cast

from msgspec.structs import replace

from pathways.compiled import (
    Branch,
    CompiledPathway,
    Expr,
    Goal,
    Instrument,
    MessageText,
    Refusal,
    Row,
    Rule,
    Stage,
    Step,
    Verb,
)
from pathways.language import models, verbs, windows
from pathways.language.checks import check
from pathways.language.checks.care import verb_of
from pathways.language.checks.flow import default_next, phase_of
from pathways.language.defaults import (
    OUTCOMES,
    contact_of,
    due_of,
    missed_of,
    order_of,
    overdue_of,
    owner_of,
    same_of,
    title_of,
    unreachable_of,
)
from pathways.language.definition import Definition, Path, Shelf
from pathways.language.episodes import compiled_episodes
from pathways.language.issues import has_errors, in_order
from pathways.language.lowering import (
    Lowered,
    data_elements,
    earlier,
    lower,
    with_windows,
)
from pathways.language.messages import KERNEL_MESSAGES, compiled_messages, english, others
from pathways.language.reading import read_yaml
from pathways.language.remains import Draft, remains, without_consequences
from pathways.language.result import Compiled, Rest
from pathways.language.shaping import shape, verb_issues
from pathways.language.sharing.assembling import assembled
from pathways.language.tree import Mapping as MappingNode
from pathways.review.payer import Payer
from pathways.undone import Declined

UNDERSTOOD = (("assess", "patient"), ("educate", "patient"))
"""Verbs that reach somebody without saying so (``pathways.compiled.contact_of``)."""


def compile_pathway(text: str | bytes, file: str, shelf: Shelf) -> Compiled:
    """Read, check and compile one pathway. Never raises for what an author may write."""
    root, issues = read_yaml(text, file)
    if root is None:
        return Compiled(None, in_order(issues))
    whole = assembled(root, shelf)
    root, found = whole.root, whole.issues
    # Where something is missing that a fragment brings, or a key stands twice, nobody knows what
    # the rest means.
    legible = not has_errors([*issues, *(i for i in found if i.code != "unknown-parameter")])
    pathway, wrong = shape(root, models.Pathway)
    found += wrong
    found += verb_issues(root)
    if not isinstance(root, MappingNode):
        return Compiled(None, in_order(issues + whole.shown(found)))
    uses = {name: tuple(places) for name, places in whole.files.items()}
    definition, lowered = None, Lowered()
    if pathway is not None:
        definition = Definition(file, root, pathway, shelf, whole.origins, whole.awaits, uses)
        lowered, wrong = lower(definition)
        found += without_consequences(check(definition) + wrong, definition)
    if not has_errors(issues + found) and definition is not None:
        compiled = replace(
            _Compiler(definition, lowered).pathway(),
            fragments=whole.fragments,
            parameters=whole.parameters,
        )
        issues += whole.shown(found)
        return Compiled(compiled, in_order(issues), definition, lowered)
    rest = None
    if legible:
        before = None if definition is None else earlier(definition, lowered)
        draft = Draft(file, root, shelf, whole.origins, whole.awaits, uses, before)
        left = remains(draft, found)
        if left is not None:
            found += left.issues if pathway is None else ()
            one = _Compiler(left.definition, left.conditions).pathway()
            rest = Rest(one, left.definition, left.conditions, left.doubts)
    issues += whole.shown(found)
    return Compiled(None, in_order(issues), definition, lowered, rest)


class _Compiler:
    """Puts a definition without errors into the compiled form."""

    def __init__(self, definition: Definition, lowered: Lowered) -> None:
        self._definition = definition
        self._source = definition.pathway
        self._lowered = lowered

    def pathway(self) -> CompiledPathway:
        source = self._source
        return CompiledPathway(
            pathway=source.pathway,
            version=source.version,
            title=english(source.title),
            titles=others(source.title),
            stages=tuple(self._stage(i, stage) for i, stage in enumerate(source.stages)),
            rules=tuple(self._rule(found.path, found.rule) for found in self._definition.rules),
            icd10=source.conditions.icd10,
            roles=self._definition.roles,
            data=with_windows(data_elements(self._definition), self._lowered),
            instruments=self._instruments(),
            goals=tuple(self._goal(i, goal) for i, goal in enumerate(source.goals)),
            eligible=self._condition(("eligible",)),
            refusals=tuple(
                Refusal(
                    when=self._needed(("refuse", i, "when")),
                    because=refusal.because,
                    line=self._definition.line("refuse", i),
                )
                for i, refusal in enumerate(source.refuse)
            ),
            messages=self._messages(),
            evidence={one.id: one.cite for one in source.evidence},
            supervisor=source.supervisor,
            contacts_a_week=source.contacts_a_week or 0,
            medicine_rules=tuple(
                rule
                for name in source.medicines
                for rule in self._definition.shelf.medicines.get(name, ())
            ),
            source=self._definition.file,
            language=source.language,
            payers=self._payers(),
            alarm_age=source.alarm_age,
            episodes=compiled_episodes(self._definition),
        )

    def _condition(self, path: Path) -> Expr | None:
        found = self._lowered.get(path)
        return None if found is None else found.expr

    def _needed(self, path: Path) -> Expr:
        return self._lowered[path].expr

    def _stage(self, index: int, stage: models.Stage) -> Stage:
        path: Path = ("stages", index)
        phase = phase_of(stage)
        if phase is None:
            raise AssertionError(f"stage {stage.stage} passed the checks without a phase")
        return Stage(
            id=stage.stage,
            phase=phase,
            title=stage.title or title_of(stage.stage),
            steps=tuple(
                self._step((*path, "steps", j), step) for j, step in enumerate(stage.steps)
            ),
            next=self._branches(index, stage),
            deadline=stage.deadline,
            every=stage.every,
            exit=self._condition((*path, "exit")),
            by=stage.by,
            escalate=self._source.supervisor,
            line=self._definition.line(*path),
            since=stage.since or "",
        )

    def _branches(self, index: int, stage: models.Stage) -> tuple[Branch, ...]:
        path: Path = ("stages", index, "next")
        if not stage.next:
            line = self._definition.line("stages", index)
            return (_branch(default_next(self._source, index), None, None, line, None),)
        return tuple(
            _branch(
                branch.go,
                self._condition((*path, j, "when")),
                branch.disposition,
                self._definition.line(*path, j),
                branch.because,
            )
            for j, branch in enumerate(stage.next)
        )

    def _step(self, path: Path, step: models.Step) -> Step:
        fields = self._common(path, step)
        fields |= {
            "after": self._after(step),
            "after_any": self._definition.awaits.get(step.id, ()),
            "delay": step.in_,
            "window": windows.compiled(step.window),
            "every": step.every,
            "until": self._condition((*path, "until")),
            "times": step.times or 0,
        }
        if step.wait is not None:
            fields["due"] = step.wait.for_ or step.wait.at_most
            fields["until"] = self._condition((*path, "wait", "until"))
        if step.monitor is not None:
            fields["every"] = step.monitor.every
        return Step(**fields)

    def _after(self, step: models.Step) -> tuple[str, ...]:
        """What must have ended: of a group of any, no single one."""
        awaited = {name for group in self._definition.awaits.get(step.id, ()) for name in group}
        return tuple(name for name in dict.fromkeys(step.after) if name not in awaited)

    def _rule(self, path: Path, rule: models.Rule) -> Rule:
        when = self._lowered.get((*path, "when"))
        do = None
        if verb_of(rule):
            # The rule's own ``when`` decides; the step it performs has none.
            do = Step(**(self._common(path, rule) | {"when": None}))
        disposition = rule.disposition or ("completed" if rule.go == "discharge" else "")
        return Rule(
            id=rule.id,
            do=do,
            when=None if when is None else when.expr,
            on=rule.on or "",
            reads=() if when is None else when.reads,
            during=rule.during,
            start=rule.start or "",
            go=rule.go or "",
            disposition=disposition,
            again=rule.again,
            apply_to_running=rule.apply_to_running,
            supersedes=rule.supersedes,
            line=self._definition.line(*path),
        )

    def _common(self, path: Path, deed: models.Step | models.Rule) -> dict[str, Any]:
        verb = verb_of(deed)
        inner = getattr(deed, verb)
        owner = owner_of(inner)
        supervisor = self._source.supervisor
        title = deed.title or getattr(inner, "title", None) or {"en": title_of(deed.id)}
        topic = getattr(inner, "topic", {"en": ""})
        plain = {name: getattr(inner, name) for name in verbs.AS_WRITTEN if hasattr(inner, name)}
        return plain | {
            "id": deed.id,
            "verb": cast(Verb, verb),
            "title": english(title),
            "titles": others(title),
            "topic": english(topic),
            "topics": others(topic),
            "line": self._definition.line(*path),
            "by": owner,
            "when": self._condition((*path, "when")),
            "due": due_of(deed, verb),
            "overdue": overdue_of(deed, verb, owner, supervisor),
            "quorum": getattr(inner, "quorum", None) or 0,
            "shares": deed.shares,
            "declined": Declined(
                inform=deed.declined.inform or "",
                start=deed.declined.start,
                reoffer=deed.declined.reoffer,
                go_on=deed.declined.continue_,
            ),
            "unreachable": unreachable_of(deed),
            # Of these verbs it is understood: only what differs is said.
            "contact": contact_of(deed) if (verb, contact_of(deed)) not in UNDERSTOOD else "",
            "missed": missed_of(deed.schedule, supervisor) if deed.schedule else None,
            "response": deed.response or "",
            "safety_critical": deed.safety_critical,
            "evidence": deed.evidence or "",
            "same": same_of(deed),
            "order": order_of(deed),
            "table": self._table(path, deed),
            "hit": getattr(inner, "hit", "first"),
            "message": getattr(inner, "message", None) or "",
            "element": getattr(inner, "element", ""),
            "outcomes": getattr(inner, "outcomes", ()) or OUTCOMES.get(verb, ()),
        }

    def _table(self, path: Path, deed: models.Step | models.Rule) -> tuple[Row, ...]:
        decide = deed.decide if isinstance(deed, models.Step) else None
        return tuple(
            Row(
                when=self._condition((*path, "decide", "table", i, "when")),
                set=dict(row.set_),
                line=self._definition.line(*path, "decide", "table", i),
            )
            for i, row in enumerate(decide.table if decide is not None else ())
        )

    def _goal(self, index: int, goal: models.Goal) -> Goal:
        return Goal(
            id=goal.id,
            title=goal.title or title_of(goal.id),
            aim=self._needed(("goals", index, "aim")),
            by=goal.by,
            line=self._definition.line("goals", index),
        )

    def _instruments(self) -> dict[str, Instrument]:
        """Those that a step fills in or a condition reads."""
        used = {
            name
            for found in self._definition.steps
            if found.step.assess is not None
            for name in found.step.assess.instruments
        }
        used |= {name.partition(".")[0] for one in self._lowered.values() for name in one.reads}
        shelf = self._definition.shelf.instruments
        return {name: shelf[name] for name in sorted(used) if name in shelf}

    def _payers(self) -> dict[str, Payer]:
        """All of them, where a deed asks for an authorization: which one pays is the patient's."""
        asks = any(verb_of(deed) == "authorize" for _, deed in self._definition.deeds)
        return dict(sorted(self._definition.shelf.payers.items())) if asks else {}

    def _messages(self) -> dict[str, dict[str, MessageText]]:
        """Those that a step or rule sends, and those of the kernel."""
        used = {
            getattr(getattr(deed, verb, None), "message", None)
            for _, deed in self._definition.deeds
            for verb in ("notify", "educate", "monitor")
        }
        used |= {
            unreachable_of(deed).message for _, deed in self._definition.deeds if contact_of(deed)
        }
        names = {*KERNEL_MESSAGES, *(name for name in used if name)}
        known = {**self._definition.shelf.messages, **compiled_messages(self._source.messages)}
        return {name: dict(known[name]) for name in sorted(names) if name in known}


def _branch(
    go: str, when: Expr | None, disposition: str | None, line: int, because: str | None
) -> Branch:
    ends = "completed" if go == "discharge" else ""
    return Branch(go, when, disposition or ends, line, because or "")


__all__ = ["Compiled", "Rest", "compile_pathway"]
