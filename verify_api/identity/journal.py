"""The journal of who signed in, who was let in and by whom: appended to, chained, never changed.

Each entry carries the SHA-256 of the one before, so that an entry which was changed, taken out or
put between is found by whoever has a later one. The database refuses changes on top of that.
Pseudonyms and codes only: no name that somebody typed, no number, no address of a network.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from verify_api.caller_database import CallerDatabase, Row, Transaction
from verify_api.identity.spent_tokens import spend
from verify_api.moments import microseconds, moment

BEFORE_THE_FIRST: Final = "0" * 64
_AT_ONCE: Final = 1000
_MINUTE: Final = timedelta(minutes=1)
_COLUMNS: Final = "sequence, at, deed, account, organisation, detail, previous, digest"


class Deed(StrEnum):
    """What happened."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    STEPPED_UP = "stepped_up"
    STEP_UP_FAILED = "step_up_failed"
    PROVIDER_ENDED_SESSIONS = "provider_ended_sessions"
    PROVIDER_TOKEN_REFUSED = "provider_token_refused"  # noqa: S105  a name
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a name
    API_TOKEN_ISSUED = "api_token_issued"  # noqa: S105  a name
    API_TOKEN_REVOKED = "api_token_revoked"  # noqa: S105  a name
    ACCOUNT_LINKED = "account_linked"
    ACCOUNT_OPENED = "account_opened"
    """A citizen's, at their first sign-in."""
    ORGANISATION_NAMED = "organisation_named"
    ADMINISTRATOR_NAMED = "administrator_named"
    MEMBER_INVITED = "member_invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    MEMBER_JOINED = "member_joined"
    MEMBER_REMOVED = "member_removed"
    CLIENT_REGISTERED = "client_registered"
    CLIENT_DISABLED = "client_disabled"
    CLIENT_KEY_ADDED = "client_key_added"
    CLIENT_KEY_REVOKED = "client_key_revoked"
    TOKEN_GRANTED = "token_granted"  # noqa: S105  a name
    TOKEN_REFUSED = "token_refused"  # noqa: S105  a name


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    sequence: int
    """1, 2, 3 … without a gap."""
    at: datetime
    deed: Deed
    account: str | None
    """Who did it, or tried to: an account's or a client's reference; None if nobody is known."""
    organisation: str | None
    detail: Mapping[str, str]
    previous: str
    digest: str

    def expected_digest(self) -> str:
        """Return what `digest` is if nothing of the entry was changed."""
        return _digest(
            self.sequence, microseconds(self.at), self.deed.value, self.account,
            self.organisation, _text(self.detail), self.previous,
        )  # fmt: skip


class Journal:
    """The journal in one database."""

    def __init__(self, database: CallerDatabase) -> None:
        """Use ``database``."""
        self._database = database

    def write(
        self, deed: Deed, *, at: datetime, account: str | None = None,
        organisation: str | None = None, **detail: str,
    ) -> None:  # fmt: skip
        """Append one entry, in a transaction of its own."""
        with self._database.transaction() as transaction:
            append(transaction, deed, at=at, account=account, organisation=organisation, **detail)

    def write_seldom(
        self, deed: Deed, rule: str, *, at: datetime, account: str | None = None,
        organisation: str | None = None,
    ) -> None:  # fmt: skip
        """Append that something failed, once a minute of each account and rule.

        Whoever fails on purpose a thousand times fills no disk; failures of nobody whom we know
        count together.
        """
        minute = at.replace(second=0, microsecond=0)
        key = f"{account}:{rule}:{minute.isoformat()}"
        with self._database.transaction() as transaction:
            if spend(transaction, f"journal:{deed}", key, until=minute + _MINUTE, at=at):
                append(
                    transaction, deed, at=at, account=account, organisation=organisation,
                    rule=rule,
                )  # fmt: skip

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Yield the entries behind ``after``, oldest first."""
        while True:
            with self._database.transaction() as transaction:
                rows = transaction.run(
                    f"SELECT {_COLUMNS} FROM caller_journal WHERE sequence > ? "  # noqa: S608 (our own names)
                    "ORDER BY sequence LIMIT ?",
                    (after, _AT_ONCE),
                )
            if not rows:
                return
            yield from map(_entry, rows)
            after = int(rows[-1][0])

    def first_broken(self) -> int | None:
        """Return the first sequence at which the chain does not hold; None if all of it does."""
        sequence, digest = 0, BEFORE_THE_FIRST
        for entry in self.entries():
            sequence += 1
            follows = entry.sequence == sequence and entry.previous == digest
            if not follows or entry.digest != entry.expected_digest():
                return sequence
            digest = entry.digest
        with self._database.transaction() as transaction:
            ends = transaction.run("SELECT sequence, digest FROM caller_journal_end")
        known = [(sequence, digest)] if sequence else []
        return None if [tuple(end) for end in ends] == known else sequence + 1


def append(
    transaction: Transaction, deed: Deed, *, at: datetime, account: str | None = None,
    organisation: str | None = None, **detail: str,
) -> None:  # fmt: skip
    """Append one entry in ``transaction``, so that it stands exactly if what it tells does."""
    # 1. Take the end: whoever appends at the same time waits here until this transaction is over.
    ((sequence, previous),) = transaction.run(
        "INSERT INTO caller_journal_end (one, sequence, digest) VALUES (1, 1, ?) "
        "ON CONFLICT (one) DO UPDATE SET sequence = caller_journal_end.sequence + 1 "
        "RETURNING sequence, digest",
        (BEFORE_THE_FIRST,),
    )
    # 2. Write the entry behind it. 3. Let the end be this one.
    now, told = microseconds(at), _text(detail)
    digest = _digest(sequence, now, deed.value, account, organisation, told, previous)
    transaction.run(
        f"INSERT INTO caller_journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (our own names)
        (sequence, now, deed.value, account, organisation, told, previous, digest),
    )
    transaction.run("UPDATE caller_journal_end SET digest = ?", (digest,))


def _entry(row: Row) -> Entry:
    sequence, at, deed, account, organisation, detail, previous, digest = row
    return Entry(
        sequence, moment(at), Deed(deed), account, organisation, json.loads(detail), previous,
        digest,
    )  # fmt: skip


def _text(detail: Mapping[str, str]) -> str:
    return json.dumps(dict(detail), sort_keys=True, separators=(",", ":"))


def _digest(*values: object) -> str:
    return sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()
