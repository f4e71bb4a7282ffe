"""Sends signed notices to a province, and reads its answer as one of the retry classes.

Only the address in the operator's settings is ever called: https, or plain http on loopback for
tests and simulators. Redirects are not followed.
"""

import http.client
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from ledger.errors import InvalidInputError
from ledger.records.portal import Answer
from verify_api.message_signature import sign_message

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 16 << 10
_ALREADY_THERE = "cannot_move_to_status"
_INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a province listens."""

    address: str
    kid: bytes
    sign: Callable[[bytes], bytes]

    def __post_init__(self) -> None:
        """Refuse an address that would carry notices in the clear over a network.

        Raises:
            InvalidInputError: Neither https nor plain http on loopback.
        """
        parts = urlsplit(self.address)
        plain_at_home = parts.scheme == "http" and _is_loopback(parts.hostname)
        if not parts.hostname or parts.username or not (parts.scheme == "https" or plain_at_home):
            raise InvalidInputError("webhook", "address", "an https address without a user name")

    def send(self, notice: dict[str, object], at: datetime) -> Answer:
        """Post ``notice`` signed, and return how it was taken; never raises for the network."""
        body = json.dumps(notice, ensure_ascii=False, separators=(",", ":")).encode()
        headers = sign_message(
            method="POST", target=self.address, body=body, kid=self.kid, at=at, sign=self.sign
        )
        headers["Content-Type"] = "application/json"
        parts = urlsplit(self.address)
        connection = _connection(parts)
        try:
            connection.request("POST", parts.path or "/", body, headers)
            response = connection.getresponse()
            return read_answer(response.status, response.read(MAX_ANSWER_BYTES))
        except (OSError, http.client.HTTPException):
            return Answer.UNREACHABLE
        finally:
            connection.close()


def read_answer(status: int, body: bytes) -> Answer:
    """Return the class of an answer: by its status, and by the province's word in ``code``."""
    word = _word(body)
    if word == _ALREADY_THERE:
        return Answer.ALREADY_THERE
    overloaded = status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
    if word == _INTERRUPTED or overloaded or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer.INTERRUPTED
    accepted = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES and word in {None, "ok"}
    return Answer.ACCEPTED if accepted else Answer.REFUSED


def _word(body: bytes) -> object:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer.get("code") if isinstance(answer, dict) else None


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
    return http.client.HTTPSConnection(
        host, parts.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
