"""Browser sessions: an opaque 256-bit identifier in a cookie, everything else on the server.

Only the identifier's SHA-256 is stored, so that a copy of the table signs nobody in. A session
ends 15 minutes after its last request, 8 hours after it began, at once with its account, or when
the provider of identities says so. It knows when its person last showed who they are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Final

from keys.base64url import to_base64url
from verify_api.accounts import Account, account_of, mark_of
from verify_api.caller_database import CallerDatabase, Row, Transaction
from verify_api.errors import NotSignedInError, SignInRefusedError
from verify_api.identity.authentication import Assurance, Authentication, Method
from verify_api.moments import microseconds, moment

IDENTIFIER_BYTES: Final = 32
IDLE: Final = timedelta(minutes=15)
LIFETIME: Final = timedelta(hours=8)
NOTE_AFTER: Final = timedelta(seconds=30)
"""A session's last request is written down at most this often."""

_COLUMNS: Final = (
    "a.account_id, a.name, a.title, a.role, a.organisation, a.subject, a.password, a.disabled"
)
_AUTHENTICATION: Final = (
    "u.authenticated_at, u.method, u.assurance, u.subject_hash, u.provider_session_hash"
)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    account: Account
    csrf: str
    """What its forms carry to show that they are ours."""
    authentication: Authentication
    """When and how its person last showed who they are."""


class Sessions:
    """The sessions in one database."""

    def __init__(self, database: CallerDatabase) -> None:
        """Use ``database``."""
        self._database = database

    def begin(
        self, account: Account, *, identifier: bytes, at: datetime,
        authentication: Authentication | None = None,
    ) -> str:  # fmt: skip
        """Begin a session and return what the cookie holds.

        Args:
            account: Who has signed in.
            identifier: 32 random bytes.
            at: Now.
            authentication: How they showed who they are; by the account's password if left out.

        Raises:
            SignInRefusedError: The account was closed or got another password meanwhile.
        """
        cookie = to_base64url(identifier)
        now = microseconds(at)
        with self._database.transaction() as transaction:
            # First of all: whoever changes the account now waits, and then ends this session too.
            _require_unchanged(transaction, account)
            transaction.run(
                "DELETE FROM sessions WHERE seen_at < ? OR created_at < ?",
                (microseconds(at - IDLE), microseconds(at - LIFETIME)),
            )
            transaction.run(
                "INSERT INTO sessions (session_hash, account_id, created_at, seen_at) "
                "VALUES (?, ?, ?, ?)",
                (session_hash(cookie), account.account_id, now, now),
            )
            if authentication is not None:
                _note(transaction, session_hash(cookie), authentication)
        return cookie

    def find(self, cookie: str, *, at: datetime) -> Session | None:
        """Return the session of ``cookie``, and note that it is alive; None if it has ended."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                f"SELECT {_COLUMNS}, s.created_at, s.seen_at, {_AUTHENTICATION} FROM sessions s "  # noqa: S608 (our own names)
                "JOIN accounts a ON a.account_id = s.account_id "
                "LEFT JOIN authentications u ON u.session_hash = s.session_hash "
                "WHERE s.session_hash = ?",
                (session_hash(cookie),),
            )
            if not rows or rows[0][7]:
                return None
            created_at, seen_at = moment(rows[0][8]), moment(rows[0][9])
            if at >= seen_at + IDLE or at >= created_at + LIFETIME:
                return None
            if at >= seen_at + NOTE_AFTER:
                transaction.run(
                    "UPDATE sessions SET seen_at = ? WHERE session_hash = ?",
                    (microseconds(at), session_hash(cookie)),
                )
        return Session(account_of(rows[0][:8]), csrf_of(cookie), _authentication(rows[0][8:]))

    def renew(self, cookie: str, authentication: Authentication) -> None:
        """Note that the session's person has shown again who they are.

        Raises:
            NotSignedInError: The session has ended meanwhile.
        """
        with self._database.transaction() as transaction:
            # Held to the end of this transaction: nobody ends it before the note stands.
            held = transaction.run(
                "UPDATE sessions SET seen_at = seen_at WHERE session_hash = ? "
                "RETURNING session_hash",
                (session_hash(cookie),),
            )
            if not held:
                raise NotSignedInError("the session is over: sign in again")
            _note(transaction, session_hash(cookie), authentication)

    def end_of_provider(
        self, *, subject_hash: str | None, provider_session_hash: str | None
    ) -> list[str]:
        """End what the provider ends, and return whose sessions those were.

        Args:
            subject_hash: Of the person; all their sessions if no session is named.
            provider_session_hash: Of the provider's session; of the person, if one is named.
        """
        wanted = {"u.subject_hash": subject_hash, "u.provider_session_hash": provider_session_hash}
        given = {column: value for column, value in wanted.items() if value is not None}
        assert given, "somebody or something ends"
        condition = " AND ".join(f"{column} = ?" for column in given)
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT s.session_hash, s.account_id FROM sessions s "  # noqa: S608 (our own names)
                "JOIN authentications u ON u.session_hash = s.session_hash "
                f"WHERE {condition}",
                tuple(given.values()),
            )
            for ended, _ in rows:
                transaction.run("DELETE FROM sessions WHERE session_hash = ?", (ended,))
        return sorted({str(account) for _, account in rows})

    def end_others(self, cookie: str, account_id: str) -> int:
        """End the sessions of an account but that of ``cookie``; return how many those were."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT session_hash FROM sessions WHERE account_id = ? AND session_hash <> ?",
                (account_id, session_hash(cookie)),
            )
            for (ended,) in rows:
                transaction.run("DELETE FROM sessions WHERE session_hash = ?", (ended,))
        return len(rows)

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
            transaction.run("DELETE FROM sessions WHERE session_hash = ?", (session_hash(cookie),))


