"""The demo: a year of real journeys on a real server, played by a seeded scripted cast."""

from worker.demo.running import run

__all__ = ["run"]
