"""Every sort of code that a device may be shown, and bundles to judge it by, for both checkers.

A `Bench` is a bundle with a moment; every text of `texts` is judged on every bench, by the
service's own `verify` and by the modules of the page. What one of them says, the other has to say.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from unicodedata import normalize

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.algorithms import ML_DSA_44, PrivateKey
from keys.envelope import EnvelopeSigner, write_sign1
from keys.trust_document import digest_of, write
from keys.trust_list import KeyState, Officer, Root, TrustedKey, TrustList
from ledger import canonical
from ledger.certificates.kind import Holder, Sex, Token
from ledger.certificates.kinds.appointment.claims import DAY
from ledger.certificates.kinds.referral.claims import TO
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.status_list import LIST_TYP, StatusList, write_status_list_token
from ledger.certificates.token import TOKEN_TYP, write_claims
from tests_support.foreign_vectors import KEY, own_trust
from tests_support.signed_certificates import (
    AT,
    HOST,
    ISSUING_KEY,
    STATUS_KEY,
    STATUS_URI,
    TOKEN,
    TRUST,
    TRUSTED,
    TRUSTED_FOR_STATUS,
    UNLISTED_KEY,
    code,
    ed25519,
    p256,
    published,
    signed,
)
from verify_api.bundle import BUNDLE_TYP, Bundle, write_bundle
from verify_api.profiles.foreign import NO_FOREIGN_TRUST, ForeignTrust

CLASSICAL, LASTING = p256(11), PrivateKey.generate(ML_DSA_44)
OFFICER: Final = Officer("officer-1", CLASSICAL.public, LASTING.public)
ROOT: Final = Root((OFFICER,), 1)
NEW_CLASSICAL, NEW_LASTING = p256(12), PrivateKey.generate(ML_DSA_44)
NEW_OFFICER: Final = Officer("officer-2", NEW_CLASSICAL.public, NEW_LASTING.public)
MADE_AT: Final = AT - timedelta(hours=1)

REVOKED, SUSPENDED, SUPERSEDED = 1001, 1002, 1003
"""Indices on the benches' status list."""
MARKS: Final = {REVOKED: 1, SUSPENDED: 2, SUPERSEDED: 3}


def first(*keys: TrustedKey, **changes: Any) -> TrustList:
    """Return the first version of a trust list with ``keys``."""
    made: TrustList = replace(
        TRUST, version=1, previous=None, officers=(OFFICER,), threshold=1,
        keys=keys or (TRUSTED, TRUSTED_FOR_STATUS), **changes,
    )  # fmt: skip
    return made


def document(trust: TrustList, *keys: PrivateKey) -> bytes:
    """Return ``trust`` as its officers sign it."""
    signers = keys or (CLASSICAL, LASTING)
    return write(trust, [EnvelopeSigner(key.public, key.sign) for key in signers])


def versions(count: int) -> list[bytes]:
    """Return the documents of so many versions; from the second on by the new officers."""
    lists, documents = [first()], [document(first())]
    for number in range(2, count + 1):
        before = lists[-1]
        lists.append(
            replace(before, version=number, previous=digest_of(before), officers=(NEW_OFFICER,))
        )
        old = (CLASSICAL, LASTING) if number == 2 else ()
        documents.append(document(lists[-1], *old, NEW_CLASSICAL, NEW_LASTING))
    return documents


def status_list(marks: Mapping[int, int] | None = None, **changes: Any) -> bytes:
    """Return a signed status list with ``marks``."""
    listed = replace(published(dict(marks or MARKS)), **changes)
    return write_status_list_token(listed, key=STATUS_KEY.public, sign=STATUS_KEY.sign)


def bundle(
    *documents: bytes,
    lists: Mapping[str, bytes] | None = None,
    made_at: datetime = MADE_AT,
    foreign: ForeignTrust = NO_FOREIGN_TRUST,
) -> bytes:
    """Return a signed bundle of ``documents`` and ``lists``, and of ``foreign`` trust."""
    made = Bundle(
        made_at,
        documents or (document(first()),),
        {STATUS_URI: status_list()} if lists is None else lists,
        foreign,
    )
    return write_bundle(made, key=STATUS_KEY.public, sign=STATUS_KEY.sign)


