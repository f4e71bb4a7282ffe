"""All that an offline verifier needs, in one signed file: trust list and status lists, and when.

Every part carries its own signature already; the one around them says that they belong together
and at which moment. A verifier starts from the root officers that it has pinned: nothing in the
file can make itself trusted. How old the file is shows in every answer that is given from it.

    COSE_Sign1, protected {1: alg, 4: kid, 16: typ}, payload deterministic CBOR
    {0: 1, 1: made at, 2: [trust list documents, oldest first], 3: {status list URI: token},
     4: whom its maker believes for foreign formats (`verify_api.profiles.trust_form`)}

The last member may be missing, as in every bundle from before there was one, and a reader of then
passes over it: it knows less and believes nothing more. Other members that are not known here are
passed over likewise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from keys.algorithms import PublicKey
from keys.envelope import Sign1, read_sign1, write_sign1
from keys.errors import EnvelopeError, TrustListError
from keys.trust_document import read as read_trust_document
from keys.trust_judgement import Finding, Signed, judge
from keys.trust_list import GRACE, STATUS_USE, Root, TrustList
from keys.trust_update import accept_all
from ledger import canonical
from ledger.certificates.status_list import ISSUED_LEEWAY, read_status_list_token
from ledger.certificates.token import ALG, KID, LATEST_SECOND, TYP
from ledger.errors import InvalidInputError
from verify_api.evidence import SnapshotStatus
from verify_api.profiles.foreign import NO_FOREIGN_TRUST, ForeignTrust
from verify_api.profiles.trust_form import read_foreign_trust, write_foreign_trust

BUNDLE_TYP: Final = "application/vnd.records-ledger.bundle+cbor"
MAX_BUNDLE_BYTES: Final = 32 << 20
"""A whole country's lists are less than 2 MB."""
_FORMAT: Final = 1
_VERSION, _MADE_AT, _TRUST, _STATUS, _FOREIGN = 0, 1, 2, 3, 4
REVOCATIONS_HOLD: Final = timedelta(days=7)
"""How long a foreign issuer's revocations in a bundle are new enough, as our own status lists."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes into the file."""

    made_at: datetime
    """Aware, whole seconds."""
    trust_documents: tuple[bytes, ...]
    """Signed versions without a gap, oldest first; verifiers may have pinned the root of any."""
    status_lists: Mapping[str, bytes]
    """Signed status lists by their address."""
    foreign: ForeignTrust = NO_FOREIGN_TRUST
    """Whom the maker believes for foreign formats."""


@dataclass(frozen=True, slots=True)
class OfflineEvidence:
    """What comes out of it, every signature checked."""

    made_at: datetime
    trust: TrustList
    status: SnapshotStatus
    foreign: ForeignTrust = NO_FOREIGN_TRUST
    """By the decision of who made the bundle; nobody, if it does not say."""


