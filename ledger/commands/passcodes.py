"""Commands about a person's passcode: choose it, try it, set a forgotten one anew."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from uuid import UUID

from ledger.commands.loading import Loaded, load_person, until_settled
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore
from ledger.records import passcode as passcodes
from ledger.records.passcode import Passcode, PasscodeFailed, PasscodeReset

IsPasscode = Callable[[str, str], bool]
"""Whether a passcode (the first) belongs to a slow hash (the second)."""


def load_passcode(facts: FactStore, subject: UUID) -> Loaded[Passcode]:
    """Return a person's passcode; one without a hash if none was chosen."""
    history = facts.history(passcodes.passcode_stream(subject))
    return Loaded(history, passcodes.fold(cast("tuple[passcodes.Fact, ...]", history.facts)))


def choose(facts: FactStore, *, subject: UUID, hashed: str, act: Act) -> None:
    """Let ``hashed`` be the person's passcode: the first one.

    Raises:
        NotFoundError: Nobody is known under ``subject``.
        RefusedError: ``passcode_exists``: another is chosen by who knows this one.
    """
    load_person(facts, subject)

    def attempt() -> None:
        found = load_passcode(facts, subject)
        if found.state.hashed is not None:
            raise RefusedError("passcode_exists", "a passcode was chosen before: type that one")
        facts.append(act, found.history.then(passcodes.PasscodeSet(hashed), subject=subject))

    until_settled(attempt)


def change(
    facts: FactStore, *, subject: UUID, former: str, hashed: str, is_passcode: IsPasscode, act: Act
) -> None:
    """Let ``hashed`` be the passcode instead of ``former``, which is tried first.

    Raises:
        RefusedError: As of `enter`; ``passcode_wrong`` also where another took its place meanwhile.
    """
    known = _entered(facts, subject, former, is_passcode, act)

    def attempt() -> None:
        found = load_passcode(facts, subject)
        if found.state.hashed != known:  # set anew by its holder: who knew the former has no say
            raise _wrong()
        facts.append(act, found.history.then(passcodes.PasscodeSet(hashed), subject=subject))

    until_settled(attempt)


def reset(facts: FactStore, *, subject: UUID, hashed: str, shown_at: datetime, act: Act) -> None:
    """Let ``hashed`` be the passcode instead of one that was forgotten.

    Guesses at the former one that are under way are refused: each is compared with what is in
    force when it is recorded.

    Args:
        facts: The ledger.
        subject: Whose passcode it is.
        hashed: The new one, as a PHC string.
        shown_at: When the person last showed who they are.
        act: The person's own act.

    Raises:
        RefusedError: ``passcode_not_set`` or ``identity_not_fresh``.
    """

    def attempt() -> None:
        found = load_passcode(facts, subject)
        decided = passcodes.reset(found.state, hashed=hashed, shown_at=shown_at, at=act.at)
        facts.append(act, found.history.then(decided, subject=subject))

    until_settled(attempt, attempts=_ATTEMPTS)


def resets(facts: FactStore, subject: UUID) -> tuple[datetime, ...]:
    """Return when a forgotten passcode was set anew, the oldest first."""
    recorded = load_passcode(facts, subject).history.recorded
    return tuple(one.act.at for one in recorded if isinstance(one.fact, PasscodeReset))


def enter(
    facts: FactStore, *, subject: UUID, passcode: str, is_passcode: IsPasscode, act: Act
) -> None:
    """Return if it is the person's passcode; that it was typed is a fact before this returns.

    Raises:
        RefusedError: ``passcode_not_set``, ``passcode_locked``, or ``passcode_wrong``.
    """
    _entered(facts, subject, passcode, is_passcode, act)


def _entered(
    facts: FactStore, subject: UUID, passcode: str, is_passcode: IsPasscode, act: Act
) -> str:
    """Return the hash that the passcode belongs to."""
    compared: dict[str, bool] = {}  # slow, so once a hash, however often somebody is faster

    def attempt() -> str:
        found = load_passcode(facts, subject)
        hashed = passcodes.check_may_try(found.state, at=act.at)
        if hashed not in compared:
            compared[hashed] = is_passcode(passcode, hashed)
        tried = passcodes.tried(found.state, passed=compared[hashed], at=act.at)
        facts.append(act, found.history.then(tried, subject=subject))
        if isinstance(tried, PasscodeFailed):
            raise _wrong()
        return hashed

    return until_settled(attempt, attempts=_ATTEMPTS)


def _wrong() -> RefusedError:
    return RefusedError("passcode_wrong", "expected your passcode")


_ATTEMPTS = 64
"""Of all who try at once each gets an answer that is true."""


def is_locked_until(facts: FactStore, subject: UUID, *, at: datetime) -> datetime | None:
    """Return when the next passcode is compared; None if one is now."""
    return load_passcode(facts, subject).state.locked_until(at)
