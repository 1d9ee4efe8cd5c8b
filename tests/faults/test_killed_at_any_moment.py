"""Worker, server and both are killed at random moments of ten journeys: nothing is lost and
nothing is doubled.

``CAREWAY_FAULT_RUNS`` sets how many disturbed runs are played (3 if not given; ``make faults``
plays 20). The number of a run seeds what is killed and when.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from temporalio.worker import UnsandboxedWorkflowRunner

from tests.faults.comparing import differences, mail_faults
from tests.faults.disturbing import Killer, Plan, plan
from tests.faults.evidence import Remains, gather
from tests.faults.playing import Play
from tests.faults.site import TARGETS, open_site
from worker.demo import proof
from worker.replaying import replay

RUNS = int(os.environ.get("CAREWAY_FAULT_RUNS", "3"))


@pytest.mark.parametrize("seed", range(RUNS))
async def test_nothing_is_lost_and_nothing_doubled(
    seed: int, undisturbed: Remains, tmp_path: Path
) -> None:
    """Given ten journeys, when worker, server and both are killed at random moments and started
    again, then answers, timelines, tasks, appointments, ledger and messages are those of
    the undisturbed run, no mail arrived twice, and every history replays. A message whose
    sender was killed before it heard of its arrival is unknown, and a person was told."""
    planned = plan(seed)
    killer = Killer(planned.kills)
    async with open_site(tmp_path, seed=seed, turnover=planned.turnover) as site:
        play = Play(site, undisturbed.monday, killer.progress)
        async with asyncio.TaskGroup() as group:
            group.create_task(killer.run(site))
            group.create_task(play.all())
        remains = await gather(play)
    print(figures(planned, play, remains))
    assert killer.carried_out == len(planned.kills) >= len(TARGETS)
    assert unknown(remains) >= sum(kill.amid_mail for kill in planned.kills)
    found = [
        *differences(undisturbed, remains),
        *mail_faults(remains),
        *await broken_proofs(remains),
    ]
    assert not found, "\n".join(found)


def test_a_plan_is_the_same_for_the_same_seed_and_spares_nobody() -> None:
    """Given seeds, then each names the same kills again, in order, of worker, server and both; and
    they differ from one another."""
    plans = [plan(seed) for seed in range(20)]
    assert plans == [plan(seed) for seed in range(20)]
    assert len(set(plans)) == len(plans)
    for one in plans:
        assert {kill.target for kill in one.kills} == set(TARGETS)
        steps = [kill.step for kill in one.kills]
        assert steps == sorted(steps)
    assert any(kill.amid_mail for one in plans for kill in one.kills)


async def test_an_undisturbed_run_bears_the_same_proofs(undisturbed: Remains) -> None:
    """Given a run in which nothing was killed, then every message was sent, and what is required
    of disturbed runs holds: what fails there fails of the kills."""
    fates = {one.status for course in undisturbed.courses for one in course.recorded.messages}
    assert fates == {"sent"}
    assert mail_faults(undisturbed) == []
    assert await broken_proofs(undisturbed) == []


async def broken_proofs(remains: Remains) -> list[str]:
    """The demo's proofs that do not hold. Not that about mail: it takes none for unknown."""
    evidence = remains.evidence
    runner = UnsandboxedWorkflowRunner()
    replayed = [[await replay(run, runner) for run in one.histories] for one in evidence.courses]
    proofs = [
        proof.histories_replay(evidence, replayed),
        proof.record_is_what_was_decided(evidence, replayed),
        proof.tasks_closed_once(evidence),
        proof.no_early_escalation(evidence),
        proof.nothing_after_the_end(evidence),
        proof.no_double_booking(evidence),
    ]
    return [against for one in proofs for against in one.against]


def unknown(remains: Remains) -> int:
    """Messages of which nobody knows whether they arrived."""
    messages = [one for course in remains.courses for one in course.recorded.messages]
    return sum(one.status == "unknown" for one in messages)


def figures(planned: Plan, play: Play, remains: Remains) -> str:
    """What a run was like; shown with ``pytest -rP``."""
    kills = ", ".join(
        f"{kill.target} after step {kill.step}{' amid mail' * kill.amid_mail}"
        for kill in planned.kills
    )
    messages = [one for course in remains.courses for one in course.recorded.messages]
    runs = [run for one in remains.evidence.courses for run in one.histories]
    return (
        f"killed: {kills}; longest outage {play.site.longest_outage:.1f} s; {play.steps} steps in "
        f"{play.attempts} attempts; {len(messages)} messages, {unknown(remains)} unknown, "
        f"{len(remains.evidence.mail)} mails; {len(runs)} workflow runs, "
        f"{sum(len(run.events) for run in runs):,} events"
    )
