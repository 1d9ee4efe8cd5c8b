"""The patient's own goals: said in the patient's words, kept through every version (P4, P7)."""

from __future__ import annotations

from msgspec.structs import replace

from pathways.journey import stages
from pathways.journey.answers import Refused
from pathways.journey.careplan.planned import OwnGoal
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import StateGoal
from pathways.journey.state import Due


def state_goal(draft: Draft, event: StateGoal) -> Answer:
    """Take a new goal of the patient's, or what became of one or is said of it otherwise."""
    goals = draft.journey.own_goals
    known = goals.get(event.goal) if event.goal else None
    if event.goal and known is None:
        raise Refused("no-such-goal", f"The patient has stated no goal {event.goal}.")
    if known is None and not event.words:
        raise Refused("no-words", "Say the goal in the patient's own words.")
    if event.due and event.due <= draft.now:
        raise Refused("in-the-past", "The date of a goal must lie in the future.")
    if known is None:
        known = OwnGoal(f"g{len(goals) + 1}", event.words, draft.now)
    changed = replace(
        known,
        words=event.words or known.words,
        measure=event.measure or known.measure,
        target=event.target or known.target,
        due=event.due or known.due,
        barrier=event.barrier or known.barrier,
        status=event.status or known.status,
    )
    draft.journey.own_goals = {**goals, changed.id: changed}
    draft.say(
        "own-goal",
        actor=event.actor.role,
        goal=changed.id,
        words=changed.words,
        status=changed.status,
        measure=changed.measure,
        target=changed.target,
        due=changed.due,
    )
    _watch(draft, changed)
    return Answer("applied", message=f"Goal {changed.id}.")


def _watch(draft: Draft, goal: OwnGoal) -> None:
    draft.drop("own-goal", ref=goal.id)
    if goal.due and goal.status == "active" and goal.due >= draft.now:
        draft.at(goal.due + 1, "own-goal", ref=goal.id)


def take_up(draft: Draft) -> None:
    """Who had left comes again: the dates of the goals that still lie ahead are on the agenda."""
    for goal in draft.journey.own_goals.values():
        _watch(draft, goal)


def overdue(draft: Draft, due: Due) -> None:
    """The date of a goal has come and nobody said that it is met: the plan is looked at (P7)."""
    goal = draft.journey.own_goals.get(due.ref)
    if goal is None or goal.status != "active":
        return
    draft.say("own-goal-overdue", goal=goal.id, words=goal.words)
    for enrollment in draft.running():
        for stage in draft.ready(enrollment).reevaluations:
            mine = draft.enrollment(enrollment.pathway)
            stages.reevaluate(draft, mine, stage.id, "goal-overdue")
            break
