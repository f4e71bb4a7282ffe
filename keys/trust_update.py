"""Following a trust list: from the version that one holds to the next, or a refusal. Pure.

The rules are those of a TUF root: chained, counted, approved by the old officers and by the new
ones; keys stay, a compromise only moves earlier, no window grows into the past.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from keys.errors import TrustListError
from keys.trust_document import digest_of, read
from keys.trust_list import KeyState, TrustedKey, TrustList

CLOCK_LEEWAY: Final = timedelta(seconds=300)
"""A publisher's clock may be this far ahead of a verifier's."""

_LIFE = (KeyState.PENDING, KeyState.ACTIVE, KeyState.RETIRED, KeyState.REVOKED)


def accept(held: TrustList, data: bytes, *, at: datetime) -> TrustList:
    """Return the next version after ``held``, which ``data`` is, or refuse and keep ``held``.

    Raises:
        TrustListError: By the rules of `keys.trust_document.read`, and ``other_list``,
            ``rollback``, ``gap``, ``not_chained``, ``issued_backwards``, ``key_removed``,
            ``key_changed``, ``state_backwards``, ``compromise_undone``, ``window_widened``,
            ``expired``, ``from_the_future``.
    """
    return accept_all(held, [data], at=at)


def accept_all(held: TrustList, documents: Iterable[bytes], *, at: datetime) -> TrustList:
    """Walk from ``held`` over ``documents``, one version each, as after a long sleep.

    Only the last one must be in time: those between may have expired while nobody looked.

    Raises:
        TrustListError: As `accept`, for the first document that does not follow.
    """
    for data in documents:
        following = read(data, held.root)
        _check_follows(held, following)
        held = following
    if held.is_stale(at):
        raise TrustListError("expired", "the last version is past its next update")
    if held.issued > at + CLOCK_LEEWAY:
        raise TrustListError("from_the_future", "issued later than now")
    return held


def _check_follows(held: TrustList, new: TrustList) -> None:
    if new.list_id != held.list_id:
        raise TrustListError("other_list", "another list's document")
    if new.version <= held.version:
        raise TrustListError("rollback", f"version {new.version} is not after {held.version}")
    if new.version > held.version + 1:
        raise TrustListError("gap", f"version {new.version} skips {held.version + 1}")
    if new.previous != digest_of(held):
        raise TrustListError("not_chained", "it does not name the held version as its previous one")
    if new.issued < held.issued:
        raise TrustListError("issued_backwards", "issued before the held version")
    for key in held.keys:
        _check_key_stays(key, new.by_kid(key.public.kid), new.issued)


def _check_key_stays(old: TrustedKey, new: TrustedKey | None, issued: datetime) -> None:
    name = old.public.short_kid.hex()
    if new is None:
        raise TrustListError("key_removed", f"key {name} is gone")
    if (new.public, new.issuer, new.uses) != (old.public, old.issuer, old.uses):
        raise TrustListError("key_changed", f"key {name} has another algorithm, issuer or use")
    if _LIFE.index(new.state) < _LIFE.index(old.state):
        raise TrustListError("state_backwards", f"key {name} went from {old.state} to {new.state}")
    if _is_undone(old.compromised_since, new.compromised_since) or _is_undone(
        old.revoked_at, new.revoked_at
    ):
        raise TrustListError("compromise_undone", f"key {name}: later than before, or gone")
    if _widens_into_the_past(old, new, issued):
        raise TrustListError("window_widened", f"key {name}: a time already past counts again")


def _is_undone(old: datetime | None, new: datetime | None) -> bool:
    return old is not None and (new is None or new > old)


def _widens_into_the_past(old: TrustedKey, new: TrustedKey, issued: datetime) -> bool:
    """What a window newly covers must lie after the new list was issued."""
    starts_earlier = new.sign_from < old.sign_from and new.sign_from < issued
    reopened = new.sign_until > old.sign_until and old.sign_until < issued
    revived = new.verify_until > old.verify_until and old.verify_until < issued
    return starts_earlier or reopened or revived
