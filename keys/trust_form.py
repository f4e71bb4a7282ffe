"""What every trust list must look like, whoever made it: the rules that need no older list. Pure.

Each rule has its own name in `TrustListError`.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from keys.errors import TrustListError
from keys.trust_list import SERVICE_USES, KeyState, Root, TrustedKey, TrustList

_ISSUER = re.compile(r"[!-~]{1,12}", re.ASCII)
# A prefix ends with a slash, so that it cannot grow into another host or another folder.
_PREFIX = re.compile(r"(https://[^/?#@\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?)/([^?#\s]*/)?")
_DIGEST_BYTES = 32


def check_list(trust: TrustList) -> None:
    """Refuse a list that breaks a rule of form.

    Raises:
        TrustListError: ``officers``, ``times``, ``chain``, ``window``, ``issuer``, ``uses``,
            ``state`` or ``status_prefix``.
    """
    check_root(trust.root)
    _check_times([trust.issued, trust.next_update])
    if trust.issued >= trust.next_update:
        raise TrustListError("times", "next_update must lie after issued")
    if trust.version < 1 or (trust.version == 1) != (trust.previous is None):
        raise TrustListError("chain", "only version 1 has no previous one")
    if trust.previous is not None and len(trust.previous) != _DIGEST_BYTES:
        raise TrustListError("chain", "the previous version is named by 32 bytes")
    for key in trust.keys:
        check_key(key)


def check_root(root: Root) -> None:
    """Refuse a root that nobody, or too few, could speak for.

    Raises:
        TrustListError: ``officers``.
    """
    persons = {officer.person for officer in root.officers}
    kids = {key.kid for officer in root.officers for key in (officer.classical, officer.lasting)}
    if len(persons) != len(root.officers) or len(kids) != 2 * len(root.officers):
        raise TrustListError("officers", "a person or an officer's key stands there twice")
    if not 1 <= root.threshold <= len(persons):
        raise TrustListError("officers", "the threshold must be 1 to the number of officers")


def check_key(key: TrustedKey) -> None:
    """Refuse a key that a list could not hold.

    Raises:
        TrustListError: ``times``, ``window``, ``issuer``, ``uses``, ``state``, ``status_prefix``.
    """
    named = [key.sign_from, key.sign_until, key.verify_until]
    _check_times([*named, *filter(None, (key.revoked_at, key.compromised_since))])
    if not key.sign_from < key.sign_until <= key.verify_until:
        raise TrustListError("window", "expected sign_from < sign_until <= verify_until")
    if not _ISSUER.fullmatch(key.issuer):
        raise TrustListError("issuer", "expected 1 to 12 printable ASCII characters")
    _check_uses(key.uses)
    if (key.state is KeyState.REVOKED) != (key.revoked_at is not None):
        raise TrustListError("state", "a key is revoked exactly if it says since when")
    if key.compromised_since is not None and key.state is not KeyState.REVOKED:
        raise TrustListError("state", "a compromised key must be revoked")
    if not all(map(_PREFIX.fullmatch, key.status_prefixes)):
        raise TrustListError("status_prefix", "expected an https address that ends with a slash")


def _check_uses(uses: frozenset[int | str]) -> None:
    texts = {use for use in uses if isinstance(use, str)}
    numbers = {use for use in uses if isinstance(use, int)}
    if not uses or not texts <= SERVICE_USES or any(number < 0 for number in numbers):
        raise TrustListError("uses", "expected document types, status, checkpoint or trust")


def _check_times(times: Iterable[datetime]) -> None:
    for at in times:
        if at.tzinfo is None or at.microsecond:
            raise TrustListError("times", "expected aware times in whole seconds")
