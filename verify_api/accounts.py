"""Accounts of people: made by an administrator, signed in by name and password.

Failed sign-ins are slowed down in the database, so that every worker and a restart count the same
attempts, by account name and by network; and a name that does not exist costs as much as a wrong
password.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from ledger.errors import ConflictError, InvalidInputError, NotFoundError
from verify_api.caller_database import CallerDatabase, Row, Transaction
from verify_api.callers import Role
from verify_api.errors import SignInRefusedError, TooManyRequestsError
from verify_api.moments import microseconds
from verify_api.passwords import (
    COST,
    SALT_BYTES,
    PasswordCost,
    check_new_password,
    hash_password,
    is_password,
)

LONGEST_NAME: Final = 64
"""Characters of an account's name."""

_COLUMNS: Final = "account_id, name, title, role, organisation, subject, password, disabled"


@dataclass(frozen=True, slots=True)
class Account:
    """One person in one role."""

    account_id: str
    """Random reference; what facts name as actor."""
    name: str
    """What is typed to sign in."""
    title: str
    """What its own screen shows."""
    role: Role
    organisation: str | None = None
    subject: UUID | None = None
    """Whose account it is, where it is a citizen's."""
    disabled: bool = False
    password_mark: str | None = field(default=None, compare=False, repr=False)
    """`mark_of` the stored password that was compared just now; None if none was."""


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """How often a sign-in may fail: ``burst`` at once, then one each ``interval``."""

    burst: int
    interval: timedelta


BY_NAME: Final = AttemptLimit(burst=5, interval=timedelta(seconds=60))
"""For one name from one network: a stranger elsewhere does not lock the owner out."""
BY_NAME_ANYWHERE: Final = AttemptLimit(burst=50, interval=timedelta(seconds=20))
BY_NETWORK: Final = AttemptLimit(burst=30, interval=timedelta(seconds=10))
_SWEPT_AT_ONCE: Final = 100


@cache
def _decoy(cost: PasswordCost) -> str:
    """Return what is compared where there is no account, so that it takes as long; no secret."""
    return hash_password("nobody's password", salt=bytes(SALT_BYTES), cost=cost)


class Accounts:
    """The accounts in one database."""

    def __init__(self, database: CallerDatabase, *, cost: PasswordCost = COST) -> None:
        """Use ``database``."""
        self._database = database
        self._cost = cost
        self._decoy = _decoy(cost)

    def add(self, account: Account, password: str, *, salt: bytes, at: datetime) -> None:
        """Add ``account``.

        Raises:
            InvalidInputError: The name or the password is not of the form wanted.
            ConflictError: There is an account of that name.
        """
        if not 1 <= len(account.name) <= LONGEST_NAME or account.name != _key(account.name):
            raise InvalidInputError("name", "account_name", "1 to 64 characters, lower case")
        check_new_password(password, account_name=account.name)
        hashed = hash_password(password, salt=salt, cost=self._cost)
        with self._database.transaction() as transaction:
            if transaction.run("SELECT 1 FROM accounts WHERE name = ?", (account.name,)):
                raise ConflictError(f"there is an account {account.name} already")
            transaction.run(
                f"INSERT INTO accounts ({_COLUMNS}, created_at) VALUES (?,?,?,?,?,?,?,?,?)",  # noqa: S608 (our own names)
                (
                    account.account_id,
                    account.name,
                    account.title,
                    account.role.value,
                    account.organisation,
                    None if account.subject is None else str(account.subject),
                    hashed,
                    int(account.disabled),
                    microseconds(at),
                ),
            )

    def sign_in(self, name: str, password: str, *, network: str, at: datetime) -> Account:
        """Return the account of ``name``.

        Args:
            name: As typed.
            password: As typed.
            network: Where the attempt comes from, as `verify_api.limiter.network_of` gives it.
            at: Now.

        Raises:
            SignInRefusedError: Unknown, disabled, or another password; all at the same cost.
            TooManyRequestsError: Too many have failed; nothing was compared.
        """
        key = _key(name)[: LONGEST_NAME + 1]
        own = _attempt("name and network", f"{key} {network}")
        with self._database.transaction() as transaction:
            attempts = {
                own: BY_NAME,
                _attempt("name", key): BY_NAME_ANYWHERE,
                _attempt("network", network): BY_NETWORK,
            }
            _count(transaction, attempts, at)
            rows = transaction.run(f"SELECT {_COLUMNS} FROM accounts WHERE name = ?", (key,))  # noqa: S608 (our own names)
        hashed = rows[0][6] if rows else self._decoy
        if not is_password(password, hashed) or not rows or rows[0][7]:
            raise SignInRefusedError("the name or the password is wrong")
        with self._database.transaction() as transaction:
            _forget(transaction, own, at)
        return replace(account_of(rows[0]), password_mark=mark_of(hashed))

    def confirm(self, account_id: str, password: str, *, at: datetime) -> None:
        """Let somebody who is signed in say again who they are, before what weighs most.

        Raises:
            SignInRefusedError: Another password, or no such account; at the same cost.
            TooManyRequestsError: Too many have failed; nothing was compared.
        """
        attempt = _attempt("confirmation", account_id)
        with self._database.transaction() as transaction:
            _count(transaction, {attempt: BY_NAME}, at)
            rows = transaction.run(
                f"SELECT {_COLUMNS} FROM accounts WHERE account_id = ?",  # noqa: S608 (our own names)
                (account_id,),
            )
        hashed = rows[0][6] if rows else self._decoy
        if not is_password(password, hashed) or not rows or rows[0][7]:
            raise SignInRefusedError("the password is wrong")
        with self._database.transaction() as transaction:
            transaction.run("DELETE FROM sign_in_attempts WHERE who = ?", (attempt,))

    def set_password(self, name: str, password: str, *, salt: bytes) -> None:
        """Give the account ``name`` another password, and end its sessions.

        Raises:
            NotFoundError: There is no such account.
            InvalidInputError: The password is not of the form wanted.
        """
        check_new_password(password, account_name=name)
        hashed = hash_password(password, salt=salt, cost=self._cost)
        with self._database.transaction() as transaction:
            account_id = _account_id(transaction, name)
            transaction.run(
                "UPDATE accounts SET password = ? WHERE account_id = ?", (hashed, account_id)
            )
            transaction.run("DELETE FROM sessions WHERE account_id = ?", (account_id,))

    def disable(self, name: str) -> None:
        """Let nobody sign in as ``name`` again, and end its sessions.

        Raises:
            NotFoundError: There is no such account.
        """
        with self._database.transaction() as transaction:
            account_id = _account_id(transaction, name)
            transaction.run("UPDATE accounts SET disabled = 1 WHERE account_id = ?", (account_id,))
            transaction.run("DELETE FROM sessions WHERE account_id = ?", (account_id,))

    def named(self, name: str) -> Account | None:
        """Return the account that signs in as ``name``, None if there is none."""
        with self._database.transaction() as transaction:
            rows = transaction.run(f"SELECT {_COLUMNS} FROM accounts WHERE name = ?", (_key(name),))  # noqa: S608 (our own names)
        return account_of(rows[0]) if rows else None

    def working_at(self, organisation: str, role: str) -> list[Account]:
        """Return who can sign in for an organisation in a role, by title."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                f"SELECT {_COLUMNS} FROM accounts WHERE organisation = ? AND role = ? "  # noqa: S608 (our own names)
                "AND disabled = 0 ORDER BY title, name",
                (organisation, role),
            )
        return [account_of(row) for row in rows]

    def all(self) -> list[Account]:
        """Return every account, by name."""
        with self._database.transaction() as transaction:
            rows = transaction.run(f"SELECT {_COLUMNS} FROM accounts ORDER BY name")  # noqa: S608 (our own names)
        return [account_of(row) for row in rows]


def account_of(row: Row) -> Account:
    """Return the account in a row of the table's first eight columns."""
    account_id, name, title, role, organisation, subject, _, disabled = row
    return Account(
        account_id=account_id,
        name=name,
        title=title,
        role=Role(role),
        organisation=organisation,
        subject=None if subject is None else UUID(subject),
        disabled=bool(disabled),
    )


