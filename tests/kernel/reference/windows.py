"""Windows: a step may be done from one day to another, counted from a date of the patient."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, NamedTuple

from pathways.spans import Span
from tests.kernel.reference.conditions import value
from tests.kernel.reference.words import PEOPLE, Part, Row

OVER = "window-over"


class Window(NamedTuple):
    told: str
    opens: int
    closes: float
    last: date | None


class Windows(Part):
    now: int

    def window_of(self, e: Row, step: Any) -> Window | None:
        """By the date that is known now; ``None``: there is no window, or no date."""
        told = value(self, e["spec"], step.window.of) if step.window is not None else None
        if told is None:
            return None
        day, window = date.fromisoformat(told), step.window
        opens, closes, last = 0, float("inf"), None
        if window.opens is not None:
            hour = time(8) if window.at is None else time(window.at // 3600, window.at % 3600 // 60)
            opens = self.clock.at(day + timedelta(days=window.opens), hour)
        if window.closes is not None:
            last = day + timedelta(days=window.closes)
            closes = self.clock.end_of(last)
        return Window(told, opens, closes, last)

    def begin_in_window(self, e: Row, run: Row, step: Any) -> bool:
        """Now, when it opens, or no more; False while the date is not known."""
        found = self.window_of(e, step)
        if found is None:
            return False
        s = run["steps"].get(step.id)
        if self.now > found.closes:
            s = run["steps"].setdefault(step.id, self.blank())
            s.update(status="skipped", ended=True, outcome=OVER, anchor=found.told)
            e["ends"][step.id], e["outcomes"][step.id] = "skipped", OVER
            return True
        opens = found.opens
        # Choice: a series with an hour of its own begins at that hour.
        if self.now > opens and step.every is not None and step.window.at is not None:
            opens = self.next_in_window(found, step, self.now) or self.now
        if self.now < opens:
            s = run["steps"].setdefault(step.id, self.blank())
            s.update(armed=True, anchor=found.told, date=(opens, self.number(), "start"))
        else:
            self.start(e, run, step)
        return True

    def next_in_window(self, found: Window, step: Any, last: int) -> int | None:
        """A whole number of ``every`` after the opening; ``None``: the window closes before."""
        times, moment = 0, 0
        while moment <= self.now:
            times += 1
            moment = self.clock.after(
                found.opens or last, Span(step.every.n * times, step.every.unit)
            )
        return moment if moment <= found.closes else None

    def time_in_window(self, e: Row, step: Any) -> Span | None:
        """Until the window closes, if its own time does not end before; a series has its own."""
        found = self.window_of(e, step)
        if found is None or found.last is None or step.every is not None:
            return None
        if step.due is not None and self.clock.by(self.now, step.due) < found.closes:
            own: Span = step.due
            return own
        return Span(max((found.last - self.clock.day(self.now)).days, 0), "day")

    # -- the date has changed ---

    def arrange_windows_anew(self, e: Row) -> None:
        """Whatever moved all dates: a window is where its date is."""
        for run in e["active"]:
            for s in run["steps"].values():
                s["anchor"] = " " if s["anchor"] else ""

    def follow_the_date(self, e: Row) -> None:
        for step in e["steps"].values():
            run = self.run_with(e, step.id)
            found = self.window_of(e, step)
            if run is None or found is None:
                continue
            s = run["steps"][step.id]
            if self.is_out_of_line(e, step, s, found):
                self.bring_into_line(e, step, s, found)

    def is_out_of_line(self, e: Row, step: Any, s: Row, found: Window) -> bool:
        other = s["anchor"] != found.told
        if s["outcome"] == OVER and s["status"] in ("skipped", "done"):
            return other and self.now <= found.closes
        if s["status"] == "open":
            return other
        if not s["armed"]:
            return False
        return other or (not s["started"] and not self.true(step.when, e))

    def bring_into_line(self, e: Row, step: Any, s: Row, found: Window) -> None:
        s["anchor"] = found.told
        if s["outcome"] == OVER and s["status"] == "done":
            s["outcome"] = ""
            self.arrange(e, step, s)
        elif s["outcome"] == OVER and s["status"] == "skipped":
            s.update(status="waiting", ended=False, outcome="")
            e["ends"].pop(step.id, None)
            e["outcomes"].pop(step.id, None)
            self.moved[e["pathway"]] = None
        elif s["armed"]:
            again = s["date"][2] == "again"
            s.update(armed=False, date=None)
            if again:
                self.arrange(e, step, s)
            else:
                self.moved[e["pathway"]] = None
        elif step.verb in PEOPLE:
            self.move_work(e, step, s, found)
        elif step.verb == "schedule":
            self.move_visit(e, step, s, found)

    def move_work(self, e: Row, step: Any, s: Row, found: Window) -> None:
        if found.last is None or step.every is not None:
            return
        mine = (e["pathway"], step.id, s["occurrence"], step.verb)
        for task in self.tasks:
            found_in = [
                (p["pathway"], p["step"], p["occurrence"], task["kind"]) for p in task["sources"]
            ]
            if mine in found_in:
                own = self.clock.by(s["opened"], step.due)
                due = max(min(own, int(found.closes)), self.now)
                task["due"] = due if len(found_in) == 1 else min(due, task["due"])
                self.watch(task)

    def move_visit(self, e: Row, step: Any, s: Row, found: Window) -> None:
        mine = (e["pathway"], step.id, s["occurrence"])
        for a in list(self.appointments):
            served = [(x["pathway"], x["step"], x["occurrence"]) for x in a["sources"]]
            if served != [mine]:
                continue
            if a["status"] == "booked" and found.opens <= a["starts"] <= found.closes:
                continue
            self.give_back(a, tell=True)
            s["status"] = "waiting"
            self.moved[e["pathway"]] = None
