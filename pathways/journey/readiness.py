"""Readiness: whether a waiting step may start, must wait, or falls away."""

from __future__ import annotations

from typing import Literal

from pathways.compiled import Step
from pathways.journey import windows
from pathways.journey.prepared import Prepared
from pathways.journey.state import Enrollment
from pathways.journey.view import PatientView

Fate = Literal["wait", "over", "declined"]


class Readiness:
    """The steps of one enrollment as they stand at one moment.

    What becomes of a step that others come after is worked out once, and without recursion: a
    stage may hold hundreds of steps, each behind the one before, or behind several.
    """

    __slots__ = ("_enrollment", "_fates", "_ready", "_view")

    def __init__(self, enrollment: Enrollment, ready: Prepared, view: PatientView) -> None:
        self._enrollment = enrollment
        self._ready = ready
        self._view = view
        self._fates: dict[str, Fate] = {}

    def verdict_on(self, step: Step) -> str:
        """``start``, ``skip`` (it comes after something the patient declined) or empty: wait."""
        if step.after:
            fates = [self._fate(other) for other in step.after]
            if "declined" in fates:
                return "skip"
            if "wait" in fates:
                return ""
        if not self._ready.when[step.id](self._view) or not windows.known(self._view, step):
            return ""
        for name in step.behind if step.after_any else ():
            self._fate(name)
        return "start" if self._one_of_each_done(step) else ""

    def _fate(self, name: str) -> Fate:
        """Of a step that others come after."""
        ways = [] if name in self._fates else [name]
        while ways:
            fate, first = self._worked_out(ways[-1])
            if first and first not in ways:
                ways.append(first)
            else:  # a circle, which the checker refuses, waits
                self._fates[ways.pop()] = fate
        return self._fates[name]

    def _worked_out(self, name: str) -> tuple[Fate, str]:
        """The fate of a step; or first that of another step, which must be known before."""
        known = self._at_once(name)
        if known is not None:
            return known, ""
        step = self._ready.steps[name]
        if self._ready.when[name](self._view) is not False:
            unknown = (n for group in step.after_any for n in group if n not in self._fates)
            first = next(unknown, "")
            if first or self._one_of_each_done(step) is not False:
                return "wait", first
        for other in step.after:
            if other not in self._fates:
                return "wait", other
            if self._fates[other] == "wait":
                return "wait", ""
        return "over", ""

    def _at_once(self, name: str) -> Fate | None:
        """The fate of a step that has ended or is under way; ``None`` of one that has not begun."""
        enrollment, home = self._enrollment, self._ready.stage_of[name]
        run = next((r for r in enrollment.active if r.stage == home), None)
        if run is None:
            how = enrollment.ends.get(name, "")
            if self._was_declined(name, how, enrollment.outcomes.get(name, "")):
                return "declined"
            return "over" if how or enrollment.stages_entered.get(home, 0) > 0 else "wait"
        state = run.steps.get(name)
        if state is None:
            return None
        if state.ended and state.status != "open":
            return "declined" if self._was_declined(name, state.status, state.outcome) else "over"
        return "wait" if state.status == "open" or state.armed else None

    def _one_of_each_done(self, step: Step) -> bool | None:
        """Whether of each group that it comes after one was done while its stage lasts; no when
        all of one are over, ``None`` as long as that is not known. Their fates must be known."""
        verdict: bool | None = True
        for group in step.after_any:
            runs = self._enrollment.active
            if any(name in run.steps and run.steps[name].done for run in runs for name in group):
                continue
            if all(self._fates[name] != "wait" for name in group):
                return False
            verdict = None
        return verdict

    def _was_declined(self, name: str, how: str, outcome: str) -> bool:
        """Declined, or skipped because of something declined: what comes after falls away too."""
        if self._ready.steps[name].declined.go_on:
            return False
        return how == "declined" or (how == "skipped" and outcome in ("declined", "disabled"))