@dataclass(frozen=True, slots=True)
class Bench:
    """Evidence and a moment."""

    name: str
    bundle: bytes
    at: datetime = AT
    facility: str | None = None
    hosts: tuple[str, ...] | None = None
    """The only addresses that a code may name; None takes any."""


def _changed(**changes: Any) -> bytes:
    return bundle(document(first(replace(TRUSTED, **changes), TRUSTED_FOR_STATUS)))


ALL_KINDS: Final = replace(TRUSTED, uses=frozenset({1, 2, 3, 99}))
ED25519_KEY: Final = ed25519(1)
_TWO: Final = replace(first(), version=2, previous=digest_of(first()), officers=(NEW_OFFICER,))


def benches() -> list[Bench]:
    """Return the benches; each by a name of its own."""
    wide = bundle(document(first(ALL_KINDS, TRUSTED_FOR_STATUS)))
    plain = bundle()
    compromised = AT - timedelta(days=2)
    return [
        Bench("plain", plain),
        Bench("listed address", plain, hosts=(HOST,)),
        Bench("all kinds", wide),
        Bench("facility addressed", wide, facility="79A02"),
        Bench("facility not addressed", wide, facility="01A01"),
        Bench("second version", bundle(
            document(first()),
            document(_TWO, CLASSICAL, LASTING, NEW_CLASSICAL, NEW_LASTING))),
        Bench("ed25519", _changed(public=ED25519_KEY.public)),
        Bench("retired", _changed(state=KeyState.RETIRED)),
        Bench("pending", _changed(state=KeyState.PENDING)),
        Bench("revoked key", _changed(state=KeyState.REVOKED, revoked_at=AT)),
        Bench("compromised key", _changed(
            state=KeyState.REVOKED, revoked_at=AT, compromised_since=compromised)),
        Bench("other use", _changed(uses=frozenset({2}))),
        Bench("other issuer", _changed(issuer="CA02")),
        Bench("window closed", _changed(sign_until=TOKEN.issued_at)),
        Bench("window not open", _changed(sign_from=TOKEN.issued_at + timedelta(seconds=1))),
        Bench("past verification", _changed(sign_until=AT, verify_until=AT)),
        Bench("other status place", _changed(status_prefixes=("https://other.example/",))),
        Bench("no status place", _changed(status_prefixes=())),
        Bench("no status list", bundle(lists={})),
        Bench("another issuer's status list", bundle(
            document(first(TRUSTED, replace(TRUSTED_FOR_STATUS, issuer="CA09"))))),
        Bench("old status list", plain, at=AT + timedelta(days=8)),
        Bench("ageing trust list", plain, at=AT + timedelta(days=27)),
        Bench("old trust list", plain, at=AT + timedelta(days=40)),
        *_early(),
        *_late(),
    ]  # fmt: skip


def _early() -> Iterator[Bench]:
    before = TOKEN.issued_at - timedelta(hours=1)
    young = bundle(
        document(first(issued=before)), made_at=before,
        lists={STATUS_URI: status_list(issued_at=before)},
    )  # fmt: skip
    yield Bench("just issued", young, at=TOKEN.issued_at - timedelta(seconds=300))
    yield Bench("a second too early", young, at=TOKEN.issued_at - timedelta(seconds=301))


def _late() -> Iterator[Bench]:
    lasting = bundle(
        document(first(ALL_KINDS, TRUSTED_FOR_STATUS,
                       next_update=datetime(2027, 12, 1, tzinfo=UTC))),
        lists={STATUS_URI: status_list(expires_at=datetime(2027, 12, 1, tzinfo=UTC))},
    )  # fmt: skip
    yield Bench("a second before expiry", lasting, at=TOKEN.expires_at + timedelta(seconds=59))
    yield Bench("expired", lasting, at=TOKEN.expires_at + timedelta(seconds=60))
    yield Bench("long expired", lasting, at=TOKEN.expires_at + timedelta(days=90), facility="79A02")


