"""The six digits that a person types before their Form 2 is shown. Facts, state, decisions.

One stream a person. A wrong entry is a fact, and so is a right one: of many guesses at the same
time no more are answered than of guesses one by one. After `MOST_FAILURES` wrong ones in a row
nothing is compared for `PAUSE`; then each further wrong one begins another.

Source: the ministry's draft circular of 17 April 2026 (the holder needs the passcode to show
Form 2). What is done when it was forgotten, it does not say; here its holder chooses another after
showing who they are, as before any act of weight, and everybody can see afterwards that it was so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never
from uuid import UUID, uuid5

from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import PASSCODE
from ledger.personal import Erased, Identity

MOST_FAILURES: Final = 5
PAUSE: Final = timedelta(minutes=30)
"""53 guesses a day at most: half of all codes take 26 years."""
SHOWN_WITHIN: Final = timedelta(minutes=5)
"""How long after its holder showed who they are a forgotten one may be set anew."""

_NAMESPACE: Final = UUID("6c7d5a3e-7c55-5c0a-9a0e-0b7a4d1c2e93")
"""Namespace of the passcode streams; fixed for ever."""
_RUN: Final = frozenset({"0123456789", "9876543210"})


@dataclass(frozen=True, slots=True)
class PasscodeSet:
    """The person chose a passcode, the first one or another."""

    hashed: Identity[str]
    """Argon2id, as a PHC string."""


@dataclass(frozen=True, slots=True)
class PasscodeFailed:
    """Another one was typed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PasscodePassed:
    """It was typed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PasscodeReset:
    """The person had forgotten it, showed who they are, and chose another.

    The former one is compared no more from here on, and nobody is locked out by its guesses.
    """

    hashed: Identity[str]
    """Argon2id, as a PHC string."""
    shown_at: datetime
    """When the person showed who they are."""


Fact: TypeAlias = PasscodeSet | PasscodeReset | PasscodeFailed | PasscodePassed

TOPICS: dict[str, type] = {
    "passcode.set/1": PasscodeSet,
    "passcode.reset/1": PasscodeReset,
    "passcode.failed/1": PasscodeFailed,
    "passcode.passed/1": PasscodePassed,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Passcode:
    """A person's passcode as the facts so far tell."""

    hashed: str | Erased | None = None
    failures: int = 0
    """In a row."""
    failed_at: datetime | None = None

    def locked_until(self, at: datetime) -> datetime | None:
        """Return when the next one is compared; None if one is now."""
        if self.failures < MOST_FAILURES or self.failed_at is None:
            return None
        until = self.failed_at + PAUSE
        return until if at < until else None


def passcode_stream(subject: UUID) -> UUID:
    """Return the stream of a person's passcode."""
    return uuid5(_NAMESPACE, f"passcode\n{subject}")


def evolve(state: Passcode, fact: Fact) -> Passcode:
    """Return the passcode after ``fact``."""
    match fact:
        case PasscodeSet() | PasscodeReset():
            return Passcode(fact.hashed)
        case PasscodeFailed():
            return replace(state, failures=state.failures + 1, failed_at=fact.at)
        case PasscodePassed():
            return replace(state, failures=0, failed_at=None)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Passcode:
    """Return the passcode; one without a hash if none was chosen."""
    state = Passcode()
    for fact in facts:
        state = evolve(state, fact)
    return state


def check_new(passcode: str, *, again: str) -> str:
    """Return a new passcode if it is of the form wanted and not the first that anybody tries.

    Raises:
        InvalidInputError: Not six digits, one digit six times, digits in a row, or typed otherwise
            the second time.
    """
    PASSCODE.check(passcode, place="passcode")
    if len(set(passcode)) == 1 or any(passcode in run for run in _RUN):
        raise InvalidInputError("passcode", "passcode_too_easy", "6 digits that nobody guesses")
    if again != passcode:
        raise InvalidInputError("again", "passcode_differs", "the same 6 digits once more")
    return passcode


def check_may_try(state: Passcode, *, at: datetime) -> str:
    """Return the hash to compare with.

    Raises:
        RefusedError: ``passcode_not_set``, or ``passcode_locked``.
    """
    if not isinstance(state.hashed, str):
        raise RefusedError("passcode_not_set", "choose a passcode first")
    if state.locked_until(at) is not None:
        raise RefusedError("passcode_locked", "too many wrong ones: wait, then try again")
    return state.hashed


def tried(state: Passcode, *, passed: bool, at: datetime) -> PasscodePassed | PasscodeFailed:
    """Return what was typed as a fact.

    Raises:
        RefusedError: ``passcode_not_set``, or ``passcode_locked``.
    """
    check_may_try(state, at=at)
    return PasscodePassed(at) if passed else PasscodeFailed(at)


def reset(state: Passcode, *, hashed: str, shown_at: datetime, at: datetime) -> PasscodeReset:
    """Return that another one takes the place of the forgotten one, locked or not.

    Raises:
        RefusedError: ``passcode_not_set``: there is none to forget; or ``identity_not_fresh``:
            who asks showed who they are too long ago.
    """
    if not isinstance(state.hashed, str):
        raise RefusedError("passcode_not_set", "choose a passcode first")
    if not is_fresh(shown_at, at):
        raise RefusedError("identity_not_fresh", "show again who you are, then repeat this")
    return PasscodeReset(hashed, shown_at)


def is_fresh(shown_at: datetime, at: datetime) -> bool:
    """Tell whether who showed at ``shown_at`` who they are may set another one at ``at``."""
    return shown_at <= at < shown_at + SHOWN_WITHIN
