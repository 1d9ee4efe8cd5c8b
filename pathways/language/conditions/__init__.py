"""Conditions as authors write them: checked by Google's CEL, lowered for the kernel.

The grammar of the result is described in ``pathways.conditions``.
"""

from pathways.language.conditions.compiling import LoweredCondition, Wanted, compile_condition
from pathways.language.conditions.names import (
    BUILT_IN,
    FUNCTIONS,
    Kind,
    Scope,
    results,
    value_names,
)

__all__ = [
    "BUILT_IN",
    "FUNCTIONS",
    "Kind",
    "LoweredCondition",
    "Scope",
    "Wanted",
    "compile_condition",
    "results",
    "value_names",
]