def hand_made(claims: Mapping[Any, Any] | bytes, key: PrivateKey = ISSUING_KEY) -> str:
    """Return a code whose claims no writer of ours would sign."""
    payload = claims if isinstance(claims, bytes) else canonical.encode(claims)
    protected = canonical.encode({1: -9, 4: key.public.short_kid, 16: TOKEN_TYP})
    encode = canonical.encode
    signature = key.sign(encode(["Signature1", protected, b"", payload]))
    token = b"\xd2\x84" + encode(protected) + b"\xa0" + encode(payload) + encode(signature)
    return to_qr_text(token, HOST)


def _at(index: int, **changes: Any) -> Token:
    return replace(TOKEN, status=replace(TOKEN.status, index=index), **changes)


REFERRAL: Final = replace(
    TOKEN, document_type=2, number="12/CT-79A01",
    details={7: 1, TO: ("79A02", "79A03"), 11: bytes(16)},
)  # fmt: skip
APPOINTMENT: Final = replace(TOKEN, document_type=3, number="12/HK-79A01", details={11: bytes(16)})
NAMES: Final = (
    "TRẦN THỊ THUỲ", "Nguyễn Văn Đức", "H'MÔNG Y-BLƠ", "Ðặng Ngọc Ẩn", "ﬁ Straße ΆΈ", "王小明",
    "A\u0327\u0302\u0345 Ba", "İstanbul \u0131", "𐐨 deseret",
)  # fmt: skip
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def texts() -> dict[str, str]:
    """Return codes and what is none, by name."""
    return {**_tokens(), **_papers(), **_spoiled(), **_claims(), **_no_codes()}


def _tokens() -> dict[str, str]:
    day = timedelta(days=1)
    named = {
        f"name {number}": code(
            replace(TOKEN, holder=replace(TOKEN.holder, name=normalize("NFC", name)))
        )
        for number, name in enumerate(NAMES)
    }
    data = signed()
    other = _ORDER - int.from_bytes(data[-32:], "big")
    return {
        "good": code(),
        "digits": code().split("#")[1],
        "digits with blanks": "\r\n " + code().split("#")[1] + "\t\u3000\r\n",
        "http": code().replace("https", "http"),
        "capital host": code().replace(HOST, HOST.upper()),
        "other host": to_qr_text(data, "evil.example"),
        "revoked": code(_at(REVOKED)),
        "suspended": code(_at(SUSPENDED)),
        "superseded": code(_at(SUPERSEDED)),
        "index beyond the list": code(_at(1 << 20)),
        "index beyond any number": code(_at(1 << 60)),
        "woman": code(replace(TOKEN, holder=Holder("LÊ THỊ MẪU", TOKEN.holder.birth_date,
                                                   Sex.FEMALE, "00AZ"))),
        "expired": code(replace(TOKEN, issued_at=AT - 90 * day, expires_at=AT - day)),
        "expired and revoked": code(_at(REVOKED, issued_at=AT - 90 * day, expires_at=AT - day)),
        "in the future": code(replace(TOKEN, issued_at=AT + day)),
        "unlisted key": code(key=UNLISTED_KEY),
        "status key": code(key=STATUS_KEY),
        "ed25519": code(key=ED25519_KEY),
        "unknown document": code(replace(TOKEN, document_type=99)),
        "second signature": to_qr_text(data[:-32] + other.to_bytes(32, "big"), HOST),
        "no signature": to_qr_text(data[:-64] + bytes(64), HOST),
        "result of another code": code(replace(TOKEN, details={2: 2, 3: 1})),
        "unknown codes": code(replace(TOKEN, details={2: 77, 3: -1, 50: "more"})),
        **named,
    }  # fmt: skip


def _papers() -> dict[str, str]:
    soon, near = AT + timedelta(days=12), replace(REFERRAL, details={7: 1, TO: "79A02"})
    return {
        "referral": code(replace(REFERRAL, expires_at=soon)),
        "referral to one": code(replace(near, expires_at=soon)),
        "referral to nobody": code(replace(REFERRAL, details={TO: 5})),
        "referral of last week": code(replace(
            near, issued_at=AT - timedelta(days=30), expires_at=AT - timedelta(days=7))),
        "referral revoked": code(_at(REVOKED, document_type=2, details=near.details)),
        "referral superseded": code(_at(SUPERSEDED, document_type=2, details=near.details)),
        "referral suspended": code(_at(SUSPENDED, document_type=2, details=near.details)),
        "referral over Tết": code(replace(near, expires_at=datetime(2027, 3, 1, tzinfo=UTC))),
        **{
            f"appointment {day}": code(replace(APPOINTMENT, details={DAY: day}))
            for day in (20261124, 20261123, 20261125, 20261301, 5, -3)
        },
        "appointment without a day": code(APPOINTMENT),
    }  # fmt: skip


