"""``compile_condition``: text in, lowered condition and issues out."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct, field

from pathways.compiled import Expr
from pathways.language.conditions.kinds import kind_of
from pathways.language.conditions.lowering import Lowering
from pathways.language.conditions.mismatches import Said, mismatch, not_a_condition
from pathways.language.conditions.names import Kind, Scope
from pathways.language.conditions.rewriting import Problem, Rewritten, broken_term, rewrite
from pathways.language.conditions.tokens import Token
from pathways.language.conditions.tree import CelError, Node, check, parse
from pathways.language.conditions.unit_checks import Refusal
from pathways.language.issues import Issue, Place, Related
from pathways.spans import Span

Wanted = Literal["condition", "value"]


class LoweredCondition(Struct, frozen=True):
    """A checked condition.

    ``reads``: the data elements and instrument results it depends on, sorted.
    ``windows``: element -> how far back its readings must be kept. ``type``: ``boolean``
    for a condition.
    """

    expr: Expr
    reads: tuple[str, ...] = ()
    windows: dict[str, Span] = field(default_factory=dict)
    type: Kind = "boolean"


def compile_condition(
    text: str, place: Place, scope: Scope, wanted: Wanted = "condition"
) -> tuple[LoweredCondition | None, list[Issue]]:
    """Check ``text`` and lower it; ``None`` exactly when there are issues.

    ``place`` is that of the first character of ``text``. ``wanted="value"`` also accepts a
    number, a text or a date.
    """
    compilation = _Compilation(text, place, scope)
    lowered = compilation.run(wanted)
    return (None if compilation.issues else lowered), compilation.issues


class _Compilation:
    def __init__(self, text: str, place: Place, scope: Scope) -> None:
        self.text = text
        self.place = place
        self.scope = scope
        self.issues: list[Issue] = []
        self.rewritten = Rewritten()

    def run(self, wanted: Wanted) -> LoweredCondition | None:
        if not self.text.strip():
            hint = "Write one, such as hba1c >= 7, or leave the field out."
            self._issue("empty-condition", 0, "The condition is empty.", hint)
            return None
        self.rewritten = rewrite(self.text, self.scope)
        for problem in self.rewritten.problems:
            self._problem(problem)
        if self.rewritten.stopped:
            return None
        tree, errors = check(self.rewritten.text)
        if tree is None:
            self._refused_by_cel(errors)
            return None
        if wanted == "condition" and kind_of(tree, self.rewritten.symbols) not in (
            "boolean",
            "unknown",
        ):
            code, message, hint = not_a_condition(tree, self.rewritten.symbols)
            self._issue(code, 0, message, hint)
        return self._lower(tree)

    def _lower(self, tree: Node) -> LoweredCondition | None:
        lowering = Lowering(self.rewritten.symbols, self._units(), self.scope)
        expr = lowering.lower(tree)
        for refusal in lowering.refusals:
            self._refusal(refusal)
        for at, unit in lowering.units.left.items():
            hint = "Write the number alone." if not self.issues else ""
            message = f'Nothing with a unit stands against the number in "{unit}" here.'
            self._at(Node("constant", at), "wrong-unit", message, hint)
        kind = kind_of(tree, self.rewritten.symbols)
        whole: Expr = expr if isinstance(expr, list) else ["and", expr]
        return LoweredCondition(whole, tuple(sorted(lowering.reads)), lowering.windows, kind)

    def _units(self) -> dict[int, str]:
        pieces = self.rewritten.pieces
        return {p.at: p.token.unit for p in pieces if p.token.kind == "number" and p.token.unit}

    # --- what CEL found ---

    def _refused_by_cel(self, errors: list[CelError]) -> None:
        if "recursion" in errors[0].message:
            message, hint = "The condition is nested too deep.", "Use fewer brackets."
            self._issue("too-deep", 0, message, hint)
            return
        untyped = parse(self.rewritten.text)
        if untyped is None:
            # One wrong word makes the parser report several; the first says where.
            self._syntax(errors[0])
            return
        said = dict(_mismatches(untyped, self.rewritten))
        for error in errors:
            if error.at in said:
                self._at(Node("other", error.at), *said[error.at])
            else:
                self._at(Node("other", error.at), "type-mismatch", self._translated(error.message))

    def _syntax(self, error: CelError) -> None:
        piece = self.rewritten.piece_at(error.at)
        if "missing ')'" in error.message or (
            "<EOF>" in error.message.split("expecting")[0] and self._unclosed()
        ):
            message, hint = "A bracket is opened and not closed.", 'Add the missing ")".'
        elif piece is None or self._is_unfinished(error, piece.token):
            last = self.text.rstrip()
            message = "The condition ends too early."
            hint = f'Something is missing after "{last.split()[-1]}".'
            self._issue("syntax", len(last), message, hint)
            return
        elif any(problem.offset == piece.token.offset for problem in self.rewritten.problems):
            return
        else:
            word = self.text[piece.token.offset : piece.token.end]
            message = f"{word} cannot stand here."
            hint = f'Is "and", "or" or a comparison missing before {word}?'
            if word in (")", "]"):
                hint = f'It closes nothing: remove it, or add the opening bracket for "{word}".'
            elif piece.token.kind == "operator":
                hint = f"Is a value missing before {word}?"
        self._at(Node("other", error.at), "syntax", message, hint)

    def _is_unfinished(self, error: CelError, token: Token) -> bool:
        is_last_word = token.end == len(self.text.rstrip()) and token.text in ("and", "or", "not")
        return is_last_word or "mismatched input '<EOF>'" in error.message

    def _unclosed(self) -> bool:
        tokens = [p.token.text for p in self.rewritten.pieces if p.token.kind == "operator"]
        return tokens.count("(") + tokens.count("[") > tokens.count(")") + tokens.count("]")

    def _translated(self, message: str) -> str:
        """CEL's own sentence with the author's names, for what has no words of ours."""
        symbols = self.rewritten.symbols
        return re.sub(
            r"\b[qsbd]\d+\b", lambda m: symbols[m[0]].name if m[0] in symbols else m[0], message
        )

    # --- issues ---

    def _refusal(self, refusal: Refusal) -> None:
        related: tuple[Related, ...] = ()
        if refusal.declared is not None and refusal.declared.line:
            related = (self._declared(refusal.declared.line, refusal.declared.name),)
        self._at(refusal.node, refusal.code, refusal.message, refusal.hint, related)

    def _problem(self, problem: Problem) -> None:
        related = (self._declared(problem.line, problem.about),) if problem.line else ()
        self._issue(problem.code, problem.offset, problem.message, problem.hint, related)

    def _declared(self, line: int, name: str) -> Related:
        return Related(Place(self.place.file, line, 1), f'"{name}" is declared here.')

    def _at(
        self,
        node: Node,
        code: str,
        message: str,
        hint: str = "",
        related: tuple[Related, ...] = (),
    ) -> None:
        """An issue at a node of the CEL text, shown at the author's word for it."""
        piece = self.rewritten.piece_at(node.at)
        offset = piece.token.offset if piece else len(self.text.rstrip())
        if piece is not None and piece.term:
            problem = broken_term(piece.token)
            self._issue(problem.code, problem.offset, problem.message, problem.hint)
            return
        self._issue(code, offset, message, hint, related)

    def _issue(
        self,
        code: str,
        offset: int,
        message: str,
        hint: str = "",
        related: tuple[Related, ...] = (),
    ) -> None:
        place = Place(self.place.file, self.place.line, self.place.column + offset)
        issue = Issue(code, message, place, related, hint)
        if issue not in self.issues:
            self.issues.append(issue)


def _mismatches(node: Node, rewritten: Rewritten) -> list[tuple[int, Said]]:
    """What our own type rules say about each call, by its place in the CEL text."""
    found: list[tuple[int, Said]] = []
    pending = [node]
    while pending:
        one = pending.pop()
        pending.extend(one.parts)
        said = mismatch(one, rewritten.symbols) if one.kind == "call" else None
        if said is not None:
            found.append((one.at, said))
    return found
