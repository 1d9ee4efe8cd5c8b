"""Simulations: how many patient-years a second two processes live, and how much is the kernel."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Sequence
from datetime import date
from typing import Any

from benchmarks.pairing import alone
from benchmarks.results import Result
from pathways.journey.decide import Decision, decide
from pathways.simulating.living import decided
from pathways.simulating.panel import Panel
from pathways.simulating.plan import Plan
from pathways.simulating.report import YEAR
from pathways.simulating.tally import Tally
from worker.library import Library
from worker.simulation import Runner, Wish, plan_of

PATHWAYS = ("type-2-diabetes", "oncology-navigation", "dementia-with-caregiver")
PROCESSES = 2
WANTED = "167 (10,000 in 60 s)"


def planned(pathway: str, patients: int = 200, years: float = 1.0) -> Plan:
    """A year of some panels with the behaviour and the team that ship."""
    library = Library()
    wish = Wish(patients, years, seed=1, start=date(2027, 1, 4), headcount=False)
    return plan_of(library, [library.pathway(pathway)], wish)


def patient_years(tally: Tally) -> float:
    """Time that patients spent enrolled."""
    return tally.seconds / YEAR


def lived_together(plan: Plan, rounds: int) -> list[float]:
    """Patient-years a second, by the clock on the wall, of so many processes at once.

    The processes are there before the clock starts, as in any simulation that is worth waiting
    for; a first small round sees to it."""
    found = []
    with Runner(plan, PROCESSES, lambda *_: None) as runner:
        runner.sample("warm", plan.staffing, plan.start + 14 * 86_400, plan.panels)
        for _ in range(rounds):
            began = time.perf_counter()
            tally = runner.all()
            found.append(patient_years(tally) / (time.perf_counter() - began))
    return found


def shares(plan: Plan) -> tuple[float, float]:
    """(decisions a second of CPU, share of the CPU that the kernel takes) of one panel."""
    kernel = 0.0

    def timed(*given: Any) -> Decision:
        nonlocal kernel
        asked = time.process_time()
        made = decide(*given)
        kernel += time.process_time() - asked
        return made

    panel, began = Panel(plan, 0), time.process_time()
    deque(decided(panel, timed), maxlen=0)
    used = time.process_time() - began
    return panel.tally.decisions / used, kernel / used


def figures(rounds: int = 2, pathways: Sequence[str] = PATHWAYS) -> list[Result]:
    """Every figure of simulations."""
    found = []
    for name in pathways:
        plan = planned(name, patients=200 * min(PROCESSES, os.cpu_count() or 1))
        found.append(
            alone(
                f"Simulation of {name}, two processes",
                "patient-years/s",
                lived_together(plan, rounds),
                WANTED,
            )
        )
    small = [shares(planned(pathways[0], patients=60)) for _ in range(rounds)]
    found.append(alone("Simulation, one process", "decisions/s", [rate for rate, _ in small]))
    found.append(
        alone("Simulation, the kernel's share", "% of the CPU", [100 * part for _, part in small])
    )
    return found
