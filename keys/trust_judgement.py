"""Whether a key's signature counts: one table, from the list, the claims and the log's time. Pure.

The signature itself is checked elsewhere; here it is judged whether a good one proves anything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keys.trust_list import KeyState, TrustedKey, TrustList

LOGGED_BEFORE_ISSUED: Final = timedelta(seconds=300)
"""Leeway between the issuer's clock and the log's."""
LOGGED_AFTER_ISSUED: Final = timedelta(seconds=86_400)
"""A certificate that reaches the log later than this after its date is backdated."""


class Finding(StrEnum):
    """What follows for the answer."""

    COUNTS = "counts"
    DOES_NOT_COUNT = "does_not_count"
    CANNOT_TELL = "cannot_tell"


class KeyReason(StrEnum):
    """Why; stable names that clients may match on."""

    TRUSTED = "key_trusted"
    LIST_STALE = "trust_list_stale"
    UNKNOWN_KEY = "key_unknown"
    OTHER_ALGORITHM = "algorithm_not_of_key"
    OTHER_USE = "key_not_for_this_use"
    OTHER_ISSUER = "issuer_not_of_key"
    NOT_ACTIVE = "key_not_yet_active"
    OUTSIDE_WINDOW = "issued_outside_key_window"
    PAST_VERIFICATION = "key_past_verification"
    LOGGED_AT_ANOTHER_TIME = "logged_at_another_time"
    REVOKED = "key_revoked"
    COMPROMISED = "key_compromised"
    COMPROMISE_NEEDS_LOG = "key_compromised_log_needed"


class KeyNote(StrEnum):
    """What an answer must say although it stands."""

    LIST_STALE_WITHIN_GRACE = "trust_list_stale_within_grace"
    LATER_COMPROMISED = "key_later_compromised"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signed thing says of itself, and what the log says of it."""

    algorithm: int
    """COSE number in its header."""
    use: int | str
    """Its document type, or ``status``, ``checkpoint`` or ``trust``."""
    issuer: str
    issued_at: datetime
    logged_at: datetime | None = None
    """When the log is known to have had it: a quorum's time, never the thing's own claim. None if
    not known, as offline."""
    logged_exactly: bool = True
    """False if the log had it at ``logged_at`` at the latest, and perhaps long before: what is
    dated earlier is then no sign of backdating."""


@dataclass(frozen=True, slots=True)
class KeyJudgement:
    """The finding, its reason, and what to say beside it."""

    finding: Finding
    reason: KeyReason
    notes: frozenset[KeyNote] = frozenset()


def judge(
    trust: TrustList, key: TrustedKey | None, signed: Signed, *, at: datetime
) -> KeyJudgement:
    """Return whether a good signature by ``key`` on ``signed`` counts at ``at``.

    Args:
        trust: The list that ``key`` was looked up in.
        key: `TrustList.key_by_short_kid`; None if the list knows no such key.
        signed: What was signed.
        at: The moment of verification.

    Source: the rows in their order are the table of the keys reference, section 3.3.
    """
    if trust.is_beyond_grace(at):
        # An old list cannot know which keys were revoked since: whatever else holds.
        return KeyJudgement(Finding.CANNOT_TELL, KeyReason.LIST_STALE)
    stale = {KeyNote.LIST_STALE_WITHIN_GRACE} if trust.is_stale(at) else set()
    if key is None:
        return _no(KeyReason.UNKNOWN_KEY, stale)
    refusal = _not_the_keys(key, signed) or _out_of_time(key, signed, at)
    if refusal is not None:
        return _no(refusal, stale)
    if key.state is KeyState.REVOKED:
        return _revoked(key, signed, stale)
    return KeyJudgement(Finding.COUNTS, KeyReason.TRUSTED, frozenset(stale))


def _no(reason: KeyReason, notes: set[KeyNote]) -> KeyJudgement:
    return KeyJudgement(Finding.DOES_NOT_COUNT, reason, frozenset(notes))


def _not_the_keys(key: TrustedKey, signed: Signed) -> KeyReason | None:
    if signed.algorithm != key.public.algorithm.cose:
        return KeyReason.OTHER_ALGORITHM
    if signed.use not in key.uses:
        return KeyReason.OTHER_USE
    if signed.issuer != key.issuer:
        return KeyReason.OTHER_ISSUER
    return None


def _out_of_time(key: TrustedKey, signed: Signed, at: datetime) -> KeyReason | None:
    if key.state is KeyState.PENDING:
        return KeyReason.NOT_ACTIVE
    if not key.sign_from <= signed.issued_at < key.sign_until:
        return KeyReason.OUTSIDE_WINDOW
    if at >= key.verify_until:
        return KeyReason.PAST_VERIFICATION
    if signed.logged_at is not None and not _goes_with_issue(signed, signed.logged_at):
        return KeyReason.LOGGED_AT_ANOTHER_TIME
    return None


def _goes_with_issue(signed: Signed, logged_at: datetime) -> bool:
    if logged_at < signed.issued_at - LOGGED_BEFORE_ISSUED:
        return False
    return not signed.logged_exactly or logged_at <= signed.issued_at + LOGGED_AFTER_ISSUED


def _revoked(key: TrustedKey, signed: Signed, notes: set[KeyNote]) -> KeyJudgement:
    if key.compromised_since is None:
        return _no(KeyReason.REVOKED, notes)
    if signed.logged_at is not None and signed.logged_at < key.compromised_since:
        notes = notes | {KeyNote.LATER_COMPROMISED}
        return KeyJudgement(Finding.COUNTS, KeyReason.TRUSTED, frozenset(notes))
    if signed.logged_at is None or not signed.logged_exactly:
        reason = KeyReason.COMPROMISE_NEEDS_LOG
        return KeyJudgement(Finding.CANNOT_TELL, reason, frozenset(notes))
    return _no(KeyReason.COMPROMISED, notes)
