"""Minutes of care management: each counts once (T7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.kernel.reference.calendar import months_after
from tests.kernel.reference.words import AHEAD, No, Part, Row

A_DAY = 24 * 60


class Minutes(Part):
    minutes: list[Row]
    now: int

    def on_spend(self, event: Any) -> None:
        before = next((m for m in self.minutes if m is event.corrects), None)
        if event.corrects and before is None:
            raise No("no-such-minutes")
        # Choice: a correction to none strikes an entry out.
        if event.minutes > A_DAY or event.minutes < (0 if before is not None else 1):
            raise No("implausible")
        day = self.day_told(event.on)
        ends = event.starts + 60 * event.minutes
        if event.starts:
            begins, midnight = self.clock.day(event.starts), self.clock.end_of(day) + 1
            if begins != day or ends > midnight:
                raise No("crosses-midnight")
            if ends > self.now + AHEAD:
                raise No("in-the-future")
        if day > self.clock.day(self.now):
            raise No("in-the-future")
        others = [m for m in self.minutes if m is not before and m["starts"] and m["minutes"]]
        if event.starts and event.minutes:
            for m in others:
                if m["starts"] < ends and event.starts < m["starts"] + 60 * m["minutes"]:
                    raise No("minutes-overlap")
        # Choice: this month and the three before it are kept, and what is corrected now.
        oldest = months_after(self.clock.day(self.now).replace(day=1), -3)
        self.minutes = [m for m in self.minutes if m["day"] >= oldest]
        told = before if before is not None else {}
        told.update(minutes=event.minutes, day=day, starts=event.starts)
        if not any(m is told for m in self.minutes):
            self.minutes.append(told)

    def day_told(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise No("wrong-type") from None
