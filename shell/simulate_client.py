"""How a simulated day speaks to the service: who asks, what is sent, what is counted.

A thread keeps one connection; one that the service has closed is opened anew, once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from threading import local
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from ledger.errors import InvalidInputError
from shell.errors import NoAnswerError, UnsafeAddressError
from verify_api.identification import CSRF_FIELD, CSRF_HEADER
from verify_api.sessions import csrf_of

TIMEOUT: Final = 30.0
HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_GOOD: Final = range(200, 400)
_COOKIE: Final = "session"


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks: a system by its token, a person by their session, or nobody."""

    token: str | None = None
    cookie: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What says so."""
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token}"}
        if self.cookie is not None:
            return {"Cookie": f"{_COOKIE}={self.cookie}", CSRF_HEADER: csrf_of(self.cookie)}
        return {}


NOBODY: Final = Who()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    problem: str | None
    """The problem's type, ``http_…`` or ``no_answer`` where there is none; None if it is good."""
    content: bytes = b""
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Any:
        """The JSON."""
        return json.loads(self.content)


@dataclass
class Client:
    """Asks the service at ``url``."""

    url: str
    clock: Callable[[], float]
    _here: local = field(default_factory=local)

    def __post_init__(self) -> None:
        """Read the address.

        Raises:
            InvalidInputError: It is none.
            UnsafeAddressError: It is not on this machine: load is never sent to others.
        """
        parts = urlsplit(self.url)
        if parts.scheme != "http" or parts.hostname is None:
            raise InvalidInputError("--url", "address", "such as http://127.0.0.1:8000")
        if parts.hostname not in HERE:
            raise UnsafeAddressError("a simulated day is sent to this machine only")
        self._host, self._port = parts.hostname, parts.port or 80

    def post_json(
        self, path: str, body: object, who: Who, *, media_type: str = "application/json"
    ) -> Answer:
        """Send JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, content, who, media_type)

    def post_form(self, path: str, fields: Mapping[str, str], who: Who) -> Answer:
        """Send a form, with the token of the session's forms."""
        named = dict(fields)
        if who.cookie is not None:
            named[CSRF_FIELD] = csrf_of(who.cookie)
        content = urlencode(named).encode()
        return self.send("POST", path, content, who, "application/x-www-form-urlencoded")

    def send(
        self, method: str, path: str, content: bytes | None, who: Who, media_type: str = ""
    ) -> Answer:
        """Return the answer; a service that does not answer is one, too."""
        headers = {"Accept": "application/json", **who.headers}
        if content is not None:
            headers["Content-Type"] = media_type
        for attempt in range(2):
            connection = self._connection(fresh=attempt > 0)
            try:
                connection.request(method, path, content, headers)
                answered = connection.getresponse()
                text = answered.read()
            except TimeoutError:
                self._drop()
                break
            except (OSError, HTTPException):
                # Kept open too long: the service has closed it. Asked again once.
                self._drop()
                continue
            cookies = SimpleCookie(answered.headers.get("Set-Cookie", ""))
            return Answer(
                answered.status,
                _problem(answered.status, text),
                text,
                {name: one.value for name, one in cookies.items()},
            )
        return Answer(0, "no_answer")

    def sign_in(self, name: str, password: str) -> Who:
        """Return the session of an account.

        Raises:
            NoAnswerError: The service does not answer, or does not let it in.
        """
        answer = self.post_form("/login", {"name": name, "password": password}, NOBODY)
        if answer.problem is not None or _COOKIE not in answer.cookies:
            raise NoAnswerError(f"{self.url}: nobody could sign in: {answer.problem or 'refused'}")
        return Who(cookie=answer.cookies[_COOKIE])

    def _connection(self, *, fresh: bool) -> HTTPConnection:
        kept: HTTPConnection | None = getattr(self._here, "connection", None)
        if kept is None or fresh:
            kept = self._here.connection = HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        return kept

    def _drop(self) -> None:
        kept: HTTPConnection | None = getattr(self._here, "connection", None)
        if kept is not None:
            kept.close()
        self._here.connection = None


def _problem(status: int, text: bytes) -> str | None:
    if status in _GOOD:
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return f"http_{status}"
    if not isinstance(said, dict) or "type" not in said:
        return f"http_{status}"
    kind = str(said["type"]).rsplit(":", 1)[-1]
    return f"{kind}/{said['rule']}" if said.get("rule") else kind
