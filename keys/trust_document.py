"""The trust list as a signed document: deterministic CBOR in a COSE_Sign. Pure.

Every approving officer signs twice, with ESP256 and with ML-DSA-44, and counts only if both are
good. A document is read only if enough officers of the root that the reader holds approve it, and
enough of the officers that it names itself.

Payload, version 1 (times are seconds since 1970, nil where nothing is said; no other members)::

    {v: 1, seq, list_id, issued, next_update, prev: 32 bytes | nil, threshold,
     officers: [{person, classical: COSE_Key, lasting: COSE_Key}],
     keys: [{kid: 32 bytes, cose_key, alg, iss, names: [vi, en], use: [integers, then texts],
             sign_from, sign_until, verify_until, state, revoked_at, compromised_since,
             status_prefix: [text], reason}]}
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, TypeVar

from keys.algorithms import ESP256, ML_DSA_44, PublicKey, by_cose
from keys.deterministic import decode, encode
from keys.envelope import TYP, EnvelopeSigner, SignedByMany, read_sign, write_sign
from keys.errors import EnvelopeError, KeyFormatError, TrustListError
from keys.trust_form import check_list, check_root
from keys.trust_list import KeyState, Officer, Root, TrustedKey, TrustList

MEDIA_TYPE: Final = "application/vnd.records-ledger.trust-list+cbor"
MAX_DOCUMENT_BYTES: Final = 16 << 20
"""Some 440 bytes a key: two for each of a country's 12,693 facilities are 11 MB."""
MAX_SIGNATURES: Final = 64
"""Bounds what an attacker can make a verifier compute."""
_FORMAT: Final = 1
_PROTECTED: Final = encode({TYP: MEDIA_TYPE})
_LATEST: Final = 253_402_300_799
"""9999-12-31T23:59:59Z, the last second that can be written as a date."""

_LIST_MEMBERS = {"v", "seq", "list_id", "issued", "next_update", "prev", "threshold", "officers",
                 "keys"}  # fmt: skip
_KEY_MEMBERS = {"kid", "cose_key", "alg", "iss", "names", "use", "sign_from", "sign_until",
                "verify_until", "state", "revoked_at", "compromised_since", "status_prefix",
                "reason"}  # fmt: skip
_OFFICER_MEMBERS = {"person", "classical", "lasting"}
_ROOT_MEMBERS = {"v", "threshold", "officers"}

T = TypeVar("T")


def write(trust: TrustList, signers: Iterable[EnvelopeSigner]) -> bytes:
    """Return ``trust`` as a document signed by ``signers``: both keys of each approving officer.

    Raises:
        TrustListError: The list breaks one of the rules of form (`keys.trust_form`).
    """
    return write_sign(payload_of(trust), _PROTECTED, signers)


def read(data: bytes, root: Root, *, at: datetime | None = None) -> TrustList:
    """Return the list in ``data``, approved by the officers of ``root`` and by its own.

    Args:
        data: The document, at most 16 MiB.
        root: Pinned in the reader's configuration, or of the version that it holds.
        at: Refuse a list that is past its next update then. Without it an old list is read too:
            it is still the best that is known, and answers are marked as stale.

    Raises:
        TrustListError: ``unreadable``, ``old_officers`` (those of ``root``), ``new_officers``,
            ``expired``, or a rule of form.
    """
    envelope = _read_envelope(data)
    # The payload of a stranger is not even parsed.
    if not approved(envelope, root):
        raise TrustListError("old_officers", f"fewer than {root.threshold} approvals by the root")
    trust = _with_own_approvals(envelope)
    if at is not None and trust.is_stale(at):
        raise TrustListError("expired", "past its next update")
    return trust


def read_unpinned(data: bytes) -> TrustList:
    """Return the list in ``data``, approved by no more than the officers that it names itself.

    Only for documents whose origin is proven otherwise, as those in one's own ledger are: anybody
    can make such a list.

    Raises:
        TrustListError: ``unreadable``, ``new_officers``, or a rule of form.
    """
    return _with_own_approvals(_read_envelope(data))


def approved(envelope: SignedByMany, root: Root) -> bool:
    """Return whether enough different persons of ``root`` signed with both of their keys."""
    persons = {
        officer.person
        for officer in root.officers
        if envelope.signed_by(officer.classical) and envelope.signed_by(officer.lasting)
    }
    return len(persons) >= max(root.threshold, 1)


def payload_of(trust: TrustList) -> bytes:
    """Return the signed bytes of ``trust``, always the same for the same list."""
    check_list(trust)
    return encode(
        {
            "v": _FORMAT,
            "seq": trust.version,
            "list_id": trust.list_id,
            "issued": _seconds(trust.issued),
            "next_update": _seconds(trust.next_update),
            "prev": trust.previous,
            "threshold": trust.threshold,
            "officers": [_officer_members(officer) for officer in trust.officers],
            "keys": [_key_members(key) for key in trust.keys],
        }
    )


def digest_of(trust: TrustList) -> bytes:
    """Return SHA-256 of the payload: what the next version names as its previous one."""
    return sha256(payload_of(trust)).digest()


def write_root(root: Root) -> bytes:
    """Return ``root`` as bytes to pin in a verifier's configuration; not signed, not secret."""
    check_root(root)
    officers = [_officer_members(officer) for officer in root.officers]
    return encode({"v": _FORMAT, "threshold": root.threshold, "officers": officers})