def _spoiled() -> dict[str, str]:
    data = signed()
    flipped = bytearray(data)
    flipped[100] ^= 1
    older = bytearray(data)
    older[data.index(b"\x01\x28\x04") + 1] = 0x26
    at = data.index(b"\xa0\x58", 20)
    return {
        "flipped": to_qr_text(bytes(flipped), HOST),
        "older algorithm": to_qr_text(bytes(older), HOST),
        "both buckets": to_qr_text(data[:at] + b"\xa1\x01\x28" + data[at + 1 :], HOST),
        "trailing": to_qr_text(data + b"\x00", HOST),
        "header alone": to_qr_text(b"\xd2\x84\x40\xa0\x40\x58\x40" + bytes(64), HOST),
        "cut": to_qr_text(data[:-1], HOST),
        "longest": to_qr_text(bytes(2048), HOST),
        "empty string heads": to_qr_text(b"\xd2\x84\x58\x01\x00", HOST),
        "cut in a head": to_qr_text(b"\xd2\x84\x59", HOST),
        "one byte": to_qr_text(b"\xd2", HOST),
    }


PAYLOAD: Final = write_claims(TOKEN)
CLAIMS: Final[dict[Any, Any]] = canonical.decode(PAYLOAD)


def _claims() -> dict[str, str]:
    person, document_map = CLAIMS[169], CLAIMS[-65537]
    status = CLAIMS[65535]["status_list"]
    changed: dict[str, dict[Any, Any] | bytes] = {
        "trailing claim byte": PAYLOAD + b"\x00",
        "a claim twice": b"\xa7" + PAYLOAD[1:] + b"\x04\x01",
        "indefinite": b"\xbf" + PAYLOAD[1:] + b"\xff",
        "nothing": b"",
        "text for a time": {**CLAIMS, 4: "later"},
        "a float for a time": {**CLAIMS, 4: float(CLAIMS[4])},
        "before 1970": {**CLAIMS, 6: -1},
        "year 10000": {**CLAIMS, 4: 253402300800},
        "no expiry": {key: item for key, item in CLAIMS.items() if key != 4},
        "expires before issue": {**CLAIMS, 4: CLAIMS[6]},
        "unknown claims": {**CLAIMS, 7: b"\x01", "more": [1, {2: None}], 8: True, 9: 1.5},
        "more of the person": {**CLAIMS, 169: {**person, 5: "x"}},
        "sex 4": {**CLAIMS, 169: {**person, 9: 4}},
        "sex true": {**CLAIMS, 169: {**person, 9: True}},
        "no such day": {**CLAIMS, 169: {**person, 8: "19900230"}},
        "leap day": {**CLAIMS, 169: {**person, 8: "20000229"}},
        "year 0": {**CLAIMS, 169: {**person, 8: "00000101"}},
        "a day in Thai digits": {**CLAIMS, 169: {**person, 8: "๑๙๙๐๐๑๐๒"}},
        "a name decomposed": {**CLAIMS, 169: {**person, 4: "Ma\u0302\u0303u"}},
        "a name with a blank before": {**CLAIMS, 169: {**person, 4: " A"}},
        "a name with a hard blank": {**CLAIMS, 169: {**person, 4: "A\u00a0B"}},
        "a name with an invisible": {**CLAIMS, 169: {**person, 4: "A\u200bB"}},
        "a name with a control": {**CLAIMS, 169: {**person, 4: "A\x07B"}},
        "a private character": {**CLAIMS, 169: {**person, 4: "A\ue000B"}},
        "a byte order mark": {**CLAIMS, 169: {**person, 4: "\ufeffAB"}},
        "no name": {**CLAIMS, 169: {**person, 4: ""}},
        "the longest name": {**CLAIMS, 169: {**person, 4: "\U0001d49c" * 200}},
        "too long a name": {**CLAIMS, 169: {**person, 4: "A" * 201}},
        "an issuer with a blank": {**CLAIMS, 1: "CA 1"},
        "too long an issuer": {**CLAIMS, 1: "C" * 13},
        "a tail of five": {**CLAIMS, -65537: {**document_map, 4: "00001"}},
        "a tail in small letters": {**CLAIMS, -65537: {**document_map, 4: "00a1"}},
        "a text label": {**CLAIMS, -65537: {**document_map, "x": 1}},
        "a list of numbers": {**CLAIMS, -65537: {**document_map, 9: [1]}},
        "an empty list": {**CLAIMS, -65537: {**document_map, 9: []}},
        "a nothing": {**CLAIMS, -65537: {**document_map, 9: None}},
        "status by ftp": {**CLAIMS, 65535: {"status_list": {**status, "uri": "ftp://a"}}},
        "more of the status": {**CLAIMS, 65535: {"status_list": {**status, "x": 1}}},
        "a negative index": {**CLAIMS, 65535: {"status_list": {**status, "idx": -1}}},
        "another list": {**CLAIMS, 65535: {"status_list": {**status, "uri": STATUS_URI + "x"}}},
        "nested too deep": {**CLAIMS, 7: [[[[[[1]]]]]]},
        "nested as deep as may be": {**CLAIMS, 7: [[[[[1]]]]]},
        "nested deeper by what is empty": {**CLAIMS, 7: [[[[[[]]]]]], 8: [[[[[{}]]]]]},
    }
    return {name: hand_made(claims) for name, claims in changed.items()} | {
        "a list for a map": hand_made(canonical.encode([CLAIMS])),
    }