def csrf_of(cookie: str) -> str:
    """Return the synchroniser token of a session: known to its pages, to no other site."""
    return to_base64url(hmac_digest(cookie.encode(), b"csrf", "sha256"))


def is_csrf(given: str, expected: str) -> bool:
    """Compare without telling how far they agree."""
    return compare_digest(given.encode(), expected.encode())


def session_hash(cookie: str) -> str:
    """Return what is stored of a session's cookie."""
    return sha256(cookie.encode()).hexdigest()


def _require_unchanged(transaction: Transaction, account: Account) -> None:
    rows = transaction.run(
        "UPDATE accounts SET disabled = disabled WHERE account_id = ? AND disabled = 0 "
        "RETURNING password",
        (account.account_id,),
    )
    compared = account.password_mark
    if not rows or (compared is not None and compared != mark_of(rows[0][0])):
        raise SignInRefusedError("the account has changed: sign in again")


def _note(transaction: Transaction, session: str, shown: Authentication) -> None:
    transaction.run(
        "INSERT INTO authentications (session_hash, authenticated_at, method, assurance, "
        "subject_hash, provider_session_hash) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (session_hash) DO UPDATE SET authenticated_at = excluded.authenticated_at, "
        "method = excluded.method, assurance = excluded.assurance, "
        # By whatever it was shown again: the provider that began the session can still end it.
        "subject_hash = COALESCE(excluded.subject_hash, authentications.subject_hash), "
        "provider_session_hash = "
        "COALESCE(excluded.provider_session_hash, authentications.provider_session_hash)",
        (
            session, microseconds(shown.at), shown.method.value, shown.assurance.value,
            shown.subject_hash, shown.provider_session_hash,
        ),
    )  # fmt: skip


def _authentication(row: Row) -> Authentication:
    created_at, _, authenticated_at, method, assurance, subject, provider_session = row
    if authenticated_at is None:
        return Authentication(moment(created_at), Method.PASSWORD)
    return Authentication(
        moment(authenticated_at), Method(method), Assurance(assurance), subject, provider_session
    )
