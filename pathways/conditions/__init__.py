"""Conditions at run time: a small pure evaluator of lowered conditions.

Authors write CEL; ``pathways.language.conditions`` checks it and lowers it to the nested
lists below (``pathways.compiled.Expr``), which travel in the compiled pathway as JSON.
Nothing of CEL takes part in a decision.

Grammar (``N`` a name of a value, ``S`` whole seconds, other capitals are expressions)::

    constant        7.0   "low"   true
    value           ["value", N]           data element or instrument result ("phq-9.score")
    built-in        ["age"] ["sex"] ["language"] ["caregiver"] ["goals-met"]
                    ["plan-approved"] ["in-hospital"]
    logic           ["and", A, B, ...]  ["or", A, B, ...]  ["not", A]  ["if", A, B, C]
    comparison      ["<" | "<=" | ">" | ">=" | "=" | "!=", A, B]  ["in", A, [constant, ...]]
    arithmetic      ["+" | "-" | "*" | "/", A, B]  ["neg", A]
    knowledge       ["known", A]           whether A has a value; never unknown itself
    readings        ["previous", N]        the reading before the newest
                    ["change", N, S]  ["percent-change", N, S]
                    ["lowest", N, S]  ["highest", N, S]
                    ["count-below", N, LIMIT, S]  ["count-at-least", N, LIMIT, S]
                    ["days-since", N]      whole days since N was last observed
                    ["days-since-date", N] whole days since the date that N holds
    patient         ["has-condition", prefix]  ["taking", ingredient]  ["on-pathway", id]
    steps           ["done" | "declined" | "missed", step]  ["outcome", step]

Every expression is three-valued: ``None`` is *unknown*, which a missing or stale value makes,
never 0 or false. ``and`` is no as soon as one part is no, ``or`` is yes as soon as one part is
yes (Kleene); a comparison or sum with an unknown side is unknown, and so is a division by zero.
``if`` with an unknown question is unknown.
"""

from pathways.conditions.explaining import Seen, Trace, explain
from pathways.conditions.judging import ConditionError, judge, prepare
from pathways.conditions.view import Observed, View
from pathways.conditions.wording import say

__all__ = [
    "ConditionError",
    "Observed",
    "Seen",
    "Trace",
    "View",
    "explain",
    "judge",
    "prepare",
    "say",
]
