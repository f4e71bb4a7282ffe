"""The signed claims of a certificate: a CWT in COSE_Sign1, deterministic to the last byte.

Read in this order: `write_token` and the claims it writes; `read_signed`, which slices the outer
layout without trusting a byte; `read_claims`, for a payload whose signature has been checked.

    token     D2 84 <bstr protected> A0 <bstr payload> 58 40 <64 bytes signature>
    protected {1: alg, 4: kid (8 bytes), 16: typ}      exactly these three
    payload   {1: iss, 4: exp, 6: iat, 169: person, 65535: status, -65537: document}

Source: RFC 8392 (CWT), RFC 9052 (COSE), RFC 9596 (typ), MOSIP claim 169, Token Status List.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias
from unicodedata import is_normalized

from keys.algorithms import SHORT_KID_BYTES, PublicKey
from ledger import canonical
from ledger.certificates.kind import Holder, Sex, StatusReference, Token
from ledger.certificates.qr_text import MAX_TOKEN_BYTES
from ledger.errors import InvalidInputError

ALG: Final = 1
KID: Final = 4
TYP: Final = 16
TOKEN_TYP: Final = 65101
"""Content-format number of our tokens, from the experimental range (RFC 7252, section 12.3)."""

ISS: Final = 1
EXP: Final = 4
IAT: Final = 6
PERSON: Final = 169
STATUS: Final = 65535
DOCUMENT: Final = -65537

PERSON_NAME: Final = 4
PERSON_BIRTH_DATE: Final = 8
PERSON_SEX: Final = 9
DOCUMENT_TYPE: Final = 0
DOCUMENT_NUMBER: Final = 1
DOCUMENT_ID_TAIL: Final = 4
_OWN_LABELS: Final = frozenset({DOCUMENT_TYPE, DOCUMENT_NUMBER, DOCUMENT_ID_TAIL})

LATEST_SECOND: Final = 253_402_300_799
"""The last second of the year 9999."""

MAX_ISSUER: Final = 12
MAX_NUMBER: Final = 64
MAX_NAME: Final = 200
MAX_URI: Final = 200

_ID_TAIL = re.compile(r"[0-9A-Z]{4}", re.ASCII)
_SIGNATURE_BYTES: Final = 64
_SIGNATURE_HEAD: Final = b"\x58\x40"
_TAG_AND_ARRAY: Final = b"\xd2\x84"  # COSE_Sign1 (18), array of four
_NO_UNPROTECTED: Final = 0xA0
_SIGNED_CONTEXT: Final = b"\x84\x6aSignature1"  # RFC 9052, section 4.4
_NO_EXTERNAL: Final = b"\x40"

_PLAIN_DETAILS: Final = frozenset({int, str, bytes})

Detail: TypeAlias = int | str | bytes | tuple[str, ...]


class SignedToken(NamedTuple):
    """A token taken apart; nothing in it has been checked against a key yet."""

    algorithm: int
    """COSE number that the token claims; the key record decides."""
    short_kid: bytes
    """8 bytes that select a key in the trust list, nothing more."""
    signed: bytes
    """What the signature is over: the Sig_structure of RFC 9052, section 4.4."""
    unverified_payload: bytes
    signature: bytes


def write_token(token: Token, *, key: PublicKey, sign: Callable[[bytes], bytes]) -> bytes:
    """Return ``token`` signed: the same bytes every time for a deterministic ``sign``.

    Args:
        token: What the certificate says.
        key: The signing key's public half; names the algorithm and the ``kid``.
        sign: Returns the 64-byte raw signature of a message by that key.

    Raises:
        InvalidInputError: A claim does not have the form that a verifier accepts.
    """
    payload = write_claims(token)
    protected = canonical.encode({ALG: key.algorithm.cose, KID: key.short_kid, TYP: TOKEN_TYP})
    head = _byte_string(protected)
    body = _byte_string(payload)
    signature = sign(_SIGNED_CONTEXT + head + _NO_EXTERNAL + body)
    if len(signature) != _SIGNATURE_BYTES:
        raise InvalidInputError("token.signature", "signature_length", "a signature of 64 bytes")
    written = b"".join((_TAG_AND_ARRAY, head, b"\xa0", body, _SIGNATURE_HEAD, signature))
    if len(written) > MAX_TOKEN_BYTES:
        raise InvalidInputError("token", "too_long", f"at most {MAX_TOKEN_BYTES} bytes")
    return written


def write_claims(token: Token) -> bytes:
    """Return the payload: deterministic CBOR of the claims.

    Raises:
        InvalidInputError: A claim does not have the form that a verifier accepts.
    """
    holder = token.holder
    if not _OWN_LABELS.isdisjoint(token.details):
        raise InvalidInputError("token.document", "label_taken", "labels other than 0, 1 and 4")
    payload = canonical.encode(
        {
            ISS: token.issuer,
            EXP: _seconds("token.exp", token.expires_at),
            IAT: _seconds("token.iat", token.issued_at),
            PERSON: {
                PERSON_NAME: holder.name,
                PERSON_BIRTH_DATE: f"{holder.birth_date:%Y%m%d}".rjust(8, "0"),
                PERSON_SEX: int(holder.sex),
            },
            STATUS: {"status_list": {"idx": token.status.index, "uri": token.status.uri}},
            DOCUMENT: {
                DOCUMENT_TYPE: token.document_type,
                DOCUMENT_NUMBER: token.number,
                DOCUMENT_ID_TAIL: holder.id_tail,
                **token.details,
            },
        }
    )
    read_claims(payload)  # what is written is what a verifier will read, or is refused here
    return payload


def read_signed(data: bytes) -> SignedToken:
    """Return the parts of ``data``, by the one layout that a token has.

    Raises:
        InvalidInputError: ``too_long``, ``layout`` or ``header``, at ``token`` or inside it.
    """
    if len(data) > MAX_TOKEN_BYTES:
        raise InvalidInputError("token", "too_long", f"at most {MAX_TOKEN_BYTES} bytes")
    if not data.startswith(_TAG_AND_ARRAY):
        raise _layout("token", "a tagged COSE_Sign1 of four parts")
    head_start = len(_TAG_AND_ARRAY)
    protected_start, protected_end = _slice(data, head_start, "token.protected")
    if data[protected_end : protected_end + 1] != b"\xa0":
        raise _layout("token.unprotected", "an empty map")
    body_start = protected_end + 1
    payload_start, payload_end = _slice(data, body_start, "token.payload")
    signature_start = payload_end + len(_SIGNATURE_HEAD)
    if data[payload_end:signature_start] != _SIGNATURE_HEAD:
        raise _layout("token.signature", "a byte string of 64 bytes")
    if len(data) != signature_start + _SIGNATURE_BYTES:
        raise _layout("token.signature", "64 bytes and nothing after them")
    algorithm, short_kid = _read_header(data[protected_start:protected_end])
    return SignedToken(
        algorithm,
        short_kid,
        # The heads are minimal, so the signed structure is made of the token's own bytes.
        b"".join(
            (
                _SIGNED_CONTEXT,
                data[head_start:protected_end],
                _NO_EXTERNAL,
                data[body_start:payload_end],
            )
        ),
        data[payload_start:payload_end],
        data[signature_start:],
    )


def read_claims(payload: bytes) -> Token:
    """Return the claims in a payload whose signature has been checked.

    Unknown top-level claims are ignored; everything known has exactly one form.

    Raises:
        InvalidInputError: ``not_canonical`` for any other encoding, else the claim's place.
    """
    try:
        claims = canonical.decode(payload)
    except canonical.NotCanonicalError as error:
        raise InvalidInputError("token.payload", "not_canonical", "deterministic CBOR") from error
    document = _map(_map(claims, "token.payload").get(DOCUMENT), "token.document")
    expires_at = _time(claims.get(EXP), "token.exp")
    issued_at = _time(claims.get(IAT), "token.iat")
    if expires_at <= issued_at:
        raise InvalidInputError("token.exp", "expires_before_issue", "a time after iat")
    return Token(
        issuer=_ascii(claims.get(ISS), "token.iss", MAX_ISSUER),
        issued_at=issued_at,
        expires_at=expires_at,
        holder=_holder(_map(claims.get(PERSON), "token.person"), document.get(DOCUMENT_ID_TAIL)),
        status=_status(_map(claims.get(STATUS), "token.status").get("status_list")),
        document_type=_unsigned(document.get(DOCUMENT_TYPE), "token.document.type"),
        number=_text(document.get(DOCUMENT_NUMBER), "token.document.number", MAX_NUMBER),
        details={
            _label(label): _detail(value)
            for label, value in document.items()
            if label not in _OWN_LABELS
        },
    )


def _holder(person: Mapping[object, object], id_tail: object) -> Holder:
    sex = _SEXES.get(_unsigned(person.get(PERSON_SEX), "token.person.sex"))
    if len(person) != 3 or sex is None:  # noqa: PLR2004  name, birth date, sex
        raise InvalidInputError("token.person", "person_form", "name, birth date and sex (1-3)")
    if type(id_tail) is not str or not _ID_TAIL.fullmatch(id_tail):
        raise InvalidInputError("token.document.id_tail", "claim_form", "4 digits or capitals")
    return Holder(
        name=_text(person.get(PERSON_NAME), "token.person.name", MAX_NAME),
        birth_date=_day(person.get(PERSON_BIRTH_DATE)),
        sex=sex,
        id_tail=id_tail,
    )


_SEXES: Final = {int(sex): sex for sex in Sex}


def _day(written: object) -> date:
    # fromisoformat() knows weeks and hyphens as well: eight ASCII digits come first.
    if type(written) is str and len(written) == 8 and written.isascii() and written.isdigit():  # noqa: PLR2004  YYYYMMDD
        with suppress(ValueError):
            return date.fromisoformat(written)
    raise InvalidInputError("token.person.birth_date", "no_such_day", "YYYYMMDD")


def _status(reference: object) -> StatusReference:
    entry = _map(reference, "token.status")
    uri = _ascii(entry.get("uri"), "token.status.uri", MAX_URI)
    if len(entry) != 2 or not uri.startswith(("https://", "http://")):  # noqa: PLR2004  idx, uri
        raise InvalidInputError("token.status", "status_form", "idx and a web address")
    return StatusReference(_unsigned(entry.get("idx"), "token.status.idx"), uri)


def _label(label: object) -> int:
    if type(label) is not int:
        raise InvalidInputError("token.document", "claim_form", "integer labels")
    return label


def _detail(value: object) -> Detail:
    if type(value) in _PLAIN_DETAILS:
        return value  # type: ignore[return-value]  # one of the three, seen the line before
    if isinstance(value, list) and all(type(part) is str for part in value):
        return tuple(value)
    raise InvalidInputError("token.document", "claim_form", "integers, text, bytes, lists of text")


def _map(value: object, place: str) -> Mapping[Any, object]:
    if type(value) is not dict:
        raise InvalidInputError(place, "claim_form", "a map")
    return value


def _text(value: object, place: str, longest: int) -> str:
    if type(value) is not str or not 0 < len(value) <= longest:
        raise InvalidInputError(place, "claim_form", f"text of 1 to {longest} characters")
    # Printable: no control character, nothing invisible, no blank but the plain one.
    if not value.isprintable() or value[0] == " " or value[-1] == " ":
        raise InvalidInputError(place, "claim_form", "printable text without blanks around it")
    if not is_normalized("NFC", value):
        raise InvalidInputError(place, "not_nfc", "text in NFC")
    return value


def _ascii(value: object, place: str, longest: int) -> str:
    if (
        type(value) is not str
        or not 0 < len(value) <= longest
        or not value.isascii()
        or not value.isprintable()
        or " " in value
    ):
        raise InvalidInputError(place, "claim_form", f"1 to {longest} ASCII characters, no blank")
    return value


def _unsigned(value: object, place: str) -> int:
    # type() and not isinstance(): True is an int to Python and not to CBOR.
    if type(value) is not int or value < 0:
        raise InvalidInputError(place, "claim_form", "an unsigned integer")
    return value


def _time(value: object, place: str) -> datetime:
    seconds = _unsigned(value, place)
    if seconds > LATEST_SECOND:
        raise InvalidInputError(place, "claim_form", "seconds since 1970, before the year 10000")
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(place: str, at: datetime) -> int:
    if at.tzinfo is None or at.microsecond:
        raise InvalidInputError(place, "time_form", "an aware time of whole seconds")
    return int(at.timestamp())


def _byte_string(data: bytes) -> bytes:
    return canonical.encode(data)


def _slice(data: bytes, head: int, place: str) -> tuple[int, int]:
    """Return start and end of the byte string whose minimal, definite head stands at ``head``."""
    first = data[head] if head < len(data) else 0
    if 0x40 <= first <= 0x57:  # noqa: PLR2004  length in the head
        start, length = head + 1, first - 0x40
    elif first == 0x58:  # noqa: PLR2004  one byte of length
        start, length = head + 2, int.from_bytes(data[head + 1 : head + 2], "big")
        if length < 24:  # noqa: PLR2004  would fit the head
            raise _layout(place, "the shortest head")
    elif first == 0x59:  # noqa: PLR2004  two bytes of length
        start, length = head + 3, int.from_bytes(data[head + 1 : head + 3], "big")
        if length < 256:  # noqa: PLR2004  would fit one byte
            raise _layout(place, "the shortest head")
    else:
        raise _layout(place, "a byte string of definite length")
    if start + length > len(data):
        raise _layout(place, "as many bytes as its head says")
    return start, start + length


@lru_cache(maxsize=1024)
def _read_header(protected: bytes) -> tuple[int, bytes]:
    """Return algorithm and short kid; few keys sign, so the same bytes come again and again."""
    try:
        header = canonical.decode(protected)
    except canonical.NotCanonicalError as error:
        raise _header() from error
    if type(header) is not dict or header.keys() != {ALG, KID, TYP}:
        raise _header()
    algorithm, kid = header[ALG], header[KID]
    if type(algorithm) is not int or type(kid) is not bytes or len(kid) != SHORT_KID_BYTES:
        raise _header()
    if type(header[TYP]) is not int or header[TYP] != TOKEN_TYP:
        raise _header()
    return algorithm, kid


def _layout(place: str, expected: str) -> InvalidInputError:
    return InvalidInputError(place, "layout", expected)


def _header() -> InvalidInputError:
    return InvalidInputError(
        "token.protected", "header", f"alg, kid of 8 bytes and typ {TOKEN_TYP}, in CBOR's one form"
    )
