"""What holds for the whole test run: with ``--forbid-skips`` nothing may be left unproven."""

from __future__ import annotations

import gc

import pytest

_UNPROVEN = ("skipped", "xfailed", "xpassed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips",
        action="store_true",
        help="fail the run when any test was skipped or expected to fail",
    )


def pytest_configure() -> None:
    # Journeys are trees of small objects without cycles. Looking for cycles at every 700th of
    # them, through everything that the process holds, takes up to a third of a run.
    gc.set_threshold(50_000, 20, 100)


def _unproven(config: pytest.Config) -> list[str]:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or not config.getoption("--forbid-skips"):
        return []
    return [report.nodeid for kind in _UNPROVEN for report in terminal.stats.get(kind, [])]


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Under xdist only the controller has the terminal, and with it everybody's reports.
    if _unproven(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if unproven := _unproven(config):
        terminalreporter.section("skipped or expected to fail: not allowed here", red=True)
        for nodeid in unproven:
            terminalreporter.line(nodeid)
