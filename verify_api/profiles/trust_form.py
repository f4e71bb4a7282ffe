"""A verifier's trust for foreign formats as deterministic CBOR: what a signed bundle carries.

    {1: issuers of health certificates, 2: of SMART Health Cards, 3: of claim 169,
     4: {kid: {revoked rid: second before which, or null for all}}}

    issuer  [name, the only ``iss`` or null, [key, …]]
    key     [SubjectPublicKeyInfo in DER, kid or null, [key usages], [from, until] or null]

All that is in it is read already: the bytes that a credential's kid must be, the certificate's key
usages and the seconds between which it counts. So a device needs no reader of certificates. The
form is strict: a member that says more gets a key of its own in the bundle, because a reader that
passed over a restriction would believe too much.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.errors import KeyFormatError
from keys.foreign_keys import ForeignKey, load_der
from ledger import canonical
from ledger.errors import InvalidInputError
from verify_api.profiles import hcert
from verify_api.profiles.foreign import ForeignIssuer, ForeignTrust

_HCERT, _CARDS, _IDENTITIES, _REVOKED = 1, 2, 3, 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_SECOND: Final = -62_135_596_800
_LATEST_SECOND: Final = 253_402_300_799
_LATEST_BEFORE: Final = 10**12 - 1
"""Twelve digits, as revocation lists write it."""


class _Naming(NamedTuple):
    """How credentials of one format name a key."""

    name_of: Callable[[ForeignKey], bytes | None]
    named: Callable[[bytes], dict[str, Any]]
    """From the name to the members of `ForeignKey` that hold it."""


def _kid_of(key: ForeignKey) -> bytes | None:
    return None if key.kid is None else key.kid.encode()


_BY_KID: Final = _Naming(_kid_of, lambda name: {"kid": name.decode()})
_FORMATS: Final[Mapping[int, _Naming]] = {
    _HCERT: _Naming(hcert.name_of, lambda name: {"hcert_kid": name}),
    _CARDS: _BY_KID,
    _IDENTITIES: _BY_KID,
}


def write_foreign_trust(trust: ForeignTrust) -> bytes:
    """Return ``trust`` as bytes; equal ones have equal bytes.

    How old it may become is not in it: that is for who reads it to say.
    """
    by_format = (trust.hcert, trust.smart_health_cards, trust.claim_169)
    value: dict[int, Any] = {
        label: [_issuer_value(issuer, naming.name_of) for issuer in issuers]
        for (label, naming), issuers in zip(_FORMATS.items(), by_format, strict=True)
    }
    revoked = {kid: dict(rids) for kid, rids in trust.revoked_cards.items() if rids}
    return canonical.encode(value | {_REVOKED: revoked})


def _issuer_value(issuer: ForeignIssuer, name_of: Callable[[ForeignKey], bytes | None]) -> Any:
    return [issuer.name, issuer.url, [_key_value(key, name_of(key)) for key in issuer.keys]]


def _key_value(key: ForeignKey, name: bytes | None) -> Any:
    spki = key.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    window = None if key.window is None else [_second(at) for at in key.window]
    return [spki, name, sorted(key.purposes), window]


def _second(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(seconds=1)


def read_foreign_trust(data: bytes) -> ForeignTrust:
    """Return the trust that ``data`` says, of whatever age.

    Raises:
        InvalidInputError: ``bundle.foreign``: another form, or a key that is none.
    """
    try:
        value = canonical.decode(data)
    except canonical.NotCanonicalError as error:
        raise _bad_form() from error
    match value:
        case {1: list(), 2: list(), 3: list(), 4: dict() as revoked, **rest} if not rest:
            hcert, cards, identities = (
                tuple(_issuer(one, naming.named) for one in value[label])
                for label, naming in _FORMATS.items()
            )
            return ForeignTrust(hcert, cards, identities, _revoked(revoked))
        case _:
            raise _bad_form()


def _issuer(value: object, named: Callable[[bytes], dict[str, Any]]) -> ForeignIssuer:
    match value:
        case [str() as name, (str() | None) as url, [*keys]]:
            return ForeignIssuer(tuple(_key(key, named) for key in keys), name, url)
        case _:
            raise _bad_form()


def _key(value: object, named: Callable[[bytes], dict[str, Any]]) -> ForeignKey:
    match value:
        case [bytes() as spki, (bytes() | None) as name, [*purposes], window]:
            members = {} if name is None else _named(name, named)
            return ForeignKey(
                _loaded(spki).key,
                purposes=_purposes(purposes),
                window=_window(window),
                **members,
            )
        case _:
            raise _bad_form()


def _purposes(value: list[Any]) -> frozenset[str]:
    if not _are_texts(value) or value != sorted(set(value)):
        raise _bad_form()
    return frozenset(value)


def _loaded(spki: bytes) -> ForeignKey:
    try:
        found = load_der(spki)
    except KeyFormatError as error:
        raise _bad_form() from error
    if found.hcert_kid is not None:  # a whole certificate
        raise _bad_form()
    return found


def _named(name: bytes, named: Callable[[bytes], dict[str, Any]]) -> dict[str, Any]:
    try:
        return named(name)
    except UnicodeDecodeError as error:
        raise _bad_form() from error


def _window(value: object) -> tuple[datetime, datetime] | None:
    if value is None:
        return None
    if not isinstance(value, list) or [*map(type, value)] != [int, int]:
        raise _bad_form()
    if not all(_FIRST_SECOND <= second <= _LATEST_SECOND for second in value):
        raise _bad_form()
    start, end = value
    return _EPOCH + timedelta(seconds=start), _EPOCH + timedelta(seconds=end)


def _revoked(value: Mapping[Any, Any]) -> Mapping[str, Mapping[str, int | None]]:
    if not all(isinstance(kid, str) and _is_revoked(rids) for kid, rids in value.items()):
        raise _bad_form()
    return value


def _is_revoked(rids: object) -> bool:
    return isinstance(rids, dict) and bool(rids) and _are_texts(rids) and all(
        before is None or (type(before) is int and 0 <= before <= _LATEST_BEFORE)
        for before in rids.values()
    )  # fmt: skip


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(one, str) for one in values)


def _bad_form() -> InvalidInputError:
    return InvalidInputError("bundle.foreign", "form", "issuers a format, and revoked cards")
