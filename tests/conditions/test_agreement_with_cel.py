"""Our evaluator and Google's CEL agree on 10,000 generated conditions with known values.

Each condition is generated twice from one random tree: in the author's language (hyphens,
whole numbers, and/or/not/=) for us, and in plain CEL for the library.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from cel_expr_python import cel

from pathways.conditions import judge
from pathways.language.conditions import compile_condition
from pathways.language.issues import Place
from tests.conditions.patients import having
from tests.conditions.scopes import SCOPE

QUANTITIES = ("hba1c", "weight", "heart-rate", "sbp")
OPTIONS = SCOPE.data["foot-risk"].options
Pair = tuple[str, str]
"""The same expression for an author and for CEL."""


class _Author:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self, depth: int) -> Pair:
        kind = self.random.randrange(6 if depth else 3)
        if kind == 0:
            name = self.random.choice(QUANTITIES)
            return name, name.replace("-", "_")
        if kind == 1:
            whole = self.random.randrange(12)
            return str(whole), f"{whole}.0"
        if kind == 2:
            tenth = self.random.randrange(120) / 10
            return repr(tenth), repr(tenth)
        if kind == 3:
            return self._joined(self.number(depth - 1), "+-*", self.number(depth - 1))
        if kind == 4:
            divisor = self.random.randrange(1, 9)
            left = self.number(depth - 1)
            return f"({left[0]} / {divisor})", f"({left[1]} / {divisor}.0)"
        asked, yes, no = self.condition(0), self.number(depth - 1), self.number(depth - 1)
        ours, theirs = (f"({asked[n]} ? {yes[n]} : {no[n]})" for n in (0, 1))
        return ours, theirs

    def _joined(self, left: Pair, signs: str, right: Pair) -> Pair:
        sign = self.random.choice(signs)
        return f"({left[0]} {sign} {right[0]})", f"({left[1]} {sign} {right[1]})"

    def condition(self, depth: int) -> Pair:
        kind = self.random.randrange(8 if depth else 4)
        if kind == 0:
            sign = self.random.choice(["<", "<=", ">", ">=", "==", "!="])
            ours = "=" if sign == "==" and self.random.random() < 0.5 else sign
            left, right = self.number(depth), self.number(depth)
            return f"{left[0]} {ours} {right[0]}", f"({left[1]} {sign} {right[1]})"
        if kind == 1:
            return "insulin", "insulin"
        if kind == 2:
            option = self.random.choice(OPTIONS)
            return f"foot-risk = '{option}'", f"(foot_risk == '{option}')"
        if kind == 3:
            some = ", ".join(f'"{option}"' for option in self.random.sample(OPTIONS, 2))
            return f"foot-risk in [{some}]", f"(foot_risk in [{some}])"
        inner = self.condition(depth - 1)
        if kind == 4:
            word = self.random.choice(["not ", "!"])
            ours = f"not {inner[0]}" if word == "not " else f"!({inner[0]})"
            # An author's "not" reaches over a comparison, but not over "and" and "or".
            return f"({ours})" if word == "!" else f"(not ({inner[0]}))", f"(!({inner[1]}))"
        other = self.condition(depth - 1)
        if kind == 5:
            word = self.random.choice(["and", "&&"])
            return f"({inner[0]}) {word} ({other[0]})", f"({inner[1]} && {other[1]})"
        if kind == 6:
            word = self.random.choice(["or", "||"])
            return f"({inner[0]}) {word} ({other[0]})", f"({inner[1]} || {other[1]})"
        third = self.condition(depth - 1)
        return (
            f"({inner[0]}) ? ({other[0]}) : ({third[0]})",
            f"({inner[1]} ? {other[1]} : {third[1]})",
        )

    def values(self) -> dict[str, Any]:
        numbers = {name.replace("-", "_"): self.random.randrange(240) / 10 for name in QUANTITIES}
        flag, risk = self.random.random() < 0.5, self.random.choice(OPTIONS)
        return {**numbers, "insulin": flag, "foot_risk": risk}


@pytest.fixture(scope="module")
def library() -> Any:
    quantities = {name.replace("-", "_"): cel.Type.DOUBLE for name in QUANTITIES}
    others = {"insulin": cel.Type.BOOL, "foot_risk": cel.Type.STRING}
    return cel.NewEnv(variables={**quantities, **others})


@pytest.mark.parametrize("batch", range(10))
def test_both_evaluators_agree(library, batch):
    answers = {True: 0, False: 0}
    for number in range(1000):
        author = _Author(batch * 1000 + number)
        ours, theirs = author.condition(depth=2)
        values = author.values()
        lowered, issues = compile_condition(ours, Place("p.yaml", 1, 1), SCOPE)
        assert lowered is not None, (ours, issues)
        answer = judge(lowered.expr, having(**values))
        assert answer is library.compile(theirs).eval(data=values).value(), ours
        answers[bool(answer)] += 1
    assert min(answers.values()) > 200, "the generated conditions must not all be alike"