def _no_codes() -> dict[str, str]:
    good = code()
    return {
        "empty": "",
        "blank": "  ",
        "a shop": "https://shop.example/item?id=7",
        "a network": "WIFI:S:net;T:WPA;P:secret;;",
        "almost a health certificate": "HL0:6BFA",
        "too long": "1" * 9000,
        "one digit less": good[:-1],
        "one chunk less": good[:-17],
        "one digit more": good + "9",
        "a letter": good.replace("#0", "#x"),
        "a letter inside": good[:60] + "x" + good[61:],
        "wide digits": good[:60] + "\uff11" + good[61:],
        "a raised two": "1\u00b2",
        "a Thai digit": "1\u0e51",
        "overflow": "9" * 17,
        "two addresses": good + good,
        "a file separator before": "\x1c" + good,
        "a path": good.replace("/#", "/x#"),
        "a query": good.replace("/#", "/?x#"),
        "no slash": good.replace("/#", "#"),
        "user in the address": good.replace("https://", "https://a@"),
        "the longest host": good.replace(HOST, "h" * 64),
        "too long a host": good.replace(HOST, "h" * 65),
    }


SPKI: Final = KEY.public.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def odd_bundles() -> dict[str, bytes]:
    """Return bundles, most of which are not to be believed, by name."""
    good = bundle()
    by_stranger = replace(first(), officers=(NEW_OFFICER,))
    second = document(_TWO, CLASSICAL, LASTING, NEW_CLASSICAL, NEW_LASTING)
    return {
        "good": good,
        "second version": bundle(document(first()), second),
        "empty": b"",
        "cut off": good[:-1],
        "trailing": good + b"\x00",
        "signature": good[:-1] + bytes([good[-1] ^ 1]),
        "unlisted key": _by(UNLISTED_KEY),
        "certificate key": _by(ISSUING_KEY),
        "future": bundle(made_at=AT + timedelta(hours=1)),
        "stranger's officers": bundle(document(by_stranger, NEW_CLASSICAL, NEW_LASTING)),
        "one officer's key alone": bundle(document(first(), CLASSICAL)),
        "the lasting key alone": bundle(document(first(), LASTING)),
        "another lasting key": bundle(document(first(), CLASSICAL, NEW_LASTING)),
        "no trust list": bundle(b""),
        "twice the same version": bundle(document(first()), document(first())),
        "a gap": bundle(document(first()), document(
            replace(_TWO, version=3), CLASSICAL, LASTING, NEW_CLASSICAL, NEW_LASTING)),
        "not chained": bundle(document(first()), document(
            replace(_TWO, previous=bytes(32)), CLASSICAL, LASTING, NEW_CLASSICAL, NEW_LASTING)),
        "a key removed": bundle(document(first()), document(
            replace(_TWO, keys=(TRUSTED_FOR_STATUS,)),
            CLASSICAL, LASTING, NEW_CLASSICAL, NEW_LASTING)),
        "old by the old officers": bundle(document(first()), document(
            _TWO, NEW_CLASSICAL, NEW_LASTING)),
        "broken status list": bundle(lists={STATUS_URI: status_list()[:-1] + b"\x00"}),
        "status list elsewhere": bundle(lists={STATUS_URI + "x": status_list()}),
        "status list of bits": bundle(lists={STATUS_URI: status_list(
            statuses=StatusList.of({1: 1}, bits=1))}),
        "header of another type": _headed({1: -9, 4: STATUS_KEY.public.kid, 16: "text/plain"}),
        "header without type": _headed({1: -9, 4: STATUS_KEY.public.kid}),
        "header is no map": _headed([]),
        "algorithm": _headed({1: -19, 4: STATUS_KEY.public.kid, 16: BUNDLE_TYP}),
        "format": _with({0: 2}),
        "time": _with({1: -1}),
        "no documents": _with({2: []}),
        "documents": _with({2: ["text"]}),
        "addresses": _with({3: {1: b""}}),
        "lists": _with({3: {STATUS_URI: "text"}}),
        "foreign trust": bundle(foreign=own_trust()),
        "foreign trust is text": _with({4: "text"}),
        "foreign trust is nothing": _with({4: None}),
        "foreign trust is no CBOR": _with({4: b"\xff"}),
        "foreign trust of another form": _with({4: canonical.encode({1: [], 2: [], 3: []})}),
        "foreign trust with an odd name": _with({4: canonical.encode(
            {1: [], 2: [["A", None, [[SPKI, b"\xc3", [], None]]]], 3: [], 4: {}})}),
        "foreign trust with an odd window": _with({4: canonical.encode(
            {1: [["A", None, [[SPKI, b"", [], [1, 1 << 40]]]]], 2: [], 3: [], 4: {}})}),
        "foreign trust with nothing revoked": _with({4: canonical.encode(
            {1: [], 2: [], 3: [], 4: {"kid": {}}})}),
        "a member that nobody knows": _with({5: "more"}),
        "a bomb": _with({3: {STATUS_URI: _bomb()}}),
    }  # fmt: skip