def mark_of(stored: str) -> str:
    """Return by what a stored password is told from another one; it signs nobody in."""
    return sha256(stored.encode()).hexdigest()


def _account_id(transaction: Transaction, name: str) -> str:
    rows = transaction.run("SELECT account_id FROM accounts WHERE name = ?", (name,))
    if not rows:
        raise NotFoundError(f"there is no account {name}")
    return str(rows[0][0])


def _key(name: str) -> str:
    return name.strip().casefold()


def _attempt(sort: str, value: str) -> str:
    # What people mistype into the name's field may be their password: only its hash is kept.
    return sha256(f"{sort}:{value}".encode()).hexdigest()


def _count(transaction: Transaction, attempts: Mapping[str, AttemptLimit], at: datetime) -> None:
    """Count one attempt under each name, or refuse it."""
    # Every transaction takes rows of this table in the order of their names, `_forget` too: so no
    # two wait for one another.
    early = max(_counted(transaction, who, attempts[who], at) for who in sorted(attempts))
    if early > 0:
        raise TooManyRequestsError(early / 1_000_000)


def _counted(transaction: Transaction, who: str, limit: AttemptLimit, at: datetime) -> int:
    """Return by how many microseconds an attempt comes too early.

    Generic cell rate algorithm, as in `verify_api.limiter`.
    """
    now, interval = microseconds(at), int(limit.interval / timedelta(microseconds=1))
    # One statement: attempts that come at the same moment are counted one after the other. The
    # caller's transaction takes a refused one back.
    ((free_at,),) = transaction.run(
        "INSERT INTO sign_in_attempts (who, free_at) VALUES (?, ?) "
        "ON CONFLICT (who) DO UPDATE SET free_at = ? + "
        "CASE WHEN sign_in_attempts.free_at > ? THEN sign_in_attempts.free_at ELSE ? END "
        "RETURNING free_at",
        (who, now + interval, interval, now, now),
    )
    return int(free_at) - now - interval * limit.burst


def _forget(transaction: Transaction, own: str, at: datetime) -> None:
    """Forget the attempts of who has signed in, and some of all those that no longer count."""
    now = microseconds(at)
    over = transaction.run(
        "SELECT who FROM sign_in_attempts WHERE free_at < ? LIMIT ?", (now, _SWEPT_AT_ONCE)
    )
    for who in sorted({own, *(who for (who,) in over)}):
        transaction.run(
            "DELETE FROM sign_in_attempts WHERE who = ? AND (who = ? OR free_at < ?)",
            (who, own, now),
        )
