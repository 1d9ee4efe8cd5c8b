"""Drawings of a pathway: what to draw (``describe``), and as text of two diagram languages.

Pure and deterministic: the same pathway gives the same bytes. Laying out is done outside, by
whoever reads DOT or Mermaid.
"""

from pathways.drawing.colours import INK, contrast
from pathways.drawing.course import Course, Mark, course_of, recorded_course
from pathways.drawing.describing import describe
from pathways.drawing.description import Drawing, Exit, Group, Link, Node, RuleLine
from pathways.drawing.dot import as_dot
from pathways.drawing.mermaid import as_mermaid

__all__ = [
    "INK",
    "Course",
    "Drawing",
    "Exit",
    "Group",
    "Link",
    "Mark",
    "Node",
    "RuleLine",
    "as_dot",
    "as_mermaid",
    "contrast",
    "course_of",
    "describe",
    "recorded_course",
]
