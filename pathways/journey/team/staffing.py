"""Who stands in for whom: absence with cover, leavers, and who holds a task now (7.2, X10).

Roles own tasks and their clocks; a person fills a role. When a person is away or leaves, only the
person changes: due times stay, reminders go on, and go to whoever stands in.
"""

from __future__ import annotations

from pathways.journey import chasing, tasks
from pathways.journey.answers import Refused
from pathways.journey.careplan.planned import Absence
from pathways.journey.draft import Draft
from pathways.journey.effects import Answer
from pathways.journey.events import Absent, HandOver, KeepRota
from pathways.journey.state import Due
from pathways.journey.team import shifts
from pathways.journey.team.rota import Rota

AT_ONCE = ("RT-911", "RT-ED", "RT-2H")
"""Response classes whose open tasks are put before the cover at once: 10 minutes are allowed."""


def absent(draft: Draft, event: Absent) -> Answer:
    """A person of the care team will be, or is, away; ``cover`` stands in. Said again, it replaces
    what was said before of that person."""
    if event.person not in draft.journey.team.values():
        raise Refused("not-in-team", "That person is not in this patient's care team.")
    if event.until <= max(event.start, draft.now):
        raise Refused("in-the-past", "An absence must end after it begins, and in the future.")
    if event.cover == event.person:
        raise Refused("own-cover", "Nobody stands in for themselves: name somebody else.")
    said = Absence(event.person, event.start, event.until, event.cover)
    others = [a for a in draft.journey.absences if a.person != event.person]
    draft.journey.absences = (*others, said)
    draft.say(
        "absence",
        actor=event.actor.role,
        start=event.start,
        until=event.until,
        roles=_roles(draft, said),
    )
    draft.drop("absence", ref=event.person)
    if event.start > draft.now:
        draft.at(event.start, "absence", ref=event.person)
    else:
        _begin(draft, said)
    draft.at(event.until, "absence", ref=event.person, n=1)
    return Answer("applied")


def hand_over(draft: Draft, event: HandOver) -> Answer:
    """A person leaves: another fills every role that was theirs. Open tasks go on as they are."""
    roles = [role for role, person in draft.journey.team.items() if person == event.person]
    if not roles:
        raise Refused("not-in-team", "That person is not in this patient's care team.")
    if event.to == event.person:
        raise Refused("own-cover", "Name another person to take over.")
    draft.journey.team = {
        role: event.to if person == event.person else person
        for role, person in draft.journey.team.items()
    }
    draft.journey.absences = tuple(a for a in draft.journey.absences if a.person != event.person)
    draft.drop("absence", ref=event.person)
    for role in roles:
        draft.say("team-changed", actor=event.actor.role, role=role)
    _show(draft, roles)
    _press(draft, roles, "leaver")
    return Answer("applied")


def fill(draft: Draft, named: dict[str, str]) -> list[str]:
    """People as named fill these roles from now on. The open work of a role that somebody else
    filled goes to them: the worklist says so, and of what cannot wait they are told. Returns
    those roles."""
    team = draft.journey.team
    roles = [role for role, person in named.items() if team.get(role, "") != person]
    draft.journey.team = {**team, **named}
    _show(draft, roles)
    for task in list(draft.journey.tasks.values()):
        if task.owner in roles and task.urgency in AT_ONCE:
            shifts.handed(draft, task.id)
    return roles


def keep_rota(draft: Draft, event: KeepRota) -> Answer:
    """When people work, and who is on call, as it is from now on."""
    if event.rota != draft.journey.rota:
        draft.say("rota-known", actor=event.actor.role)
        learn(draft, event.rota, always=True)
    return Answer("applied")


def learn(draft: Draft, plan: Rota | None, *, always: bool = False) -> None:
    """A rota comes with an enrollment or a command; work that is urgent goes to who is there."""
    if plan != draft.journey.rota and (always or plan is not None):
        for task_id in shifts.set_rota(draft, plan):
            tasks.show(draft, draft.journey.tasks[task_id])


def shift(draft: Draft, entry: Due) -> None:
    """A shift begins or ends."""
    for task_id in shifts.changed(draft):
        tasks.show(draft, draft.journey.tasks[task_id])


def take_up(draft: Draft) -> None:
    """Who had left comes again: of absences, those that are not over are on the agenda."""
    absences = draft.journey.absences
    draft.journey.absences = tuple(a for a in absences if draft.now < a.until)
    for said in draft.journey.absences:
        if said.start > draft.now:
            draft.at(said.start, "absence", ref=said.person)
        draft.at(said.until, "absence", ref=said.person, n=1)


def due(draft: Draft, entry: Due) -> None:
    """An absence begins, or is over."""
    said = next((a for a in draft.journey.absences if a.person == entry.ref), None)
    if said is None:
        return
    if not entry.n:
        _begin(draft, said)
        return
    draft.journey.absences = tuple(a for a in draft.journey.absences if a is not said)
    draft.say("absence-over", roles=_roles(draft, said))
    _show(draft, _filled_by(draft, said.person))


def _begin(draft: Draft, said: Absence) -> None:
    roles = _filled_by(draft, said.person)
    draft.say("absence-began", covered=bool(said.cover), roles=_roles(draft, said))
    _show(draft, roles)
    _press(draft, roles, "cover")


def _press(draft: Draft, roles: list[str], kind: str) -> None:
    """Whoever stands in hears at once of what cannot wait; when nobody is there, the supervisor
    does."""
    for task in list(draft.journey.tasks.values()):
        if task.owner in roles and task.urgency in AT_ONCE:
            found = draft.holder(task.owner, urgent=True)
            to = task.owner if found.there else task.supervisor
            if draft.journey.rota is not None:
                draft.task(task.id).holder = found.person if found.there else ""
            # Numbered: whoever is next to stand in has to be told of it too.
            chasing.tell(draft, task, to, "task-urgent", f"{kind}{draft.serial()}")


def _filled_by(draft: Draft, person: str) -> list[str]:
    return [role for role, one in draft.journey.team.items() if one == person]


def _roles(draft: Draft, said: Absence) -> str:
    return ", ".join(_filled_by(draft, said.person))


def _show(draft: Draft, roles: list[str]) -> None:
    for task in list(draft.journey.tasks.values()):
        if task.owner in roles:
            tasks.show(draft, task)
