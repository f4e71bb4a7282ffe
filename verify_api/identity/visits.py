"""A browser's visit to the provider: begun here, ended here by the same browser, once.

The browser keeps one secret in a cookie for ten minutes. State is random; nonce and PKCE verifier
are made of both, so that nothing here opens anything: whoever reads the table, sees the address
that comes back, or makes somebody else's browser open it, lacks the cookie.

Source: RFC 9700, sections 2.1.1 and 4.7; RFC 7636.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Final

from keys.base64url import to_base64url
from verify_api.caller_database import CallerDatabase
from verify_api.identity.errors import IdentityRefusedError
from verify_api.moments import microseconds, moment

LIFE: Final = timedelta(minutes=10)
SECRET_BYTES: Final = 32
_LONGEST_STATE: Final = 64


@dataclass(frozen=True, slots=True)
class Visit:
    """What goes with a browser to the provider."""

    state: str
    nonce: str
    verifier: str
    """PKCE; 43 characters."""

    @property
    def challenge(self) -> str:
        """What S256 makes of the verifier."""
        return to_base64url(sha256(self.verifier.encode()).digest())


@dataclass(frozen=True, slots=True)
class Returned:
    """A visit that has come to its end."""

    visit: Visit
    started_at: datetime
    session_hash: str | None
    """Of the session that it steps up; None for a sign-in."""
    return_to: str


class Visits:
    """The visits in one database."""

    def __init__(self, database: CallerDatabase) -> None:
        """Use ``database``."""
        self._database = database

    def begin(
        self, *, browser: bytes, state: bytes, session_hash: str | None, return_to: str,
        at: datetime,
    ) -> Visit:  # fmt: skip
        """Begin a visit; ``browser`` (for its cookie) and ``state`` are 32 random bytes each."""
        visit = _visit(to_base64url(browser), to_base64url(state))
        with self._database.transaction() as transaction:
            transaction.run(
                "DELETE FROM provider_visits WHERE started_at < ?", (microseconds(at - LIFE),)
            )
            transaction.run(
                "INSERT INTO provider_visits (state_hash, browser_hash, session_hash, return_to, "
                "started_at) VALUES (?, ?, ?, ?, ?)",
                (
                    _hash(visit.state), _hash(to_base64url(browser)), session_hash, return_to,
                    microseconds(at),
                ),
            )  # fmt: skip
        return visit

    def end(self, *, browser: str, state: str, at: datetime) -> Returned:
        """Return the visit of ``state``, which is over with this, whoever comes with it.

        Raises:
            IdentityRefusedError: ``state``: it is unknown, used, too old or another browser's.
        """
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "DELETE FROM provider_visits WHERE state_hash = ? "
                "RETURNING browser_hash, session_hash, return_to, started_at",
                (_hash(state[: _LONGEST_STATE + 1]),),
            )
        if not rows or not compare_digest(rows[0][0], _hash(browser)):
            raise IdentityRefusedError(
                "state", "expected the answer to this browser's own question"
            )
        started_at = moment(rows[0][3])
        if at >= started_at + LIFE:
            raise IdentityRefusedError("state", "expected an answer within ten minutes")
        return Returned(_visit(browser, state), started_at, rows[0][1], rows[0][2])


def _visit(browser: str, state: str) -> Visit:
    def derived(use: str) -> str:
        return to_base64url(hmac_digest(browser.encode(), f"{use}:{state}".encode(), "sha256"))

    return Visit(state, derived("nonce"), derived("verifier"))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