def _by(key: PrivateKey) -> bytes:
    made = Bundle(MADE_AT, (document(first()),), {STATUS_URI: status_list()})
    return write_bundle(made, key=key.public, sign=key.sign)


def _headed(header: object) -> bytes:
    payload = canonical.encode({0: 1, 1: 1, 2: [document(first())], 3: {}})
    return write_sign1(canonical.encode(header), payload, STATUS_KEY.sign)


def _with(changes: Mapping[int, object]) -> bytes:
    members: dict[int, object] = {
        0: 1, 1: int(MADE_AT.timestamp()), 2: [document(first())], 3: {STATUS_URI: status_list()},
    }  # fmt: skip
    protected = canonical.encode({1: -9, 4: STATUS_KEY.public.kid, 16: BUNDLE_TYP})
    return write_sign1(protected, canonical.encode({**members, **changes}), STATUS_KEY.sign)


def _bomb() -> bytes:
    claims = {
        2: STATUS_URI, 4: int((AT + timedelta(days=7)).timestamp()), 6: int(MADE_AT.timestamp()),
        65533: {"bits": 2, "lst": zlib.compress(bytes(64 << 20))}, 65534: 60,
    }  # fmt: skip
    protected = canonical.encode({1: -9, 4: STATUS_KEY.public.kid, 16: LIST_TYP})
    return write_sign1(protected, canonical.encode(claims), STATUS_KEY.sign)
