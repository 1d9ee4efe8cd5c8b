"""Logging without patient data (invariant I8).

Our own lines are structlog events whose fields we chose. Libraries, above all the Temporal
SDK, put payloads, failure messages and exception texts into theirs: of those only the fixed
words of the message, the exception's type and the places it passed through are kept.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from functools import cache
from typing import TextIO

import structlog
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

OURS = "careway"
_CORE = "temporalio.core"
_SAFE = re.compile(r"^[\[\]\w .,:'’()-]*?(?=:\s|\s\(|\{|\[\"|\"|$)")


class Scrub(logging.Filter):
    """Strips every record that is not ours of whatever came from outside the source code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == OURS or record.name.startswith(f"{OURS}."):
            return True
        record.msg = scrubbed(record)
        record.args = ()
        record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return True


def scrubbed(record: logging.LogRecord) -> str:
    """What may be kept of a library's record, on one line."""
    core = getattr(record, "temporal_log", None)
    text = str(core.message) if core is not None else str(record.msg)
    parts = [_fixed_words(text)]
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))
        parts.append(f"({type(error).__name__} at {places})")
    return " ".join(part for part in parts if part)


def _fixed_words(text: str) -> str:
    """A message up to where values may begin: a colon, a bracket, a quote."""
    found = _SAFE.match(text)
    return found.group().strip() if found else ""


def configure(level: str = "INFO", *, json: bool = False, stream: TextIO | None = None) -> None:
    """Set up logging for the process. ``json``: one object a line, for collectors."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(Scrub())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logger() -> structlog.stdlib.BoundLogger:
    """Our logger. Never pass it a patient's value: ids of journeys and effect keys only."""
    log: structlog.stdlib.BoundLogger = structlog.get_logger(OURS)
    return log


@cache
def runtime(prometheus: str = "") -> Runtime:
    """The SDK's runtime, one a process: its native log comes through our filter too.

    Left alone, the native part prints failures with their payloads to the console."""
    return Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(
                filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
                forwarding=LogForwardingConfig(
                    logger=logging.getLogger(_CORE), append_log_fields_to_message=False
                ),
            ),
            metrics=PrometheusConfig(bind_address=prometheus) if prometheus else None,
        )
    )
