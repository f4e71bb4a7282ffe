"""Browser sessions: an opaque 256-bit identifier in a cookie, everything else on the server.

Only the identifier's SHA-256 is stored, so that a copy of the table signs nobody in. A session
ends 15 minutes after its last request, 8 hours after it began, or at once with its account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Final

from keys.base64url import to_base64url
from verify_api.accounts import Account, account_of
from verify_api.caller_database import CallerDatabase
from verify_api.moments import microseconds, moment

IDENTIFIER_BYTES: Final = 32
IDLE: Final = timedelta(minutes=15)
LIFETIME: Final = timedelta(hours=8)
NOTE_AFTER: Final = timedelta(seconds=30)
"""A session's last request is written down at most this often."""

_COLUMNS: Final = (
    "a.account_id, a.name, a.title, a.role, a.organisation, a.subject, a.password, a.disabled"
)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    account: Account
    csrf: str
    """What its forms carry to show that they are ours."""


class Sessions:
    """The sessions in one database."""

    def __init__(self, database: CallerDatabase) -> None:
        """Use ``database``."""
        self._database = database

    def begin(self, account: Account, *, identifier: bytes, at: datetime) -> str:
        """Begin a session and return what the cookie holds; ``identifier`` is 32 random bytes."""
        cookie = to_base64url(identifier)
        now = microseconds(at)
        with self._database.transaction() as transaction:
            transaction.run(
                "DELETE FROM sessions WHERE seen_at < ? OR created_at < ?",
                (microseconds(at - IDLE), microseconds(at - LIFETIME)),
            )
            transaction.run(
                "INSERT INTO sessions (session_hash, account_id, created_at, seen_at) "
                "VALUES (?, ?, ?, ?)",
                (_hash(cookie), account.account_id, now, now),
            )
        return cookie

    def find(self, cookie: str, *, at: datetime) -> Session | None:
        """Return the session of ``cookie``, and note that it is alive; None if it has ended."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                f"SELECT {_COLUMNS}, s.created_at, s.seen_at FROM sessions s "  # noqa: S608 (our own names)
                "JOIN accounts a ON a.account_id = s.account_id WHERE s.session_hash = ?",
                (_hash(cookie),),
            )
            if not rows or rows[0][7]:
                return None
            created_at, seen_at = moment(rows[0][8]), moment(rows[0][9])
            if at >= seen_at + IDLE or at >= created_at + LIFETIME:
                return None
            if at >= seen_at + NOTE_AFTER:
                transaction.run(
                    "UPDATE sessions SET seen_at = ? WHERE session_hash = ?",
                    (microseconds(at), _hash(cookie)),
                )
        return Session(account_of(rows[0][:8]), csrf_of(cookie))

    def count(self, *, at: datetime) -> int:
        """Return how many browsers are signed in."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT COUNT(*) FROM sessions WHERE seen_at > ? AND created_at > ?",
                (microseconds(at - IDLE), microseconds(at - LIFETIME)),
            )
        return int(rows[0][0])

    def end(self, cookie: str) -> None:
        """End the session of ``cookie``, if there is one."""
        with self._database.transaction() as transaction:
            transaction.run("DELETE FROM sessions WHERE session_hash = ?", (_hash(cookie),))


def csrf_of(cookie: str) -> str:
    """Return the synchroniser token of a session: known to its pages, to no other site."""
    return to_base64url(hmac_digest(cookie.encode(), b"csrf", "sha256"))


def is_csrf(given: str, expected: str) -> bool:
    """Compare without telling how far they agree."""
    return compare_digest(given.encode(), expected.encode())


def _hash(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()
