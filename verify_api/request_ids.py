"""One identifier a request, so that an answer, its log lines and a proxy's can be laid together.

A caller may bring its own: ``X-Request-Id`` as a UUID or 32 hexadecimal digits, or the trace of a
``traceparent``; whatever has another form could be somebody's number and is not taken. The answer
names the identifier. Source: W3C Trace Context, section 3.2.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

HEADER: Final = "X-Request-Id"
_BYTES: Final = 16
_GIVEN: Final = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE
)
_TRACE: Final = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
_NO_TRACE: Final = "0" * 32


def request_id(environ: Mapping[str, Any], random_bytes: Callable[[int], bytes]) -> str:
    """Return the identifier that the request brings, or a new one: 32 hexadecimal digits or a UUID.

    Args:
        environ: Of the request (PEP 3333).
        random_bytes: Returns that many random bytes.
    """
    given = environ.get("HTTP_X_REQUEST_ID")
    if given is not None and _GIVEN.fullmatch(given):
        return str(given).lower()
    return trace_id(environ) or random_bytes(_BYTES).hex()


def trace_id(environ: Mapping[str, Any]) -> str | None:
    """Return the trace that the request belongs to; None if it names none."""
    found = _TRACE.fullmatch(environ.get("HTTP_TRACEPARENT") or "")
    return None if found is None or found[1] == _NO_TRACE else found[1]
