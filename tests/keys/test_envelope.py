import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.algorithms import ED25519, ESP256, ML_DSA_44, PrivateKey
from keys.deterministic import decode, encode
from keys.envelope import (
    EnvelopeSigner,
    read_sign,
    read_sign1,
    sign_structure,
    sign_structure1,
    write_sign,
    write_sign1,
)
from keys.errors import EnvelopeError

CLASSICAL = PrivateKey.generate(ESP256)
LASTING = PrivateKey.generate(ML_DSA_44)
STRANGER = PrivateKey.generate(ESP256)
PROTECTED = encode({1: -9, 16: "application/test"})
PAYLOAD = encode({"says": "hello"})
ONE = write_sign1(PROTECTED, PAYLOAD, CLASSICAL.sign)


def _signer(key: PrivateKey) -> EnvelopeSigner:
    return EnvelopeSigner(key.public, key.sign)


MANY = write_sign(PAYLOAD, PROTECTED, [_signer(CLASSICAL), _signer(LASTING)])


def test_what_is_signed_is_the_structure_of_the_standard() -> None:
    # RFC 9052, section 4.4.
    one = sign_structure1(PROTECTED, PAYLOAD)
    assert cbor2.loads(one) == ["Signature1", PROTECTED, b"", PAYLOAD]
    many = sign_structure(PROTECTED, b"\xa0", PAYLOAD)
    assert cbor2.loads(many) == ["Signature", PROTECTED, b"\xa0", b"", PAYLOAD]


def test_one_signature_is_written_and_read() -> None:
    envelope = read_sign1(ONE)
    assert (envelope.protected, envelope.payload) == (PROTECTED, PAYLOAD)
    assert envelope.signed_by(CLASSICAL.public)
    assert not envelope.signed_by(STRANGER.public)


def test_several_signatures_are_written_and_read() -> None:
    envelope = read_sign(MANY)
    assert (envelope.protected, envelope.payload) == (PROTECTED, PAYLOAD)
    assert [signature.kid for signature in envelope.signatures] == [
        CLASSICAL.public.kid,
        LASTING.public.kid,
    ]
    assert envelope.signed_by(CLASSICAL.public)
    assert envelope.signed_by(LASTING.public)
    assert not envelope.signed_by(STRANGER.public)


def test_a_signature_under_anothers_name_is_not_anothers() -> None:
    forged = write_sign(PAYLOAD, PROTECTED, [EnvelopeSigner(CLASSICAL.public, STRANGER.sign)])
    assert not read_sign(forged).signed_by(CLASSICAL.public)
    assert not read_sign(forged).signed_by(STRANGER.public)


def test_one_signature_of_many_is_not_a_signature_of_one() -> None:
    signature = CLASSICAL.sign(sign_structure(PROTECTED, b"", PAYLOAD))
    envelope = read_sign1(write_sign1(PROTECTED, PAYLOAD, lambda _: signature))
    assert not envelope.signed_by(CLASSICAL.public)


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, len(ONE) * 8 - 1))
def test_any_one_flipped_bit_is_unreadable_or_unsigned(place: int) -> None:
    changed = bytearray(ONE)
    changed[place // 8] ^= 1 << place % 8
    try:
        envelope = read_sign1(bytes(changed))
    except EnvelopeError:
        return
    assert not envelope.signed_by(CLASSICAL.public)


def _many(*signatures: object) -> bytes:
    return b"\xd8\x62" + encode([PROTECTED, {}, PAYLOAD, list(signatures)])


HEADER = encode({1: -9, 4: bytes(32)})


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(MANY[2:], id="no tag"),
        pytest.param(ONE, id="another tag"),
        pytest.param(b"\xd8\x62", id="a tag alone"),
        pytest.param(MANY + b"\x00", id="a trailing byte"),
        pytest.param(MANY[:-1], id="cut short"),
        pytest.param(b"\xd8\x62" + encode([PROTECTED, {4: b"x"}, PAYLOAD, []]), id="unprotected"),
        pytest.param(_many(), id="no signatures"),
        pytest.param(
            b"\xd8\x62" + encode([PROTECTED, {}, None, [[HEADER, {}, b""]]]), id="detached"
        ),
        pytest.param(_many([HEADER, {}]), id="a signature of two parts"),
        pytest.param(_many([HEADER, {4: b"x"}, b""]), id="a signature's unprotected header"),
        pytest.param(_many([HEADER, {}, "text"]), id="a signature as text"),
        pytest.param(_many(["text", {}, b""]), id="a header as text"),
        pytest.param(_many(5), id="a number for a signature"),
        pytest.param(_many([encode({1: -9}), {}, b""]), id="a header without a key"),
        pytest.param(_many([encode([1, 4]), {}, b""]), id="a header that is no map"),
        pytest.param(_many([encode({1: "ES", 4: b""}), {}, b""]), id="an algorithm as text"),
        pytest.param(_many([encode({1: -9, 4: "kid"}), {}, b""]), id="a key name as text"),
        pytest.param(_many([b"\xa2\x04\x40\x01\x28", {}, b""]), id="an unsorted header"),
    ],
)
def test_what_is_not_a_strict_cose_sign_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        read_sign(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xd2" + encode([PROTECTED, {1: -9}, PAYLOAD, b""]), id="unprotected"),
        pytest.param(b"\xd2" + encode([PROTECTED, {}, PAYLOAD]), id="three parts"),
        pytest.param(b"\xd2" + encode({}), id="a map"),
        pytest.param(b"\xd2\x84\x41\xa0\xa0\x41\x00\x58\x01\x00", id="a longer head than needed"),
        pytest.param(b"\xd2\x9f\x41\xa0\xa0\x41\x00\x41\x00\xff", id="an indefinite length"),
    ],
)
def test_what_is_not_a_strict_cose_sign1_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        read_sign1(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("d8184100", id="a tag without a decoder"),
        pytest.param("c249010000000000000000", id="a big number"),
        pytest.param("c074323031332d30332d32315432303a30343a30305a", id="a date"),
        pytest.param("d823635b612d", id="a regular expression"),
        pytest.param("d81c81d81d00", id="a cycle"),
        pytest.param("a201010101", id="a duplicate key"),
        pytest.param("a2020101f6", id="an unsorted map"),
        pytest.param("1801", id="a longer head than needed"),
        pytest.param("0100", id="a trailing byte"),
        pytest.param("81818181818181f6", id="too deep"),
        pytest.param("9b7fffffffffffffff", id="a length that no memory holds"),
        pytest.param("62c328", id="text that is not UTF-8"),
        pytest.param("fb3ff8000000000000", id="a longer float than needed"),
        pytest.param("ff", id="a break"),
        pytest.param("", id="nothing"),
    ],
)
def test_only_the_deterministic_encoding_of_plain_values_is_read(data: str) -> None:
    with pytest.raises(EnvelopeError):
        decode(bytes.fromhex(data))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(value=VALUES)
def test_a_value_has_one_encoding_and_comes_back(value: object) -> None:
    data = encode(value)
    assert decode(data, max_depth=20) == value
    assert encode(decode(data, max_depth=20)) == data


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=64))
def test_random_bytes_raise_nothing_but_the_typed_error(data: bytes) -> None:
    for read in (decode, read_sign, read_sign1):
        try:
            read(data)
        except EnvelopeError:
            continue


def test_a_signature_needs_no_sort_of_key_in_particular() -> None:
    key = PrivateKey.generate(ED25519)
    assert read_sign1(write_sign1(b"", PAYLOAD, key.sign)).signed_by(key.public)
