"""From the author's words to CEL: names, numbers, ``and``/``or``/``not``/``=``, terms.

Every piece of the CEL text remembers which piece of the author's text it came from, so
that an error found by CEL is shown where the author can correct it.
"""

from __future__ import annotations

import json
from bisect import bisect_right

from msgspec import Struct, field

from pathways.language.conditions.names import (
    BUILT_IN,
    FUNCTIONS,
    Scope,
    Symbol,
    is_value,
    resolve,
    value_names,
)
from pathways.language.conditions.tokens import Token, tokenize
from pathways.language.conditions.tree import LETTERS, POOL
from pathways.language.issues import suggest

MAX_TOKENS = 4_000
MAX_NESTING = 30
_WORDS = {"and": "&&", "or": "||", "in": "in", "true": "true", "false": "false"}
_OPERATORS = {"=": "==", "≤": "<=", "≥": ">=", "≠": "!="}
_CLOSERS = frozenset({"and", "or", "&&", "||", "?", ":", ",", ")", "]"})
_MEANT = {
    "is": 'Write "=".',
    "equals": 'Write "=".',
    "yes": "Write true, or just the name.",
    "no": 'Write false, or "not" and the name.',
    "null": "Write missing(...) to ask whether a value is missing.",
    "none": "Write missing(...) to ask whether a value is missing.",
    "between": 'Write two comparisons with "and": low <= x and x <= high.',
    "true": "Write true, in lower case.",
    "false": "Write false, in lower case.",
    "xor": "Write it with and, or, not.",
}


class Problem(Struct, frozen=True):
    """Something wrong with the words, at an offset of the author's text. ``line`` is that of
    a related declaration (0: none)."""

    code: str
    offset: int
    message: str
    hint: str = ""
    line: int = 0
    about: str = ""


class Piece(Struct, frozen=True):
    """CEL text from ``at`` on came from ``token`` of the author (or of the term ``term``)."""

    at: int
    token: Token
    term: str = ""


class Rewritten(Struct):
    """A condition as CEL text, and the way back."""

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    """CEL name -> what it stands for."""
    problems: list[Problem] = field(default_factory=list)
    stopped: bool = False
    """CEL could say nothing useful: the words themselves are wrong."""

    def piece_at(self, at: int) -> Piece | None:
        """The piece that the character ``at`` of the CEL text belongs to."""
        index = bisect_right(self.pieces, at, key=lambda piece: piece.at)
        return self.pieces[index - 1] if index else None


def rewrite(text: str, scope: Scope) -> Rewritten:
    """``text`` as CEL. Unknown names become values of any type: CEL still checks the rest."""
    rewriter = _Rewriter(scope)
    rewriter.condition(tokenize(text, scope), ())
    rewriter.result.text = "".join(rewriter.out)
    return rewriter.result


