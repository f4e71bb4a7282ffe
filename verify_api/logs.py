"""Log lines as JSON, one a line, with nothing about persons in them.

Three walls: events are fixed words; a field that is not in `FIELDS` is dropped and its name told;
numbers as long as a person's are masked wherever they stand. Addresses are never written, for they
hold references, and neither is what was sent. Control characters are escaped by JSON.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import orjson
import structlog

FIELDS: Final = frozenset({
    # Of structlog itself.
    "event", "level", "timestamp", "logger", "dropped",
    # Of a request: the endpoint's name, never its address.
    "request_id", "trace_id", "endpoint", "method", "status", "seconds", "reference",
    # What went wrong, and where: class names, codes, rules, places in the program.
    "error", "place", "code", "rule", "what", "where",
    # What processes tell of themselves.
    "authorities", "day", "heads", "orphans", "erased", "size", "witnesses", "origin", "suspicion",
    "known_size", "number", "kept",
})  # fmt: skip
"""Every field that may be written; a test finds those that the program names."""

_PERSONAL: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{9,12}(?![0-9A-Za-z])")
"""Identity numbers have 9 or 12 digits, telephone numbers 10 or 11."""
MASK: Final = "***"

Line = MutableMapping[str, Any]


def configure_logs() -> None:
    """Let this process write its log lines to standard output as JSON."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known,
            masked,
            _as_json,
        ],
        cache_logger_on_first_use=False,
    )


def only_known(_logger: object, _method: str, line: Line) -> Line:
    """Drop every field that is not in `FIELDS`, and tell the names of those that were."""
    unknown = sorted(name for name in line if name not in FIELDS)
    for name in unknown:
        del line[name]
    if unknown:
        line["dropped"] = unknown
    return line


def masked(_logger: object, _method: str, line: Line) -> Line:
    """Mask numbers that could be a person's, also inside of lists."""
    return {name: _masked(value) for name, value in line.items()}


def _masked(value: object) -> object:
    if isinstance(value, str):
        return _PERSONAL.sub(MASK, value)
    if isinstance(value, Mapping):
        return {str(name): _masked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value


def _as_json(_logger: object, _method: str, line: Line) -> str:
    return orjson.dumps(line, default=str).decode()
