"""``python -m benchmarks.checking``: how long a pathway of 500 steps is checked and proven.

The pathway is made, not shipped: ten stages of fifty steps with conditions, orders, tables and
appointments as the shipped pathways have them, and forty rules. Nothing in it is repeated word
for word, so that no answer comes from an earlier one. Then some 490 steps in one stage, in every
shape (``shapes``).
"""

from __future__ import annotations

import statistics
import time

from benchmarks.shapes import shapes
from pathways.language.compiling import compile_pathway
from pathways.proving import prove
from worker.library import Library
from worker.proving import proving_calendar

STAGES, STEPS, RULES, ROUNDS = 10, 50, 40, 5
WANTED = 2.0
"""Seconds of one core: the machine may have other work."""

_HEAD = """\
language: 1
pathway: big
version: "1"
title: Five hundred steps
conditions: {icd10: [E11]}
evidence:
  - {id: guide, cite: "Made for a benchmark"}
roles: [case-manager, primary-care, nurse-manager, program-manager]
data:
"""


def big_pathway() -> str:
    """The text of the pathway."""
    lines = [_HEAD.rstrip()]
    for n in range(40):
        lines.append(
            f"  lab-{n}: {{type: quantity, unit: mg/dL, range: [0, 1000], fresh: {n + 1} months}}"
        )
        lines.append(f"  risk-{n}: {{type: choice, options: [low, moderate, high]}}")
    lines.append("stages:")
    for s in range(STAGES):
        last = s == STAGES - 1
        lines.append(f"  - stage: part-{s}")
        lines.append(f"    phase: {'discharge' if last else 'follow-up'}")
        lines += ["    deadline: 1 year", "    evidence: guide", "    steps:"]
        for t in range(STEPS):
            lines += _step(s, t)
        if not last:
            onward = f"part-{s + 1}"
            lines += ["    next:", f"      - {{when: lab-{s} > {900 + s}, go: part-{STAGES - 1}}}"]
            lines.append(f"      - {{go: {onward}}}")
    lines.append("rules:")
    for n in range(RULES):
        lines += [
            f"  - id: rule-{n}",
            f"    when: lab-{n} > {500 + n} and (age >= {40 + n} or risk-{n} = 'high')",
            f"    response: {('RT-2H', 'RT-SD', 'RT-3BD')[n % 3]}",
            "    task: {by: case-manager}",
            "    evidence: guide",
        ]
    return "\n".join(lines) + "\n"


def _step(s: int, t: int) -> list[str]:
    """A step of one of five kinds, often after the one before."""
    lab, risk = (7 * s + t) % 40, (3 * s + t) % 40
    found = [f"      - id: step-{s}-{t}"]
    if t % 3:
        found.append(f"        after: step-{s}-{t - 1}")
    if t % 2:
        found.append(
            f"        when: lab-{lab} >= {10 * s + t} and (risk-{risk} = 'high' or"
            f' missing(lab-{(lab + 1) % 40})) and not declined("step-{s}-0")'
        )
    match t % 5:
        case 0:
            found += ["        task: {by: case-manager}", "        due: 3 days"]
        case 1:
            found.append(f"        schedule: {{service: visit-{t}, within: 7 days}}")
        case 2:
            found += [
                "        decide:",
                "          table:",
                f"            - {{when: lab-{lab} < {100 + t}, set: {{risk-{risk}: low}}}}",
                f"            - {{when: lab-{lab} < {300 + t}, set: {{risk-{risk}: moderate}}}}",
                f"            - {{set: {{risk-{risk}: high}}}}",
            ]
        case 3:
            found += [
                f"        assess: {{by: primary-care, collect: [lab-{lab}]}}",
                "        due: 2 business days",
            ]
        case _:
            found += ["        educate: {by: case-manager, topic: a topic}", "        due: 5 days"]
    return found


def measure(text: str) -> tuple[float, float]:
    """Seconds of one core to compile it and to prove it."""
    shelf, calendar = Library().shelf(), proving_calendar()
    start = time.process_time()
    compiled = compile_pathway(text, "big.yaml", shelf)
    middle = time.process_time()
    prove(compiled, calendar)
    end = time.process_time()
    if {issue.code for issue in compiled.issues} - {"after-cycle"}:
        raise SystemExit("\n".join(issue.message for issue in compiled.issues[:10]))
    return middle - start, end - middle


def main() -> None:
    """Measure and print."""
    text = big_pathway()
    measure(text)  # what is loaded once is not measured
    rounds = [measure(text) for _ in range(ROUNDS)]
    compiling, proving = (statistics.median(one) for one in zip(*rounds, strict=True))
    size = len(text.encode()) // 1024
    print(f"{STAGES * STEPS} steps, {RULES} rules, {size} KiB; median of {ROUNDS} rounds:")
    print(f"compiled in {compiling:.2f} s, proven in {proving:.2f} s, wanted {WANTED} s together")
    print("Some 490 steps in one stage, in seconds of one core:")
    for name, one in shapes().items():
        compiling, proving = measure(one)
        print(f"{name:18} compiled {compiling:.2f}, proven {proving:.2f}")


if __name__ == "__main__":
    main()