class _Rewriter:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.result = Rewritten()
        self.out: list[str] = []
        self._length = 0
        self._tokens = 0
        self._names: dict[str, str] = {}
        self._used = dict.fromkeys(LETTERS.values(), 0)
        self._use: Token | None = None
        """The word of the author's text under which a term is being written out."""

    def condition(self, tokens: list[Token], terms: tuple[str, ...]) -> None:
        """Write ``tokens``; ``terms``: the terms being written out around them."""
        open_nots = [0]
        for index, token in enumerate(tokens):
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            self._tokens += 1
            if self._tokens > MAX_TOKENS:
                self._stop("too-long", token, "The condition is too long.", "Split it into terms.")
                return
            if token.text in _CLOSERS and token.kind != "string":
                self._close(open_nots, token, terms)
            if token.text in ("(", "[") and token.kind == "operator":
                open_nots.append(0)
                if len(open_nots) > MAX_NESTING:
                    message = "The condition is nested too deep here."
                    self._stop("too-deep", token, message, "Use fewer brackets.")
                    return
            if token.kind == "word" and token.text == "not":
                if following is not None and following.text == "in":
                    message = '"not in" is not understood.'
                    self._stop("syntax", token, message, "Write not x in [...].")
                    return
                open_nots[-1] += 1
                self._emit("!(", token, terms)
                continue
            self._token(token, following, terms)
            if token.text in (")", "]") and token.kind == "operator" and len(open_nots) > 1:
                open_nots.pop()
        if tokens:
            self._close(open_nots, tokens[-1], terms)

    def _close(self, open_nots: list[int], token: Token, terms: tuple[str, ...]) -> None:
        """``not`` reaches over comparisons, up to the next ``and``, ``or`` or bracket."""
        if open_nots[-1]:
            self._emit(")" * open_nots[-1], token, terms)
            open_nots[-1] = 0

    def _emit(self, text: str, token: Token, terms: tuple[str, ...]) -> None:
        shown = self._use or token
        self.result.pieces.append(Piece(self._length, shown, terms[0] if terms else ""))
        self.out.append(text + " ")
        self._length += len(text) + 1

    def _token(self, token: Token, following: Token | None, terms: tuple[str, ...]) -> None:
        if token.kind == "number":
            self._number(token, terms)
        elif token.kind == "string":
            self._emit(json.dumps(token.text), token, terms)
        elif token.kind == "operator":
            self._emit(_OPERATORS.get(token.text, token.text), token, terms)
        elif token.kind == "word":
            called = following is not None and following.text == "("
            self._word(token, called, terms)
        else:
            self._stray(token)

    def _number(self, token: Token, terms: tuple[str, ...]) -> None:
        number = float(token.text)
        if number == float("inf"):
            self._stop("number-too-large", token, f"{token.text} is too large a number.")
            return
        self._emit(repr(number), token, terms)

    def _word(self, token: Token, called: bool, terms: tuple[str, ...]) -> None:
        word = token.text
        if called:
            self._function(token, terms)
        elif word in _WORDS:
            self._emit(_WORDS[word], token, terms)
        elif word in self.scope.terms and word not in BUILT_IN and word not in self.scope.data:
            self._term(token, terms)
        else:
            self._value(token, terms)

    def _function(self, token: Token, terms: tuple[str, ...]) -> None:
        if token.text in _WORDS:
            self._emit(_WORDS[token.text], token, terms)
        elif token.text in FUNCTIONS:
            self._emit(token.text.replace("-", "_"), token, terms)
        elif is_value(token.text, self.scope):
            message = f'"{token.text}" is a value, not a function.'
            self._stop("unknown-function", token, message, f"Write {token.text} without brackets.")
        else:
            message = f'"{token.text}" is not a function of the language.'
            self._stop("unknown-function", token, message, suggest(token.text, FUNCTIONS))

    def _term(self, token: Token, terms: tuple[str, ...]) -> None:
        name = token.text
        if name in terms:
            path = " -> ".join((*terms[terms.index(name) :], name))
            message = f'The term "{name}" is defined by itself ({path}).'
            self._stop("term-cycle", token, message, "Write one of them without the others.")
            return
        outermost = self._use is None
        if outermost:
            self._use = token
        inner = (*terms, name)
        self._emit("(", token, inner)
        self.condition(tokenize(self.scope.terms[name], self.scope), inner)
        self._emit(")", token, inner)
        if outermost:
            self._use = None

    def _value(self, token: Token, terms: tuple[str, ...]) -> None:
        name = self._names.get(token.text)
        if name is None:
            symbol = resolve(token.text, self.scope)
            if symbol is None:
                self._unknown(token, terms)
                symbol = Symbol(token.text, "unknown")
            letter = LETTERS[symbol.kind]
            name = f"{letter}{self._used[letter]}"
            self._used[letter] += 1
            if self._used[letter] > POOL:
                message = f"The condition uses more than {POOL} different values of one type."
                self._stop("too-long", token, message, "Split it into several conditions.")
                return
            self._names[token.text] = name
            self.result.symbols[name] = symbol
        self._emit(name, token, terms)

    def _unknown(self, token: Token, terms: tuple[str, ...]) -> None:
        word, hint, line, about = token.text, "", 0, ""
        option = next((e for e in self.scope.data.values() if word in e.options), None)
        parts = self._subtraction(word)
        if word in FUNCTIONS:
            hint = f"It is a function: write {FUNCTIONS[word].example}."
        elif option is not None:
            hint, line, about = f'Text needs quotes: "{word}".', option.line, option.name
        elif word.lower() in _MEANT:
            hint = _MEANT[word.lower()]
        elif parts:
            hint = f"For a subtraction put spaces around the minus: {parts}."
        else:
            candidates = value_names(self.scope)
            hint = suggest(word, candidates)
            meant = hint.split('"')[1] if '"' in hint else ""
            element = self.scope.data.get(meant)
            if element is not None:
                line, about = element.line, meant
        message = f'"{word}" is not declared.'
        self._report(Problem("unknown-name", token.offset, message, hint, line, about), terms)

    def _subtraction(self, word: str) -> str:
        """``sbp - dbp`` when ``sbp-dbp`` was written."""
        for at, character in enumerate(word):
            left, right = word[:at], word[at + 1 :]
            if character == "-" and resolve(left, self.scope) is not None:
                number = right.replace(".", "", 1).isdigit()
                if number or resolve(right, self.scope) is not None:
                    return f"{left} - {right}"
        return ""

    def _stray(self, token: Token) -> None:
        if token.text[0] in "\"'":
            message, hint = "A quote is opened here and not closed.", "Add the closing quote."
        elif token.text[0] in "“”„‘’«»":
            message, hint = (
                f"{token.text[0]} is a typographic quote.",
                'Use straight quotes: "text".',
            )
        elif token.text in "&|":
            message, hint = f'"{token.text}" is not an operator.', "Write and, or."
        elif token.text == ".":
            message = 'A "." cannot stand here.'
            hint = "A result of an instrument is written without spaces: phq-9.score."
        else:
            message, hint = f'"{token.text}" cannot stand in a condition.', ""
        self._stop("syntax", token, message, hint)

    def _stop(self, code: str, token: Token, message: str, hint: str = "") -> None:
        self.result.stopped = True
        self._report(Problem(code, token.offset, message, hint), ())

    def _report(self, problem: Problem, terms: tuple[str, ...]) -> None:
        if self._use is None:
            self.result.problems.append(problem)
            return
        broken = self._use
        if problem.code == "term-cycle":
            moved = Problem(problem.code, broken.offset, problem.message, problem.hint)
        else:
            moved = broken_term(broken)
        if moved not in self.result.problems:
            self.result.problems.append(moved)


def broken_term(use: Token) -> Problem:
    """What is said where a term is used that is wrong itself; its own place has the details."""
    return Problem(
        "broken-term",
        use.offset,
        f'The term "{use.text}" cannot be used, because its own condition is wrong.',
        "Correct it where it is declared.",
    )
