"""The token: golden bytes, what is written is read, every other form is refused at its place."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.certificates.kind import Holder, Sex, StatusReference, Token
from ledger.certificates.qr_text import short_code, to_qr_text
from ledger.certificates.token import (
    DOCUMENT,
    PERSON,
    STATUS,
    TOKEN_TYP,
    read_claims,
    read_signed,
    write_claims,
    write_token,
)
from ledger.errors import InvalidInputError
from tests_support.signed_certificates import HOST, ISSUING_KEY, TOKEN, ed25519, signed

GOLDEN = Path(__file__).parents[2] / "golden" / "tokens.json"


def sealed(protected: bytes, payload: bytes, signature: bytes = bytes(64)) -> bytes:
    """Return a token with these parts, in a layout that is right."""
    encode = canonical.encode
    return b"\xd2\x84" + encode(protected) + b"\xa0" + encode(payload) + b"\x58\x40" + signature


def claims() -> dict[Any, Any]:
    return dict(canonical.decode(write_claims(TOKEN)))


def test_tokens_are_the_golden_bytes() -> None:
    for name, golden in json.loads(GOLDEN.read_text("utf-8")).items():
        key = {"ESP256": ISSUING_KEY, "Ed25519": ed25519(1)}[name]
        written = signed(key=key)
        assert written.hex() == golden["token"]
        assert to_qr_text(written, HOST) == golden["qr_text"]
        assert short_code(written) == golden["short_code"]


def test_a_golden_token_still_says_what_it_said() -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))["ESP256"]
    read = read_signed(bytes.fromhex(golden["token"]))
    assert read.algorithm == -9
    assert read.short_kid == ISSUING_KEY.public.short_kid
    assert ISSUING_KEY.public.verify(read.signature, read.signed)
    assert read_claims(read.unverified_payload) == TOKEN


def test_a_usual_token_is_as_small_as_its_reference_says() -> None:
    assert 225 <= len(signed()) <= 260


names = st.text(st.sampled_from("AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYàáảãạ "), min_size=1, max_size=60)
tokens = st.builds(
    Token,
    issuer=st.text(st.sampled_from("ABCXYZ019-/"), min_size=1, max_size=12),
    issued_at=st.integers(0, 200_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    expires_at=st.just(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    holder=st.builds(
        Holder,
        name=names.filter(lambda name: name.strip(" ") == name),
        birth_date=st.dates(),
        sex=st.sampled_from(Sex),
        id_tail=st.text(st.sampled_from("0123456789ABCXYZ"), min_size=4, max_size=4),
    ),
    status=st.builds(
        StatusReference,
        st.integers(0, 1 << 20),
        st.just("https://ll.example.vn/status/1"),
    ),
    document_type=st.integers(0, 1000),
    number=st.just("1/X"),
    details=st.dictionaries(
        st.integers(5, 30),
        st.integers(-5, 1 << 40)
        | st.text(max_size=20)
        | st.binary(max_size=20)
        | st.lists(st.text(max_size=5), max_size=3).map(tuple),
        max_size=5,
    ),
)


@given(tokens)
def test_what_is_written_is_read(token: Token) -> None:
    read = read_signed(write_token(token, key=ISSUING_KEY.public, sign=ISSUING_KEY.sign))
    assert read_claims(read.unverified_payload) == token
    assert ISSUING_KEY.public.verify(read.signature, read.signed)


def test_unknown_claims_at_the_top_are_ignored() -> None:
    assert read_claims(canonical.encode({**claims(), 7: b"id", -1: 1.5})) == TOKEN


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": ""},
        {"issuer": "THIRTEEN-CHAR"},
        {"issuer": "CÔNG AN"},
        {"issuer": "A B"},
        {"expires_at": TOKEN.issued_at},
        {"expires_at": datetime(2027, 1, 1)},  # noqa: DTZ001  not aware, which is the point
        {"issued_at": TOKEN.issued_at + timedelta(microseconds=1)},
        {"issued_at": datetime(1969, 1, 1, tzinfo=UTC)},
        {"number": ""},
        {"number": " 1"},
        {"number": "1\n2"},
        {"number": "x" * 65},
        {"document_type": -1},
        {"document_type": True},
        {"status": StatusReference(-1, TOKEN.status.uri)},
        {"status": StatusReference(1, "ftp://ll.example.vn/status")},
        {"status": StatusReference(1, "https://ll.example.vn/" + "x" * 200)},
        {"details": {1: 7}},
        {"details": {5: 1.5}},
        {"details": {5: True}},
        {"details": {"five": 5}},
        {"details": {5: ("text", 5)}},
        {"details": {5: {"a": 1}}},
        {"details": {5: "x" * 2048}},
        {"holder": replace(TOKEN.holder, name=normalize("NFD", "MẪU"))},
        {"holder": replace(TOKEN.holder, name="")},
        {"holder": replace(TOKEN.holder, name="MẪU ")},
        {"holder": replace(TOKEN.holder, name="M\u200bẪU")},
        {"holder": replace(TOKEN.holder, id_tail="001")},
        {"holder": replace(TOKEN.holder, id_tail="00a1")},
        {"holder": replace(TOKEN.holder, sex=cast("Sex", 4))},
    ],
)
def test_a_claim_that_no_verifier_would_accept_is_not_signed(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        write_token(replace(TOKEN, **change), key=ISSUING_KEY.public, sign=lambda _: bytes(64))
    assert refused.value.place.startswith("token")
    assert "MẪU" not in str(refused.value)


def test_a_signature_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="64 bytes"):
        write_token(TOKEN, key=ISSUING_KEY.public, sign=lambda _: bytes(72))


def test_a_year_before_1000_is_written_with_four_digits() -> None:
    holder = replace(TOKEN.holder, birth_date=date(987, 6, 5))
    assert canonical.decode(write_claims(replace(TOKEN, holder=holder)))[PERSON][8] == "09870605"


def spoiled(change: Callable[[bytearray], object]) -> bytes:
    data = bytearray(signed())
    change(data)
    return bytes(data)


PROTECTED = canonical.encode({1: -9, 4: bytes(8), 16: TOKEN_TYP})


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "token"),
        (b"\xd2", "token"),
        (b"\xd2\x84", "token.protected"),
        (signed()[1:], "token"),
        (b"\xd8\x3d" + signed(), "token"),
        (spoiled(lambda data: data.pop()), "token.signature"),
        (signed() + b"\x00", "token.signature"),
        (signed()[:-66] + b"\x58\x41" + signed()[-64:], "token.signature"),
        (signed()[:20], "token.unprotected"),
        (signed()[:60], "token.payload"),
        (b"\xd2\x84\x5f\x51", "token.protected"),
        (b"\xd2\x84\x58\x11" + PROTECTED + signed()[20:], "token.protected"),
        (signed()[:20] + b"\xa1\x04\x41x" + signed()[21:], "token.unprotected"),
        (signed()[:21] + b"\x59\x00" + signed()[22:], "token.payload"),
        (signed()[:21] + b"\x5a\x00\x00\x00" + signed()[22:], "token.payload"),
    ],
    ids=["empty", "one byte", "two bytes", "untagged", "tagged twice", "cut off", "trailing",
         "longer signature", "no payload", "half a payload", "indefinite", "long head",
         "unprotected header", "long payload head", "very long payload head"],
)  # fmt: skip
def test_another_layout_is_refused_at_its_place(data: bytes, place: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_signed(data)
    assert refused.value.rule == "layout"
    assert refused.value.place == place


def test_a_long_payload_has_a_head_of_two_bytes() -> None:
    token = replace(TOKEN, details={5: "x" * 300})
    assert read_claims(read_signed(signed(token)).unverified_payload) == token


def test_nothing_beyond_the_longest_token_is_read() -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_signed(bytes(2049))
    assert refused.value.rule == "too_long"


@pytest.mark.parametrize(
    "header",
    [
        {1: -9, 4: bytes(8)},
        {1: -9, 4: bytes(8), 16: TOKEN_TYP, 3: 61},
        {1: -9, 4: bytes(8), 16: TOKEN_TYP, 33: b"certificate"},
        {1: -9, 4: bytes(7), 16: TOKEN_TYP},
        {1: -9, 4: "12345678", 16: TOKEN_TYP},
        {1: "ESP256", 4: bytes(8), 16: TOKEN_TYP},
        {1: True, 4: bytes(8), 16: TOKEN_TYP},
        {1: -9, 4: bytes(8), 16: TOKEN_TYP + 1},
        {1: -9, 4: bytes(8), 16: float(TOKEN_TYP)},
        [1, 4, 16],
    ],
)
def test_another_header_is_refused(header: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_signed(sealed(canonical.encode(header), b"payload"))
    assert refused.value.rule == "header"


@pytest.mark.parametrize(
    "protected",
    [
        b"\xa3\x04\x48" + bytes(8) + b"\x01\x28\x10\x19\xfe\x4d",
        b"\xa3\x01\x38\x08\x04\x48" + bytes(8) + b"\x10\x19\xfe\x4d",
        b"\xbf\x01\x28\x04\x48" + bytes(8) + b"\x10\x19\xfe\x4d\xff",
        b"\xa4\x01\x28\x01\x28\x04\x48" + bytes(8) + b"\x10\x19\xfe\x4d",
        PROTECTED + b"\x00",
        b"",
    ],
    ids=["unsorted", "long integer", "indefinite", "duplicate", "trailing", "empty"],
)
def test_another_encoding_of_the_header_is_refused(protected: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_signed(sealed(protected, b"payload"))
    assert refused.value.rule == "header"


MISSING = object()
LIST = (STATUS, "status_list")


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ((1,), MISSING, "token.iss"),
        ((4,), MISSING, "token.exp"),
        ((6,), MISSING, "token.iat"),
        ((PERSON,), MISSING, "token.person"),
        ((PERSON, 4), MISSING, "token.person"),
        ((PERSON, 9), MISSING, "token.person.sex"),
        ((STATUS,), MISSING, "token.status"),
        (LIST, MISSING, "token.status"),
        ((*LIST, "idx"), MISSING, "token.status"),
        ((DOCUMENT,), MISSING, "token.document"),
        ((DOCUMENT, 0), MISSING, "token.document.type"),
        ((DOCUMENT, 1), MISSING, "token.document.number"),
        ((DOCUMENT, 4), MISSING, "token.document.id_tail"),
        ((4,), 253_402_300_800, "token.exp"),
        ((4,), -1, "token.exp"),
        ((4,), 1.5e9, "token.exp"),
        ((6,), True, "token.iat"),
        ((6,), 2_000_000_000, "token.exp"),
        ((PERSON, 8), "19900230", "token.person.birth_date"),
        ((PERSON, 8), "１９９００１０２", "token.person.birth_date"),  # noqa: RUF001  full-width digits
        ((PERSON, 8), 19900102, "token.person.birth_date"),
        ((PERSON, 5), "MẪU", "token.person"),
        ((*LIST, "x"), 1, "token.status"),
    ],
)
def test_a_claim_of_another_form_is_refused_at_its_place(
    path: tuple[object, ...], value: object, place: str
) -> None:
    changed = claims()
    *outer, last = path
    inner: dict[Any, Any] = changed
    for step in outer:
        inner = inner[step]
    inner[last] = value
    if value is MISSING:
        del inner[last]
    with pytest.raises(InvalidInputError) as refused:
        read_claims(canonical.encode(changed))
    assert refused.value.place == place


@pytest.mark.parametrize("payload", [b"", b"\xa0\x00", b"\x80", b"\xf6", b"\x01"])
def test_a_payload_that_is_no_map_is_refused(payload: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_claims(payload)
