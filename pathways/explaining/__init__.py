"""A pathway in plain English: the whole, a stage, a step, a rule, a condition.

Pure: compiled pathway in, sentences out. What the kernel does where a definition is silent is
said too, so that an author reads what will happen and not only what was written.
"""

from pathways.explaining.conditions import ConditionExplained, explain_condition, verdict
from pathways.explaining.explanation import Explanation, Section
from pathways.explaining.finding import explain_named, names
from pathways.explaining.rules import explain_rule
from pathways.explaining.stages import explain_stage
from pathways.explaining.steps import explain_step
from pathways.explaining.whole import explain_pathway

__all__ = [
    "ConditionExplained",
    "Explanation",
    "Section",
    "explain_condition",
    "explain_named",
    "explain_pathway",
    "explain_rule",
    "explain_stage",
    "explain_step",
    "names",
    "verdict",
]
