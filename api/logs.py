"""Logs: one JSON object a line on stderr, each with a stable event name."""

import logging
import os
import sys

import structlog


def quiet() -> None:
    """For a command: only what went wrong, unless its process has set up more."""
    if not structlog.is_configured():
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )


def set_up(process: str) -> None:
    """For one process, once."""
    pretty = sys.stderr.isatty() and not os.environ.get("BEARWATCH_LOG_JSON")
    drawn = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            drawn,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(process=process)
    for name in ("streamlit", "uvicorn.access", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