def read_root(data: bytes) -> Root:
    """Return the pinned root.

    Raises:
        TrustListError: ``unreadable``, or a rule of form.
    """
    try:
        members = _members(decode(data), _ROOT_MEMBERS)
        root = Root(_officers(members), _typed(members, "threshold", int))
    except (EnvelopeError, KeyFormatError, ValueError) as error:
        raise TrustListError("unreadable", "not a pinned root") from error
    check_root(root)
    return root


def _read_envelope(data: bytes) -> SignedByMany:
    if len(data) > MAX_DOCUMENT_BYTES:
        raise TrustListError("unreadable", f"larger than {MAX_DOCUMENT_BYTES} bytes")
    try:
        envelope = read_sign(data)
    except EnvelopeError as error:
        raise TrustListError("unreadable", "not a COSE_Sign") from error
    if envelope.protected != _PROTECTED:
        raise TrustListError("unreadable", f"not of the type {MEDIA_TYPE}")
    if len(envelope.signatures) > MAX_SIGNATURES:
        raise TrustListError("unreadable", f"more than {MAX_SIGNATURES} signatures")
    return envelope


def _with_own_approvals(envelope: SignedByMany) -> TrustList:
    trust = _read_payload(envelope.payload)
    if not approved(envelope, trust.root):
        raise TrustListError("new_officers", f"fewer than {trust.threshold} approvals by its own")
    return trust


def _read_payload(payload: bytes) -> TrustList:
    try:
        trust = _read_list(_members(decode(payload), _LIST_MEMBERS))
    except (EnvelopeError, KeyFormatError, ValueError) as error:
        raise TrustListError("unreadable", "not a trust list of format 1") from error
    if payload_of(trust) != payload:
        raise TrustListError("unreadable", "not the one form of this trust list")
    return trust


def _read_list(members: Mapping[str, Any]) -> TrustList:
    return TrustList(
        version=_typed(members, "seq", int),
        list_id=_typed(members, "list_id", str),
        issued=_time(members, "issued"),
        next_update=_time(members, "next_update"),
        previous=_optional(members, "prev", bytes),
        keys=tuple(map(_read_key, _typed(members, "keys", list))),
        officers=_officers(members),
        threshold=_typed(members, "threshold", int),
    )


def _read_key(value: Any) -> TrustedKey:
    members = _members(value, _KEY_MEMBERS)
    algorithm = by_cose(members["alg"])
    vi, en = _texts(members, "names")
    return TrustedKey(
        public=PublicKey.from_cose_key(_typed(members, "cose_key", dict), algorithm),
        issuer=_typed(members, "iss", str),
        names=(vi, en),
        uses=frozenset(_use(use) for use in _typed(members, "use", list)),
        sign_from=_time(members, "sign_from"),
        sign_until=_time(members, "sign_until"),
        verify_until=_time(members, "verify_until"),
        state=KeyState(_typed(members, "state", str)),
        revoked_at=_time_or_none(members, "revoked_at"),
        compromised_since=_time_or_none(members, "compromised_since"),
        status_prefixes=_texts(members, "status_prefix"),
        reason=_optional(members, "reason", str),
    )


def _officers(members: Mapping[str, Any]) -> tuple[Officer, ...]:
    if members["v"] != _FORMAT:
        raise ValueError("another format")
    return tuple(map(_read_officer, _typed(members, "officers", list)))


def _read_officer(value: Any) -> Officer:
    members = _members(value, _OFFICER_MEMBERS)
    classical = PublicKey.from_cose_key(_typed(members, "classical", dict), ESP256)
    lasting = PublicKey.from_cose_key(_typed(members, "lasting", dict), ML_DSA_44)
    return Officer(_typed(members, "person", str), classical, lasting)


def _officer_members(officer: Officer) -> dict[str, object]:
    return {
        "person": officer.person,
        "classical": officer.classical.cose_key,
        "lasting": officer.lasting.cose_key,
    }


def _key_members(key: TrustedKey) -> dict[str, object]:
    documents = sorted(use for use in key.uses if isinstance(use, int))
    services = sorted(use for use in key.uses if isinstance(use, str))
    return {
        "kid": key.public.kid,
        "cose_key": key.public.cose_key,
        "alg": key.public.algorithm.cose,
        "iss": key.issuer,
        "names": list(key.names),
        "use": [*documents, *services],
        "sign_from": _seconds(key.sign_from),
        "sign_until": _seconds(key.sign_until),
        "verify_until": _seconds(key.verify_until),
        "state": key.state.value,
        "revoked_at": _seconds_or_none(key.revoked_at),
        "compromised_since": _seconds_or_none(key.compromised_since),
        "status_prefix": list(key.status_prefixes),
        "reason": key.reason,
    }


def _members(value: Any, names: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or value.keys() != names:
        raise ValueError("not a map with exactly the members of the format")
    return value


def _typed(members: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = members[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{name}: another type")  # noqa: TRY004 (all form errors are one)
    return value


def _optional(members: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    return None if members[name] is None else _typed(members, name, kind)


def _texts(members: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = _typed(members, name, list)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name}: another type than text")
    return tuple(values)


def _use(value: Any) -> int | str:
    if isinstance(value, int | str) and not isinstance(value, bool):
        return value
    raise ValueError("use: expected integers and texts")


def _time(members: Mapping[str, Any], name: str) -> datetime:
    seconds = _typed(members, name, int)
    if not 0 <= seconds <= _LATEST:
        raise ValueError(f"{name}: not a time")
    return datetime.fromtimestamp(seconds, UTC)


def _time_or_none(members: Mapping[str, Any], name: str) -> datetime | None:
    return None if members[name] is None else _time(members, name)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _seconds_or_none(at: datetime | None) -> int | None:
    return None if at is None else _seconds(at)
