"""Log lines on the error stream, for programs whose standard output is an answer."""

import sys
from typing import Any

import structlog


class _ErrorStream:
    """Prints where the error stream is at that moment."""

    @staticmethod
    def msg(message: str) -> None:
        sys.stderr.write(f"{message}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = msg


def error_log(name: str) -> Any:
    """Return a logger that writes to the error stream as the others do to standard output."""
    return structlog.wrap_logger(_ErrorStream()).bind(logger=name)