def write_bundle(bundle: Bundle, *, key: PublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """Return ``bundle`` signed by ``key``, one that the trust list allows to sign status lists."""
    members: dict[int, Any] = {
        _VERSION: _FORMAT,
        _MADE_AT: int(bundle.made_at.timestamp()),
        _TRUST: [*bundle.trust_documents],
        _STATUS: dict(bundle.status_lists),
    }
    if bundle.foreign != NO_FOREIGN_TRUST:
        members[_FOREIGN] = write_foreign_trust(bundle.foreign)
    payload = canonical.encode(members)
    protected = canonical.encode({ALG: key.algorithm.cose, KID: key.kid, TYP: BUNDLE_TYP})
    return write_sign1(protected, payload, sign)


def read_bundle(
    data: bytes,
    root: Root,
    *,
    at: datetime,
    newest_seen: int = 0,
    longest_age: timedelta | None = None,
) -> OfflineEvidence:
    """Return what ``data`` proves, starting from the pinned ``root``.

    An old bundle is read too: the answers given from it say how old it is, and are "cannot tell"
    once its trust list or its status lists are too old.

    Args:
        data: The file.
        root: The pinned officers.
        at: Now; refuses a bundle from the future.
        newest_seen: Highest version of the trust list that this verifier has ever held.
        longest_age: Oldest status list that this verifier relies on.

    Raises:
        InvalidInputError: ``bundle`` or a place in it, with what was wrong; nothing of it counts.
    """
    if len(data) > MAX_BUNDLE_BYTES:
        raise InvalidInputError("bundle", "too_long", f"at most {MAX_BUNDLE_BYTES} bytes")
    try:
        envelope = read_sign1(data)
        header = canonical.decode(envelope.protected)
        payload = canonical.decode(envelope.payload)
    except (EnvelopeError, canonical.NotCanonicalError) as error:
        raise InvalidInputError("bundle", "layout", "a deterministic COSE_Sign1") from error
    bundle = _parts(payload)
    if bundle.made_at > at + ISSUED_LEEWAY:
        raise InvalidInputError("bundle.made_at", "from_the_future", "a time before now")
    trust = _trust(bundle, root)
    if trust.version < newest_seen:
        raise InvalidInputError("bundle.trust", "rollback", f"version {newest_seen} or later")
    _check_signature(envelope, header, bundle, trust)
    lists = {
        uri: read_status_list_token(token, uri=uri, trust=trust, at=bundle.made_at)
        for uri, token in bundle.status_lists.items()
    }
    foreign = _foreign(payload, bundle.made_at, trust)
    return OfflineEvidence(bundle.made_at, trust, SnapshotStatus(lists, longest_age), foreign)


def _parts(payload: Any) -> Bundle:
    match payload:
        case {0: 1, 1: int() as made_at, 2: [_, *_] as documents, 3: dict() as lists} if (
            0 <= made_at <= LATEST_SECOND
            and all(isinstance(document, bytes) for document in documents)
            and all(isinstance(uri, str) for uri in lists)
            and all(isinstance(token, bytes) for token in lists.values())
        ):
            return Bundle(datetime.fromtimestamp(made_at, UTC), tuple(documents), lists)
        case _:
            raise InvalidInputError("bundle", "form", "version 1: made at, trust, status lists")


def _foreign(payload: Mapping[int, Any], made_at: datetime, trust: TrustList) -> ForeignTrust:
    """Return whom the bundle's maker believes, as long as the trust list beside it is believed."""
    if _FOREIGN not in payload:
        return NO_FOREIGN_TRUST
    data = payload[_FOREIGN]
    if not isinstance(data, bytes):
        raise InvalidInputError("bundle.foreign", "form", "a byte string")
    return replace(
        read_foreign_trust(data),
        until=trust.next_update + GRACE,
        revoked_until=made_at + REVOCATIONS_HOLD,
    )


def _trust(bundle: Bundle, root: Root) -> TrustList:
    """Return the newest list, walking from the first version that the pinned root approved."""
    documents = list(bundle.trust_documents)
    held = None
    while held is None and documents:
        held = _approved(documents.pop(0), root)
    if held is None:
        raise InvalidInputError("bundle.trust", "old_officers", "a version by the pinned officers")
    if not documents:
        return held
    try:
        # Judged by the moment at which the bundle was made: how old it is now is for the answers
        # to say, not a reason to know nothing.
        return accept_all(held, documents, at=bundle.made_at)
    except TrustListError as error:
        raise InvalidInputError("bundle.trust", error.rule, "versions without a gap") from error


def _approved(document: bytes, root: Root) -> TrustList | None:
    try:
        return read_trust_document(document, root)
    except TrustListError:
        return None


def _check_signature(envelope: Sign1, header: object, bundle: Bundle, trust: TrustList) -> None:
    match header:
        case {1: int() as algorithm, 4: bytes() as kid, 16: str() as typ, **rest} if (
            not rest and typ == BUNDLE_TYP
        ):
            key = trust.by_kid(kid)
        case _:
            raise InvalidInputError("bundle.protected", "header", "alg, kid and typ")
    if key is None or not envelope.signed_by(key.public):
        raise InvalidInputError("bundle.signature", "signature", "a trusted key's signature")
    signed = Signed(algorithm, STATUS_USE, key.issuer, bundle.made_at)
    judgement = judge(trust, key, signed, at=bundle.made_at)
    if judgement.finding is not Finding.COUNTS:
        raise InvalidInputError("bundle.key", judgement.reason, "a key for status lists")
